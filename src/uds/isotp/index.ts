/**
 * Frames of ISO-TP (ISO 15765-2) on CAN and CAN FD, one at a time, both directions.
 *
 * Bytes in, values out; no bus, no clock.
 *
 * @packageDocumentation
 */

export type { UdsResult } from "../decoding.ts";
export { type EncodableIsoTpFrame, encodeIsoTpFrame } from "./encode.ts";
export {
  decodeIsoTpFrame,
  type IsoTpConsecutiveFrame,
  type IsoTpFirstFrame,
  type IsoTpFlowControlFrame,
  type IsoTpFlowStatus,
  type IsoTpFrame,
  type IsoTpSingleFrame,
} from "./frames.ts";
export { separationTimeUs } from "./separation-time.ts";
