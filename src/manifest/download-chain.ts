/** The cheapest way through the deltas of an image: by bytes, then steps, then the order of the manifest. */

import { type DownloadObstacle, deltaObstacle, downloadBytes, type ResolvedDownloadLimits } from "./download-limits.ts";
import type { ReleaseDelta, ReleaseImage } from "./release-image.ts";

/** Deltas that lead from one image to another. */
export interface DeltaChain {
  /** Indices in the image's list, in the order of application. */
  readonly deltas: readonly number[];
  /** Bytes to download. */
  readonly bytes: number;
}

/**
 * Finds the cheapest chain of usable deltas from an installed image.
 *
 * Bellman-Ford, one round for each step, because the number of steps is limited: at most `maxSteps` times the number of deltas.
 *
 * @param installed - SHA-256 of what runs, or `undefined` when not known
 * @returns the chain, if there is one; else what stands against it
 */
export function cheapestChain(
  image: ReleaseImage,
  installed: string | undefined,
  limits: ResolvedDownloadLimits,
): { readonly found?: DeltaChain; readonly obstacles: readonly DownloadObstacle[] } {
  const { deltas = [] } = image;
  if (deltas.length === 0) return { obstacles: [] };
  if (installed === undefined) {
    return {
      obstacles: [
        { code: "delta_base_unknown", what: "what it runs is not known, so that no delta can start from it" },
      ],
    };
  }
  const usable = deltas.map((delta) => deltaObstacle(image, delta, delta.base.hashes.sha256 === installed, limits));
  const reached = (allowed: (index: number) => boolean, steps: number): DeltaChain | undefined =>
    shortest(image, deltas, installed, allowed, steps);
  const found = reached((index) => usable[index] === undefined, limits.maxSteps);
  if (found !== undefined) return { found, obstacles: [] };
  return { obstacles: obstaclesOf(installed, limits, usable, reached) };
}

/** What stands against every chain: first whether there is any, then what was wrong with its deltas. */
function obstaclesOf(
  installed: string,
  { maxSteps }: ResolvedDownloadLimits,
  usable: readonly (Omit<DownloadObstacle, "delta"> | undefined)[],
  reached: (allowed: (index: number) => boolean, steps: number) => DeltaChain | undefined,
): DownloadObstacle[] {
  const most = usable.length;
  if (reached(() => true, most) === undefined) {
    return [{ code: "delta_base_other", what: `no delta leads from ${installed.slice(0, 16)}… to the image` }];
  }
  if (reached((index) => usable[index] === undefined, most) !== undefined) {
    return [{ code: "delta_steps_exceeded", what: `the deltas need more than ${maxSteps} steps` }];
  }
  return usable.flatMap((obstacle, delta) => (obstacle === undefined ? [] : [{ ...obstacle, delta }]));
}

function shortest(
  image: ReleaseImage,
  deltas: readonly ReleaseDelta[],
  installed: string,
  allowed: (index: number) => boolean,
  maxSteps: number,
): DeltaChain | undefined {
  let best = new Map<string, DeltaChain>([[installed, { deltas: [], bytes: 0 }]]);
  for (let step = 0; step < Math.min(maxSteps, deltas.length); step++) {
    const next = new Map(best);
    deltas.forEach((delta, index) => {
      const before = best.get(delta.base.hashes.sha256);
      if (before === undefined || !allowed(index)) return;
      const chain = { deltas: [...before.deltas, index], bytes: before.bytes + downloadBytes(delta) };
      const result = (delta.result ?? image).hashes.sha256;
      const known = next.get(result);
      if (known === undefined || isBefore(chain, known)) next.set(result, chain);
    });
    best = next;
  }
  return best.get(image.hashes.sha256);
}

function isBefore(chain: DeltaChain, other: DeltaChain): boolean {
  if (chain.bytes !== other.bytes) return chain.bytes < other.bytes;
  if (chain.deltas.length !== other.deltas.length) return chain.deltas.length < other.deltas.length;
  const first = chain.deltas.findIndex((index, step) => index !== other.deltas[step]);
  return first >= 0 && chain.deltas[first]! < other.deltas[first]!;
}
