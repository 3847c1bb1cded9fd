import { sha256 } from "otakit/core";
import {
  applyPatchSync,
  createMemorySink,
  inspectPatch,
  makeBsdiff40Patch,
  makePatch,
  readAtFromBytes,
} from "otakit/delta";
import { afterEach, describe, expect, it, vi } from "vitest";
import { words, wordsPair } from "../delta/samples.ts";
import { memoriesOf } from "../delta/watched-memories.ts";
import { layoutOf, replaced, seal } from "../fuzz/otadelta-seal.ts";
import { withModelSizes, withRecycledMemories } from "../fuzz/wasm-hooks.ts";

const { oldImage, newImage } = wordsPair();
const otherImage = words(3_000);

function apply(patch: Uint8Array, image: Uint8Array): Uint8Array | undefined {
  const sink = createMemorySink();
  applyPatchSync(patch, readAtFromBytes(oldImage), sink, {
    expected: { oldSha256: sha256(oldImage), newSha256: sha256(image), newSize: image.length },
    limits: { maxOutput: 1 << 20, maxMemory: 8 << 20 },
  });
  return sink.committed;
}

afterEach(() => void vi.unstubAllGlobals());

describe("recycled memories", () => {
  const patches = [newImage, otherImage].flatMap((image) => [
    { image, patch: makePatch(oldImage, image, { profile: "tiny" }) },
    { image, patch: makeBsdiff40Patch(oldImage, image) },
  ]);

  it("are used again, whatever was done in them, and make no difference", () => {
    const recycled = (): void => {
      for (const { patch, image } of patches) {
        expect(withRecycledMemories(() => apply(patch, image))).toEqual(image);
        const damaged = replaced(patch, patch.length - 30, new Uint8Array(20));
        expect(() => withRecycledMemories(() => apply(damaged, image))).toThrow(/^Cannot/);
      }
    };
    recycled();
    expect(memoriesOf(recycled)).toHaveLength(0);
  });

  it("are two where two are needed at once", () => {
    const both = withRecycledMemories(() => patches.map(({ patch, image }) => apply(patch, image)));
    expect(both).toEqual(patches.map(({ image }) => image));
  });

  it("are out of use behind the run", () => {
    withRecycledMemories(() => undefined);
    expect(memoriesOf(() => void apply(patches[0]!.patch, newImage))).toHaveLength(1);
  });
});

it("patches are made with a model of other sizes", () => {
  const sizes = [10, 8, 8, 1, 12] as const;
  const made = withModelSizes(sizes, () => makePatch(oldImage, newImage, { profile: "tiny" }));
  const named = replaced(made, 9, Uint8Array.from(sizes));
  const patch = seal(named, layoutOf(named)!);
  expect(apply(patch, newImage)).toEqual(newImage);
  expect(inspectPatch(patch).memoryBytes).toBeLessThan(
    inspectPatch(makePatch(oldImage, newImage, { profile: "tiny" })).memoryBytes / 2,
  );
});
