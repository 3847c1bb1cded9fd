import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { encodeJcs, utf8ToBytes } from "../../src/core/index.ts";
import {
  createUpdateFloors,
  encodeTufMetadata,
  parseTufMetadata,
  rotateTufRoot,
  signRelease,
  signTufMetadata,
  type TufRoot,
  tufQuorum,
  tufRootQuorums,
} from "../../src/manifest/index.ts";
import {
  addSignature,
  createSigningRequest,
  encodePublicKeyJwk,
  encodePublicKeyPem,
  encodeSigningRequest,
  encodeTufKey,
  generateLocalKey,
  signDsse,
  statementPayloadType,
} from "../../src/signing/index.ts";
import { buildRepository, day, signerOf, useCommand } from "./command.ts";

const command = useCommand();

interface Inspection {
  readonly kind: string;
  readonly warnings: readonly { readonly code: string; readonly evidence?: Readonly<Record<string, unknown>> }[];
  readonly [name: string]: unknown;
}

async function inspect(content: Uint8Array | string, ...options: readonly string[]): Promise<Inspection> {
  const { code, stdout, stderr } = await command.runWith({ stdin: content }, "inspect", "-", "--json", ...options);
  expect([code, stderr]).toEqual([0, ""]);
  const { schema, ...inspection } = JSON.parse(stdout);
  expect(schema).toBe("otakit.inspect/1");
  return inspection;
}

const codesOf = ({ warnings }: Inspection) => warnings.map(({ code }) => code);

/** 1,024 bits. */
const weakRsaPem = `-----BEGIN PUBLIC KEY-----
MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDA4pUyi5gZsc5zpaFkFtro5p40
mkEg3DAPp3k1H0eexLVVjMd8Ic8tEFaC9wqqwcHI4QFafVXWEJfO3frs1DOwasq/
Bkj8jMfHSZVrn6VXuHtbGfYC5AWBFQgYaoxHl4/htgcBkvNy0NrXlTKz6IsMEe5N
hT3kiTrnHVRoeF07hQIDAQAB
-----END PUBLIC KEY-----
`;

const key = signerOf(3).publicKey;
const release = {
  schema: "ota-release/1",
  releaseId: "2026-11",
  expires: "2020-01-01T00:00:00Z",
  images: [
    {
      hardwareId: "gw-b",
      version: "2.1",
      releaseCounter: 7,
      securityEpoch: 3,
      length: 9,
      hashes: { sha256: "5".repeat(64) },
    },
  ],
} as const;

describe("otakit inspect", () => {
  it("explains every role of a repository", async () => {
    const { metadata } = await buildRepository();
    const root = await inspect(metadata.get("1.root.json")!);
    expect(root).toMatchObject({
      kind: "tuf-metadata",
      role: "root",
      version: 1,
      consistentSnapshot: true,
      verified: null,
    });
    expect(root["roles"]).toMatchObject([
      { name: "root", threshold: 2 },
      { name: "timestamp" },
      { name: "snapshot" },
      { name: "targets", threshold: 1 },
    ]);
    expect(codesOf(root)).toEqual(["inspect_threshold_of_one"]);
    expect(await inspect(metadata.get("timestamp.json")!)).toMatchObject({
      role: "timestamp",
      snapshot: { version: 1 },
    });
    expect(await inspect(metadata.get("1.snapshot.json")!)).toMatchObject({
      role: "snapshot",
      files: [{ file: "targets.json", version: 1 }],
    });
    expect(await inspect(metadata.get("1.targets.json")!)).toMatchObject({
      role: "targets",
      targets: [{ path: "brake/v2.bin", length: 5000 }, { path: "note.txt" }],
    });
  });

  it("explains delegations and bins", async () => {
    const delegated = await buildRepository({
      delegations: [
        {
          name: "supplier",
          paths: ["door/*"],
          terminating: true,
          signers: [signerOf(5), signerOf(6)],
          threshold: 1,
          targets: {},
        },
      ],
    });
    expect((await inspect(delegated.metadata.get("1.targets.json")!))["delegations"]).toMatchObject([
      {
        name: "supplier",
        threshold: 1,
        paths: ["door/*"],
        terminating: true,
        keys: [{ scheme: "ed25519" }, { scheme: "ed25519" }],
      },
    ]);
    const binned = await buildRepository({ bins: { signers: [signerOf(5)], bitLength: 2, namePrefix: "bin" } });
    expect((await inspect(binned.metadata.get("1.targets.json")!))["bins"]).toMatchObject({
      name: "bin-*",
      bitLength: 2,
    });
  });

  it("verifies against a root, and says so in the exit code", async () => {
    const { metadata, root } = await buildRepository();
    const stranger = await buildRepository({
      roles: Object.fromEntries(
        ["root", "targets", "snapshot", "timestamp"].map((role) => [role, { signers: [signerOf(77)] }]),
      ) as never,
    });
    const folder = command.folder();
    writeFileSync(join(folder, "root.json"), root);
    for (const file of ["timestamp.json", "1.snapshot.json", "1.targets.json", "1.root.json"]) {
      const verify = (content: Uint8Array) =>
        command.runWith({ stdin: content }, "inspect", "--root", join(folder, "root.json"), "-");
      const good = await verify(metadata.get(file)!);
      expect([good.code, good.stdout]).toEqual([0, expect.stringMatching(/\nVERIFIED/)]);
      const forged = await verify(stranger.metadata.get(file)!);
      expect([forged.code, forged.stdout]).toEqual([1, expect.stringMatching(/\nNOT VERIFIED: 0 of the/)]);
      expect(forged.stderr).toContain("[inspect_too_few_signatures]");
      expect(forged.stderr).toContain("[inspect_unknown_signer]");
      const { signed, signatures } = parseTufMetadata(metadata.get(file)!);
      const changed = await verify(
        encodeTufMetadata({
          signed: { ...signed, version: signed.version + (signed._type === "root" ? 0 : 1), x: 1 } as never,
          signatures,
        }),
      );
      expect(changed.code).toBe(1);
    }
    const untold = await command.runWith({ stdin: metadata.get("timestamp.json")! }, "inspect", "-");
    expect([untold.code, untold.stdout]).toEqual([0, expect.stringContaining("NOT VERIFIED: --root ROOT checks")]);
    const misplaced = await command.runWith(
      { stdin: encodePublicKeyPem(key) },
      "inspect",
      "-",
      "--root",
      join(folder, "root.json"),
    );
    expect([misplaced.code, misplaced.stderr]).toEqual([2, expect.stringContaining("--root is for TUF metadata")]);
    writeFileSync(
      join(folder, "bad.json"),
      encodeTufMetadata({ signed: parseTufMetadata(root).signed, signatures: [] }),
    );
    const untrusted = await command.runWith(
      { stdin: metadata.get("timestamp.json")! },
      "inspect",
      "-",
      "--root",
      join(folder, "bad.json"),
    );
    expect([untrusted.code, untrusted.stderr]).toEqual([1, expect.stringContaining("code: ERR_MANIFEST_TUF_ROOT")]);
  });

  it("takes a root for the successor of another only when both sets of keys signed it", async () => {
    const { root } = await buildRepository();
    const { signed } = parseTufMetadata(root) as { signed: TufRoot };
    const [old, added] = [[1, 2].map(signerOf), [4, 5].map(signerOf)];
    const next = rotateTufRoot(signed, {
      expires: Date.now() + 300 * day,
      roles: { root: { add: added.map(({ publicKey }) => publicKey), remove: [...signed.roles.root.keyids] } },
    });
    const file = parseTufMetadata(
      await signTufMetadata(next, { quorums: tufRootQuorums(next, signed), signers: [...old, ...added] }),
    );
    const trusted = join(command.folder(), "root.json");
    writeFileSync(trusted, root);
    const verify = (document: Uint8Array) =>
      command.runWith({ stdin: document }, "inspect", "-", "--root", trusted, "--json");
    const signedBy = (signers: typeof old) => {
      const keyids = signers.map(({ publicKey }) => publicKey.keyId);
      return encodeTufMetadata({ ...file, signatures: file.signatures.filter(({ keyid }) => keyids.includes(keyid)) });
    };
    for (const [signers, code] of [
      [[...old, ...added], 0],
      [old, 1],
      [added, 1],
    ] as const) {
      const outcome = await verify(signedBy([...signers]));
      expect([outcome.code, JSON.parse(outcome.stdout).verified]).toEqual([code, code === 0]);
    }
    const leap = encodeTufMetadata({ ...file, signed: { ...file.signed, version: 3 } });
    expect((await verify(leap)).stderr).toContain("a root of version 3 does not follow one of version 1");
  });

  it("warns of what is odd in a root", async () => {
    const { root: file } = await buildRepository();
    const { signed } = parseTufMetadata(file) as { signed: TufRoot };
    const [first] = signed.roles.root.keyids;
    const twin = { ...signed.keys, twin: signed.keys[first!]! };
    const weak = { keytype: "rsa", scheme: "rsassa-pss-sha256", keyval: { public: weakRsaPem } };
    const odd = {
      ...signed,
      consistent_snapshot: false,
      expires: "2020-01-01T00:00:00Z",
      keys: { ...twin, weak },
      roles: {
        ...signed.roles,
        root: { keyids: [first!, "twin"], threshold: 2 },
        snapshot: { keyids: [first!, "weak", "absent"], threshold: 1 },
      },
    } as unknown as TufRoot;
    const inspection = await inspect(encodeTufMetadata({ signed: odd, signatures: [] }));
    expect(codesOf(inspection)).toEqual([
      "inspect_expired",
      "inspect_no_signature",
      "inspect_too_few_signatures",
      "inspect_key_twice",
      "inspect_threshold_unreachable",
      "inspect_key_unusable",
      "inspect_key_unusable",
      "inspect_key_shared",
      "inspect_threshold_of_one",
      "inspect_no_versions_in_names",
      "inspect_key_id_not_hash",
      "inspect_key_id_not_hash",
    ]);
    const [weakKey, absent] = inspection.warnings.filter(({ code }) => code === "inspect_key_unusable");
    expect(weakKey!.evidence).toMatchObject({ keyid: "weak", why: expect.stringContaining("modulus") });
    expect(absent!.evidence).toEqual({ keyid: "absent", why: "it is not listed" });
  });

  it("tells what expires within a week", async () => {
    const now = Date.now();
    const { metadata } = await buildRepository({
      expires: { root: now + 8 * day, targets: now + 8 * day, snapshot: now + 6 * day, timestamp: now + day },
    });
    expect(codesOf(await inspect(metadata.get("1.targets.json")!))).toEqual([]);
    expect(codesOf(await inspect(metadata.get("1.snapshot.json")!))).toEqual(["inspect_expires_soon"]);
    const { stdout } = await command.runWith({ stdin: metadata.get("1.snapshot.json")! }, "inspect", "-");
    expect(stdout).toMatch(/\nExpires: .*, in 5 days\n/);
  });

  it("explains envelopes with releases, statements and what it does not know", async () => {
    const signed = await signRelease({ ...release, expires: "2099-01-01T00:00:00Z" }, [signerOf(1), signerOf(2)]);
    const envelope = await inspect(signed);
    expect(envelope).toMatchObject({
      kind: "dsse-envelope",
      verified: null,
      payload: { kind: "release-manifest", releaseId: "2026-11" },
    });
    expect(envelope["signatures"]).toEqual(
      [signerOf(1), signerOf(2)].map(({ publicKey }) => ({ keyid: publicKey.keyId })),
    );
    const statement = encodeJcs({
      _type: "https://in-toto.io/Statement/v1",
      subject: [{ name: "a.bin", digest: { sha256: "a".repeat(64) } }],
      predicateType: "https://slsa.dev/provenance/v1",
    });
    expect(await inspect(await signDsse(statementPayloadType, statement, [signerOf(1)]))).toMatchObject({
      payload: { kind: "in-toto-statement", predicateType: "https://slsa.dev/provenance/v1" },
    });
    expect(await inspect(await signDsse("text/plain", utf8ToBytes("hi"), [signerOf(1)]))).toMatchObject({
      payload: { kind: "unknown" },
    });
    expect(codesOf(await inspect(encodeJcs(release)))).toEqual(["inspect_expired"]);
    expect((await inspect(statement)).kind).toBe("in-toto-statement");
  });

  it("explains keys in every form, and shows nothing of a private one", async () => {
    const forms: readonly (readonly [string, string | Uint8Array])[] = [
      ["public-key", encodePublicKeyPem(key)],
      ["public-key", JSON.stringify(encodePublicKeyJwk(key))],
      ["public-key", Buffer.from(encodePublicKeyPem(key).split("\n").slice(1, -2).join(""), "base64")],
      ["public-key", `${key.material}\n`],
      ["tuf-key", JSON.stringify(encodeTufKey(key))],
    ];
    for (const [kind, content] of forms) {
      expect(await inspect(content)).toMatchObject({
        kind,
        publicKey: { scheme: "ed25519", material: key.material, keyId: key.keyId },
      });
    }
    const { pem, seed, signer } = generateLocalKey((length) => new Uint8Array(length).fill(3));
    const der = Buffer.from(pem.split("\n").slice(1, -2).join(""), "base64");
    const jwk = JSON.stringify({ ...encodePublicKeyJwk(signer.publicKey), d: Buffer.from(seed).toString("base64url") });
    for (const content of [pem, der, jwk]) {
      const { code, stdout, stderr } = await command.runWith({ stdin: content }, "inspect", "-", "--json", "--verbose");
      expect([code, JSON.parse(stdout).kind]).toEqual([0, "private-key"]);
      expect(JSON.parse(stdout).warnings[0].code).toBe("inspect_private_key");
      for (const secret of [
        pem.split("\n")[1]!,
        Buffer.from(seed).toString("hex"),
        Buffer.from(seed).toString("base64url"),
      ]) {
        expect(stdout + stderr).not.toContain(secret);
      }
    }
    const damaged = pem.replace("MC", "MD");
    const { code, stdout, stderr } = await command.runWith({ stdin: damaged }, "inspect", "-", "--verbose");
    expect([code, stdout]).toEqual([1, ""]);
    expect(stderr).toContain("code: ERR_SIGNING_PRIVATE_KEY");
    expect(stderr).not.toContain(pem.split("\n")[1]!.slice(4, 40));
  });

  it("explains signing requests, floors and patches", async () => {
    const { root } = await buildRepository();
    const { signed } = parseTufMetadata(root) as { signed: TufRoot };
    const request = createSigningRequest({
      purpose: "next root",
      message: utf8ToBytes("{}"),
      quorums: [tufQuorum(signed, "root")],
    });
    const half = await addSignature(request, signerOf(1));
    expect(await inspect(encodeSigningRequest(half))).toMatchObject({
      kind: "signing-request",
      purpose: "next root",
      quorums: [{ name: "root", threshold: 2, remaining: 1, signedBy: [signerOf(1).publicKey.keyId] }],
    });
    const floors = createUpdateFloors({ "gw-1": { releaseCounter: 6, securityEpoch: 3 } });
    expect(await inspect(JSON.stringify(floors))).toMatchObject({ kind: "update-floors", ecus: floors.ecus });
    const patch = readFileSync(fileURLToPath(new URL("../delta/fixtures/words.bsdiff", import.meta.url)));
    expect(await inspect(patch)).toMatchObject({
      kind: "delta-patch",
      format: "bsdiff40",
      patchSize: patch.length,
      verified: null,
    });
  });

  it("says what is wrong with a file that it knows, and that it does not know one", async () => {
    for (const [content, code, place] of [
      ["", "ERR_CLI_INSPECT", ""],
      ["hello", "ERR_CLI_INSPECT", ""],
      ["{}", "ERR_CLI_INSPECT", ""],
      [new Uint8Array(1000), "ERR_CLI_INSPECT", ""],
      ['{"a":1,"a":2}', "ERR_CORE_JSON_DUPLICATE_KEY", "at byte: 7"],
      ['{"signed":{},"signatures":[]}', "ERR_MANIFEST_TUF_FORMAT", "at: /signed/_type"],
      ['{"schema":"otakit.signing-request/9"}', "ERR_SIGNING_REQUEST_VERSION", "at: /schema"],
      ['{"schema":"ota-release/9"}', "ERR_MANIFEST_SCHEMA_VERSION", ""],
      ["-----BEGIN PUBLIC KEY-----\n!\n-----END PUBLIC KEY-----\n", "ERR_SIGNING_KEY_PEM", ""],
      ["BSDIFF40", "ERR_DELTA_", ""],
    ] as const) {
      const outcome = await command.runWith({ stdin: content }, "inspect", "-");
      expect([outcome.code, outcome.stdout, outcome.stderr]).toEqual([1, "", expect.stringContaining(`code: ${code}`)]);
      expect(outcome.stderr).toContain(place);
      expect(outcome.stderr).toContain("  remedy: ");
    }
  });

  it("shows hostile names as what they are", async () => {
    const nasty = "a\u001b]0;owned\u0007\u202etxt.exe\nVERIFIED: by everyone";
    const { metadata } = await buildRepository({ targets: { [nasty]: new Uint8Array(1) } });
    const { stdout } = await command.runWith({ stdin: metadata.get("1.targets.json")! }, "inspect", "-");
    expect(stdout).toContain("a\\u001b]0;owned\\u0007\\u202etxt.exe");
    for (const unit of ["\u0007", "\u001b", "\u202e"]) expect(stdout).not.toContain(unit);
    expect(stdout.split("\n").filter((line) => line.trim().startsWith("VERIFIED"))).toEqual([]);
  });

  it("reads no more than it may from a pipe without end", () => {
    const cli = join(command.folder(), "../cli.js");
    const script = `"${process.execPath}" "${cli}" inspect /dev/zero 2>&1 | head -2`;
    expect(execFileSync("sh", ["-c", script], { encoding: "utf8" })).toContain("it is longer than 268435456 bytes");
  });
});
