/**
 * The stable name of a fault: the same for every report of it, over versions, languages and what its status says.
 *
 * One hash for the source of many faults and the native code behind it, so that a fault costs no hash of its own.
 */

import { bytesToHex, sha256, utf8ToBytes } from "../../core/index.ts";
import type { FaultEcu, FaultSource } from "./event.ts";
import type { FaultContext } from "./report.ts";

/** The members that the name of a fault depends on, but for its code. */
export interface FaultOrigin {
  readonly vehicleId?: string;
  readonly ecu: FaultEcu;
  readonly source: Pick<FaultSource, "protocol" | "memory" | "memorySelection" | "scope">;
}

/** First field of what is hashed; a change of the layout takes another one. */
const layout = "otakit.fault-id/1";

/** Bytes of the SHA-256 that are kept. */
const keptBytes = 16;

/** Native codes that stand in a name as they are. */
const plainCode = /^[0-9A-F]{4,8}$/;

/**
 * Names where faults come from: 32 lower-case hexadecimal digits, the first 16 bytes of the SHA-256 of these texts, each with
 * its length in UTF-8 bytes before it (four bytes, most significant first): `otakit.fault-id/1`, vehicle key, addressing,
 * address, protocol, memory, memory selection, scope.
 *
 * A number is written in decimal. A vehicle key, memory selection or scope that is absent is the length 0xFFFFFFFF without text.
 *
 * @example
 * ```ts
 * faultSourceId({ ecu: { addressing: "uds-can", address: 0x7e8 }, source: { protocol: "uds", memory: "primary" } });
 * // "56962f405d9607b0dec70b3099709696"
 * ```
 */
export function faultSourceId({ vehicleId, ecu, source }: FaultOrigin): string {
  const { protocol, memory, memorySelection, scope } = source;
  const fields = [
    layout,
    vehicleId,
    ecu.addressing,
    String(ecu.address),
    protocol,
    memory,
    memorySelection?.toString(),
    scope,
  ];
  const texts = fields.map((field) => (field === undefined ? undefined : utf8ToBytes(field)));
  const bytes = new Uint8Array(texts.reduce((length, text) => length + 4 + (text?.length ?? 0), 0));
  const view = new DataView(bytes.buffer);
  let at = 0;
  for (const text of texts) {
    view.setUint32(at, text?.length ?? 0xffffffff);
    if (text !== undefined) bytes.set(text, at + 4);
    at += 4 + (text?.length ?? 0);
  }
  return bytesToHex(sha256(bytes).subarray(0, keptBytes));
}

/**
 * Names a fault: the name of its source, a full stop, and its native code.
 *
 * A native code of 4 to 8 upper-case hexadecimal digits stands as it is; of any other text, `x` and the first 16 bytes of its
 * SHA-256 stand for it, so that a name is never longer than 66 characters.
 *
 * @param sourceId what {@link faultSourceId} gave
 * @param native native code of the fault, see `FaultCode`
 * @throws CoreError `ERR_CORE_UTF8` for a text with a lone surrogate
 * @example
 * ```ts
 * faultId("56962f405d9607b0dec70b3099709696", "042016"); // "56962f405d9607b0dec70b3099709696.042016"
 * ```
 */
export function faultId(sourceId: string, native: string): string {
  if (plainCode.test(native)) return `${sourceId}.${native}`;
  return `${sourceId}.x${bytesToHex(sha256(utf8ToBytes(native)).subarray(0, keptBytes))}`;
}

/** The source's name of a message with this context. */
export function sourceIdOf({ vehicleId, ecu }: FaultContext, source: FaultSource): string {
  return faultSourceId({ ...(vehicleId === undefined ? {} : { vehicleId }), ecu, source });
}
