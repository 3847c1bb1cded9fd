/**
 * Fuzz targets of TUF metadata and of the client. A mutated file is offered twice: as it is, and signed anew, so that the
 * mutation also meets the checks behind the signatures.
 */

import { createPrivateKey, type KeyObject, sign } from "node:crypto";
import { bytesToHex, encodeCanonicalJson, isOtaError, type JsonValue, parseStrictJson, utf8ToBytes } from "otakit/core";
import {
  createTufClient,
  findTufTarget,
  matchesTufPath,
  nextTufRequest,
  parseTufMetadata,
  stepTufClient,
  type TufClient,
  type TufRequest,
  type TufStep,
} from "otakit/manifest";
import { encodeTufKey, generateLocalKey } from "otakit/signing";
import type { FuzzTarget } from "../target.ts";

const now = Date.UTC(2026, 10, 25);
const base = { spec_version: "1.0.34", version: 3, expires: "2027-01-01T00:00:00Z" };
const roles = ["root", "timestamp", "snapshot", "targets", "delegated"] as const;
type Role = (typeof roles)[number];

interface Key {
  readonly keyid: string;
  readonly object: JsonValue;
  readonly secret: KeyObject;
}

const keys = Object.fromEntries(roles.map((role, index) => [role, keyOf(index)])) as Record<Role, Key>;

function keyOf(index: number): Key {
  const { pem, signer } = generateLocalKey((length) => new Uint8Array(length).fill(index + 1));
  return { keyid: signer.publicKey.keyId, object: encodeTufKey(signer.publicKey), secret: createPrivateKey(pem) };
}

/** Signs as a role; a root is signed by the one key that every root of these tests has. */
function signAs(role: Role, signed: JsonValue): Uint8Array {
  const { keyid, secret } = keys[role];
  const sig = bytesToHex(sign(null, encodeCanonicalJson(signed, { maxEntries: 1e9 }), secret));
  return utf8ToBytes(JSON.stringify({ signatures: [{ keyid, sig }], signed }));
}

const listOf = (...chosen: readonly Role[]) =>
  Object.fromEntries(chosen.map((role) => [keys[role].keyid, keys[role].object]));
const roleOf = (role: Role) => ({ keyids: [keys[role].keyid], threshold: 1 });
const targetFile = { length: 9, hashes: { sha256: "ab".repeat(32) }, custom: { note: ["é", 1, null] } };

/** The files of a repository at a version. */
function filesOf(version: number): Record<Role, Uint8Array> {
  const top = ["root", "timestamp", "snapshot", "targets"] as const;
  const member = { ...base, version };
  const delegations = {
    keys: listOf("delegated"),
    roles: [
      { name: "delegated", ...roleOf("delegated"), terminating: false, paths: ["a/*", "[!b]?"] },
      { name: "other", ...roleOf("delegated"), terminating: true, path_hash_prefixes: ["0", "a1"] },
    ],
  };
  const listed = {
    "targets.json": { version },
    "delegated.json": { version },
    "bin-0.json": { version: 1 },
  };
  return {
    root: signAs("root", {
      _type: "root",
      ...member,
      consistent_snapshot: true,
      keys: listOf(...top),
      roles: Object.fromEntries(top.map((role) => [role, roleOf(role)])),
    }),
    timestamp: signAs("timestamp", { _type: "timestamp", ...member, meta: { "snapshot.json": { version } } }),
    snapshot: signAs("snapshot", { _type: "snapshot", ...member, meta: listed }),
    targets: signAs("targets", {
      _type: "targets",
      ...member,
      targets: { "a/b": targetFile, c: targetFile },
      delegations,
    }),
    delegated: signAs("delegated", { _type: "targets", ...member, targets: { "a/d": targetFile } }),
  };
}

const bins = {
  keys: listOf("delegated"),
  succinct_roles: { ...roleOf("delegated"), bit_length: 4, name_prefix: "bin" },
};
const withBins = signAs("targets", { _type: "targets", ...base, targets: {}, delegations: bins });
const stored = filesOf(3);
const served = filesOf(4);

/** States in which a client asks for the file of a role, from its store and from the repository. */
const open = new Map<Role, { readonly state: TufClient; readonly request: TufRequest }[]>(
  roles.map((role) => [role, []]),
);
for (
  let state = createTufClient(stored.root), request = nextRequest(state);
  request !== undefined;
  request = nextRequest(state)
) {
  const role = request.role as Role;
  open.get(role)!.push({ state, request });
  // The root stays, and stored files are older, so that there is something to fall back behind.
  const bytes = role === "root" ? undefined : (request.kind === "load" ? stored : served)[role];
  const step = stepTufClient(state, { request, bytes }, now);
  if (step.decision === "refuse") throw new Error(step.reasons[0]!.message);
  state = step.state;
}

function nextRequest(state: TufClient): TufRequest | undefined {
  const next = nextTufRequest(state);
  if (next !== undefined) return next;
  const lookup = findTufTarget(state, "a/d");
  return lookup.decision === "needs" ? lookup.request : undefined;
}

/** The value, or nothing for a typed refusal; any other error is a finding. */
function attempt<T>(action: () => T): T | undefined {
  try {
    return action();
  } catch (error) {
    if (!isOtaError(error)) throw error;
    return undefined;
  }
}

const canonicalOf = (bytes: Uint8Array): string =>
  bytesToHex(encodeCanonicalJson((parseStrictJson(bytes) as { signed: JsonValue }).signed));

const genuine = new Set([...Object.values(stored), ...Object.values(served), withBins].map(canonicalOf));

/** What no step may do, whoever signed. */
function checkStep(step: TufStep, state: TufClient, bytes: Uint8Array): void {
  if (step.reasons.length === 0) throw new Error("no reason");
  if (step.decision === "refuse") {
    if (step.state !== state || step.persist.length > 0) throw new Error("a refusal changes something");
    if (step.reasons.some(({ attack }) => attack === undefined)) throw new Error("a refusal without attack");
    return;
  }
  for (const { bytes: written } of step.persist) {
    if (written !== undefined && !written.every((byte, index) => byte === bytes[index]))
      throw new Error("not as it came");
  }
  for (const role of ["root", "timestamp", "snapshot"] as const) {
    const before = state[role]?.signed.version ?? 0;
    const after = step.state[role]?.signed.version ?? 0;
    if (after < before && step.state.phase !== "timestamp") throw new Error(`${role} went back`);
  }
  nextTufRequest(step.state);
  if (step.state.phase === "ready")
    for (const path of ["a/b", "a/d", "__proto__", "constructor", ""]) findTufTarget(step.state, path);
}

function offer(role: Role, bytes: Uint8Array): void {
  for (const { state, request } of open.get(role)!) {
    const step = stepTufClient(state, { request, bytes }, now);
    checkStep(step, state, bytes);
    // A stored file that is not used proves nothing.
    const used = step.decision === "accept" || (request.kind === "fetch" && step.decision === "keep");
    if (used && !genuine.has(canonicalOf(bytes))) throw new Error("accepted what nobody signed");
    const document = attempt(() => parseTufMetadata(bytes));
    if (document === undefined) continue;
    const forged = signAs(role, document.signed as unknown as JsonValue);
    checkStep(stepTufClient(state, { request, bytes: forged }, now), state, forged);
  }
}

const words = [
  ...["_type", "version", "expires", "meta", "keys", "roles", "keyids", "threshold", "delegations", "succinct_roles"],
  ...["bit_length", "name_prefix", "paths", "path_hash_prefixes", "terminating", "hashes", "length", "signatures"],
  ...["root", "targets.json", "snapshot.json", "__proto__", "constructor", "ecdsa", "rsassa-pss-sha256"],
];
const dictionary = [
  ...words.map((word) => `"${word}":`),
  ...words.map((word) => `"${word}"`),
  "0",
  "-1",
  "{}",
  "[]",
].map((text) => utf8ToBytes(text));
const maxLength = 16_384;

export const targets: readonly FuzzTarget[] = [
  {
    name: "manifest/parseTufMetadata",
    seeds: [...Object.values(served), withBins],
    dictionary,
    maxLength,
    run(input) {
      const document = attempt(() => parseTufMetadata(input));
      if (document === undefined) return;
      const { signed } = document;
      // Everything that was signed is there, and nothing else.
      const whole = (parseStrictJson(input) as { signed: JsonValue }).signed;
      if (JSON.stringify(signed) !== JSON.stringify(whole)) throw new Error("content changed");
      if (!(signed.version >= 1)) throw new Error("a version is no number");
      if (signed._type === "root" && Object.values(signed.roles).some(({ threshold }) => !(threshold >= 1))) {
        throw new Error("a threshold is no number");
      }
    },
  },
  {
    name: "manifest/createTufClient",
    seeds: [stored.root],
    dictionary,
    maxLength,
    run(input) {
      const client = attempt(() => createTufClient(input));
      if (client !== undefined && !genuine.has(canonicalOf(input))) {
        // A root may sign itself: then it must be by the key that it lists.
        if (!client.root.signedBy.every((keyid) => client.root.signed.roles.root.keyids.includes(keyid))) {
          throw new Error("signed by a key that it does not list");
        }
      }
    },
  },
  ...roles.map(
    (role): FuzzTarget => ({
      name: `manifest/stepTufClient/${role}`,
      seeds: role === "targets" ? [stored[role], served[role], withBins] : [stored[role], served[role]],
      dictionary,
      maxLength,
      run: (input) => offer(role, input),
    }),
  ),
  {
    name: "manifest/matchesTufPath",
    seeds: [
      "a/b.bin\na/*.bin",
      "ab\n[!b-z]?",
      "a/b/c\n*/?/[abc]",
      "é\u{1f600}\n*[\u{1f600}]",
      "aaaaaaaaaa\n*a*a*a*b",
    ].map((text) => utf8ToBytes(text)),
    dictionary: ["*", "?", "[", "]", "[!", "-", "/", "[]]", "**", "\n"].map((text) => utf8ToBytes(text)),
    maxLength,
    run(input) {
      const [path = "", pattern = ""] = new TextDecoder().decode(input).split("\n");
      const matches = matchesTufPath(path, pattern);
      if (matches && path.split("/").length !== pattern.split("/").length) throw new Error("crosses a slash");
      if (!matchesTufPath(path, path.replace(/[*?[]/g, "[$&]"))) throw new Error("does not match itself");
    },
  },
];
