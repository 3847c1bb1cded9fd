/**
 * TUF metadata as it stands in its files (TUF 1.0.34 section 4), with the standard's own field names.
 *
 * `signed` is the object that signatures cover, exactly as it was read: fields that this reader does not know are part of it.
 */

import type { JsonObject } from "../../core/index.ts";

/** The four top-level roles. */
export type TufTopLevelRole = "root" | "timestamp" | "snapshot" | "targets";

/** What every signed object has. Standard: TUF 1.0.34 section 4.3 ff. */
export interface TufSigned {
  /** As the file spells it: in some dialects `Root` for `root`. */
  readonly _type: TufTopLevelRole;
  /** Version of the specification, `1.x.y`. */
  readonly spec_version: string;
  /** Integer >= 1; greater is newer. */
  readonly version: number;
  /** UTC time `YYYY-MM-DDTHH:MM:SSZ`; no longer valid from then on. */
  readonly expires: string;
}

/** A public key as metadata carries it; of any type, also one that this library cannot use. */
export interface TufKeyObject {
  readonly keytype: string;
  /** Always there but in dialects that leave it to the signatures. */
  readonly scheme: string;
  readonly keyval: JsonObject;
}

/** Who signs for a role, and how many distinct keys must. */
export interface TufRole {
  readonly keyids: readonly string[];
  /** Integer >= 1. */
  readonly threshold: number;
}

/** Most keys of a role that a root names itself: a vehicle's floors remember those of timestamp and snapshot. */
export const mostRootRoleKeys = 256;

/** Names of hash algorithms with their digests, lower-case hexadecimal. */
export type TufHashes = Readonly<Record<string, string>>;

/** Root of trust. Standard: TUF 1.0.34 section 4.3. */
export interface TufRoot extends TufSigned {
  readonly _type: "root";
  /** Whether file names carry versions and hashes; absent means no. */
  readonly consistent_snapshot?: boolean;
  readonly keys: Readonly<Record<string, TufKeyObject>>;
  readonly roles: Readonly<Record<TufTopLevelRole, TufRole>>;
}

/** A metadata file as another one lists it. */
export interface TufMetaFile {
  readonly version: number;
  readonly length?: number;
  readonly hashes?: TufHashes;
}

/** Names the newest snapshot. Standard: TUF 1.0.34 section 4.6. */
export interface TufTimestamp extends TufSigned {
  readonly _type: "timestamp";
  readonly meta: { readonly "snapshot.json": TufMetaFile };
}

/** Names the version of every targets file. Standard: TUF 1.0.34 section 4.4. */
export interface TufSnapshot extends TufSigned {
  readonly _type: "snapshot";
  readonly meta: Readonly<Record<string, TufMetaFile>> & { readonly "targets.json": TufMetaFile };
}

/** A file that clients may download, as metadata lists it. */
export interface TufTargetFile {
  /** Integer >= 0, in bytes. */
  readonly length: number;
  /** At least one. */
  readonly hashes: TufHashes;
  readonly custom?: JsonObject;
}

/** A role to which targets are delegated; exactly one of `paths` and `path_hash_prefixes` is there. */
export interface TufDelegatedRole extends TufRole {
  readonly name: string;
  /** Whether the search ends here when the path matches. */
  readonly terminating: boolean;
  /** Path patterns; see {@link matchesTufPath}. */
  readonly paths?: readonly string[];
  /** Leading hexadecimal digits of the SHA-256 of a path. */
  readonly path_hash_prefixes?: readonly string[];
  /** Hardware ids that the delegation covers, in dialects that have it (Uptane 5.2.3.2); all when absent. */
  readonly hardwareIds?: readonly string[];
}

/** One of the roles of a {@link TufMultiRoleDelegation}. */
export interface TufAgreeingRole extends TufRole {
  readonly rolename: string;
}

/**
 * A delegation to several roles of which some must list a target alike: an element of `roles` in dialects that have it.
 *
 * Standard: TAP 3; Uptane 5.4.4.8.
 */
export interface TufMultiRoleDelegation {
  /** A label, no role. */
  readonly name: string;
  readonly terminating: boolean;
  readonly paths?: readonly string[];
  readonly path_hash_prefixes?: readonly string[];
  /** Hardware ids that it covers; all when absent. */
  readonly hardwareIds?: readonly string[];
  /** 1 .. the number of roles. */
  readonly min_roles_in_agreement: number;
  readonly roleinfo: readonly TufAgreeingRole[];
}

/** Equal bins by the leading bits of a path's hash. Standard: TAP 15. */
export interface TufSuccinctRoles extends TufRole {
  /** 1 .. 32: there are `2 ** bit_length` bins. */
  readonly bit_length: number;
  readonly name_prefix: string;
}

/** Delegations of a targets role; exactly one of `roles` and `succinct_roles` is there. */
export interface TufDelegations {
  readonly keys: Readonly<Record<string, TufKeyObject>>;
  readonly roles?: readonly TufDelegatedRole[];
  readonly succinct_roles?: TufSuccinctRoles;
}

/** Files that clients may download, and roles that may list more. Standard: TUF 1.0.34 section 4.5. */
export interface TufTargets extends TufSigned {
  readonly _type: "targets";
  readonly targets: Readonly<Record<string, TufTargetFile>>;
  readonly delegations?: TufDelegations;
}

/** Any signed object. */
export type TufAnySigned = TufRoot | TufTimestamp | TufSnapshot | TufTargets;

/** One signature, not verified. */
export interface TufSignature {
  readonly keyid: string;
  /** Hexadecimal text (in some dialects base64), as it stands in the file. */
  readonly sig: string;
  /** The scheme, in dialects whose keys do not name it. */
  readonly method?: string;
}

/** A metadata file, of which nothing but the shape was checked. */
export interface TufMetadata<Signed extends TufAnySigned = TufAnySigned> {
  readonly signed: Signed;
  /** No key id is there twice. */
  readonly signatures: readonly TufSignature[];
}
