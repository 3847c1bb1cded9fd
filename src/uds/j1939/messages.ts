/** The diagnostic messages of J1939-73: their names, parameter group numbers (PGN), and what each one holds. */

import type { J1939Lamps } from "./lamps.ts";
import type { J1939TroubleCode } from "./trouble-code.ts";
import type { J1939Value } from "./values.ts";

/** Parameter group numbers of the messages, from ETI j1939-84 and the digital annex that it carries. */
export const j1939Pgns: Readonly<Record<J1939MessageName, number>> = {
  DM1: 0xfeca,
  DM2: 0xfecb,
  DM4: 0xfecd,
  DM5: 0xfece,
  DM6: 0xfecf,
  DM11: 0xfed3,
  DM12: 0xfed4,
  DM19: 0xd300,
  DM20: 0xc200,
  DM21: 0xc100,
  DM22: 0xc300,
  DM23: 0xfdb5,
  DM24: 0xfdb6,
  DM25: 0xfdb7,
  DM26: 0xfdb8,
  DM27: 0xfd82,
  DM28: 0xfd80,
  DM29: 0x9e00,
  DM30: 0xa400,
  DM31: 0xa300,
  DM33: 0xa100,
  DM34: 0xa000,
  DM35: 0x9f00,
  DM56: 0xfcc7,
};

/** Messages that hold lamps and a list of trouble codes. */
export type J1939ListName = "DM1" | "DM2" | "DM6" | "DM12" | "DM23" | "DM27" | "DM28" | "DM35";

/** A message that is decoded here. */
export type J1939MessageName =
  | J1939ListName
  | "DM4"
  | "DM5"
  | "DM11"
  | "DM19"
  | "DM20"
  | "DM21"
  | "DM22"
  | "DM24"
  | "DM25"
  | "DM26"
  | "DM29"
  | "DM30"
  | "DM31"
  | "DM33"
  | "DM34"
  | "DM56";

/** What every message has. */
interface MessageBase<Name extends J1939MessageName> {
  readonly message: Name;
  /** The whole message, put together from its packets; a view, not a copy. */
  readonly bytes: Uint8Array;
}

/** DM1 active, DM2 previously active, DM6 pending, DM12 confirmed and lighting the lamp, DM23 formerly so, DM27 all pending, DM28 permanent, DM35 immediate. */
export interface TroubleCodeMessage<Name extends J1939ListName = J1939ListName> extends MessageBase<Name> {
  readonly lamps: J1939Lamps;
  /** In the order of the message, without the patterns that stand for no code. */
  readonly dtcs: readonly J1939TroubleCode[];
}

/** DM4: values from the moment of a fault. */
export interface FreezeFrameMessage extends MessageBase<"DM4"> {
  readonly frames: readonly FreezeFrame[];
}

/** One freeze frame of DM4. */
export interface FreezeFrame {
  readonly dtc: J1939TroubleCode;
  /** Engine torque mode, as its number. */
  readonly engineTorqueMode: J1939Value;
  /** kPa. */
  readonly boostPressure: J1939Value;
  /** Revolutions per minute. */
  readonly engineSpeed: J1939Value;
  /** Percent. */
  readonly engineLoad: J1939Value;
  /** Degrees Celsius. */
  readonly coolantTemperature: J1939Value;
  /** km/h. */
  readonly vehicleSpeed: J1939Value;
  /** What the manufacturer adds; its layout is not known here. */
  readonly manufacturerData: Uint8Array;
}

/** A system that is monitored for its emissions. */
export type MonitoredSystemName =
  | "misfire"
  | "fuelSystem"
  | "comprehensiveComponent"
  | "catalyst"
  | "heatedCatalyst"
  | "evaporativeSystem"
  | "secondaryAirSystem"
  | "acSystemRefrigerant"
  | "exhaustGasSensor"
  | "exhaustGasSensorHeater"
  | "egrVvtSystem"
  | "coldStartAid"
  | "boostPressureControl"
  | "dieselParticulateFilter"
  | "noxCatalystAdsorber"
  | "nmhcConvertingCatalyst";

/** Whether a monitor is there (in DM26: enabled in this trip), and whether its test was completed. */
export interface MonitoredSystem {
  readonly system: MonitoredSystemName;
  readonly supported: boolean;
  readonly complete: boolean;
}

/** DM5: readiness since the codes were cleared. */
export interface ReadinessMessage extends MessageBase<"DM5"> {
  readonly activeCodes: J1939Value;
  readonly previouslyActiveCodes: J1939Value;
  /** Number of the regulation that the vehicle was built to; all of 0 .. 250 are numbers of one. */
  readonly obdCompliance: J1939Value;
  /** Whether the number is that of heavy-duty OBD (19 or 20); `undefined` when it is none. */
  readonly isHeavyDutyObd: boolean | undefined;
  readonly systems: readonly MonitoredSystem[];
}

/** DM26: readiness in this trip. */
export interface TripReadinessMessage extends MessageBase<"DM26"> {
  /** Seconds. */
  readonly timeSinceEngineStart: J1939Value;
  readonly warmUpsSinceClear: J1939Value;
  readonly systems: readonly MonitoredSystem[];
}

/** DM11: the request to clear active codes has no content; its answer is an acknowledgement. */
export interface ClearMessage extends MessageBase<"DM11"> {
  readonly response: J1939Acknowledgement;
}

/** Control byte of an acknowledgement. */
export type J1939Acknowledgement = "acknowledged" | "notAcknowledged" | "denied" | "busy" | "unknown";

/** DM19: which calibrations run. */
export interface CalibrationMessage extends MessageBase<"DM19"> {
  readonly calibrations: readonly Calibration[];
}

/** One calibration. */
export interface Calibration {
  /** Identification as it was sent, without zero bytes behind it; only printable ASCII counts as text. */
  readonly identification: string | { readonly bytes: Uint8Array };
  /** Calibration verification number, 0 .. 2^32 - 1. */
  readonly verificationNumber: number;
}

/** DM20: how often monitors ran. */
export interface PerformanceMessage extends MessageBase<"DM20"> {
  readonly ignitionCycles: J1939Value;
  readonly obdMonitoringConditions: J1939Value;
  readonly ratios: readonly PerformanceRatio[];
}

/** How often one monitor ran, of how often it could have. */
export interface PerformanceRatio {
  readonly spn: number;
  readonly numerator: J1939Value;
  readonly denominator: J1939Value;
}

/** DM21: distance and time with the malfunction indicator on, and since codes were cleared. */
export interface DistanceMessage extends MessageBase<"DM21"> {
  /** km. */
  readonly distanceWithMil: J1939Value;
  /** km. */
  readonly distanceSinceClear: J1939Value;
  /** Minutes of running engine. */
  readonly timeWithMil: J1939Value;
  /** Minutes of running engine. */
  readonly timeSinceClear: J1939Value;
}

/** DM22: one code is to be cleared, was cleared, or was not. */
export interface IndividualClearMessage extends MessageBase<"DM22"> {
  readonly control:
    | "clearPreviouslyActive"
    | "clearedPreviouslyActive"
    | "notClearedPreviouslyActive"
    | "clearActive"
    | "clearedActive"
    | "notClearedActive"
    | "unknown";
  /** Why it was not cleared. */
  readonly refusal:
    | "general"
    | "accessDenied"
    | "unknownCode"
    | "noLongerPreviouslyActive"
    | "noLongerActive"
    | "notAvailable"
    | "unknown";
  readonly spn: number;
  readonly fmi: number;
}

/** DM24: which parameters can be had, and how. */
export interface SupportMessage extends MessageBase<"DM24"> {
  readonly parameters: readonly SupportedParameter[];
}

/** One parameter of DM24. */
export interface SupportedParameter {
  readonly spn: number;
  readonly inDataStream: boolean;
  readonly inExpandedFreezeFrame: boolean;
  readonly inScaledTestResults: boolean;
  /** Bytes of the parameter in an expanded freeze frame, as the byte says; above 250 no length. */
  readonly length: number;
}

/** DM25: values from the moment of a fault, in the order of DM24. */
export interface ExpandedFreezeFrameMessage extends MessageBase<"DM25"> {
  readonly frames: readonly ExpandedFreezeFrame[];
}

/** One frame of DM25. */
export interface ExpandedFreezeFrame {
  readonly dtc: J1939TroubleCode;
  /** Parameters one behind the other; which ones, and how long, DM24 of the same sender says. */
  readonly data: Uint8Array;
}

/** DM29: how many codes there are. */
export interface CountsMessage extends MessageBase<"DM29"> {
  readonly pending: J1939Value;
  readonly allPending: J1939Value;
  readonly milOn: J1939Value;
  readonly previouslyMilOn: J1939Value;
  readonly permanent: J1939Value;
}

/** DM30: results of tests. */
export interface TestResultsMessage extends MessageBase<"DM30"> {
  readonly results: readonly ScaledTestResult[];
}

/** One test result. */
export interface ScaledTestResult {
  readonly testIdentifier: number;
  readonly spn: number;
  readonly fmi: number;
  /** Number of the scaling (SLOT) in the digital annex, which gives the values their unit. */
  readonly slot: number;
  /** 0 .. 0xFAFF a value; 0xFB00 not complete, 0xFB01 cannot be performed. */
  readonly value: number;
  /** 0xFFFF: none. */
  readonly maximum: number;
  /** 0xFFFF: none. */
  readonly minimum: number;
  readonly outcome: "passed" | "failed" | "notComplete" | "cannotBePerformed";
}

/** DM31: which code lights which lamp. */
export interface LampAssociationMessage extends MessageBase<"DM31"> {
  readonly associations: readonly { readonly dtc: J1939TroubleCode; readonly lamps: J1939Lamps }[];
}

/** DM33: how long strategies were active that raise emissions. */
export interface ActiveTimeMessage extends MessageBase<"DM33"> {
  readonly timers: readonly ActiveTimer[];
}

/** Timers of one strategy, in minutes. */
export interface ActiveTimer {
  readonly number: J1939Value;
  readonly timer1: J1939Value;
  readonly timer2: J1939Value;
}

/** Where an engine runs against an area of the not-to-exceed control. */
export type AreaStatus = "outside" | "inside" | "reserved" | "notAvailable";

/** Areas of one pollutant. */
export interface AreaStatuses {
  readonly controlArea: AreaStatus;
  readonly carveOutArea: AreaStatus;
  readonly deficiencyArea: AreaStatus;
}

/** DM34: where the engine runs. */
export interface AreaMessage extends MessageBase<"DM34"> {
  readonly nox: AreaStatuses;
  readonly particulateMatter: AreaStatuses;
}

/** DM56: model year and engine family. */
export interface FamilyMessage extends MessageBase<"DM56"> {
  /** As it was sent, for example `2024E-MY`. */
  readonly modelYearText: string;
  /** Four digits; absent where the text has none. */
  readonly modelYear?: number;
  readonly modelYearOf?: "engine" | "vehicle";
  readonly familyName: string;
}

/** Any message that is decoded here. */
export type J1939Message =
  | TroubleCodeMessage
  | FreezeFrameMessage
  | ReadinessMessage
  | ClearMessage
  | CalibrationMessage
  | PerformanceMessage
  | DistanceMessage
  | IndividualClearMessage
  | SupportMessage
  | ExpandedFreezeFrameMessage
  | TripReadinessMessage
  | CountsMessage
  | TestResultsMessage
  | LampAssociationMessage
  | ActiveTimeMessage
  | AreaMessage
  | FamilyMessage;
