import { chmodSync, cpSync, existsSync, readdirSync, readFileSync, renameSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { Publication } from "../../src/manifest/index.ts";
import type { Signer } from "../../src/signing/index.ts";
import { type Outcome, serving, useCommand } from "./command.ts";

const command = useCommand();

const repo = (folder: string, word: string, ...args: readonly string[]) =>
  command.run("repo", word, "--repo", join(folder, "r"), ...args);

const ok = async (outcome: Promise<Outcome>): Promise<string> => {
  const { code, stdout, stderr } = await outcome;
  expect([code, code === 0 ? "" : stderr]).toEqual([0, ""]);
  return stdout;
};

/** A started repository with a file to distribute. */
async function startRepository(...options: readonly string[]): Promise<string> {
  const folder = command.folder();
  writeFileSync(join(folder, "image.bin"), new Uint8Array(3_000_000).fill(1));
  await ok(repo(folder, "init", ...options));
  return folder;
}

async function publishedRepository(...options: readonly string[]): Promise<string> {
  const folder = await startRepository(...options);
  await ok(repo(folder, "add", "--as", "brake/v1.bin", join(folder, "image.bin")));
  await ok(repo(folder, "publish"));
  return folder;
}

/** Serves what is published, as any file server does. */
function servingPublished<T>(folder: string, act: (url: string) => Promise<T>): Promise<T> {
  return serving(
    ({ url }, response) => {
      const file = join(folder, "r/published", url!);
      if (existsSync(file)) response.end(readFileSync(file));
      else response.writeHead(404).end();
    },
    (server) => act(server.url),
  );
}

/** A client that trusts the first root. */
async function startClient(folder: string, name: string): Promise<string> {
  const store = join(folder, name);
  await ok(command.run("tuf", "--metadata-dir", store, "init", join(folder, "r/published/metadata/1.root.json")));
  return store;
}

function download(store: string, url: string, target: string): Promise<Outcome> {
  return command.run(
    ...["tuf", "--metadata-dir", store, "--metadata-url", `${url}/metadata`, "--target-name", target],
    ...["--target-base-url", `${url}/targets`, "--target-dir", `${store}.targets`, "--json", "download"],
  );
}

const metadataOf = (folder: string) => readdirSync(join(folder, "r/published/metadata")).sort();

/** Key ids of a role, as `otakit inspect` tells them. */
async function keyIdsOf(file: string, role: string): Promise<readonly string[]> {
  const { roles } = JSON.parse(await ok(command.run("inspect", "--json", file)));
  return roles.find(({ name }: { name: string }) => name === role).keys.map(({ keyid }: { keyid: string }) => keyid);
}

describe("otakit repo", () => {
  it("goes from nothing to a client's verified file", async () => {
    const folder = await startRepository("--threshold", "root=2");
    const keys = join(folder, "r/keys");
    expect(readdirSync(keys).filter((name) => !name.endsWith(".pub.pem"))).toEqual([
      "online-1.pem",
      "root-1.pem",
      "root-2.pem",
      "targets-1.pem",
    ]);
    for (const name of ["online-1.pem", "root-1.pem"]) expect(statSync(join(keys, name)).mode & 0o777).toBe(0o600);
    expect(await ok(repo(folder, "status"))).toContain("Nothing is published yet");

    expect(await ok(repo(folder, "add", "--as", "brake/v1.bin", join(folder, "image.bin")))).toContain(
      "brake/v1.bin: 3000000 bytes staged",
    );
    const listed = await ok(repo(folder, "publish"));
    // Targets before the metadata that lists them, the timestamp last.
    expect(listed).toMatch(
      /^targets\/brake\/[0-9a-f]{64}\.v1\.bin\nmetadata\/1\.targets\.json\nmetadata\/1\.snapshot\.json\nmetadata\/1\.root\.json\nmetadata\/timestamp\.json\n$/,
    );
    expect(readdirSync(join(folder, "r")).sort()).toEqual(["keys", "otakit-repo.json", "published"]);
    const store = await startClient(folder, "c");
    await servingPublished(folder, async (url) => {
      const { targets } = JSON.parse(await ok(download(store, url, "brake/v1.bin")));
      expect(targets).toEqual([
        { path: "brake/v1.bin", file: join(`${store}.targets`, "brake%2Fv1.bin"), length: 3_000_000, cached: false },
      ]);
      expect(readFileSync(targets[0].file).equals(readFileSync(join(folder, "image.bin")))).toBe(true);
    });
  });

  it("adds, removes and renews targets, and refuses a path that leads out", async () => {
    const folder = await publishedRepository();
    writeFileSync(join(folder, "b.bin"), "b");
    await ok(repo(folder, "add", "--below", "door/", "--custom", '{"hardwareId":"door-a"}', join(folder, "b.bin")));
    await ok(repo(folder, "add", "--remove", "brake/v1.bin"));
    await ok(repo(folder, "publish"));
    const { targets, version } = JSON.parse(
      await ok(command.run("inspect", "--json", join(folder, "r/published/metadata/2.targets.json"))),
    );
    expect(version).toBe(2);
    expect(targets).toMatchObject([{ path: "door/b.bin", length: 1, custom: { hardwareId: "door-a" } }]);
    await ok(repo(folder, "add"));
    await ok(repo(folder, "publish"));
    expect(metadataOf(folder)).toContain("3.targets.json");

    for (const [args, code] of [
      [["--as", "../b", join(folder, "b.bin")], "ERR_MANIFEST_TUF_TARGET_PATH"],
      [["--remove", "constructor"], "ERR_MANIFEST_TUF_TARGET_UNKNOWN"],
      [["--custom", "[]", join(folder, "b.bin")], "ERR_CLI_USAGE"],
      [["--as", "x", join(folder, "none.bin")], "ERR_CLI_FILE"],
    ] as const) {
      const { code: exit, stderr } = await repo(folder, "add", ...args);
      expect([exit > 0, stderr]).toEqual([true, expect.stringContaining(`code: ${code}\n`)]);
    }
    expect(existsSync(join(folder, "r/staged/targets.json"))).toBe(false);
  });

  it("collects signatures of keys that never come here", async () => {
    const folder = command.folder();
    await ok(command.run("repo", "init", "--repo", join(folder, "elsewhere"), "--threshold", "root=3"));
    const key = (n: number, half = "") => join(folder, `elsewhere/keys/root-${n}${half}.pem`);
    const publics = [1, 2, 3].flatMap((n) => ["--key", `root=${key(n, ".pub")}`]);
    const started = await repo(folder, "init", ...publics, "--threshold", "root=2");
    expect(started.code).toBe(0);
    expect(started.stdout).toContain('"root 1" has 0 of 2 signatures, 2 more needed of ');
    const request = join(folder, "r/requests/root-1.json");
    expect(started.stderr).toContain(`Send ${request}`);

    const early = await repo(folder, "publish");
    expect([early.code, early.stderr]).toEqual([1, expect.stringContaining("code: ERR_MANIFEST_TUF_UNSIGNED")]);
    expect(existsSync(join(folder, "r/published"))).toBe(false);

    for (const n of [1, 3]) {
      const out = join(folder, `signed-${n}.json`);
      const shown = await ok(command.run("repo", "sign", "--request", request, "--key", key(n), "--out", out));
      expect(shown).toContain("Purpose, as the requester says:");
      expect(shown).toContain('_type "root"');
      const again = await command.run("repo", "sign", "--request", request, "--key", key(n), "--out", out);
      expect(again.stderr).toContain("code: ERR_CLI_FILE_EXISTS");
    }
    const stranger = await command.run(
      ...["repo", "sign", "--request", request, "--key", join(folder, "elsewhere/keys/targets-1.pem")],
      ...["--out", join(folder, "x.json")],
    );
    expect([stranger.code, stranger.stderr]).toEqual([1, expect.stringContaining("code: ERR_SIGNING_REQUEST_KEY")]);

    expect(await ok(repo(folder, "sign", "--import", join(folder, "signed-1.json")))).toContain(
      "has 1 of 2 signatures",
    );
    expect(existsSync(request)).toBe(true);
    expect(await ok(repo(folder, "sign", "--import", join(folder, "signed-3.json")))).toContain(
      '"root 1" has 2 of 2 signatures, complete',
    );
    expect(existsSync(request)).toBe(false);
    await ok(repo(folder, "publish"));
    const late = await repo(folder, "sign", "--import", join(folder, "signed-1.json"));
    expect([late.code, late.stderr]).toEqual([1, expect.stringContaining("is for nothing that is staged")]);
  });

  it("refuses a returned file with a signature that does not verify", async () => {
    const folder = command.folder();
    await ok(command.run("repo", "init", "--repo", join(folder, "elsewhere")));
    await ok(repo(folder, "init", "--key", `root=${join(folder, "elsewhere/keys/root-1.pub.pem")}`));
    const request = JSON.parse(readFileSync(join(folder, "r/requests/root-1.json"), "utf8"));
    request.signatures = [{ keyid: request.quorums[0].keys[0].keyId, sig: Buffer.alloc(64, 1).toString("base64") }];
    writeFileSync(join(folder, "forged.json"), JSON.stringify(request));
    const { code, stderr } = await repo(folder, "sign", "--import", join(folder, "forged.json"));
    expect([code, stderr]).toEqual([1, expect.stringContaining("code: ERR_SIGNING_REQUEST_SIGNATURE")]);
  });

  it("rotates keys so that old clients follow, and signs again what must be", async () => {
    const folder = await publishedRepository();
    const store = await startClient(folder, "c");
    await servingPublished(folder, async (url) => {
      await ok(download(store, url, "brake/v1.bin"));
      const root = join(folder, "r/published/metadata/1.root.json");
      for (const role of ["timestamp", "targets", "root"]) {
        const [old] = await keyIdsOf(root, role);
        const { code, stderr } = await repo(folder, "rotate", "--role", role, "--new", "--remove", old!.slice(0, 8));
        expect([code, stderr]).toEqual([0, expect.stringContaining("every client can follow")]);
      }
      await ok(repo(folder, "publish"));
      expect(metadataOf(folder)).toContain("2.root.json");
      expect(metadataOf(folder)).toContain("2.targets.json");
      const fresh = await startClient(folder, "d");
      for (const client of [store, fresh]) {
        await ok(download(client, url, "brake/v1.bin"));
        expect(JSON.parse(readFileSync(join(client, "root.json"), "utf8")).signed.version).toBe(2);
      }
      for (const role of ["timestamp", "targets", "root"]) {
        const after = await keyIdsOf(join(folder, "r/published/metadata/2.root.json"), role);
        expect(after).toHaveLength(1);
        expect(after).not.toEqual(await keyIdsOf(root, role));
      }
    });
  });

  it("stages no rotation that cannot be, and none before there is a root", async () => {
    const folder = await publishedRepository();
    for (const [args, what] of [
      [["--role", "root", "--threshold", "2"], "ERR_MANIFEST_TUF_KEYS"],
      [["--role", "root", "--remove", "zz"], "is of no key of root"],
      [["--role", "root", "--threshold", "0"], "--threshold expected integer >= 1"],
      [["--role", "admin", "--new"], "--role expected root"],
      [["--role", "root"], "what changes for root is missing"],
      [["--role", "root", "--add", join(folder, "r/keys/root-1.pub.pem")], "ERR_MANIFEST_TUF_KEYS"],
    ] as const) {
      const { code, stderr } = await repo(folder, "rotate", ...args);
      expect([code > 0, stderr]).toEqual([true, expect.stringContaining(what)]);
    }
    expect(existsSync(join(folder, "r/staged"))).toBe(false);
    const unreachable = await repo(folder, "rotate", "--role", "root", "--new", "--threshold", "3");
    expect(unreachable.stderr).toContain("code: ERR_MANIFEST_TUF_KEYS");
    // A key is written only when it is going to be used.
    expect(existsSync(join(folder, "r/keys/root-2.pem"))).toBe(false);
    const early = await startRepository();
    expect((await repo(early, "rotate")).stderr).toContain("no root is published yet");
  });

  it("publishes nothing that a client would refuse, and says why", async () => {
    const folder = await publishedRepository();
    const file = join(folder, "r/published/metadata/1.targets.json");
    // Someone changed a published file: the snapshot lists another hash.
    writeFileSync(file, readFileSync(file, "utf8").replace("brake/v1.bin", "brake/v7.bin"));
    const { code, stderr } = await repo(folder, "publish");
    expect(code).toBe(1);
    expect(stderr).toContain("Cannot publish: a client would refuse it");
    expect(stderr).toContain("[tuf_publication_refused]");
    expect(stderr).toContain("[tuf_hash_mismatch]");
    expect(metadataOf(folder)).not.toContain("2.snapshot.json");
  });

  it("renews the timestamp alone while the snapshot is young", async () => {
    const folder = await publishedRepository();
    expect(await ok(repo(folder, "publish"))).toBe("metadata/timestamp.json\n");
    const short = await publishedRepository("--days", "snapshot=1", "--days", "timestamp=1");
    const { code, stderr } = await repo(short, "status");
    expect(code).toBe(1);
    expect(stderr).toContain("snapshot expires in 23 hours; to be signed again: snapshot, timestamp");
    const { expiring } = JSON.parse((await repo(short, "status", "--json")).stdout);
    expect(expiring.map(({ role }: { role: string }) => role).sort()).toEqual(["snapshot", "timestamp"]);
  });

  it("tells a dry run from a publication", async () => {
    const folder = await startRepository();
    const plan = JSON.parse(await ok(repo(folder, "publish", "--dry-run", "--json")));
    expect(plan).toMatchObject({ schema: "otakit.repo.publish/1", published: false, resumed: false });
    expect(existsSync(join(folder, "r/published"))).toBe(false);
    const done = JSON.parse(await ok(repo(folder, "publish", "--json")));
    expect(done).toEqual({ ...plan, published: true });
  });

  it("warns of a private key that others can read, and prints none", async () => {
    const folder = await startRepository();
    const file = join(folder, "r/keys/online-1.pem");
    chmodSync(file, 0o644);
    const { stdout, stderr } = await repo(folder, "publish", "--verbose");
    expect(stderr).toContain(`warning: ${file}:`);
    const secret = readFileSync(file, "utf8").split("\n")[1]!;
    for (const text of [stdout, stderr]) expect(text).not.toContain(secret.slice(-30));
  });

  it("keeps out of a folder that is no repository, or is one already", async () => {
    const folder = await startRepository();
    expect((await repo(folder, "init")).stderr).toContain("code: ERR_CLI_FILE_EXISTS");
    expect((await repo(command.folder(), "status")).stderr).toContain("code: ERR_CLI_REPOSITORY");
    const settings = join(folder, "r/otakit-repo.json");
    for (const [text, path] of [
      ["[]", "/schema"],
      ['{"schema":"otakit.repo/2"}', "/schema"],
      ['{"schema":"otakit.repo/1","expiryDays":{"root":0}}', "/expiryDays/root"],
    ]) {
      writeFileSync(settings, text!);
      expect((await repo(folder, "status")).stderr).toContain(`at: ${path}\n`);
    }
  });

  it("completes an interrupted publication, and no client meets a mixture meanwhile", async () => {
    const base = await publishedRepository();
    await ok(repo(base, "add", "--as", "brake/v2.bin", join(base, "image.bin")));
    const { Workspace } = await command.load<typeof import("../../src/cli/repo/workspace.ts")>("repo/workspace.ts");
    const publishing = await command.load<{
      preparePublication(workspace: unknown, signers: readonly Signer[], now: number): Promise<Publication>;
      fillOutbox(workspace: unknown, publication: Publication): void;
      emptyOutbox(workspace: unknown, onFile: (file: string) => void): void;
    }>("repo/publication.ts");
    const keys = await command.load<{ readSigners(folder: string, terminal: unknown): readonly Signer[] }>(
      "repo/keys.ts",
    );
    for (let stopAfter = 0; stopAfter <= 4; stopAfter++) {
      const folder = command.folder();
      cpSync(join(base, "r"), join(folder, "r"), { recursive: true });
      const client = await startClient(folder, "c");
      const workspace = Workspace.open(join(folder, "r"));
      const signers = keys.readSigners(join(folder, "r/keys"), {});
      publishing.fillOutbox(workspace, await publishing.preparePublication(workspace, signers, Date.now()));
      let out = 0;
      const stop = () => {
        if (++out > stopAfter) throw new Error("power is gone");
      };
      if (stopAfter < 4) expect(() => publishing.emptyOutbox(workspace, stop)).toThrow("power is gone");
      else {
        // As if it had stopped just before the last removal.
        cpSync(join(folder, "r/outbox"), join(folder, "kept"), { recursive: true });
        publishing.emptyOutbox(workspace, stop);
        renameSync(join(folder, "kept"), join(folder, "r/outbox"));
      }
      workspace.close();
      await servingPublished(folder, async (url) => {
        await ok(download(client, url, "brake/v1.bin"));
        expect((await repo(folder, "status")).stdout).toContain("A publication was interrupted");
        const completed = await repo(folder, "publish");
        expect([completed.code, completed.stderr]).toEqual([0, expect.stringContaining("it is completed first")]);
        await ok(download(client, url, "brake/v2.bin"));
      });
      expect(readdirSync(join(folder, "r")).sort()).toEqual(["keys", "otakit-repo.json", "published"]);
    }
  });
});
