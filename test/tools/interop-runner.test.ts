import { describe, expect, it } from "vitest";
import { startComparison } from "../interop/compare.ts";
import type { InteropPeer, PeerOutcome } from "../interop/peer.ts";
import { runPeers } from "../interop/runner.ts";

const equal = { what: "texts", total: 2, passed: 2, failed: 0 };

function peer(outcomes: readonly PeerOutcome[], rest: Partial<InteropPeer> = {}): InteropPeer {
  return { name: "b", find: () => ({ version: "1.0" }), run: () => outcomes, ...rest };
}

describe("runPeers", () => {
  it("passes a peer that agrees, in order of name", async () => {
    const rows = await runPeers([peer([equal]), peer([equal], { name: "a" })], { full: false });
    expect(rows).toEqual([
      { peer: "a", state: "passed", version: "1.0", comparisons: [equal] },
      { peer: "b", state: "passed", version: "1.0", comparisons: [equal] },
    ]);
  });

  it("skips a peer that is not installed, in words, and does not run it", async () => {
    const absent = peer([equal], { find: () => ({ missing: "xdelta3 is not installed" }) });
    expect(await runPeers([absent], { full: false })).toEqual([
      { peer: "b", state: "skipped", why: "xdelta3 is not installed", comparisons: [] },
    ]);
  });

  it.each<[string, readonly PeerOutcome[], string | undefined]>([
    ["differs once", [equal, { ...equal, total: 3, failed: 1 }], undefined],
    ["compared nothing", [], "compared nothing"],
    ["has one empty comparison", [equal, { what: "keys", total: 0, passed: 0, failed: 0 }], "keys: compared nothing"],
    ["has wrong counts", [{ ...equal, total: 3 }], "texts: 2 passed + 0 failed is not 3"],
    ["has no counts", [{ ...equal, total: Number.NaN, passed: Number.NaN }], "texts: NaN passed + 0 failed is not NaN"],
  ])("fails a peer that %s", async (_, outcomes, why) => {
    const [row] = await runPeers([peer(outcomes)], { full: false });
    expect(row!.state).toBe("failed");
    expect(row!.why).toBe(why);
  });

  it("fails a peer that crashes, with what is known of it, and asks the others", async () => {
    const crash = (): never => {
      throw new TypeError("no");
    };
    const rows = await runPeers(
      [peer([equal], { name: "a", run: crash }), peer([equal]), peer([equal], { name: "c", find: crash })],
      { full: false },
    );
    expect(rows).toMatchObject([
      { state: "failed", version: "1.0", why: "crashed: TypeError: no" },
      { state: "passed" },
      { state: "failed", why: "crashed: TypeError: no" },
    ]);
  });

  it("passes on whether the long run is wanted, and says what it starts", async () => {
    const heard: unknown[] = [];
    const listening = peer([], {
      run: ({ full }) => {
        heard.push(full);
        return [equal];
      },
    });
    await runPeers([listening], { full: true }, (name) => heard.push(name));
    expect(heard).toEqual(["b", true]);
  });
});

describe("startComparison", () => {
  it("counts equal and different JSON values, and describes the first hundred differences", () => {
    const comparison = startComparison("values");
    comparison.add("in", [1, { a: null }], [1, { a: null }]);
    for (let count = 0; count < 150; count++) comparison.add(count, true, false);
    const { failures, ...counts } = comparison.outcome();
    expect(counts).toEqual({ what: "values", total: 151, passed: 1, failed: 150 });
    expect(failures).toHaveLength(100);
    expect(failures![0]).toBe("0: ours true, theirs false");
  });

  it("takes no answer for a different one", () => {
    const comparison = startComparison("values");
    comparison.add("in", undefined, null);
    expect(comparison.outcome().failed).toBe(1);
  });
});
