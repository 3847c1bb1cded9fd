/**
 * The release manifest `ota-release/1`: which image each kind of ECU shall run, what it may replace, and what must be true
 * before it may.
 *
 * Unknown fields are kept. A field that a `critical` list names must be understood by a reader, or the release is refused.
 */

import type { DocumentReference, StatementReference } from "./release-file.ts";
import type { ReleaseImage } from "./release-image.ts";
import type { ReleaseVersionScheme } from "./release-relation.ts";

/**
 * ECUs that change together: all of them run the release or none does.
 *
 * Between groups a vehicle may be half-way; inside one it must not be used before all are done.
 */
export interface ReleaseGroup {
  /** 1 .. 128 of `A-Z a-z 0-9 . _ : -`, unique in the release. */
  readonly name: string;
  /** Hardware ids of images of this release, 2 .. 1,000; each in one group at most. */
  readonly hardwareIds: readonly string[];
}

/** What a release does to the RX software identification number of one regulation (UN R156). */
export interface RxswinChange {
  /** Regulation, for example `R79`; 1 .. 32 characters, once in a release. */
  readonly regulation: string;
  /** The number that the vehicle must show before. Absent: it had none for this regulation. */
  readonly before?: string;
  /** The number that it shows afterwards; another one. */
  readonly after: string;
}

/** What the customer is told, in one language (UN R156). Texts may have line feeds, no other control characters. */
export interface ReleaseNotice {
  /** 1 .. 200 characters. */
  readonly title: string;
  /** Purpose of the update; 1 .. 8,000 characters. */
  readonly text: string;
  /** Functions that behave differently afterwards; at most 100 of 1 .. 500 characters. */
  readonly changedFunctions?: readonly string[];
  /** Functions that cannot be used meanwhile; at most 100 of 1 .. 500 characters. */
  readonly unavailableFunctions?: readonly string[];
  /** What the customer has to do; 1 .. 8,000 characters. */
  readonly instructions?: string;
}

/** Content of a signed release. */
export interface ReleaseManifest {
  readonly schema: "ota-release/1";
  /** Name of the release; 1 .. 128 of `A-Z a-z 0-9 . _ : -`. */
  readonly releaseId: string;
  /**
   * Number in the row of releases for these vehicles, 0 .. 2^53-1: rises with each, so that an older document is told. Once a vehicle
   * knows one, it decides `unknown` about a release without.
   */
  readonly sequence?: number;
  /** When it was made, `YYYY-MM-DDTHH:MM:SSZ`; before `expires`. */
  readonly issued?: string;
  /** The release must not be accepted at or after this time, `YYYY-MM-DDTHH:MM:SSZ`. */
  readonly expires: string;
  /** One image for each hardware id, 1 .. 10,000. */
  readonly images: readonly ReleaseImage[];
  /** Sets of ECUs that change together; at most 1,000. */
  readonly groups?: readonly ReleaseGroup[];
  /** How versions of the components in `requires`, `conflicts` and `provides` are ordered; `opaque` for one that is not here. */
  readonly versionSchemes?: Readonly<Record<string, ReleaseVersionScheme>>;
  /** Type-approval numbers that change; at most 100. */
  readonly rxswin?: readonly RxswinChange[];
  /** Rules of the vehicle's state under which it may be installed. */
  readonly conditions?: DocumentReference;
  /** What to do when the installation fails: the way back, or into a safe state. */
  readonly recovery?: DocumentReference;
  /** Who agreed; at most 100. */
  readonly approvals?: readonly StatementReference[];
  /** Test results and other statements about the release as a whole; at most 1,000. */
  readonly evidence?: readonly StatementReference[];
  /** How long the vehicle will probably not be usable, in milliseconds; told to the customer. */
  readonly installDurationMs?: number;
  /** What the customer is told, by language tag (BCP 47); at most 200. */
  readonly notices?: Readonly<Record<string, ReleaseNotice>>;
  /** Fields of this object, or paths into it, that a reader must understand or refuse the release; 1 .. 100. */
  readonly critical?: readonly string[];
}
