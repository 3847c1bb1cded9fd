import { describe, expect, it } from "vitest";
import { bytesToHex, hexToBytes } from "../../../src/core/index.ts";
import {
  authenticationReturnParameters,
  decodeRequest,
  decodeResponse,
  describeAdministrativeParameter,
  encodeResponse,
} from "../../../src/uds/index.ts";
import { checkRequest, checkResponse, requestError, requestFault, responseError, responseFault } from "./messages.ts";

const short = "ERR_UDS_SHORT";
const value = "ERR_UDS_VALUE";
const trailing = "ERR_UDS_TRAILING_BYTES";
const format = "ERR_UDS_LENGTH_FORMAT";
const edition = "ERR_UDS_EDITION";
const empty = new Uint8Array();

describe("securityAccess", () => {
  const service = "securityAccess";

  it.each([
    ["01", "02", 1],
    ["41", "42", 33],
    ["5f", "60", 48],
    ["7d", "7e", 63],
  ] as const)("reads and writes the seed of %s and the key of %s as level %i", (odd, even, securityLevel) => {
    const seed = { service, subFunction: "requestSeed", securityLevel } as const;
    const key = { service, subFunction: "sendKey", securityLevel } as const;
    checkRequest([`27${odd}`, seed, { securityAccessDataRecord: empty }]);
    checkRequest([`27${odd}aa`, { ...seed, securityAccessDataRecord: Uint8Array.of(0xaa) }]);
    checkRequest([`27${even}0102`, { ...key, securityKey: Uint8Array.of(1, 2) }]);
    checkResponse([`67${odd}0000`, { ...seed, securitySeed: Uint8Array.of(0, 0) }]);
    checkResponse([`67${even}`, key]);
  });

  it("keeps sub-functions of no level as bytes", () => {
    for (const id of ["00", "7f"]) {
      const subFunctionId = Number.parseInt(id, 16);
      checkRequest([`27${id}01`, { kind: "unknown", bytes: hexToBytes(`27${id}01`) }, { service, subFunctionId }]);
      checkResponse([`67${id}`, { kind: "unknown", bytes: hexToBytes(`67${id}`) }, { service, subFunctionId }]);
    }
    expect(decodeResponse(hexToBytes("6780"))).toMatchObject({ warnings: [{ code: "suppress_bit_echoed" }] });
  });

  it("needs a key, and a seed", () => {
    expect(requestFault("27")).toEqual([short, "/subFunctionId", 1]);
    expect(requestFault("2702")).toEqual([short, "/securityKey", 2]);
    expect(responseFault("67")).toEqual([short, "/subFunctionId", 1]);
    expect(responseFault("6701")).toEqual([short, "/securitySeed", 2]);
    expect(responseFault("670200")).toEqual([trailing, "", 2]);
  });

  it.each([
    [{ subFunction: "requestSeed", securityLevel: 0 }, "/securityLevel"],
    [{ subFunction: "requestSeed", securityLevel: 64 }, "/securityLevel"],
    [{ subFunction: "requestSeed", securityLevel: 1.5 }, "/securityLevel"],
    [{ subFunction: "requestSeed", securityLevel: 1, subFunctionId: 2 }, "/subFunctionId"],
    [{ subFunction: "sendKey", securityLevel: 1, subFunctionId: 1, securityKey: Uint8Array.of(1) }, "/subFunctionId"],
    [{ subFunction: "sendKey", securityLevel: 1, securityKey: empty }, "/securityKey"],
    [{ subFunction: "askSeed", securityLevel: 1 }, "/subFunction"],
  ])("writes no request of case %#", (members, path) => {
    expect(requestError({ service, ...members })).toEqual([value, path]);
  });

  it("writes no response without a seed", () => {
    const seed = { service, subFunction: "requestSeed", securityLevel: 1, securitySeed: empty };
    expect(responseError(seed)).toEqual([value, "/securitySeed"]);
    expect(responseError({ ...seed, subFunction: "sendKey", subFunctionId: 4 })).toEqual([value, "/subFunctionId"]);
    expect(bytesToHex(encodeResponse({ service, subFunction: "sendKey", securityLevel: 1, subFunctionId: 2 }))).toBe(
      "6702",
    );
  });
});

describe("authentication", () => {
  const service = "authentication";
  const a = Uint8Array.of(0xaa);
  const b = Uint8Array.of(0xbb, 0xbc);
  const algorithmIndicator = new Uint8Array(16).fill(0x11);
  const algorithm = "11".repeat(16);

  it("reads and writes the request of every task", () => {
    checkRequest(["2900", { service, subFunction: "deAuthenticate" }]);
    checkRequest([
      "2901050001aa0000",
      {
        service,
        subFunction: "verifyCertificateUnidirectional",
        communicationConfiguration: 5,
        certificateClient: a,
        challengeClient: empty,
      },
    ]);
    checkRequest([
      "2982050001aa0002bbbc",
      {
        service,
        subFunction: "verifyCertificateBidirectional",
        suppressPosRspMsgIndicationBit: true,
        communicationConfiguration: 5,
        certificateClient: a,
        challengeClient: b,
      },
    ]);
    checkRequest([
      "29030001aa0000",
      { service, subFunction: "proofOfOwnership", proofOfOwnershipClient: a, ephemeralPublicKeyClient: empty },
    ]);
    checkRequest([
      "290412340002bbbc",
      { service, subFunction: "transmitCertificate", certificateEvaluationId: 0x1234, certificateData: b },
    ]);
    checkRequest([
      `290507${algorithm}`,
      { service, subFunction: "requestChallengeForAuthentication", communicationConfiguration: 7, algorithmIndicator },
    ]);
    const proof = { service, algorithmIndicator, proofOfOwnershipClient: a } as const;
    checkRequest([
      `2906${algorithm}0001aa00000000`,
      {
        ...proof,
        subFunction: "verifyProofOfOwnershipUnidirectional",
        challengeClient: empty,
        additionalParameter: empty,
      },
    ]);
    checkRequest([
      `2907${algorithm}0001aa0002bbbc0001aa`,
      { ...proof, subFunction: "verifyProofOfOwnershipBidirectional", challengeClient: b, additionalParameter: a },
    ]);
    checkRequest(["2908", { service, subFunction: "authenticationConfiguration" }]);
  });

  it("reads and writes the response of every task", () => {
    const result = { service, authenticationReturnParameter: 0x12 } as const;
    checkResponse(["690012", { ...result, subFunction: "deAuthenticate" }]);
    checkResponse(["690412", { ...result, subFunction: "transmitCertificate" }]);
    checkResponse(["690812", { ...result, subFunction: "authenticationConfiguration" }]);
    checkResponse([
      "6901120001aa0000",
      {
        ...result,
        subFunction: "verifyCertificateUnidirectional",
        challengeServer: a,
        ephemeralPublicKeyServer: empty,
      },
    ]);
    checkResponse([
      "6902120001aa0002bbbc0001aa0001aa",
      {
        ...result,
        subFunction: "verifyCertificateBidirectional",
        challengeServer: a,
        certificateServer: b,
        proofOfOwnershipServer: a,
        ephemeralPublicKeyServer: a,
      },
    ]);
    checkResponse(["6903120000", { ...result, subFunction: "proofOfOwnership", sessionKeyInfo: empty }]);
    const algorithmic = { ...result, algorithmIndicator };
    checkResponse([
      `690512${algorithm}0001aa0000`,
      {
        ...algorithmic,
        subFunction: "requestChallengeForAuthentication",
        challengeServer: a,
        neededAdditionalParameter: empty,
      },
    ]);
    checkResponse([
      `690612${algorithm}0000`,
      { ...algorithmic, subFunction: "verifyProofOfOwnershipUnidirectional", sessionKeyInfo: empty },
    ]);
    checkResponse([
      `690712${algorithm}0001aa0002bbbc`,
      {
        ...algorithmic,
        subFunction: "verifyProofOfOwnershipBidirectional",
        proofOfOwnershipServer: a,
        sessionKeyInfo: b,
      },
    ]);
    expect(authenticationReturnParameters[0x12]).toBe("ownershipVerifiedAuthenticationComplete");
  });

  it.each([
    ["29", short, "/subFunctionId", 1],
    ["290000", trailing, "", 2],
    ["2901", short, "/communicationConfiguration", 2],
    ["290105", short, "/certificateClient", 3],
    ["29010500", short, "/certificateClient", 4],
    ["2901050000", format, "/certificateClient", 3],
    ["2901050002aa", short, "/certificateClient", 6],
    ["2901050001aa", short, "/challengeClient", 6],
    ["2902050001aa0000", format, "/challengeClient", 6],
    ["2904120001aa", short, "/certificateData", 6],
    [`290507${algorithm.slice(2)}`, short, "/algorithmIndicator", 18],
    [`2907${algorithm}0001aa00000000`, format, "/challengeClient", 21],
    [`2906${algorithm}0001aa0000000000`, trailing, "", 25],
  ])("refuses %s", (hex, ...fault) => {
    expect(requestFault(hex)).toEqual(fault);
  });

  it.each([
    ["69", short, "/subFunctionId", 1],
    ["6900", short, "/authenticationReturnParameter", 2],
    ["6901120000", format, "/challengeServer", 3],
    ["6902120001aa0000", format, "/certificateServer", 6],
    ["6902120001aa0001aa0000", format, "/proofOfOwnershipServer", 9],
    ["690312", short, "/sessionKeyInfo", 3],
    ["69001200", trailing, "", 3],
  ])("refuses %s", (hex, ...fault) => {
    expect(responseFault(hex)).toEqual(fault);
  });

  it("keeps reserved tasks as bytes", () => {
    checkRequest(["290901", { kind: "unknown", bytes: hexToBytes("290901") }, { service, subFunctionId: 9 }]);
    checkResponse(["697f", { kind: "unknown", bytes: hexToBytes("697f") }, { service, subFunctionId: 0x7f }]);
    expect(decodeResponse(hexToBytes("69ff"))).toMatchObject({ warnings: [{ code: "suppress_bit_echoed" }] });
    const reserved = { service, subFunction: "isoSaeReserved", subFunctionId: 9, authenticationReturnParameter: 0 };
    expect(requestError(reserved)).toEqual([value, "/subFunction"]);
    expect(responseError(reserved)).toEqual([value, "/subFunction"]);
  });

  it("is there since the edition of 2020", () => {
    const message = { service, subFunction: "deAuthenticate", authenticationReturnParameter: 0 };
    for (const year of ["2006", "2013"] as const) {
      expect(requestError(message, { edition: year })).toEqual([edition, "/service"]);
      expect(responseError(message, { edition: year })).toEqual([edition, "/service"]);
    }
    checkRequest(["2900", { service, subFunction: "deAuthenticate" }]);
  });

  it.each([
    [
      { subFunction: "proofOfOwnership", proofOfOwnershipClient: empty, ephemeralPublicKeyClient: a },
      "/proofOfOwnershipClient",
    ],
    [
      { subFunction: "transmitCertificate", certificateEvaluationId: 65536, certificateData: a },
      "/certificateEvaluationId",
    ],
    [
      { subFunction: "transmitCertificate", certificateEvaluationId: 1, certificateData: new Uint8Array(65536) },
      "/certificateData",
    ],
    [
      {
        subFunction: "requestChallengeForAuthentication",
        communicationConfiguration: 256,
        algorithmIndicator,
      },
      "/communicationConfiguration",
    ],
    [
      { subFunction: "requestChallengeForAuthentication", communicationConfiguration: 1, algorithmIndicator: a },
      "/algorithmIndicator",
    ],
  ])("writes no request of case %#", (members, path) => {
    expect(requestError({ service, ...members })).toEqual([value, path]);
  });

  it("tells a caller what is missing", () => {
    const message = { service, subFunction: "proofOfOwnership" };
    expect(() => requestError(message)).toThrow(
      new TypeError('"/proofOfOwnershipClient" expected Uint8Array, got Undefined'),
    );
    expect(responseError({ service, subFunction: "deAuthenticate" })).toEqual([
      value,
      "/authenticationReturnParameter",
    ]);
  });
});

describe("securedDataTransmission", () => {
  const service = "securedDataTransmission";
  const secured = {
    administrativeParameter: 0x0019,
    signatureEncryptionCalculation: 0x3a,
    antiReplayCounter: 0x4aa4,
    internalSid: 0x22,
    serviceSpecificParameters: Uint8Array.of(0xf1, 0x90),
    signature: Uint8Array.of(0xaa, 0xbb, 0xcc),
  };
  const record = "00193a00034aa422f190aabbcc";
  const securityDataRecord = hexToBytes(record);

  it("reads and writes the layout of 2020", () => {
    checkRequest([`84${record}`, { service, secured }, { securityDataRecord }]);
    checkResponse([`c4${record}`, { service, secured }, { securityDataRecord }]);
    const bare = { ...secured, serviceSpecificParameters: empty, signature: empty };
    const short = "00193a00004aa422";
    checkRequest([`84${short}`, { service, secured: bare }, { securityDataRecord: hexToBytes(short) }]);
    expect(requestError({ service, secured }, { edition: "2013" })).toEqual([edition, "/secured"]);
    expect(responseError({ service, secured }, { edition: "2006" })).toEqual([edition, "/secured"]);
  });

  it("keeps a record that does not fit as bytes, and says so", () => {
    for (const open of ["00193a00044aa422f190aa".slice(0, 22), "00193a00004aa4", "ff"]) {
      const result = decodeRequest(hexToBytes(`84${open}`));
      expect(result).toMatchObject({
        ok: true,
        value: { service, securityDataRecord: hexToBytes(open) },
        warnings: [{ code: "secured_data_opaque", path: "/securityDataRecord" }],
      });
      expect(result.ok && "secured" in result.value).toBe(false);
    }
    expect(requestFault("84")).toEqual([short, "/securityDataRecord", 1]);
    expect(responseFault("c4")).toEqual([short, "/securityDataRecord", 1]);
  });

  it("reads the form that the caller asks for", () => {
    const open = { service, securityDataRecord } as const;
    checkRequest([`84${record}`, open], { securedDataForm: "2013" });
    checkResponse([`c4${record}`, open], { securedDataForm: "2013" });
    expect(requestError(open, { edition: "2020" })).toEqual([edition, "/securityDataRecord"]);
    checkRequest([`84${record}`, { service, secured }, { securityDataRecord }], { securedDataForm: "2020" });
    expect(requestFault("84", { securedDataForm: "2013" })).toEqual([short, "/securityDataRecord", 1]);
  });

  it.each([
    ["84", "/secured/administrativeParameter"],
    ["840019", "/secured/signatureEncryptionCalculation"],
    ["8400193a00", "/secured/signature"],
    ["8400193a0003", "/secured/antiReplayCounter"],
    ["8400193a00034aa4", "/secured/internalSid"],
    ["8400193a00034aa422aabb", "/secured/signature"],
  ])("refuses %s in the form of 2020", (hex, path) => {
    expect(requestFault(hex, { securedDataForm: "2020" })).toEqual([short, path, hex.length / 2]);
  });

  it.each([
    ["administrativeParameter", 0x10000, "administrativeParameter"],
    ["signatureEncryptionCalculation", 256, "signatureEncryptionCalculation"],
    ["antiReplayCounter", -1, "antiReplayCounter"],
    ["internalSid", 256, "internalSid"],
    ["signature", new Uint8Array(65536), "signature"],
  ])("writes no message whose %s has no place", (name, odd, path) => {
    expect(requestError({ service, secured: { ...secured, [name]: odd } })).toEqual([value, `/secured/${path}`]);
  });

  it("writes a record of at least one byte", () => {
    expect(requestError({ service, securityDataRecord: empty })).toEqual([value, "/securityDataRecord"]);
    expect(() => requestError({ service })).toThrow(
      new TypeError('"/securityDataRecord" expected Uint8Array, got Undefined'),
    );
  });

  it.each([
    [0x01, "isRequestMessage"],
    [0x08, "isPreEstablishedKeyUsed"],
    [0x10, "isMessageEncrypted"],
    [0x20, "isMessageSigned"],
    [0x40, "isSignatureOnResponseRequested"],
  ])("knows bit %i of the administrative parameter as %s", (bit, name) => {
    const none = {
      isRequestMessage: false,
      isPreEstablishedKeyUsed: false,
      isMessageEncrypted: false,
      isMessageSigned: false,
      isSignatureOnResponseRequested: false,
    };
    expect(describeAdministrativeParameter(bit)).toEqual({ ...none, [name]: true });
    expect(describeAdministrativeParameter(0xff86)).toEqual(none);
  });
});
