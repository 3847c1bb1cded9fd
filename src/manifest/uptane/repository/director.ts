/**
 * A Director that is ready to sign: its root read once, its signers matched with the roles whose keys they hold.
 *
 * Root metadata is shared by all vehicles; targets, snapshot and timestamp are made for each (Uptane 2.1.0 section 5.3.2.1).
 */

import type { Bytes, JsonValue, SignatureProvider } from "../../../core/index.ts";
import { bytesToHex, encodeCanonicalJson } from "../../../core/index.ts";
import { type Signer, sameKey, signWith } from "../../../signing/index.ts";
import { ManifestError } from "../../errors.ts";
import type { TufAnySigned, TufRoot } from "../../tuf/metadata.ts";
import { encodeTufMetadata } from "../../tuf/repository/encode-metadata.ts";
import { distinctKeys, signsAlike, tufQuorum } from "../../tuf/repository/role-keys.ts";
import { createTufClient } from "../../tuf/step-root.ts";
import type { ImageListing } from "./director-rules.ts";

/** What a Director is made of. */
export interface DirectorInput {
  /** The newest root file, signed. */
  readonly root: Uint8Array;
  /** Signers of targets, snapshot and timestamp, as many of each as its threshold asks for. */
  readonly signers: readonly Signer[];
  /** How long what is signed is valid, in milliseconds. Timestamps are renewed cheaply as long as the other two outlive them. */
  readonly lifetimeMs: { readonly targets: number; readonly snapshot: number; readonly timestamp: number };
  /** What the Image repository lists; absent: it is not checked that vehicles find there what is directed. */
  readonly images?: ImageListing;
  /** Back end that checks signatures; the runtime's default when absent. */
  readonly provider?: SignatureProvider;
}

/** Roles that a Director signs for every vehicle. */
export type DirectorRole = "targets" | "snapshot" | "timestamp";

/** A signer, and the key id under which the root lists its key. */
export interface DirectorRoleSigner {
  readonly signer: Signer;
  readonly keyid: string;
}

/** A Director, ready to sign; see {@link createDirector}. */
export interface Director extends Omit<DirectorInput, "root" | "signers"> {
  readonly root: TufRoot;
  /** As many signers of each role as its threshold. */
  readonly signers: Readonly<Record<DirectorRole, readonly DirectorRoleSigner[]>>;
}

/**
 * Reads the root and finds who signs which role.
 *
 * Standard: Uptane 2.1.0 sections 5.2.1, 5.2.2 and 5.2.7.
 *
 * @throws {@link ManifestError} `ERR_MANIFEST_TUF_ROOT` for a root that clients would refuse; `ERR_MANIFEST_TUF_UNSIGNED` when a role's
 * threshold is not reached by the signers, with `details.role`; `ERR_MANIFEST_TUF_REPOSITORY` when file names carry no versions
 * @throws RangeError when a lifetime is no integer above 0
 * @example
 * ```ts
 * const day = 86_400_000;
 * const director = createDirector({ root, signers: [kms], lifetimeMs: { targets: 30 * day, snapshot: 30 * day, timestamp: day } });
 * ```
 */
export function createDirector(input: DirectorInput): Director {
  const { signers, lifetimeMs, provider } = input;
  for (const role of ["targets", "snapshot", "timestamp"] as const) {
    if (Number.isSafeInteger(lifetimeMs[role]) && lifetimeMs[role] > 0) continue;
    throw new RangeError(`"lifetimeMs.${role}" expected integer > 0, got ${lifetimeMs[role]}`);
  }
  const root = createTufClient(input.root, provider === undefined ? {} : { provider }).root.signed;
  // 5.2.7: names are qualified with versions; without, a vehicle that reads while it is written would see a mixture.
  if (root.consistent_snapshot !== true) {
    throw new ManifestError("ERR_MANIFEST_TUF_REPOSITORY", "Cannot direct: the root has no consistent snapshots", {
      path: "/signed/consistent_snapshot",
      details: { file: "root.json" },
    });
  }
  return {
    ...input,
    root,
    signers: {
      targets: signersOf(root, "targets", signers),
      snapshot: signersOf(root, "snapshot", signers),
      timestamp: signersOf(root, "timestamp", signers),
    },
  };
}

/** One signer for each of as many distinct keys as the threshold asks for, and no more: each is a call to a KMS. */
function signersOf(root: TufRoot, role: DirectorRole, signers: readonly Signer[]): readonly DirectorRoleSigner[] {
  const { keys, threshold } = tufQuorum(root, role);
  const able = distinctKeys(keys).flatMap((key): readonly DirectorRoleSigner[] => {
    const same = keys.filter((other) => sameKey(key, other));
    const signer = signers.find(({ publicKey }) => same.some((other) => signsAlike(other, publicKey)));
    if (signer === undefined) return [];
    return [{ signer, keyid: same.find((other) => signsAlike(other, signer.publicKey))!.keyId }];
  });
  if (able.length >= threshold) return able.slice(0, threshold);
  throw new ManifestError(
    "ERR_MANIFEST_TUF_UNSIGNED",
    `Cannot direct: ${able.length} of ${threshold} signers of ${role} are at hand`,
    { details: { role, threshold, signedBy: able.map(({ keyid }) => keyid) } },
  );
}

/**
 * Signs one file for one vehicle.
 *
 * Unlike `signTufMetadata` it does not read the file back, which would nearly double the work: the object was built here, the keys
 * were matched with the root, and `signWith` verifies every answer.
 */
export async function signAs(director: Director, role: DirectorRole, signed: TufAnySigned): Promise<Bytes> {
  const message = encodeCanonicalJson(signed as unknown as JsonValue);
  const options = director.provider === undefined ? {} : { provider: director.provider };
  const signatures = await Promise.all(
    director.signers[role].map(async ({ signer, keyid }) => ({
      keyid,
      sig: bytesToHex(await signWith(signer, message, options)),
    })),
  );
  return encodeTufMetadata({ signed, signatures });
}
