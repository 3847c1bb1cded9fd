/** Explains a patch without applying it. */

import { assertBytes, bytesToHex, defaultHashProvider, type Reason } from "../core/index.ts";
import { bsdiff40Memory } from "./bsdiff/apply.ts";
import { ControlReader } from "./bsdiff/control.ts";
import { type Bsdiff40, newSizeOffset, openBsdiff40, type Section } from "./bsdiff/header.ts";
import { openControlStream } from "./bsdiff/streams.ts";
import { DeltaError } from "./errors.ts";
import { detectPatchFormat } from "./format.ts";
import {
  defaultPatchLimits,
  enforceInteger,
  enforcePatchLimits,
  type PatchLimits,
  resolvePatchLimits,
} from "./limits.ts";
import { openOtadelta, otadeltaVersion } from "./otadelta/header.ts";
import { demandOf, otadeltaMemory } from "./otadelta/memory.ts";
import { type DeltaProfile, nameOf } from "./otadelta/profile.ts";
import { type DeltaReasonCode, deltaReasonCodes } from "./reasons.ts";

/** One stream of a patch. */
export interface PatchStream {
  /** Where it starts in the patch. */
  readonly offset: number;
  /** Its bytes in the patch. */
  readonly compressedBytes: number;
  /** Its bytes once decompressed. */
  readonly bytes: number;
}

/** Idle triples beyond which a patch is worth a look. */
const usualIdleTriples = 1_000;
const unlimited = Number.MAX_SAFE_INTEGER;

/** Limits where the caller gives none: a hostile patch is to be explained too, but in bounded time. */
const onlyTriples: PatchLimits = {
  maxOutput: unlimited,
  maxMemory: unlimited,
  maxExpansion: unlimited,
};

/** What a patch is and would do. Plain data; which fields it has depends on `format`. */
export type PatchInfo = OtadeltaInfo | Bsdiff40Info;

/** What every patch has. */
interface CommonInfo {
  readonly patchSize: number;
  readonly newSize: number;
  /** New bytes for each byte of the patch. */
  readonly expansion: number;
  /** Working memory that {@link applyPatch} takes beside the patch, in bytes: the least `maxMemory`. */
  readonly memoryBytes: number;
  readonly warnings: readonly Reason<DeltaReasonCode>[];
}

/** An `otadelta` patch. */
export interface OtadeltaInfo extends CommonInfo {
  readonly format: "otadelta";
  readonly version: number;
  readonly oldSize: number;
  /** SHA-256 of the images, in hexadecimal. They are what the patch says; only a verified manifest makes them true. */
  readonly oldSha256: string;
  readonly newSha256: string;
  /** Memory of the coder; `custom` when it is none of otakit's own. */
  readonly profile: DeltaProfile | "custom";
  /** Blocks of the new image, and the size of each but the last, in bytes. */
  readonly blocks: number;
  readonly blockSize: number;
  /** Blocks that are in the patch as they are: they did not compress. */
  readonly storedBlocks: number;
  /** Stretches that are copied from the old image, and bytes of the patch that say so. */
  readonly covers: number;
  readonly mapBytes: number;
  /** Loaded parts of the images whose addresses the patch knows; 1 for a raw image. */
  readonly segments: number;
}

/** A BSDIFF40 patch. */
export interface Bsdiff40Info extends CommonInfo {
  readonly format: "bsdiff40";
  readonly streams: { readonly control: PatchStream; readonly diff: PatchStream; readonly extra: PatchStream };
  /** Control triples, and those of them that write nothing. */
  readonly triples: number;
  readonly idleTriples: number;
  /** New bytes made by adding to old ones. */
  readonly addBytes: number;
  /** New bytes taken from the patch as they are. */
  readonly copyBytes: number;
  /** Old bytes that are read: `start` to before `end`; both 0 when none are. */
  readonly oldRange: { readonly start: number; readonly end: number };
}

/** Options of {@link inspectPatch}. */
export interface InspectPatchOptions {
  /** Limits to hold the patch against; only the triples have a default, that of {@link PatchLimits.maxTriples}. */
  readonly limits?: Partial<PatchLimits>;
  /** Size of the old image in bytes, if known: reads behind it are then warned of. */
  readonly oldSize?: number;
}

/**
 * Explains a patch: format, sizes, memory, what it is made of, and what is odd about it.
 *
 * Of an `otadelta` patch header and map have their digest checked, and nothing is decoded. Of BSDIFF40 the whole control stream is decompressed
 * and checked, of the diff and extra streams only how they start. Damage of the rest shows up when the patch is applied. Takes at most 5 MB of memory
 * whatever the patch declares.
 *
 * @throws {@link DeltaError} `ERR_DELTA_FORMAT`, the codes of a malformed header, map or control stream as in
 *   {@link applyPatchSync}, and those of the limits that are given
 * @throws TypeError when `patch` is no Uint8Array
 * @throws RangeError when `oldSize` or a limit is not an integer >= 0
 * @example
 * ```ts
 * const { format, newSize, memoryBytes, warnings } = inspectPatch(patch);
 * ```
 */
export function inspectPatch(patch: Uint8Array, options: InspectPatchOptions = {}): PatchInfo {
  const limits = resolvePatchLimits(options.limits ?? {}, onlyTriples);
  if (options.oldSize !== undefined) enforceInteger("oldSize", options.oldSize);
  const format = detectPatchFormat(assertBytes(patch, "patch"));
  if (format === undefined) {
    throw new DeltaError("ERR_DELTA_FORMAT", "Cannot inspect patch: it is in no known format", { offset: 0 });
  }
  return format === "otadelta" ? inspectOtadelta(patch, limits) : inspectBsdiff40(patch, limits, options.oldSize);
}

function inspectOtadelta(patch: Uint8Array, limits: PatchLimits): OtadeltaInfo {
  const opened = openOtadelta(patch, defaultHashProvider, (head) => enforcePatchLimits(demandOf(head, patch), limits));
  const { newSize, profile, blocks } = opened;
  const expansion = newSize / patch.length;
  return {
    format: "otadelta",
    version: otadeltaVersion,
    patchSize: patch.length,
    oldSize: opened.oldSize,
    oldSha256: bytesToHex(opened.oldSha256),
    newSize,
    newSha256: bytesToHex(opened.newSha256),
    expansion,
    memoryBytes: otadeltaMemory(opened),
    profile: nameOf(profile) ?? "custom",
    blocks: blocks.length,
    blockSize: 2 ** opened.blockBits,
    storedBlocks: blocks.filter(({ stored }) => stored).length,
    covers: opened.coverCount,
    mapBytes: opened.map.length,
    segments: opened.segments.length,
    warnings: warnOfExpansion(expansion),
  };
}

function inspectBsdiff40(patch: Uint8Array, limits: PatchLimits, oldSize: number | undefined): Bsdiff40Info {
  const opened = openBsdiff40(patch);
  const { newSize } = opened;
  const memoryBytes = bsdiff40Memory(opened);
  enforcePatchLimits({ newSize, patchLength: patch.length, memory: memoryBytes, newSizeOffset }, limits);
  const survey = surveyControl(opened, limits);
  const info = {
    format: "bsdiff40" as const,
    patchSize: patch.length,
    newSize,
    expansion: newSize / patch.length,
    memoryBytes,
    streams: {
      control: describeStream(opened.control, survey.controlBytes),
      diff: describeStream(opened.diff, survey.addBytes),
      extra: describeStream(opened.extra, survey.copyBytes),
    },
    triples: survey.triples,
    idleTriples: survey.idleTriples,
    addBytes: survey.addBytes,
    copyBytes: survey.copyBytes,
    oldRange: survey.oldRange,
  };
  return { ...info, warnings: warnOfBsdiff40(info, oldSize) };
}

/** Runs through the control stream and sums up what its triples do. */
function surveyControl(patch: Bsdiff40, limits: PatchLimits) {
  const control = new ControlReader(openControlStream(patch), patch.newSize, limits);
  let addBytes = 0;
  let start = Number.MAX_SAFE_INTEGER;
  let end = Number.MIN_SAFE_INTEGER;
  while (control.newPosition < patch.newSize) {
    while (!control.fill());
    control.next();
    if (control.add === 0) continue;
    addBytes += control.add;
    start = Math.min(start, control.oldStart);
    end = Math.max(end, control.oldStart + control.add);
  }
  control.finish();
  return {
    controlBytes: control.bytes,
    triples: control.triples,
    idleTriples: control.idleTriples,
    addBytes,
    copyBytes: patch.newSize - addBytes,
    oldRange: addBytes === 0 ? { start: 0, end: 0 } : { start, end },
  };
}

function describeStream(section: Section, bytes: number): PatchStream {
  return { offset: section.offset, compressedBytes: section.bytes.length, bytes };
}

function warnOfBsdiff40(
  { oldRange, idleTriples, expansion }: Omit<Bsdiff40Info, "warnings">,
  oldSize: number | undefined,
): Reason<DeltaReasonCode>[] {
  const warnings = [warning("delta_no_digests")];
  if (oldRange.start < 0) warnings.push(warning("delta_reads_before_image", { start: oldRange.start }));
  if (oldSize !== undefined && oldRange.end > oldSize) {
    warnings.push(warning("delta_reads_past_image", { end: oldRange.end, oldSize }));
  }
  if (idleTriples > usualIdleTriples) {
    warnings.push(warning("delta_idle_triples", { idleTriples, allowed: usualIdleTriples }));
  }
  return [...warnings, ...warnOfExpansion(expansion)];
}

function warnOfExpansion(expansion: number): Reason<DeltaReasonCode>[] {
  const { maxExpansion } = defaultPatchLimits;
  return expansion > maxExpansion ? [warning("delta_high_expansion", { expansion, allowed: maxExpansion })] : [];
}

function warning(code: DeltaReasonCode, evidence?: Record<string, unknown>): Reason<DeltaReasonCode> {
  return { code, message: deltaReasonCodes[code], ...(evidence === undefined ? {} : { evidence }) };
}
