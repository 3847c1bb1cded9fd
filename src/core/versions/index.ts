/** Version schemes, order-preserving keys, and ranges. */

export { compareVersions, versionKey, versionSeries } from "./compare.ts";
export type { VersionComparator, VersionRange, VersionRelation } from "./range.ts";
export { parseVersionRange, satisfiesVersionRange } from "./range.ts";
export type { CustomVersionScheme, VersionPart, VersionScheme } from "./scheme.ts";
export { parseVersionScheme } from "./scheme.ts";
