/** Error codes of `otakit/delta`. */

import { OtaError } from "../core/index.ts";

/** Codes of {@link DeltaError}: cause and remedy of each. */
export const deltaErrorCodes = {
  ERR_DELTA_FORMAT:
    "The bytes start with no patch format that otakit knows. Remedy: make the patch with otakit, or as BSDIFF40.",
  ERR_DELTA_TRUNCATED: "The patch ends inside its header. Remedy: fetch it again.",
  ERR_DELTA_SIZE_NEGATIVE: "A size in the header has its sign bit set. Remedy: treat the patch as hostile.",
  ERR_DELTA_SIZE_RANGE: "A size in the header is above 2^53 - 1. Remedy: treat the patch as hostile.",
  ERR_DELTA_STREAM_BOUNDS: "The stream lengths in the header reach past the end. Remedy: fetch the patch again.",
  ERR_DELTA_OUTPUT_LIMIT: "The new image is larger than `maxOutput`. Remedy: raise the limit knowingly.",
  ERR_DELTA_MEMORY_LIMIT: "Applying needs more memory than `maxMemory`. Remedy: raise it, or ship the whole image.",
  ERR_DELTA_EXPANSION: "The new image is more than `maxExpansion` times the patch. Remedy: raise the limit knowingly.",
  ERR_DELTA_OLD_SIZE: "The old image has another size than expected. Remedy: choose the patch for this base.",
  ERR_DELTA_OLD_HASH: "The old image has another SHA-256 than expected. Remedy: ship the whole image.",
  ERR_DELTA_OLD_READ: "The old image gave another number of bytes than asked for. Remedy: check the storage.",
  ERR_DELTA_NEW_WRITE:
    "The scratch sink did not take all bytes. Remedy: make room; return the number of bytes written; use applyPatch for promises.",
  ERR_DELTA_KEPT_READ:
    "The resumable sink did not give the kept bytes a second time. Remedy: check the storage, or discard the scratch.",
  ERR_DELTA_NEW_SIZE: "The patch declares another new size than expected. Remedy: fetch the right patch.",
  ERR_DELTA_NEW_HASH: "The image made has another SHA-256 than expected. Remedy: fetch the right patch.",
  ERR_DELTA_CONTROL_NEGATIVE: "A control triple adds or copies a negative length. Remedy: treat the patch as hostile.",
  ERR_DELTA_CONTROL_RANGE: "A number of a control triple is beyond 2^53 - 1. Remedy: treat the patch as hostile.",
  ERR_DELTA_CONTROL_OVERRUN: "A control triple writes past the new image. Remedy: treat the patch as hostile.",
  ERR_DELTA_SEEK_OVERFLOW: "A control triple moves the old position beyond 2^53 - 1. Remedy: treat it as hostile.",
  ERR_DELTA_IDLE_TRIPLES:
    "More control triples write nothing than `maxIdleTriples` allows. Remedy: raise the limit knowingly.",
  ERR_DELTA_TRIPLES:
    "The patch has more control triples or covers than `maxTriples`. Remedy: raise the limit knowingly.",
  ERR_DELTA_STREAM_SHORT: "A stream ends before the new image is whole. Remedy: make the patch again.",
  ERR_DELTA_STREAM_LONG: "A stream goes on after the new image is whole. Remedy: make the patch again.",
  ERR_DELTA_CANCELLED:
    "The caller's signal asked to stop. Remedy: run it again; with a resumable sink it goes on from the last verified block.",
  ERR_DELTA_NO_WASM:
    "This needs WebAssembly, which the host lacks or refuses. Remedy: give compiled modules to initDelta.",
  ERR_DELTA_VERSION: "The patch has a version that this otakit does not read. Remedy: update otakit, or make it anew.",
  ERR_DELTA_HEADER: "A field of the header is out of its bounds. Remedy: treat the patch as hostile.",
  ERR_DELTA_HEADER_HASH: "Header or map do not have the digest that the patch names. Remedy: fetch it again.",
  ERR_DELTA_MAP: "The control map reaches beyond an image, or ends in the wrong place. Remedy: treat it as hostile.",
  ERR_DELTA_BLOCK_LENGTH: "A block has more or fewer coded bytes than it needs. Remedy: treat the patch as hostile.",
  ERR_DELTA_BLOCK_HASH:
    "A block of the new image does not have the digest that the patch names. Remedy: fetch it again.",
  ERR_DELTA_BZIP2_MAGIC: 'A bzip2 stream does not start with "BZh". Remedy: fetch the patch again.',
  ERR_DELTA_BZIP2_BLOCK_SIZE: "A bzip2 stream declares a block size other than 1 to 9. Remedy: fetch it again.",
  ERR_DELTA_BZIP2_BLOCK_MAGIC: "Neither a bzip2 block nor the end of the stream follows. Remedy: fetch it again.",
  ERR_DELTA_BZIP2_RANDOMISED:
    "A bzip2 block is randomised, which no encoder has done since 0.9.5 (1999). Remedy: compress it again.",
  ERR_DELTA_BZIP2_ORIGIN: "The origin pointer of a bzip2 block is outside the block. Remedy: fetch it again.",
  ERR_DELTA_BZIP2_SYMBOLS: "A bzip2 block uses no byte value at all. Remedy: fetch it again.",
  ERR_DELTA_BZIP2_TABLES: "A bzip2 block has fewer than 2 or more than 6 code tables. Remedy: fetch it again.",
  ERR_DELTA_BZIP2_SELECTORS:
    "The selectors of a bzip2 block are none, too few, or name no code table. Remedy: fetch it again.",
  ERR_DELTA_BZIP2_CODE_LENGTHS: "A code length of a bzip2 block is not 1 to 20. Remedy: fetch it again.",
  ERR_DELTA_BZIP2_OVERSUBSCRIBED: "The code lengths of a bzip2 block leave no prefix code. Remedy: fetch it again.",
  ERR_DELTA_BZIP2_CODE: "A bzip2 block uses a code that its incomplete table does not assign. Remedy: fetch it again.",
  ERR_DELTA_BZIP2_RUN: "A run overflows its bzip2 block, or the block ends inside a run. Remedy: fetch it again.",
  ERR_DELTA_BZIP2_BLOCK_CRC: "The CRC of a bzip2 block does not match its bytes. Remedy: fetch it again.",
  ERR_DELTA_BZIP2_STREAM_CRC: "The CRC of a bzip2 stream does not match its blocks. Remedy: fetch it again.",
  ERR_DELTA_BZIP2_TRUNCATED: "A bzip2 stream ends too early. Remedy: fetch it again.",
  ERR_DELTA_BZIP2_TRAILING: "Bytes or bits that are not zero follow a bzip2 stream. Remedy: fetch it again.",
  ERR_DELTA_BZIP2_OUTPUT: "A bzip2 stream holds more bytes than allowed. Remedy: raise the limit knowingly.",
} as const;

/** Code of a {@link DeltaError}. */
export type DeltaErrorCode = keyof typeof deltaErrorCodes;

/** Fault in a patch, in the image it is applied to, or in the image it makes. */
export class DeltaError extends OtaError<DeltaErrorCode> {}
