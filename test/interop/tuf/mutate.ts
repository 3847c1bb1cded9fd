/**
 * Mutations of whole repositories: damage on the way, hostile mirrors, and what a signer who holds the keys could write.
 *
 * Many sign again and list the changed file again, so that the change itself is judged and not the broken signature.
 */

import { createHash } from "node:crypto";
import { encodeCanonicalJson, type JsonValue } from "otakit/core";
import type { Random } from "../../../scripts/random.ts";
import type { Scenario } from "./client-otakit.ts";
import type { PoolKey } from "./keys.ts";

/** A JSON object that may be changed at will. */
// biome-ignore lint/suspicious/noExplicitAny: metadata is broken in ways that no type allows
type Loose = any;

/** A mutated repository. */
export interface Mutant extends Scenario {
  /** What was done to it. */
  readonly kind: string;
}

/** The private keys by key id. */
export type KeyRing = ReadonlyMap<string, PoolKey>;

/** What a mutation works on. */
interface Bench {
  readonly files: Map<string, Uint8Array>;
  readonly random: Random;
  readonly ring: KeyRing;
  /** Served files without the first root. */
  readonly names: readonly string[];
}

type Mutation = (bench: Bench) => Promise<unknown>;

/** Applies one random mutation. */
export async function mutate(scenario: Scenario, random: Random, ring: KeyRing): Promise<Mutant> {
  const files = new Map(scenario.files);
  const names = [...files.keys()].filter((name) => name !== "1.root.json");
  const kind = random.pick(Object.keys(mutations));
  await mutations[kind]!({ files, random, ring, names });
  return { ...scenario, name: `${scenario.name}, ${kind}`, kind, files };
}

/** Changes the signed object of one file of a type, signs it again, and mostly lists it again in what names it. */
function resigned(type: string, change: (signed: Loose, bench: Bench) => void): Mutation {
  return async (bench) => {
    const file = pickFile(bench, type);
    if (file === undefined) return;
    const document = read(bench, file);
    const keyids = document.signatures.map(({ keyid }: Loose) => keyid);
    change(document.signed, bench);
    await seal(bench, file, document.signed, keyids);
    if (bench.random.below(4) > 0) await listAgain(bench, file);
  };
}

/** Changes a document without signing it again. */
function unsigned(change: (document: Loose, bench: Bench) => void): Mutation {
  return async (bench) => {
    const file = bench.random.pick(bench.names);
    const document = read(bench, file);
    change(document, bench);
    write(bench, file, document);
    if (bench.random.below(2) > 0) await listAgain(bench, file);
  };
}

/** Changes the text of a file, and lists it again so that the text itself is judged. */
function rewritten(change: (text: string, bench: Bench) => string): Mutation {
  return async (bench) => {
    const file = bench.random.pick(bench.names);
    bench.files.set(file, new TextEncoder().encode(change(new TextDecoder().decode(bench.files.get(file)), bench)));
    if (bench.random.below(4) > 0) await listAgain(bench, file);
  };
}

const past = "2026-01-01T00:00:00Z";
const any = "root timestamp snapshot targets";

const mutations: Readonly<Record<string, Mutation>> = {
  "nothing at all": async () => {},
  "a flipped bit": async ({ files, random, names }) => {
    const name = random.pick(names);
    const bytes = Uint8Array.from(files.get(name)!);
    bytes[random.below(bytes.length)]! ^= 1 << random.below(8);
    files.set(name, bytes);
  },
  "a flipped bit, listed again": async (bench) => {
    const name = bench.random.pick(bench.names);
    const bytes = Uint8Array.from(bench.files.get(name)!);
    bytes[bench.random.below(bytes.length)]! ^= 1 << bench.random.below(8);
    bench.files.set(name, bytes);
    await listAgain(bench, name);
  },
  "a cut file": async ({ files, random, names }) => {
    const name = random.pick(names);
    const bytes = files.get(name)!;
    files.set(name, bytes.subarray(0, random.below(bytes.length)));
  },
  "a missing file": async ({ files, random, names }) => files.delete(random.pick(names)),
  "two files swapped": async ({ files, random, names }) => {
    const [left, right] = [random.pick(names), random.pick(names)];
    const bytes = files.get(left)!;
    files.set(left, files.get(right)!);
    files.set(right, bytes);
  },
  "white space at the end": rewritten((text, { random }) => text + random.pick(["\n", " ", "\r\n\t"])),
  "a byte order mark": rewritten((text) => `\ufeff${text}`),
  "text after the end": rewritten((text) => `${text}x`),
  "a member twice": rewritten((text) => text.replace('"version":', '"version":1,"version":')),
  "a number with a fraction": rewritten((text) => text.replace(/"version": ?(\d+)/, '"version":$1.0')),
  "a number with an exponent": rewritten((text) => text.replace(/"threshold": ?(\d+)/, '"threshold":$1e0')),
  "a dropped signature": unsigned((document, { random }) => {
    document.signatures.splice(random.below(document.signatures.length), 1);
  }),
  "no signatures": unsigned((document) => {
    document.signatures = [];
  }),
  "a signature twice": unsigned((document) => {
    document.signatures.push(document.signatures[0]);
  }),
  "signatures in another order": unsigned((document) => {
    document.signatures.reverse();
  }),
  "a spoilt signature": unsigned((document, { random }) => {
    const signature = random.pick(document.signatures) as Loose;
    const digit = random.below(signature.sig.length);
    const other = signature.sig[digit] === "0" ? "1" : "0";
    signature.sig = signature.sig.slice(0, digit) + other + signature.sig.slice(digit + 1);
  }),
  "an empty signature": unsigned((document, { random }) => {
    (random.pick(document.signatures) as Loose).sig = "";
  }),
  "a signature in upper case": unsigned((document, { random }) => {
    const signature = random.pick(document.signatures) as Loose;
    signature.sig = signature.sig.toUpperCase();
  }),
  "a signature with more after it": unsigned((document, { random }) => {
    (random.pick(document.signatures) as Loose).sig += random.pick(["zz", "00", " ", "\n"]);
  }),
  "a stranger's signature beside": unsigned((document) => {
    document.signatures.unshift({ keyid: "ab".repeat(32), sig: "cd".repeat(64) });
  }),
  "a signature without key id": unsigned((document) => {
    delete document.signatures[0]?.keyid;
  }),
  "a member beside the signed one": unsigned((document) => {
    document.note = { kept: true };
  }),
  "a changed version, not signed": unsigned((document) => {
    document.signed.version++;
  }),
  "another version": resigned(any, (signed, { random }) => {
    signed.version = random.pick([0, -1, signed.version + 1, signed.version - 1, 2 ** 53 - 1, "1", null]);
  }),
  "an expired file": resigned(any, (signed) => {
    signed.expires = past;
  }),
  "an odd expiry": resigned(any, (signed, { random }) => {
    signed.expires = random.pick([
      "2030",
      "2030-01-01T00:00:00",
      "2030-01-01T00:00:00.5Z",
      "2030-01-01T00:00:00+14:00",
      "Tue Jan 01 2030",
      "2030-02-30T00:00:00Z",
      "2030-01-01t00:00:00z",
      7,
    ]);
  }),
  "another specification": resigned(any, (signed, { random }) => {
    signed.spec_version = random.pick(["2.0.0", "1.1.0", "1.0", "1", "0.9.0", "1.0.34-x", "", 1]);
  }),
  "no specification": resigned(any, (signed) => {
    delete signed.spec_version;
  }),
  "another type": resigned(any, (signed, { random }) => {
    signed._type = random.pick(["root", "targets", "snapshot", "timestamp", "Targets", "mirrors", 1]);
  }),
  "an unknown field": resigned(any, (signed) => {
    signed["x-note"] = { é: [1, null, "\u2028"], "": {} };
  }),
  "a field named as Object's prototype": resigned(any, (signed) => {
    Object.defineProperty(signed, "__proto__", { value: { version: 1 }, enumerable: true });
  }),
  "signed by a stranger": async (bench) => {
    const file = bench.random.pick(bench.names);
    const strangers = [...bench.ring.keys()].filter(() => bench.random.below(3) === 0);
    await seal(bench, file, read(bench, file).signed, strangers);
    await listAgain(bench, file);
  },
  "a threshold": resigned("root targets", (signed, { random }) => {
    const role = anyRole(signed, random);
    if (role !== undefined) role.threshold = random.pick([0, -1, 1, 2, 3, 99, "1", true]);
  }),
  "a key id twice": resigned("root targets", (signed, { random }) => {
    const role = anyRole(signed, random);
    role?.keyids.push(role.keyids[0]);
  }),
  "no key ids": resigned("root targets", (signed, { random }) => {
    const role = anyRole(signed, random);
    if (role !== undefined) role.keyids = [];
  }),
  "a key taken off": resigned("root targets", (signed, { random }) => {
    const keys = signed.keys ?? signed.delegations?.keys ?? {};
    delete keys[random.pick(["", ...Object.keys(keys)])];
  }),
  "an unknown kind of key": resigned("root targets", (signed, { random }) => {
    const key = anyKey(signed, random);
    if (key !== undefined)
      Object.assign(
        key,
        random.pick([
          { keytype: "sphincs", scheme: "sphincs-128" },
          { scheme: "rsa-pkcs1v15-sha256" },
          { keytype: "rsa" },
        ]),
      );
  }),
  "an unusable key": resigned("root targets", (signed, { random }) => {
    const key = anyKey(signed, random);
    if (key !== undefined) key.keyval = random.pick([{ public: "00" }, { public: "" }, {}, { public: 1 }]);
  }),
  "one key under two ids": async (bench) => {
    const file = pickFile(bench, "root targets");
    if (file === undefined) return;
    const { signed, signatures } = read(bench, file);
    const role = anyRole(signed, bench.random);
    const keyid = role?.keyids[0];
    const keys = signed.keys ?? signed.delegations?.keys;
    if (keys?.[keyid] === undefined) return;
    keys["other-name"] = keys[keyid];
    role.keyids = [keyid, "other-name"];
    role.threshold = 2;
    // The same signature under both names.
    for (const name of bench.names) {
      const other = read(bench, name);
      const own = other.signatures.find((signature: Loose) => signature.keyid === keyid);
      if (own === undefined || name === file) continue;
      other.signatures.push({ ...own, keyid: "other-name" });
      write(bench, name, other);
    }
    await seal(
      bench,
      file,
      signed,
      signatures.map((signature: Loose) => signature.keyid),
    );
    for (const name of bench.names) await listAgain(bench, name);
  },
  "an unknown key field": resigned("root targets", (signed, { random }) => {
    const key = anyKey(signed, random);
    if (key !== undefined) key.keyid_hash_algorithms = ["sha256", "sha512"];
  }),
  "consistency turned over": resigned("root", (signed, { random }) => {
    signed.consistent_snapshot = random.pick([true, false, "true", undefined]);
    if (signed.consistent_snapshot === undefined) delete signed.consistent_snapshot;
  }),
  "a role too many in the root": resigned("root", (signed) => {
    signed.roles.mirrors = signed.roles.targets;
  }),
  "a role too few in the root": resigned("root", (signed, { random }) => {
    delete signed.roles[random.pick(["timestamp", "snapshot", "targets"])];
  }),
  "another listed version": resigned("timestamp snapshot", (signed, { random }) => {
    const meta = random.pick(Object.values(signed.meta)) as Loose;
    meta.version = random.pick([0, meta.version + 1, meta.version - 1, "1", 1.5 * 2]);
  }),
  "another listed length": resigned("timestamp snapshot", (signed, { random }) => {
    (random.pick(Object.values(signed.meta)) as Loose).length = random.pick([0, -1, 1, 10_000_000, "9"]);
  }),
  "another listed hash": resigned("timestamp snapshot", (signed, { random }) => {
    (random.pick(Object.values(signed.meta)) as Loose).hashes = random.pick([
      { sha256: "00".repeat(32) },
      { sha256: "" },
      { md5: "00" },
      {},
      { sha256: 1 },
      [],
    ]);
  }),
  "a file not listed": resigned("timestamp snapshot", (signed, { random }) => {
    delete signed.meta[random.pick(Object.keys(signed.meta))];
  }),
  "a further file listed": resigned("timestamp snapshot", (signed) => {
    signed.meta["further.json"] = { version: 1 };
  }),
  "another target length": resigned("targets", (signed, { random }) => {
    const target = anyTarget(signed, random);
    if (target !== undefined) target.length = random.pick([0, -1, 1.0, "9", null, 2 ** 53 - 1]);
  }),
  "other target hashes": resigned("targets", (signed, { random }) => {
    const target = anyTarget(signed, random);
    if (target !== undefined)
      target.hashes = random.pick([{}, { md5: "00" }, { sha256: "xyz" }, { sha256: 7 }, undefined, []]);
    if (target?.hashes === undefined) delete target?.hashes;
  }),
  "odd custom data": resigned("targets", (signed, { random }) => {
    const target = anyTarget(signed, random);
    if (target !== undefined) target.custom = random.pick([[], "text", 7, null, {}, { a: { b: [] } }]);
  }),
  "other paths": resigned("targets", (signed, { random }) => {
    const role = random.pick([{}, ...(signed.delegations?.roles ?? [])]) as Loose;
    role.paths = random.pick([[], ["*"], ["{a,b}/*"], ["!(x)"], ["a/**"], [""], "*", [1], ["[!x]*"], ["a/*", "*/*"]]);
  }),
  "other hash prefixes": resigned("targets", (signed, { random }) => {
    const role = random.pick([{}, ...(signed.delegations?.roles ?? [])]) as Loose;
    delete role.paths;
    role.path_hash_prefixes = random.pick([[], [""], ["0", "1", "2", "3"], ["A", "F"], "00", [0], ["zz"]]);
  }),
  "a delegation ends the search or not": resigned("targets", (signed, { random }) => {
    const role = random.pick([{}, ...(signed.delegations?.roles ?? [])]) as Loose;
    role.terminating = random.pick([true, false, "yes", 1, undefined]);
    if (role.terminating === undefined) delete role.terminating;
  }),
  "another delegated name": resigned("targets", (signed, { random }) => {
    const role = random.pick([{}, ...(signed.delegations?.roles ?? [])]) as Loose;
    role.name = random.pick(["", "root", "targets", "unpublished", 7, "constructor"]);
  }),
  "a delegation twice": resigned("targets", (signed) => {
    const roles = signed.delegations?.roles;
    if (roles?.length > 0) roles.push({ ...roles[0] });
  }),
  "delegations in another order": resigned("targets", (signed) => {
    signed.delegations?.roles?.reverse();
  }),
  "other bins": resigned("targets", (signed, { random }) => {
    const bins = signed.delegations?.succinct_roles;
    if (bins !== undefined)
      Object.assign(
        bins,
        random.pick([
          { bit_length: 0 },
          { bit_length: 33 },
          { bit_length: 32 },
          { bit_length: "4" },
          { name_prefix: "x" },
          { name_prefix: 1 },
        ]),
      );
  }),
  "bins and roles": resigned("targets", (signed) => {
    const { delegations } = signed;
    if (delegations !== undefined)
      Object.assign(
        delegations,
        delegations.roles
          ? { succinct_roles: { keyids: [], threshold: 1, bit_length: 2, name_prefix: "n" } }
          : { roles: [] },
      );
  }),
  "neither bins nor roles": resigned("targets", (signed) => {
    delete signed.delegations?.roles;
    delete signed.delegations?.succinct_roles;
  }),
  "a targets file without targets": resigned("targets", (signed) => {
    delete signed.targets;
  }),
};

function anyRole(signed: Loose, random: Random): Loose {
  const { delegations } = signed;
  const roles = signed.roles ? Object.values(signed.roles) : (delegations?.roles ?? [delegations?.succinct_roles]);
  return roles.length === 0 ? undefined : random.pick(roles as Loose[]);
}

function anyKey(signed: Loose, random: Random): Loose {
  const keys = Object.values(signed.keys ?? signed.delegations?.keys ?? {});
  return keys.length === 0 ? undefined : random.pick(keys);
}

function anyTarget(signed: Loose, random: Random): Loose {
  const targets = Object.values(signed.targets);
  return targets.length === 0 ? undefined : random.pick(targets);
}

function pickFile(bench: Bench, types: string): string | undefined {
  const fitting = bench.names.filter((name) => types.includes(read(bench, name).signed._type));
  return fitting.length === 0 ? undefined : bench.random.pick(fitting);
}

function read({ files }: Bench, name: string): Loose {
  return JSON.parse(new TextDecoder().decode(files.get(name)));
}

function write({ files }: Bench, name: string, document: Loose): void {
  files.set(name, new TextEncoder().encode(JSON.stringify(document)));
}

/** Signs with the keys of the pool that have these key ids. */
async function seal(bench: Bench, name: string, signed: Loose, keyids: readonly string[]): Promise<void> {
  const message = encodeCanonicalJson(signed as JsonValue);
  const signatures = [];
  for (const keyid of keyids) {
    const key = bench.ring.get(keyid);
    if (key !== undefined) signatures.push({ keyid, sig: Buffer.from(await key.signer.sign(message)).toString("hex") });
  }
  write(bench, name, { signatures, signed });
}

/** Has snapshot and timestamp list a file as it is now, where they list lengths and hashes. */
async function listAgain(bench: Bench, name: string): Promise<void> {
  const role = decodeURIComponent(name.replace(/^\d+\.(?=.)/, "").replace(/\.json$/, ""));
  if (role === "root" || role === "timestamp") return;
  const lister =
    role === "snapshot" ? "timestamp.json" : bench.names.find((other) => /^(\d+\.)?snapshot\.json$/.test(other));
  if (lister === undefined || !bench.files.has(lister)) return;
  const { signed, signatures } = read(bench, lister);
  const meta = signed.meta?.[`${role}.json`];
  if (meta?.hashes === undefined) return;
  const bytes = bench.files.get(name)!;
  meta.length = bytes.length;
  for (const algorithm of Object.keys(meta.hashes))
    meta.hashes[algorithm] = createHash(algorithm).update(bytes).digest("hex");
  await seal(
    bench,
    lister,
    signed,
    signatures.map(({ keyid }: Loose) => keyid),
  );
  await listAgain(bench, lister);
}
