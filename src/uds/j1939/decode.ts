/** Decodes a diagnostic message of J1939-73 by its name or its parameter group number. */

import type { UdsResult } from "../decoding.ts";
import { decodeExpandedFreezeFrames, decodeFreezeFrames } from "./frames.ts";
import { lampsOf } from "./lamps.ts";
import type {
  AreaStatus,
  AreaStatuses,
  Calibration,
  IndividualClearMessage,
  J1939Acknowledgement,
  J1939ListName,
  J1939Message,
  J1939MessageName,
  ScaledTestResult,
  TroubleCodeMessage,
} from "./messages.ts";
import { decodeReadiness, decodeTripReadiness } from "./readiness.ts";
import { fixed, type J1939DecodeOptions, listed } from "./records.ts";
import { codeLength, isNoCode, readCode } from "./trouble-code.ts";
import { fmiOf, spnOf, u16, u32, value8, value16, value32 } from "./values.ts";

/** The message of a name. */
export type J1939MessageOf<Name extends J1939MessageName> = Name extends J1939ListName
  ? TroubleCodeMessage<Name>
  : Extract<J1939Message, { readonly message: Name }>;

type Decode<Name extends J1939MessageName> = (
  bytes: Uint8Array,
  options: J1939DecodeOptions,
) => UdsResult<J1939MessageOf<Name>>;

/**
 * Decodes a message that was put together from its packets.
 *
 * Numbers that the sender does not have stay words, never zeros; a trouble code whose conversion bit is set keeps all its readings.
 * Never throws for bytes, whatever they are. Bytes 0xFF that fill a frame of eight are no part of a message.
 *
 * Standard: SAE J1939-73; layouts as ETI j1939-84 reads them (DM35: from the digital annex that it carries).
 *
 * @param name - name of the message; {@link j1939MessageName} gives it for a parameter group number
 * @returns or a fault: `ERR_UDS_SHORT`, `ERR_UDS_TRAILING_BYTES`, `ERR_UDS_LENGTH_FORMAT` or `ERR_UDS_LIMIT`; `partial` has the records
 * before it
 * @throws RangeError for a name that is none, or a limit that is none
 * @example
 * ```ts
 * const result = decodeJ1939Message("DM1", hexToBytes("40ffb8040301ffff"));
 * if (result.ok) result.value.dtcs[0].candidates; // [{ version: 4, spn: 1208, fmi: 3 }]
 * ```
 */
export function decodeJ1939Message<Name extends J1939MessageName>(
  name: Name,
  bytes: Uint8Array,
  options: J1939DecodeOptions = {},
): UdsResult<J1939MessageOf<Name>> {
  if (!Object.hasOwn(decoders, name)) throw new RangeError(`"name" expected a diagnostic message, got ${String(name)}`);
  return (decoders[name] as unknown as Decode<Name>)(bytes, options);
}

const codeList =
  <Name extends J1939ListName>(message: Name) =>
  (bytes: Uint8Array, options: J1939DecodeOptions): UdsResult<TroubleCodeMessage<Name>> => {
    const make = (dtcs: TroubleCodeMessage["dtcs"]): TroubleCodeMessage<Name> => ({
      message,
      bytes,
      lamps: lampsOf(bytes[0]!, bytes[1]!),
      dtcs,
    });
    const read = (at: number) => (isNoCode(bytes, at) ? undefined : readCode(bytes, at));
    return listed(bytes, 2, codeLength, options, read, make);
  };

const acknowledgements: readonly J1939Acknowledgement[] = ["acknowledged", "notAcknowledged", "denied", "busy"];

const clearControls: ReadonlyMap<number, IndividualClearMessage["control"]> = /* @__PURE__ */ new Map([
  [1, "clearPreviouslyActive"],
  [2, "clearedPreviouslyActive"],
  [3, "notClearedPreviouslyActive"],
  [17, "clearActive"],
  [18, "clearedActive"],
  [19, "notClearedActive"],
]);

const clearRefusals: ReadonlyMap<number, IndividualClearMessage["refusal"]> = /* @__PURE__ */ new Map([
  [0, "general"],
  [1, "accessDenied"],
  [2, "unknownCode"],
  [3, "noLongerPreviouslyActive"],
  [4, "noLongerActive"],
  [255, "notAvailable"],
]);

const decoders: { readonly [Name in J1939MessageName]: unknown } = /* @__PURE__ */ Object.freeze({
  DM1: codeList("DM1"),
  DM2: codeList("DM2"),
  DM6: codeList("DM6"),
  DM12: codeList("DM12"),
  DM23: codeList("DM23"),
  DM27: codeList("DM27"),
  DM28: codeList("DM28"),
  DM35: codeList("DM35"),
  DM4: decodeFreezeFrames,
  DM5: decodeReadiness,
  DM11: ((bytes, options) =>
    fixed(bytes, 1, options, () => ({
      message: "DM11",
      bytes,
      response: acknowledgements[bytes[0]!] ?? "unknown",
    }))) satisfies Decode<"DM11">,
  DM19: ((bytes, options) =>
    listed(
      bytes,
      0,
      20,
      options,
      (at) => ({ identification: identificationOf(bytes, at + 4), verificationNumber: u32(bytes, at) }),
      (calibrations) => ({ message: "DM19", bytes, calibrations }),
    )) satisfies Decode<"DM19">,
  DM20: ((bytes, options) =>
    listed(
      bytes,
      4,
      7,
      options,
      (at) => ({
        // Unlike in a trouble code, the three high bits are the lowest of their byte.
        spn: u16(bytes, at) | ((bytes[at + 2]! & 7) << 16),
        numerator: value16(bytes, at + 3),
        denominator: value16(bytes, at + 5),
      }),
      (ratios) => ({
        message: "DM20",
        bytes,
        ignitionCycles: value16(bytes, 0),
        obdMonitoringConditions: value16(bytes, 2),
        ratios,
      }),
    )) satisfies Decode<"DM20">,
  DM21: ((bytes, options) =>
    fixed(bytes, 8, options, () => ({
      message: "DM21",
      bytes,
      distanceWithMil: value16(bytes, 0),
      distanceSinceClear: value16(bytes, 2),
      timeWithMil: value16(bytes, 4),
      timeSinceClear: value16(bytes, 6),
    }))) satisfies Decode<"DM21">,
  DM22: ((bytes, options) =>
    fixed(bytes, 8, options, () => ({
      message: "DM22",
      bytes,
      control: clearControls.get(bytes[0]!) ?? "unknown",
      refusal: clearRefusals.get(bytes[1]!) ?? "unknown",
      spn: spnOf(bytes, 5),
      fmi: fmiOf(bytes, 5),
    }))) satisfies Decode<"DM22">,
  DM24: ((bytes, options) =>
    listed(
      bytes,
      0,
      4,
      options,
      (at) => ({
        spn: spnOf(bytes, at),
        // The bits say "not supported".
        inExpandedFreezeFrame: (bytes[at + 2]! & 1) === 0,
        inDataStream: (bytes[at + 2]! & 2) === 0,
        inScaledTestResults: (bytes[at + 2]! & 4) === 0,
        length: bytes[at + 3]!,
      }),
      (parameters) => ({ message: "DM24", bytes, parameters }),
    )) satisfies Decode<"DM24">,
  DM25: decodeExpandedFreezeFrames,
  DM26: decodeTripReadiness,
  DM29: ((bytes, options) =>
    fixed(bytes, 5, options, () => ({
      message: "DM29",
      bytes,
      pending: value8(bytes, 0),
      allPending: value8(bytes, 1),
      milOn: value8(bytes, 2),
      previouslyMilOn: value8(bytes, 3),
      permanent: value8(bytes, 4),
    }))) satisfies Decode<"DM29">,
  DM30: ((bytes, options) =>
    listed(
      bytes,
      0,
      12,
      options,
      (at) => testResult(bytes, at),
      (results) => ({ message: "DM30", bytes, results }),
    )) satisfies Decode<"DM30">,
  DM31: ((bytes, options) =>
    listed(
      bytes,
      0,
      6,
      options,
      (at) =>
        isNoCode(bytes, at) ? undefined : { dtc: readCode(bytes, at), lamps: lampsOf(bytes[at + 4]!, bytes[at + 5]!) },
      (associations) => ({ message: "DM31", bytes, associations }),
    )) satisfies Decode<"DM31">,
  DM33: ((bytes, options) =>
    listed(
      bytes,
      0,
      9,
      options,
      (at) => ({ number: value8(bytes, at), timer1: value32(bytes, at + 1), timer2: value32(bytes, at + 5) }),
      (timers) => ({ message: "DM33", bytes, timers }),
    )) satisfies Decode<"DM33">,
  DM34: ((bytes, options) =>
    fixed(bytes, 2, options, () => ({
      message: "DM34",
      bytes,
      nox: areasOf(bytes[0]!),
      particulateMatter: areasOf(bytes[1]!),
    }))) satisfies Decode<"DM34">,
  DM56: ((bytes) =>
    fixed(bytes, 8, { leniency: { trailing: "report" } }, () => familyOf(bytes))) satisfies Decode<"DM56">,
});

/** Sixteen bytes of text; control units fill them with zeros, and some send none. */
function identificationOf(bytes: Uint8Array, at: number): Calibration["identification"] {
  const field = bytes.subarray(at, at + 16);
  const text = String.fromCharCode(...field).replace(/\0+$/, "");
  return /^[ -~]*$/.test(text) ? text : { bytes: field };
}

function testResult(bytes: Uint8Array, at: number): ScaledTestResult {
  const [value, maximum, minimum] = [u16(bytes, at + 6), u16(bytes, at + 8), u16(bytes, at + 10)];
  return {
    testIdentifier: bytes[at]!,
    spn: spnOf(bytes, at + 1),
    fmi: fmiOf(bytes, at + 1),
    slot: u16(bytes, at + 4),
    value,
    maximum,
    minimum,
    outcome: outcomeOf(value, maximum, minimum),
  };
}

function outcomeOf(value: number, maximum: number, minimum: number): ScaledTestResult["outcome"] {
  if (value === 0xfb00) return "notComplete";
  if (value === 0xfb01) return "cannotBePerformed";
  const isAbove = maximum !== 0xffff && value > maximum;
  const isBelow = minimum !== 0xffff && value < minimum;
  return isAbove || isBelow ? "failed" : "passed";
}

const areaStatuses: readonly AreaStatus[] = ["outside", "inside", "reserved", "notAvailable"];

function areasOf(byte: number): AreaStatuses {
  const area = (shift: number): AreaStatus => areaStatuses[(byte >>> shift) & 3]!;
  return { controlArea: area(6), carveOutArea: area(4), deficiencyArea: area(2) };
}

/** Eight bytes of model year, then the family name up to an asterisk or the end. */
function familyOf(bytes: Uint8Array): J1939MessageOf<"DM56"> {
  const modelYearText = printable(bytes.subarray(0, 8));
  const [, year, kind] = /^(\d{4})([EV])/.exec(modelYearText) ?? [];
  const rest = bytes.subarray(8);
  const end = rest.indexOf(0x2a);
  return {
    message: "DM56",
    bytes,
    modelYearText,
    ...(year === undefined ? {} : { modelYear: Number(year), modelYearOf: kind === "E" ? "engine" : "vehicle" }),
    familyName: printable(end < 0 ? rest : rest.subarray(0, end)),
  };
}

/** Text of a message without blanks and zeros at its ends; what is no printable ASCII becomes a question mark. */
function printable(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => (byte === 0 ? " " : byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : "?"))
    .join("")
    .trim();
}
