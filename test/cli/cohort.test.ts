import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { CsvReader } from "../../src/cli/cohort/csv.ts";
import { bucketOf, campaignSalt, planRings } from "../../src/cohort/index.ts";
import { sampleCatalogue } from "../cohort/sample-catalogue.ts";
import { useCommand } from "./command.ts";

const { folder, run, runWith } = useCommand();

const selector = {
  schema: "otakit.selector/1",
  include: {
    op: "and",
    args: [
      { op: "eq", attr: "region", value: "EU" },
      { op: "lt", attr: "dailyKm", value: 42.5 },
    ],
  },
  exclude: { op: "eq", attr: "riskProfile", value: "high" },
};
const rings = planRings(campaignSalt("ota-2026-07"), [
  { name: "pilot", ppm: 10_000 },
  { name: "early", ppm: 100_000 },
  { name: "all", ppm: 1_000_000 },
]);
const csv = [
  "vehicleId,sales region,region,dailyKm,riskProfile,tags,electric",
  'WVWZZZ1KZAW000001,x,EU,12,low,"[""a"",""b""]",true',
  'WVWZZZ1KZAW000002,"x, y",EU,42.4,low,,false',
  "WVWZZZ1KZAW000003,,US,1,low,,",
  "WVWZZZ1KZAW000004,,EU,,low,,",
  'veh-日本-1,"two\r\nlines",EU,7e0,medium,[],',
  "WVWZZZ1KZAW000005,,EU,twelve,low,,",
  "",
].join("\r\n");

let base: readonly string[];
let dir: string;
const path = (name: string): string => join(dir, name);

beforeAll(() => {
  dir = folder();
  const write = (name: string, value: unknown): void => {
    writeFileSync(path(name), typeof value === "string" ? value : JSON.stringify(value));
  };
  write("selector.json", selector);
  write("catalogue.json", sampleCatalogue);
  write("rings.json", rings);
  write("fleet.csv", csv);
  base = ["--selector", path("selector.json"), "--catalogue", path("catalogue.json")];
});

describe("otakit cohort select", () => {
  it("lists whom the selector takes, from CSV", async () => {
    const { code, stdout, stderr } = await run("cohort", "select", ...base, path("fleet.csv"));
    expect(stdout).toBe("WVWZZZ1KZAW000001\nWVWZZZ1KZAW000002\nveh-日本-1\n");
    expect(stderr).toContain(
      "6 vehicles: 3 take part, 0 wait for their ring, 1 are out, of 2 it is not known; 0 take part",
    );
    expect(code).toBe(0);
  });

  it("gives the same from lines of JSON on standard input", async () => {
    const lines = [
      { vehicleId: "WVWZZZ1KZAW000001", region: "EU", dailyKm: 12, riskProfile: "low" },
      { vehicleId: "WVWZZZ1KZAW000004", region: "EU", dailyKm: null, riskProfile: "low" },
    ];
    const stdin = `${lines.map((line) => JSON.stringify(line)).join("\n")}\n\n`;
    const { stdout } = await runWith({ stdin }, "cohort", "select", ...base, "--all", "--json");
    const results = stdout
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(results).toMatchObject([
      { schema: "otakit.enrolment/1", vehicleId: "WVWZZZ1KZAW000001", decision: "selected", member: true },
      { vehicleId: "WVWZZZ1KZAW000004", decision: "unknown", member: false },
    ]);
  });

  it("opens rings, keeps whom the ledger has, and says who drifted", async () => {
    writeFileSync(path("ledger.csv"), "vehicleId,ring\nWVWZZZ1KZAW000003,pilot\n");
    const options = ["--rings", path("rings.json"), "--ring", "early", "--ledger", path("ledger.csv")];
    const { stdout, stderr } = await run("cohort", "select", ...base, ...options, path("fleet.csv"));
    expect(stdout).toBe("WVWZZZ1KZAW000002: early\nWVWZZZ1KZAW000003: pilot\n");
    expect(stderr).toContain("2 take part, 2 wait for their ring");
    expect(stderr).toContain("1 take part although the selector does not take them any more");
    const all = await run("cohort", "select", ...base, ...options, "--all", path("fleet.csv"));
    expect(all.stdout.split("\n")[0]).toBe("WVWZZZ1KZAW000001: waiting, all");
  });

  it("places by stratum where the plan is stratified", async () => {
    const whole = 2 ** 32;
    const stratified = {
      schema: "otakit.stratified-ring-plan/1",
      salt: rings.salt,
      rings: [
        { name: "pilot", vehicles: 1 },
        { name: "all", vehicles: 3 },
      ],
      strata: [
        { key: "x", size: 1, cuts: [{ below: whole }, { below: whole }] },
        { key: "x, y", size: 2, cuts: [{ below: 0 }, { below: whole }] },
      ],
    };
    writeFileSync(path("stratified.json"), JSON.stringify(stratified));
    const options = ["--rings", path("stratified.json"), "--stratum", "sales region"];
    const { stdout } = await run("cohort", "select", ...base, ...options, "--all", path("fleet.csv"));
    // The last vehicle's stratum was not counted.
    expect(stdout.split("\n").filter((line) => /selected|waiting/.test(line))).toEqual([
      "WVWZZZ1KZAW000001: selected, pilot",
      "WVWZZZ1KZAW000002: selected, all",
      "veh-日本-1: waiting",
    ]);
    expect((await run("cohort", "select", ...base, ...options.slice(0, 2), path("fleet.csv"))).code).toBe(2);
    expect((await run("cohort", "select", ...base, "--rings", path("rings.json"), "--stratum", "x")).code).toBe(2);
  });

  it.each([
    ["a record that is too short", "vehicleId,region\nv1\n", "ERR_CLI_COHORT_INPUT", "line 2"],
    ["a column twice", "vehicleId,region,region\n", "ERR_CLI_COHORT_INPUT", "line 1"],
    ["an open quote", 'vehicleId,region\nv1,"EU\n', "ERR_CLI_COHORT_INPUT", "line 2"],
    ["text behind a quote", 'vehicleId,region\nv1,"EU"x\n', "ERR_CLI_COHORT_INPUT", "line 2"],
  ])("refuses %s", async (_, stdin, error, place) => {
    const { code, stderr } = await runWith({ stdin }, "cohort", "select", ...base, "--format", "csv");
    expect(code).toBe(1);
    expect(stderr).toContain(error);
    expect(stderr).toContain(place);
  });

  it.each([
    ["a line that is no JSON", '{"vehicleId":"v"}\nx\n', "line 2: no JSON"],
    ["a line that is no object", "[1]\n", "line 1: no JSON object"],
    ["bytes that are no text", Uint8Array.of(0xff, 0x0a), "no UTF-8"],
  ])("refuses %s", async (_, stdin, text) => {
    const { code, stderr } = await runWith({ stdin }, "cohort", "select", ...base);
    expect(code).toBe(1);
    expect(stderr).toContain(text);
    expect(stderr).toContain("remedy:");
  });

  it("refuses a ledger with a ring that the plan does not have, and options that do not go together", async () => {
    writeFileSync(path("lost.csv"), "vehicleId,ring\nv1,gone\n");
    const lost = await run("cohort", "select", ...base, "--rings", path("rings.json"), "--ledger", path("lost.csv"));
    expect(lost.stderr).toContain('"gone" is no ring of the plan');
    // A first row that is read as a header would be an enrolment that is lost.
    writeFileSync(path("bare.csv"), "v1,pilot\n");
    const bare = await run("cohort", "select", ...base, "--rings", path("rings.json"), "--ledger", path("bare.csv"));
    expect(bare).toMatchObject({ code: 1, stderr: expect.stringContaining('the header has no column "vehicleId"') });
    expect((await run("cohort", "select", ...base, "--ring", "early")).code).toBe(2);
    expect((await run("cohort", "select", ...base, "--rings", path("rings.json"), "--ring", "x")).code).toBe(2);
    expect((await run("cohort", "select", ...base, "--format", "xml")).code).toBe(2);
  });
});

describe("otakit cohort check", () => {
  it("tells what a sound selector looks at", async () => {
    const { code, stdout } = await run("cohort", "check", ...base);
    expect(stdout).toBe("The selector is sound; it looks at dailyKm, region, riskProfile.\n");
    expect(code).toBe(0);
  });

  it("tells every fault with its place", async () => {
    const faulty = {
      schema: "otakit.selector/1",
      include: {
        op: "and",
        args: [
          { op: "lt", attr: "region", value: "EU" },
          { op: "has", attr: "x" },
        ],
      },
    };
    writeFileSync(path("faulty.json"), JSON.stringify(faulty));
    const args = ["--selector", path("faulty.json"), "--catalogue", path("catalogue.json")];
    const { code, stdout } = await run("cohort", "check", ...args, "--json");
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({
      ok: false,
      faults: [
        { code: "ERR_COHORT_TYPE", path: expect.stringContaining("/include/args/0") },
        { code: "ERR_COHORT_ATTRIBUTE", path: "/include/args/1/attr" },
      ],
    });
    const told = await run("cohort", "check", ...args);
    expect(told.stdout.trimEnd().split("\n")).toHaveLength(2);
  });

  it("refuses a list that is given twice", async () => {
    writeFileSync(path("ids.txt"), "v1\n");
    const list = ["--list", `mine=${path("ids.txt")}`];
    expect((await run("cohort", "check", ...base, ...list)).code).toBe(0);
    const twice = await run("cohort", "check", ...base, ...list, ...list);
    expect(twice).toMatchObject({ code: 2, stderr: expect.stringContaining('--list names "mine" twice') });
  });

  it("refuses a document that is no JSON", async () => {
    writeFileSync(path("broken.json"), "{");
    const { code, stderr } = await run(
      "cohort",
      "check",
      "--selector",
      path("broken.json"),
      "--catalogue",
      path("catalogue.json"),
    );
    expect(code).toBe(1);
    expect(stderr).toContain("ERR_CLI_COHORT_INPUT");
  });
});

describe("otakit cohort explain", () => {
  it("tells on what a verdict rests", async () => {
    const args = ["--vehicle", "WVWZZZ1KZAW000003", "--vehicle", "WVWZZZ1KZAW000004", path("fleet.csv")];
    const { code, stdout } = await run("cohort", "explain", ...base, ...args);
    expect(code).toBe(0);
    expect(stdout).toBe(
      [
        "WVWZZZ1KZAW000003: out",
        '  * false: region "US" at /include/args/0',
        "WVWZZZ1KZAW000004: unknown",
        "  * unknown: dailyKm (missing) at /include/args/1",
        "",
      ].join("\n"),
    );
  });

  it("tells every record of an id", async () => {
    writeFileSync(path("twice.csv"), "vehicleId,region,dailyKm\nv1,EU,1\nv1,US,1\n");
    const { code, stdout } = await run("cohort", "explain", ...base, "--vehicle", "v1", path("twice.csv"));
    expect(code).toBe(0);
    expect(stdout).toContain("v1: unknown");
    expect(stdout).toContain("v1: out");
  });

  it("fails for a vehicle that is not there", async () => {
    const { code, stderr } = await run("cohort", "explain", ...base, "--vehicle", "nobody", path("fleet.csv"));
    expect(code).toBe(1);
    expect(stderr).toContain("ERR_CLI_COHORT_VEHICLE");
  });
});

describe("otakit cohort sql", () => {
  it("writes a condition that selects in SQLite whom select selects, and the ring of each", async () => {
    writeFileSync(
      path("numbers.json"),
      JSON.stringify({ ...selector, include: { op: "lt", attr: "dailyKm", value: 42.5 } }),
    );
    const args = [
      "--selector",
      path("numbers.json"),
      "--catalogue",
      path("catalogue.json"),
      "--rings",
      path("rings.json"),
    ];
    const { code, stdout } = await run("cohort", "sql", ...args, "--dialect", "sqlite", "--json");
    expect(code).toBe(0);
    const { text, params, ring } = JSON.parse(stdout) as { text: string; params: (string | number)[]; ring: string };
    const database = new DatabaseSync(":memory:");
    database.function("cohort_bucket", (salt, id) => bucketOf(String(salt), String(id)));
    database.exec("CREATE TABLE fleet (vehicle_id TEXT, daily_km REAL, risk_profile TEXT)");
    const insert = database.prepare("INSERT INTO fleet VALUES (?, ?, ?)");
    insert.run("WVWZZZ1KZAW000002", 12, "low");
    insert.run("WVWZZZ1KZAW000003", null, "low");
    insert.run("WVWZZZ1KZAW000004", 12, null);
    insert.run("veh-日本-1", 42.4, "medium");
    const rows = database.prepare(`SELECT vehicle_id AS id, ${ring} AS ring FROM fleet WHERE ${text}`).all(...params);
    expect(rows.map((row) => ({ ...row }))).toEqual([
      { id: "WVWZZZ1KZAW000002", ring: 1 },
      { id: "veh-日本-1", ring: 2 },
    ]);
    database.close();
  });

  it("lists parameters behind the condition, and refuses a database that it does not know", async () => {
    const { stdout } = await run("cohort", "sql", ...base, "--dialect", "postgres");
    expect(stdout).toContain("$1::text");
    expect(stdout).toMatch(/parameters:\n {2}1: "/);
    expect((await run("cohort", "sql", ...base, "--dialect", "oracle")).code).toBe(2);
  });
});

describe("CsvReader", () => {
  const cell = fc.oneof(
    fc.constant(undefined),
    fc.string({ unit: fc.constantFrom('"', ",", "\n", "\r\n", "a", "é", " ") }),
  );
  const table = fc
    .integer({ min: 1, max: 4 })
    .chain((width) => fc.array(fc.array(cell, { minLength: width, maxLength: width }), { maxLength: 6 }));

  it("reads what a writer wrote, however it is cut into pieces", () => {
    fc.assert(
      fc.property(table, fc.array(fc.nat(200), { maxLength: 6 }), fc.constantFrom("\n", "\r\n"), (rows, cuts, end) => {
        const text = rows
          .map((row) => row.map((one) => (one === undefined ? "" : `"${one.replaceAll('"', '""')}"`)).join(",") + end)
          .join("");
        const places = [...new Set([0, ...cuts, text.length])].sort((left, right) => left - right);
        const reader = new CsvReader();
        const records = places.slice(1).flatMap((place, index) => reader.push(text.slice(places[index], place)));
        const read = [...records, ...reader.finish()].map(({ cells }) => cells);
        // A line with nothing on it is no record; a carriage return inside of quotes is read as a line feed.
        const expected = rows
          .filter((row) => row.length > 1 || row[0] !== undefined)
          .map((row) => row.map((one) => one?.replaceAll("\r\n", "\n")));
        expect(read).toEqual(expected);
      }),
    );
  });

  it("bounds a record", () => {
    const reader = new CsvReader();
    expect(() => {
      for (let index = 0; index < 20; index++) reader.push(`"${"x".repeat(100_000)}`.slice(index === 0 ? 0 : 1));
    }).toThrow(/more than/);
    expect(() => new CsvReader().push(",".repeat(10_001))).toThrow(/cells/);
  });
});
