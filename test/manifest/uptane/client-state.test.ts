import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { nextUptaneRequest, type UptaneRepository } from "../../../src/manifest/index.ts";
import { type Files, rootOf, testKey } from "../tuf/repository-fixture.ts";
import { assigned, codesOf, delegation, listed, TestPair, TestPrimary } from "./client-fixture.ts";

/** What the repositories serve now, kept for later. */
const snapshotOf = ({ files }: TestPair): { readonly files: Record<UptaneRepository, Files> } => ({
  files: { director: new Map(files.director), image: new Map(files.image) },
});

const repositories = ["director", "image"] as const;

describe("rollback after a restart", () => {
  it.each(repositories)("is refused for the %s repository's timestamp", async (repository) => {
    const pair = await new TestPair().publish();
    const before = snapshotOf(pair);
    const primary = new TestPrimary(pair);
    await pair.image.publishNext();
    await pair.direct(pair.director.targets.targets);
    primary.verify(pair);
    const rolledBack = { files: { ...snapshotOf(pair).files, [repository]: before.files[repository] } };
    const step = primary.verify(rolledBack);
    expect(step.reasons[0]).toMatchObject({
      code: "tuf_version_rollback",
      repository,
      role: "timestamp",
      attack: "rollback",
      evidence: { had: 2, got: 1 },
    });
  });

  it("is refused when the verification had not come to its end", async () => {
    const pair = await new TestPair().publish();
    const before = snapshotOf(pair);
    const primary = new TestPrimary(pair);
    await pair.direct(pair.director.targets.targets);
    while (primary.client.phase === "director") primary.answer(nextUptaneRequest(primary.client)!, pair.files);
    expect(codesOf(primary.verify(before))).toContain("tuf_version_rollback");
  });

  it.each(repositories)("of targets is refused though snapshot keys were revoked: %s", async (repository) => {
    const pair = await new TestPair().publish();
    const primary = new TestPrimary(pair);
    pair[repository].targets.version = 5;
    await pair.publish();
    primary.verify(pair);
    const { root, keys } = pair[repository];
    keys.snapshot = [testKey(`new snapshot ${repository}`)];
    pair[repository].root = rootOf(keys, { version: root.version + 1 });
    await pair[repository].publishRoot();
    pair[repository].targets.version = 4;
    await pair.director.publish();
    await pair.image.publish();
    const step = primary.verify(pair);
    expect(step.reasons).toMatchObject([
      {
        code: "tuf_version_rollback",
        clause: "Uptane 5.4.4.6, TUF 5.6.4",
        repository,
        role: "targets",
        evidence: { had: 5, got: 4 },
      },
    ]);
  });
});

describe("a client that keeps running after a refusal", () => {
  /** A vehicle with one complete verification, and the next update, which needs every file anew. */
  const beforeUpdate = async () => {
    const pair = await new TestPair().publish();
    const primary = new TestPrimary(pair);
    primary.verify(pair);
    const { document } = pair.image.delegated.get("supplier")!;
    document.targets = { "brake/3.bin": listed("brake 3", ["brake-mk2"], 6) };
    document.version++;
    await pair.image.publishNext();
    await pair.direct({ "brake/3.bin": assigned("brake 3", ["brake"], 6) });
    return { pair, primary };
  };

  const files = [
    ["director", "timestamp.json"],
    ["director", "2.snapshot.json"],
    ["director", "2.targets.json"],
    ["image", "timestamp.json"],
    ["image", "2.snapshot.json"],
    ["image", "2.targets.json"],
    ["image", "2.supplier.json"],
  ] as const;

  it.each(files)("takes the honest update: %s %s was missing or broken", async (repository, file) => {
    for (const bytes of [undefined, new TextEncoder().encode("{}")]) {
      const { pair, primary } = await beforeUpdate();
      const served = snapshotOf(pair);
      if (bytes === undefined) served.files[repository].delete(file);
      else served.files[repository].set(file, bytes);
      for (let attempt = 0; attempt < 2; attempt++) expect(primary.again(served).decision).toBe("refuse");
      primary.again(pair);
      expect(primary.outcome).toMatchObject({ decision: "update", assignment: { images: [{ path: "brake/3.bin" }] } });
    }
  });

  it("takes the honest update when the Image repository's came later", async () => {
    const pair = await new TestPair().publish();
    const primary = new TestPrimary(pair);
    primary.verify(pair);
    await pair.direct({ "brake/3.bin": assigned("brake 3", ["brake"], 6) });
    for (let attempt = 0; attempt < 2; attempt++) {
      expect(codesOf(primary.again(pair))).toEqual(["uptane_target_not_found"]);
    }
    const { document } = pair.image.delegated.get("supplier")!;
    document.targets = { "brake/3.bin": listed("brake 3", ["brake-mk2"], 6) };
    document.version++;
    await pair.image.publishNext();
    primary.again(pair);
    expect(primary.outcome).toMatchObject({ decision: "update", assignment: { images: [{ path: "brake/3.bin" }] } });
  });

  it.each(["restarted", "again"])("takes no counter floor from what was refused: %s", async (way) => {
    const pair = await new TestPair().publish();
    const primary = new TestPrimary(pair);
    const verify = () => (way === "again" ? primary.again(pair) : primary.verify(pair));
    verify();
    await pair.direct({ "brake/2.bin": assigned("brake 2", ["brake"], 9) });
    expect(codesOf(verify())).toEqual(["uptane_custom_mismatch"]);
    await pair.direct({ "brake/2.bin": assigned("brake 2", ["brake"], 5) });
    expect(verify().decision).toBe("accept");
  });

  it("keeps the counter floors of the last complete one, also when the store loses them", async () => {
    const pair = await new TestPair().publish();
    const primary = new TestPrimary(pair);
    primary.verify(pair);
    primary.again(pair);
    await pair.direct({ "brake/9.bin": assigned("brake 9", ["brake"], 9) });
    expect(codesOf(primary.again(pair))).toEqual(["uptane_target_not_found"]);
    primary.stores.director.delete("targets.json");
    await pair.direct({ "brake/2.bin": assigned("brake 2", ["brake"], 4) });
    expect(codesOf(primary.again(pair))).toEqual(["uptane_release_counter_rollback"]);
  });
});

describe("rotation of keys", () => {
  it.each(repositories)("is followed in the %s repository", async (repository) => {
    const pair = await new TestPair().publish();
    const primary = new TestPrimary(pair);
    primary.verify(pair);
    const old = pair[repository].keys.root[0]!;
    for (const role of ["root", "timestamp", "snapshot", "targets"] as const) {
      pair[repository].keys[role] = [testKey(`rotated ${repository} ${role}`)];
    }
    pair[repository].root = rootOf(pair[repository].keys, { version: 2 });
    await pair[repository].publishRoot(old, ...pair[repository].keys.root);
    await pair.image.publishNext();
    await pair.direct({ "brake/2.bin": assigned("brake 2", ["brake"]) });
    const last = primary.verify(pair);
    expect(last.decision).toBe("accept");
    // A stored file of revoked keys goes before the root that revokes them comes.
    const stored = primary.persisted.filter((name) => name.startsWith(repository)).slice(0, 3);
    expect(stored).toEqual(["timestamp.json", "snapshot.json", "root.json"].map((file) => `${repository} ${file}`));
    expect(primary.outcome).toMatchObject({ assignment: { versions: { [repository]: { root: 2 } } } });
  });

  it("is refused without the old key", async () => {
    const pair = await new TestPair().publish();
    const primary = new TestPrimary(pair);
    pair.director.keys.root = [testKey("thief")];
    pair.director.root = rootOf(pair.director.keys, { version: 2 });
    await pair.director.publishRoot();
    const step = primary.verify(pair);
    expect(step.reasons[0]).toMatchObject({ code: "tuf_threshold_not_met", repository: "director", role: "root" });
  });
});

describe("two contents under one version", () => {
  it("of the Director's targets are refused, with both as evidence", async () => {
    const pair = await new TestPair().publish();
    const primary = new TestPrimary(pair);
    primary.verify(pair);
    pair.director.targets.targets = { "brake/2.bin": assigned("brake 2", ["brake"]) };
    pair.director.snapshot.version++;
    pair.director.timestamp.version++;
    await pair.director.publish();
    const step = primary.verify(pair);
    expect(step.reasons[0]).toMatchObject({ code: "tuf_equivocation", repository: "director", attack: "equivocation" });
    expect(step.equivocation).toMatchObject({ repository: "director", role: "targets", version: 1 });
    expect(step.equivocation!.files[0]).not.toBe(step.equivocation!.files[1]);
  });

  it("of a timestamp are noticed, and the first is kept", async () => {
    const pair = await new TestPair().publish();
    const primary = new TestPrimary(pair);
    primary.verify(pair);
    pair.director.timestamp.note = "other";
    await pair.director.publishTimestamp();
    primary.verify(pair);
    const noticed = primary.steps.find(({ equivocation }) => equivocation !== undefined)!;
    expect(noticed.decision).toBe("keep");
    expect(noticed.equivocation).toMatchObject({ repository: "director", role: "timestamp", version: 1 });
    expect(primary.outcome).toMatchObject({
      decision: "update",
      assignment: { versions: { director: { timestamp: 1 } } },
    });
  });
});

describe("power cuts", () => {
  it("between any two writes leave a store from which the update is found", async () => {
    const pair = await new TestPair().publish();
    const whole = new TestPrimary(pair);
    whole.verify(pair);
    const changes = whole.steps.flatMap(({ persist }) => persist);
    for (let cut = 0; cut < changes.length; cut++) {
      const primary = new TestPrimary(pair);
      for (const { repository, file, bytes } of changes.slice(0, cut)) primary.stores[repository].set(file, bytes!);
      primary.verify(pair);
      expect([cut, primary.outcome.decision]).toEqual([cut, "update"]);
    }
  });

  it.each([false, true])(
    "after the last one lose no assignment, nor between its images: renewed %s",
    async (renewed) => {
      const pair = await new TestPair().publish();
      const primary = new TestPrimary(pair);
      primary.verify(pair);
      const first = primary.outcome;
      if (renewed) {
        pair.director.timestamp.version++;
        await pair.director.publishTimestamp();
      }
      primary.verify(pair);
      expect(primary.outcome).toMatchObject({
        decision: "update",
        assignment: { digest: first.decision === "update" && first.assignment.digest },
      });
      const hashesOf = (path: string) => ({ hashes: pair.director.targets.targets[path].hashes });
      const partly = { brake: hashesOf("brake/2.bin"), "door-left": hashesOf("door/3.bin") };
      primary.verify(pair, { installed: partly });
      expect(primary.outcome.decision).toBe("update");
      const wholly = { ...partly, "door-right": hashesOf("door/3.bin") };
      expect(codesOf(primary.verify(pair, { installed: wholly })).at(-1)).toBe("uptane_director_unchanged");
      expect(primary.outcome.decision).toBe("none");
    },
  );
});

/** What a network may do to a vehicle that honest repositories serve. */
type Move =
  | { readonly kind: "publish"; readonly repository: UptaneRepository; readonly counter: number }
  | { readonly kind: "serve"; readonly director: number; readonly image: number; readonly restart: boolean }
  | { readonly kind: "lose"; readonly repository: UptaneRepository; readonly file: number };

const moves: fc.Arbitrary<readonly Move[]> = fc.array(
  fc.oneof(
    fc.record({
      kind: fc.constant("publish" as const),
      repository: fc.constantFrom(...repositories),
      counter: fc.nat(3),
    }),
    fc.record({
      kind: fc.constant("serve" as const),
      director: fc.nat(3),
      image: fc.nat(3),
      restart: fc.boolean(),
    }),
    fc.record({ kind: fc.constant("lose" as const), repository: fc.constantFrom(...repositories), file: fc.nat(3) }),
  ),
  { minLength: 1, maxLength: 12 },
);

describe("a vehicle over many verifications", () => {
  it("never accepts lower versions or counters, whichever states of the repositories it is served", async () => {
    await fc.assert(
      fc.asyncProperty(moves, async (plan) => {
        const pair = await new TestPair().publish();
        const history = { director: [new Map(pair.files.director)], image: [new Map(pair.files.image)] };
        const primary = new TestPrimary(pair);
        const highest = new Map<string, number>();
        let counter = 5;
        for (const move of plan) {
          if (move.kind === "publish") {
            counter = move.counter;
            if (move.repository === "director")
              await pair.direct({ "brake/2.bin": assigned("brake 2", ["brake"], counter) });
            else {
              const { document } = pair.image.delegated.get("supplier")!;
              document.targets = { "brake/2.bin": listed("brake 2", ["brake-mk2"], counter) };
              document.version++;
              await pair.image.publishNext();
            }
            history[move.repository].push(new Map(pair.files[move.repository]));
          } else if (move.kind === "lose") {
            // Of the store, everything but timestamps may be lost: they are what the memory of versions rests on.
            const file = ["snapshot.json", "targets.json", "supplier.json", "nothing.json"][move.file]!;
            primary.stores[move.repository].delete(file);
          } else {
            const pick = (repository: UptaneRepository, back: number) =>
              history[repository].at(-1 - back) ?? history[repository][0]!;
            const files = { director: pick("director", move.director), image: pick("image", move.image) };
            if (move.restart) primary.verify({ files });
            else primary.again({ files });
            const { outcome } = primary;
            if (outcome.decision !== "update") continue;
            const { versions, images } = outcome.assignment;
            const seen = repositories.flatMap((repository) =>
              Object.entries(versions[repository]).map(
                ([role, version]) => [`${repository} ${role}`, version as number] as const,
              ),
            );
            for (const [name, version] of seen) {
              expect(version).toBeGreaterThanOrEqual(highest.get(name) ?? 0);
              highest.set(name, version);
            }
            for (const { releaseCounter, custom } of images) {
              expect(custom.image["releaseCounter"]).toBe(releaseCounter);
            }
          }
        }
      }),
      { numRuns: 60 },
    );
  });

  it("never lets an ECU's release counter sink while the store is whole", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(6), { minLength: 1, maxLength: 6 }), async (counters) => {
        const pair = new TestPair();
        const primary = new TestPrimary(await pair.publish());
        let had = 0;
        for (const counter of counters) {
          const { document } = pair.image.delegated.get("supplier")!;
          document.targets = { "brake/2.bin": listed("brake 2", ["brake-mk2"], counter) };
          document.version++;
          await pair.image.publishNext();
          await pair.direct({ "brake/2.bin": assigned("brake 2", ["brake"], counter) });
          const step = primary.verify(pair);
          expect(step.decision).toBe(counter >= had ? "accept" : "refuse");
          if (step.decision === "accept") had = counter;
          else expect(codesOf(step)).toEqual(["uptane_release_counter_rollback"]);
        }
      }),
      { numRuns: 40 },
    );
  });
});

describe("hostile files", () => {
  const names: readonly (readonly [UptaneRepository, string])[] = [
    ["director", "timestamp.json"],
    ["director", "1.snapshot.json"],
    ["director", "1.targets.json"],
    ["image", "1.targets.json"],
    ["image", "1.supplier.json"],
  ];

  it.each(names)("cut off at any byte are refused: %s %s", async (repository, file) => {
    const pair = new TestPair();
    for (const each of repositories) pair[each].withHashes = false;
    await pair.publish();
    const whole = pair.files[repository].get(file)!;
    // Signatures are checked for complete JSON alone, so that every byte can be tried.
    for (let length = 0; length < whole.length; length++) {
      const served = snapshotOf(pair);
      served.files[repository].set(file, whole.slice(0, length));
      const step = new TestPrimary(pair).verify(served);
      expect(step.reasons[0]).toMatchObject({ code: "tuf_malformed", repository, attack: "malformed_metadata" });
    }
  });

  it("of any bytes end in a typed refusal", async () => {
    const pair = await new TestPair().publish();
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...names),
        fc.uint8Array({ maxLength: 200 }),
        async ([repository, file], bytes) => {
          const served = snapshotOf(pair);
          served.files[repository].set(file, bytes);
          const primary = new TestPrimary(pair);
          const step = primary.verify(served);
          expect(step.decision).toBe("refuse");
          expect(primary.outcome.decision).toBe("needs");
          for (const reason of step.reasons) expect(reason.repository).toBe(repository);
        },
      ),
      { numRuns: 200 },
    );
  });

  it("with one bit turned are refused, or say the same", async () => {
    const pair = new TestPair();
    for (const each of repositories) pair[each].withHashes = false;
    await pair.publish();
    const honest = new TestPrimary(pair);
    honest.verify(pair);
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...names), fc.nat(), fc.nat(7), async ([repository, file], place, bit) => {
        const served = snapshotOf(pair);
        const bytes = served.files[repository].get(file)!.slice();
        bytes[place % bytes.length]! ^= 1 << bit;
        served.files[repository].set(file, bytes);
        const primary = new TestPrimary(pair);
        if (primary.verify(served).decision !== "refuse") expect(primary.outcome).toEqual(honest.outcome);
      }),
      { numRuns: 200 },
    );
  });

  it("longer than allowed are refused by their length alone", async () => {
    const pair = await new TestPair().publish();
    const served = snapshotOf(pair);
    served.files.director.set("timestamp.json", new Uint8Array(20_000));
    const step = new TestPrimary(pair).verify(served);
    expect(step.reasons).toMatchObject([
      {
        code: "tuf_file_too_long",
        repository: "director",
        attack: "endless_data",
        evidence: { had: 16_384, got: 20_000 },
      },
    ]);
  });

  it.each(["__proto__", "constructor", "hasOwnProperty"])("may name an image %s without harm", async (name) => {
    const pair = new TestPair();
    const put = (targets: object, entry: object) =>
      Object.defineProperty(targets, name, { value: entry, enumerable: true, configurable: true });
    pair.director.targets.targets = {};
    put(pair.director.targets.targets, assigned("brake 2", ["brake"]));
    const primary = new TestPrimary(await pair.publish());
    // The Image repository does not list it, however plain objects answer.
    expect(codesOf(primary.verify(pair))).toEqual(["uptane_target_not_found"]);
    put(pair.image.targets.targets, listed("brake 2", ["brake-mk2"]));
    await pair.image.publishNext();
    primary.verify(pair);
    expect(primary.outcome).toMatchObject({ assignment: { images: [{ path: name, ecuId: "brake" }] } });
    expect(({} as Record<string, unknown>)["ecuId"]).toBeUndefined();
  });

  it("may name a delegated role like a prototype's member", async () => {
    const pair = new TestPair();
    pair.image.targets.delegations.roles = [];
    pair.image.delegated.clear();
    pair.delegate(delegation("constructor", ["brake/*"]));
    pair.role("constructor", { "brake/2.bin": listed("brake 2", ["brake-mk2"]) });
    const primary = new TestPrimary(await pair.publish());
    primary.verify(pair);
    expect(primary.outcome).toMatchObject({ assignment: { images: [{ roles: ["targets", "constructor"] }, {}, {}] } });
  });
});
