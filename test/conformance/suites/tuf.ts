/**
 * TUF against recordings of other people's suites: every client call of theupdateframework/tuf-conformance replayed in memory,
 * and the metadata files of python-tuf.
 */

import { bytesToUtf8, parseStrictJson, parseUtcTime, utf8ToBytes } from "otakit/core";
import {
  createTufClient,
  encodeTufName,
  findTufTarget,
  nextTufRequest,
  parseTufMetadata,
  stepTufClient,
  type TufClient,
  type TufRequest,
  type TufTarget,
  tufTargetFile,
} from "otakit/manifest";
import { verifyTarget } from "otakit/signing";
import type { ConformanceSuite, LoadVectors, SuiteOutcome } from "../suite.ts";

/** What the recorded suite served, and what the recorded client did with it. */
interface RecordedEvent {
  readonly op: "init" | "refresh" | "download";
  readonly rc: number;
  readonly trusted_root: string;
  readonly now: string;
  readonly repo: {
    readonly consistent_snapshot: boolean;
    readonly prefix_targets_with_hash: boolean;
    /** Versions 1, 2, … of each role as published. */
    readonly metadata: Readonly<Record<string, readonly string[]>>;
    readonly artifacts: Readonly<Record<string, { readonly data: string }>>;
  };
  readonly targets: readonly string[];
  readonly metadata_requests: readonly (readonly [string, number | null])[];
  readonly artifact_requests: readonly (readonly [string, string | null])[];
  readonly trusted_after: Readonly<Record<string, string>>;
  readonly downloads: readonly string[];
}

/** Where our client, refusing as the recorded one did, asks for less; each with the reason. */
const asksForLess: Readonly<Record<string, string>> = {
  "test_faketime, event 2": "an expired root",
  "test_root_expired, event 3": "an expired last root ends the refresh before the timestamp is asked for (TUF 5.3.10)",
  "test_download_with_unknown_hash_algorithm, event 1":
    "a target without a known hash is refused before any byte of it is fetched (TUF 5.7)",
};

/** Tells whether the folder is there. */
const anyFile = "repository/metadata/root.json";

export const suites: readonly ConformanceSuite[] = [
  { suite: "manifest/tufconf-tufjs", file: "manifest/tufconf-tufjs.json", run: recordedScenarios },
  { suite: "manifest/python-tuf", file: `manifest/python-tuf/${anyFile}`, run: pythonTuf },
];

function recordedScenarios(load: LoadVectors): SuiteOutcome {
  const { tests } = JSON.parse(bytesToUtf8(load("manifest/tufconf-tufjs.json"))) as {
    readonly tests: Readonly<Record<string, readonly RecordedEvent[]>>;
  };
  const names = Object.keys(tests);
  let events = 0;
  const failures: string[] = [];
  for (const name of names) {
    const vehicle = new RecordedClient();
    const faults = tests[name]!.flatMap((event, index) => {
      events++;
      return vehicle.replay(event, `${name}, event ${index}`).map((fault) => `event ${index} (${event.op}): ${fault}`);
    });
    if (faults.length > 0) failures.push(`${name}: ${faults.join("; ")}`);
  }
  return {
    total: names.length,
    passed: names.length - failures.length,
    failed: failures.length,
    skipped: 0,
    failures,
    why:
      `${events} events: exit code, stored bytes, downloads and requests compared (repeats in a row collapsed); ` +
      `asking for less in ${Object.keys(asksForLess).length}: ${Object.values(asksForLess).join("; ")}`,
  };
}

/** A client with its store and its folder of targets, over all events of one test. */
class RecordedClient {
  readonly store = new Map<string, string>();
  readonly downloads = new Map<string, string>();
  metadataRequests: (readonly [string, number | null])[] = [];
  artifactRequests: (readonly [string, string | null])[] = [];

  replay(event: RecordedEvent, label: string): string[] {
    if (event.op === "init") {
      this.store.set("root.json", event.trusted_root);
      return event.rc === 0 ? [] : ["init cannot fail here"];
    }
    this.metadataRequests = [];
    this.artifactRequests = [];
    const succeeded = this.#run(event);
    const faults: string[] = [];
    const compare = (what: string, found: unknown, expected: unknown): void => {
      if (JSON.stringify(found) !== JSON.stringify(expected)) {
        faults.push(`${what} ${JSON.stringify(found)}, expected ${JSON.stringify(expected)}`);
      }
    };
    compare("exit code", succeeded ? 0 : 1, event.rc);
    compare("store", sorted(Object.fromEntries(this.store)), sorted(event.trusted_after));
    compare("downloads", [...this.downloads.values()].sort(), [...event.downloads].sort());
    const expected = [collapsed(event.metadata_requests), collapsed(event.artifact_requests)] as const;
    const found = [this.metadataRequests, this.artifactRequests] as const;
    if (label in asksForLess) {
      const isStart = found.every((list, index) => startsWith(expected[index]!, list));
      if (succeeded || !isStart || JSON.stringify(found) === JSON.stringify(expected))
        compare("requests", found, "fewer");
    } else compare("requests", found, expected);
    return faults;
  }

  #run(event: RecordedEvent): boolean {
    const now = parseUtcTime(event.now);
    let client: TufClient;
    try {
      client = createTufClient(utf8ToBytes(this.store.get("root.json")!));
    } catch {
      return false;
    }
    for (let request = nextTufRequest(client); request !== undefined; request = nextTufRequest(client)) {
      const next = this.#answer(client, request, event, now);
      if (next === undefined) return false;
      client = next;
    }
    for (const path of event.op === "download" ? event.targets : []) {
      let lookup = findTufTarget(client, path);
      while (lookup.decision === "needs") {
        const next = this.#answer(client, lookup.request, event, now);
        if (next === undefined) return false;
        client = next;
        lookup = findTufTarget(client, path);
      }
      if (lookup.decision !== "found" || !this.#download(lookup.target, event)) return false;
    }
    return true;
  }

  #answer(client: TufClient, request: TufRequest, event: RecordedEvent, now: number): TufClient | undefined {
    const text = request.kind === "load" ? this.store.get(request.file) : this.#fetchMetadata(request, event);
    const step = stepTufClient(client, { request, bytes: text === undefined ? undefined : utf8ToBytes(text) }, now);
    for (const { file, bytes } of step.persist) {
      if (bytes === undefined) this.store.delete(file);
      else this.store.set(file, bytesToUtf8(bytes));
    }
    return step.decision === "refuse" ? undefined : step.state;
  }

  #fetchMetadata({ role, file, version }: TufRequest, { repo }: RecordedEvent): string | undefined {
    const versioned = file.startsWith(`${version}.`);
    this.metadataRequests.push([encodeTufName(role), versioned ? version! : null]);
    const published = repo.metadata[role] ?? [];
    return versioned ? published[version! - 1] : published.at(-1);
  }

  #download(target: TufTarget, { repo }: RecordedEvent): boolean {
    const expected = { length: target.length, hashes: target.hashes };
    const cached = this.downloads.get(target.path);
    if (cached !== undefined && verifies(utf8ToBytes(cached), expected)) return true;
    // Refused without a request when no listed hash is known.
    if (!["sha256", "sha512"].some((algorithm) => Object.hasOwn(target.hashes, algorithm))) return false;
    const hash = repo.consistent_snapshot && repo.prefix_targets_with_hash ? Object.values(target.hashes)[0]! : null;
    tufTargetFile(target.path, hash ?? undefined);
    this.artifactRequests.push([target.path, hash]);
    const data = repo.artifacts[target.path]?.data;
    if (data === undefined || !verifies(utf8ToBytes(data), expected)) return false;
    this.downloads.set(target.path, data);
    return true;
  }
}

function verifies(bytes: Uint8Array, expected: Pick<TufTarget, "length" | "hashes">): boolean {
  try {
    verifyTarget(bytes, expected);
    return true;
  } catch {
    return false;
  }
}

/** The recorded client asked again for what it was refused: repeats in a row count once. */
function collapsed<T>(requests: readonly T[]): readonly T[] {
  return requests.filter((request, index) => JSON.stringify(request) !== JSON.stringify(requests[index - 1]));
}

function startsWith(list: readonly unknown[], start: readonly unknown[]): boolean {
  return JSON.stringify(list.slice(0, start.length)) === JSON.stringify(start);
}

function sorted(record: Readonly<Record<string, string>>): readonly (readonly [string, string])[] {
  return Object.entries(record).sort(([left], [right]) => (left < right ? -1 : 1));
}

const roleFiles = ["1.root", "role1", "role2", "root", "snapshot", "targets", "timestamp"];

const pythonTufFiles = [
  ...[
    "repository/metadata",
    ...[1, 2].flatMap((n) => ["current", "previous"].map((age) => `client/test_repository${n}/metadata/${age}`)),
  ].flatMap((folder) => roleFiles.map((name) => `${folder}/${name}.json`)),
  ...["1.root", "1.targets", "1..", "2.snapshot", "timestamp"].map((name) => `fishy_rolenames/metadata/${name}.json`),
  "fishy_rolenames/1.a.json",
  "client/map.json",
];

/** Every file is read strictly and, but for the map file, as metadata; written again in python-tuf's layout, it is the same bytes. */
function pythonTuf(load: LoadVectors): SuiteOutcome {
  const failures: string[] = [];
  for (const file of pythonTufFiles) {
    const bytes = load(`manifest/python-tuf/${file}`);
    const isMetadata = file !== "client/map.json";
    try {
      const value = isMetadata ? parseTufMetadata(bytes) : parseStrictJson(bytes);
      const written = asciiOnly(JSON.stringify(inNameOrder(value), undefined, 1));
      if (written.trim() !== bytesToUtf8(bytes).trim()) failures.push(`${file}: is written as other bytes`);
    } catch (error) {
      failures.push(`${file}: ${String(error)}`);
    }
  }
  failures.push(...refusals(load));
  const total = pythonTufFiles.length;
  const failed = Math.min(failures.length, total);
  return {
    total,
    passed: total - failed,
    failed,
    skipped: 0,
    failures,
    why: "41 metadata files and a map file read and written again byte by byte; its repository (RSA-PSS and Ed25519) accepted by a client",
  };
}

/** Refreshes from the published repository, as a client that trusts its root. */
function refusals(load: LoadVectors): string[] {
  const read = (file: string): Uint8Array | undefined => {
    try {
      return load(`manifest/python-tuf/repository/metadata/${file}`);
    } catch {
      return undefined;
    }
  };
  let client = createTufClient(read("root.json")!);
  for (let request = nextTufRequest(client); request !== undefined; request = nextTufRequest(client)) {
    const bytes = request.kind === "load" ? undefined : read(request.file);
    const step = stepTufClient(client, { request, bytes }, parseUtcTime("2026-11-23T00:00:00Z"));
    if (step.decision === "refuse") return [`repository: ${step.reasons.map(({ code, role }) => `${role} ${code}`)}`];
    client = step.state;
  }
  return [];
}

/** As Python's writer spells other characters. */
function asciiOnly(json: string): string {
  return json.replace(/[^ -~\n]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

function inNameOrder(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inNameOrder);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).sort(([left], [right]) => (left < right ? -1 : 1));
  return Object.fromEntries(entries.map(([name, item]) => [name, inNameOrder(item)]));
}
