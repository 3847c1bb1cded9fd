/** The patches of the demo: real firmware of four controllers, diffed by Debian's bsdiff. */

import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { hubs, loadFirmware } from "../../examples/demo/firmware.ts";
import { bytesToHex, hexToBytes } from "../../src/core/index.ts";
import { applyPatch, createMemorySink, inspectPatch, readAtFromBytes } from "../../src/delta/index.ts";
import { sha256 } from "./harness.ts";

interface Fixture {
  readonly hub: (typeof hubs)[number];
  readonly file: string;
  readonly old: { readonly size: number; readonly sha256: string };
  readonly new: { readonly size: number; readonly sha256: string };
  readonly patch: { readonly size: number; readonly sha256: string };
}

const folder = new URL("../../examples/demo/fixtures/", import.meta.url);
const fixtures = JSON.parse(readFileSync(new URL("fixtures.json", folder), "utf8")) as {
  readonly patches: readonly Fixture[];
};

describe("demo patches", () => {
  test("exist for every hub", () => {
    expect(fixtures.patches.map(({ hub }) => hub)).toEqual(hubs);
  });

  test.each(fixtures.patches)("$file makes firmware 7.28 of 7.27", async (fixture) => {
    const patch = new Uint8Array(readFileSync(new URL(fixture.file, folder)));
    expect([patch.length, bytesToHex(sha256(patch))]).toEqual([fixture.patch.size, fixture.patch.sha256]);
    const { memoryBytes, newSize, warnings } = inspectPatch(patch, { oldSize: fixture.old.size });
    expect(newSize).toBe(fixture.new.size);
    expect(warnings.map(({ code }) => code)).toEqual(["delta_no_digests"]);
    const sink = createMemorySink();
    await applyPatch(patch, readAtFromBytes(loadFirmware(fixture.hub, "7.27")), sink, {
      expected: {
        oldSha256: hexToBytes(fixture.old.sha256),
        oldSize: fixture.old.size,
        newSha256: hexToBytes(fixture.new.sha256),
        newSize: fixture.new.size,
      },
      limits: { maxOutput: fixture.new.size, maxMemory: memoryBytes },
    });
    expect(sink.committed).toEqual(loadFirmware(fixture.hub, "7.28"));
  });
});
