/**
 * Makes the signed objects of TUF (1.0.34 section 4), and their next versions.
 *
 * Nothing is signed here, see `signTufMetadata`. What an existing document has beyond the standard is kept.
 */

import { bytesToHex, formatUtcTime, type HashProvider, sha256 } from "../../../core/index.ts";
import { ManifestError } from "../../errors.ts";
import type {
  TufAnySigned,
  TufKeyObject,
  TufMetaFile,
  TufRole,
  TufRoot,
  TufSnapshot,
  TufTargets,
  TufTimestamp,
  TufTopLevelRole,
} from "../metadata.ts";
import { type TufRoleKeys, topLevelRoles, writeRoleKeys } from "./role-keys.ts";

/** Version of the specification that is written. */
export const tufSpecVersion = "1.0.34";

/** What every signed object is made of. */
export interface TufSignedInput {
  /** Integer >= 1; 1 when absent. */
  readonly version?: number;
  /** When it stops being valid: epoch milliseconds, rounded down to whole seconds. */
  readonly expires: number;
}

/** What a root is made of. */
export interface TufRootInput extends TufSignedInput {
  /** Whether file names carry versions and hashes, so that a refresh never sees a mixture; true when absent. */
  readonly consistentSnapshot?: boolean;
  /** One key may serve several roles. */
  readonly roles: Readonly<Record<TufTopLevelRole, TufRoleKeys>>;
}

/**
 * Makes a root of trust.
 *
 * Standard: TUF 1.0.34 section 4.3.
 *
 * @throws {@link ManifestError} `ERR_MANIFEST_TUF_KEYS` for a threshold that its role's keys cannot reach, a key that a role
 * lists twice, or a key id for two keys
 * @throws RangeError when `version` or `expires` is out of range
 * @example
 * ```ts
 * const online = { keys: [kms.publicKey], threshold: 1 };
 * const root = buildTufRoot({
 *   expires: now + 365 * 86_400_000,
 *   roles: { root: { keys: [alice, bob, carol], threshold: 2 }, targets: { keys: [alice, bob], threshold: 1 }, snapshot: online, timestamp: online },
 * });
 * ```
 */
export function buildTufRoot(input: TufRootInput): TufRoot {
  let keys: Readonly<Record<string, TufKeyObject>> = {};
  const roles: Partial<Record<TufTopLevelRole, TufRole>> = {};
  for (const name of topLevelRoles) {
    const written = writeRoleKeys(name, input.roles[name], keys);
    roles[name] = written.role;
    keys = written.keys;
  }
  return {
    _type: "root",
    ...signedFields(input),
    consistent_snapshot: input.consistentSnapshot ?? true,
    keys,
    roles: roles as TufRoot["roles"],
  };
}

/**
 * Makes targets that list nothing and delegate to nobody; top-level or delegated, they look alike.
 *
 * Standard: TUF 1.0.34 section 4.5.
 *
 * @throws RangeError when `version` or `expires` is out of range
 * @example
 * ```ts
 * const targets = addTufTarget(buildTufTargets({ expires }), "brake/v2.bin", describeTufTarget(image));
 * ```
 */
export function buildTufTargets(input: TufSignedInput): TufTargets {
  return { _type: "targets", ...signedFields(input), targets: Object.create(null) };
}

/** What a snapshot is made of. */
export interface TufSnapshotInput extends TufSignedInput {
  /** Every targets role by its name, `targets` among them. */
  readonly files: Readonly<Record<string, TufMetaFile>>;
}

/**
 * Makes a snapshot.
 *
 * Standard: TUF 1.0.34 section 4.4.
 *
 * @throws {@link ManifestError} `ERR_MANIFEST_TUF_REPOSITORY` when `targets` is missing
 * @throws RangeError when `version` or `expires` is out of range
 * @example
 * ```ts
 * buildTufSnapshot({ expires, files: { targets: describeTufFile(3, targetsFile), "supplier-a": { version: 7 } } });
 * ```
 */
export function buildTufSnapshot({ files, ...input }: TufSnapshotInput): TufSnapshot {
  if (!Object.hasOwn(files, "targets")) {
    throw new ManifestError("ERR_MANIFEST_TUF_REPOSITORY", "Cannot build snapshot: it must list targets", {
      details: { file: "targets.json" },
    });
  }
  const meta = Object.create(null);
  for (const [role, file] of Object.entries(files)) meta[`${role}.json`] = file;
  return { _type: "snapshot", ...signedFields(input), meta };
}

/** What a timestamp is made of. */
export interface TufTimestampInput extends TufSignedInput {
  readonly snapshot: TufMetaFile;
}

/**
 * Makes a timestamp.
 *
 * Standard: TUF 1.0.34 section 4.6.
 *
 * @throws RangeError when `version` or `expires` is out of range
 * @example
 * ```ts
 * buildTufTimestamp({ version: 9, expires: now + 86_400_000, snapshot: describeTufFile(4, snapshotFile) });
 * ```
 */
export function buildTufTimestamp({ snapshot, ...input }: TufTimestampInput): TufTimestamp {
  return { _type: "timestamp", ...signedFields(input), meta: { "snapshot.json": snapshot } };
}

/**
 * Describes a metadata file for the snapshot or timestamp that lists it.
 *
 * With its bytes, length and SHA-256 are listed too: a client then stops a download that is too long, and a key of the listed
 * role alone cannot replace its file. Without, the file may be signed again under the same version.
 *
 * @example
 * ```ts
 * describeTufFile(3, bytes); // { version: 3, length: 812, hashes: { sha256: "9f86…" } }
 * ```
 */
export function describeTufFile(version: number, bytes?: Uint8Array, provider?: HashProvider): TufMetaFile {
  if (bytes === undefined) return { version };
  return { version, length: bytes.length, hashes: { sha256: bytesToHex(sha256(bytes, provider)) } };
}

/**
 * Makes the next version of a signed object; all its other fields stay as they are.
 *
 * @param next - its expiry, and its version when that is not one more
 * @throws {@link ManifestError} `ERR_MANIFEST_TUF_VERSION` when the version does not grow: clients would refuse it as a rollback,
 * or never look at it
 * @throws RangeError when `expires` is out of range
 * @example
 * ```ts
 * bumpTufVersion(timestamp, { expires: now + 86_400_000 }).version; // 43
 * ```
 */
export function bumpTufVersion<Signed extends TufAnySigned>(signed: Signed, next: TufSignedInput): Signed {
  const { version = signed.version + 1 } = next;
  if (!Number.isSafeInteger(version) || version <= signed.version) {
    throw new ManifestError(
      "ERR_MANIFEST_TUF_VERSION",
      `Cannot bump ${signed._type}: its version must be above ${signed.version}`,
      {
        path: "/signed/version",
        details: { had: signed.version, got: version },
      },
    );
  }
  return { ...signed, version, expires: expiryText(next.expires) };
}

function signedFields({ version = 1, expires }: TufSignedInput) {
  if (!Number.isSafeInteger(version) || version < 1) {
    throw new RangeError(`"version" expected integer >= 1, got ${version}`);
  }
  return { spec_version: tufSpecVersion, version, expires: expiryText(expires) };
}

/** Rounded down: valid for a second less is safe, for a second more is not. */
function expiryText(expires: number): string {
  return formatUtcTime(Math.floor(expires / 1000) * 1000);
}
