import { describe, expect, it } from "vitest";
import { seededRandom } from "../../scripts/random.ts";
import { minimise } from "../fuzz/minimise.ts";
import { mutate } from "../fuzz/mutate.ts";
import { mutateJson } from "../fuzz/mutate-json.ts";
import { addReports, fuzzTarget, type SessionReport } from "../fuzz/session.ts";
import { targets } from "./fuzz-fixtures.ts";

function fuzzToy(
  name: string,
  options: { corpus?: Uint8Array[]; maxExecutions?: number } = {},
): Promise<SessionReport> {
  const file = new URL("fuzz-fixtures.ts", import.meta.url).href;
  const target = targets.find((candidate) => candidate.name === name)!;
  return fuzzTarget({ file, target, seed: "1", millis: 60_000, maxExecutions: 500, ...options });
}

const latin1 = (bytes: Uint8Array): string => Buffer.from(bytes).toString("latin1");

describe("a fuzz session", () => {
  it("runs at least the seeds, however little time there is", async () => {
    const report = await fuzzToy("toy/sound", { maxExecutions: 0 });
    expect(report).toMatchObject({ executions: 2 });
    expect(report.finding).toBeUndefined();
  });

  it("counts its executions", async () => {
    expect((await fuzzToy("toy/sound")).executions).toBe(500);
  });

  it("counts what came of the inputs, and keeps the slowest", async () => {
    const { outcomes, slowestInput, executions } = await fuzzToy("toy/telling");
    expect(Object.keys(outcomes).sort()).toEqual(["long", "short"]);
    expect(outcomes["long"]! + outcomes["short"]!).toBe(executions);
    expect(slowestInput).toMatch(/^([0-9a-f]{2}){5,}$/);
  });

  it("adds up what threads report", () => {
    const report = { executions: 2, longestMillis: 3, largestGrowth: 4, slowestInput: "aa", outcomes: { a: 1, b: 1 } };
    const other = { executions: 5, longestMillis: 2, largestGrowth: 6, slowestInput: "bb", outcomes: { b: 2, c: 3 } };
    const finding = { law: "contract", message: "no" } as const;
    const input = Uint8Array.of(1);
    for (const sum of [
      addReports({ ...report, input, finding }, other),
      addReports(other, { ...report, input, finding }),
    ]) {
      expect(sum).toEqual({
        executions: 7,
        longestMillis: 3,
        largestGrowth: 6,
        slowestInput: "aa",
        outcomes: { a: 1, b: 3, c: 3 },
        input,
        finding,
      });
    }
  });

  it("reports a broken contract with its smallest input", async () => {
    const report = await fuzzToy("toy/contract", { maxExecutions: 100_000 });
    expect(report.finding).toEqual({ law: "contract", message: "TypeError: no 255, please" });
    expect([...report.input!]).toEqual([255]);
  });

  it("tries the same inputs for the same seed", async () => {
    const [first, second] = [await fuzzToy("toy/contract"), await fuzzToy("toy/contract")];
    expect(first.executions).toBe(second.executions);
  });

  it("replays past findings before anything else", async () => {
    const report = await fuzzToy("toy/contract", { corpus: [Uint8Array.of(1, 255)] });
    expect(report).toMatchObject({ executions: 2, finding: { law: "contract" } });
  });

  it("reports an input over the bound of CPU time", async () => {
    const report = await fuzzToy("toy/slow");
    expect(report.finding?.law).toBe("time");
    expect(report.input!.length).toBe(6);
  });

  it("reports an input that never ends", async () => {
    const report = await fuzzToy("toy/endless");
    expect(report.finding).toMatchObject({ law: "time", message: expect.stringContaining("did not end") });
    expect(report.input!.length).toBeGreaterThanOrEqual(6);
  });

  it("reports an input over the bound of memory", async () => {
    const report = await fuzzToy("toy/greedy");
    expect(report.finding?.law).toBe("memory");
    expect(report.input!.length).toBe(6);
  });

  it("survives an input that exhausts the heap, and reports it", async () => {
    const report = await fuzzToy("toy/exhausting");
    expect(report.finding).toMatchObject({ law: "memory", message: expect.stringContaining("exhausted") });
  });

  it("clears a suspect that is quick when it runs alone", async () => {
    expect((await fuzzToy("toy/slow-once", { maxExecutions: 20 })).finding).toBeUndefined();
  });
});

describe("mutations", () => {
  const seeds = ["abcdefgh", '{"a":1,"b":[true,{"c":"text"}]}'].map((seed) => new TextEncoder().encode(seed));
  const material = { seeds, dictionary: [Uint8Array.of(1, 2, 3)], maxLength: 40 };

  it("are the same for the same seed, differ among themselves, and keep to the length", () => {
    const draw = (seed: string): string[] => {
      const random = seededRandom(seed);
      return Array.from({ length: 1_000 }, () => latin1(mutate(random, material)));
    };
    expect(draw("a")).toEqual(draw("a"));
    expect(draw("a")).not.toEqual(draw("b"));
    expect(new Set(draw("a")).size).toBeGreaterThan(800);
    expect(Math.max(...draw("a").map((input) => input.length))).toBeLessThanOrEqual(40);
  });

  it("leave the seeds as they are", () => {
    const before = seeds.map(latin1);
    const random = seededRandom(1);
    for (let count = 0; count < 1_000; count++) mutate(random, material);
    expect(seeds.map(latin1)).toEqual(before);
  });

  it("make JSON that is wrong in structure: duplicate names, odd names, deep nesting, lone surrogates", () => {
    const random = seededRandom(1);
    const made = Array.from({ length: 3_000 }, () => latin1(mutateJson(seeds[1]!, random)));
    for (const part of ['"a":1,"a":', '"__proto__":', "[[[[[[[[", "\\ud800", "1e400", '{"a":{"a":{"a":']) {
      expect(made.some((text) => text.includes(part), part)).toBe(true);
    }
    expect(made.filter((text) => isJson(text)).length).toBeGreaterThan(1_500);
  });
});

describe("minimise", () => {
  it("keeps what the failure needs and zeroes the rest", () => {
    const input = new TextEncoder().encode("some long text with x and y in it");
    const needs = (bytes: Uint8Array): boolean => /x.*y/.test(latin1(bytes));
    expect(latin1(minimise(input, needs))).toBe("xy");
    expect([...minimise(Uint8Array.of(7, 8, 9), (bytes) => bytes.length === 3 && bytes[1] === 8)]).toEqual([0, 8, 0]);
  });

  it("asks no more often than it may", () => {
    let asked = 0;
    minimise(new Uint8Array(1_000).fill(1), () => ++asked < 0, 50);
    expect(asked).toBe(50);
  });
});

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
