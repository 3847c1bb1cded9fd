/**
 * The Uptane client of a Primary as a pure machine: `nextUptaneRequest` says which file of which repository is needed,
 * `stepUptaneClient` takes its bytes, `uptaneAssignment` says what came of it.
 *
 * It is made of two TUF clients and of what Uptane adds to them. As there, the caller fetches, keeps the time and carries out
 * `persist` in its order; what was stored is read back through the same checks as what is fetched.
 */

import type { TufClient, TufRequest } from "../tuf/client.ts";
import type { VerifiedAssignment } from "./assignment.ts";
import type { DirectorEntry, UptaneInstalled } from "./director-entry.ts";
import type { UptaneProfile } from "./profile.ts";
import type { UptaneReason, UptaneRepository } from "./reasons.ts";
import type { ResolvedTarget } from "./resolve.ts";
import type { CheckedVehicle } from "./vehicle.ts";

/** A class that exists for the type checker alone: a state can be had from the functions of the client only. */
declare class Unforged {
  private readonly unforged: true;
}

/** Where a verification stands: 5.4.4.2 steps 2 to 5; 6 to 9; 10; and its end. */
export type UptanePhase = "director" | "image" | "resolve" | "done";

/** State of a client: of which no field is to be changed. Its durable form are the files of `persist`. */
export interface UptaneClient extends Unforged {
  readonly phase: UptanePhase;
  readonly profile: UptaneProfile;
  readonly vehicle: CheckedVehicle;
  readonly director: TufClient;
  readonly image: TufClient;
  /** Release counters that the ECUs must not fall below, as the caller's floors have them. */
  readonly releaseCounters: ReadonlyMap<string, number>;
  readonly installed: ReadonlyMap<string, UptaneInstalled>;
  /** Latest time of a step, in epoch milliseconds. */
  readonly latestTime?: number;
  /** The Director's snapshot and targets, stored once the whole bundle is verified. */
  readonly withheld: readonly UptaneFileChange[];
  /** The images that the Director assigns. */
  readonly assigned: readonly DirectorEntry[];
  /** What the Image repository says of them, as far as they were looked up. */
  readonly resolved: readonly (readonly ResolvedTarget[])[];
  /** Why images are refused, as far as they were looked up. */
  readonly faults: readonly UptaneReason[];
  /** Delegated roles that have expired, where the profile reads them as empty. */
  readonly expired: readonly string[];
  /** The delegated role that is needed next. */
  readonly needed?: TufRequest;
  readonly outcome?: UptaneOutcome;
}

/** What a complete verification came to. */
export type UptaneOutcome =
  /** Nothing is to be installed. */
  | { readonly decision: "none"; readonly reasons: readonly UptaneReason[] }
  | { readonly decision: "update"; readonly assignment: VerifiedAssignment; readonly reasons: readonly UptaneReason[] };

/** A file that a client needs: from the store of a repository's metadata, or from the repository. */
export interface UptaneRequest extends TufRequest {
  readonly repository: UptaneRepository;
}

/** What came of a request. */
export interface UptaneAnswer {
  readonly request: UptaneRequest;
  /** The whole file, at most one byte more than `maxBytes`; `undefined` when there is none. */
  readonly bytes: Uint8Array | undefined;
}

/** A change to the client's store, which keeps the repositories apart. */
export interface UptaneFileChange {
  readonly repository: UptaneRepository;
  readonly file: string;
  /** New contents, exactly as received; `undefined` removes the file. */
  readonly bytes: Uint8Array | undefined;
}

/** Two contents that one role signed under one version. */
export interface UptaneEquivocation {
  readonly repository: UptaneRepository;
  readonly role: string;
  readonly version: number;
  readonly files: readonly [string, string];
}

/** What a step came to. */
export interface UptaneStep {
  /** `accept`: more is trusted than before; `keep`: nothing new; `refuse`: the state is unchanged, the verification must end. */
  readonly decision: "accept" | "keep" | "refuse";
  /** For a refusal every check that failed, the first decides; otherwise what happened and what was ignored. */
  readonly reasons: readonly UptaneReason[];
  readonly state: UptaneClient;
  /** To be carried out in this order, each durably and as a whole, before the next step. */
  readonly persist: readonly UptaneFileChange[];
  /** Evidence to be reported; the decision stands without it. */
  readonly equivocation?: UptaneEquivocation;
}
