/** What an ECU has room for, and which files of a release exceed it. */

import type { ManifestReasonCode } from "./reasons.ts";
import type { DownloadFile } from "./release-file.ts";
import type { ReleaseDelta, ReleaseImage } from "./release-image.ts";

/** What an ECU can do and has room for; a limit that is absent does not limit. */
export interface DownloadLimits {
  /** Patch formats that it can apply. None when absent. */
  readonly formats?: readonly string[];
  /** Largest image, also between two deltas, in bytes: the size of the slot it is written to. */
  readonly imageBytes?: number;
  /** Working memory for applying a delta, in bytes. */
  readonly memoryBytes?: number;
  /**
   * Room for what is stored until it is used, in bytes: the downloaded file of a step, and the images between two deltas that
   * the step reads or writes. The base and the final image are in their slots.
   */
  readonly stagingBytes?: number;
  /** Whether a full image is written to its slot while it arrives, so that it takes no staging room. No when absent. */
  readonly streamsFullImages?: boolean;
  /** Longest chain of deltas; 8 when absent. */
  readonly maxSteps?: number;
}

/** Limits of numbers, all there. */
export interface ResolvedDownloadLimits {
  readonly formats: readonly string[];
  readonly imageBytes: number;
  readonly memoryBytes: number;
  readonly stagingBytes: number;
  readonly streamsFullImages: boolean;
  readonly maxSteps: number;
}

/** What keeps a file from being used; `delta` is its index in the image. */
export interface DownloadObstacle {
  readonly code: ManifestReasonCode;
  readonly what: string;
  readonly delta?: number;
}

/** @throws RangeError when a limit is no integer >= 0 */
export function resolveDownloadLimits(limits: DownloadLimits): ResolvedDownloadLimits {
  const number = (name: "imageBytes" | "memoryBytes" | "stagingBytes" | "maxSteps", absent: number): number => {
    const value = limits[name];
    if (value === undefined) return absent;
    if (!Number.isSafeInteger(value) || value < 0)
      throw new RangeError(`"${name}" expected integer >= 0, got ${value}`);
    return value;
  };
  return {
    formats: limits.formats ?? [],
    imageBytes: number("imageBytes", Number.POSITIVE_INFINITY),
    memoryBytes: number("memoryBytes", Number.POSITIVE_INFINITY),
    stagingBytes: number("stagingBytes", Number.POSITIVE_INFINITY),
    streamsFullImages: limits.streamsFullImages ?? false,
    maxSteps: number("maxSteps", 8),
  };
}

/** Bytes that a file takes on the way. */
export function downloadBytes({ length, encryption }: DownloadFile): number {
  return encryption?.ciphertext.length ?? length;
}

/** Why the full image cannot be used, if so. */
export function fullImageObstacle(
  image: ReleaseImage,
  { imageBytes, stagingBytes, streamsFullImages }: ResolvedDownloadLimits,
): DownloadObstacle | undefined {
  if (image.length > imageBytes) {
    return { code: "image_too_large", what: `the image of ${image.length} bytes exceeds ${imageBytes}` };
  }
  const bytes = downloadBytes(image);
  if (streamsFullImages || bytes <= stagingBytes) return undefined;
  return { code: "staging_too_small", what: `the full image of ${bytes} bytes exceeds the room of ${stagingBytes}` };
}

/** Why a delta cannot be used, if so. `isFirst`: its base is what runs. */
export function deltaObstacle(
  image: ReleaseImage,
  delta: ReleaseDelta,
  isFirst: boolean,
  limits: ResolvedDownloadLimits,
): Omit<DownloadObstacle, "delta"> | undefined {
  const { formats, imageBytes, memoryBytes, stagingBytes } = limits;
  if (!formats.includes(delta.format)) {
    return { code: "delta_format_unsupported", what: `it cannot apply patches of format ${delta.format}` };
  }
  const result = delta.result ?? image;
  if (result.length > imageBytes) {
    return { code: "image_too_large", what: `an image of ${result.length} bytes exceeds ${imageBytes}` };
  }
  if (memoryBytes !== Number.POSITIVE_INFINITY) {
    const needed = delta.memoryBytes;
    if (needed === undefined) {
      return {
        code: "delta_memory_unknown",
        what: `the memory that a delta takes is not said, ${memoryBytes} bytes are there`,
      };
    }
    if (needed > memoryBytes) {
      return {
        code: "delta_memory_exceeded",
        what: `a delta takes ${needed} bytes of memory, ${memoryBytes} are there`,
      };
    }
  }
  const isLast = result.hashes.sha256 === image.hashes.sha256;
  const staged = downloadBytes(delta) + (isFirst ? 0 : delta.base.length) + (isLast ? 0 : result.length);
  if (staged <= stagingBytes) return undefined;
  return { code: "staging_too_small", what: `a delta needs room for ${staged} bytes, ${stagingBytes} are there` };
}
