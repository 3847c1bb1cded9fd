import { execFileSync, spawn } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { unzipSync } from "fflate";
import { describe, expect, it } from "vitest";
import { bytesToHex, sha256 } from "../../src/core/index.ts";
import { createUpdateFloors, signRollbackAuthorisation } from "../../src/manifest/index.ts";
import { encodePublicKeyPem, type Signer } from "../../src/signing/index.ts";
import { type Outcome, signerOf, useCommand } from "./command.ts";

const command = useCommand();

const ok = async (outcome: Promise<Outcome>): Promise<string> => {
  const { code, stdout, stderr } = await outcome;
  expect([code, code === 0 ? "" : stderr]).toEqual([0, ""]);
  return stdout;
};

const refusal = async (outcome: Promise<Outcome>): Promise<string> => {
  const { code, stderr } = await outcome;
  expect(code).toBe(1);
  return stderr;
};

const image = new Uint8Array(3_000_000).fill(1);
const imageSha256 = bytesToHex(sha256(image));
const base = new TextEncoder().encode("the image before");

/** A folder with an image, a draft that names it, new keys and a first trust file. */
async function startTeam(): Promise<(...names: readonly string[]) => string> {
  const folder = command.folder();
  const at = (...names: readonly string[]) => join(folder, ...names);
  writeFileSync(at("gateway.bin"), image);
  writeFileSync(at("gateway.patch"), "a patch");
  writeFileSync(at("old.bin"), base);
  const delta = { format: "bsdiff40", file: "gateway.patch", base: { file: "old.bin" } };
  const gateway = { hardwareId: "gateway-b", version: "2.1.0", releaseCounter: 7, securityEpoch: 3, deltas: [delta] };
  const draft = {
    schema: "ota-release/1",
    releaseId: "2026-11",
    expires: "2099-01-01T00:00:00Z",
    images: [{ file: "gateway.bin", ...gateway }],
  };
  writeFileSync(at("draft.json"), JSON.stringify(draft));
  await ok(command.run("release", "trust", "--new-keys", at("keys"), "--out", at("trust.1.json")));
  return at;
}

/** {@link startTeam} with a signed release. */
async function signedRelease() {
  const at = await startTeam();
  await ok(command.run("release", "make", at("draft.json"), "--out", at("release.json")));
  const key = at("keys/release-1.pem");
  await ok(command.run("release", "sign", at("release.json"), "--key", key, "--out", at("signed.json")));
  return at;
}

function writePublicKey(path: string, { publicKey }: Signer): string {
  writeFileSync(path, encodePublicKeyPem(publicKey));
  return path;
}

describe("otakit release", () => {
  it("goes from a draft to a verified release", async () => {
    const at = await signedRelease();
    const manifest = JSON.parse(readFileSync(at("release.json"), "utf8"));
    expect(manifest.images[0]).toMatchObject({ length: image.length, hashes: { sha256: imageSha256 } });
    expect(manifest.images[0].deltas[0].base).toEqual({
      length: base.length,
      hashes: { sha256: bytesToHex(sha256(base)) },
    });
    const verify = ["release", "verify", at("signed.json"), "--trust", at("trust.1.json")];
    expect(await ok(command.run(...verify))).toMatch(/^Release 2026-11 is genuine and has not expired\n/);
    expect(JSON.parse(await ok(command.run(...verify, "--json")))).toMatchObject({
      schema: "otakit.release.verify/1",
      releaseId: "2026-11",
      signedBy: [expect.stringMatching(/^[0-9a-f]{64}$/)],
    });
  });

  it("goes from a bundle to verified files, whatever their names were", async () => {
    const at = await signedRelease();
    const files = [at("gateway.patch"), at("gateway.bin")];
    const trust = ["--trust", at("trust.1.json")];
    await ok(command.run("release", "bundle", at("signed.json"), ...files, ...trust, "--out", at("update.zip")));
    expect(Object.keys(unzipSync(readFileSync(at("update.zip"))))).toHaveLength(4);
    const verify = ["release", "verify", at("update.zip"), ...trust];
    expect(await ok(command.run(...verify))).toContain("Genuine files: 2; files of the release that are not there: 0");
    await ok(command.run(...verify, "--extract", at("update")));
    expect(readdirSync(at("update"))).toHaveLength(3);
    expect(readFileSync(at("update", imageSha256)).equals(image)).toBe(true);
    expect(readFileSync(at("update/release.json"))).toEqual(readFileSync(at("signed.json")));
  });

  it("leaves nothing of a file that is not genuine", async () => {
    const at = await signedRelease();
    const bundle = ["release", "bundle", at("signed.json"), at("gateway.bin"), "--out", at("update.zip")];
    await ok(command.run(...bundle));
    const spoilt = readFileSync(at("update.zip"));
    spoilt[2_000_000]! ^= 1;
    writeFileSync(at("spoilt.zip"), spoilt);
    const verify = ["release", "verify", at("spoilt.zip"), "--trust", at("trust.1.json"), "--extract", at("update")];
    expect(await refusal(command.run(...verify))).toContain("code: ERR_SIGNING_TARGET_HASH");
    expect(existsSync(at("update"))).toBe(false);
  });

  it("leaves nothing of a bundle that ends early, wherever that is", async () => {
    const at = await signedRelease();
    const trust = ["--trust", at("trust.1.json")];
    const files = [at("gateway.bin"), at("gateway.patch")];
    await ok(command.run("release", "bundle", at("signed.json"), ...files, ...trust, "--out", at("update.zip")));
    const whole = readFileSync(at("update.zip"));
    mkdirSync(at("empty"));
    for (const length of [whole.length - 1, whole.length - 400, 2_000_000, 2]) {
      writeFileSync(at("short.zip"), whole.subarray(0, length));
      for (const folder of ["new", "empty"]) {
        const extract = ["release", "verify", at("short.zip"), ...trust, "--extract", at(folder)];
        expect(await refusal(command.run(...extract))).toContain("code: ERR_MANIFEST_BUNDLE_FORMAT");
      }
      expect([existsSync(at("new")), readdirSync(at("empty"))]).toEqual([false, []]);
    }
  });

  it("unpacks into a new or an empty folder only", async () => {
    const at = await signedRelease();
    const trust = ["--trust", at("trust.1.json")];
    await ok(command.run("release", "bundle", at("signed.json"), at("gateway.bin"), "--out", at("update.zip")));
    mkdirSync(at("used"));
    for (const name of ["release.json", imageSha256, "note.txt"]) {
      writeFileSync(at("used", name), "mine");
      const extract = ["release", "verify", at("update.zip"), ...trust, "--extract", at("used")];
      expect(await refusal(command.run(...extract))).toContain("code: ERR_CLI_FILE_EXISTS");
      expect(readFileSync(at("used", name), "utf8")).toBe("mine");
      rmSync(at("used", name));
    }
    await ok(command.run("release", "verify", at("update.zip"), ...trust, "--extract", at("used")));
    expect(readdirSync(at("used")).sort()).toEqual([imageSha256, "release.json"].sort());
  });

  it("is read from a pipe, which gives its bytes once", async () => {
    const at = await signedRelease();
    await ok(command.run("release", "bundle", at("signed.json"), at("gateway.bin"), "--out", at("update.zip")));
    execFileSync("sh", ["-c", 'mkfifo "$0"', at("pipe")]);
    for (const name of ["update.zip", "signed.json"]) {
      const writer = spawn("sh", ["-c", 'cat "$0" > "$1"', at(name), at("pipe")]);
      const verify = command.run("release", "verify", at("pipe"), "--trust", at("trust.1.json"));
      expect(await ok(verify)).toContain("Release 2026-11 is genuine");
      writer.kill();
    }
    const input = { stdin: readFileSync(at("signed.json")) };
    expect(await ok(command.runWith(input, "release", "verify", "-", "--trust", at("trust.1.json")))).toContain(
      "genuine",
    );
  });

  it("writes the newest trust file of a bundle once", async () => {
    const at = await signedRelease();
    for (const [from, to] of [
      [1, 2],
      [2, 3],
    ] as const) {
      const trust = ["--previous", at(`trust.${from}.json`), "--sign", at("keys/trust-1.pem")];
      await ok(command.run("release", "trust", ...trust, "--out", at(`trust.${to}.json`)));
    }
    const chain = [1, 2, 3].flatMap((version) => ["--trust", at(`trust.${version}.json`)]);
    await ok(command.run("release", "bundle", at("signed.json"), ...chain, "--out", at("update.zip")));
    const trust = ["--trust", at("trust.1.json")];
    await ok(command.run("release", "verify", at("update.zip"), ...trust, "--extract", at("update")));
    expect(readdirSync(at("update")).sort()).toEqual(["release.json", "trust.json"]);
    expect(readFileSync(at("update/trust.json"))).toEqual(readFileSync(at("trust.3.json")));
  });

  it("hands trust on to other keys, signed by the old and the new ones", async () => {
    const at = await signedRelease();
    const carol = writePublicKey(at("carol.pub.pem"), signerOf(3));
    const next = ["release", "trust", "--previous", at("trust.1.json"), "--key", `release=${carol}`];
    await ok(command.run(...next, "--sign", at("keys/trust-1.pem"), "--out", at("trust.2.json")));
    const trust = ["--trust", at("trust.1.json"), "--trust", at("trust.2.json")];
    await ok(command.run("release", "bundle", at("signed.json"), ...trust, "--out", at("old.zip")));
    const verify = ["release", "verify", at("old.zip"), "--trust", at("trust.1.json")];
    expect(await refusal(command.run(...verify))).toContain("code: ERR_SIGNING_THRESHOLD");
    expect(await ok(command.run("release", "verify", at("signed.json"), "--trust", at("trust.1.json")))).toBeTruthy();
    expect(await ok(command.run("inspect", at("trust.2.json")))).toContain("Trust file 2");
  });

  it("lets several people sign one after another", async () => {
    const at = await signedRelease();
    const key = at("keys/trust-1.pem");
    await ok(command.run("release", "sign", at("signed.json"), "--key", key, "--out", at("both.json")));
    const keys = ["--key", at("keys/trust-1.pub.pem"), "--key", at("keys/release-1.pub.pem")];
    expect(await ok(command.run("release", "verify", at("both.json"), ...keys))).toContain("is genuine");
    expect(await refusal(command.run("release", "verify", at("signed.json"), ...keys))).toContain(
      "ERR_SIGNING_THRESHOLD",
    );
    const oneOf = [...keys, "--threshold", "1"];
    expect(await ok(command.run("release", "verify", at("signed.json"), ...oneOf))).toContain("is genuine");
  });
});

describe("otakit release explain", () => {
  const vehicle = (releaseCounter: number) => {
    const installed = { sha256: "0".repeat(64), releaseCounter, securityEpoch: 3 };
    return JSON.stringify([{ ecuId: "gw-1", hardwareId: "gateway-b", installed }]);
  };
  const floors = JSON.stringify(
    createUpdateFloors({ "gw-1": { releaseCounter: 7, securityEpoch: 3 } }, { vehicleId: "v" }),
  );

  it("tells what a release does, without a vehicle", async () => {
    const at = await signedRelease();
    for (const name of ["release.json", "signed.json"]) {
      const text = await ok(command.run("release", "explain", at(name)));
      expect(text).toContain("gateway-b 2.1.0: 3000000 bytes, release counter 7, security epoch 3, 1 delta");
    }
    const { releaseId } = JSON.parse(await ok(command.run("release", "explain", at("release.json"), "--json")));
    expect(releaseId).toBe("2026-11");
  });

  it("tells whether a vehicle may install it", async () => {
    const at = await signedRelease();
    writeFileSync(at("floors.json"), floors);
    const explain = (...more: readonly string[]) =>
      command.run(
        ...["release", "explain", at("signed.json"), "--trust", at("trust.1.json"), "--ecus", at("vehicle.json")],
        ...more,
      );
    writeFileSync(at("vehicle.json"), vehicle(6));
    expect(await ok(explain("--floors", at("floors.json")))).toMatch(/^The update may be installed\./);
    const { code, stdout } = await explain();
    expect([code, stdout]).toEqual([1, expect.stringContaining("[floor_unknown]")]);
    writeFileSync(at("vehicle.json"), vehicle(8));
    const refused = await explain("--floors", at("floors.json"), "--json");
    expect(refused.code).toBe(1);
    expect(JSON.parse(refused.stdout)).toMatchObject({
      decision: "refuse",
      explanation: expect.stringContaining("release counter 7 is below the floor 8"),
      reasons: [{ code: "release_counter_below_floor", attack: "downgrade" }],
    });
  });

  it("refuses a trust file below the vehicle's floor", async () => {
    const at = await signedRelease();
    writeFileSync(at("vehicle.json"), vehicle(6));
    const explain = (trust: number) => {
      const stored = createUpdateFloors({ "gw-1": { releaseCounter: 7, securityEpoch: 3 } }, { metadata: { trust } });
      writeFileSync(at("floors.json"), JSON.stringify(stored));
      const files = ["--ecus", at("vehicle.json"), "--floors", at("floors.json"), "--trust", at("trust.1.json")];
      return command.run("release", "explain", at("signed.json"), ...files);
    };
    expect(await ok(explain(1))).toMatch(/^The update may be installed/);
    expect(await refusal(explain(2))).toContain("code: ERR_MANIFEST_TRUST_VERSION");
  });

  it("takes an authorisation to go back, by the role of the trust file", async () => {
    const at = await signedRelease();
    const dora = writePublicKey(at("dora.pub.pem"), signerOf(3));
    const next = ["release", "trust", "--previous", at("trust.1.json"), "--key", `rollback=${dora}`];
    await ok(command.run(...next, "--sign", at("keys/trust-1.pem"), "--out", at("trust.2.json")));
    const authorisation = await signRollbackAuthorisation(
      {
        schema: "ota-rollback-authorisation/1",
        serial: 1,
        nonce: "00".repeat(16),
        notBefore: "2026-01-01T00:00:00Z",
        notAfter: "2099-01-01T00:00:00Z",
        reason: "trial",
        issuer: "board",
        vehicles: ["v"],
        ecus: [{ ecuId: "gw-1", fromCounter: 8, toCounter: 7 }],
      },
      [signerOf(3)],
    );
    writeFileSync(at("back.json"), authorisation);
    writeFileSync(at("floors.json"), floors);
    writeFileSync(at("vehicle.json"), vehicle(8));
    const explain = [
      "release",
      "explain",
      at("signed.json"),
      "--ecus",
      at("vehicle.json"),
      "--floors",
      at("floors.json"),
    ];
    const back = ["--authorisation", at("back.json")];
    expect(await ok(command.run(...explain, "--trust", at("trust.2.json"), ...back))).toContain(
      "authorisation 1 allows",
    );
    expect((await command.run(...explain, "--key", at("keys/release-1.pub.pem"), ...back)).code).toBe(2);
    expect(await refusal(command.run(...explain, "--trust", at("trust.1.json"), ...back))).toContain(
      "no keys for rollback",
    );
  });
});

describe("otakit release make", () => {
  it.each([
    ["a file beside its length", { file: "gateway.bin", length: 1 }, "ERR_CLI_RELEASE_DRAFT"],
    ["a file that is not there", { file: "nothing.bin" }, "ERR_CLI_FILE"],
    ["a mistake in the release", { file: "gateway.bin", releaseCounter: -1 }, "at: /images/0/releaseCounter"],
  ])("tells %s", async (_, change, expected) => {
    const at = await startTeam();
    const draft = JSON.parse(readFileSync(at("draft.json"), "utf8"));
    const { file: _file, ...rest } = draft.images[0];
    writeFileSync(at("draft.json"), JSON.stringify({ ...draft, images: [{ ...rest, ...change }] }));
    const outcome = command.run("release", "make", at("draft.json"), "--out", at("release.json"));
    expect(await refusal(outcome)).toContain(expected);
    expect(existsSync(at("release.json"))).toBe(false);
  });
});

describe("otakit release make, of members of any name", () => {
  it("loses none", async () => {
    const at = await startTeam();
    const draft = readFileSync(at("draft.json"), "utf8").replace("{", '{"__proto__":{"kept":true},');
    writeFileSync(at("draft.json"), draft);
    await ok(command.run("release", "make", at("draft.json"), "--out", at("release.json")));
    expect(readFileSync(at("release.json"), "utf8")).toContain('"__proto__":{"kept":true}');
  });
});

describe("a file that takes its name when it is complete", () => {
  const failing = (code: string) => () => {
    throw Object.assign(new Error("no link"), { code });
  };

  it("is copied where the file system has no links", async () => {
    const { nameNewFile } = await command.load<typeof import("../../src/cli/files.ts")>("files.ts");
    const folder = command.folder();
    const at = (name: string) => join(folder, name);
    writeFileSync(at("temporary"), image);
    for (const code of ["EPERM", "ENOTSUP", "ENOSYS"]) {
      nameNewFile(at("temporary"), at(code), 0o600, failing(code));
      expect(readFileSync(at(code)).equals(image)).toBe(true);
      expect(statSync(at(code)).mode & 0o777).toBe(0o600);
    }
    writeFileSync(at("taken"), "mine");
    const onto = () => nameNewFile(at("temporary"), at("taken"), 0o644, failing("EPERM"));
    expect(onto).toThrow(expect.objectContaining({ code: "EEXIST" }));
    expect(readFileSync(at("taken"), "utf8")).toBe("mine");
    const other = () => nameNewFile(at("temporary"), at("other"), 0o644, failing("EIO"));
    expect(other).toThrow(expect.objectContaining({ code: "EIO" }));
    // What cannot be copied to its end leaves nothing.
    mkdirSync(at("folder"));
    expect(() => nameNewFile(at("folder"), at("half"), 0o644, failing("EPERM"))).toThrow();
    expect(readdirSync(folder).sort()).toEqual(["EPERM", "ENOSYS", "ENOTSUP", "folder", "taken", "temporary"].sort());
  });
});

describe("otakit release, on the command line", () => {
  it.each([
    [["verify", "f"], "give --trust or --key"],
    [["verify", "f", "--trust", "t", "--key", "k"], "give --trust or --key"],
    [["verify", "f", "--trust", "t", "--threshold", "1"], "--threshold goes with --key"],
    [["trust", "--out", "o", "--key", "other=k"], "--key expected trust=, release= or rollback="],
    [["trust", "--out", "o"], "--key trust=FILE or --new-keys is missing"],
    [["sign", "f", "--out", "o"], "--key is missing"],
    [["explain", "-", "--floors", "f"], "--floors goes with --ecus"],
    [["explain", "-", "--trust", "f"], "--trust goes with --ecus"],
    [["explain", "-", "--key", "f"], "--key goes with --ecus"],
    [["explain", "-", "--threshold", "1"], "--threshold goes with --ecus"],
    [["explain", "-", "--authorisation", "f"], "--authorisation goes with --ecus"],
  ])("refuses %j", async (args, expected) => {
    const { code, stderr } = await command.run("release", ...args);
    expect([code, stderr]).toEqual([2, expect.stringContaining(expected)]);
  });

  it("overwrites nothing", async () => {
    const at = await signedRelease();
    const again = ["release", "bundle", at("signed.json"), "--out", at("signed.json")];
    expect(await refusal(command.run(...again))).toContain("ERR_CLI_FILE_EXISTS");
    expect(readdirSync(at(".")).filter((name) => name.startsWith("."))).toEqual([]);
  });

  it("signs nothing that it cannot show", async () => {
    const at = await signedRelease();
    writeFileSync(at("other.json"), JSON.stringify({ payloadType: "a/b", payload: "", signatures: [] }));
    const sign = ["release", "sign", at("other.json"), "--key", at("keys/release-1.pem"), "--out", at("o.json")];
    expect((await command.run(...sign)).code).toBe(2);
  });
});
