/** What the delta tests share: fixtures, digests, and sinks and sources that keep a record. */

import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import {
  type ApplyLimits,
  type Bsdiff40Info,
  DeltaError,
  type DeltaErrorCode,
  type ExpectedImages,
  type InspectPatchOptions,
  inspectPatch,
  type ReadAt,
  type ScratchSink,
} from "../../src/delta/index.ts";

/** Limits that no honest test reaches. */
export const roomy: ApplyLimits = { maxOutput: 2 ** 31, maxMemory: 16 * 1024 * 1024 };

export function fixture(name: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(readFileSync(new URL(`fixtures/${name}`, import.meta.url)));
}

export function sha256(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return new Uint8Array(createHash("sha256").update(bytes).digest());
}

export function expectedOf(oldImage: Uint8Array, newImage: Uint8Array): ExpectedImages {
  return {
    oldSha256: sha256(oldImage),
    oldSize: oldImage.length,
    newSha256: sha256(newImage),
    newSize: newImage.length,
  };
}

/** Inspects a BSDIFF40 patch. */
export function inspectBsdiff40(patch: Uint8Array, options?: InspectPatchOptions): Bsdiff40Info {
  const info = inspectPatch(patch, options);
  if (info.format !== "bsdiff40") throw new Error(`expected a BSDIFF40 patch, got ${info.format}`);
  return info;
}

/** A sink that records its calls, copies of the bytes with them. */
export interface RecordingSink extends ScratchSink {
  readonly calls: ("write" | "commit" | "discard")[];
  readonly writes: Uint8Array[];
  /** All that was written, committed or not. */
  bytes(): Uint8Array;
}

export function recordingSink(): RecordingSink {
  const calls: RecordingSink["calls"] = [];
  const writes: Uint8Array[] = [];
  return {
    calls,
    writes,
    write(bytes) {
      calls.push("write");
      writes.push(bytes.slice());
      return bytes.length;
    },
    commit() {
      calls.push("commit");
    },
    discard() {
      calls.push("discard");
    },
    bytes: () => new Uint8Array(Buffer.concat(writes)),
  };
}

/** An old image of zeros that takes no memory. */
export function zeroImage(size: number): ReadAt {
  return {
    size,
    readAt(_offset, target) {
      target.fill(0);
      return target.length;
    },
  };
}

/** The fault of a call that must throw a {@link DeltaError}. */
export function faultOf(run: () => unknown): DeltaError {
  try {
    run();
  } catch (error) {
    if (error instanceof DeltaError) return error;
    throw error;
  }
  throw new Error("expected a DeltaError, got none");
}

/** Code and offset of a call that must throw a {@link DeltaError}. */
export function refusal(run: () => unknown): [DeltaErrorCode, number | undefined] {
  const { code, offset } = faultOf(run);
  return [code, offset];
}
