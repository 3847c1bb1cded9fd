/**
 * Diagnostics over IP (ISO 13400-2): the messages, both directions, and how a stream is cut into them.
 *
 * Bytes in, values out; no socket, no clock.
 *
 * @packageDocumentation
 */

export type { UdsResult } from "../decoding.ts";
export {
  type DoipCodeNames,
  type DoipName,
  doipAckNames,
  doipActivationTypeNames,
  doipFurtherActionNames,
  doipHeaderNackNames,
  doipNackNames,
  doipNodeTypeNames,
  doipPowerModeNames,
  doipRoutingResponseNames,
  doipSynchronizationNames,
} from "./codes.ts";
export { type DoipDecodeOptions, decodeDoip, isDoipIdentifierSet } from "./decode.ts";
export { encodeDoip } from "./encode.ts";
export * from "./messages.ts";
export { DoipSplitter } from "./splitter.ts";
