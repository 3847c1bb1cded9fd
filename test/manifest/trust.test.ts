import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { bytesToHex, sha256 } from "../../src/core/index.ts";
import {
  followReleaseTrust,
  openReleaseTrust,
  parseReleaseTrust,
  type ReleaseTrust,
  releaseTrustPayloadType,
  signRelease,
  signReleaseTrust,
  trustedKeysOf,
  verifyRelease,
} from "../../src/manifest/index.ts";
import { addDsseSignatures, parseDsseEnvelope, type Signer, signDsse } from "../../src/signing/index.ts";
import { errorOf } from "../error-of.ts";
import { jsonBytes, manifestOf, now, signers } from "./release-fixture.ts";

const [alice, bob, carol] = signers as [Signer, Signer, Signer];
const keysOf = (threshold: number, ...of: Signer[]) => ({ keys: of.map(({ publicKey }) => publicKey), threshold });

/** A trust file; alice and bob sign the next one, alice signs releases. */
function trustOf(version: number, change: Partial<ReleaseTrust> = {}): ReleaseTrust {
  const roles = { trust: keysOf(2, alice, bob), release: keysOf(1, alice) };
  return { schema: "ota-release-trust/1", version, expires: "2027-01-01T00:00:00Z", roles, ...change };
}

describe("openReleaseTrust", () => {
  it("accepts a file that its own keys signed, and says which bytes it trusts", async () => {
    const envelope = await signReleaseTrust(trustOf(1), [alice, bob]);
    const { trust, digest } = openReleaseTrust(envelope);
    expect(JSON.parse(JSON.stringify(trust))).toEqual(trustOf(1));
    expect(digest).toBe(bytesToHex(sha256(parseDsseEnvelope(envelope).payload)));
    expect(Object.isFrozen(trust.roles.release.keys)).toBe(true);
  });

  it.each([[[alice]], [[carol]], [[alice, alice]]])("refuses one that too few of them signed", async (by) => {
    const envelope = await signReleaseTrust(trustOf(1), by);
    expect(errorOf(() => openReleaseTrust(envelope))).toMatchObject({ code: "ERR_SIGNING_THRESHOLD" });
  });

  it("refuses what was signed as something else", async () => {
    const envelope = await signDsse("application/json", jsonBytes(trustOf(1)), [alice, bob]);
    expect(errorOf(() => openReleaseTrust(envelope))).toMatchObject({ code: "ERR_SIGNING_DSSE_PAYLOAD_TYPE" });
  });

  it.each([4, Number.NaN])("refuses a version below the floor %d of protected storage", async (leastVersion) => {
    const envelope = await signReleaseTrust(trustOf(3), [alice, bob]);
    expect(openReleaseTrust(envelope, { leastVersion: 3 }).trust.version).toBe(3);
    expect(errorOf(() => openReleaseTrust(envelope, { leastVersion }))).toMatchObject({
      code: "ERR_MANIFEST_TRUST_VERSION",
      path: "/version",
      details: { found: 3 },
    });
  });

  it("opens an expired file, so that its successor can be read, and gives no keys of it", async () => {
    const expired = trustOf(1, { expires: "2026-02-01T00:00:00Z" });
    const old = openReleaseTrust(await signReleaseTrust(expired, [alice, bob]));
    expect(errorOf(() => trustedKeysOf(old, "release", Date.UTC(2026, 1, 1)))).toMatchObject({
      code: "ERR_MANIFEST_EXPIRED",
      path: "/expires",
    });
    expect(trustedKeysOf(old, "release", Date.UTC(2026, 1, 1) - 1)).toEqual(trustOf(1).roles.release);
    const next = await signReleaseTrust(trustOf(2), [alice, bob]);
    expect(trustedKeysOf(followReleaseTrust(old, [next]), "release", now)).toEqual(trustOf(2).roles.release);
  });

  it("bounds what it reads", async () => {
    const envelope = await signReleaseTrust(trustOf(1), [alice, bob]);
    expect(errorOf(() => openReleaseTrust(envelope, { limits: { maxBytes: 100 } }))).toMatchObject({
      code: "ERR_CORE_LIMIT",
    });
    expect(errorOf(() => openReleaseTrust(new Uint8Array(256 * 1024 + 1).fill(0x20)))).toMatchObject({
      code: "ERR_CORE_LIMIT",
    });
  });
});

describe("followReleaseTrust", () => {
  const moved = { trust: keysOf(2, bob, carol), release: keysOf(1, carol) };

  it("hands trust on to new keys, which sign beside the old ones", async () => {
    const first = openReleaseTrust(await signReleaseTrust(trustOf(1), [alice, bob]));
    const successor = await signReleaseTrust(trustOf(2, { roles: moved }), [alice, bob, carol]);
    const next = followReleaseTrust(first, [successor]);
    expect(next.trust.version).toBe(2);
    const envelope = await signRelease(manifestOf(), [carol]);
    expect(verifyRelease(envelope, next, { now }).origin.envelope.signedBy).toEqual([carol.publicKey.keyId]);
    expect(errorOf(() => verifyRelease(envelope, first, { now }))).toMatchObject({ code: "ERR_SIGNING_THRESHOLD" });
  });

  it.each([
    ["the old keys alone", [alice, bob]],
    ["the new keys alone", [bob, carol]],
    ["one of each", [alice, carol]],
  ])("refuses a successor signed by %s", async (_, by) => {
    const first = openReleaseTrust(await signReleaseTrust(trustOf(1), [alice, bob]));
    const envelope = await signReleaseTrust(trustOf(2, { roles: moved }), by);
    expect(errorOf(() => followReleaseTrust(first, [envelope]))).toMatchObject({ code: "ERR_SIGNING_THRESHOLD" });
  });

  it("takes signatures that were added one after another", async () => {
    const first = openReleaseTrust(await signReleaseTrust(trustOf(1), [alice, bob]));
    let envelope = await signReleaseTrust(trustOf(2, { roles: moved }), [carol]);
    for (const signer of [bob, alice]) {
      envelope = await addDsseSignatures(envelope, [signer], { payloadType: releaseTrustPayloadType });
    }
    expect(followReleaseTrust(first, [envelope]).trust.version).toBe(2);
  });

  it("refuses a gap, and gives nothing of a chain that breaks", async () => {
    const first = openReleaseTrust(await signReleaseTrust(trustOf(1), [alice, bob]));
    const [second, fourth] = await Promise.all(
      [2, 4].map((version) => signReleaseTrust(trustOf(version), [alice, bob])),
    );
    expect(errorOf(() => followReleaseTrust(first, [second!, fourth!]))).toMatchObject({
      code: "ERR_MANIFEST_TRUST_VERSION",
      details: { expected: 3, found: 4 },
    });
  });

  it("refuses another content of the trusted version when the trusted keys signed it", async () => {
    const first = openReleaseTrust(await signReleaseTrust(trustOf(1), [alice, bob]));
    const other = trustOf(1, { expires: "2028-01-01T00:00:00Z" });
    expect(followReleaseTrust(first, [])).toBe(first);
    const authentic = await signReleaseTrust(other, [alice, bob]);
    expect(errorOf(() => followReleaseTrust(first, [authentic]))).toMatchObject({
      code: "ERR_MANIFEST_TRUST_EQUIVOCATION",
      path: "/version",
      details: { trusted: first.digest },
    });
    const forged = await signReleaseTrust(other, [carol]);
    expect(errorOf(() => followReleaseTrust(first, [forged]))).toMatchObject({ code: "ERR_SIGNING_THRESHOLD" });
  });

  it("refuses more than 256 files", async () => {
    const envelope = await signReleaseTrust(trustOf(1), [alice, bob]);
    const first = openReleaseTrust(envelope);
    expect(followReleaseTrust(first, Array(256).fill(envelope))).toBe(first);
    expect(() => followReleaseTrust(first, Array(257).fill(envelope))).toThrow(RangeError);
  });

  it("comes to the same end from any file of a history, whatever older ones stand before", async () => {
    const history = await Promise.all([1, 2, 3, 4].map((version) => signReleaseTrust(trustOf(version), [alice, bob])));
    fc.assert(
      fc.property(fc.nat(3), fc.nat(3), (from, given) => {
        const start = openReleaseTrust(history[from]!);
        const end = followReleaseTrust(start, history.slice(Math.min(from, given)));
        expect(end.trust.version).toBe(4);
      }),
    );
  });
});

describe("parseReleaseTrust", () => {
  const parse = (change: object) => errorOf(() => parseReleaseTrust(jsonBytes({ ...trustOf(1), ...change })));

  it.each([
    ["version 0", { version: 0 }, "/version"],
    ["a day as a time", { expires: "2027-01-01" }, "/expires"],
    ["an unknown member", { extra: 1 }, ""],
    ["an unknown role", { roles: { ...trustOf(1).roles, other: keysOf(1, alice) } }, "/roles"],
    ["no release role", { roles: { trust: keysOf(1, alice) } }, "/roles/release"],
    ["no keys", { roles: { ...trustOf(1).roles, release: { keys: [], threshold: 1 } } }, "/roles/release/keys"],
    [
      "no key",
      { roles: { ...trustOf(1).roles, release: { keys: [{}], threshold: 1 } } },
      "/roles/release/keys/0/scheme",
    ],
  ])("refuses %s", (_, change, path) => {
    expect(parse(change)).toMatchObject({ code: "ERR_MANIFEST_SCHEMA", path });
  });

  it("refuses a threshold that the keys cannot reach", () => {
    expect(parse({ roles: { ...trustOf(1).roles, release: keysOf(2, alice, alice) } })).toMatchObject({
      code: "ERR_SIGNING_TRUST_UNSATISFIABLE",
      path: "/roles/release/threshold",
    });
  });

  it("refuses a key that may both release and authorise going back, under any key id", () => {
    const renamed = { ...alice.publicKey, keyId: "another" };
    const roles = { ...trustOf(1).roles, rollback: { keys: [bob.publicKey, renamed], threshold: 1 } };
    expect(parse({ roles })).toMatchObject({ code: "ERR_MANIFEST_TRUST_ROLES", path: "/roles/rollback/keys/1" });
  });

  it("tells a newer schema from a malformed file", () => {
    expect(parse({ schema: "ota-release-trust/2" })).toMatchObject({ code: "ERR_MANIFEST_SCHEMA_VERSION" });
  });
});

describe("trustedKeysOf", () => {
  it("gives no keys for a role that the file does not have", async () => {
    const trust = openReleaseTrust(await signReleaseTrust(trustOf(1), [alice, bob]));
    expect(errorOf(() => trustedKeysOf(trust, "rollback", now))).toMatchObject({
      code: "ERR_MANIFEST_TRUST_ROLES",
      path: "/roles/rollback",
    });
    expect(errorOf(() => trustedKeysOf(trust, "release", 0))).toMatchObject({ code: "ERR_MANIFEST_TIME" });
  });
});
