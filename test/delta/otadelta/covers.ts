/** Writes otadelta patches of given covers, kinds and segments, which no maker would choose. */

import { defaultHashProvider, sha256 } from "../../../src/core/index.ts";
import {
  blockDigest,
  type Otadelta,
  type PointerBases,
  type Segment,
  type TypeTable,
} from "../../../src/delta/otadelta/header.ts";
import { coverBytes, modelSizes, setTargets, setTypeTable } from "../../../src/delta/otadelta/model.ts";
import type { CoderProfile } from "../../../src/delta/otadelta/profile.ts";
import { openDiffCore } from "../../../src/delta/wasm/diff-core.ts";

/** Readable bytes around an image in memory. */
const margin = 64;

interface Cover {
  /** Bytes inserted in front of it. */
  readonly inserted: number;
  readonly length: number;
  readonly old: number;
}

export interface Plan {
  readonly old: Uint8Array;
  readonly fresh: Uint8Array;
  /** In order; those that do not fit into the images are cut or left out. */
  readonly covers: readonly Cover[];
  /** Kind of each KiB of the old image, again from the first when they are too few. */
  readonly kinds: readonly number[];
  readonly profile: CoderProfile;
  readonly blockBits?: number;
  readonly segments?: readonly Segment[];
  readonly bases?: PointerBases;
  readonly addressEnd?: number;
  readonly typeTable?: TypeTable;
  /** Types inserted in front of each cover, again from the first when they are too few. */
  readonly insertedTypes?: readonly number[];
}

/** One segment that is the whole image, at address 0. */
export function rawSegment(oldSize: number, newSize: number): Segment {
  return { oldOffset: 0, oldSize, oldAddress: 0, newOffset: 0, newSize, newAddress: 0 };
}

/** The patch that a plan describes. */
export function encodePlan(plan: Plan): Otadelta {
  const { old, fresh, profile, blockBits = 16, segments = [rawSegment(old.length, fresh.length)] } = plan;
  const { bases = { old64: 0n, new64: 0n, old32: 0, new32: 0 }, addressEnd = old.length, typeTable } = plan;
  const [oldSize, newSize] = [old.length, fresh.length];
  const core = openDiffCore(2 ** 28);
  const { exports } = core;
  exports.initCoder();
  const load = (image: Uint8Array): number => {
    const address = core.allocate(image.length + 2 * margin) + margin;
    core.bytes(address, image.length).set(image);
    return address;
  };
  const [oldAt, freshAt] = [load(old), load(fresh)];
  const covers = fittingCovers(plan);
  const sizes = modelSizes({ profile, coverCount: covers.length, oldSize, typeTable });
  const coversAt = core.allocate(covers.length * coverBytes);
  core.words(coversAt, covers.length * 3).set(covers.flatMap(({ start, length, old: from }) => [start, length, from]));
  const [kinds, used] = [core.allocate(sizes.chunks), core.allocate(sizes.chunks)];
  const turned = core.allocate(sizes.turned);
  const model = core.allocate(sizes.model);
  const room = 2 ** blockBits * 2 + covers.length * 200 + sizes.chunks + 1024;
  const out = core.allocate(room);
  core
    .bytes(kinds, sizes.chunks)
    .set(Array.from({ length: sizes.chunks }, (_, i) => plan.kinds[i % plan.kinds.length] ?? 0));
  setTargets(exports, { segments, bases, addressEnd });
  setTypeTable(exports, core.allocate(sizes.types), covers.length, typeTable);
  if (typeTable !== undefined) exports.readBtf(oldAt + typeTable.oldTypes, typeTable.oldTypeBytes);
  const { insertedTypes = [] } = plan;
  for (const [index, { start }] of typeTable === undefined ? [] : covers.entries()) {
    const before = covers[index - 1];
    const isBehindGap = start > (before === undefined ? 0 : before.start + before.length);
    exports.setInsertedTypes(index, isBehindGap ? (insertedTypes[index % insertedTypes.length] ?? 0) : 0);
  }
  exports.setCovers(coversAt, covers.length);
  exports.turnMap(turned, oldSize);
  exports.turnBtf();
  const { flagBits, lineBits, correctionBits, contexts, windowBits } = profile;
  const mapBytes = exports.encodeMap(
    model,
    flagBits,
    coversAt,
    covers.length,
    kinds,
    used,
    sizes.chunks,
    oldSize,
    newSize,
    out,
    room,
  );
  const map = core.bytes(out, mapBytes).slice();
  const blocks = [];
  for (let from = 0; from < newSize; from += 2 ** blockBits) {
    const to = Math.min(newSize, from + 2 ** blockBits);
    const window = 2 ** windowBits;
    const coded = exports.encodeBlock(
      model,
      flagBits,
      lineBits,
      correctionBits,
      contexts,
      window,
      oldAt,
      oldSize,
      freshAt,
      kinds,
      from,
      to,
      out,
      room,
    );
    const digest = blockDigest(fresh.subarray(from, to), defaultHashProvider);
    blocks.push({ coded: core.bytes(out, coded).slice(), stored: false, digest });
  }
  const [oldSha256, newSha256] = [sha256(old), sha256(fresh)];
  const coverCount = covers.length;
  return {
    profile,
    blockBits,
    oldSize,
    oldSha256,
    newSize,
    newSha256,
    segments,
    bases,
    addressEnd,
    typeTable,
    coverCount,
    map,
    blocks,
  };
}

/** The patch with the bytes of some blocks as they are. */
export function storeBlocks(patch: Otadelta, fresh: Uint8Array, isStored: (index: number) => boolean): Otadelta {
  const size = 2 ** patch.blockBits;
  const blocks = patch.blocks.map((block, index) =>
    isStored(index) ? { ...block, stored: true, coded: fresh.slice(index * size, (index + 1) * size) } : block,
  );
  return { ...patch, blocks };
}

function fittingCovers({ old, fresh, covers }: Plan) {
  let end = 0;
  return covers.flatMap(({ inserted, length, old: from }) => {
    const start = end + inserted;
    const fitting = Math.min(length, old.length - from, fresh.length - start);
    if (fitting < 1) return [];
    end = start + fitting;
    return [{ start, length: fitting, old: from }];
  });
}
