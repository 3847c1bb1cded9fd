/** Fuzz targets of patches and of the bzip2 streams inside them: damaged bytes, and well-formed streams of odd triples. */

import { bytesToHex, isOtaError, sha256 } from "otakit/core";
import {
  applyPatchSync,
  createMemorySink,
  decompressBzip2,
  initDelta,
  inspectPatch,
  makeBsdiff40Patch,
  readAtFromBytes,
} from "otakit/delta";
import { bsdiff40, patchCase } from "../../delta/bsdiff-writer.ts";
import { bzip2 } from "../../delta/bzip2-encoder.ts";
import { words } from "../../delta/samples.ts";
import type { FuzzTarget } from "../target.ts";

const maxMemory = 8 * 1024 * 1024;

function check(law: boolean, what: string): void {
  if (!law) throw new Error(`broken law: ${what}`);
}

/** The value, or `undefined` after a typed refusal whose offset, if it has one, lies in the input. */
function accept<T>(run: () => T, length: number): T | undefined {
  try {
    return run();
  } catch (error) {
    if (!isOtaError(error)) throw error;
    check(error.offset === undefined || (error.offset >= 0 && error.offset <= length), `offset ${error.offset}`);
    return undefined;
  }
}

/** Applies a patch; the image that was committed, or `undefined` after a refusal that must have discarded everything. */
function apply(patch: Uint8Array, oldImage: Uint8Array, newImage: Uint8Array): Uint8Array | undefined {
  const sink = createMemorySink();
  let discarded = 0;
  const watched = {
    ...sink,
    discard() {
      discarded++;
      sink.discard();
    },
  };
  const applied = accept(
    () =>
      applyPatchSync(patch, readAtFromBytes(oldImage), watched, {
        expected: { oldSha256: sha256(oldImage), newSha256: sha256(newImage), newSize: newImage.length },
        limits: { maxOutput: newImage.length, maxMemory },
      }),
    patch.length,
  );
  check((applied === undefined) === (sink.committed === undefined), "committed without an answer, or the reverse");
  check((applied === undefined) === (discarded === 1), `discarded ${discarded} times`);
  if (sink.committed !== undefined) check(bytesToHex(sink.committed) === bytesToHex(newImage), "a wrong image");
  return sink.committed;
}

/** What a run gives with WebAssembly and without: the same bytes, or the same refusal at the same place. */
function agree(run: () => Uint8Array): void {
  const [embedded, typescript] = (["embedded", "typescript"] as const).map((backend) => {
    initDelta(backend);
    try {
      return bytesToHex(sha256(run()));
    } catch (error) {
      if (!isOtaError(error)) throw error;
      return `${error.code} ${error.offset} ${error.message}`;
    } finally {
      initDelta("embedded");
    }
  });
  check(embedded === typescript, `${embedded} with WebAssembly, ${typescript} without`);
}

/** Splits an input into an old and a new image, at a place that its first byte tells. */
function makeAndApply(input: Uint8Array): void {
  const place = Math.floor((input.length * (input[0] ?? 0)) / 256);
  const [oldImage, newImage] = [input.subarray(0, place), input.subarray(place)];
  const patch = makeBsdiff40Patch(oldImage, newImage);
  check(apply(patch, oldImage, newImage) !== undefined, "a patch that does not apply");
}

const oldImage = words(300);
const cases = [
  patchCase(oldImage, [[300, 0, 0]], () => 0),
  patchCase(
    oldImage,
    [
      [0, 0, 7],
      [100, 20, -60],
      [50, 0, -400],
      [150, 3, 0],
    ],
    (index) => index % 11,
  ),
];
const oddStreams = [bzip2(new Uint8Array(0)), bzip2(new Uint8Array(600).fill(7)), bzip2(words(400), 9, 150)];

/** Reads a whole control stream out of the input, and the size that the header declares out of its first byte. */
function runTriples(input: Uint8Array): void {
  const newSize = input[0] ?? 0;
  const zeros = new Uint8Array(newSize);
  const patch = bsdiff40({ controlStream: bzip2(input.subarray(1)), diff: zeros, extra: zeros, newSize });
  const info = accept(() => inspectPatch(patch, { oldSize: oldImage.length }), patch.length);
  // Both streams are as long as the image, so that only a patch that uses one of them whole and the other not at all
  // comes near its end.
  const committed = apply(patch, oldImage, zeros);
  if (committed !== undefined) check(info !== undefined, "applied what inspecting refuses");
  if (info === undefined) return;
  if (info.format !== "bsdiff40") throw new Error(`broken law: format ${info.format}`);
  check(info.addBytes + info.copyBytes === newSize, "sizes");
  check(info.streams.control.bytes === 24 * info.triples, "length of the control stream");
  check(info.idleTriples <= info.triples, "idle triples");
}

function tripleBytes(...numbers: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(1 + 8 * numbers.length);
  for (const [index, number] of numbers.entries()) {
    new DataView(bytes.buffer).setBigUint64(
      1 + 8 * index,
      BigInt(Math.abs(number)) | (number < 0 ? 1n << 63n : 0n),
      true,
    );
  }
  bytes[0] = numbers.reduce((sum, number, index) => (index % 3 === 2 ? sum : sum + number), 0);
  return bytes;
}

export const targets: readonly FuzzTarget[] = [
  {
    name: "delta/decompressBzip2",
    seeds: oddStreams,
    dictionary: ["425a68", "314159265359", "177245385090", "ffff", "0000"].map((hex) => Buffer.from(hex, "hex")),
    run(input) {
      for (const maxOutput of [1_000, 1_000_000]) {
        const bytes = accept(() => decompressBzip2(input, maxOutput), input.length);
        if (bytes !== undefined) check(bytes.length <= maxOutput, "more bytes than allowed");
      }
    },
  },
  {
    name: "delta/backends",
    seeds: oddStreams,
    dictionary: ["425a68", "314159265359", "177245385090", "ffff", "0000"].map((hex) => Buffer.from(hex, "hex")),
    run(input) {
      agree(() => decompressBzip2(input, 100_000));
    },
  },
  {
    name: "delta/makeBsdiff40Patch",
    seeds: [Uint8Array.of(128, ...words(300), ...words(200)), Uint8Array.of(100, ...new Uint8Array(400)), words(40)],
    run: makeAndApply,
  },
  {
    name: "delta/applyPatchSync",
    seeds: cases.map(({ patch }) => patch),
    dictionary: [...oddStreams, ...["0000000000000080", "ffffffffffffff7f"].map((hex) => Buffer.from(hex, "hex"))],
    run(input) {
      for (const { newImage } of cases) apply(input, oldImage, newImage);
      accept(() => inspectPatch(input), input.length);
    },
  },
  {
    name: "delta/controlStream",
    seeds: [tripleBytes(100, 0, 0), tripleBytes(0, 0, -5, 40, 0, 7, 30, 0, 0), tripleBytes(0, 60, 1)],
    dictionary: ["0000000000000080", "ffffffffffffff7f", "ffffffffffff1f00", "0100000000000000"].map((hex) =>
      Buffer.from(hex, "hex"),
    ),
    maxLength: 24 * 20 + 1,
    run: runTriples,
  },
];
