import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, it } from "vitest";
import type { BuiltRepository } from "../../src/manifest/index.ts";
import { buildRepository, day, fromFiles, serving, type TestServer, useCommand } from "./command.ts";

const command = useCommand();

/** A client folder that trusts the repository's root. */
async function startClient({ root }: BuiltRepository): Promise<string> {
  const folder = command.folder();
  writeFileSync(join(folder, "shipped.json"), root);
  const { code, stderr } = await command.run(
    "tuf",
    "--metadata-dir",
    join(folder, "m"),
    "init",
    join(folder, "shipped.json"),
  );
  expect([code, stderr]).toEqual([0, "Root version 1 is trusted, signed by 2 of its keys\n"]);
  return folder;
}

const refresh = (folder: string, { url }: TestServer, ...more: readonly string[]) =>
  command.run("tuf", "--metadata-dir", join(folder, "m"), "--metadata-url", `${url}/metadata`, ...more, "refresh");

function download(folder: string, { url }: TestServer, names: readonly string[], ...more: readonly string[]) {
  const targets = names.flatMap((name) => ["--target-name", name]);
  const places = ["--target-base-url", `${url}/targets`, "--target-dir", join(folder, "t")];
  const metadata = ["--metadata-dir", join(folder, "m"), "--metadata-url", `${url}/metadata/`];
  return command.run("tuf", ...metadata, ...targets, ...places, ...more, "download");
}

describe("otakit tuf", () => {
  it("refreshes, stores the bytes as they came, and downloads verified files under encoded names", async () => {
    const repository = await buildRepository();
    const folder = await startClient(repository);
    await serving(fromFiles(repository), async (server) => {
      const first = await refresh(folder, server, "--json");
      expect([first.code, first.stderr]).toEqual([0, ""]);
      expect(JSON.parse(first.stdout)).toMatchObject({
        schema: "otakit.tuf.refresh/1",
        roles: ["root", "timestamp", "snapshot", "targets"].map((role) => ({ role, version: 1 })),
      });
      expect(server.requests).toEqual(
        ["2.root.json", "timestamp.json", "1.snapshot.json", "1.targets.json"].map((file) => `/metadata/${file}`),
      );
      for (const [role, file] of [
        ["root", "1.root"],
        ["timestamp", "timestamp"],
        ["snapshot", "1.snapshot"],
        ["targets", "1.targets"],
      ]) {
        expect(readFileSync(join(folder, "m", `${role}.json`)).equals(repository.metadata.get(`${file}.json`)!)).toBe(
          true,
        );
      }
      expect(readdirSync(join(folder, "m")).sort()).toEqual([
        "root.json",
        "snapshot.json",
        "targets.json",
        "timestamp.json",
      ]);

      server.requests.length = 0;
      const got = await download(folder, server, ["brake/v2.bin", "note.txt"], "--json");
      expect([got.code, got.stderr]).toEqual([0, ""]);
      expect(JSON.parse(got.stdout).targets).toMatchObject([
        { path: "brake/v2.bin", length: 5000, cached: false },
        { path: "note.txt", length: 5, cached: false },
      ]);
      expect(readdirSync(join(folder, "t")).sort()).toEqual(["brake%2Fv2.bin", "note.txt"]);
      expect(readFileSync(join(folder, "t", "note.txt"), "utf8")).toBe("hello");
      expect(server.requests.filter((path) => path.startsWith("/targets/"))).toEqual(
        [...repository.targets.keys()].map((file) => `/targets/${file}`),
      );
    });
  });

  it("asks for no target that is there and genuine, and replaces one that is not", async () => {
    const repository = await buildRepository();
    const folder = await startClient(repository);
    await serving(fromFiles(repository), async (server) => {
      await download(folder, server, ["note.txt"]);
      server.requests.length = 0;
      expect((await download(folder, server, ["note.txt"])).stdout).toContain("was there already");
      expect(server.requests).toEqual(["/metadata/2.root.json", "/metadata/timestamp.json"]);
      for (const damaged of ["hell", "hellO", "hello!"]) {
        writeFileSync(join(folder, "t", "note.txt"), damaged);
        expect((await download(folder, server, ["note.txt"])).code).toBe(0);
        expect(readFileSync(join(folder, "t", "note.txt"), "utf8")).toBe("hello");
      }
    });
  });

  it("replaces a link in place of a target, and writes nothing through it", async () => {
    const repository = await buildRepository();
    const folder = await startClient(repository);
    mkdirSync(join(folder, "t"));
    writeFileSync(join(folder, "victim"), "untouched");
    symlinkSync(join(folder, "victim"), join(folder, "t", "note.txt"));
    await serving(fromFiles(repository), async (server) => {
      expect((await download(folder, server, ["note.txt"])).code).toBe(0);
    });
    expect(readFileSync(join(folder, "victim"), "utf8")).toBe("untouched");
    expect(readFileSync(join(folder, "t", "note.txt"), "utf8")).toBe("hello");
  });

  it("names a target that is not listed, and stops at the first that fails", async () => {
    const repository = await buildRepository();
    const folder = await startClient(repository);
    await serving(fromFiles(repository), async (server) => {
      const { code, stderr } = await download(folder, server, ["constructor", "note.txt"]);
      expect(code).toBe(1);
      expect(stderr).toContain('Cannot find target "constructor"');
      expect(stderr).toContain("code: ERR_CLI_TARGET_NOT_FOUND");
      expect(readdirSync(join(folder, "t"))).toEqual([]);
    });
  });

  it("refuses a changed target and leaves nothing of it behind", async () => {
    const repository = await buildRepository();
    const folder = await startClient(repository);
    for (const [content, code] of [
      ["jello", "ERR_SIGNING_TARGET_HASH"],
      ["hell", "ERR_SIGNING_TARGET_LENGTH"],
      ["hello!", "ERR_SIGNING_TARGET_LENGTH"],
    ] as const) {
      const targets = new Map([...repository.targets.keys()].map((file) => [file, new TextEncoder().encode(content)]));
      await serving(fromFiles({ ...repository, targets }), async (server) => {
        const outcome = await download(folder, server, ["note.txt"]);
        expect(outcome.code).toBe(1);
        expect(outcome.stderr).toContain(`code: ${code}\n`);
        expect(readdirSync(join(folder, "t"))).toEqual([]);
      });
    }
  });

  it("tells a refusal with its clause, attack and evidence, and keeps what was trusted", async () => {
    const repository = await buildRepository();
    const folder = await startClient(repository);
    await serving(fromFiles(repository), (server) => refresh(folder, server));
    const before = readFileSync(join(folder, "m", "timestamp.json"));
    const now = Date.now();
    const expired = await buildRepository({
      expires: { root: now + day, targets: now + day, snapshot: now + day, timestamp: now - day },
    });
    const metadata = new Map([...repository.metadata, ["timestamp.json", expired.metadata.get("timestamp.json")!]]);
    // A client that has nothing yet.
    const fresh = await startClient(repository);
    await serving(fromFiles({ ...repository, metadata }), async (server) => {
      const { code, stdout, stderr } = await refresh(fresh, server, "--json");
      expect(code).toBe(1);
      expect(stderr).toContain("Cannot accept timestamp metadata");
      expect(stderr).toContain("[tuf_expired] (TUF 5.4.4; sign of: freeze;");
      expect(stderr).toContain("remedy: see the reasons");
      const error = JSON.parse(stdout);
      expect(error).toMatchObject({ schema: "otakit.error/1", code: "ERR_CLI_REFUSED" });
      expect(error.details.reasons[0]).toMatchObject({ code: "tuf_expired", role: "timestamp", attack: "freeze" });
      expect(readdirSync(join(fresh, "m"))).toEqual(["root.json"]);
    });
    expect(readFileSync(join(folder, "m", "timestamp.json")).equals(before)).toBe(true);
  });

  it("keeps both files of an equivocation as evidence", async () => {
    const repository = await buildRepository();
    const other = await buildRepository({
      expires: {
        root: Date.now() + 300 * day,
        targets: Date.now() + 91 * day,
        snapshot: Date.now() + 31 * day,
        timestamp: Date.now() + 8 * day,
      },
    });
    const folder = await startClient(repository);
    await serving(fromFiles(repository), (server) => refresh(folder, server));
    const metadata = new Map([...repository.metadata, ["timestamp.json", other.metadata.get("timestamp.json")!]]);
    await serving(fromFiles({ ...repository, metadata }), async (server) => {
      const { code, stderr } = await refresh(folder, server);
      expect(code).toBe(0);
      expect(stderr).toContain("warning: timestamp version 1 was signed with two contents");
    });
    expect(
      readFileSync(join(folder, "m/evidence/1.timestamp.had.json")).equals(repository.metadata.get("timestamp.json")!),
    ).toBe(true);
    expect(
      readFileSync(join(folder, "m/evidence/1.timestamp.got.json")).equals(other.metadata.get("timestamp.json")!),
    ).toBe(true);
  });

  it("trusts no root that did not sign itself, and no second one", async () => {
    const repository = await buildRepository();
    const folder = await startClient(repository);
    const again = await command.run("tuf", "--metadata-dir", join(folder, "m"), "init", join(folder, "shipped.json"));
    expect([again.code, again.stderr.includes("code: ERR_CLI_FILE_EXISTS")]).toEqual([1, true]);
    const unsigned = { ...JSON.parse(new TextDecoder().decode(repository.root)), signatures: [] };
    writeFileSync(join(folder, "unsigned.json"), JSON.stringify(unsigned));
    const refused = await command.run(
      "tuf",
      "--metadata-dir",
      join(folder, "n"),
      "init",
      join(folder, "unsigned.json"),
    );
    expect([refused.code, refused.stderr.includes("code: ERR_MANIFEST_TUF_ROOT")]).toEqual([1, true]);
    expect(existsSync(join(folder, "n"))).toBe(false);
    const { code, stderr } = await command.run(
      "tuf",
      "--metadata-dir",
      command.folder(),
      "--metadata-url",
      "http://127.0.0.1:1",
      "refresh",
    );
    expect([code, stderr.includes("code: ERR_CLI_STORE_EMPTY")]).toEqual([1, true]);
  });

  it("reads hostile stores as such: damaged and oversized files are fetched anew, links and folders are refused", async () => {
    const repository = await buildRepository();
    await serving(fromFiles(repository), async (server) => {
      const folder = await startClient(repository);
      for (const role of ["timestamp", "snapshot", "targets"]) {
        for (const content of ["", "{", "[]", "x".repeat(6_000_000), repository.metadata.get("1.root.json")!]) {
          writeFileSync(join(folder, "m", `${role}.json`), content);
          expect((await refresh(folder, server)).code).toBe(0);
          const file = role === "timestamp" ? "timestamp.json" : `1.${role}.json`;
          expect(readFileSync(join(folder, "m", `${role}.json`)).equals(repository.metadata.get(file)!)).toBe(true);
        }
      }
      for (const target of ["/dev/zero", "shipped.json"]) {
        const linked = await startClient(repository);
        symlinkSync(resolve(linked, target), join(linked, "m", "timestamp.json"));
        const outcome = await refresh(linked, server);
        expect([outcome.code, outcome.stderr.includes("code: ERR_CLI_STORE\n")]).toEqual([1, true]);
      }
      const nested = await startClient(repository);
      mkdirSync(join(nested, "m", "timestamp.json"));
      expect((await refresh(nested, server)).stderr).toContain("code: ERR_CLI_STORE\n");
    });
  });

  it("lets one process at a time into a folder, and takes over from a dead one", async () => {
    const repository = await buildRepository();
    const folder = await startClient(repository);
    await serving(fromFiles(repository), async (server) => {
      writeFileSync(join(folder, "m", ".otakit-lock"), `${process.pid}\n`);
      const locked = await refresh(folder, server);
      expect(locked.code).toBe(1);
      expect(locked.stderr).toContain(`process ${process.pid} uses it`);
      expect(locked.stderr).toContain("code: ERR_CLI_STORE_LOCKED");
      writeFileSync(join(folder, "m", ".otakit-lock"), "somebody\n");
      expect((await refresh(folder, server)).stderr).toContain("process somebody uses it");
      const { pid } = spawnSync(process.execPath, ["-e", "0"]);
      writeFileSync(join(folder, "m", ".otakit-lock"), `${pid}\n`);
      expect((await refresh(folder, server)).code).toBe(0);
      expect(existsSync(join(folder, "m", ".otakit-lock"))).toBe(false);
    });
  });

  it("asks other machines by https alone, unless told otherwise", async () => {
    const at = (url: string, ...more: readonly string[]) =>
      command.run("tuf", "--metadata-dir", command.folder(), "--metadata-url", url, ...more, "refresh");
    expect((await at("http://updates.example/")).stderr).toContain("--metadata-url is plain http");
    expect((await at("http://127.0.0.1.updates.example/")).code).toBe(2);
    expect((await at("ftp://updates.example/")).stderr).toContain("expected https or http");
    expect((await at("updates")).stderr).toContain("expected an address");
    expect((await at("http://updates.example/", "--timeout", "0")).stderr).toContain(
      "--timeout expected seconds above 0",
    );
    expect((await at("http://updates.example/", "--allow-http")).stderr).toContain("code: ERR_CLI_STORE_EMPTY");
  });
});
