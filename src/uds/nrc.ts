/**
 * Negative response codes (NRC): the 59 of ISO 14229-1:2020, the ranges around them, and what a client can do about
 * each.
 *
 * Standard: ISO 14229-1:2020; codes as mdabrowski1990/uds, python-udsoncan and Wireshark agree on them, names in
 * camelCase without punctuation. The kinds are this project's own reading.
 */

/**
 * What a refusal asks of the client.
 *
 * - `pending`: wait; the final response is still to come.
 * - `busy`: repeat the same request after a pause.
 * - `retryable`: repeat it later; something that the ECU needs is away for now.
 * - `precondition`: change the state of ECU or vehicle first (session, sequence, speed, voltage ...).
 * - `security`: authenticate, unlock or secure the message; wrong attempts may be counted, so never repeat blindly.
 * - `permanent`: the request as such is wrong for this ECU.
 * - `programming`: a transfer or memory operation failed; the programming sequence has to be started again or ended.
 * - `manufacturer`: only the vehicle manufacturer's documents say.
 * - `reserved`: no meaning is assigned.
 */
export type NrcKind =
  | "pending"
  | "busy"
  | "retryable"
  | "precondition"
  | "security"
  | "permanent"
  | "programming"
  | "manufacturer"
  | "reserved";

/** NRC to its name and {@link NrcKind}. */
export const negativeResponseCodes = {
  0x10: ["generalReject", "permanent"],
  0x11: ["serviceNotSupported", "permanent"],
  0x12: ["subFunctionNotSupported", "permanent"],
  0x13: ["incorrectMessageLengthOrInvalidFormat", "permanent"],
  0x14: ["responseTooLong", "permanent"],
  0x21: ["busyRepeatRequest", "busy"],
  0x22: ["conditionsNotCorrect", "precondition"],
  0x24: ["requestSequenceError", "precondition"],
  0x25: ["noResponseFromSubnetComponent", "retryable"],
  0x26: ["failurePreventsExecutionOfRequestedAction", "precondition"],
  0x31: ["requestOutOfRange", "permanent"],
  0x33: ["securityAccessDenied", "security"],
  0x34: ["authenticationRequired", "security"],
  0x35: ["invalidKey", "security"],
  0x36: ["exceedNumberOfAttempts", "security"],
  0x37: ["requiredTimeDelayNotExpired", "security"],
  0x38: ["secureDataTransmissionRequired", "security"],
  0x39: ["secureDataTransmissionNotAllowed", "security"],
  0x3a: ["secureDataVerificationFailed", "security"],
  0x50: ["certificateVerificationFailedInvalidTimePeriod", "security"],
  0x51: ["certificateVerificationFailedInvalidSignature", "security"],
  0x52: ["certificateVerificationFailedInvalidChainOfTrust", "security"],
  0x53: ["certificateVerificationFailedInvalidType", "security"],
  0x54: ["certificateVerificationFailedInvalidFormat", "security"],
  0x55: ["certificateVerificationFailedInvalidContent", "security"],
  0x56: ["certificateVerificationFailedInvalidScope", "security"],
  0x57: ["certificateVerificationFailedInvalidCertificate", "security"],
  0x58: ["ownershipVerificationFailed", "security"],
  0x59: ["challengeCalculationFailed", "security"],
  0x5a: ["settingAccessRightsFailed", "security"],
  0x5b: ["sessionKeyCreationDerivationFailed", "security"],
  0x5c: ["configurationDataUsageFailed", "security"],
  0x5d: ["deAuthenticationFailed", "security"],
  0x70: ["uploadDownloadNotAccepted", "programming"],
  0x71: ["transferDataSuspended", "programming"],
  0x72: ["generalProgrammingFailure", "programming"],
  0x73: ["wrongBlockSequenceCounter", "programming"],
  0x78: ["requestCorrectlyReceivedResponsePending", "pending"],
  0x7e: ["subFunctionNotSupportedInActiveSession", "precondition"],
  0x7f: ["serviceNotSupportedInActiveSession", "precondition"],
  0x81: ["rpmTooHigh", "precondition"],
  0x82: ["rpmTooLow", "precondition"],
  0x83: ["engineIsRunning", "precondition"],
  0x84: ["engineIsNotRunning", "precondition"],
  0x85: ["engineRunTimeTooLow", "precondition"],
  0x86: ["temperatureTooHigh", "precondition"],
  0x87: ["temperatureTooLow", "precondition"],
  0x88: ["vehicleSpeedTooHigh", "precondition"],
  0x89: ["vehicleSpeedTooLow", "precondition"],
  0x8a: ["throttlePedalTooHigh", "precondition"],
  0x8b: ["throttlePedalTooLow", "precondition"],
  0x8c: ["transmissionRangeNotInNeutral", "precondition"],
  0x8d: ["transmissionRangeNotInGear", "precondition"],
  0x8f: ["brakeSwitchNotClosed", "precondition"],
  0x90: ["shifterLeverNotInPark", "precondition"],
  0x91: ["torqueConverterClutchLocked", "precondition"],
  0x92: ["voltageTooHigh", "precondition"],
  0x93: ["voltageTooLow", "precondition"],
  0x94: ["resourceTemporarilyNotAvailable", "retryable"],
} as const;

/**
 * Names that ISO 15764 (secured diagnostics, withdrawn) gave to codes which ISO 14229-1:2020 names otherwise or
 * reserves, as python-udsoncan lists them; old ECUs still send them.
 */
export const legacyNegativeResponseCodes = {
  0x38: ["generalSecurityViolation", "security"],
  0x39: ["securedModeRequested", "security"],
  0x3a: ["insufficientProtection", "security"],
  0x3b: ["terminationWithSignatureRequested", "security"],
  0x3c: ["accessDenied", "security"],
  0x3d: ["versionNotSupported", "permanent"],
  0x3e: ["securedLinkNotSupported", "permanent"],
  0x3f: ["certificateNotAvailable", "security"],
  0x40: ["auditTrailInformationNotAvailable", "permanent"],
} as const;

/** Name of an NRC in ISO 15764. */
export type LegacyNrcName = (typeof legacyNegativeResponseCodes)[keyof typeof legacyNegativeResponseCodes][0];

/** Name of an NRC or, where none is assigned, of the range it lies in. */
export type NrcName =
  | (typeof negativeResponseCodes)[keyof typeof negativeResponseCodes][0]
  | "positiveResponse"
  | "isoSaeReserved"
  | "reservedForSpecificConditionsNotCorrect"
  | "vehicleManufacturerSpecificConditionsNotCorrect";

/** Meaning of an NRC. */
export interface NrcDescription {
  /** 0 .. 255. */
  readonly nrc: number;
  readonly name: NrcName;
  readonly kind: NrcKind;
  /** What ISO 15764 meant by the same code, for ECUs of its time. */
  readonly legacy?: { readonly name: LegacyNrcName; readonly kind: NrcKind };
}

/**
 * Says what a negative response code means; every byte has an answer.
 *
 * @throws RangeError when `nrc` is not an integer 0 .. 255
 * @example
 * ```ts
 * describeNrc(0x78); // { nrc: 120, name: "requestCorrectlyReceivedResponsePending", kind: "pending" }
 * ```
 */
export function describeNrc(nrc: number): NrcDescription {
  if (!Number.isInteger(nrc) || nrc < 0 || nrc > 0xff)
    throw new RangeError(`"nrc" expected integer 0..255, got ${nrc}`);
  const known = (negativeResponseCodes as Readonly<Record<number, readonly [NrcName, NrcKind]>>)[nrc];
  const [name, kind] = known ?? rangeOf(nrc);
  const legacy = (legacyNegativeResponseCodes as Readonly<Record<number, readonly [LegacyNrcName, NrcKind]>>)[nrc];
  return legacy === undefined ? { nrc, name, kind } : { nrc, name, kind, legacy: { name: legacy[0], kind: legacy[1] } };
}

function rangeOf(nrc: number): readonly [NrcName, NrcKind] {
  if (nrc === 0x00) return ["positiveResponse", "reserved"];
  if (nrc < 0x95 || nrc === 0xff) return ["isoSaeReserved", "reserved"];
  if (nrc < 0xf0) return ["reservedForSpecificConditionsNotCorrect", "reserved"];
  return ["vehicleManufacturerSpecificConditionsNotCorrect", "manufacturer"];
}
