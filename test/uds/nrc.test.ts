import { describe, expect, it } from "vitest";
import {
  describeNrc,
  legacyNegativeResponseCodes,
  negativeResponseCodes,
  serviceName,
  serviceNames,
} from "../../src/uds/index.ts";

describe("negative response codes", () => {
  it("holds the 59 of the 2020 edition", () => {
    const codes = Object.keys(negativeResponseCodes).map((code) => Number(code).toString(16));
    expect(codes.join(" ")).toBe(
      "10 11 12 13 14 21 22 24 25 26 31 33 34 35 36 37 38 39 3a 50 51 52 53 54 55 56 57 58 59 5a 5b 5c 5d " +
        "70 71 72 73 78 7e 7f 81 82 83 84 85 86 87 88 89 8a 8b 8c 8d 8f 90 91 92 93 94",
    );
    expect(codes).toHaveLength(59);
    expect(new Set(Object.values(negativeResponseCodes).map(([name]) => name)).size).toBe(59);
  });

  it.each([
    [0x10, "generalReject", "permanent"],
    [0x21, "busyRepeatRequest", "busy"],
    [0x22, "conditionsNotCorrect", "precondition"],
    [0x25, "noResponseFromSubnetComponent", "retryable"],
    [0x31, "requestOutOfRange", "permanent"],
    [0x33, "securityAccessDenied", "security"],
    [0x50, "certificateVerificationFailedInvalidTimePeriod", "security"],
    [0x73, "wrongBlockSequenceCounter", "programming"],
    [0x78, "requestCorrectlyReceivedResponsePending", "pending"],
    [0x7f, "serviceNotSupportedInActiveSession", "precondition"],
    [0x88, "vehicleSpeedTooHigh", "precondition"],
    [0x94, "resourceTemporarilyNotAvailable", "retryable"],
    [0x00, "positiveResponse", "reserved"],
    [0x01, "isoSaeReserved", "reserved"],
    [0x45, "isoSaeReserved", "reserved"],
    [0x8e, "isoSaeReserved", "reserved"],
    [0x95, "reservedForSpecificConditionsNotCorrect", "reserved"],
    [0xef, "reservedForSpecificConditionsNotCorrect", "reserved"],
    [0xf0, "vehicleManufacturerSpecificConditionsNotCorrect", "manufacturer"],
    [0xfe, "vehicleManufacturerSpecificConditionsNotCorrect", "manufacturer"],
    [0xff, "isoSaeReserved", "reserved"],
  ])("describes %i as %s, %s", (nrc, name, kind) => {
    expect(describeNrc(nrc)).toEqual({ nrc, name, kind });
  });

  it("has an answer for every byte, and its own name for each of the 59", () => {
    for (let nrc = 0; nrc <= 0xff; nrc++) {
      const known = (negativeResponseCodes as Record<number, readonly [string, string]>)[nrc];
      const { name, kind } = describeNrc(nrc);
      if (known) expect([name, kind]).toEqual(known);
      else expect(["reserved", "manufacturer"]).toContain(kind);
    }
  });

  it("lets only 0x78 be pending and only 0x21 be busy", () => {
    const ofKind = (kind: string) =>
      Object.entries(negativeResponseCodes).filter(([, entry]) => entry[1] === kind).length;
    expect(ofKind("pending")).toBe(1);
    expect(ofKind("busy")).toBe(1);
  });

  it.each([
    [0x38, "secureDataTransmissionRequired", "generalSecurityViolation", "security"],
    [0x39, "secureDataTransmissionNotAllowed", "securedModeRequested", "security"],
    [0x3a, "secureDataVerificationFailed", "insufficientProtection", "security"],
    [0x3b, "isoSaeReserved", "terminationWithSignatureRequested", "security"],
    [0x3c, "isoSaeReserved", "accessDenied", "security"],
    [0x3d, "isoSaeReserved", "versionNotSupported", "permanent"],
    [0x3e, "isoSaeReserved", "securedLinkNotSupported", "permanent"],
    [0x3f, "isoSaeReserved", "certificateNotAvailable", "security"],
    [0x40, "isoSaeReserved", "auditTrailInformationNotAvailable", "permanent"],
  ])("tells what ISO 15764 meant by %i", (nrc, name, legacyName, kind) => {
    expect(describeNrc(nrc)).toMatchObject({ nrc, name, legacy: { name: legacyName, kind } });
  });

  it("has no ISO 15764 name for other codes", () => {
    expect(Object.keys(legacyNegativeResponseCodes)).toHaveLength(9);
    expect(describeNrc(0x37)).not.toHaveProperty("legacy");
    expect(describeNrc(0x41)).not.toHaveProperty("legacy");
  });

  it.each([-1, 256, 1.5, Number.NaN])("takes %d for a mistake of the caller", (nrc) => {
    expect(() => describeNrc(nrc)).toThrow(new RangeError(`"nrc" expected integer 0..255, got ${nrc}`));
  });
});

describe("service names", () => {
  it("holds 27 services under distinct names", () => {
    expect(Object.keys(serviceNames)).toHaveLength(27);
    expect(new Set(Object.values(serviceNames)).size).toBe(27);
  });

  it("names a request SID, not a response SID", () => {
    expect(serviceName(0x19)).toBe("readDTCInformation");
    expect(serviceName(0x3e)).toBe("testerPresent");
    expect(serviceName(0x87)).toBe("linkControl");
    expect(serviceName(0x59)).toBe("unknown");
    expect(serviceName(-1)).toBe("unknown");
  });
});
