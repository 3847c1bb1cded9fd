/**
 * The TUF client as a pure machine: `nextTufRequest` says which file is needed, `stepTufClient` takes its bytes.
 *
 * The machine never fetches, reads a clock or writes: the caller does, and carries out `persist` in its order. What was stored is
 * read back through the same checks as what is fetched.
 */

import type { PublicKey } from "../../signing/index.ts";
import type { TufAnySigned, TufRoot, TufSignature, TufSnapshot, TufTargets, TufTimestamp } from "./metadata.ts";
import type { TufReason } from "./reasons.ts";
import type { TufWire } from "./wire.ts";

/** Metadata that passed the signature check of its delegator. */
export interface TrustedTuf<Signed extends TufAnySigned = TufAnySigned> {
  readonly signed: Signed;
  readonly signatures: readonly TufSignature[];
  /** The whole file, exactly as it came. */
  readonly text: string;
  /** Key ids of the distinct keys that signed. */
  readonly signedBy: readonly string[];
  /** Usable keys that it lists for other roles. */
  readonly keyring: Readonly<Record<string, PublicKey>>;
  /** The same keys under the other scheme of their type, in dialects whose keys name none. */
  readonly alternatives?: Readonly<Record<string, PublicKey>>;
}

/** Where a refresh stands. */
export type TufPhase =
  | "root"
  | "stored_timestamp"
  | "timestamp"
  | "stored_snapshot"
  | "snapshot"
  | "stored_targets"
  | "targets"
  | "ready";

/** A targets role in the state: trusted, or looked for in the store in vain so that it must be fetched. */
export interface TufTargetsRole {
  /** Role whose keys were asked for; another delegator's are checked anew. */
  readonly delegator: string;
  readonly trusted?: TrustedTuf<TufTargets>;
  /** Authentic metadata of the store that cannot be used as it is. */
  readonly stored?: TrustedTuf<TufTargets>;
}

/** Metadata that an earlier refresh verified. */
export interface KnownTuf {
  readonly trusted: TrustedTuf;
  /** The metadata whose keys vouched for it. */
  readonly by: TrustedTuf;
}

/** A class that exists for the type checker alone: a state can be had from the functions of the client only. */
declare class Unforged {
  private readonly unforged: true;
}

/** State of a client: plain data, of which no field is to be changed. Its durable form are the files of `persist`. */
export interface TufClient extends Unforged {
  readonly phase: TufPhase;
  /** The choices of the policy that decide about signatures: the same for the life of a client. */
  readonly rules: {
    readonly keyIds: "opaque" | "strict";
    readonly pssSalt: "hash" | "any";
    readonly wire: TufWire;
  };
  /** Time of the first step in epoch milliseconds, against which all expiry is measured (section 5.1). */
  readonly startedAt?: number;
  /** Roots accepted in this refresh. */
  readonly rootRotations: number;
  /** Whose keys were revoked in this refresh (section 5.3.11), `snapshot` standing for both roles: what they signed is dropped. */
  readonly revoked: "none" | "timestamp" | "snapshot";
  readonly root: TrustedTuf<TufRoot>;
  /** Trusted timestamp; until phase `stored_snapshot` the stored one, which serves against rollback only. */
  readonly timestamp?: TrustedTuf<TufTimestamp>;
  /** Trusted snapshot; until phase `stored_targets` the stored one, which serves against rollback only. */
  readonly snapshot?: TrustedTuf<TufSnapshot>;
  /** Targets roles by their names, without a prototype. */
  readonly targets: Readonly<Record<string, TufTargetsRole>>;
  /** What the refresh before verified, by role, without a prototype; see {@link restartTufClient}. */
  readonly known?: Readonly<Record<string, KnownTuf>>;
}

/** A file that a client needs. */
export interface TufRequest {
  /** `load` from the client's own store, `fetch` from the repository. */
  readonly kind: "load" | "fetch";
  readonly role: string;
  /** Role whose keys must have signed it. */
  readonly delegator: string;
  /** Name of the file, relative to the store or to the repository's metadata: one safe segment, below the folder of the dialect. */
  readonly file: string;
  /** Version that the file must have, where that is known. */
  readonly version?: number;
  /** Most bytes that are of any use: stop there. */
  readonly maxBytes: number;
}

/** What came of a request. */
export interface TufAnswer {
  readonly request: TufRequest;
  /** The whole file, at most one byte more than `maxBytes`; `undefined` when there is none. */
  readonly bytes: Uint8Array | undefined;
}

/** A change to the client's store. */
export interface TufFileChange {
  /** Name in the store. */
  readonly file: string;
  /** New contents, exactly as received; `undefined` removes the file. */
  readonly bytes: Uint8Array | undefined;
}

/** Two contents that one role signed under one version: evidence that repository or keys are compromised. */
export interface TufEquivocation {
  readonly role: string;
  readonly version: number;
  /** Both files, as received. */
  readonly files: readonly [string, string];
}

/** What a step came to. */
export interface TufStep {
  /** `accept`: more is trusted than before; `keep`: nothing new; `refuse`: the state is unchanged, the refresh must end. */
  readonly decision: "accept" | "keep" | "refuse";
  /** For a refusal every check that failed, the first decides; otherwise what happened and what was ignored. */
  readonly reasons: readonly TufReason[];
  readonly state: TufClient;
  /**
   * To be carried out in this order, each durably and as a whole (write beside it, then rename), before the next step. One
   * refresh at a time may use a store: of two, the slower would write its older files over the newer ones.
   */
  readonly persist: readonly TufFileChange[];
  /** Evidence to be reported; the decision stands without it. */
  readonly equivocation?: TufEquivocation;
}
