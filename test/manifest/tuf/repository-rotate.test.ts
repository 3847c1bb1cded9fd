import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  buildTufRoot,
  createTufClient,
  nextTufRequest,
  planRotation,
  type RotationPlan,
  rotateTufRoot,
  signTufMetadata,
  stepTufClient,
  type TufRoleKeys,
  type TufRoot,
  type TufTopLevelRole,
  tufRootQuorums,
} from "../../../src/manifest/index.ts";
import type { Signer } from "../../../src/signing/index.ts";
import { errorOf } from "../../error-of.ts";
import { codesOf } from "./client-driver.ts";
import { day, type Loose, now } from "./repository-fixture.ts";
import { rsaSigner, signerOf } from "./repository-keys.ts";

const pool = ["a", "b", "c", "d", "e", "f"].map((name) => signerOf(`rotate/${name}`));
const [a, b, c, d, e, f] = pool as [Signer, Signer, Signer, Signer, Signer, Signer];
const expires = now + 30 * day;
const keysOf = (threshold: number, ...signers: readonly Signer[]): TufRoleKeys => ({
  keys: signers.map(({ publicKey }) => publicKey),
  threshold,
});
const idOf = ({ publicKey }: Signer) => publicKey.keyId;
const first = buildTufRoot({
  expires,
  roles: { root: keysOf(2, a, b, c), timestamp: keysOf(1, d), snapshot: keysOf(1, e), targets: keysOf(1, f) },
});
const publicKeys = (...signers: readonly Signer[]) => signers.map(({ publicKey }) => publicKey);

async function chainOf(...roots: readonly TufRoot[]): Promise<Uint8Array[]> {
  const files: Uint8Array[] = [];
  for (const [index, root] of roots.entries()) {
    const quorums = tufRootQuorums(root, roots[index - 1]);
    const signers = pool.filter(({ publicKey }) =>
      quorums.some(({ keys }) => keys.some(({ keyId }) => keyId === publicKey.keyId)),
    );
    files.push(await signTufMetadata(root, { quorums, signers }));
  }
  return files;
}

describe("rotateTufRoot", () => {
  it("adds and removes keys, takes off what nobody has any more, and keeps the rest", () => {
    const noted: TufRoot = {
      ...first,
      ...({ "x-note": 1 } as object),
      keys: {
        ...first.keys,
        [idOf(a)]: { ...first.keys[idOf(a)]!, ...({ "x-owner": "alice" } as object) },
        spare: first.keys[idOf(f)]!,
      },
      roles: { ...first.roles, root: { ...first.roles.root, ...({ "x-since": 2026 } as object) } },
    };
    const next = rotateTufRoot(noted, {
      expires: expires + day,
      consistentSnapshot: false,
      roles: {
        root: { add: publicKeys(d), remove: [idOf(b)], threshold: 3 },
        timestamp: { add: publicKeys(a), remove: [idOf(d)] },
      },
    });
    expect(JSON.parse(JSON.stringify(next))).toEqual(
      JSON.parse(
        JSON.stringify({
          ...noted,
          version: 2,
          expires: "2026-12-26T00:00:00Z",
          consistent_snapshot: false,
          keys: Object.fromEntries(Object.entries(noted.keys).filter(([keyid]) => keyid !== idOf(b))),
          roles: {
            ...noted.roles,
            root: { ...noted.roles.root, keyids: [idOf(a), idOf(c), idOf(d)], threshold: 3 },
            timestamp: { keyids: [idOf(a)], threshold: 1 },
          },
        }),
      ),
    );
  });

  it("without changes is a bump", () => {
    expect(JSON.parse(JSON.stringify(rotateTufRoot(first, { expires })))).toEqual({
      ...JSON.parse(JSON.stringify(first)),
      version: 2,
    });
  });

  it("leaves a key alone that it cannot read", () => {
    const odd: TufRoot = {
      ...first,
      keys: { ...first.keys, odd: { keytype: "new", scheme: "new", keyval: {} } },
      roles: { ...first.roles, targets: { keyids: [idOf(f), "odd"], threshold: 1 } },
    };
    const next = rotateTufRoot(odd, { expires, roles: { targets: { add: publicKeys(e) } } });
    expect(next.roles.targets).toEqual({ keyids: [idOf(f), "odd", idOf(e)], threshold: 1 });
    expect(next.keys["odd"]).toEqual(odd.keys["odd"]);
    const without = rotateTufRoot(odd, { expires, roles: { targets: { remove: ["odd"] } } });
    expect(Object.keys(without.keys)).not.toContain("odd");
  });

  it.each<[string, Loose]>([
    ["a key that is there", { add: publicKeys(a) }],
    ["a key that is not there to be removed", { remove: [idOf(d)] }],
    ["a threshold that the keys cannot reach", { threshold: 4 }],
    ["too few keys left", { remove: [idOf(a), idOf(b)] }],
    ["threshold 0", { threshold: 0 }],
    ["one key id for two keys", { add: [{ ...d.publicKey, keyId: idOf(e) }] }],
  ])("refuses %s", (_, change) => {
    expect(errorOf(() => rotateTufRoot(first, { expires, roles: { root: change } }))).toMatchObject({
      code: "ERR_MANIFEST_TUF_KEYS",
      details: { role: "root" },
    });
  });
});

describe("planRotation", () => {
  const plan = async (
    proposed: TufRoot,
    available: readonly Signer[],
    roots?: readonly Uint8Array[],
  ): Promise<RotationPlan> =>
    planRotation({ roots: roots ?? (await chainOf(first)), proposed, availableKeys: publicKeys(...available), now });
  const next = rotateTufRoot(first, { expires, roles: { root: { add: publicKeys(d), remove: [idOf(c)] } } });

  it("is ready when both quorums can sign", async () => {
    const { decision, reasons, evidence } = await plan(next, [a, b]);
    expect(decision).toBe("ready");
    expect(codesOf({ reasons })).toEqual(["tuf_rotation_complete", "tuf_rotation_key_shared"]);
    expect(reasons[1]!.evidence).toEqual({ keyid: idOf(d), roles: ["root", "timestamp"] });
    expect(evidence.quorums.map(({ name, threshold, available }) => [name, threshold, available])).toEqual([
      ["root 2", 2, [idOf(a), idOf(b)]],
      ["root 1", 2, [idOf(a), idOf(b)]],
    ]);
    expect(evidence).toMatchObject({ resign: [], recovers: false, renames: false, steps: 1 });
  });

  it("names the quorum whose keys are missing", async () => {
    const { decision, reasons } = await plan(next, [a, d]);
    expect(decision).toBe("needs_keys");
    expect(codesOf({ reasons })).toEqual(["tuf_rotation_keys_missing", "tuf_rotation_key_shared"]);
    expect(reasons[0]!.evidence).toEqual({ quorum: "root 1", had: 2, got: 1, available: [idOf(a)] });
    expect(codesOf(await plan(next, [])).slice(0, 2)).toEqual([
      "tuf_rotation_keys_missing",
      "tuf_rotation_keys_missing",
    ]);
  });

  it("counts a key that signs in another way as absent", async () => {
    const rsa = rsaSigner();
    const withRsa = rotateTufRoot(first, {
      expires,
      roles: { root: { add: [rsa.publicKey], threshold: 3, remove: [idOf(c)] } },
    });
    const otherScheme = { ...rsa, publicKey: { ...rsa.publicKey, scheme: "rsassa-pss-sha512" as const } };
    expect((await plan(withRsa, [a, b, rsa])).decision).toBe("ready");
    expect((await plan(withRsa, [a, b, otherScheme])).decision).toBe("needs_keys");
  });

  it("tells what has to be signed again, and that clients recover from fast-forward", async () => {
    const revoking = rotateTufRoot(first, {
      expires,
      consistentSnapshot: false,
      roles: { timestamp: { add: publicKeys(f), remove: [idOf(d)] }, targets: { add: publicKeys(a), threshold: 2 } },
    });
    const { decision, reasons, evidence } = await plan(revoking, [a, b]);
    expect(decision).toBe("ready");
    expect(codesOf({ reasons })).toEqual([
      "tuf_rotation_complete",
      "tuf_rotation_recovery",
      "tuf_rotation_resign",
      "tuf_rotation_naming",
      "tuf_rotation_key_shared",
      "tuf_rotation_key_shared",
    ]);
    expect(evidence).toMatchObject({ resign: ["targets", "timestamp"], recovers: true, renames: true });
    // A key that is added revokes nothing.
    const adding = rotateTufRoot(first, {
      expires,
      roles: { timestamp: { add: publicKeys(f) }, snapshot: { add: publicKeys(f) } },
    });
    expect((await plan(adding, [a, b])).evidence).toMatchObject({ resign: [], recovers: false });
    const snapshot = rotateTufRoot(first, { expires, roles: { snapshot: { add: publicKeys(f), remove: [idOf(e)] } } });
    expect((await plan(snapshot, [a, b])).evidence).toMatchObject({ resign: ["snapshot"], recovers: true });
  });

  it("strands clients behind a gap or a root that is not signed by the one before", async () => {
    const second = rotateTufRoot(first, { expires });
    const third = rotateTufRoot(second, { expires });
    const chain = await chainOf(first, second, third);
    const gap = await plan(rotateTufRoot(third, { expires }), [a, b], [chain[0]!, chain[2]!]);
    expect(gap.decision).toBe("strands_clients");
    expect(gap.reasons[0]).toMatchObject({
      code: "tuf_rotation_chain_broken",
      evidence: { index: 1, had: 1, reasons: [{ code: "tuf_root_version_not_next", evidence: { had: 1, got: 3 } }] },
    });
    const own = buildTufRoot({
      version: 2,
      expires,
      roles: { root: keysOf(1, d), timestamp: keysOf(1, d), snapshot: keysOf(1, d), targets: keysOf(1, d) },
    });
    const usurped = await plan(
      rotateTufRoot(own, { expires }),
      [d],
      [chain[0]!, await signTufMetadata(own, { quorums: [], signers: [d] })],
    );
    expect(usurped.reasons[0]).toMatchObject({
      code: "tuf_rotation_chain_broken",
      evidence: { reasons: [{ code: "tuf_threshold_not_met" }] },
    });
    expect(usurped.evidence.steps).toBe(2);
    const garbage = await plan(next, [a, b], [new Uint8Array(3)]);
    expect(garbage.reasons[0]).toMatchObject({
      code: "tuf_rotation_chain_broken",
      evidence: { index: 0, reasons: [{ code: "tuf_malformed" }] },
    });
    expect(garbage.evidence).toMatchObject({ quorums: [], steps: 0 });
  });

  it("does not mind that the roots on the way have expired", async () => {
    const stale = { ...first, expires: "2026-01-01T00:00:00Z" };
    const second = rotateTufRoot(stale, { expires: now - day });
    expect((await plan(rotateTufRoot(second, { expires }), [a, b], await chainOf(stale, second))).decision).toBe(
      "ready",
    );
  });

  it.each<[string, string, Loose, Loose]>([
    ["another version", "tuf_rotation_version", { ...next, version: 3 }, { had: 1, got: 3 }],
    ["the version of before", "tuf_rotation_version", { ...next, version: 1 }, { had: 1, got: 1 }],
    [
      "an expired root",
      "tuf_rotation_expired",
      { ...next, expires: "2026-11-25T00:00:00Z" },
      { had: now, got: "2026-11-25T00:00:00Z" },
    ],
    [
      "no root",
      "tuf_rotation_malformed",
      { ...next, roles: {} },
      { error: "ERR_MANIFEST_TUF_FORMAT", path: "/signed/roles/root" },
    ],
    [
      "a role that nobody can sign",
      "tuf_rotation_role_unreachable",
      { ...next, roles: { ...next.roles, snapshot: { keyids: [idOf(a)], threshold: 2 } } },
      { role: "snapshot", had: 2, got: 1 },
    ],
    [
      "a role of one key under two ids",
      "tuf_rotation_role_unreachable",
      {
        ...next,
        keys: { ...next.keys, twin: next.keys[idOf(e)] },
        roles: { ...next.roles, snapshot: { keyids: [idOf(e), "twin"], threshold: 2 } },
      },
      { role: "snapshot", had: 2, got: 1 },
    ],
    [
      "a key id that changes its key",
      "tuf_rotation_key_id_reused",
      { ...next, keys: { ...next.keys, [idOf(a)]: next.keys[idOf(e)] } },
      { keyid: idOf(a) },
    ],
  ])("strands clients with %s", async (_, code, proposed, evidence) => {
    const { decision, reasons } = await plan(proposed, pool);
    expect(decision).toBe("strands_clients");
    expect(reasons[0]).toMatchObject({ code, evidence });
  });

  it("notes keys that do not count", async () => {
    const weak: Loose = {
      ...next,
      keys: { ...next.keys, twin: next.keys[idOf(e)], odd: { keytype: "new", scheme: "new", keyval: {} } },
      roles: { ...next.roles, snapshot: { keyids: [idOf(e), "twin", "odd"], threshold: 1 } },
    };
    const { decision, reasons } = await plan(weak, [a, b]);
    expect(decision).toBe("ready");
    expect(reasons.slice(1, 3).map(({ code, evidence }) => [code, evidence])).toEqual([
      ["tuf_rotation_key_unusable", { role: "snapshot", keyid: "odd" }],
      ["tuf_rotation_key_listed_twice", { role: "snapshot", keyid: "twin" }],
    ]);
  });

  it("warns of a chain that takes several refreshes", async () => {
    const long = { ...first, version: 1 };
    const roots: TufRoot[] = [long];
    while (roots.length < 257) roots.push({ ...long, version: roots.length + 1 });
    const chain = await chainOf(...roots);
    expect(codesOf(await plan({ ...long, version: 258 }, [a, b], chain))).toContain("tuf_rotation_chain_long");
    expect(codesOf(await plan({ ...long, version: 258 }, [a, b], chain.slice(1)))).not.toContain(
      "tuf_rotation_chain_long",
    );
  });

  it("refuses calls that make no sense", async () => {
    expect(errorOf(() => planRotation({ roots: [], proposed: next, availableKeys: [], now }))).toBeInstanceOf(
      RangeError,
    );
    const roots = await chainOf(first);
    expect(errorOf(() => planRotation({ roots, proposed: next, availableKeys: [], now: Number.NaN }))).toBeInstanceOf(
      RangeError,
    );
  });

  it("agrees with what clients do, for random histories", async () => {
    const keys = fc
      .uniqueArray(fc.nat({ max: 4 }), { minLength: 1, maxLength: 3 })
      .chain((chosen) => fc.integer({ min: 1, max: chosen.length }).map((threshold) => ({ chosen, threshold })));
    const history = fc.array(keys, { minLength: 2, maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(history, fc.subarray([0, 1, 2, 3, 4]), fc.boolean(), async (roles, available, revoke) => {
        const roots = roles.map(({ chosen, threshold }, index) => {
          const root = keysOf(threshold, ...chosen.map((key) => pool[key]!));
          const timestamp = keysOf(1, pool[revoke ? index % 5 : 5]!);
          return buildTufRoot({
            version: index + 1,
            expires,
            roles: { root, timestamp, snapshot: keysOf(1, f), targets: keysOf(1, f) },
          });
        });
        const published = await chainOf(...roots.slice(0, -1));
        const proposed = roots.at(-1)!;
        const signers = available.map((key) => pool[key]!);
        const { decision, evidence } = planRotation({
          roots: published,
          proposed,
          availableKeys: publicKeys(...signers),
          now,
        });

        const quorums = tufRootQuorums(proposed, roots.at(-2));
        const useful = signers.filter(({ publicKey }) =>
          quorums.some(({ keys }) => keys.some(({ keyId }) => keyId === publicKey.keyId)),
        );
        const file = await signTufMetadata(proposed, { quorums, signers: useful }).catch(() => undefined);
        expect(decision).toBe(file === undefined ? "needs_keys" : "ready");
        if (file === undefined) return;
        for (const start of published.keys()) {
          let client = createTufClient(published[start]!);
          const reasons: string[] = [];
          for (const bytes of [...published.slice(start + 1), file]) {
            const step = stepTufClient(client, { request: nextTufRequest(client)!, bytes }, now);
            expect(step.decision).toBe("accept");
            reasons.splice(0, reasons.length, ...codesOf(step));
            client = step.state;
          }
          expect(client.root.signed.version).toBe(proposed.version);
          // What the last step did.
          expect(reasons.includes("tuf_keys_rotated")).toBe(evidence.recovers);
        }
      }),
      { numRuns: 60 },
    );
  });
});

describe("a role that needs signing again", () => {
  it.each(["targets", "snapshot", "timestamp"] as const)("is %s", async (role: TufTopLevelRole) => {
    const proposed = rotateTufRoot(first, { expires, roles: { [role]: { add: publicKeys(a), threshold: 2 } } });
    const roots = await chainOf(first);
    expect(planRotation({ roots, proposed, availableKeys: publicKeys(a, b), now }).evidence.resign).toEqual([role]);
  });
});
