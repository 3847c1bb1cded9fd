import { describe, expect, it } from "vitest";
import { drawChart } from "../../bench/delta/chart.ts";
import { choosePair, type Pair } from "../../bench/delta/corpus.ts";
import { debianBsdiff } from "../../bench/delta/peers.ts";
import type { PairResult } from "../../bench/delta/results.ts";
import { judge } from "../../bench/delta/verdicts.ts";

const offer = (version: string, suite: string) => ({ package: "firmware", version, suite });

describe("choosePair", () => {
  const offers = [
    offer("1-1", "bookworm-updates"),
    offer("1-2", "bookworm"),
    offer("1-2", "bookworm-backports"),
    offer("1-2", "bookworm-security"),
    offer("2-1", "trixie"),
  ];
  const versions = (pair: readonly { readonly version: string }[]): readonly string[] =>
    pair.map(({ version }) => version);

  it("takes the newest of two releases, or the two newest of one", () => {
    expect(versions(choosePair({ name: "x", step: "release" }, offers))).toEqual(["1-2", "2-1"]);
    expect(versions(choosePair({ name: "x", step: "update" }, offers))).toEqual(["1-1", "1-2"]);
  });

  it("says what is offered where that is no pair", () => {
    expect(() => choosePair({ name: "x", step: "update", suites: ["trixie"] }, offers)).toThrow(
      /^x needs two versions; offered: 1-1 in bookworm-updates, /,
    );
  });
});

const cost = (cpuSeconds: number) => ({
  cpuSeconds,
  wallSeconds: cpuSeconds,
  runs: 1,
  memoryBytes: 4e6,
  mapBytes: 1e6,
});

/** A pair on which Debian's bsdiff makes 1000 bytes in a second, another tool 800, and we `patchBytes` in `seconds`. */
function resultOf(pair: Partial<Pair>, patchBytes: number, seconds: number): PairResult {
  const image = { file: "", bytes: 1_000_000, sha256: "", source: "" };
  const peer = { version: "1", make: cost(1), apply: cost(0.1) };
  return {
    pair: { name: "a", class: "kernel", part: "corpus", rebuild: false, old: image, new: image, ...pair },
    peers: [
      { ...peer, tool: debianBsdiff, patchBytes: 1_000 },
      { ...peer, tool: "other", patchBytes: 800 },
      { tool: "broken", failure: "it ended" },
    ],
    ours: [
      {
        tool: "otakit default/default",
        version: "1",
        level: "default",
        profile: "default",
        patchBytes,
        make: cost(seconds),
        apply: cost(0.2),
      },
    ],
  };
}

describe("judge", () => {
  const results = [
    resultOf({ name: "kernel-a64" }, 400, 0.5),
    resultOf({ name: "b", class: "MCU" }, 640, 3),
    resultOf({ name: "c", part: "hold-out", rebuild: true }, 200, 9),
    resultOf({ name: "d", part: "compressed" }, 1_200, 9),
  ];
  const found = (start: string) => judge(results).find(({ target }) => target.startsWith(start))!;

  it("compares with the best peer, the median over the classes of the corpus alone", () => {
    expect(found("patch / best peer, default/default")).toMatchObject({ found: 0.65, limit: 0.75, verdict: "met" });
    expect(found("patch / best peer, AArch64 kernel")).toMatchObject({ found: 0.5, verdict: "met" });
  });

  it("judges rebuilds by the worst, and that no patch is larger, on every pair", () => {
    expect(found("patch / best peer, minor rebuilds")).toMatchObject({ found: 0.25, verdict: "missed" });
    expect(found("patch / (best peer + 256 bytes)")).toMatchObject({ found: 1_200 / 1_056, verdict: "missed" });
  });

  it("compares time with Debian's programs, and says what was not measured", () => {
    expect(found("making, CPU / Debian bsdiff, default: median")).toMatchObject({ found: 1.75, verdict: "missed" });
    expect(found("applying, CPU / Debian bspatch, kernels")).toMatchObject({ found: 2, verdict: "met" });
    expect(found("applying, working memory in MB beside the map, profile default")).toMatchObject({ found: 3 });
    expect(found("patch / best peer, ARM32 kernel")).toMatchObject({ verdict: "not measured" });
    expect(found("making, CPU / Debian bsdiff, fast: median").verdict).toBe("not measured");
  });
});

describe("drawChart", () => {
  it("has a point and a name for each tool, in both plots", () => {
    const svg = drawChart([resultOf({}, 400, 0.5)], "a < b");
    expect(svg.match(/<circle class="own"/g)).toHaveLength(2);
    expect(svg.match(/<circle class="peer"/g)).toHaveLength(4);
    expect(svg).toContain("a &lt; b");
    expect(svg).not.toMatch(/NaN|undefined/);
  });
});
