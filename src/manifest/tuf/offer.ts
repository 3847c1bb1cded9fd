/**
 * Checks that hold for every offered metadata file, whichever its role: length, listed hashes, shape, type, signatures.
 *
 * All that can be checked is checked, so that a refusal lists every fault; nothing here makes a file trusted. Only the keys
 * that a file lists are not looked at before its delegator's keys have vouched for them.
 */

import {
  bytesToHex,
  bytesToUtf8,
  encodeCanonicalJson,
  equalBytes,
  excerpt,
  isOtaError,
  type JsonValue,
  parseStrictJson,
  parseUtcTime,
  sha256,
  sha512,
} from "../../core/index.ts";
import type { TrustedTuf } from "./client.ts";
import type {
  TufAnySigned,
  TufHashes,
  TufMetadata,
  TufMetaFile,
  TufRoot,
  TufSnapshot,
  TufTargets,
  TufTopLevelRole,
} from "./metadata.ts";
import { parseTufMetadata } from "./parse-metadata.ts";
import type { ResolvedTufPolicy } from "./policy.ts";
import { mostReasons, type TufReason, tufReason } from "./reasons.ts";
import {
  checkSignatures,
  delegationBy,
  type ReadKeyring,
  readKeyring,
  type TufDelegation,
  type TufKeys,
} from "./role-keys.ts";
import { tufTypeOf } from "./wire.ts";

/** Clauses of TUF 1.0.34 for the checks of one role. */
interface RoleClauses {
  readonly fetch: string;
  readonly listed: string;
  readonly signatures: string;
  readonly version: string;
  readonly expiry: string;
}

/** The clauses by the type of metadata; delegated targets share those of targets (section 5.6). */
const clausesOf: Readonly<Record<TufTopLevelRole, RoleClauses>> = {
  root: { fetch: "5.3.3", listed: "5.3.3", signatures: "5.3.4", version: "5.3.5", expiry: "5.3.10" },
  timestamp: { fetch: "5.4.1", listed: "5.4.1", signatures: "5.4.2", version: "5.4.3.1", expiry: "5.4.4" },
  snapshot: { fetch: "5.5.1", listed: "5.5.2", signatures: "5.5.3", version: "5.5.4", expiry: "5.5.6" },
  targets: { fetch: "5.6.1", listed: "5.6.2", signatures: "5.6.3", version: "5.6.4", expiry: "5.6.5" },
};

/** What an offered file must be. */
export interface Expectation {
  readonly role: string;
  readonly type: TufTopLevelRole;
  readonly maxBytes: number;
  /** Each delegation that must have signed it; a root has two. */
  readonly delegations: readonly TufDelegation[];
  /** The entry that lists the file. */
  readonly listed?: TufMetaFile | undefined;
  /** What an earlier refresh verified by these very delegations. */
  readonly known?: TrustedTuf | undefined;
}

/** An offered file after its checks. */
export interface Offer<Signed extends TufAnySigned> {
  /** There if the file is metadata of the right type; trusted by nobody while there are refusals. */
  readonly metadata?: TrustedTuf<Signed>;
  /** Whether its signatures hold, whatever else is wrong with it. */
  readonly authentic: boolean;
  readonly refusals: readonly TufReason[];
  readonly ignored: readonly TufReason[];
}

/** Checks an offered file. */
export function readOffer<Signed extends TufAnySigned>(
  bytes: Uint8Array,
  expected: Expectation,
  policy: ResolvedTufPolicy,
): Offer<Signed> {
  const { role, type } = expected;
  const clauses = clausesOf[type];
  if (bytes.length > expected.maxBytes) {
    const refusal = tufReason("tuf_file_too_long", role, clauses.fetch, { had: expected.maxBytes, got: bytes.length });
    return { authentic: false, refusals: [refusal], ignored: [] };
  }
  const refusals = checkListed(bytes, role, expected.listed, clauses.listed, policy);
  if (expected.known !== undefined && isTextOf(bytes, expected.known.text)) {
    const metadata = expected.known as TrustedTuf<Signed>;
    return {
      metadata,
      authentic: true,
      refusals: [...refusals, ...checkHeight(metadata.signed, role, policy)],
      ignored: [],
    };
  }
  const limits = { maxBytes: Math.max(bytes.length, 1), maxEntries: policy.maxEntries };
  let document: TufMetadata;
  try {
    document = parseTufMetadata(bytes, limits, policy.wire);
  } catch (error) {
    if (!isOtaError(error)) throw error;
    const { code, path, offset, message } = error;
    const evidence = { error: code, path: path && excerpt(path), offset, why: excerpt(message) };
    refusals.push(tufReason("tuf_malformed", role, clauses.fetch, evidence));
    return { authentic: false, refusals, ignored: [] };
  }
  if (tufTypeOf(document.signed) !== type) {
    refusals.push(tufReason("tuf_wrong_type", role, clauses.fetch, { had: type, got: document.signed._type }));
    return { authentic: false, refusals, ignored: [] };
  }
  const ignored: TufReason[] = [];
  const message = encodeCanonicalJson(document.signed as unknown as JsonValue, limits);
  const signedBy = new Set<string>();
  const isSignedFor = (delegation: TufDelegation): boolean => {
    const check = checkSignatures(document, message, delegation, role, clauses.signatures, policy);
    for (const keyid of check.signedBy) signedBy.add(keyid);
    refusals.push(...check.refusals);
    ignored.push(...check.ignored);
    return check.refusals.length === 0;
  };
  let authentic = expected.delegations.map(isSignedFor).every(Boolean);
  // Importing a key is work, and a file can list thousands: not for a stranger's file.
  const { unusable, ...keys } = authentic ? readOwnKeyring(document.signed, role, policy) : noKeys;
  ignored.push(...unusable);
  // 5.3.4: a root must be signed by its own keys too.
  if (authentic && type === "root") authentic = isSignedFor(rootDelegation(document.signed as TufRoot, keys));
  refusals.push(...checkHeight(document.signed, role, policy));
  const metadata = {
    signed: document.signed as Signed,
    signatures: document.signatures,
    text: bytesToUtf8(bytes),
    signedBy: [...signedBy],
    ...keys,
  };
  return { metadata, authentic, refusals, ignored: ignored.slice(0, mostReasons) };
}

const noKeys: ReadKeyring = { keyring: {}, unusable: [] };

/** Whether bytes are the UTF-8 of a text. */
function isTextOf(bytes: Uint8Array, text: string): boolean {
  // Of equal length at most: a byte for each unit, or up to three.
  if (bytes.length < text.length || bytes.length > 3 * text.length) return false;
  try {
    return bytesToUtf8(bytes) === text;
  } catch {
    return false;
  }
}

/** The policy's cap against fast-forward attacks. */
function checkHeight(signed: TufAnySigned, role: string, policy: ResolvedTufPolicy): readonly TufReason[] {
  const highest = highestVersion(signed);
  if (highest <= policy.maxVersion) return [];
  const evidence = { had: policy.maxVersion, got: highest };
  return [tufReason("tuf_version_too_high", role, clausesOf[tufTypeOf(signed)].version, evidence)];
}

/**
 * The highest version in a file: its own or one that it lists. A listed one is what the next file must not fall below, so
 * that it would fast-forward a client as well as the file's own.
 */
function highestVersion(signed: TufAnySigned): number {
  let highest = signed.version;
  const type = tufTypeOf(signed);
  if (type !== "timestamp" && type !== "snapshot") return highest;
  for (const { version } of Object.values<TufMetaFile>((signed as TufSnapshot).meta))
    highest = Math.max(highest, version);
  return highest;
}

/** The delegation by which a root names its own signers. */
export function rootDelegation(root: TufRoot, keys: TufKeys): TufDelegation {
  return delegationBy(keys, root.roles.root);
}

/** The keys that metadata lists for others: of a root for the four roles, of targets for delegated roles. */
function readOwnKeyring(signed: TufAnySigned, role: string, policy: ResolvedTufPolicy) {
  const isRoot = tufTypeOf(signed) === "root";
  const keys = isRoot ? (signed as TufRoot).keys : ((signed as TufTargets).delegations?.keys ?? {});
  return readKeyring(keys, role, policy);
}

/** TUF 1.0.34 sections 5.5.2 and 5.6.2: length and hashes, where they are listed. */
function checkListed(
  bytes: Uint8Array,
  role: string,
  listed: TufMetaFile | undefined,
  clause: string,
  policy: ResolvedTufPolicy,
): TufReason[] {
  const reasons: TufReason[] = [];
  if (listed?.length !== undefined && bytes.length !== listed.length) {
    reasons.push(tufReason("tuf_length_mismatch", role, clause, { had: listed.length, got: bytes.length }));
  }
  if (listed?.hashes !== undefined) {
    reasons.push(...checkHashes(hashedBytes(bytes, policy), role, listed.hashes, clause));
  }
  return reasons;
}

/** What the listed hashes cover; of bytes that are no JSON, which is another refusal, the bytes. */
function hashedBytes(bytes: Uint8Array, { wire, maxEntries }: ResolvedTufPolicy): Uint8Array {
  if (wire.listedHashes === "file") return bytes;
  const limits = { maxBytes: Math.max(bytes.length, 1), maxEntries };
  try {
    return encodeCanonicalJson(parseStrictJson(bytes, limits), limits);
  } catch (error) {
    if (!isOtaError(error)) throw error;
    return bytes;
  }
}

const hashFunctions = { sha256, sha512 };

/** Every listed hash that is known must match, and one at least must be known. */
function checkHashes(bytes: Uint8Array, role: string, hashes: TufHashes, clause: string): TufReason[] {
  const reasons: TufReason[] = [];
  let known = 0;
  for (const [algorithm, digest] of Object.entries(hashes)) {
    if (algorithm !== "sha256" && algorithm !== "sha512") continue;
    known++;
    // As text, like other clients: what two clients read differently must not be published.
    if (bytesToHex(hashFunctions[algorithm](bytes)) !== digest) {
      reasons.push(tufReason("tuf_hash_mismatch", role, clause, { had: excerpt(digest), algorithm }));
    }
  }
  if (known === 0) {
    reasons.push(tufReason("tuf_hash_unknown", role, clause, { got: excerpt(Object.keys(hashes).join(" ")) }));
  }
  return reasons;
}

/** TUF 1.0.34 sections 5.3.10, 5.4.4, 5.5.6 and 5.6.5: "expires" must be later than the start of the refresh. */
export function checkExpiry(signed: TufAnySigned, role: string, startedAt: number): readonly TufReason[] {
  if (startedAt < parseUtcTime(signed.expires)) return [];
  const { expiry } = clausesOf[tufTypeOf(signed)];
  return [tufReason("tuf_expired", role, expiry, { had: startedAt, got: signed.expires })];
}

/** Whether two signed objects are the same, however their files are written and by whomever they are signed. */
export function sameSigned(left: TufAnySigned, right: TufAnySigned): boolean {
  const limits = { maxEntries: Number.MAX_SAFE_INTEGER };
  const canonical = (signed: TufAnySigned) => encodeCanonicalJson(signed as unknown as JsonValue, limits);
  return equalBytes(canonical(left), canonical(right));
}
