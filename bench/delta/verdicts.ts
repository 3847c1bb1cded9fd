/** The targets that this benchmark can show, each with what was found: met, missed, or not measured. */

import { existsSync, statSync } from "node:fs";
import { projectRoot } from "../../scripts/evidence.ts";
import type { OwnOutcome } from "./measure-ours.ts";
import {
  bestPeerBytes,
  bsdiff40Of,
  known,
  largeBytes,
  medianOf,
  oursAt,
  type PairResult,
  ratio,
  succeeded,
  yardstick,
} from "./results.ts";
import type { Level, Profile } from "./settings.ts";

/** One target. */
export interface Verdict {
  readonly target: string;
  readonly limit: number;
  /** Nothing where it could not be measured. */
  readonly found?: number;
  readonly verdict: "met" | "missed" | "not measured";
  /** What the figure is made of. */
  readonly detail: string;
}

/** Pairs whose patch, as a share of the new image, is at least this are called dense. */
const denseShare = 0.03;

/** Judges every target. */
export function judge(results: readonly PairResult[]): readonly Verdict[] {
  const corpus = results.filter(({ pair }) => pair.part === "corpus");
  const large = corpus.filter(({ pair }) => pair.new.bytes >= largeBytes);
  const kernels = corpus.filter(({ pair }) => pair.class === "kernel");
  const dense = large.filter((result) => {
    const patch = oursAt(result, "default", "default")?.patchBytes;
    return result.pair.class !== "kernel" && patch !== undefined && patch >= denseShare * result.pair.new.bytes;
  });
  return [
    ...sizeVerdicts(results, corpus),
    ...bsdiff40Verdicts(corpus, large),
    ...(["fast", "default", "smallest"] as const).map((level) => {
      const ratios = large.map((result) => makeRatio(result, level));
      return verdict(
        `making, CPU / Debian bsdiff, ${level}: median`,
        { fast: 0.4, default: 1, smallest: 4 }[level],
        medianOf(ratios),
        `pairs from 0.5 MB on, profile default: ${list(large, ratios)}`,
      );
    }),
    one(results, "busybox-a64", "making, CPU / Debian bsdiff, busybox, default", 2, (result) =>
      makeRatio(result, "default"),
    ),
    worst("making, WebAssembly bytes for each old byte, default", 10, large, (result) =>
      ratio(oursAt(result, "default", "default")?.make.memoryBytes, result.pair.old.bytes),
    ),
    lowMemoryVerdict(corpus),
    worst("applying, CPU / Debian bspatch, kernels", 2.5, kernels, applyRatio),
    worst("applying, CPU / Debian bspatch, dense patches from 0.5 MB on", 6, dense, applyRatio),
    parallelVerdict(corpus),
    ...(["default", "tiny"] as const).map((profile) =>
      worst(
        `applying, working memory in MB beside the map, profile ${profile}`,
        { default: 2, tiny: 0.6 }[profile],
        corpus,
        (result) => memoryBesideMap(oursAt(result, "default", profile)),
      ),
    ),
    ...moduleVerdicts(),
  ];
}

function sizeVerdicts(results: readonly PairResult[], corpus: readonly PairResult[]): readonly Verdict[] {
  const rebuilds = results.filter(({ pair }) => pair.rebuild);
  const classes = [...new Set(corpus.map(({ pair }) => pair.class))];
  const overClasses = (profile: Profile): readonly (number | undefined)[] =>
    classes.map((name) =>
      medianOf(corpus.filter(({ pair }) => pair.class === name).map((result) => sizeRatio(result, profile))),
    );
  const overPairs = (profile: Profile): string => shown(medianOf(corpus.map((result) => sizeRatio(result, profile))));
  const detail = (profile: Profile): string =>
    `${classes.map((name, at) => `${name} ${shown(overClasses(profile)[at])}`).join(", ")}; median over pairs ${overPairs(profile)}`;
  return [
    verdict(
      "patch / best peer, default/default: median of the classes",
      0.75,
      medianOf(overClasses("default")),
      detail("default"),
    ),
    one(results, "kernel-a64", "patch / best peer, AArch64 kernel", 0.58, (result) => sizeRatio(result, "default")),
    one(results, "kernel-arm32", "patch / best peer, ARM32 kernel", 0.3, (result) => sizeRatio(result, "default")),
    worst("patch / best peer, minor rebuilds of the same source", 0.2, rebuilds, (result) =>
      sizeRatio(result, "default"),
    ),
    worst("patch / (best peer + 256 bytes), any pair", 1, results, (result) => {
      const best = bestPeerBytes(result);
      return ratio(oursAt(result, "default", "default")?.patchBytes, best === undefined ? undefined : best + 256);
    }),
    verdict(
      "patch / best peer, default/tiny: median of the classes",
      0.82,
      medianOf(overClasses("tiny")),
      detail("tiny"),
    ),
  ];
}

function bsdiff40Verdicts(corpus: readonly PairResult[], large: readonly PairResult[]): readonly Verdict[] {
  const sizes = corpus.map((result) => ratio(bsdiff40Of(result)?.patchBytes, yardstick(result)?.patchBytes));
  return [
    verdict("BSDIFF40 patch / Debian bsdiff: median", 1, medianOf(sizes), list(corpus, sizes)),
    worst("BSDIFF40 patch / Debian bsdiff", 1.01, corpus, (result) =>
      ratio(bsdiff40Of(result)?.patchBytes, yardstick(result)?.patchBytes),
    ),
    worst("BSDIFF40 applying, CPU / Debian bspatch on the same patch, from 0.5 MB on", 1.5, large, (result) =>
      ratio(bsdiff40Of(result)?.applyDebianPatch?.cpuSeconds, yardstick(result)?.apply.cpuSeconds),
    ),
  ];
}

/** Patches of large images made within 5 bytes for each old one. */
function lowMemoryVerdict(corpus: readonly PairResult[]): Verdict {
  const asked = corpus.filter(({ lowMemory }) => lowMemory !== undefined);
  const refusals = asked.flatMap(({ pair, lowMemory }) =>
    succeeded(lowMemory!) ? [] : [`${pair.name}: ${lowMemory!.failure}`],
  );
  const found = asked.map(({ pair, lowMemory }) =>
    succeeded(lowMemory!) ? ratio(lowMemory!.make.memoryBytes, pair.old.bytes) : undefined,
  );
  const target = "making in little memory, WebAssembly bytes for each old byte, images from 8 MB on: worst";
  const judged = verdict(
    target,
    5,
    known(found).length > 0 ? Math.max(...known(found)) : undefined,
    list(asked, found),
  );
  if (refusals.length === 0) return judged;
  return { ...judged, verdict: "missed", detail: refusals.join("; ") };
}

function parallelVerdict(corpus: readonly PairResult[]): Verdict {
  const asked = corpus.filter(({ parallel }) => parallel !== undefined);
  return worst(
    "applying with two workers and committing, CPU of the longest path / one worker, images from 8 MB on",
    0.6,
    asked,
    ({ parallel }) => (parallel && succeeded(parallel) ? parallel.ratio : undefined),
  );
}

function moduleVerdicts(): readonly Verdict[] {
  const kilobytes = (name: string): number | undefined => {
    const file = `${projectRoot}/dist/delta/${name}.wasm`;
    return existsSync(file) ? statSync(file).size / 1024 : undefined;
  };
  const [apply, diff] = [kilobytes("apply-simd"), kilobytes("diff-simd")];
  const both = apply === undefined || diff === undefined ? undefined : apply + diff;
  return [
    verdict("apply module, KB raw", 32, apply, `without SIMD ${shown(kilobytes("apply"))}`),
    verdict("both modules, KB raw", 64, both, `the making one ${shown(diff)}`),
  ];
}

function sizeRatio(result: PairResult, profile: Profile): number | undefined {
  return ratio(oursAt(result, "default", profile)?.patchBytes, bestPeerBytes(result));
}

function makeRatio(result: PairResult, level: Level): number | undefined {
  return ratio(oursAt(result, level, "default")?.make.cpuSeconds, yardstick(result)?.make.cpuSeconds);
}

function applyRatio(result: PairResult): number | undefined {
  return ratio(oursAt(result, "default", "default")?.apply.cpuSeconds, yardstick(result)?.apply.cpuSeconds);
}

/** The worst of some pairs must hold. */
function worst(
  target: string,
  limit: number,
  results: readonly PairResult[],
  of: (result: PairResult) => number | undefined,
): Verdict {
  const values = results.map(of);
  const found = known(values);
  return verdict(`${target}: worst`, limit, found.length > 0 ? Math.max(...found) : undefined, list(results, values));
}

function one(
  results: readonly PairResult[],
  name: string,
  target: string,
  limit: number,
  of: (result: PairResult) => number | undefined,
): Verdict {
  const result = results.find(({ pair }) => pair.name === name);
  return verdict(target, limit, result && of(result), result ? result.pair.name : `no pair ${name}`);
}

function verdict(target: string, limit: number, found: number | undefined, detail: string): Verdict {
  if (found === undefined) return { target, limit, verdict: "not measured", detail };
  return { target, limit, found, verdict: found <= limit ? "met" : "missed", detail };
}

function list(results: readonly PairResult[], values: readonly (number | undefined)[]): string {
  return results.map(({ pair }, at) => `${pair.name} ${shown(values[at])}`).join(", ");
}

/** A figure for people. */
export function shown(value: number | undefined): string {
  return value === undefined ? "-" : value.toFixed(value >= 10 ? 1 : 3);
}

function memoryBesideMap(outcome: OwnOutcome | undefined): number | undefined {
  return outcome && (outcome.apply.memoryBytes! - outcome.apply.mapBytes!) / 1e6;
}
