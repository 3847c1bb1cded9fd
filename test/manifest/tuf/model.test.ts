/** The client against a reference model, with a repository that an adversary runs half of the time. */

import fc from "fast-check";
import { expect, it } from "vitest";
import { bytesToUtf8, equalBytes, formatUtcTime, isOtaError } from "../../../src/core/index.ts";
import { createTufClient, nextTufRequest, stepTufClient, type TufClient } from "../../../src/manifest/index.ts";
import {
  ModelClient,
  type ModelFile,
  type ModelFiles,
  type ModelOutcome,
  type ModelRole,
  modelRoles,
} from "./reference-model.ts";
import { day, fileOf, type Loose, metaOf, now, rootOf, signed, testKey } from "./repository-fixture.ts";

type OnlineRole = Exclude<ModelRole, "root">;
const onlineRoles = ["timestamp", "snapshot", "targets"] as const;

/** A file and its facts. */
interface Entry {
  readonly file: ModelFile;
  readonly bytes: Uint8Array;
}

/** The repository, honest or not, with all that it ever published. */
class World {
  clock = now;
  readonly withHashes: boolean;
  /** What is served, by name; an honest repository keeps old versions. */
  readonly files = new Map<string, Entry>();
  readonly history: Entry[] = [];
  readonly keys: Record<ModelRole, string[]> = { root: ["r0"], timestamp: ["t0"], snapshot: ["s0"], targets: ["g0"] };
  readonly versions: Record<ModelRole, number> = { root: 0, timestamp: 0, snapshot: 0, targets: 0 };
  /** Versions before the attack, while there is one. */
  honest: Record<OnlineRole, number> | undefined;
  #keysMade = 0;

  constructor(withHashes: boolean) {
    this.withHashes = withHashes;
  }

  async start(): Promise<void> {
    await this.publishRoot([...this.keys.root]);
    await this.publish("targets");
  }

  newKey(): string {
    return `key ${this.#keysMade++}`;
  }

  async make(facts: Omit<ModelFile, "id">, document: Loose): Promise<Entry> {
    const { role, version, expires, signers } = facts;
    const members = { _type: role, spec_version: "1.0.34", version, expires: formatUtcTime(expires) };
    const bytes = fileOf(await signed({ ...document, ...members }, ...signers.map(testKey)));
    const known = this.find(bytes);
    if (known !== undefined) return known;
    const entry = { file: { ...facts, id: this.history.length }, bytes };
    this.history.push(entry);
    return entry;
  }

  find(bytes: Uint8Array): Entry | undefined {
    return this.history.find((entry) => equalBytes(entry.bytes, bytes));
  }

  /** The next root, with the keys of today. */
  async makeRoot(signers: readonly string[], version = this.versions.root + 1): Promise<Entry> {
    const keys = structuredClone(this.keys);
    const document = rootOf(Object.fromEntries(modelRoles.map((role) => [role, keys[role].map(testKey)])) as Loose);
    return this.make({ role: "root", version, signers, expires: this.clock + 90 * day, keys }, document);
  }

  async publishRoot(signers: readonly string[]): Promise<void> {
    this.files.set(`${++this.versions.root}.root.json`, await this.makeRoot(signers, this.versions.root));
  }

  /** Publishes a new version of a role and of those that list it. */
  async publish(first: OnlineRole, lifetime = 30 * day): Promise<void> {
    for (const role of onlineRoles.slice(0, onlineRoles.indexOf(first) + 1)) this.versions[role]++;
    const lifetimeOf = (role: OnlineRole) => (role === first ? lifetime : 30 * day);
    const { files, versions } = this;
    const [targetsName, snapshotName] = [`${versions.targets}.targets.json`, `${versions.snapshot}.snapshot.json`];
    if (first === "targets") files.set(targetsName, await this.makeOnline("targets", undefined, lifetimeOf("targets")));
    if (first !== "timestamp") {
      files.set(snapshotName, await this.makeOnline("snapshot", files.get(targetsName)!, lifetimeOf("snapshot")));
    }
    files.set("timestamp.json", await this.makeOnline("timestamp", files.get(snapshotName)!, lifetimeOf("timestamp")));
  }

  /** A file of a role that lists another one. */
  makeOnline(role: OnlineRole, listed: Entry | undefined, lifetime = 30 * day, ahead = 0): Promise<Entry> {
    const facts = {
      role,
      version: this.versions[role] + ahead,
      signers: [this.keys[role][0]!],
      expires: this.clock + lifetime,
    };
    if (listed === undefined) return this.make(facts, { targets: {} });
    const { file, bytes } = listed;
    const meta = { [`${file.role}.json`]: metaOf(JSON.parse(bytesToUtf8(bytes)), this.withHashes) };
    const lists = { version: file.version, id: this.withHashes ? file.id : undefined };
    return this.make({ ...facts, lists }, { meta });
  }

  /** New keys, in place of the old ones or beside them, and everything signed anew. */
  async rotate(roles: readonly ModelRole[], how: "replace" | "add"): Promise<void> {
    const before = [...this.keys.root];
    for (const role of roles) {
      const key = this.newKey();
      if (how === "replace") this.keys[role] = [key];
      else this.keys[role].unshift(key);
    }
    await this.publishRoot([...new Set([before[0]!, this.keys.root[0]!])]);
    await this.publish("targets");
  }

  /** Whoever has the keys lifts all versions. */
  async fastForward(): Promise<void> {
    this.honest ??= { ...this.versions };
    for (const role of onlineRoles) this.versions[role] += 1_000;
    await this.publish("targets");
  }

  /** The owner goes on where the attack began. */
  async recover(roles: readonly ModelRole[]): Promise<void> {
    if (this.honest !== undefined) Object.assign(this.versions, { ...this.honest, root: this.versions.root });
    this.honest = undefined;
    await this.rotate(roles, "replace");
  }
}

/** The client with its store. */
class Vehicle {
  readonly store: Map<string, Uint8Array>;
  readonly #shipped: Uint8Array;
  client: TufClient;

  constructor(shipped: Uint8Array) {
    this.#shipped = shipped;
    this.store = new Map([["root.json", shipped]]);
    this.client = createTufClient(shipped);
  }

  refresh(files: ReadonlyMap<string, Entry>, at: number, changes: number): ModelOutcome {
    this.client = this.#start();
    let left = changes;
    for (let request = nextTufRequest(this.client); request !== undefined; request = nextTufRequest(this.client)) {
      const { file, kind, maxBytes } = request;
      const bytes = kind === "load" ? this.store.get(file) : files.get(file)?.bytes.subarray(0, maxBytes + 1);
      const step = stepTufClient(this.client, { request, bytes }, at);
      if (step.decision === "refuse") {
        expect(step.state).toBe(this.client);
        return { refused: [step.reasons[0]!.code] };
      }
      for (const change of step.persist) {
        if (left-- <= 0) return "power_cut";
        if (change.bytes === undefined) this.store.delete(change.file);
        else this.store.set(change.file, change.bytes);
      }
      this.client = step.state;
    }
    return "done";
  }

  #start(): TufClient {
    try {
      return createTufClient(this.store.get("root.json") ?? this.#shipped);
    } catch (error) {
      if (!isOtaError(error)) throw error;
      return createTufClient(this.#shipped);
    }
  }
}

/** What happens between two refreshes; numbers choose among what there is. */
type Action =
  | { readonly do: "publish"; readonly role: OnlineRole; readonly days: number }
  | { readonly do: "rotate"; readonly roles: readonly ModelRole[]; readonly how: "replace" | "add" }
  | { readonly do: "fastForward" }
  | { readonly do: "recover"; readonly roles: readonly ModelRole[] }
  | { readonly do: "wait"; readonly days: number }
  /** For the next refresh alone: another file under a name, or none. */
  | { readonly do: "serve"; readonly name: number; readonly entry: number | undefined }
  /** Whoever has the key of a role makes it list an older file. */
  | { readonly do: "turnBack"; readonly role: "timestamp" | "snapshot"; readonly entry: number }
  | { readonly do: "forgeRoot"; readonly signer: "old" | "new" | "stranger"; readonly leap: number }
  | { readonly do: "tear"; readonly file: ModelRole }
  | { readonly do: "drop"; readonly file: ModelRole }
  | { readonly do: "rewind"; readonly file: ModelRole; readonly entry: number }
  | { readonly do: "refresh"; readonly changes: number };

const anyRole = fc.constantFrom(...modelRoles);
const someRoles = fc.subarray([...modelRoles], { minLength: 1 });
const action: fc.Arbitrary<Action> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ do: fc.constant("refresh" as const), changes: fc.constantFrom(0, 1, 2, 3, 99, 99, 99, 99) }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant("publish" as const),
      role: fc.constantFrom(...onlineRoles),
      days: fc.constantFrom(1, 30, 30, 60),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant("rotate" as const),
      roles: someRoles,
      how: fc.constantFrom("replace" as const, "add" as const),
    }),
  },
  { weight: 1, arbitrary: fc.constant({ do: "fastForward" } as const) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("recover" as const), roles: someRoles }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("wait" as const), days: fc.constantFrom(1, 2, 31, 91) }) },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant("serve" as const),
      name: fc.nat(20),
      entry: fc.option(fc.nat(40), { nil: undefined }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant("turnBack" as const),
      role: fc.constantFrom("timestamp" as const, "snapshot" as const),
      entry: fc.nat(40),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant("forgeRoot" as const),
      signer: fc.constantFrom("old" as const, "new" as const, "stranger" as const),
      leap: fc.nat(2),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constantFrom("tear" as const, "drop" as const), file: anyRole }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("rewind" as const), file: anyRole, entry: fc.nat(40) }) },
);

/** A run: the world, and beside each other the client and its model. */
class Run {
  readonly world: World;
  readonly #vehicle: Vehicle;
  readonly #model: ModelClient;
  /** Files of the adversary for the next refresh. */
  readonly #served = new Map<string, Entry | undefined>();
  /** How often refreshes ended in which way. */
  readonly outcomes: string[] = [];

  constructor(world: World) {
    const shipped = world.files.get("1.root.json")!;
    this.world = world;
    this.#vehicle = new Vehicle(shipped.bytes);
    this.#model = new ModelClient(shipped.file);
  }

  async carryOut(action: Action): Promise<void> {
    const { world } = this;
    switch (action.do) {
      case "publish":
        return world.publish(action.role, action.days * day);
      case "rotate":
        return world.rotate(action.roles, action.how);
      case "fastForward":
        return world.fastForward();
      case "recover":
        return world.recover(action.roles);
      case "wait":
        world.clock += action.days * day;
        return;
      case "serve":
        return this.#serve(action.name, action.entry);
      case "turnBack":
        return this.#turnBack(action.role, action.entry);
      case "forgeRoot":
        return this.#forgeRoot(action.signer, action.leap);
      case "tear":
      case "drop":
      case "rewind":
        return this.#damage(action);
      case "refresh":
        return this.refresh(action.changes);
    }
  }

  #serve(name: number, entry: number | undefined): void {
    // The newest files are those that a client asks for.
    const names = [...this.world.files.keys()].reverse();
    const { history } = this.world;
    this.#served.set(
      names[name % names.length]!,
      entry === undefined ? undefined : history.at(-1 - (entry % history.length)),
    );
  }

  async #turnBack(role: "timestamp" | "snapshot", entry: number): Promise<void> {
    const { world } = this;
    const below = role === "timestamp" ? "snapshot" : "targets";
    const older = world.history.filter(({ file }) => file.role === below);
    let forged = await world.makeOnline(role, older[entry % older.length]!, undefined, 1);
    if (role === "snapshot") {
      this.#served.set(`${forged.file.version}.snapshot.json`, forged);
      forged = await world.makeOnline("timestamp", forged, undefined, 1);
    }
    this.#served.set("timestamp.json", forged);
  }

  async #forgeRoot(signer: "old" | "new" | "stranger", leap: number): Promise<void> {
    const { world } = this;
    const [old] = world.keys.root;
    const mallory = world.newKey();
    const honest = [...world.keys.root];
    world.keys.root = [mallory];
    const signers = { old: [old!], new: [mallory], stranger: [world.newKey()] }[signer];
    const forged = await world.makeRoot(signers, world.versions.root + 1 + leap);
    world.keys.root = honest;
    this.#served.set(`${world.versions.root + 1}.root.json`, forged);
  }

  #damage(action: Extract<Action, { do: "tear" | "drop" | "rewind" }>): void {
    const file = `${action.file}.json`;
    const bytes = this.#vehicle.store.get(file);
    if (bytes === undefined) return;
    if (action.do === "drop") {
      this.#vehicle.store.delete(file);
      this.#model.store.delete(file);
    } else if (action.do === "tear") {
      this.#vehicle.store.set(file, bytes.subarray(0, bytes.length >> 1));
      this.#model.store.set(file, "torn");
    } else {
      const older = this.world.history.filter((entry) => entry.file.role === action.file);
      const entry = older[action.entry % older.length]!;
      // A root that signs itself is believed: whoever writes into the store owns it.
      if (action.file === "root" && entry !== this.world.files.get(`${entry.file.version}.root.json`)) return;
      this.#vehicle.store.set(file, entry.bytes);
      this.#model.store.set(file, entry.file);
    }
  }

  refresh(changes: number): void {
    const { clock, files } = this.world;
    const served = new Map(files);
    for (const [name, entry] of this.#served) {
      if (entry === undefined) served.delete(name);
      else served.set(name, entry);
    }
    this.#served.clear();
    const facts: ModelFiles = new Map([...served].map(([name, { file }]) => [name, file]));
    const wanted = this.#model.refresh(facts, clock, changes);
    const found = this.#vehicle.refresh(served, clock, changes);
    this.outcomes.push(typeof found === "string" ? found : found.refused.join());
    if (typeof wanted === "string" || typeof found === "string") expect(found).toEqual(wanted);
    else expect(wanted.refused).toContain(found.refused[0]);
    this.#compareStores();
    if (found === "done") {
      const { root, timestamp, snapshot, targets } = this.#vehicle.client;
      const trusted = { root, timestamp, snapshot, targets: targets["targets"]!.trusted };
      for (const role of modelRoles) {
        expect(trusted[role]!.signed.version, role).toBe(this.#model.trusted[role]!.version);
      }
    }
  }

  #compareStores(): void {
    expect(
      Object.fromEntries([...this.#vehicle.store].map(([name, bytes]) => [name, this.world.find(bytes)?.file.id])),
    ).toEqual(
      Object.fromEntries([...this.#model.store].map(([name, file]) => [name, file === "torn" ? undefined : file.id])),
    );
  }
}

it("does what the model does, whatever repository, network, clock, store and power do", async () => {
  const outcomes = new Set<string>();
  await fc.assert(
    fc.asyncProperty(fc.boolean(), fc.array(action, { maxLength: 25, size: "max" }), async (withHashes, actions) => {
      const world = new World(withHashes);
      await world.start();
      const run = new Run(world);
      for (const action of actions) await run.carryOut(action);
      run.refresh(99);
      // However it stands with the client: an honest repository with new keys brings it back.
      await world.recover(["timestamp", "snapshot", "targets"]);
      run.refresh(99);
      expect(run.outcomes.at(-1)).toBe("done");
      for (const outcome of run.outcomes) outcomes.add(outcome);
    }),
    { numRuns: 150 },
  );
  // The runs met what they are there for.
  for (const outcome of ["done", "power_cut", "tuf_expired", "tuf_threshold_not_met", "tuf_version_rollback"]) {
    expect(outcomes).toContain(outcome);
  }
}, 60_000);
