/** The three bzip2 streams of a BSDIFF40 patch, decompressed side by side. */

import { Bzip2Decoder, blockCapacity } from "../bzip2/decoder.ts";
import { blocksMemory, openBlocks } from "../bzip2/open-blocks.ts";
import type { Bsdiff40 } from "./header.ts";

/** Triples that write nothing make the control stream longer than any rule about the image; they are counted instead. */
const controlMaxOutput = Number.MAX_SAFE_INTEGER;

/** Decoders of the streams of a patch. */
export interface PatchStreams {
  readonly control: Bzip2Decoder;
  readonly diff: Bzip2Decoder;
  readonly extra: Bzip2Decoder;
}

/** Starts all three streams. */
export function openStreams(patch: Bsdiff40): PatchStreams {
  const { control, diff, extra, newSize } = patch;
  const [controlBlock, diffBlock, extraBlock] = openBlocks(streamCapacities(patch));
  return {
    control: new Bzip2Decoder(control, controlMaxOutput, controlBlock!),
    diff: new Bzip2Decoder(diff, newSize, diffBlock!),
    extra: new Bzip2Decoder(extra, newSize, extraBlock!),
  };
}

/** Starts the control stream alone. */
export function openControlStream({ control }: Bsdiff40): Bzip2Decoder {
  const [block] = openBlocks([blockCapacity(control, controlMaxOutput)]);
  return new Bzip2Decoder(control, controlMaxOutput, block!);
}

/** Memory in bytes that {@link openStreams} takes; checks how each stream starts. */
export function streamMemory(patch: Bsdiff40): number {
  return blocksMemory(streamCapacities(patch));
}

function streamCapacities({ control, diff, extra, newSize }: Bsdiff40): number[] {
  return [blockCapacity(control, controlMaxOutput), blockCapacity(diff, newSize), blockCapacity(extra, newSize)];
}
