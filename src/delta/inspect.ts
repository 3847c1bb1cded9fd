/** Explains a patch without applying it. */

import { assertBytes, type Reason } from "../core/index.ts";
import { bsdiff40Memory } from "./bsdiff/apply.ts";
import { ControlReader } from "./bsdiff/control.ts";
import { type Bsdiff40, newSizeOffset, openBsdiff40, type Section } from "./bsdiff/header.ts";
import { openControlStream } from "./bsdiff/streams.ts";
import { DeltaError } from "./errors.ts";
import { detectPatchFormat, type PatchFormat } from "./format.ts";
import {
  defaultPatchLimits,
  enforceInteger,
  enforcePatchLimits,
  type PatchLimits,
  resolvePatchLimits,
} from "./limits.ts";
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

const unlimited = Number.MAX_SAFE_INTEGER;

/** Limits where the caller gives none: a hostile patch is to be explained too, but in bounded time. */
const onlyTriples: PatchLimits = {
  maxOutput: unlimited,
  maxMemory: unlimited,
  maxExpansion: unlimited,
  maxIdleTriples: 1_000_000,
};

/** What a patch is and would do. Plain data. */
export interface PatchInfo {
  readonly format: PatchFormat;
  readonly patchSize: number;
  readonly newSize: number;
  /** New bytes for each byte of the patch. */
  readonly expansion: number;
  /** Working memory that {@link applyPatch} takes beside the patch, in bytes: the least `maxMemory`. */
  readonly memoryBytes: number;
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
  readonly warnings: readonly Reason<DeltaReasonCode>[];
}

/** Options of {@link inspectPatch}. */
export interface InspectPatchOptions {
  /** Limits to hold the patch against; only the triples have defaults (those of {@link PatchLimits.maxTriples}, and 1,000,000 idle ones). */
  readonly limits?: Partial<PatchLimits>;
  /** Size of the old image in bytes, if known: reads behind it are then warned of. */
  readonly oldSize?: number;
}

/**
 * Explains a patch: format, sizes, streams, what it adds and copies, which old bytes it reads, and what is odd about it.
 *
 * Decompresses and checks the whole control stream; of the diff and extra streams only how they start, so their damage
 * shows up when the patch is applied. Takes at most 5 MB of memory whatever the patch declares.
 *
 * @throws {@link DeltaError} `ERR_DELTA_FORMAT`, the codes of a malformed header or control stream as in
 *   {@link applyPatchSync}, and those of the limits that are given
 * @throws TypeError when `patch` is no Uint8Array
 * @throws RangeError when `oldSize` or a limit is not an integer >= 0
 * @example
 * ```ts
 * const { newSize, memoryBytes, warnings } = inspectPatch(patch);
 * ```
 */
export function inspectPatch(patch: Uint8Array, options: InspectPatchOptions = {}): PatchInfo {
  const limits = resolvePatchLimits(options.limits ?? {}, onlyTriples);
  if (options.oldSize !== undefined) enforceInteger("oldSize", options.oldSize);
  const format = detectPatchFormat(assertBytes(patch, "patch"));
  if (format === undefined) {
    throw new DeltaError("ERR_DELTA_FORMAT", "Cannot inspect patch: it is in no known format", { offset: 0 });
  }
  const opened = openBsdiff40(patch);
  const memoryBytes = bsdiff40Memory(opened);
  enforcePatchLimits(
    { newSize: opened.newSize, patchLength: patch.length, memory: memoryBytes, newSizeOffset },
    limits,
  );
  const survey = surveyControl(opened, limits);
  const info = {
    format,
    patchSize: patch.length,
    newSize: opened.newSize,
    expansion: opened.newSize / patch.length,
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
  return { ...info, warnings: warn(info, options.oldSize) };
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

function warn(info: Omit<PatchInfo, "warnings">, oldSize: number | undefined): Reason<DeltaReasonCode>[] {
  const { oldRange, idleTriples, expansion } = info;
  const { maxIdleTriples, maxExpansion } = defaultPatchLimits;
  const warnings: Reason<DeltaReasonCode>[] = [];
  const add = (code: DeltaReasonCode, evidence?: Record<string, unknown>): void => {
    warnings.push({ code, message: deltaReasonCodes[code], ...(evidence === undefined ? {} : { evidence }) });
  };
  add("delta_no_digests");
  if (oldRange.start < 0) add("delta_reads_before_image", { start: oldRange.start });
  if (oldSize !== undefined && oldRange.end > oldSize) add("delta_reads_past_image", { end: oldRange.end, oldSize });
  if (idleTriples > maxIdleTriples) add("delta_idle_triples", { idleTriples, allowed: maxIdleTriples });
  if (expansion > maxExpansion) add("delta_high_expansion", { expansion, allowed: maxExpansion });
  return warnings;
}
