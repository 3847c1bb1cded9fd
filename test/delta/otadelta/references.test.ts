/** References that moved cost next to nothing. */

import { describe, expect, it } from "vitest";
import { type Random, seededRandom } from "../../../scripts/random.ts";
import { bytesToHex, defaultHashProvider, sha256 } from "../../../src/core/index.ts";
import { writeOtadelta } from "../../../src/delta/otadelta/header.ts";
import { makePatch } from "../../../src/delta/otadelta/make.ts";
import { setTargets, setTypeTable } from "../../../src/delta/otadelta/model.ts";
import { profiles } from "../../../src/delta/otadelta/profile.ts";
import { openDiffCore } from "../../../src/delta/wasm/diff-core.ts";
import { withRecycledMemories } from "../../fuzz/wasm-hooks.ts";
import { applyWith } from "./apply-with.ts";
import { architectures, assemble } from "./assemble.ts";
import { encodePlan, rawSegment } from "./covers.ts";

describe("references across insertions", () => {
  it.each(Object.entries(architectures))("cost next to nothing: %s", (_, architecture) => {
    const [old, fresh] = [assemble(architecture, false), assemble(architecture, true)];
    const patch = makePatch(old, fresh);
    expect(applyWith(patch, old, fresh)).toEqual(fresh);
    // The least of them takes 1,188 bytes when nothing is predicted.
    expect(patch.length).toBeLessThan(500);
  });
});

describe("AArch64 code", () => {
  /** ADRP to pages of the image, one in `often` words, and ADD to what they name; of a few registers. */
  function code(size: number, often: number, random: Random): Uint8Array {
    const view = new DataView(new ArrayBuffer(size));
    for (let at = 0; at < size; at += 4) {
      const register = random.below(6);
      const pages = random.below(size >> 12) - (at >> 12);
      const adrp = 0x9000_0000 | ((pages & 3) << 29) | (((pages >> 2) & 0x7_ffff) << 5) | register;
      const add = 0x9100_0000 | (random.below(4_096) << 10) | (register << 5) | random.below(32);
      view.setUint32(at, (random.below(often) === 0 ? adrp : add) >>> 0, true);
    }
    return new Uint8Array(view.buffer);
  }

  it("completes the page of the last ADRP to the register, up to 64 bytes in front", () => {
    const [size, moved] = [2 ** 20, 0x104];
    const bytes = code(size, 24, seededRandom("references/pages"));
    const core = openDiffCore(2 ** 22);
    const { exports } = core;
    const old = core.allocate(size + 4_096) + 2_112;
    const [covers, turned, kinds] = [12, exports.turnedBytes(1, size), size >> 10].map((room) =>
      core.allocate(room),
    ) as [number, number, number];
    core.bytes(old, size).set(bytes);
    core.bytes(kinds, size >> 10).fill(1);
    core.words(covers, 3).set([moved, size, 0]);
    const bases = { old64: 0n, new64: 0n, old32: 0, new32: 0 };
    setTargets(exports, { segments: [rawSegment(size, size + moved)], bases, addressEnd: size });
    setTypeTable(exports);
    exports.setCovers(covers, 1);
    exports.turnMap(turned, size);
    exports.predictImage(old, size, kinds, old - 2_048);
    const predicted = new DataView(core.bytes(old - 2_048, size).slice().buffer);
    const view = new DataView(bytes.buffer);
    const wrong: number[] = [];
    let completed = 0;
    for (let at = 0; at < size; at += 4) {
      const word = view.getUint32(at, true);
      if (word >>> 24 !== 0x91) continue;
      let wanted = word;
      for (let back = at - 4; back >= Math.max(0, at - 64); back -= 4) {
        const other = view.getUint32(back, true);
        if ((other & 0x9f00_001f) >>> 0 !== (0x9000_0000 | ((word >>> 5) & 31)) >>> 0) continue;
        // All pages move alike.
        const low = ((word >>> 10) & 4_095) + moved;
        wanted = ((word & 0xffc0_03ff) | ((low & 4_095) << 10)) >>> 0;
        completed += 1;
        break;
      }
      if (predicted.getUint32(at, true) !== wanted) wrong.push(at);
    }
    expect(wrong.slice(0, 5)).toEqual([]);
    expect(completed).toBeGreaterThan(20_000);
  });

  it("is predicted alike whatever code an instance has predicted before", () => {
    // Any page may be referred to: that of a word that is no ADRP, too.
    const plan = {
      addressEnd: 0xffff_ffff,
      profile: profiles.tiny,
      kinds: [1],
      old: code(4_096, 2, seededRandom("references/before")),
    };
    const before = { ...plan, covers: [{ inserted: 0, length: 512, old: 1_024 }] };
    const behind = {
      ...plan,
      covers: [{ inserted: 0, length: 512, old: 1_500 }],
      old: code(4_096, 2 ** 30, seededRandom("references/behind")),
    };
    for (const { old, ...rest } of [before, behind]) {
      const fresh = old.subarray(rest.covers[0]!.old).slice(0, 600);
      const patch = writeOtadelta(encodePlan({ old, fresh, ...rest }), defaultHashProvider);
      const made = withRecycledMemories(() => applyWith(patch, old, fresh));
      expect(bytesToHex(sha256(made))).toBe(bytesToHex(sha256(fresh)));
    }
  });
});
