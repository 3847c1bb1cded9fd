/**
 * ReadDTCInformation (request 0x19, response 0x59): the face of the service, whose parts lie in `read-dtc/`.
 *
 * Standard: ISO 14229-1 (ReadDTCInformation).
 */

export * from "../read-dtc/request.ts";
export { decodeReadDTCInformationResponse } from "../read-dtc/response-decode.ts";
export { encodeReadDTCInformationResponse } from "../read-dtc/response-encode.ts";
export type * from "../read-dtc/response-types.ts";
export type { ReadDTCInformationSubFunction } from "../read-dtc/sub-functions.ts";
export { readDTCInformationSubFunctions } from "../read-dtc/sub-functions.ts";
