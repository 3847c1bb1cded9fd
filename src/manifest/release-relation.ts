/** The words in which an image says what else must, or must not, be in the vehicle. */

import type { VersionScheme } from "../core/index.ts";

/** Order of a component's versions; `opaque`: versions are equal or not, and that is all. */
export type ReleaseVersionScheme = VersionScheme | "opaque";

/** A component in a range of versions. */
export interface ComponentCondition {
  /** 1 .. 128 of `A-Z a-z 0-9 . _ : -`. */
  readonly component: string;
  /** Comparisons that must all hold, `>=1.10.0 <3.0.0`; `*` for any version. 1 .. 1,024 characters. */
  readonly range: string;
  /** Only on ECUs of this hardware id. Absent: wherever it is. */
  readonly hardwareId?: string;
  /** The slot that counts. The only word; it is there so that a later one is refused and not passed over. */
  readonly slot?: "active";
}
