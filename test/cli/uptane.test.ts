import { existsSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { type Outcome, useCommand } from "./command.ts";

const command = useCommand();

const uptane = (word: string, ...args: readonly string[]): Promise<Outcome> => command.run("uptane", word, ...args);

const ok = async (outcome: Promise<Outcome>): Promise<string> => {
  const { code, stdout, stderr } = await outcome;
  expect([code, code === 0 ? "" : stderr]).toEqual([0, ""]);
  return stdout;
};

/** A started demonstration. */
async function demo(): Promise<string> {
  const folder = join(command.folder(), "d");
  await ok(uptane("demo", "--dir", folder));
  return folder;
}

describe("otakit uptane", () => {
  it("makes both repositories, and the vehicle takes what is assigned, once", async () => {
    const folder = await demo();
    expect(statSync(join(folder, "keys/director-targets.pem")).mode & 0o777).toBe(0o600);
    const first = await ok(uptane("simulate", "--dir", folder));
    expect(first).toMatch(
      /^update\n {2}brake-1 {2}brake\/7\.bin\n {2}door-1 {3}door\/2\.bin\n {2}gw-1 {5}gateway\/3\.bin\n/,
    );
    expect(await ok(uptane("simulate", "--dir", folder))).toMatch(/^none\n.*\[uptane_director_unchanged\]/);

    const assigned = await ok(uptane("assign", "--dir", folder, "brake-1=brake/8.bin"));
    expect(assigned).toMatch(/^signed: 2\.targets\.json, 2\.snapshot\.json, timestamp\.json\n/);
    expect(await ok(uptane("assign", "--dir", folder, "brake-1=brake/8.bin"))).toMatch(/^renewed: timestamp\.json\n/);
    const { schema, decision, assignment } = JSON.parse(await ok(uptane("simulate", "--dir", folder, "--json")));
    expect([schema, decision]).toEqual(["otakit.uptane.simulation/1", "update"]);
    expect(assignment.images).toMatchObject([{ ecuId: "brake-1", path: "brake/8.bin", releaseCounter: 8 }]);
    expect(existsSync(join(folder, "vehicle/director/targets.json"))).toBe(true);
  });

  it("has the Director refuse what the vehicle would refuse, and then changes nothing", async () => {
    const folder = await demo();
    const before = readFileSync(join(folder, "otakit-uptane.json"), "utf8");
    const { code, stdout } = await uptane(
      "assign",
      "--dir",
      folder,
      "--json",
      "brake-1=brake/6.bin",
      "gw-1=door/2.bin",
    );
    expect(code).toBe(1);
    const { decision, reasons, files, versions } = JSON.parse(stdout);
    expect([decision, files, versions]).toEqual(["refused", [], { targets: 1, snapshot: 1, timestamp: 1 }]);
    expect(reasons.map((reason: { code: string }) => reason.code)).toEqual([
      "uptane_director_counter_lower",
      "uptane_director_counter_lower",
      "uptane_director_hardware_unlisted",
    ]);
    expect(readFileSync(join(folder, "otakit-uptane.json"), "utf8")).toBe(before);
  });

  it("refuses what was changed in the folder, with exit code 1", async () => {
    const folder = await demo();
    const file = join(folder, "director/metadata/1.targets.json");
    writeFileSync(file, readFileSync(file, "utf8").replace("gateway/3.bin", "gateway/4.bin"));
    const { code, stdout } = await uptane("simulate", "--dir", folder);
    expect([code, stdout]).toEqual([1, expect.stringMatching(/^refuse\n.*\[tuf_hash_mismatch\]/)]);
    rmSync(join(folder, "director/metadata/timestamp.json"));
    expect((await uptane("simulate", "--dir", folder)).stdout).toContain("[tuf_file_missing]");
  });

  it("plays attacks on a copy: each as the table says, told as text and as JSON", async () => {
    const folder = await demo();
    const before = readFileSync(join(folder, "otakit-uptane.json"), "utf8");
    const listed = await ok(uptane("simulate", "--dir", folder, "--list"));
    expect(listed.split("\n").length).toBeGreaterThan(30);
    const played = await ok(uptane("simulate", "--dir", folder, "--attack", "director-new-image"));
    expect(played).toContain("  keys of the attacker: Director: targets, snapshot, timestamp");
    expect(played).toMatch(/primary: refuse\n.*\[uptane_target_not_found\]/);
    expect(played).toMatch(/secondary: update\n.*\n {4}It takes what the attacker chose: partial verification/);
    const replay = await ok(uptane("simulate", "--dir", folder, "--attack", "manifest-replay"));
    expect(replay).toMatch(/director: refuse\n.*\[uptane_report_replayed\]/);
    const { code, stdout } = await uptane("simulate", "--dir", folder, "--attack", "all", "--json");
    const { attacks } = JSON.parse(stdout) as { attacks: readonly { name: string; asExpected: boolean }[] };
    expect(attacks.filter(({ asExpected }) => !asExpected)).toEqual([]);
    expect([code, attacks.length]).toEqual([0, listed.trim().split("\n").length]);
    expect(readFileSync(join(folder, "otakit-uptane.json"), "utf8")).toBe(before);
  });

  it("explains a refusal in a paragraph, wherever its reasons stand", async () => {
    const folder = await demo();
    const attack = await uptane("simulate", "--dir", folder, "--attack", "wrong-vehicle", "--json");
    const told = await ok(command.runWith({ stdin: attack.stdout }, "uptane", "explain", "-"));
    expect(told.split("\n")[0]).toMatch(
      /^Refused: .*for another vehicle\..*The rule is Uptane 5\.2\.3\.1\..*Look at how the server tells its vehicles apart\. \[uptane_vehicle_mismatch\]$/,
    );
    for (const [text, code] of [
      ["{}", "ERR_CLI_INSPECT"],
      ["no JSON", "ERR_CLI_INSPECT"],
      ['{"reasons": [{"code": 1}, {"code": "a", "message": "b", "attack": 1}]}', "ERR_CLI_INSPECT"],
    ] as const) {
      const refused = await command.runWith({ stdin: text }, "uptane", "explain", "-");
      expect([refused.code, refused.stderr]).toEqual([1, expect.stringContaining(code)]);
    }
  });

  it("tells a wrong command line, and a folder that is none", async () => {
    const folder = await demo();
    for (const [args, code, status] of [
      [["demo", "--dir", folder], "ERR_CLI_FILE_EXISTS", 1],
      [["demo"], "ERR_CLI_USAGE", 2],
      [["simulate", "--dir", join(folder, "none")], "ERR_CLI_REPOSITORY", 1],
      [["simulate", "--dir", folder, "--attack", "none"], "ERR_CLI_USAGE", 2],
      [["assign", "--dir", folder, "brake-2=brake/8.bin"], "ERR_CLI_USAGE", 2],
      [["assign", "--dir", folder, "brake-1"], "ERR_CLI_USAGE", 2],
      [["assign", "--dir", folder, "brake-1=brake/9.bin"], "ERR_CLI_USAGE", 2],
    ] as const) {
      const outcome = await uptane(...(args as readonly [string, ...string[]]));
      expect([args, outcome.code, outcome.stderr]).toEqual([args, status, expect.stringContaining(code)]);
    }
    writeFileSync(join(folder, "otakit-uptane.json"), "{}");
    expect((await uptane("simulate", "--dir", folder)).stderr).toContain("ERR_MANIFEST_SCHEMA");
  });
});
