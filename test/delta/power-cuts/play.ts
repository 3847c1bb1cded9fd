/** Plays updates whose power fails again and again: they end with the right image, or the base is as it was. */

import { loadFirmware } from "../../../examples/demo/firmware.ts";
import type { Random } from "../../../scripts/random.ts";
import {
  applyPatch,
  applyPatchSync,
  type ExpectedImages,
  initDelta,
  makeBsdiff40Patch,
  makePatch,
  type PatchFormat,
  readAtFromBytes,
} from "../../../src/delta/index.ts";
import { expectedOf } from "../harness.ts";
import { Disk, PowerCut } from "./disk.ts";

/** Small, so that an image of a hub has some. */
export const blockSize: number = 1 << 16;
const limits = { maxOutput: 1 << 24, maxMemory: 1 << 23 };

/** An update that may be interrupted. */
export interface Update {
  readonly format: PatchFormat;
  readonly oldImage: Uint8Array;
  readonly newImage: Uint8Array;
  readonly patch: Uint8Array;
  readonly expected: ExpectedImages;
}

/** Updates of real firmware, in both formats. */
export function loadUpdates(): Update[] {
  return (["cityhub", "primehub"] as const).flatMap((hub) => {
    const [oldImage, newImage] = [loadFirmware(hub, "7.27"), loadFirmware(hub, "7.28")];
    const expected = expectedOf(oldImage, newImage);
    return [
      { format: "otadelta", patch: makePatch(oldImage, newImage, { profile: "tiny", blockSize }) } as const,
      { format: "bsdiff40", patch: makeBsdiff40Patch(oldImage, newImage) } as const,
    ].map((made) => ({ ...made, oldImage, newImage, expected }));
  });
}

/** How an update is played. */
export interface Mode {
  readonly driver: "sync" | "async";
  readonly backend: "embedded" | "typescript";
  /** Whether a byte that was safe changes while the power is off. */
  readonly rot: boolean;
}

/** What a played update did. */
export interface Played {
  readonly cuts: number;
  /** What went wrong; none when the laws hold. */
  readonly faults: readonly string[];
}

/** Plays one update to its end, with up to `mostCuts` power cuts on the way. */
export async function play(update: Update, mode: Mode, mostCuts: number, random: Random): Promise<Played> {
  const disk = new Disk(random);
  const base = update.oldImage.slice();
  const faults: string[] = [];
  let cuts = 0;
  initDelta(mode.backend);
  try {
    for (;;) {
      const safe = mode.rot || update.format === "bsdiff40" ? 0 : disk.flushed;
      disk.start(cuts < mostCuts ? 1 + random.below(40) : Number.POSITIVE_INFINITY);
      try {
        await run(update, base, disk, mode.driver);
        if (disk.written > update.newImage.length - safe) faults.push(`made ${disk.written} bytes, ${safe} were safe`);
        break;
      } catch (error) {
        if (!(error instanceof PowerCut)) throw error;
        cuts++;
      }
      disk.restart();
      if (mode.rot) disk.rot();
      if (disk.committed) faults.push("committed in a power cut");
    }
  } finally {
    initDelta("embedded");
  }
  if (!disk.committed) faults.push("not committed");
  if (Buffer.compare(disk.content(), update.newImage) !== 0) faults.push("another image");
  if (Buffer.compare(base, update.oldImage) !== 0) faults.push("the base has changed");
  return { cuts, faults };
}

async function run({ patch, expected }: Update, base: Uint8Array, disk: Disk, driver: Mode["driver"]): Promise<void> {
  const old = readAtFromBytes(base);
  if (driver === "async") await applyPatch(patch, old, disk, { expected, limits });
  else applyPatchSync(patch, old, disk, { expected, limits });
}
