import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { utf8ToBytes } from "../../../src/core/index.ts";
import {
  addTufTargets,
  buildTufRepository,
  buildTufRoot,
  buildTufTargets,
  bumpTufVersion,
  delegateTufRole,
  describeTufTarget,
  encodeTufMetadata,
  parseTufMetadata,
  planPublication,
  readTufRepository,
  rotateTufRoot,
  signTufMetadata,
  type TufFiles,
  type TufTargets,
  tufRootQuorums,
  updateTufRepository,
} from "../../../src/manifest/index.ts";
import type { Signer } from "../../../src/signing/index.ts";
import { codesOf, TestVehicle } from "./client-driver.ts";
import { day, type Files, now } from "./repository-fixture.ts";
import { rsaSigner, signerOf } from "./repository-keys.ts";

/** Keys of every kind. */
const pool: readonly Signer[] = [
  signerOf("property/0"),
  signerOf("property/1"),
  signerOf("property/2", "ecdsa-sha2-nistp256"),
  signerOf("property/3", "ecdsa-sha2-nistp384"),
  rsaSigner("rsassa-pss-sha256"),
  rsaSigner("rsassa-pss-sha512"),
];
const expires = now + 30 * day;
const file = describeTufTarget(utf8ToBytes("file"));

const roleKeys = fc
  .uniqueArray(fc.nat({ max: pool.length - 1 }), { minLength: 1, maxLength: 3 })
  .chain((chosen) => fc.integer({ min: 1, max: chosen.length }).map((threshold) => ({ chosen, threshold })));
type RoleKeys = { readonly chosen: readonly number[]; readonly threshold: number };
const keysOf = ({ chosen, threshold }: RoleKeys) => ({ keys: chosen.map((key) => pool[key]!.publicKey), threshold });
const segment = fc.constantFrom("a", "b", "ü", "c.bin", "__proto__", "x y");
const path = fc.array(segment, { minLength: 1, maxLength: 3 }).map((segments) => segments.join("/"));
const scope = fc.oneof(
  fc.array(fc.constantFrom("*", "*/*", "a/*", "*/*/*", "?", "[ab]/*"), { maxLength: 3 }).map((paths) => ({ paths })),
  fc
    .array(fc.constantFrom("0", "1", "8", "a", "f"), { maxLength: 3 })
    .map((pathHashPrefixes) => ({ pathHashPrefixes })),
);
/** Roles by number; each may delegate to those behind it, and to itself and those in front, so that there are circles. */
const graph = fc.array(
  fc.record({
    listed: fc.uniqueArray(path, { maxLength: 4 }),
    delegations: fc.uniqueArray(
      fc.record({ to: fc.nat({ max: 3 }), keys: roleKeys, terminating: fc.boolean(), scope }),
      { maxLength: 3, selector: ({ to }) => to },
    ),
  }),
  { minLength: 1, maxLength: 4 },
);
const topRoles = fc.record({ root: roleKeys, timestamp: roleKeys, snapshot: roleKeys, targets: roleKeys });

describe("a built repository", () => {
  it("is accepted by clients, whatever its delegations, thresholds, keys and names", async () => {
    await fc.assert(
      fc.asyncProperty(
        graph,
        topRoles,
        fc.boolean(),
        fc.boolean(),
        async (roles, top, consistentSnapshot, listHashes) => {
          const root = buildTufRoot({
            expires,
            consistentSnapshot,
            roles: {
              root: keysOf(top.root),
              timestamp: keysOf(top.timestamp),
              snapshot: keysOf(top.snapshot),
              targets: keysOf(top.targets),
            },
          });
          const rootFile = await signTufMetadata(root, {
            quorums: [],
            signers: top.root.chosen.map((key) => pool[key]!),
          });
          const targets: Record<string, TufTargets> = Object.create(null);
          const reachable = new Set([0]);
          for (const from of reachable)
            for (const { to } of roles[from]!.delegations) if (to > 0 && to < roles.length) reachable.add(to);
          for (const index of reachable) {
            const { listed, delegations } = roles[index]!;
            let role = addTufTargets(
              buildTufTargets({ expires }),
              listed.map((each) => [each, file]),
            );
            for (const { to, keys, terminating, scope } of delegations) {
              // The top-level role is not delegated to.
              if (to > 0 && to < roles.length)
                role = delegateTufRole(role, { name: nameOf(to), ...keysOf(keys), terminating, ...scope });
            }
            targets[nameOf(index)] = role;
          }
          const metadata = await updateTufRepository({
            published: new Map(),
            root: rootFile,
            targets,
            signers: pool,
            expires: { snapshot: expires, timestamp: expires },
            listHashes,
          });

          const { decision, reasons, evidence } = planPublication({ published: new Map(), changes: metadata, now });
          expect([decision, codesOf({ reasons })[0]]).toEqual(["publish", "tuf_publication_complete"]);
          expect(evidence.visitedRoles).toBe(reachable.size);
          const vehicle = new TestVehicle(rootFile);
          expect(vehicle.refresh(metadata as Files).decision).toBe("accept");
          const lost = new Set(
            reasons.flatMap(({ code, evidence }) =>
              code === "tuf_publication_target_unreachable" ? [evidence!["path"]] : [],
            ),
          );
          for (const { listed } of [...reachable].map((index) => roles[index]!)) {
            for (const each of listed)
              expect(vehicle.find(each, metadata as Files).decision).toBe(lost.has(each) ? "not_found" : "found");
          }
          for (const each of roles[0]!.listed) expect(lost.has(each)).toBe(false);
        },
      ),
      { numRuns: 60 },
    );
  });

  it("lists every target in a bin where clients find it", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(path, { maxLength: 12 }),
        fc.integer({ min: 1, max: 6 }),
        topRoles,
        async (paths, bitLength, top) => {
          const signersOf = ({ chosen, threshold }: RoleKeys) => ({
            signers: chosen.map((key) => pool[key]!),
            threshold,
          });
          const repository = await buildTufRepository({
            targets: Object.fromEntries(paths.map((each) => [each, utf8ToBytes(each)])),
            roles: {
              root: signersOf(top.root),
              timestamp: signersOf(top.timestamp),
              snapshot: signersOf(top.snapshot),
              targets: signersOf(top.targets),
            },
            expires: { root: expires, targets: expires, snapshot: expires, timestamp: expires },
            bins: { ...signersOf(top.targets), bitLength, namePrefix: "bin" },
          });
          const vehicle = new TestVehicle(repository.root);
          vehicle.refresh(repository.metadata as Files);
          for (const each of paths) {
            expect(vehicle.find(each, repository.metadata as Files)).toMatchObject({
              decision: "found",
              target: { length: utf8ToBytes(each).length },
            });
          }
          expect(vehicle.find("absent", repository.metadata as Files).decision).toBe("not_found");
        },
      ),
      { numRuns: 25 },
    );
  });

  it("is written in one way only", async () => {
    await fc.assert(
      fc.asyncProperty(topRoles, fc.boolean(), async (top, pretty) => {
        const root = buildTufRoot({
          expires,
          roles: {
            root: keysOf(top.root),
            timestamp: keysOf(top.timestamp),
            snapshot: keysOf(top.snapshot),
            targets: keysOf(top.targets),
          },
        });
        const signed = await signTufMetadata(root, { quorums: [], signers: top.root.chosen.map((key) => pool[key]!) });
        const document = JSON.parse(new TextDecoder().decode(signed));
        document.signatures.reverse();
        const other = utf8ToBytes(JSON.stringify(document, undefined, pretty ? 1 : undefined));
        expect(encodeTufMetadata(parseTufMetadata(other))).toEqual(signed);
      }),
      { numRuns: 20 },
    );
  });
});

describe("a repository over time", () => {
  /** One of the things that maintainers do. */
  type Event =
    | { readonly what: "release"; readonly path: string }
    | { readonly what: "renew" }
    | { readonly what: "rotate"; readonly role: "timestamp" | "snapshot"; readonly key: number };
  const event: fc.Arbitrary<Event> = fc.oneof(
    fc.record({ what: fc.constant("release" as const), path }),
    fc.record({ what: fc.constant("renew" as const) }),
    fc.record({
      what: fc.constant("rotate" as const),
      role: fc.constantFrom("timestamp" as const, "snapshot" as const),
      key: fc.nat({ max: 2 }),
    }),
  );

  it("is followed by new, returning and late clients", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(event, { minLength: 1, maxLength: 6 }), fc.nat(), async (events, absent) => {
        const [owner, online] = [pool[0]!, pool[1]!];
        const one = (signer: Signer) => ({ signers: [signer] });
        const first = await buildTufRepository({
          targets: {},
          roles: { root: one(owner), targets: one(owner), snapshot: one(online), timestamp: one(online) },
          expires: { root: expires, targets: expires, snapshot: expires, timestamp: expires },
        });
        let published: TufFiles = first.metadata;
        const [returning, late] = [new TestVehicle(first.root), new TestVehicle(first.root)];
        returning.refresh(published as Files);
        for (const [index, each] of events.entries()) {
          const changes = await next(published, each);
          const { decision, reasons } = planPublication({ published, changes, now });
          expect([decision, reasons]).toEqual([
            "publish",
            [expect.objectContaining({ code: "tuf_publication_complete" })],
          ]);
          published = new Map([...published, ...changes]);
          expect(returning.refresh(published as Files).decision).not.toBe("refuse");
          if (index === absent % events.length) expect(late.refresh(published as Files).decision).not.toBe("refuse");
          expect(returning.client.timestamp!.signed.version).toBe(index + 2);
        }
        expect(late.refresh(published as Files).decision).not.toBe("refuse");
      }),
      { numRuns: 30 },
    );
  });

  async function next(published: TufFiles, what: Event): Promise<TufFiles> {
    const view = readTufRepository(published);
    const common = { published, signers: pool, expires: { snapshot: expires, timestamp: expires } };
    if (what.what === "renew") return updateTufRepository({ ...common, expires: { timestamp: expires } });
    if (what.what === "release") {
      const targets = addTufTargets(bumpTufVersion(view.targets["targets"]!.signed, { expires }), [[what.path, file]]);
      return updateTufRepository({ ...common, targets: { targets } });
    }
    const { publicKey } = pool[what.key]!;
    const keyids = view.root.signed.roles[what.role].keyids;
    const remove = keyids.filter((keyid) => keyid !== publicKey.keyId);
    const add = keyids.includes(publicKey.keyId) ? [] : [publicKey];
    const root = rotateTufRoot(view.root.signed, { expires, roles: { [what.role]: { add, remove } } });
    const rootFile = await signTufMetadata(root, {
      quorums: tufRootQuorums(root, view.root.signed),
      signers: [pool[0]!],
    });
    return updateTufRepository({ ...common, root: rootFile });
  }
});

function nameOf(index: number): string {
  return index === 0 ? "targets" : (["", "supplier a", "../up", "__proto__"][index] as string);
}
