/** Checks of target files on the disk against what metadata lists for them. */

import { closeSync, readSync } from "node:fs";
import { createTargetVerifier, type ExpectedTarget } from "otakit/signing";
import { openPlainFile } from "./files.ts";

/** A target with its length. */
export type ListedTarget = ExpectedTarget & { readonly length: number };

/**
 * Reads an open file to its end and checks it on the way.
 *
 * @param onChunk - takes each piece before the verdict; it must not be used before this returns
 * @throws `SigningError` `ERR_SIGNING_TARGET_*`
 */
export function checkTarget(descriptor: number, target: ListedTarget, onChunk?: (chunk: Uint8Array) => void): void {
  const verifier = createTargetVerifier(target);
  const chunk = new Uint8Array(1024 * 1024);
  for (let read = readSync(descriptor, chunk); read > 0; read = readSync(descriptor, chunk)) {
    const bytes = chunk.subarray(0, read);
    if (verifier.push(bytes) === "too_long") break;
    onChunk?.(bytes);
  }
  verifier.finish();
}

/** Whether a file is there, whole and genuine; whatever is wrong with it, it is to be made anew. */
export function isGenuine(path: string, target: ListedTarget): boolean {
  let descriptor: number | undefined;
  try {
    descriptor = openPlainFile(path);
    if (descriptor === undefined) return false;
    checkTarget(descriptor, target);
    return true;
  } catch {
    return false;
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}
