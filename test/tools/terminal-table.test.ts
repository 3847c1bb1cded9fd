import { describe, expect, it, vi } from "vitest";
import { closingLine, describeError } from "../../scripts/evidence.ts";
import { seededRandom } from "../../scripts/random.ts";
import { formatTable, parseFlags } from "../../scripts/terminal-table.ts";

describe("formatTable", () => {
  it("aligns text to the left and columns of numbers to the right, without trailing blanks", () => {
    const rows = [
      ["a", 10, ""],
      ["long", 5, "why"],
    ];
    expect(formatTable(["suite", "total", "why"], rows)).toBe(
      ["suite  total  why", "-----  -----  ---", "a         10", "long       5  why"].join("\n"),
    );
  });

  it("leaves cells of a numeric column empty, and takes a column without numbers for text", () => {
    expect(
      formatTable(
        ["n", "t"],
        [
          [10, ""],
          ["", ""],
          [5, ""],
        ],
      ),
    ).toBe(" n  t\n--  -\n10\n\n 5");
  });

  it("is a heading alone without rows", () => {
    expect(formatTable(["a", "bc"], [])).toBe("a  bc\n-  --");
  });
});

describe("parseFlags", () => {
  const flags = { seconds: { value: "N", help: "time to spend" }, full: { help: "take long" } };
  const parse = (...argv: string[]) => parseFlags("npm run x --", "Does x.", flags, argv);

  it("reads values and switches, and always --json", () => {
    expect({ ...parse("--seconds", "3", "--full", "--json", "f") }).toEqual({ seconds: "3", full: true, json: "f" });
    expect({ ...parse() }).toEqual({});
  });

  it.each([[["--unknown"]], [["--seconds"]], [["stray"]]])("exits 64 on %j", (argv) => {
    expect(exitOf(() => parse(...argv))).toBe(64);
  });

  it("prints the help and exits 0", () => {
    expect(exitOf(() => parse("--help"))).toBe(0);
  });
});

describe("closingLine", () => {
  it("is the line that machines read", () => {
    expect(closingLine(1, 2, 3)).toBe("1 passed, 2 failed, 3 skipped");
    expect(closingLine(1, 0)).toBe("1 passed, 0 failed");
  });
});

describe("describeError", () => {
  it("is one line, whatever was thrown", () => {
    expect(describeError(new RangeError("a\n  b"))).toBe("RangeError: a b");
    expect(describeError("text")).toBe("Thrown value: text");
  });
});

describe("seededRandom", () => {
  it("repeats for a seed and differs between seeds", () => {
    const draw = (seed: number | string) => Array.from({ length: 5 }, seededRandom(seed).u32);
    expect(draw(1)).toEqual(draw("1"));
    expect(new Set([1, 2, "a", "b", ""].map((seed) => draw(seed).join())).size).toBe(5);
  });

  it("spreads evenly and keeps to its bounds", () => {
    const random = seededRandom("spread");
    const counts = new Array<number>(10).fill(0);
    for (let count = 0; count < 10_000; count++) counts[random.below(10)]!++;
    expect(Math.min(...counts)).toBeGreaterThan(850);
    expect(Math.max(...counts)).toBeLessThan(1_150);
    const units = Array.from({ length: 10_000 }, random.unit);
    expect(Math.min(...units)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...units)).toBeLessThan(1);
    expect(units.reduce((sum, unit) => sum + unit) / 10_000).toBeCloseTo(0.5, 1);
  });
});

/** Exit code that a call asks for, with its printing kept quiet. */
function exitOf(call: () => void): number | undefined {
  const exit = vi.spyOn(process, "exit").mockImplementation((code) => {
    throw new Error(`exit ${code}`);
  });
  const quiet = [vi.spyOn(console, "log"), vi.spyOn(console, "error")].map((spy) => spy.mockImplementation(() => {}));
  try {
    call();
  } catch {
    // The exit above.
  }
  const code = exit.mock.calls[0]?.[0];
  for (const spy of [exit, ...quiet]) spy.mockRestore();
  return typeof code === "number" ? code : undefined;
}
