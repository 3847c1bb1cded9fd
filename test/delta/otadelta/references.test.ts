/** References that moved cost next to nothing. */

import { describe, expect, it } from "vitest";
import { makePatch } from "../../../src/delta/otadelta/make.ts";
import { applyWith } from "./apply-with.ts";
import { architectures, assemble } from "./assemble.ts";

describe("references across insertions", () => {
  it.each(Object.entries(architectures))("cost next to nothing: %s", (_, architecture) => {
    const [old, fresh] = [assemble(architecture, false), assemble(architecture, true)];
    const patch = makePatch(old, fresh);
    expect(applyWith(patch, old, fresh)).toEqual(fresh);
    // The least of them takes 1,188 bytes when nothing is predicted.
    expect(patch.length).toBeLessThan(500);
  });
});
