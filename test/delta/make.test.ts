/** Making BSDIFF40 patches: what comes out applies, is no larger than bsdiff's, and costs bounded time and memory. */

import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { hubs, loadFirmware } from "../../examples/demo/firmware.ts";
import { seededRandom } from "../../scripts/random.ts";
import {
  applyPatchSync,
  createMemorySink,
  inspectPatch,
  type MakeProgress,
  makeBsdiff40Patch,
  readAtFromBytes,
} from "../../src/delta/index.ts";
import { expectedOf, fixture, refusal, roomy } from "./harness.ts";
import { words, wordsPair } from "./samples.ts";

/** Makes a patch, and checks that it gives the new image. */
function make(oldImage: Uint8Array, newImage: Uint8Array): Uint8Array {
  const patch = makeBsdiff40Patch(oldImage, newImage);
  const sink = createMemorySink();
  applyPatchSync(patch, readAtFromBytes(oldImage), sink, { expected: expectedOf(oldImage, newImage), limits: roomy });
  expect(sink.committed).toEqual(newImage);
  return patch;
}

describe("makeBsdiff40Patch", () => {
  test("is no larger than the patch of Debian's bsdiff", () => {
    const { oldImage, newImage } = wordsPair();
    expect(make(oldImage, newImage).length).toBeLessThanOrEqual(fixture("words.bsdiff").length * 1.01);
    for (const hub of hubs) {
      const file = new URL(`../../examples/demo/fixtures/${hub}-7.27-to-7.28.bsdiff`, import.meta.url);
      const patch = make(loadFirmware(hub, "7.27"), loadFirmware(hub, "7.28"));
      expect(patch.length, hub).toBeLessThanOrEqual(readFileSync(file).length);
    }
  });

  test("any pair: parts of the old image changed, moved and put between others", () => {
    const edit = fc.record({
      from: fc.nat(2_000),
      length: fc.nat(400),
      change: fc.nat(255),
      every: fc.integer({ min: 1, max: 60 }),
    });
    fc.assert(
      fc.property(
        fc.oneof(
          fc.uint8Array({ maxLength: 2_000 }),
          fc.nat(2_000).map((length) => words(length)),
          fc.constant(new Uint8Array(1_500)),
        ),
        fc.array(fc.oneof(edit, fc.uint8Array({ maxLength: 60 })), { maxLength: 12 }),
        (oldImage, edits) => {
          const parts = edits.map((part) => {
            if (part instanceof Uint8Array) return part;
            const { from, length, change, every } = part;
            return oldImage.slice(from, from + length).map((byte, at) => (at % every === 0 ? byte + change : byte));
          });
          make(Uint8Array.from(oldImage), Uint8Array.from(parts.flatMap((part) => [...part])));
        },
      ),
      { numRuns: 150 },
    );
  });

  test("images of no and of few bytes", () => {
    for (const [left, right] of [
      [0, 0],
      [0, 1],
      [1, 0],
      [0, 20],
      [7, 7],
      [8, 8],
      [9, 8],
    ]) {
      make(words(left!), words(right!));
      make(new Uint8Array(left!), words(right!));
    }
  });

  test("equal images take two hundred bytes at most, a moved half not much more", () => {
    const image = seededRandom("delta/make").bytes(200_000);
    expect(make(image, image.slice()).length).toBeLessThan(200);
    const swapped = Uint8Array.from([...image.subarray(100_000), ...image.subarray(0, 100_000)]);
    const patch = make(image, swapped);
    expect(patch.length).toBeLessThan(250);
    expect(inspectPatch(patch)).toMatchObject({ addBytes: 200_000, copyBytes: 0 });
  });

  test("small patches need little memory", () => {
    const image = words(4_000);
    expect(inspectPatch(make(image, image.slice(100))).memoryBytes).toBeLessThan(1_300_000);
  });

  test("what repeats costs no more than noise, where bsdiff has a cliff", () => {
    const size = 600_000;
    const zeros = new Uint8Array(size);
    const period = Uint8Array.from({ length: size }, (_, index) => index % 7);
    const almost = zeros.map((_, index) => (index % 997 === 0 ? index : 0));
    const cpuOf = (left: Uint8Array, right: Uint8Array): number => {
      const start = process.cpuUsage();
      make(left, right);
      const { user, system } = process.cpuUsage(start);
      return user + system;
    };
    const noise = cpuOf(seededRandom("delta/noise").bytes(size), seededRandom("delta/other noise").bytes(size));
    for (const [left, right] of [
      [zeros, zeros],
      [zeros, almost],
      [almost, zeros],
      [period, period.slice(3)],
      [zeros, period],
    ]) {
      expect(cpuOf(left!, right!)).toBeLessThan(noise);
    }
  });

  test("tells progress, which never goes back within a phase, and ends at the whole", () => {
    const seen: MakeProgress[] = [];
    const image = words(300_000);
    makeBsdiff40Patch(image, image.slice(5), { onProgress: (progress) => seen.push(progress) });
    expect([...new Set(seen.map(({ phase }) => phase))]).toEqual(["index-old", "scan-new", "compress"]);
    for (const phase of ["index-old", "scan-new"]) {
      const done = seen.filter((progress) => progress.phase === phase);
      expect(done.at(-1)!.doneBytes).toBe(done.at(-1)!.totalBytes);
      expect(done.map(({ doneBytes }) => doneBytes)).toEqual(
        done.map(({ doneBytes }) => doneBytes).sort((a, b) => a - b),
      );
    }
  });

  test("can be stopped, and says when memory is not enough", () => {
    const image = words(50_000);
    let calls = 0;
    const signal = { aborted: false, reason: "shift is over" };
    const stop = (): void => {
      signal.aborted = ++calls === 3;
    };
    expect(refusal(() => makeBsdiff40Patch(image, image, { signal, onProgress: stop }))[0]).toBe("ERR_DELTA_CANCELLED");
    expect(calls).toBe(3);
    expect(refusal(() => makeBsdiff40Patch(image, image, { maxMemory: 200_000 }))[0]).toBe("ERR_DELTA_MEMORY_LIMIT");
    expect(refusal(() => makeBsdiff40Patch(new Uint8Array(0), image, { maxMemory: 300_000 }))[0]).toBe(
      "ERR_DELTA_MEMORY_LIMIT",
    );
  });

  test("refuses what is no image", () => {
    expect(() => makeBsdiff40Patch([1] as unknown as Uint8Array, words(3))).toThrow(TypeError);
    expect(() => makeBsdiff40Patch(words(3), words(3), { maxMemory: -1 })).toThrow(RangeError);
  });
});
