import { bytesToHex, concatBytes, defaultHashProvider } from "otakit/core";
import { makePatch } from "otakit/delta";
import { expect, it } from "vitest";
import { seededRandom } from "../../scripts/random.ts";
import { openOtadelta } from "../../src/delta/otadelta/header.ts";
import { words } from "../delta/samples.ts";
import { tableOf, typeOf } from "../delta/type-tables.ts";
import { layoutOf, replaced, seal } from "../fuzz/otadelta-seal.ts";
import { targets } from "../fuzz/targets/otadelta.ts";

const random = seededRandom("seal");
const types = Array.from({ length: 40 }, (_, index) => typeOf(1 + (index % 19), index, 40, random));
const table = tableOf(types, [...types.keys()]);
const blocks = concatBytes(words(70_000), table);

it.each([
  ["without a table of types", makePatch(words(900), words(1_200))],
  ["with a table of types", makePatch(table, tableOf(types, [...types.keys()].reverse()))],
  ["of several blocks", makePatch(blocks, blocks.with(9, 9), { blockSize: 2 ** 16 })],
])("the parts of a patch %s are where its reader finds them", (_, patch) => {
  const { map, blocks: coded, newSize } = openOtadelta(patch, defaultHashProvider);
  const layout = layoutOf(patch)!;
  const mapAt = map.byteOffset - patch.byteOffset;
  const digest = coded[0]!.digest;
  expect(layout).toMatchObject({
    newSize,
    digestsAt: digest.byteOffset - patch.byteOffset,
    headerEnd: mapAt - 16,
    mapEnd: mapAt + map.length,
    lastAt: coded.at(-1)!.coded.byteOffset - patch.byteOffset,
  });
  // What is sealed again is as it was.
  expect(bytesToHex(seal(replaced(patch, layout.headerEnd, new Uint8Array(16)), layout))).toBe(bytesToHex(patch));
});

it("some of the patches that are damaged have a table of types", () => {
  const seeds = targets[0]!.seeds.map((seed) => openOtadelta(seed, defaultHashProvider));
  expect(seeds.filter(({ typeTable }) => typeTable !== undefined)).toHaveLength(1);
});
