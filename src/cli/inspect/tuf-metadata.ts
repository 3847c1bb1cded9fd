/** Explains a file of TUF metadata, and checks its signatures where the keys are at hand. */

import { encodeCanonicalJson, hexToBytes, isOtaError, type JsonValue, type Limits, type Reason } from "otakit/core";
import {
  createTufClient,
  parseTufMetadata,
  type TufMetadata,
  type TufMetaFile,
  type TufRoot,
  type TufSnapshot,
  type TufTargets,
  type TufTimestamp,
} from "otakit/manifest";
import { type PublicKey, verifyThreshold } from "otakit/signing";
import { usageError } from "../command.ts";
import { inspectRole, labelledKeys } from "./keys.ts";
import { asJson, expiryOf, firstOf, indent, type Report, warning } from "./report.ts";

/** Bounds of a file that is only explained. */
const limits: Partial<Limits> = { maxBytes: 256 * 1024 * 1024, maxEntries: 5_000_000 };

/** What was found out about signatures. */
interface Verification {
  /** Whether enough of the keys signed; `undefined` when it could not be checked. */
  readonly verified: boolean | undefined;
  readonly lines: readonly string[];
  readonly warnings: readonly Reason[];
}

/**
 * Explains metadata.
 *
 * @param rootFile - a root that the user trusts: the file is checked against the keys that it lists
 * @throws `ManifestError` `ERR_MANIFEST_TUF_FORMAT` and its like for what is no metadata, `ERR_MANIFEST_TUF_ROOT` for the given root
 */
export function inspectTufMetadata(bytes: Uint8Array, now: number, rootFile?: Uint8Array): Report {
  const metadata = parseTufMetadata(bytes, limits);
  const { signed, signatures } = metadata;
  const body = explainSigned(signed);
  const expiry = expiryOf(signed.expires, now);
  const verification = verifyAgainst(metadata, rootFile);
  const { verified } = verification;
  const signers = signatures.map(({ keyid }) => keyid);
  return {
    kind: "tuf-metadata",
    lines: [
      `TUF ${signed._type} metadata, version ${signed.version}, specification ${signed.spec_version}`,
      expiry.line,
      ...body.lines,
      `Signatures: ${signatures.length}`,
      ...indent(firstOf(signers)),
      ...verification.lines,
    ],
    data: asJson({
      role: signed._type,
      version: signed.version,
      specVersion: signed.spec_version,
      expires: signed.expires,
      ...body.data,
      signatures: signers.map((keyid) => ({ keyid })),
      verified: verified ?? null,
    }),
    warnings: [
      ...expiry.warnings,
      ...(signatures.length === 0 ? [warning("inspect_no_signature")] : []),
      ...verification.warnings,
      ...body.warnings,
    ],
  };
}

interface Body {
  readonly lines: readonly string[];
  readonly data: object;
  readonly warnings: readonly Reason[];
}

function explainSigned(signed: TufMetadata["signed"]): Body {
  switch (signed._type) {
    case "root":
      return explainRoot(signed);
    case "timestamp":
      return explainTimestamp(signed);
    case "snapshot":
      return explainSnapshot(signed);
    case "targets":
      return explainTargets(signed);
  }
}

function explainRoot(root: TufRoot): Body {
  const names = ["root", "timestamp", "snapshot", "targets"] as const;
  const roles = names.map((name) => inspectRole(name, root.roles[name], root.keys));
  const consistent = root.consistent_snapshot === true;
  const shared = names
    .filter((name) => name !== "root" && name !== "targets")
    .filter((name) => root.roles[name].keyids.some((keyid) => root.roles.root.keyids.includes(keyid)));
  return {
    lines: [
      `Consistent snapshots: ${consistent ? "yes, file names carry versions and hashes" : "no"}`,
      "Roles:",
      ...roles.flatMap(({ lines }) => indent(lines)),
    ],
    data: { consistentSnapshot: consistent, roles: roles.map(({ data }) => data) },
    warnings: [
      ...roles.flatMap(({ warnings }) => warnings),
      ...shared.map((name) => warning("inspect_key_shared", name)),
      ...(["root", "targets"] as const)
        .filter((name) => root.roles[name].threshold === 1)
        .map((name) => warning("inspect_threshold_of_one", name)),
      ...(consistent ? [] : [warning("inspect_no_versions_in_names")]),
      ...labelledKeys(root.keys),
    ],
  };
}

function explainTimestamp({ meta }: TufTimestamp): Body {
  const file = meta["snapshot.json"];
  return { lines: [`Names snapshot ${listedText(file)}`], data: { snapshot: file }, warnings: [] };
}

function explainSnapshot({ meta }: TufSnapshot): Body {
  const files = Object.entries(meta);
  return {
    lines: [
      `Lists ${files.length} targets roles:`,
      ...indent(firstOf(files.map(([name, file]) => `${name.replace(/\.json$/, "")} ${listedText(file)}`))),
    ],
    data: { files: files.map(([file, listed]) => ({ file, ...listed })) },
    warnings: [],
  };
}

function listedText({ version, length, hashes }: TufMetaFile): string {
  const bound = length === undefined ? "" : `, ${length} bytes`;
  const listed = hashes === undefined ? "" : `, ${Object.keys(hashes).join(" and ")}`;
  return `version ${version}${bound}${listed}`;
}

function explainTargets({ targets, delegations }: TufTargets): Body {
  const files = Object.entries(targets);
  const lines = files.map(([path, { length, hashes }]) => {
    const digests = Object.entries(hashes).map(([name, digest]) => `${name} ${digest.slice(0, 16)}…`);
    return `${path} ${length} bytes, ${digests.join(", ")}`;
  });
  const { roles = [], succinct_roles: bins, keys = {} } = delegations ?? {};
  const delegated = roles.map((role) => ({ role, inspected: inspectRole(role.name, role, keys) }));
  const binned = bins === undefined ? undefined : inspectRole(`${bins.name_prefix}-*`, bins, keys);
  const where = (role: (typeof roles)[number]): string =>
    role.paths === undefined
      ? `hash prefixes ${role.path_hash_prefixes!.join(", ")}`
      : `paths ${role.paths.join(", ")}`;
  return {
    lines: [
      `Lists ${files.length} targets${files.length === 0 ? "" : ":"}`,
      ...indent(firstOf(lines)),
      ...(delegated.length === 0 ? [] : ["Delegates, in this order, to:"]),
      ...delegated.flatMap(({ role, inspected }) =>
        indent([...inspected.lines, `  ${where(role)}${role.terminating ? ", and nobody after it is asked" : ""}`]),
      ),
      ...(binned === undefined ? [] : [`Delegates to ${2 ** bins!.bit_length} hash bins:`, ...indent(binned.lines)]),
    ],
    data: {
      targets: files.map(([path, { length, hashes, custom }]) => ({ path, length, hashes, custom })),
      delegations: delegated.map(({ role, inspected }) => ({
        ...inspected.data,
        paths: role.paths,
        pathHashPrefixes: role.path_hash_prefixes,
        terminating: role.terminating,
      })),
      ...(binned === undefined ? {} : { bins: { ...binned.data, bitLength: bins!.bit_length } }),
    },
    warnings: [
      ...delegated.flatMap(({ inspected }) => inspected.warnings),
      ...(binned?.warnings ?? []),
      ...labelledKeys(keys),
    ],
  };
}

function verifyAgainst(metadata: TufMetadata, rootFile: Uint8Array | undefined): Verification {
  const { signed } = metadata;
  if (rootFile === undefined) {
    if (signed._type === "root") {
      const own = checkQuorum(metadata, signed, "its own root keys", "SELF-SIGNED");
      return { ...own, verified: undefined, lines: [...own.lines, "That says nothing about whether to trust them."] };
    }
    const lines = ["NOT VERIFIED: --root ROOT checks the signatures against a root that you trust."];
    return { verified: undefined, lines, warnings: [] };
  }
  const trusted = createTufClient(rootFile, { maxRootBytes: limits.maxBytes! }).root.signed;
  const given = checkQuorum(metadata, trusted, `the given root, version ${trusted.version}`, "VERIFIED");
  if (signed._type !== "root" || signed.version === trusted.version) return given;
  if (signed.version !== trusted.version + 1) {
    throw usageError(
      `a root of version ${signed.version} does not follow one of version ${trusted.version}`,
      "inspect",
    );
  }
  const own = checkQuorum(metadata, signed, "its own root keys", "SELF-SIGNED");
  return {
    verified: given.verified === true && own.verified === true,
    lines: [...given.lines, ...own.lines],
    warnings: [...given.warnings, ...own.warnings],
  };
}

/** Checks the signatures against the keys that a root lists for the document's role. */
function checkQuorum(
  { signed, signatures }: TufMetadata,
  root: TufRoot,
  whose: string,
  word: "VERIFIED" | "SELF-SIGNED",
): Verification {
  const role = root.roles[signed._type];
  const { keys, threshold } = inspectRole(signed._type, role, root.keys);
  const message = encodeCanonicalJson(signed as unknown as JsonValue, limits);
  const known = signatures.filter(({ keyid }) => keys.has(keyid));
  const strangers = signatures
    .filter(({ keyid }) => !role.keyids.includes(keyid))
    .map(({ keyid }) => warning("inspect_unknown_signer", "", { keyid, root: root.version }));
  const outcome = countSigners(
    message,
    known.map(({ keyid, sig }) => ({ keyid, sig: hexOrNothing(sig) })),
    [...keys.values()],
    threshold,
  );
  const verified = outcome.length >= threshold;
  const state = `${outcome.length} of the ${threshold} needed keys of ${whose} signed it`;
  const isDelegated = signed._type === "targets" ? " as top-level targets" : "";
  return {
    verified,
    lines: [`${verified ? `${word}${isDelegated}` : `NOT ${word}`}: ${state}`, ...indent(outcome)],
    warnings: [
      ...(verified ? [] : [warning("inspect_too_few_signatures", "", { signedBy: outcome, threshold })]),
      ...strangers,
    ],
  };
}

/** Key ids of the distinct keys that signed. */
function countSigners(
  message: Uint8Array,
  signatures: readonly { readonly keyid: string; readonly sig: Uint8Array }[],
  keys: readonly PublicKey[],
  threshold: number,
): readonly string[] {
  if (keys.length === 0) return [];
  try {
    const bounds = { maxChecks: Math.max(1, signatures.length), maxCheckedBytes: Number.MAX_SAFE_INTEGER };
    const trust = { keys, threshold: Math.min(threshold, new Set(keys.map(({ material }) => material)).size) };
    return verifyThreshold(message, signatures, trust, bounds).signedBy;
  } catch (error) {
    if (!isOtaError(error) || error.code !== "ERR_SIGNING_THRESHOLD") throw error;
    return (error.details?.["signedBy"] ?? []) as readonly string[];
  }
}

/** Text that is no hexadecimal is a signature that does not verify. */
function hexOrNothing(text: string): Uint8Array {
  try {
    return hexToBytes(text);
  } catch {
    return new Uint8Array(0);
  }
}
