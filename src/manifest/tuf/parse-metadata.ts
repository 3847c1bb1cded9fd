/**
 * Reads TUF metadata: strict JSON of the shape of TUF 1.0.34 section 4, and no verification.
 *
 * Written out by hand, because a targets file can list 100,000 entries and the first fault must end the reading.
 */

import {
  excerpt,
  isOtaError,
  type JsonObject,
  type JsonValue,
  jsonPointer,
  type Limits,
  parseStrictJson,
  parseUtcTime,
} from "../../core/index.ts";
import { ManifestError } from "../errors.ts";
import {
  mostRootRoleKeys,
  type TufAnySigned,
  type TufMetadata,
  type TufSignature,
  type TufTopLevelRole,
} from "./metadata.ts";
import { readTufType, resolveTufWire, type TufWire } from "./wire.ts";

/** Names and indices that lead to a value. */
type Place = readonly (string | number)[];

/**
 * Reads a metadata file and checks its shape, whatever its role.
 *
 * Fields that the standard does not name are kept. Refused are, beyond wrong types: a specification version other than 1.x,
 * a key id that signs or is listed twice, more than 256 keys of one role of a root, a threshold or version below 1, an empty set of hashes, a timestamp that lists
 * anything but `snapshot.json`, a snapshot without `targets.json`, a delegated role with the name of a top-level role, and
 * delegations that are both succinct and not.
 *
 * This checks nothing about trust: use `stepTufClient` for anything that is going to be used.
 *
 * Standard: TUF 1.0.34 sections 4.2 to 4.6; TAP 15.
 *
 * @param limits - `maxBytes`, `maxDepth` and `maxEntries` apply
 * @param wire - where the file's dialect differs from TUF 1.0.34
 * @throws RangeError when a member of `wire` is none of its choices
 * @throws `CoreError` `ERR_CORE_JSON_*`, `ERR_CORE_UTF8` or `ERR_CORE_LIMIT` when the bytes are no strict JSON
 * @throws {@link ManifestError} `ERR_MANIFEST_TUF_FORMAT` or `ERR_MANIFEST_TUF_SPEC_VERSION`, with the JSON pointer of the fault
 * @example
 * ```ts
 * parseTufMetadata(bytes).signed.version; // 7
 * ```
 */
export function parseTufMetadata(bytes: Uint8Array, limits?: Partial<Limits>, wire?: Partial<TufWire>): TufMetadata {
  const dialect = resolveTufWire(wire);
  const document = asObject(parseStrictJson(bytes, limits), []);
  const signatures = readSignatures(document["signatures"], dialect);
  const signed = asObject(document["signed"], ["signed"]);
  checkSigned(signed, dialect);
  return { signed: signed as unknown as TufAnySigned, signatures };
}

/** TUF 1.0.34 section 4.2.1: "Clients MUST ensure that for any KEYID … only one unique signature". */
function readSignatures(value: JsonValue | undefined, wire: TufWire): readonly TufSignature[] {
  const at = ["signatures"];
  const keyids = new Set<string>();
  return asArray(value, at).map((item, index) => {
    const signature = asObject(item, [...at, index]);
    const keyid = asText(signature["keyid"], [...at, index, "keyid"]);
    const sig = asText(signature["sig"], [...at, index, "sig"]);
    if (keyids.has(keyid)) fail([...at, index, "keyid"], "a key id that is not there twice");
    keyids.add(keyid);
    const { method } = signature;
    if (wire.keySchemes === "required" || method === undefined) return { keyid, sig };
    return { keyid, sig, method: asText(method, [...at, index, "method"]) };
  });
}

const checkByRole: Readonly<Record<TufTopLevelRole, (signed: JsonObject, at: Place, wire: TufWire) => void>> = {
  root: checkRoot,
  timestamp: checkTimestamp,
  snapshot: checkSnapshot,
  targets: checkTargets,
};

function checkSigned(signed: JsonObject, wire: TufWire): void {
  const at = ["signed"];
  const type =
    readTufType(asText(signed["_type"], [...at, "_type"]), wire) ??
    fail([...at, "_type"], "root, timestamp, snapshot or targets");
  const specVersion = signed["spec_version"];
  if (wire.specVersion === "required" || specVersion !== undefined) {
    checkSpecVersion(asText(specVersion, [...at, "spec_version"]));
  }
  asInteger(signed["version"], 1, [...at, "version"]);
  checkTime(asText(signed["expires"], [...at, "expires"]), [...at, "expires"]);
  checkByRole[type](signed, at, wire);
}

/** TUF 1.0.34 section 4.3, "spec_version": another major version may mean anything. */
function checkSpecVersion(version: string): void {
  if (/^1\.(0|[1-9]\d{0,8})(\.(0|[1-9]\d{0,8}))?$/.test(version)) return;
  throw new ManifestError("ERR_MANIFEST_TUF_SPEC_VERSION", "Cannot read TUF metadata: its specification is not 1.x", {
    path: "/signed/spec_version",
    details: { found: excerpt(version, 64) },
  });
}

function checkTime(text: string, at: Place): void {
  try {
    parseUtcTime(text);
  } catch (cause) {
    if (!isOtaError(cause)) throw cause;
    fail(at, "a time YYYY-MM-DDTHH:MM:SSZ", cause);
  }
}

const topLevelRoles: readonly string[] = ["root", "timestamp", "snapshot", "targets"];

function checkRoot(signed: JsonObject, at: Place, wire: TufWire): void {
  if (signed["consistent_snapshot"] !== undefined) {
    asBoolean(signed["consistent_snapshot"], [...at, "consistent_snapshot"]);
  }
  checkKeys(signed["keys"], [...at, "keys"], wire);
  const roles = asObject(signed["roles"], [...at, "roles"]);
  for (const name of topLevelRoles) {
    if (wire.roles === "root_and_targets" && roles[name] === undefined && name !== "root" && name !== "targets")
      continue;
    const role = asObject(roles[name], [...at, "roles", name]);
    checkRole(role, [...at, "roles", name]);
    // The floors of a vehicle remember all of them.
    if ((role["keyids"] as readonly string[]).length > mostRootRoleKeys) {
      fail([...at, "roles", name, "keyids"], `at most ${mostRootRoleKeys} key ids`);
    }
  }
  for (const name of Object.keys(roles)) {
    if (!topLevelRoles.includes(name)) fail([...at, "roles", name], "the name of a top-level role");
  }
}

/** Key types of TUF 1.0.34 section 4.2, and the older names of ECDSA: their value has a member `public`. */
const knownKeytypes: readonly string[] = ["ed25519", "ecdsa", "rsa", "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384"];

function checkKeys(value: JsonValue | undefined, at: Place, wire: TufWire): void {
  for (const [keyid, item] of Object.entries(asObject(value, at))) {
    const key = asObject(item, [...at, keyid]);
    const keytype = asText(key["keytype"], [...at, keyid, "keytype"]);
    if (wire.keySchemes === "required" || key["scheme"] !== undefined) asText(key["scheme"], [...at, keyid, "scheme"]);
    const keyval = asObject(key["keyval"], [...at, keyid, "keyval"]);
    for (const name of Object.keys(keyval)) asText(keyval[name], [...at, keyid, "keyval", name]);
    if (knownKeytypes.includes(keytype)) asText(keyval["public"], [...at, keyid, "keyval", "public"]);
  }
}

function checkRole(role: JsonObject, at: Place): void {
  const keyids = new Set<string>();
  asArray(role["keyids"], [...at, "keyids"]).forEach((item, index) => {
    const keyid = asText(item, [...at, "keyids", index]);
    if (keyids.has(keyid)) fail([...at, "keyids", index], "a key id that is not there twice");
    keyids.add(keyid);
  });
  // A threshold of 0 would accept a file that nobody signed.
  asInteger(role["threshold"], 1, [...at, "threshold"]);
}

function checkTimestamp(signed: JsonObject, at: Place): void {
  const meta = asObject(signed["meta"], [...at, "meta"]);
  for (const name of Object.keys(meta)) {
    if (name !== "snapshot.json") fail([...at, "meta", name], "snapshot.json alone");
  }
  checkMetaFile(meta["snapshot.json"], [...at, "meta", "snapshot.json"]);
}

function checkSnapshot(signed: JsonObject, at: Place): void {
  const meta = asObject(signed["meta"], [...at, "meta"]);
  for (const [name, file] of Object.entries(meta)) checkMetaFile(file, [...at, "meta", name]);
  if (meta["targets.json"] === undefined) fail([...at, "meta", "targets.json"], "object");
}

function checkMetaFile(value: JsonValue | undefined, at: Place): void {
  const file = asObject(value, at);
  asInteger(file["version"], 1, [...at, "version"]);
  if (file["length"] !== undefined) asInteger(file["length"], 0, [...at, "length"]);
  if (file["hashes"] !== undefined) checkHashes(file["hashes"], () => [...at, "hashes"]);
}

/** An empty set would vouch for any content of the right length. */
function checkHashes(value: JsonValue | undefined, at: () => Place): void {
  const hashes = isObject(value) ? value : fail(at(), "object");
  let listed = 0;
  for (const algorithm in hashes) {
    if (typeof hashes[algorithm] !== "string") fail([...at(), algorithm], "text");
    listed++;
  }
  if (listed === 0) fail(at(), "at least one hash");
}

function checkTargets(signed: JsonObject, at: Place, wire: TufWire): void {
  const targets = asObject(signed["targets"], [...at, "targets"]);
  for (const path in targets) checkTargetFile(targets[path], path);
  if (signed["delegations"] !== undefined) checkDelegations(signed["delegations"], [...at, "delegations"], wire);
}

/** The place is made only for a fault: a file can list 100,000 targets. */
function checkTargetFile(value: JsonValue | undefined, path: string): void {
  const at = (...inside: string[]) => ["signed", "targets", path, ...inside];
  const { length, hashes, custom } = isObject(value) ? value : fail(at(), "object");
  if (!isInteger(length, 0)) fail(at("length"), "integer >= 0");
  checkHashes(hashes, () => at("hashes"));
  if (custom !== undefined && !isObject(custom)) fail(at("custom"), "object");
}

function checkDelegations(value: JsonValue | undefined, at: Place, wire: TufWire): void {
  const delegations = asObject(value, at);
  checkKeys(delegations["keys"], [...at, "keys"], wire);
  const { roles, succinct_roles: succinct } = delegations;
  if ((roles === undefined) === (succinct === undefined)) fail(at, "one of roles and succinct_roles");
  if (succinct !== undefined) checkSuccinctRoles(asObject(succinct, [...at, "succinct_roles"]), at);
  else checkDelegatedRoles(roles, at, wire);
}

function checkDelegatedRoles(roles: JsonValue | undefined, at: Place, wire: TufWire): void {
  const names = new Set<string>();
  const checkName = (value: JsonValue | undefined, place: Place): void => {
    const name = asText(value, place);
    // In whatever case: where file names have none, the role's stored file would overwrite the root's.
    if (name === "" || topLevelRoles.includes(name.toLowerCase())) fail(place, "the name of no top-level role");
    if (names.has(name)) fail(place, "a name that is not there twice");
    names.add(name);
  };
  asArray(roles, [...at, "roles"]).forEach((item, index) => {
    const place = [...at, "roles", index];
    const role = asObject(item, place);
    if (wire.delegations === "uptane") {
      checkHardwareIds(role["hardwareIds"], [...place, "hardwareIds"]);
      if (role["roleinfo"] !== undefined) {
        checkMultiRole(role, place, checkName);
        return;
      }
    }
    checkRole(role, place);
    checkName(role["name"], [...place, "name"]);
    checkDelegatedPaths(role, place);
  });
}

/** Uptane 5.2.3.2: an optional list; an empty one would cover nothing, which nobody means. */
function checkHardwareIds(value: JsonValue | undefined, at: Place): void {
  if (value === undefined) return;
  const ids = asArray(value, at);
  if (ids.length === 0) fail(at, "at least one hardware id");
  ids.forEach((id, index) => {
    asText(id, [...at, index]);
  });
}

/** TAP 3: several roles of which some must agree; its name is a label and no role. */
function checkMultiRole(
  delegation: JsonObject,
  at: Place,
  checkName: (value: JsonValue | undefined, place: Place) => void,
): void {
  asText(delegation["name"], [...at, "name"]);
  checkDelegatedPaths(delegation, at);
  const roles = asArray(delegation["roleinfo"], [...at, "roleinfo"]);
  roles.forEach((item, index) => {
    const place = [...at, "roleinfo", index];
    const role = asObject(item, place);
    checkRole(role, place);
    checkName(role["rolename"], [...place, "rolename"]);
  });
  // More than there are could never agree, and less than one would need nobody.
  const least = asInteger(delegation["min_roles_in_agreement"], 1, [...at, "min_roles_in_agreement"]);
  if (least > roles.length) fail([...at, "min_roles_in_agreement"], `integer <= ${roles.length}`);
}

function checkDelegatedPaths(role: JsonObject, at: Place): void {
  asBoolean(role["terminating"], [...at, "terminating"]);
  const { paths, path_hash_prefixes: prefixes } = role;
  if ((paths === undefined) === (prefixes === undefined)) fail(at, "one of paths and path_hash_prefixes");
  const name = paths === undefined ? "path_hash_prefixes" : "paths";
  asArray(role[name], [...at, name]).forEach((item, index) => {
    asText(item, [...at, name, index]);
  });
}

function checkSuccinctRoles(succinct: JsonObject, delegations: Place): void {
  const at = [...delegations, "succinct_roles"];
  checkRole(succinct, at);
  // TAP 15: "BIT_LENGTH must be an integer between 1 and 32 inclusive".
  if (asInteger(succinct["bit_length"], 1, [...at, "bit_length"]) > 32) fail([...at, "bit_length"], "integer <= 32");
  asText(succinct["name_prefix"], [...at, "name_prefix"]);
}

function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isInteger(value: JsonValue | undefined, least: number): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= least;
}

function asObject(value: JsonValue | undefined, at: Place): JsonObject {
  return isObject(value) ? value : fail(at, "object");
}

function asArray(value: JsonValue | undefined, at: Place): readonly JsonValue[] {
  return Array.isArray(value) ? value : fail(at, "array");
}

function asText(value: JsonValue | undefined, at: Place): string {
  return typeof value === "string" ? value : fail(at, "text");
}

function asBoolean(value: JsonValue | undefined, at: Place): boolean {
  return typeof value === "boolean" ? value : fail(at, "boolean");
}

function asInteger(value: JsonValue | undefined, least: number, at: Place): number {
  return isInteger(value, least) ? value : fail(at, `integer >= ${least}`);
}

function fail(at: Place, expected: string, cause?: unknown): never {
  // A hostile name must not make a message of its own size.
  const path = jsonPointer(...at.map((segment) => (typeof segment === "string" ? excerpt(segment) : segment)));
  throw new ManifestError("ERR_MANIFEST_TUF_FORMAT", `Cannot read TUF metadata: "${path}" expected ${expected}`, {
    path,
    details: { expected },
    ...(cause === undefined ? {} : { cause }),
  });
}
