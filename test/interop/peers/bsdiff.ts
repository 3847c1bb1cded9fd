/** Debian's bsdiff, bspatch and bzip2: what they make is applied and decompressed by otakit, and compared with themselves. */

import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { bytesToHex, isOtaError, sha256 } from "otakit/core";
import {
  applyPatchSync,
  createMemorySink,
  decompressBzip2,
  inspectPatch,
  makeBsdiff40Patch,
  readAtFromBytes,
} from "otakit/delta";
import { hasFirmware, hubs, loadFirmware } from "../../../examples/demo/firmware.ts";
import { type Random, seededRandom } from "../../../scripts/random.ts";
import { patchCase } from "../../delta/bsdiff-writer.ts";
import { bzip2 as encode } from "../../delta/bzip2-encoder.ts";
import { runs, words } from "../../delta/samples.ts";
import { startComparison } from "../compare.ts";
import { type Found, findProgram } from "../environment.ts";
import type { InteropPeer, PeerOutcome } from "../peer.ts";

const limits = { maxOutput: 2 ** 24, maxMemory: 2 ** 24 };

export const peers: readonly InteropPeer[] = [
  {
    name: "Debian bsdiff",
    find: findBsdiff,
    run: ({ full }) => inScratch((folder) => compareBsdiff(new Tools(folder), full)),
  },
  {
    name: "bzip2",
    find: () => findProgram("bzip2", ["--help"], "the bzip2 program is not installed"),
    run: ({ full }) => compareBzip2(full ? 2_000_000 : 200_000),
  },
];

/** Neither program prints a version, so the package's is asked for. */
function findBsdiff(): Found {
  for (const program of ["bsdiff", "bspatch"]) {
    if (spawnSync(program).error !== undefined) return { missing: `the ${program} program is not installed` };
  }
  const { stdout, status } = spawnSync("dpkg-query", ["-W", "-f", "$" + "{Version}", "bsdiff"], { encoding: "utf8" });
  return { version: status === 0 ? stdout : "unknown" };
}

function inScratch(run: (folder: string) => readonly PeerOutcome[]): readonly PeerOutcome[] {
  const folder = mkdtempSync(join(tmpdir(), "otakit-bsdiff-"));
  try {
    return run(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Runs the programs on files in one folder. */
class Tools {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  diff(oldImage: Uint8Array, newImage: Uint8Array): Uint8Array {
    return this.#run("bsdiff", { old: oldImage, new: newImage }, "patch");
  }

  patch(oldImage: Uint8Array, patch: Uint8Array): Uint8Array {
    return this.#run("bspatch", { old: oldImage, patch }, "new");
  }

  /** The image that bspatch makes, or `undefined` when it ends with a fault or makes none within its bounds. */
  tryPatch(oldImage: Uint8Array, patch: Uint8Array): Uint8Array | undefined {
    // A damaged size must not fill the disk.
    if (patch.length >= 32 && patch.subarray(27, 32).some((byte) => byte !== 0)) return undefined;
    try {
      return this.patch(oldImage, patch);
    } catch {
      return undefined;
    }
  }

  /** Both programs take the names of old, new and patch in this order. */
  #run(program: string, inputs: Readonly<Record<string, Uint8Array>>, output: string): Uint8Array {
    for (const [name, bytes] of Object.entries(inputs)) writeFileSync(join(this.#folder, name), bytes);
    rmSync(join(this.#folder, output), { force: true });
    const files = ["old", "new", "patch"].map((name) => join(this.#folder, name));
    const { status, stderr } = spawnSync(program, files, { encoding: "utf8" });
    if (status !== 0) throw new Error(`${program} ended with ${status}: ${stderr.trim()}`);
    return new Uint8Array(readFileSync(join(this.#folder, output)));
  }
}

/** Digest of the image that otakit makes, or the code of its refusal. */
function apply(oldImage: Uint8Array, newImage: Uint8Array, patch: Uint8Array, base: Uint8Array = oldImage): string {
  const sink = createMemorySink();
  const expected = { oldSha256: sha256(oldImage), newSha256: sha256(newImage), newSize: newImage.length };
  try {
    applyPatchSync(patch, readAtFromBytes(base), sink, { expected, limits });
  } catch (error) {
    if (isOtaError(error) && sink.committed === undefined) return error.code;
    throw error;
  }
  return digest(sink.committed!);
}

function digest(bytes: Uint8Array): string {
  return bytesToHex(sha256(bytes));
}

function compareBsdiff(tools: Tools, full: boolean): PeerOutcome[] {
  const count = full ? 10_000 : 1_000;
  const firmware = startComparison(
    "firmware of four hubs, 7.22 and 7.27 to 7.28: bsdiff, applied by otakit and bspatch",
  );
  for (const hub of hubs) {
    const newImage = loadFirmware(hub, "7.28");
    for (const version of ["7.22", "7.27"] as const) {
      if (!hasFirmware(hub, version)) continue;
      const oldImage = loadFirmware(hub, version);
      const patch = tools.diff(oldImage, newImage);
      const theirs = digest(tools.patch(oldImage, patch));
      firmware.add(`${hub} ${version}`, [apply(oldImage, newImage, patch), digest(newImage)], [theirs, theirs]);
    }
  }
  const pairs = startComparison("random pairs of 1 B to 64 KiB: bsdiff, applied by otakit and bspatch");
  const wrongBases = startComparison("the same patches on a base with one bit changed: refused");
  const random = seededRandom("bsdiff");
  for (let index = 0; index < count; index++) {
    const oldImage = image(random);
    const newImage = edit(random, oldImage);
    const patch = tools.diff(oldImage, newImage);
    const theirs = digest(tools.patch(oldImage, patch));
    pairs.add(`pair ${index}`, [apply(oldImage, newImage, patch), digest(newImage)], [theirs, theirs]);
    const base = oldImage.slice();
    base[random.below(base.length)]! ^= 1 << random.below(8);
    wrongBases.add(`pair ${index}`, apply(oldImage, newImage, patch, base), "ERR_DELTA_OLD_HASH");
  }
  return [
    firmware.outcome(),
    pairs.outcome(),
    wrongBases.outcome(),
    ownPatches(tools, random, full ? 10_000 : 300),
    oddPatches(tools, random, full ? 70_000 : 300),
    damagedPatches(tools, random, full ? 30_000 : 200),
  ];
}

/** Patches that otakit makes: applied by bspatch, streams as bzip2 writes them, and not larger than those of bsdiff. */
function ownPatches(tools: Tools, random: Random, count: number): PeerOutcome {
  const comparison = startComparison("patches made by otakit: applied by bspatch; bzip2's bytes; at most 1 % larger");
  for (const hub of hubs) {
    for (const version of ["7.22", "7.27"] as const) {
      if (!hasFirmware(hub, version)) continue;
      const [oldImage, newImage] = [loadFirmware(hub, version), loadFirmware(hub, "7.28")];
      const patch = makeBsdiff40Patch(oldImage, newImage);
      const name = `${hub} ${version}`;
      comparison.add(name, digest(newImage), digest(tools.patch(oldImage, patch)));
      comparison.add(`${name}, size`, patch.length <= tools.diff(oldImage, newImage).length * 1.01, true);
      const info = inspectPatch(patch);
      if (info.format !== "bsdiff40") throw new Error(`made a patch of format ${info.format}`);
      const { control, diff, extra } = info.streams;
      for (const { offset, compressedBytes, bytes } of [control, diff, extra]) {
        const stream = patch.subarray(offset, offset + compressedBytes);
        const level = String.fromCharCode(stream[3]!);
        const theirs = bzip2([`-${level}`, "-c"], decompressBzip2(stream, bytes));
        comparison.add(`${name}, stream at ${offset}`, digest(stream), digest(theirs));
      }
    }
  }
  for (let index = 0; index < count; index++) {
    const oldImage = image(random);
    const newImage = edit(random, oldImage);
    const patch = makeBsdiff40Patch(oldImage, newImage);
    comparison.add(`pair ${index}`, digest(newImage), digest(tools.patch(oldImage, patch)));
  }
  return comparison.outcome();
}

/** Patches with bits changed, bytes removed or the end cut: what bspatch refuses is refused, what it makes is made or refused. */
function damagedPatches(tools: Tools, random: Random, count: number): PeerOutcome {
  const comparison = startComparison("damaged patches: never another image than bspatch's, never one where it refuses");
  for (let index = 0; index < count; index++) {
    const oldImage = image(random).subarray(0, 4_000);
    const newImage = edit(random, oldImage);
    const patch = makeBsdiff40Patch(oldImage, newImage);
    const at = random.below(patch.length);
    const damaged = random.pick([
      () => patch.subarray(0, at),
      () => Uint8Array.from(patch, (byte, place) => (place === at ? byte ^ (1 << random.below(8)) : byte)),
      () => Uint8Array.from([...patch.subarray(0, at), ...patch.subarray(at + 1)]),
      // Sizes and lengths in the header.
      () => Uint8Array.from(patch, (byte, place) => (place === 8 + (at % 24) ? random.below(256) : byte)),
    ])();
    const theirs = tools.tryPatch(oldImage, damaged);
    const ours = apply(oldImage, theirs ?? newImage, damaged);
    const refused = ours.startsWith("ERR_");
    comparison.add(`patch ${index}`, refused || (theirs !== undefined && ours === digest(theirs)), true);
  }
  return comparison.outcome();
}

/**
 * Patches that bsdiff would never make: positions behind the old image, back and forth, triples that write nothing.
 *
 * Positions in front of the image are left out: bspatch 4.3-23 reads foreign memory there, or crashes.
 */
function oddPatches(tools: Tools, random: Random, count: number): PeerOutcome {
  const comparison = startComparison("patches with positions behind the old image: otakit as bspatch");
  for (let index = 0; index < count; index++) {
    let position = 0;
    const triples = Array.from({ length: 1 + random.below(8) }, () => {
      const add = random.pick([0, random.below(80)]);
      const target = random.below(random.pick([4, 400, 2 ** 30]));
      const seek = target - position - add;
      position = target;
      return [add, random.below(20), seek] as const;
    });
    triples.push([1, 0, 0]);
    const { oldImage, newImage, patch } = patchCase(random.bytes(1 + random.below(200)), triples, () =>
      random.below(256),
    );
    comparison.add(`patch ${index}`, apply(oldImage, newImage, patch), digest(tools.patch(oldImage, patch)));
  }
  return comparison.outcome();
}

/** An image of random, repeated or textual bytes; small ones are as likely as large ones. */
function image(random: Random): Uint8Array<ArrayBuffer> {
  const length = 1 + random.below(2 ** (4 + random.below(13)));
  const kind = random.below(3);
  if (kind === 0) return random.bytes(length);
  if (kind === 1) return words(length);
  const period = random.bytes(1 + random.below(300));
  return Uint8Array.from({ length }, (_, index) => period[index % period.length]!);
}

/** A new image: parts of the old one changed, removed, inserted, moved or shifted. */
function edit(random: Random, oldImage: Uint8Array): Uint8Array {
  let bytes = [...oldImage];
  for (let edits = random.below(8); edits > 0; edits--) {
    const [start, end] = [random.below(bytes.length + 1), random.below(bytes.length + 1)].sort((a, b) => a - b) as [
      number,
      number,
    ];
    const part = bytes.slice(start, end);
    const without = [...bytes.slice(0, start), ...bytes.slice(end)];
    const inserted = [...random.bytes(random.below(200))];
    const other = random.below(without.length + 1);
    const results = [
      () => without,
      () => [...bytes.slice(0, start), ...inserted, ...bytes.slice(start)],
      () => [...bytes, ...inserted],
      () => [...without.slice(0, other), ...part, ...without.slice(other)],
      () => bytes.map((byte, index) => (index >= start && index < end && index % 40 === 3 ? (byte + 4) & 255 : byte)),
      () => bytes.map((byte, index) => (index >= start && index < end ? (byte + 1) & 255 : byte)),
    ];
    bytes = random.pick(results)();
  }
  return Uint8Array.from(bytes.length === 0 ? [random.below(256)] : bytes.slice(0, 64 * 1024));
}

function compareBzip2(length: number): PeerOutcome[] {
  const random = seededRandom("bzip2");
  const inputs: Readonly<Record<string, Uint8Array>> = {
    nothing: new Uint8Array(0),
    "one byte": Uint8Array.of(0),
    "random bytes": random.bytes(length),
    zeros: new Uint8Array(length * 5),
    words: words(length),
    "runs about the limits": runs(),
    "short runs": Uint8Array.from({ length }, (_, index) => (index >>> 2) % 5),
    "rising bytes": Uint8Array.from({ length }, (_, index) => index & 255),
    "Fibonacci word": Uint8Array.from({ length }, (_, index) => Math.floor((index + 2) / 1.618033988749895) & 1),
    firmware: loadFirmware("ev3", "7.28"),
  };
  const decoded = startComparison("streams of bzip2 -1 to -9, decompressed by otakit");
  for (const [name, input] of Object.entries(inputs)) {
    for (let level = 1; level <= 9; level++) {
      const stream = bzip2([`-${level}`, "-c"], input);
      decoded.add(`${name} -${level}`, digest(decompressBzip2(stream, input.length)), digest(input));
    }
  }
  const encoded = startComparison("streams of the tests' own encoder, decompressed by both");
  for (let index = 0; index < 100; index++) {
    const input = image(random).subarray(0, 3_000);
    const stream = encode(input, 1 + random.below(9), 1 + random.below(2_000));
    encoded.add(index, digest(decompressBzip2(stream, input.length)), digest(bzip2(["-dc"], stream)));
  }
  return [decoded.outcome(), encoded.outcome()];
}

function bzip2(args: readonly string[], input: Uint8Array): Uint8Array {
  const { status, stdout, stderr } = spawnSync("bzip2", args, { input, maxBuffer: 2 ** 30 });
  if (status !== 0) throw new Error(`bzip2 ended with ${status}: ${stderr}`);
  return new Uint8Array(stdout);
}
