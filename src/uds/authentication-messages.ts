/**
 * The messages of Authentication (0x29). Types alone.
 *
 * Standard: ISO 14229-1:2020 (Authentication); see `services/authentication.ts` for who agrees on what.
 */

import type { Encodable, RequestMessage, ResponseMessage, SubFunction } from "./messages.ts";

/** authenticationTask. */
export type AuthenticationTask =
  | "deAuthenticate"
  | "verifyCertificateUnidirectional"
  | "verifyCertificateBidirectional"
  | "proofOfOwnership"
  | "transmitCertificate"
  | "requestChallengeForAuthentication"
  | "verifyProofOfOwnershipUnidirectional"
  | "verifyProofOfOwnershipBidirectional"
  | "authenticationConfiguration";

/** What every request has. Byte arrays are views of the message, not copies. */
interface AuthenticationRequestOf<Name extends AuthenticationTask>
  extends RequestMessage<"authentication", 0x29>,
    SubFunction<Name> {}

/** Request 0x29 00 or 08: ends the authentication, or asks which kind the ECU supports. */
export interface PlainAuthenticationRequest
  extends AuthenticationRequestOf<"deAuthenticate" | "authenticationConfiguration"> {}

/** Request 0x29 01 or 02. */
export interface VerifyCertificateRequest
  extends AuthenticationRequestOf<"verifyCertificateUnidirectional" | "verifyCertificateBidirectional"> {
  /** 0 .. 255. */
  readonly communicationConfiguration: number;
  /** At least one byte. */
  readonly certificateClient: Uint8Array;
  /** May be empty where the ECU does not authenticate itself. */
  readonly challengeClient: Uint8Array;
}

/** Request 0x29 03. */
export interface ProofOfOwnershipRequest extends AuthenticationRequestOf<"proofOfOwnership"> {
  /** At least one byte. */
  readonly proofOfOwnershipClient: Uint8Array;
  /** May be empty. */
  readonly ephemeralPublicKeyClient: Uint8Array;
}

/** Request 0x29 04. */
export interface TransmitCertificateRequest extends AuthenticationRequestOf<"transmitCertificate"> {
  /** 0 .. 0xFFFF. */
  readonly certificateEvaluationId: number;
  /** At least one byte. */
  readonly certificateData: Uint8Array;
}

/** Request 0x29 05. */
export interface RequestChallengeForAuthenticationRequest
  extends AuthenticationRequestOf<"requestChallengeForAuthentication"> {
  /** 0 .. 255. */
  readonly communicationConfiguration: number;
  /** 16 bytes. */
  readonly algorithmIndicator: Uint8Array;
}

/** Request 0x29 06 or 07. */
export interface VerifyProofOfOwnershipRequest
  extends AuthenticationRequestOf<"verifyProofOfOwnershipUnidirectional" | "verifyProofOfOwnershipBidirectional"> {
  /** 16 bytes. */
  readonly algorithmIndicator: Uint8Array;
  /** At least one byte. */
  readonly proofOfOwnershipClient: Uint8Array;
  /** May be empty where the ECU does not authenticate itself. */
  readonly challengeClient: Uint8Array;
  /** May be empty. */
  readonly additionalParameter: Uint8Array;
}

/** Request of Authentication; tell them apart by `subFunction`. */
export type AuthenticationRequest =
  | PlainAuthenticationRequest
  | VerifyCertificateRequest
  | ProofOfOwnershipRequest
  | TransmitCertificateRequest
  | RequestChallengeForAuthenticationRequest
  | VerifyProofOfOwnershipRequest;

/** What every response has. Byte arrays are views of the message, not copies. */
interface AuthenticationResponseOf<Name extends AuthenticationTask>
  extends ResponseMessage<"authentication", 0x69>,
    SubFunction<Name> {
  /** authenticationReturnParameter, 0 .. 255; see `authenticationReturnParameters`. */
  readonly authenticationReturnParameter: number;
}

/** Positive response 0x69 00, 04 or 08. */
export interface PlainAuthenticationResponse
  extends AuthenticationResponseOf<"deAuthenticate" | "transmitCertificate" | "authenticationConfiguration"> {}

/** Positive response 0x69 01. */
export interface VerifyCertificateUnidirectionalResponse
  extends AuthenticationResponseOf<"verifyCertificateUnidirectional"> {
  /** At least one byte. */
  readonly challengeServer: Uint8Array;
  /** May be empty. */
  readonly ephemeralPublicKeyServer: Uint8Array;
}

/** Positive response 0x69 02. */
export interface VerifyCertificateBidirectionalResponse
  extends AuthenticationResponseOf<"verifyCertificateBidirectional"> {
  /** At least one byte. */
  readonly challengeServer: Uint8Array;
  /** At least one byte. */
  readonly certificateServer: Uint8Array;
  /** At least one byte. */
  readonly proofOfOwnershipServer: Uint8Array;
  /** May be empty. */
  readonly ephemeralPublicKeyServer: Uint8Array;
}

/** Positive response 0x69 03. */
export interface ProofOfOwnershipResponse extends AuthenticationResponseOf<"proofOfOwnership"> {
  /** May be empty. */
  readonly sessionKeyInfo: Uint8Array;
}

/** Positive response 0x69 05. */
export interface RequestChallengeForAuthenticationResponse
  extends AuthenticationResponseOf<"requestChallengeForAuthentication"> {
  /** 16 bytes. */
  readonly algorithmIndicator: Uint8Array;
  /** At least one byte. */
  readonly challengeServer: Uint8Array;
  /** May be empty. */
  readonly neededAdditionalParameter: Uint8Array;
}

/** Positive response 0x69 06. */
export interface VerifyProofOfOwnershipUnidirectionalResponse
  extends AuthenticationResponseOf<"verifyProofOfOwnershipUnidirectional"> {
  /** 16 bytes. */
  readonly algorithmIndicator: Uint8Array;
  /** May be empty. */
  readonly sessionKeyInfo: Uint8Array;
}

/** Positive response 0x69 07. */
export interface VerifyProofOfOwnershipBidirectionalResponse
  extends AuthenticationResponseOf<"verifyProofOfOwnershipBidirectional"> {
  /** 16 bytes. */
  readonly algorithmIndicator: Uint8Array;
  /** At least one byte. */
  readonly proofOfOwnershipServer: Uint8Array;
  /** May be empty. */
  readonly sessionKeyInfo: Uint8Array;
}

/** Positive response of Authentication; tell them apart by `subFunction`. */
export type AuthenticationResponse =
  | PlainAuthenticationResponse
  | VerifyCertificateUnidirectionalResponse
  | VerifyCertificateBidirectionalResponse
  | ProofOfOwnershipResponse
  | RequestChallengeForAuthenticationResponse
  | VerifyProofOfOwnershipUnidirectionalResponse
  | VerifyProofOfOwnershipBidirectionalResponse;

/** What is needed to write a request; every byte array of the task, also an empty one. */
export type EncodableAuthenticationRequest = Encodable<AuthenticationRequest>;

/** What is needed to write a response; every byte array of the task, also an empty one. */
export type EncodableAuthenticationResponse = Encodable<AuthenticationResponse>;
