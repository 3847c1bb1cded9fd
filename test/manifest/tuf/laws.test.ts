/** Laws of the TUF client that hold for every repository, every store and every order of files. */

import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { seededRandom } from "../../../scripts/random.ts";
import { pureSignatureProvider } from "../../../src/core/crypto/pure-signature.ts";
import { defaultSignatureProvider } from "../../../src/core/crypto/signature-providers.ts";
import {
  bytesToUtf8,
  encodeCanonicalJson,
  isOtaError,
  type JsonValue,
  parseStrictJson,
  utf8ToBytes,
} from "../../../src/core/index.ts";
import {
  createTufClient,
  nextTufRequest,
  parseTufMetadata,
  restartTufClient,
  stepTufClient,
  type TufAnswer,
  type TufClient,
  type TufPolicy,
  type TufStep,
} from "../../../src/manifest/index.ts";
import { mutateJson } from "../../fuzz/mutate-json.ts";
import { codesOf, TestVehicle } from "./client-driver.ts";
import {
  base,
  type Files,
  fileOf,
  type Loose,
  now,
  signed,
  TestRepository,
  targetOf,
  testKey,
} from "./repository-fixture.ts";

/** A repository with a delegated role, and everything that it serves. */
async function repositoryOf(change: (repository: TestRepository) => void = () => {}): Promise<[Uint8Array, Files]> {
  const repository = new TestRepository();
  repository.withHashes = false;
  const key = testKey("delegated");
  repository.targets.targets["a.bin"] = targetOf("a");
  repository.targets.delegations = {
    keys: { [key.keyid]: key.object },
    roles: [{ name: "A", keyids: [key.keyid], threshold: 1, terminating: false, paths: ["*"] }],
  };
  repository.delegated.set("A", {
    document: { _type: "targets", ...base, targets: { b: targetOf("b") } },
    keys: [key],
  });
  change(repository);
  const root = await repository.publishRoot();
  await repository.publish();
  return [root, repository.files];
}

/** Every file that a client of the repository reads, with the state in which it asks for it. */
function answersOf(root: Uint8Array, files: Files): readonly (readonly [TufClient, TufAnswer])[] {
  const answers: [TufClient, TufAnswer][] = [];
  const vehicle = new TestVehicle(root);
  let state = vehicle.client;
  for (let request = nextTufRequest(state); request !== undefined; request = nextTufRequest(state)) {
    const bytes = request.kind === "load" ? undefined : files.get(request.file);
    answers.push([state, { request, bytes }]);
    state = stepTufClient(state, { request, bytes }, now).state;
  }
  return answers;
}

/** A character as escapes of JSON. */
function escapeAll(character: string): string {
  return [...Array(character.length).keys()]
    .map((index) => `\\u${character.charCodeAt(index).toString(16).padStart(4, "0")}`)
    .join("");
}

const isAccepted = ({ decision }: TufStep): boolean => decision !== "refuse";

describe("signatures", () => {
  const keys = Array.from({ length: 5 }, (_, index) => testKey(`timestamp ${index}`));
  const strangers = [testKey("stranger 0"), testKey("stranger 1")];
  /** A client for each threshold, up to one that can never be met, waiting for the timestamp. */
  const clients = new Map<number, TufClient>();
  let document: Loose;
  /** Signatures of listed keys, of strangers, and ones that do not verify. */
  let pool: Loose[];

  beforeAll(async () => {
    const repository = new TestRepository();
    await repository.publish();
    document = repository.timestamp;
    pool = (await signed(document, ...keys, ...strangers)).signatures;
    const wrong = (await signed({ ...document, version: 9 }, ...keys)).signatures;
    pool.push(...wrong, { keyid: keys[0]!.keyid, sig: "" }, { keyid: "", sig: "zz" });
    for (const threshold of [1, 2, 3, 5, 6]) {
      for (const { keyid, object } of keys) repository.root.keys[keyid] = object;
      // The first key under a second id: one key all the same.
      repository.root.keys["second name"] = keys[0]!.object;
      const keyids = [...keys.map(({ keyid }) => keyid), "second name"];
      repository.root.roles.timestamp = { keyids, threshold };
      let client = createTufClient(await repository.publishRoot());
      for (const kind of ["fetch", "load"]) {
        const request = nextTufRequest(client)!;
        expect(request.kind).toBe(kind);
        client = stepTufClient(client, { request, bytes: undefined }, now).state;
      }
      clients.set(threshold, client);
    }
    pool.push({ keyid: "second name", sig: pool[0]!.sig });
  });

  const offer = (threshold: number, signatures: readonly Loose[]): TufStep => {
    const client = clients.get(threshold)!;
    const bytes = fileOf({ signatures, signed: document });
    return stepTufClient(client, { request: nextTufRequest(client)!, bytes }, now);
  };
  const thresholds = fc.constantFrom(1, 2, 3, 5, 6);
  /** Indices of the pool. */
  const choice = (least = 0) => fc.uniqueArray(fc.nat(14), { minLength: least, maxLength: 15 });
  const distinctIds = (chosen: readonly number[]) =>
    new Set(chosen.map((index) => pool[index].keyid)).size === chosen.length;

  it("count as distinct keys that verify, and a key id twice spoils the file", () => {
    fc.assert(
      fc.property(thresholds, choice(), (threshold, chosen) => {
        const step = offer(
          threshold,
          chosen.map((index) => pool[index]),
        );
        const valid = new Set(chosen.filter((index) => index < 5 || index === 14).map((index) => index % 14));
        expect(isAccepted(step)).toBe(distinctIds(chosen) && threshold <= 5 && valid.size >= threshold);
        if (!distinctIds(chosen)) expect(codesOf(step)).toEqual(["tuf_malformed"]);
      }),
    );
  });

  it("give one verdict in every order", () => {
    fc.assert(
      fc.property(
        thresholds,
        choice().chain((chosen) =>
          fc.tuple(fc.constant(chosen), fc.shuffledSubarray(chosen, { minLength: chosen.length })),
        ),
        (threshold, [chosen, permuted]) => {
          const [left, right] = [chosen, permuted].map((order) =>
            offer(
              threshold,
              order.map((index) => pool[index]),
            ),
          );
          expect(left!.decision).toBe(right!.decision);
          expect(codesOf(left!).sort()).toEqual(codesOf(right!).sort());
        },
      ),
    );
  });

  it("of strangers, added, never turn a refusal into an acceptance, nor the other way round", () => {
    fc.assert(
      fc.property(thresholds, choice(), fc.string(), fc.string(), (threshold, chosen, keyid, sig) => {
        const signatures = chosen.map((index) => pool[index]);
        const more = [{ keyid: `stranger ${keyid}`, sig }, ...signatures];
        expect(offer(threshold, more).decision).toBe(offer(threshold, signatures).decision);
      }),
    );
  });

  it("taken away never turn a refusal into an acceptance", () => {
    fc.assert(
      fc.property(thresholds, choice(1).filter(distinctIds), fc.nat(), (threshold, chosen, which) => {
        const fewer = chosen.filter((_, index) => index !== which % chosen.length);
        const before = offer(
          threshold,
          chosen.map((index) => pool[index]),
        );
        const after = offer(
          threshold,
          fewer.map((index) => pool[index]),
        );
        expect(isAccepted(after) && !isAccepted(before)).toBe(false);
      }),
    );
  });
});

describe("what is signed", () => {
  let answers: ReturnType<typeof answersOf>;

  beforeAll(async () => {
    const repository = new TestRepository();
    repository.withHashes = false;
    repository.targets.targets["a.bin"] = { ...targetOf("a"), custom: { "\ufb33": "é", "\u{1f600}": [1, "\\"] } };
    const root = await repository.publishRoot();
    await repository.publish();
    repository.root = { ...structuredClone(repository.root), version: 2 };
    await repository.publishRoot();
    answers = answersOf(root, repository.files).filter(([, { bytes }]) => bytes !== undefined);
    expect(answers.map(([, { request }]) => request.role)).toEqual(["root", "timestamp", "snapshot", "targets"]);
  });

  const role = fc.nat(3);
  const canonicalOf = (bytes: Uint8Array): string | undefined => {
    try {
      const { signed } = parseStrictJson(bytes) as { signed: JsonValue };
      return bytesToUtf8(encodeCanonicalJson(signed));
    } catch {
      return undefined;
    }
  };

  it("cannot change by a byte", () => {
    fc.assert(
      fc.property(role, fc.nat(), fc.nat(255), (which, place, value) => {
        const [client, { request, bytes }] = answers[which]!;
        const start = bytesToUtf8(bytes!).indexOf('"signed"') + 9;
        const changed = new Uint8Array(bytes!);
        changed[start + (place % (changed.length - start))] = value;
        const meant = canonicalOf(changed);
        const step = stepTufClient(client, { request, bytes: changed }, now);
        // Only what means the same, white space in another place for example, may pass.
        expect(isAccepted(step)).toBe(meant !== undefined && meant === canonicalOf(bytes!));
      }),
      { numRuns: 2_000 },
    );
  });

  it("may be laid out in any way", () => {
    fc.assert(
      fc.property(role, fc.infiniteStream(fc.nat(0xffff)), fc.nat(10), (which, numbers, indent) => {
        const [client, { request, bytes }] = answers[which]!;
        const next = () => numbers.next().value as number;
        const shuffled = (value: Loose): Loose => {
          if (Array.isArray(value)) return value.map(shuffled);
          if (typeof value !== "object" || value === null) return value;
          const members = Object.keys(value).map((name) => [next(), name] as const);
          return Object.fromEntries(members.sort(([a], [b]) => a - b).map(([, name]) => [name, shuffled(value[name])]));
        };
        const document = JSON.stringify(shuffled(JSON.parse(bytesToUtf8(bytes!))), undefined, indent);
        const text = document.replace(/[^ -~\n]/gu, (character) =>
          next() % 2 === 0 ? character : escapeAll(character),
        );
        const step = stepTufClient(client, { request, bytes: utf8ToBytes(text) }, now);
        expect(step.decision).toBe("accept");
        if (step.persist.length > 0) expect(step.persist.at(-1)!.bytes).toEqual(utf8ToBytes(text));
      }),
    );
  });

  it("has one canonical form, which is read back as itself", () => {
    const text = fc.string({ unit: "grapheme" }).filter((value) => !/\p{Cc}/u.test(value));
    const { value } = fc.letrec((tie) => ({
      value: fc.oneof(
        { maxDepth: 4 },
        fc.constantFrom(null, true, false),
        fc.maxSafeInteger().map((number) => number + 0),
        text,
        fc.array(tie("value")),
        fc.dictionary(fc.oneof(text, fc.constantFrom("__proto__", "\ufb33", "\u{1f600}")), tie("value")),
      ),
    }));
    fc.assert(
      fc.property(value, (tree) => {
        const canonical = encodeCanonicalJson(tree as JsonValue);
        expect(encodeCanonicalJson(parseStrictJson(canonical))).toEqual(canonical);
      }),
    );
  });

  it("ends in a typed refusal or an acceptance, however a file is deformed", () => {
    fc.assert(
      fc.property(role, fc.nat(), fc.integer({ min: 1, max: 3 }), (which, seed, times) => {
        const random = seededRandom(seed);
        const [client, { request, bytes }] = answers[which]!;
        let changed = bytes!;
        for (let time = 0; time < times; time++) changed = mutateJson(changed, random);
        const step = stepTufClient(client, { request, bytes: changed }, now);
        expect(["accept", "keep", "refuse"]).toContain(step.decision);
        expect(step.reasons.length).toBeGreaterThan(0);
        if (step.decision === "refuse") expect(step.state).toBe(client);
        else expect(canonicalOf(changed)).toBe(canonicalOf(bytes!));
        try {
          parseTufMetadata(changed);
        } catch (error) {
          if (!isOtaError(error)) throw error;
          // The short bound on timestamps stops what has grown too long before it is read.
          expect(["tuf_malformed", "tuf_file_too_long"]).toContain(step.reasons.at(-1)!.code);
        }
      }),
      { numRuns: 2_000 },
    );
  });
});

/** Versions of timestamp, snapshot and targets. */
type Versions = readonly [number, number, number];

/** Everything that was ever published, in whatever state of compromise, by versions. */
const published = new Map<string, Files>();
let firstRoot: Uint8Array;

async function publish(versions: Versions): Promise<void> {
  const [root, files] = await repositoryOf((repository) => {
    [repository.timestamp.version, repository.snapshot.version, repository.targets.version] = versions as Loose;
  });
  firstRoot = root;
  published.set(String(versions), files);
}

beforeAll(async () => {
  for (let timestamp = 1; timestamp <= 3; timestamp++) {
    for (let snapshot = 1; snapshot <= 3; snapshot++) {
      for (let targets = 1; targets <= 3; targets++) await publish([timestamp, snapshot, targets]);
    }
  }
  await publish([9, 9, 9]);
});

const version = fc.integer({ min: 1, max: 3 });
const versionsOf = ({ timestamp, snapshot, targets }: TufClient): (number | undefined)[] =>
  [timestamp, snapshot, targets["targets"]?.trusted].map((trusted) => trusted?.signed.version);
const anyVersions = fc.tuple(version, version, version);
const served = anyVersions.map((versions) => published.get(String(versions))!);

/** The versions of the authentic files in a store. */
function storedVersions(store: Files): Record<string, number> {
  const versions: Record<string, number> = {};
  for (const [file, bytes] of store) {
    try {
      const { signed } = parseTufMetadata(bytes);
      versions[file] = signed.version;
      if (signed._type === "snapshot") versions["listed targets.json"] = signed.meta["targets.json"].version;
    } catch (error) {
      if (!isOtaError(error)) throw error;
    }
  }
  return versions;
}

/** No version in the second store is lower than in the first, where the first has any. */
function expectNoRollback(before: Record<string, number>, after: Record<string, number>): void {
  // A targets file follows what the snapshot lists.
  for (const name of ["root.json", "timestamp.json", "snapshot.json", "listed targets.json"]) {
    if (before[name] !== undefined && after[name] !== undefined) {
      expect(after[name], name).toBeGreaterThanOrEqual(before[name]);
    }
  }
}

describe("a client over many refreshes", () => {
  it("never goes back, whatever the repository serves in whatever order", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(served, served, served), { minLength: 2, maxLength: 6 }), (rounds) => {
        const vehicle = new TestVehicle(firstRoot);
        for (const [timestamp, snapshot, targets] of rounds) {
          const before = storedVersions(vehicle.store);
          // Mixed from three states of the repository.
          const files = new Map([...targets, ...snapshot, ["timestamp.json", timestamp.get("timestamp.json")!]]);
          vehicle.refresh(files);
          expectNoRollback(before, storedVersions(vehicle.store));
          vehicle.find("b", files);
        }
        vehicle.refresh(published.get("9,9,9")!);
        expect(versionsOf(vehicle.client)).toEqual([9, 9, 9]);
      }),
      { numRuns: 50 },
    );
  });

  it("ends with the same store after a power cut at any step and a second refresh", () => {
    fc.assert(
      fc.property(served, served, fc.nat(8), fc.nat(2), (first, second, stop, partial) => {
        const whole = new TestVehicle(firstRoot);
        whole.refresh(first);
        const cut = new TestVehicle(firstRoot);
        for (const [file, bytes] of whole.store) cut.store.set(file, bytes);
        const last = whole.refresh(second);
        interrupt(cut, second, stop, partial);
        expect(cut.refresh(second).decision).toBe(last.decision);
        expect(new Map([...cut.store].sort())).toEqual(new Map([...whole.store].sort()));
      }),
      { numRuns: 50 },
    );
  });

  it("comes to the same whether it starts from its store or restarts from its state", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(served, served, served), { minLength: 2, maxLength: 5 }), (rounds) => {
        const fresh = new TestVehicle(firstRoot);
        const running = new TestVehicle(firstRoot);
        for (const [timestamp, snapshot, targets] of rounds) {
          const files = new Map([...targets, ...snapshot, ["timestamp.json", timestamp.get("timestamp.json")!]]);
          fresh.refresh(files);
          const steps = refreshRunning(running, files);
          expect(steps.map(({ decision, reasons }) => ({ decision, reasons }))).toEqual(
            fresh.steps.map(({ decision, reasons }) => ({ decision, reasons })),
          );
          expect(running.store).toEqual(fresh.store);
        }
      }),
      { numRuns: 50 },
    );
  });

  it("takes the same step from the same state, again and again", async () => {
    const [root, files] = await repositoryOf();
    for (const [state, answer] of answersOf(root, files)) {
      expect(stepTufClient(state, answer, now)).toEqual(stepTufClient(state, answer, now));
    }
  });

  it("recovers from a store that was torn, and believes what is whole in it", () => {
    const damage = fc.constantFrom("none", "none", "absent", "empty", "cut", "zeros", "other");
    fc.assert(
      fc.property(served, served, fc.tuple(damage, damage, damage, damage), fc.nat(), (first, second, kinds, place) => {
        const vehicle = new TestVehicle(firstRoot);
        vehicle.refresh(first);
        vehicle.find("b", first);
        ["timestamp.json", "snapshot.json", "targets.json", "A.json"].forEach((file, index) => {
          damageFile(vehicle.store, file, kinds[index]!, place);
        });
        const before = storedVersions(vehicle.store);
        vehicle.refresh(second);
        expectNoRollback(before, storedVersions(vehicle.store));
        expect(vehicle.refresh(published.get("9,9,9")!).decision).toBe("accept");
        expect(vehicle.find("b", published.get("9,9,9")!).decision).toBe("found");
      }),
      { numRuns: 60 },
    );
  });

  it("starts again from the shipped root when the stored one was torn", () => {
    fc.assert(
      fc.property(fc.nat(), (length) => {
        const cut = firstRoot.subarray(0, length % firstRoot.length);
        let error: unknown;
        try {
          createTufClient(cut);
        } catch (thrown) {
          error = thrown;
        }
        expect(isOtaError(error) && error.code).toBe("ERR_MANIFEST_TUF_ROOT");
      }),
    );
    expect(new TestVehicle(firstRoot).refresh(published.get("9,9,9")!).decision).toBe("accept");
  });
});

/** Refreshes a client that was not stopped since the last time. */
function refreshRunning(vehicle: TestVehicle, files: Files): readonly TufStep[] {
  const steps: TufStep[] = [];
  vehicle.client = restartTufClient(vehicle.client);
  for (;;) {
    const request = nextTufRequest(vehicle.client);
    if (request === undefined) return steps;
    const bytes = (request.kind === "load" ? vehicle.store : files).get(request.file);
    const step = stepTufClient(vehicle.client, { request, bytes }, now);
    steps.push(step);
    vehicle.client = step.state;
    if (step.decision === "refuse") return steps;
    for (const { file, bytes: contents } of step.persist) {
      if (contents === undefined) vehicle.store.delete(file);
      else vehicle.store.set(file, contents);
    }
  }
}

/** Refreshes up to a step, of whose changes only the first are carried out. */
function interrupt(vehicle: TestVehicle, files: Files, stop: number, partial: number): void {
  let state = createTufClient(vehicle.store.get("root.json")!);
  for (let index = 0; index <= stop; index++) {
    const request = nextTufRequest(state);
    if (request === undefined) return;
    const bytes = (request.kind === "load" ? vehicle.store : files).get(request.file);
    const step = stepTufClient(state, { request, bytes }, now);
    if (step.decision === "refuse") return;
    for (const change of index < stop ? step.persist : step.persist.slice(0, partial)) {
      if (change.bytes === undefined) vehicle.store.delete(change.file);
      else vehicle.store.set(change.file, change.bytes);
    }
    state = step.state;
  }
}

function damageFile(store: Files, file: string, kind: string, place: number): void {
  const bytes = store.get(file);
  if (bytes === undefined || kind === "none") return;
  if (kind === "absent") store.delete(file);
  else if (kind === "other") store.set(file, store.get("root.json")!);
  else if (kind === "zeros") store.set(file, new Uint8Array(bytes.length));
  else store.set(file, bytes.subarray(0, kind === "empty" ? 0 : place % bytes.length));
}

describe("the pure and the native provider", () => {
  it("come to the same steps for whole refreshes, deformed or not", async () => {
    const [root, files] = await repositoryOf((repository) => {
      repository.root.roles.targets.threshold = 1;
    });
    const names = [...files.keys()].filter((name) => !name.endsWith("root.json"));
    const run = (policy: TufPolicy, mutated: Files) => {
      const vehicle = new TestVehicle(root, policy);
      vehicle.refresh(mutated);
      const found = vehicle.steps.at(-1)!.decision === "refuse" ? undefined : vehicle.find("b", mutated);
      return { steps: vehicle.steps.map(({ decision, reasons }) => ({ decision, reasons })), found };
    };
    fc.assert(
      fc.property(fc.nat(), fc.nat(names.length), (seed, which) => {
        const random = seededRandom(seed);
        const mutated = new Map(files);
        const name = names[which];
        if (name !== undefined) mutated.set(name, flipSignatureOrValue(files.get(name)!, random));
        expect(run({ provider: pureSignatureProvider }, mutated)).toEqual(
          run({ provider: defaultSignatureProvider }, mutated),
        );
      }),
      { numRuns: 30 },
    );
  });
});

/** Half of the mutations are of signatures, which a provider sees; the others of any value. */
function flipSignatureOrValue(bytes: Uint8Array, random: ReturnType<typeof seededRandom>): Uint8Array {
  if (random.below(2) === 0) return mutateJson(bytes, random);
  const document = JSON.parse(bytesToUtf8(bytes));
  const signature = document.signatures[0];
  const at = random.below(signature.sig.length);
  signature.sig = signature.sig.slice(0, at) + random.pick([..."0123456789abcdef"]) + signature.sig.slice(at + 1);
  return fileOf(document);
}
