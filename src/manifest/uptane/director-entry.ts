/** What the Director assigns to ECUs, and what they run. */

import type { TufHashes, TufTargetFile } from "../tuf/metadata.ts";
import type { UptaneEcu } from "./vehicle.ts";

/** An image as the Director assigns it. */
export interface DirectorEntry {
  readonly path: string;
  readonly file: TufTargetFile;
  /** At least one. */
  readonly ecus: readonly UptaneEcu[];
  readonly releaseCounter?: number;
}

/** What an ECU runs, as the vehicle knows it. */
export interface UptaneInstalled {
  readonly length?: number;
  /** Digests by algorithm, lower-case hexadecimal; those that are listed must match, one at least. */
  readonly hashes: TufHashes;
}
