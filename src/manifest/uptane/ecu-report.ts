/** What an ECU says of itself (Uptane 2.1.0 section 5.4.2.1.2). */

import type { JsonObject } from "../../core/index.ts";
import type { PublicKey, SymmetricKey, Verified } from "../../signing/index.ts";
import type { TufHashes } from "../tuf/metadata.ts";

/** The key with which an ECU signs its reports (5.4.1): its own, and no other ECU's. */
export type EcuKey = PublicKey | SymmetricKey;

/** The image that an ECU runs. */
export interface ReportedImage {
  /** Filename of the image, as Targets metadata lists it: 1 to 1,024 characters. */
  readonly path: string;
  /** Bytes. */
  readonly length: number;
  /** Digests by algorithm, lower-case hexadecimal; at least one. */
  readonly hashes: TufHashes;
  readonly releaseCounter?: number;
}

/** Content of a version report. */
export interface EcuReport {
  readonly ecuId: string;
  readonly installedImage: ReportedImage;
  /** What attacks the ECU noticed, in at most 1,024 characters; empty for none. See {@link attackIndicator}. */
  readonly attacksDetected: string;
  /** Latest time that the ECU could verify, in epoch milliseconds; absent when its clock was never set. */
  readonly timeMs?: number;
  /** The one before it. */
  readonly previousTimeMs?: number;
  /** Integer >= 0 that rises with every report. */
  readonly counter?: number;
  /** 16 to 128 characters of `A-Z a-z 0-9 . _ : -` that no other report of the ECU has. */
  readonly nonce?: string;
}

/** A signature as a report carries it. */
export interface ReportSignature {
  readonly keyid: string;
  /** Scheme of the key: what the standard calls the signing method. */
  readonly method?: string;
  /** Digests of what is signed, by algorithm. */
  readonly hashes?: TufHashes;
  /** Hexadecimal, in some dialects base64. */
  readonly sig: string;
}

/** A document with signatures that were not verified. */
export interface SignedReport {
  /** What the signatures cover, with every member that it had. */
  readonly signed: JsonObject;
  /** 1 to 16, no key id twice. */
  readonly signatures: readonly ReportSignature[];
}

/** An ECU version report of which nothing but the form was checked. */
export interface EcuReportDocument extends SignedReport {
  readonly report: EcuReport;
}

/** A report that the ECU's own key signed; frozen. */
export interface VerifiedEcuReport extends EcuReport, Verified<"ecu-report"> {
  /** The signed object, with members that this reader does not know. */
  readonly signed: JsonObject;
}
