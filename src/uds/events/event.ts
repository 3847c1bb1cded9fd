/**
 * `FaultEvent`: one fault as one control unit reported it once, in one shape for every protocol. Types alone.
 *
 * It knows the vehicle only as a key that the caller gives, and nothing of fleets: another module adds that context.
 * Whatever a source does not say is absent or null, and null never means "no".
 */

import type { DataQuality, QualityFlag } from "../../core/index.ts";
import type { FieldContent } from "../dictionary/types.ts";
import type { DtcSystem } from "../dtc.ts";
import type { DtcClassName } from "../dtc-severity.ts";
import type { DtcStatusFlags } from "../dtc-status.ts";

/** Schema id of {@link FaultEvent}. */
export type FaultEventSchema = "otakit.fault-event/1";

/** How the address of a control unit is to be read. */
export type FaultAddressing = "uds-can" | "doip" | "j1939-sa" | "obd";

/** The control unit that reports. */
export type FaultEcu =
  | {
      readonly addressing: FaultAddressing;
      /** CAN identifier of its responses, logical address of DoIP or source address of J1939: 0 .. 0xFFFFFFFF. */
      readonly address: number;
      readonly name?: string;
    }
  | {
      readonly addressing: "sovd";
      /** Path of the entity, for example `components/engine`. */
      readonly address: string;
      readonly name?: string;
    };

/** Where the report comes from. */
export type FaultProtocol = "uds" | "wwh-obd" | "obd2" | "j1939" | "sovd";

/** Which memory of the control unit; an OBD or J1939 source has `primary` and `permanent`. */
export type FaultMemoryName = "primary" | "user" | "mirror" | "permanent";

/** What was asked and of which memory. */
export interface FaultSource {
  readonly protocol: FaultProtocol;
  readonly memory: FaultMemoryName;
  /**
   * What listed the fault: the sub-function of ReadDTCInformation, the OBD service as `service03`, the diagnostic message
   * as `DM1`, or `faults` of SOVD.
   */
  readonly report: string;
  /** MemorySelection of a user memory, 0 .. 255. */
  readonly memorySelection?: number;
  /** DTCFormatIdentifier, 0 .. 255. */
  readonly formatId?: number;
  /** FunctionalGroupIdentifier, 0 .. 255. */
  readonly functionalGroup?: number;
  /** DTCReadinessGroupIdentifier, 0 .. 255. */
  readonly readinessGroup?: number;
  /** Scope of SOVD. */
  readonly scope?: string;
}

/** One way to read an ambiguous J1939 code. */
export interface FaultCodeCandidate {
  /** Version of the conversion method, 1 .. 4. */
  readonly version: number;
  /** Suspect parameter number, 0 .. 524287. */
  readonly spn: number;
  /** Failure mode identifier, 0 .. 31. */
  readonly fmi: number;
}

/** The trouble code. */
export interface FaultCode {
  /**
   * As the source has it: upper-case hexadecimal of its two (OBD), three (UDS) or four bytes (J1939, the occurrence count
   * as zero bits), or the code of SOVD as it is.
   */
  readonly native: string;
  /** For people: `P0420-16`, `P0420`, `SPN 1208 FMI 3`, or the native code. */
  readonly display: string;
  /** Part of the vehicle; null where the code has no letter. */
  readonly system: DtcSystem | null;
  /** Whether ISO or SAE assigns the meaning (true) or the manufacturer (false); null where the code does not say. */
  readonly standardised: boolean | null;
  /** Failure type byte, 0 .. 255. */
  readonly ftb?: number;
  /** Suspect parameter number, 0 .. 524287; absent when the code is ambiguous. */
  readonly spn?: number;
  /** Failure mode identifier, 0 .. 31; absent when the code is ambiguous. */
  readonly fmi?: number;
  /** Every reading of an ambiguous J1939 code; none of them is chosen. */
  readonly candidates?: readonly FaultCodeCandidate[];
  /** Name of the fault that the source or a catalogue gives. */
  readonly name?: string;
  /** Key of the name's translation in SOVD. */
  readonly translationId?: string;
}

/**
 * State of the fault, in one word.
 *
 * - `active`: its last test failed, or the source lists it as active.
 * - `pending`: it failed lately and is not confirmed.
 * - `confirmed`: it is confirmed, and the source does not say whether it is active.
 * - `stored`: it is confirmed, and its last test did not fail.
 * - `permanent`: it stands in the permanent memory, which no tool can clear.
 * - `passive`: it was active before, or was tested, and neither fails, nor is pending, nor confirmed.
 * - `unknown`: the source does not say enough. Never to be read as healthy.
 */
export type FaultCondition = (typeof faultConditions)[number];

/** Conditions, the most urgent first; `unknown` stands before `passive`, because it may be anything. */
export const faultConditions = ["active", "permanent", "confirmed", "pending", "stored", "unknown", "passive"] as const;

/** Names of the eight status flags. */
export type FaultFlagName = keyof DtcStatusFlags;

/** Status flags; null: the control unit does not support the flag, or nobody knows. */
export type FaultStatusFlags = { readonly [Name in FaultFlagName]: boolean | null };

/** The eight flags and the bytes that they were read from. */
export interface FaultStatus extends FaultStatusFlags {
  /** Status byte as it is on the wire, 0 .. 255; null where the source has none. */
  readonly byte: number | null;
  /** DTCStatusAvailabilityMask, 0 .. 255; null where it is not known: then a clear bit of `byte` is a null flag. */
  readonly availability: number | null;
}

/** How a lamp is commanded. */
export type FaultLampState = "on" | "off" | "slow-flash" | "fast-flash" | "unknown";

/** Lamps of J1939 and OBD. They belong to the control unit, not to the single fault. */
export interface FaultLamps {
  /** Malfunction indicator lamp. */
  readonly mil?: FaultLampState;
  /** Red stop lamp. */
  readonly red?: FaultLampState;
  /** Amber warning lamp. */
  readonly amber?: FaultLampState;
  readonly protect?: FaultLampState;
}

/** How urgent the fault is by the word of the source; null: it does not say. */
export type FaultSeverity = "immediate" | "next-halt" | "maintenance" | "none" | null;

/** Counters of the fault. */
export interface FaultCounters {
  /** How often it came up, 0 .. 126 in J1939. */
  readonly occurrence?: number;
  /** Fault detection counter, -128 .. 127. */
  readonly faultDetection?: number;
}

/** A value that was read, or why it was not. */
export type FaultValue =
  | {
      readonly name: string;
      readonly value: FieldContent;
      readonly unit?: string;
      /** Set when the value lies outside the bounds that the dictionary gives. */
      readonly outOfRange?: true;
    }
  | { readonly name: string; readonly undecoded: FaultUndecoded };

/** Bytes of the source that nobody could read. */
export interface FaultUndecoded {
  /** Offset of the first byte in the bytes of the event, see `FaultRaw`. */
  readonly offset: number;
  /** Upper-case hexadecimal. */
  readonly hex: string;
  /** Reason code, one of `udsReasonCodes`. */
  readonly reason: string;
}

/** Data of one identifier in a snapshot. */
export interface FaultSnapshotEntry {
  /** Data identifier, or suspect parameter number of J1939, 0 .. 0xFFFF. */
  readonly id: number;
  readonly name?: string;
  /** Upper-case hexadecimal. */
  readonly hex: string;
  readonly values: readonly FaultValue[];
}

/** What the control unit stored when the fault came up: a snapshot, or a freeze frame. */
export interface FaultSnapshot {
  /** Record number, 0 .. 255. */
  readonly record: number;
  readonly entries: readonly FaultSnapshotEntry[];
  readonly undecoded?: FaultUndecoded;
}

/** Extended data of the fault. */
export interface FaultExtendedData {
  /** Record number, 0 .. 255. */
  readonly record: number;
  readonly name?: string;
  /** Upper-case hexadecimal; absent with `undecoded`. */
  readonly hex?: string;
  readonly values: readonly FaultValue[];
  readonly undecoded?: FaultUndecoded;
}

/** What was odd about the message that the event comes from. */
export interface FaultWarning {
  /** Reason code. */
  readonly code: string;
  readonly message: string;
}

/** The bytes that the event was made of, without loss. */
export interface FaultRaw {
  /** Upper-case hexadecimal of the bytes of this fault. */
  readonly hex: string;
  /** Upper-case hexadecimal of what, written before `hex`, makes a message that holds this fault alone. */
  readonly head: string;
  /** Offset of the bytes in the message that was read. */
  readonly offset: number;
}

/** One fault as one control unit reported it once. */
export interface FaultEvent {
  readonly schema: FaultEventSchema;
  /** The same for each report of the same fault, whatever the version or the language: see `faultId`. */
  readonly id: string;
  /** When the report was received, in epoch milliseconds; given by the caller. */
  readonly observedAt: number;
  /** Opaque key of the vehicle; absent where the caller gives none. */
  readonly vehicle?: { readonly id: string };
  readonly ecu: FaultEcu;
  readonly source: FaultSource;
  readonly code: FaultCode;
  readonly condition: FaultCondition;
  readonly status: FaultStatus;
  readonly lamps?: FaultLamps;
  readonly severity: FaultSeverity;
  /** Severity byte of UDS as it is on the wire, or the severity of SOVD. */
  readonly severityValue?: number;
  /** DTCFunctionalUnit, 0 .. 255. */
  readonly functionalUnit?: number;
  /** Class of the emission regulation; null where the source does not say. */
  readonly dtcClass: DtcClassName | null;
  readonly counters: FaultCounters;
  readonly snapshots: readonly FaultSnapshot[];
  readonly extended: readonly FaultExtendedData[];
  /** How far the event can be relied on: the worst of `flags`. */
  readonly quality: DataQuality;
  readonly flags: readonly QualityFlag[];
  readonly warnings: readonly FaultWarning[];
  /** Absent where the source is no message of bytes. */
  readonly raw?: FaultRaw;
}
