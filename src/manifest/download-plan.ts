/**
 * What to download for a release: for each ECU the full image, or the deltas that lead to it in the fewest bytes, as far as the
 * ECU has room for them. It says nothing about whether the release may be installed: that is for `decideUpdate`.
 */

import type { Decision, Reason } from "../core/index.ts";
import { cheapestChain, type DeltaChain } from "./download-chain.ts";
import { type DownloadLimits, downloadBytes, fullImageObstacle, resolveDownloadLimits } from "./download-limits.ts";
import type { ManifestReasonCode } from "./reasons.ts";
import type { ReleaseManifest } from "./release.ts";
import type { DownloadFile, FileReference } from "./release-file.ts";
import type { ReleaseImage } from "./release-image.ts";

/** An ECU for which a download is planned. */
export interface DownloadEcu {
  /** Uptane ECU identifier, unique in the vehicle. */
  readonly ecuId: string;
  /** Uptane hardware identifier. */
  readonly hardwareId: string;
  /** What it runs; absent when not known, so that only the full image is possible. */
  readonly installed?: { readonly sha256: string };
  /** What this ECU has room for, where it differs from the others. */
  readonly limits?: DownloadLimits;
}

/** One file to download, and what becomes of it. */
export interface DownloadStep {
  readonly kind: "full" | "delta";
  /** The file; if `encryption` is there, its ciphertext is what is downloaded. */
  readonly file: DownloadFile;
  /** Bytes to download. */
  readonly bytes: number;
  /** JSON pointer of the file in the manifest. */
  readonly path: string;
  /** The image that is there after the step. */
  readonly result: FileReference;
  /** Patch format of a delta. */
  readonly format?: string;
  /** The image that a delta starts from. */
  readonly base?: FileReference;
}

/** `none`: nothing to download. `refuse`: nothing that there is fits. */
export type DownloadWord = "full" | "deltas" | "none" | "refuse";

/** What one ECU downloads. */
export interface EcuDownload {
  readonly ecuId: string;
  readonly hardwareId: string;
  readonly decision: DownloadWord;
  /** In the order in which they are applied. */
  readonly steps: readonly DownloadStep[];
  /** Bytes to download for this ECU. */
  readonly bytes: number;
  /** Why this way, and why not the others. */
  readonly reasons: readonly Reason<ManifestReasonCode>[];
}

/** What a vehicle downloads. */
export interface DownloadEvidence {
  /** In the order of the ECUs given. */
  readonly ecus: readonly EcuDownload[];
  /** Bytes to download, each file once. */
  readonly bytes: number;
}

/** Answer of {@link planDownload}; `refuse` when at least one ECU has to. */
export type DownloadPlan = Decision<"download" | "none" | "refuse", ManifestReasonCode, DownloadEvidence>;

/**
 * Plans the download of a release for the ECUs of a vehicle.
 *
 * For each ECU by itself: deltas from the installed image, in the chain with the fewest bytes (then the fewest steps, then the
 * order of the manifest) among those whose every step fits into the limits; the full image where there is no chain or it is not
 * smaller. Bytes are those of the download, of an encrypted file the ciphertext's. Pure, total and deterministic.
 *
 * @param release - the manifest, or its images
 * @param limits - for every ECU that does not say otherwise; without any, everything but deltas fits
 * @throws RangeError when a limit is no integer >= 0
 * @example
 * ```ts
 * const limits = { formats: ["otadelta"], imageBytes: 2_097_152, stagingBytes: 524_288 };
 * const { decision, evidence } = planDownload(release.manifest, ecus, limits);
 * if (decision === "download") for (const { steps } of evidence.ecus) queue.push(...steps);
 * ```
 */
export function planDownload(
  { images }: Pick<ReleaseManifest, "images">,
  ecus: readonly DownloadEcu[],
  limits: DownloadLimits = {},
): DownloadPlan {
  const imageOf = new Map(images.map((image, index) => [image.hardwareId, { image, index }]));
  const plans = ecus.map((ecu) => planEcu(ecu, imageOf.get(ecu.hardwareId), { ...limits, ...ecu.limits }));
  const refusals = plans.filter(({ decision }) => decision === "refuse");
  const downloads = plans.filter(({ bytes }) => bytes > 0);
  const files = new Map<string, number>();
  for (const { file, bytes } of plans.flatMap(({ steps }) => steps)) {
    files.set((file.encryption?.ciphertext ?? file).hashes.sha256, bytes);
  }
  const decisive = [...refusals, ...downloads];
  return {
    decision: refusals.length > 0 ? "refuse" : downloads.length > 0 ? "download" : "none",
    reasons: [...decisive, ...plans.filter((plan) => !decisive.includes(plan))].flatMap(({ reasons }) => reasons),
    evidence: { ecus: plans, bytes: [...files.values()].reduce((sum, bytes) => sum + bytes, 0) },
  };
}

type DownloadReason = Reason<ManifestReasonCode>;

function planEcu(
  { ecuId, hardwareId, installed }: DownloadEcu,
  found: { readonly image: ReleaseImage; readonly index: number } | undefined,
  limits: DownloadLimits,
): EcuDownload {
  const resolved = resolveDownloadLimits(limits);
  const because = (code: ManifestReasonCode, what: string, path?: string): DownloadReason => ({
    code,
    message: `ECU "${ecuId}": ${what}`,
    ...(path === undefined ? {} : { path }),
  });
  const answer = (
    decision: DownloadWord,
    steps: readonly DownloadStep[],
    reasons: readonly DownloadReason[],
  ): EcuDownload => {
    const bytes = steps.reduce((sum, step) => sum + step.bytes, 0);
    return { ecuId, hardwareId, decision, steps, bytes, reasons };
  };
  if (found === undefined) {
    return answer("none", [], [because("hardware_not_in_release", "the release has no image for it")]);
  }
  const { image, index } = found;
  const path = `/images/${index}`;
  if (installed?.sha256 === image.hashes.sha256) {
    return answer("none", [], [because("image_already_installed", "it runs the image", path)]);
  }
  const chain = cheapestChain(image, installed?.sha256, resolved);
  const against = chain.obstacles.map(({ code, what, delta }) =>
    because(code, what, delta === undefined ? path : `${path}/deltas/${delta}`),
  );
  const obstacle = fullImageObstacle(image, resolved);
  const full = downloadBytes(image);
  if (chain.found && (obstacle !== undefined || chain.found.bytes < full)) {
    const what = `${chain.found.deltas.length} deltas of ${chain.found.bytes} bytes, the full image has ${full}`;
    const reasons = [
      because("download_deltas", what, path),
      ...(obstacle ? [because(obstacle.code, obstacle.what, path)] : []),
    ];
    return answer("deltas", deltaSteps(image, chain.found, path), reasons);
  }
  if (chain.found) against.push(because("delta_larger", `deltas of ${chain.found.bytes} bytes are not smaller`, path));
  if (obstacle !== undefined) {
    const reasons = [because("download_does_not_fit", "nothing that leads to the image fits", path)];
    return answer("refuse", [], [...reasons, because(obstacle.code, obstacle.what, path), ...against]);
  }
  const step: DownloadStep = { kind: "full", file: fileOf(image), bytes: full, path, result: contentOf(image) };
  return answer("full", [step], [because("download_full", `the full image of ${full} bytes`, path), ...against]);
}

function deltaSteps(image: ReleaseImage, { deltas }: DeltaChain, path: string): DownloadStep[] {
  return deltas.map((index) => {
    const delta = image.deltas![index]!;
    return {
      kind: "delta",
      file: fileOf(delta),
      bytes: downloadBytes(delta),
      path: `${path}/deltas/${index}`,
      result: contentOf(delta.result ?? image),
      format: delta.format,
      base: delta.base,
    };
  });
}

function contentOf({ length, hashes }: FileReference): FileReference {
  return { length, hashes };
}

function fileOf({ length, hashes, path, encryption }: DownloadFile): DownloadFile {
  return {
    length,
    hashes,
    ...(path === undefined ? {} : { path }),
    ...(encryption === undefined ? {} : { encryption }),
  };
}
