/**
 * Authentication (0x29): certificates, challenges and proofs of ownership by which tester and ECU come to trust each other.
 *
 * The messages alone; what the certificates and proofs are worth is not looked at.
 *
 * Standard: ISO 14229-1:2020 (Authentication); layout as python-udsoncan and scapy agree on it. (mdabrowski1990/uds gives
 * certificateEvaluationId one byte; the others two.)
 */

import type { Bytes } from "../../core/index.ts";
import type {
  AuthenticationRequest,
  AuthenticationResponse,
  AuthenticationTask,
  EncodableAuthenticationRequest,
  EncodableAuthenticationResponse,
} from "../authentication-messages.ts";
import type { DecodeOptions, UdsResult } from "../decoding.ts";
import { type EncodeOptions, requireEdition } from "../editions.ts";
import { PduReader } from "../pdu-reader.ts";
import { PduWriter } from "../pdu-writer.ts";
import { SubFunctionNames } from "../sub-functions.ts";
import { otherRequest, type UnknownRequest, unknownSubFunctionRequest } from "../unknown-request.ts";
import { otherResponse, type UnknownResponse, unknownSubFunctionResponse } from "../unknown-response.ts";

export type * from "../authentication-messages.ts";

/** Names of the values of authenticationReturnParameter; the others are reserved or the manufacturer's. */
export const authenticationReturnParameters = {
  0x00: "requestAccepted",
  0x01: "generalReject",
  0x02: "authenticationConfigurationApce",
  0x03: "authenticationConfigurationAcrWithAsymmetricCryptography",
  0x04: "authenticationConfigurationAcrWithSymmetricCryptography",
  0x10: "deAuthenticationSuccessful",
  0x11: "certificateVerifiedOwnershipVerificationNecessary",
  0x12: "ownershipVerifiedAuthenticationComplete",
  0x13: "certificateVerified",
} as const;

/** How a field stands on the wire: one or two bytes, 16 bytes, or a two-byte length and that many bytes. */
type FieldForm = "byte" | "word" | "sixteenBytes" | "notEmpty" | "mayBeEmpty";
type Layout = Readonly<Record<string, FieldForm>>;

const names: SubFunctionNames<AuthenticationTask> = /* @__PURE__ */ new SubFunctionNames<AuthenticationTask>(
  {
    0x00: "deAuthenticate",
    0x01: "verifyCertificateUnidirectional",
    0x02: "verifyCertificateBidirectional",
    0x03: "proofOfOwnership",
    0x04: "transmitCertificate",
    0x05: "requestChallengeForAuthentication",
    0x06: "verifyProofOfOwnershipUnidirectional",
    0x07: "verifyProofOfOwnershipBidirectional",
    0x08: "authenticationConfiguration",
  },
  "reservedOnly",
);

/** Fields of a request in the order of the message. */
const requestLayouts: Readonly<Record<AuthenticationTask, Layout>> = {
  deAuthenticate: {},
  verifyCertificateUnidirectional: {
    communicationConfiguration: "byte",
    certificateClient: "notEmpty",
    challengeClient: "mayBeEmpty",
  },
  verifyCertificateBidirectional: {
    communicationConfiguration: "byte",
    certificateClient: "notEmpty",
    challengeClient: "notEmpty",
  },
  proofOfOwnership: { proofOfOwnershipClient: "notEmpty", ephemeralPublicKeyClient: "mayBeEmpty" },
  transmitCertificate: { certificateEvaluationId: "word", certificateData: "notEmpty" },
  requestChallengeForAuthentication: { communicationConfiguration: "byte", algorithmIndicator: "sixteenBytes" },
  verifyProofOfOwnershipUnidirectional: {
    algorithmIndicator: "sixteenBytes",
    proofOfOwnershipClient: "notEmpty",
    challengeClient: "mayBeEmpty",
    additionalParameter: "mayBeEmpty",
  },
  verifyProofOfOwnershipBidirectional: {
    algorithmIndicator: "sixteenBytes",
    proofOfOwnershipClient: "notEmpty",
    challengeClient: "notEmpty",
    additionalParameter: "mayBeEmpty",
  },
  authenticationConfiguration: {},
};

/** Fields of a response after the return parameter, in the order of the message. */
const responseLayouts: Readonly<Record<AuthenticationTask, Layout>> = {
  deAuthenticate: {},
  verifyCertificateUnidirectional: { challengeServer: "notEmpty", ephemeralPublicKeyServer: "mayBeEmpty" },
  verifyCertificateBidirectional: {
    challengeServer: "notEmpty",
    certificateServer: "notEmpty",
    proofOfOwnershipServer: "notEmpty",
    ephemeralPublicKeyServer: "mayBeEmpty",
  },
  proofOfOwnership: { sessionKeyInfo: "mayBeEmpty" },
  transmitCertificate: {},
  requestChallengeForAuthentication: {
    algorithmIndicator: "sixteenBytes",
    challengeServer: "notEmpty",
    neededAdditionalParameter: "mayBeEmpty",
  },
  verifyProofOfOwnershipUnidirectional: { algorithmIndicator: "sixteenBytes", sessionKeyInfo: "mayBeEmpty" },
  verifyProofOfOwnershipBidirectional: {
    algorithmIndicator: "sixteenBytes",
    proofOfOwnershipServer: "notEmpty",
    sessionKeyInfo: "mayBeEmpty",
  },
  authenticationConfiguration: {},
};

const sinceEdition2020 = { since: "2020" } as const;

/**
 * Reads a request; that of another service, and reserved tasks, come back as `unknown`. Never throws.
 *
 * Faults: `ERR_UDS_SHORT`, `ERR_UDS_TRAILING_BYTES`, `ERR_UDS_LENGTH_FORMAT` (an empty field that must not be).
 */
export function decodeAuthenticationRequest(
  bytes: Uint8Array,
  options: DecodeOptions = {},
): UdsResult<AuthenticationRequest | UnknownRequest> {
  if (bytes[0] !== 0x29) return otherRequest(bytes);
  const pdu = new PduReader(bytes, options);
  const subFunctionId = pdu.subFunction();
  if (pdu.failed) return pdu.fail();
  const subFunction = names.nameOf(subFunctionId);
  if (!isTask(subFunction)) return unknownSubFunctionRequest(bytes, subFunctionId);
  // The layout of the task has the members of its type; the compiler sees them apart.
  return pdu.finish({
    kind: "request",
    service: "authentication",
    sid: 0x29,
    subFunction,
    subFunctionId,
    suppressPosRspMsgIndicationBit: pdu.suppress,
    ...readFields(pdu, requestLayouts[subFunction]),
    bytes,
  } as AuthenticationRequest);
}

/**
 * Writes a request.
 *
 * @throws {@link UdsError} `ERR_UDS_VALUE`, `ERR_UDS_EDITION`
 */
export function encodeAuthenticationRequest(
  request: EncodableAuthenticationRequest,
  options: EncodeOptions = {},
): Bytes {
  requireEdition(sinceEdition2020, options, "authentication", "/service");
  const { subFunction, suppressPosRspMsgIndicationBit } = request;
  const pdu = new PduWriter(0x29, 64).subFunction(names.idOf(request), suppressPosRspMsgIndicationBit);
  return writeFields(pdu, request, layoutOf(pdu, requestLayouts, subFunction)).finish();
}

/**
 * Reads a positive response; another message, and reserved tasks, come back as `unknown`. Never throws.
 *
 * Faults: `ERR_UDS_SHORT`, `ERR_UDS_TRAILING_BYTES`, `ERR_UDS_LENGTH_FORMAT` (an empty field that must not be).
 */
export function decodeAuthenticationResponse(
  bytes: Uint8Array,
  options: DecodeOptions = {},
): UdsResult<AuthenticationResponse | UnknownResponse> {
  if (bytes[0] !== 0x69) return otherResponse(bytes);
  const pdu = new PduReader(bytes, options);
  const subFunctionId = pdu.echoedSubFunction();
  if (pdu.failed) return pdu.fail();
  const subFunction = names.nameOf(subFunctionId);
  if (!isTask(subFunction)) return unknownSubFunctionResponse(bytes, subFunctionId, pdu.warnings);
  return pdu.finish({
    kind: "positive",
    service: "authentication",
    sid: 0x69,
    subFunction,
    subFunctionId,
    suppressPosRspMsgIndicationBit: pdu.suppress,
    authenticationReturnParameter: pdu.u8("/authenticationReturnParameter"),
    ...readFields(pdu, responseLayouts[subFunction]),
    bytes,
  } as AuthenticationResponse);
}

/**
 * Writes a response.
 *
 * @throws {@link UdsError} `ERR_UDS_VALUE`, `ERR_UDS_EDITION`
 */
export function encodeAuthenticationResponse(
  response: EncodableAuthenticationResponse,
  options: EncodeOptions = {},
): Bytes {
  requireEdition(sinceEdition2020, options, "authentication", "/service");
  const { subFunction, authenticationReturnParameter, suppressPosRspMsgIndicationBit } = response;
  const pdu = new PduWriter(0x69, 64)
    .subFunction(names.idOf(response), suppressPosRspMsgIndicationBit)
    .u8(authenticationReturnParameter, "/authenticationReturnParameter");
  return writeFields(pdu, response, layoutOf(pdu, responseLayouts, subFunction)).finish();
}

function isTask(name: string): name is AuthenticationTask {
  return Object.hasOwn(requestLayouts, name);
}

function layoutOf(pdu: PduWriter, layouts: Readonly<Record<AuthenticationTask, Layout>>, task: string): Layout {
  if (!isTask(task)) throw pdu.wrong("/subFunction", "a reserved task has no fields to write");
  return layouts[task];
}

function readFields(pdu: PduReader, layout: Layout): Readonly<Record<string, number | Uint8Array>> {
  const fields: Record<string, number | Uint8Array> = {};
  for (const [name, form] of Object.entries(layout)) {
    const path = `/${name}`;
    if (form === "byte") fields[name] = pdu.u8(path);
    else if (form === "word") fields[name] = pdu.u16(path);
    else if (form === "sixteenBytes") fields[name] = pdu.take(16, path);
    else fields[name] = pdu.counted(path, form);
  }
  return fields;
}

function writeFields(pdu: PduWriter, message: object, layout: Layout): PduWriter {
  for (const [name, form] of Object.entries(layout)) {
    const path = `/${name}`;
    const value = (message as Readonly<Record<string, unknown>>)[name];
    if (form === "byte") pdu.u8(value as number, path);
    else if (form === "word") pdu.u16(value as number, path);
    else if (form === "sixteenBytes") pdu.fixed(value as Uint8Array, 16, path);
    else pdu.counted(value as Uint8Array, path, form === "notEmpty" ? 1 : 0);
  }
  return pdu;
}
