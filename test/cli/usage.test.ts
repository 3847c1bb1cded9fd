import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { cliPage } from "../../scripts/check/cli-page.ts";
import { buildRepository, useCommand } from "./command.ts";

const command = useCommand();

describe("command line", () => {
  it("shows the overview, the version and the help of every command with examples", async () => {
    const overview = await command.run("--help");
    expect(overview.code).toBe(0);
    expect(overview.stderr).toBe("");
    for (const word of ["tuf", "repo", "uds", "inspect", "--version", "Exit codes"])
      expect(overview.stdout).toContain(word);
    const { version } = JSON.parse(readFileSync(fileURLToPath(new URL("../../package.json", import.meta.url)), "utf8"));
    expect(await command.run("--version")).toEqual({ code: 0, stdout: `${version}\n`, stderr: "" });

    const words = [
      "tuf init",
      "tuf refresh",
      "tuf download",
      "repo init",
      "repo add",
      "repo sign",
      "repo publish",
      "repo rotate",
      "repo status",
      "delta make",
      "delta apply",
      "delta inspect",
      "delta analyse",
      "uds decode",
      "uds explain",
      "uds encode",
      "inspect",
    ];
    const helps = await Promise.all(words.map((name) => command.run(...name.split(" "), "--help")));
    helps.forEach(({ code, stdout, stderr }, index) => {
      expect([words[index], code, stderr]).toEqual([words[index], 0, ""]);
      expect(stdout).toMatch(new RegExp(`^otakit ${words[index]}: .+\n\nUsage:\n  otakit ${words[index]}`));
      expect(stdout).toMatch(/\nExamples:\n {2}# .+\n {2}(otakit|curl) /);
      for (const line of stdout.split("\n").filter((text) => !/^ {2}(otakit|curl|echo) /.test(text))) {
        expect(line.length).toBeLessThanOrEqual(100);
      }
    });
    const group = await command.run("repo", "--help");
    expect(group.code).toBe(0);
    for (const name of words.filter((text) => text.startsWith("repo"))) expect(group.stdout).toContain(name);
  });

  it("is described by its reference page word for word", async () => {
    const page = await cliPage(async (words) => (await command.run(...words, "--help")).stdout);
    const file = fileURLToPath(new URL("../../docs/reference/cli.md", import.meta.url));
    // Otherwise run: node scripts/cli-page.ts --update
    expect(readFileSync(file, "utf8")).toBe(page);
  });

  it.each([
    [[], "a command is missing", "otakit --help"],
    [["tuff"], '"tuff" is no command', "otakit --help"],
    [["tuf"], "a command of tuf is missing", "otakit tuf --help"],
    [["tuf", "renew"], '"renew" is no command of tuf', "otakit tuf --help"],
    [["tuf", "refresh", "--metadata-dir", "x"], "--metadata-url is missing", "otakit tuf refresh --help"],
    [["tuf", "init", "--metadata-dir", "x"], "ROOT is missing", "otakit tuf init --help"],
    [["tuf", "init", "--metadata-dir", "x", "a", "b"], '"b" is one argument too many', "otakit tuf init --help"],
    [
      ["tuf", "init", "--metadata-dir", "x", "--metadata-dir", "y", "a"],
      "--metadata-dir is given twice",
      "otakit tuf init --help",
    ],
    [["tuf", "init", "--metadata-dir", "x", "--force", "a"], "Unknown option '--force'", "otakit tuf init --help"],
    [["inspect"], "FILE is missing", "otakit inspect --help"],
    [["inspect", "--quiet", "--verbose", "x"], "--quiet and --verbose contradict each other", "otakit inspect --help"],
    [["repo", "rotate", "--threshold", "2"], "--role is missing", "otakit repo rotate --help"],
    [["repo", "add", "--as", "x"], "--as is for one FILE", "otakit repo add --help"],
    [
      ["repo", "init", "--threshold", "admin=2"],
      'expected root, targets, snapshot, timestamp, got "admin"',
      "otakit --help",
    ],
  ] as const)("refuses %j", async (args, what, remedy) => {
    const { code, stdout, stderr } = await command.run(...args);
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr).toContain(what);
    expect(stderr).toContain("code: ERR_CLI_USAGE");
    expect(stderr).toContain(`remedy: ${remedy}\n`);
  });

  it("takes the command after its options, as tuf-conformance writes it", async () => {
    const folder = command.folder();
    const { code, stderr } = await command.run("tuf", "--metadata-dir", `${folder}/m`, "init", `${folder}/none.json`);
    expect(code).toBe(1);
    expect(stderr).toContain("code: ERR_CLI_FILE\n");
    expect(stderr).toContain("none.json: ENOENT");
  });

  it("colours nothing when nobody looks", async () => {
    const { stderr } = await command.runWith({ env: { FORCE_COLOR: "1" } }, "tuff");
    expect(stderr.includes("\u001b")).toBe(false);
  });

  it("gives a refusal as JSON on standard output when JSON is asked for", async () => {
    const folder = command.folder();
    const { code, stdout, stderr } = await command.run("inspect", "--json", `${folder}/none`);
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({ schema: "otakit.error/1", code: "ERR_CLI_FILE" });
    expect(stderr).toContain("remedy: see `details`");
  });

  it("survives a reader that stops reading", async () => {
    const { spawnSync } = await import("node:child_process");
    const cli = `${command.folder()}/../cli.js`;
    const { stdout, stderr, status } = spawnSync(
      "sh",
      ["-c", `"${process.execPath}" "${cli}" repo init --help | head -1`],
      { encoding: "utf8" },
    );
    expect([stdout.split("\n").length, stderr, status]).toEqual([2, "", 0]);
  });

  const node20 = fileURLToPath(new URL("../runtime/engines/node_modules/node20/bin/node", import.meta.url));
  it.skipIf(!existsSync(node20))("runs under Node 20", async () => {
    const { code, stdout } = await command.runWith({ node: node20 }, "--help");
    expect([code, stdout.startsWith("otakit: ")]).toEqual([0, true]);
    const { root } = await buildRepository();
    const inspected = await command.runWith({ node: node20, stdin: root }, "inspect", "-", "--json");
    expect(JSON.parse(inspected.stdout)).toMatchObject({ schema: "otakit.inspect/1", role: "root", version: 1 });
  });
});
