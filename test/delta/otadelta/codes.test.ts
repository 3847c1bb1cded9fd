/** Codes as the arithmetic coder reads them: one for each sequence of decisions, and none that goes on behind its end. */

import { expect, it } from "vitest";
import { loadFirmware } from "../../../examples/demo/firmware.ts";
import { defaultHashProvider } from "../../../src/core/index.ts";
import { openOtadelta, writeOtadelta } from "../../../src/delta/otadelta/header.ts";
import { makePatch } from "../../../src/delta/otadelta/make.ts";
import { errorOf } from "../../error-of.ts";
import { applyWith } from "./apply-with.ts";

const [old, fresh] = [loadFirmware("cityhub", "7.27"), loadFirmware("cityhub", "7.28")];
const patch = openOtadelta(makePatch(old, fresh, { profile: "tiny" }), defaultHashProvider);

/** What is written before a patch with this code in place of its block is refused. */
function writtenBefore(coded: Uint8Array): number {
  let written = 0;
  const bytes = writeOtadelta({ ...patch, blocks: [{ ...patch.blocks[0]!, coded }] }, defaultHashProvider);
  const error = errorOf(() => applyWith(bytes, old, fresh, {}, (count) => (written += count)));
  expect(error).toMatchObject({ code: "ERR_DELTA_BLOCK_LENGTH" });
  return written;
}

it("a code that begins above the range is none: it could come back into it, and mean what another one means", () => {
  expect(writtenBefore(Uint8Array.of(255, 255, 255, 255, 1, 2, 3, 4, 5, 6, 7, 8))).toBe(0);
});

it("nothing is made of what is not there", () => {
  const { coded } = patch.blocks[0]!;
  expect(writtenBefore(new Uint8Array(0))).toBe(0);
  expect(writtenBefore(coded.subarray(0, 3))).toBe(0);
  expect(writtenBefore(coded.subarray(0, coded.length >> 1))).toBeLessThan(fresh.length);
});

it("a map that is cut off is refused, however many covers it is said to have", () => {
  const short = { ...patch, coverCount: 20_000, map: patch.map.subarray(0, 40) };
  const error = errorOf(() => applyWith(writeOtadelta(short, defaultHashProvider), old, fresh));
  expect(error).toMatchObject({ code: "ERR_DELTA_MAP", message: expect.stringContaining("do not end where") });
});
