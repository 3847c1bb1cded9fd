/** A Director and an Image repository by hand, free to publish what no honest ones would, and a vehicle with a store for both. */

import { constants, generateKeyPairSync, sign } from "node:crypto";
import type { OtaError } from "../../../src/core/index.ts";
import {
  createUptaneClient,
  nextUptaneRequest,
  restartUptaneClient,
  stepUptaneClient,
  type UptaneClient,
  type UptaneKnowledge,
  type UptanePolicy,
  type UptaneRepository,
  type UptaneRequest,
  type UptaneStart,
  type UptaneStep,
  type UptaneVehicle,
  uptaneAssignment,
  type VerifiedTime,
} from "../../../src/manifest/index.ts";
import { encodeTufKey, parsePublicKey } from "../../../src/signing/index.ts";
import { errorOf } from "../../error-of.ts";
import {
  type Files,
  type Loose,
  now,
  rootOf,
  type TestKey,
  TestRepository,
  targetOf,
  testKey,
} from "../tuf/repository-fixture.ts";

export type { Loose } from "../tuf/repository-fixture.ts";
export { day, now } from "../tuf/repository-fixture.ts";

/** A verified time, without the verification. */
export function timeOf(at: number): VerifiedTime {
  return { now: at, source: "clock" } as unknown as VerifiedTime;
}

export const vehicle: UptaneVehicle = {
  vehicleId: "veh-1",
  primary: "gateway",
  ecus: [
    { ecuId: "gateway", hardwareId: "gateway-a" },
    { ecuId: "brake", hardwareId: "brake-mk2" },
    { ecuId: "door-left", hardwareId: "door" },
    { ecuId: "door-right", hardwareId: "door" },
  ],
};

/** An entry of the Director: contents by text, for these ECUs. */
export function assigned(text: string, ecus: readonly string[], releaseCounter = 5): Loose {
  const hardwareIds = new Map(vehicle.ecus.map(({ ecuId, hardwareId }) => [ecuId, hardwareId]));
  const ecuIdentifiers = Object.fromEntries(
    ecus.map((ecuId) => [ecuId, { hardwareId: hardwareIds.get(ecuId) ?? "x" }]),
  );
  return { ...targetOf(text), custom: { ecuIdentifiers, releaseCounter } };
}

/** An entry of the Image repository. */
export function listed(text: string, hardwareIds: readonly string[], releaseCounter = 5): Loose {
  return { ...targetOf(text), custom: { hardwareIds, releaseCounter } };
}

/** A delegation of the Image repository's targets to a role of its own key. */
export function delegation(name: string, paths: readonly string[], change: Loose = {}): Loose {
  return { name, keyids: [testKey(name).keyid], threshold: 1, terminating: false, paths, ...change };
}

/** A repository whose keys are its own. */
function repositoryOf(name: string, keyOf: (name: string) => TestKey): TestRepository {
  const repository = new TestRepository();
  for (const role of ["root", "timestamp", "snapshot", "targets"] as const)
    repository.keys[role] = [keyOf(`${name} ${role}`)];
  repository.root = rootOf(repository.keys);
  return repository;
}

/** Both repositories: the brake's image is listed by a delegated role `supplier`, the doors' by the top-level targets. */
export class TestPair {
  readonly director: TestRepository;
  readonly image: TestRepository;

  constructor(keyOf: (name: string) => TestKey = testKey) {
    this.director = repositoryOf("director", keyOf);
    this.image = repositoryOf("image", keyOf);
    this.director.targets.custom = { vehicleIdentifier: vehicle.vehicleId };
    this.director.targets.targets = {
      "brake/2.bin": assigned("brake 2", ["brake"]),
      "door/3.bin": assigned("door 3", ["door-left", "door-right"], 7),
    };
    this.image.targets.targets = { "door/3.bin": listed("door 3", ["door", "hatch"], 7) };
    this.delegate(
      delegation("supplier", ["brake/*"], { hardwareIds: ["brake-mk2"], keyids: [keyOf("supplier").keyid] }),
      keyOf,
    );
    this.role("supplier", { "brake/2.bin": listed("brake 2", ["brake-mk2"]) }, keyOf);
  }

  /** Adds a delegation of the top-level targets. */
  delegate(entry: Loose, keyOf: (name: string) => TestKey = testKey): void {
    this.image.targets.delegations ??= { keys: {}, roles: [] };
    const { keys, roles } = this.image.targets.delegations;
    roles.push(entry);
    const names: readonly string[] = entry.roleinfo?.map(({ rolename }: Loose) => rolename) ?? [entry.name];
    for (const name of names) keys[keyOf(name).keyid] = keyOf(name).object;
  }

  /** Adds a delegated role. */
  role(name: string, targets: Loose, keyOf: (name: string) => TestKey = testKey, change: Loose = {}): Loose {
    const { spec_version, expires } = this.image.targets;
    const document = { _type: "targets", spec_version, version: 1, expires, targets, ...change };
    this.image.delegated.set(name, { document, keys: [keyOf(name)] });
    return document;
  }

  async publish(): Promise<this> {
    for (const repository of [this.director, this.image]) {
      await repository.publishRoot();
      await repository.publish();
    }
    return this;
  }

  /** The next version of the Director's targets. */
  async direct(targets: Loose): Promise<void> {
    this.director.targets.targets = targets;
    await this.director.publishNext();
  }

  get files(): Readonly<Record<UptaneRepository, Files>> {
    return { director: this.director.files, image: this.image.files };
  }
}

/** A vehicle: stores that survive, and a client for each verification. */
export class TestPrimary {
  readonly stores: Readonly<Record<UptaneRepository, Files>>;
  readonly start: Omit<UptaneStart, "directorRoot" | "imageRoot">;
  readonly policy: UptanePolicy;
  /** `repository file` of what was fetched, in order. */
  fetched: string[] = [];
  /** `repository file` of what was stored or removed, in order. */
  persisted: string[] = [];
  steps: UptaneStep[] = [];
  client: UptaneClient;

  constructor(pair: TestPair, start: Partial<UptaneStart> = {}, policy: UptanePolicy = {}) {
    const { director, image } = pair.files;
    this.stores = {
      director: new Map([["root.json", director.get("1.root.json")!]]),
      image: new Map([["root.json", image.get("1.root.json")!]]),
    };
    this.start = { vehicle, ...start };
    this.policy = policy;
    this.client = this.#create();
  }

  #create(knowledge: UptaneKnowledge = {}): UptaneClient {
    const roots = {
      directorRoot: this.stores.director.get("root.json")!,
      imageRoot: this.stores.image.get("root.json")!,
    };
    return createUptaneClient({ ...this.start, ...knowledge, ...roots }, this.policy);
  }

  /** Verifies from the store on; gives the last step, which is a refusal if the verification failed. */
  verify({ files }: Pick<TestPair, "files">, knowledge: UptaneKnowledge = {}, at: number = now): UptaneStep {
    this.client = this.#create(knowledge);
    return this.#run(files, at);
  }

  /** Verifies again without a restart of the process. */
  again({ files }: Pick<TestPair, "files">, knowledge: UptaneKnowledge = {}, at: number = now): UptaneStep {
    this.client = restartUptaneClient(this.client, knowledge);
    return this.#run(files, at);
  }

  #run(files: TestPair["files"], at: number): UptaneStep {
    this.fetched = [];
    this.persisted = [];
    this.steps = [];
    for (;;) {
      const request = nextUptaneRequest(this.client, this.policy);
      if (request === undefined) return this.steps.at(-1)!;
      const step = this.answer(request, files, at);
      if (step.decision === "refuse") return step;
    }
  }

  answer(request: UptaneRequest, files: TestPair["files"], at: number = now): UptaneStep {
    const { repository, kind, file } = request;
    if (kind === "fetch") this.fetched.push(`${repository} ${file}`);
    const bytes = (kind === "load" ? this.stores : files)[repository].get(file);
    const step = stepUptaneClient(this.client, { request, bytes }, timeOf(at), this.policy);
    for (const change of step.persist) {
      this.persisted.push(`${change.repository} ${change.file}`);
      if (change.bytes === undefined) this.stores[change.repository].delete(change.file);
      else this.stores[change.repository].set(change.file, change.bytes);
    }
    this.steps.push(step);
    this.client = step.state;
    return step;
  }

  get outcome() {
    return uptaneAssignment(this.client);
  }
}

/** Codes of the reasons, the decisive one first. */
export function codesOf({ reasons }: { readonly reasons: readonly { readonly code: string }[] }): string[] {
  return reasons.map(({ code }) => code);
}

/** Types of keys of the property tests. */
export const keyTypes = [
  "ed25519",
  "rsassa-pss-sha256",
  "rsassa-pss-sha512",
  "ecdsa-sha2-nistp256",
  "ecdsa-sha2-nistp384",
] as const;

/** Makes keys of a type, the same for the same name. */
export function keyMaker(scheme: (typeof keyTypes)[number]): (name: string) => TestKey {
  const made = new Map<string, TestKey>();
  return (name) => {
    const key = made.get(name) ?? makeKey(scheme);
    made.set(name, key);
    return key;
  };
}

function makeKey(scheme: (typeof keyTypes)[number]): TestKey {
  const pair = () => {
    if (scheme === "ed25519") return generateKeyPairSync("ed25519");
    if (scheme.startsWith("ecdsa"))
      return generateKeyPairSync("ec", { namedCurve: scheme.endsWith("256") ? "P-256" : "P-384" });
    return generateKeyPairSync("rsa", { modulusLength: 2048 });
  };
  const { publicKey, privateKey } = pair();
  const publicText = publicKey.export({ type: "spki", format: "pem" }) as string;
  const parsed = parsePublicKey(publicText, { scheme });
  const digits = scheme.slice(-3);
  const options = scheme.startsWith("rsa")
    ? { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: digits === "256" ? 32 : 64 }
    : {};
  const hash = scheme === "ed25519" ? null : `sha${digits}`;
  const signer = {
    publicKey: parsed,
    sign: async (message: Uint8Array) => new Uint8Array(sign(hash, message, { key: privateKey, ...options })),
  };
  return { signer, keyid: parsed.keyId, object: encodeTufKey(parsed) } as unknown as TestKey;
}

/** The thrown error as one of the library's. */
export function faultOf(action: () => unknown): OtaError {
  return errorOf(action) as OtaError;
}
