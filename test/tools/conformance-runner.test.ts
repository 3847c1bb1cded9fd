import { describe, expect, it } from "vitest";
import { accountFor } from "../conformance/account.ts";
import { countRows } from "../conformance/inventory.ts";
import { addUp, runSuites } from "../conformance/runner.ts";
import type { ConformanceSuite, LoadVectors, SuiteOutcome } from "../conformance/suite.ts";

const load: LoadVectors = (path) => {
  if (path.startsWith("here/")) return new Uint8Array();
  throw new Error(`no such file: ${path}`);
};

function suite(outcome: Partial<SuiteOutcome>, rest: Partial<ConformanceSuite> = {}): ConformanceSuite {
  const whole = { total: 0, passed: 0, failed: 0, skipped: 0, ...outcome };
  return { suite: "here/a", file: "here/a.json", run: () => whole, ...rest };
}

describe("runSuites", () => {
  it("passes on counts that add up, in order of name", async () => {
    const rows = await runSuites(
      [
        suite({ total: 3, passed: 2, skipped: 1, why: "one is not for us" }, { suite: "here/b" }),
        suite({ total: 1, passed: 1 }),
      ],
      load,
    );
    expect(rows).toEqual([
      { suite: "here/a", total: 1, passed: 1, failed: 0, skipped: 0, why: "", failures: [] },
      { suite: "here/b", total: 3, passed: 2, failed: 0, skipped: 1, why: "one is not for us", failures: [] },
    ]);
    expect(addUp(rows)).toEqual({ total: 4, passed: 3, failed: 0, skipped: 1 });
  });

  it.each<[string, Partial<SuiteOutcome>, string]>([
    ["ran nothing", {}, "ran no row"],
    ["loses rows", { total: 3, passed: 2 }, "counts do not add up"],
    ["counts rows twice", { total: 1, passed: 1, failed: 1 }, "counts do not add up"],
    ["skips without a word", { total: 2, passed: 1, skipped: 1 }, "without saying why"],
    ["hides failures", { total: 1, passed: 1, failures: ["row 1"] }, "describes 1 failures, counts 0"],
    ["counts with fractions", { total: 1.5, passed: 1.5 }, "not whole numbers"],
    ["counts nothing at all", { total: Number.NaN }, "not whole numbers"],
    ["counts below zero", { total: 0, passed: 1, failed: -1 }, "not whole numbers"],
  ])("fails a suite that %s", async (_, outcome, why) => {
    const [row] = await runSuites([suite(outcome)], load);
    expect(row).toMatchObject({ passed: 0, skipped: 0, why: expect.stringContaining(why) });
    expect(row!.failed).toBeGreaterThan(0);
    expect(row!.failed).toBe(row!.total);
  });

  it("fails a suite that crashes and runs the others", async () => {
    const crash = (): never => {
      throw new TypeError("no");
    };
    const rows = await runSuites(
      [suite({}, { run: crash }), suite({ total: 1, passed: 1 }, { suite: "here/b" })],
      load,
    );
    expect(rows[0]).toMatchObject({ total: 1, failed: 1, why: "crashed: TypeError: no" });
    expect(rows[1]).toMatchObject({ passed: 1 });
  });

  it("skips a suite whose file is missing, in words, and does not run it", async () => {
    const [row] = await runSuites([suite({ total: 1, passed: 1 }, { file: "gone/a.json" })], load);
    expect(row).toMatchObject({
      total: 1,
      passed: 0,
      failed: 0,
      skipped: 1,
      why: "vector file gone/a.json is missing",
    });
  });

  it("runs a suite that carries its own values without any vectors", async () => {
    const { file: _, ...own } = suite({ total: 1, passed: 1 });
    expect(await runSuites([own], load)).toMatchObject([{ passed: 1 }]);
  });

  it("fails the second of two suites of one name", async () => {
    const twice = suite({ total: 1, passed: 1 });
    expect(await runSuites([twice, twice], load)).toMatchObject([{ failed: 0 }, { failed: 1 }]);
  });

  it("says what it starts", async () => {
    const started: string[] = [];
    await runSuites([suite({ total: 1, passed: 1 })], load, (name) => started.push(name));
    expect(started).toEqual(["here/a"]);
  });
});

describe("accountFor", () => {
  const entry = { suite: "here/a", path: "here/a.json", rows: 10 };
  const rowsOf = (outcome: Partial<SuiteOutcome>) => runSuites([suite(outcome)], load);

  it("names a vector file that no suite serves", () => {
    expect(accountFor([entry], [], [])).toMatchObject([
      { suite: "here/a", total: 10, passed: 0, failed: 0, skipped: 10, why: "not yet implemented" },
    ]);
  });

  it("fails the rows that the suite of a file leaves out", async () => {
    const rows = await rowsOf({ total: 7, passed: 7 });
    expect(accountFor([entry], [suite({})], rows)).toMatchObject([{ suite: "here/a (rest)", total: 3, failed: 3 }]);
  });

  it("adds nothing when all rows are reported, or the suite is red already", async () => {
    expect(accountFor([entry], [suite({})], await rowsOf({ total: 10, passed: 10 }))).toEqual([]);
    expect(accountFor([entry], [suite({})], await rowsOf({}))).toEqual([]);
  });

  it("adds up the suites that share a file, and takes files below a folder as the folder's", () => {
    const folder = { suite: "here/tree", path: "here/tree", rows: 2 };
    const suites = ["one", "two"].map((name) =>
      suite({}, { suite: `here/tree: ${name}`, file: `here/tree/${name}.json` }),
    );
    const rows = suites.map(({ suite: name }) => ({
      suite: name,
      total: 1,
      passed: 1,
      failed: 0,
      skipped: 0,
      why: "",
      failures: [],
    }));
    expect(accountFor([folder], suites, rows)).toEqual([]);
    expect(accountFor([folder], [suites[0]!], [rows[0]!])).toMatchObject([{ total: 1, failed: 1 }]);
  });
});

describe("countRows", () => {
  it.each([
    ["a.jsonl", "{}\n{}\n\n", 2],
    ["a.json", "[1,2,3]", 3],
    ["a.json", '{"testGroups":[{"tests":[1,2]},{"tests":[3]}],"notes":[1]}', 3],
    ["a.json", '{"tests":{"x":1,"y":2}}', 2],
    ["a.json", '{"source":"text","inclusion":[1,2],"consistency":[3]}', 3],
    ["a.json", '{"payload":"x"}', 1],
    ["a.json", "7", 1],
    ["a.bin", "anything", 1],
  ])("%s of %s has %i", (path, text, rows) => {
    expect(countRows(path, text)).toBe(rows);
  });
});
