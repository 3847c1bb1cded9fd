/**
 * Where otakit is meant to differ from other TUF clients, each with its reason.
 *
 * Stricter: otakit refuses what the other takes. Reads on: otakit goes on where the other refuses the whole file, and nothing is
 * trusted for it.
 */

/** One item on which two clients disagree. */
export interface Difference {
  /** What was done to the repository. */
  readonly kind: string;
  /** `refused`, `absent`, `accepted` or the entry that was found. */
  readonly ours: string;
  readonly theirs: string;
  /** Why each refused first; empty when it did not. */
  readonly oursWhy: string;
  readonly theirsWhy: string;
}

/** A difference that is meant. */
export interface KnownDifference {
  /** For the table. */
  readonly reason: string;
  matches(difference: Difference): boolean;
}

/** Otakit refuses, for this reason code and place; the other does not. */
function stricter(reason: string, why: RegExp): KnownDifference {
  return {
    reason: `stricter: ${reason}`,
    matches: ({ ours, theirs, oursWhy }) => ours === "refused" && theirs !== "refused" && why.test(oursWhy),
  };
}

/** The other refuses with this message what was done in this way; otakit does not. */
function readsOn(reason: string, kind: string, why: RegExp): KnownDifference {
  return {
    reason: `reads on: ${reason}`,
    matches: (difference) =>
      difference.theirs === "refused" &&
      difference.ours !== "refused" &&
      difference.kind === kind &&
      why.test(difference.theirsWhy),
  };
}

const malformed = (what: string) => new RegExp(`^tuf_malformed \\| [^|]+ \\| ${what}`);

const commonDifferences: readonly KnownDifference[] = [
  stricter("one key under two ids is one key (4.2.1)", /^tuf_threshold_unreachable .*\[one key under two ids\]$/),
  stricter(
    "a member name twice, of which readers take the first or the last",
    malformed("ERR_CORE_JSON_DUPLICATE_KEY"),
  ),
  stricter(
    "a signature is its hexadecimal digits and nothing else",
    /^tuf_threshold_not_met .*\[a signature with more after it\]$/,
  ),
  stricter("custom data is an object (4.5)", malformed("ERR_MANIFEST_TUF_FORMAT \\| /signed/targets/[^/]+/custom ")),
];

/** Differences from python-tuf. */
export const pythonDifferences: readonly KnownDifference[] = [
  ...commonDifferences,
  stricter(
    "paths and prefixes are lists (4.5); a text is not a list of its characters",
    malformed("ERR_MANIFEST_TUF_FORMAT \\| /signed/delegations/roles/\\d+/(paths|path_hash_prefixes) "),
  ),
  stricter(
    "a threshold is an integer, and true is none",
    malformed("ERR_MANIFEST_TUF_FORMAT \\| /signed/(delegations/)?roles/[^/]+/threshold "),
  ),
  stricter(
    "terminating is a boolean (4.5)",
    malformed("ERR_MANIFEST_TUF_FORMAT \\| /signed/delegations/roles/\\d+/terminating "),
  ),
  stricter(
    "the name of a role is text (4.5)",
    malformed("ERR_MANIFEST_TUF_FORMAT \\| /signed/delegations/roles/\\d+/name "),
  ),
  stricter(
    "consistent_snapshot is a boolean (4.3)",
    malformed("ERR_MANIFEST_TUF_FORMAT \\| /signed/consistent_snapshot "),
  ),
  readsOn(
    "a key of an unknown kind does not count, and other keys do",
    "an unknown kind of key",
    /Unsupported public key/,
  ),
];

/** Differences from tuf-js. */
export const tufJsDifferences: readonly KnownDifference[] = [
  ...commonDifferences,
  stricter("a number is written without fraction and exponent", malformed("ERR_CORE_JSON_NOT_INTEGER")),
  stricter(
    "expires is YYYY-MM-DDTHH:MM:SSZ and a real time (4.2.3)",
    malformed("ERR_MANIFEST_TUF_FORMAT \\| /signed/expires "),
  ),
  stricter(
    "a set of hashes has one at least",
    malformed("ERR_MANIFEST_TUF_FORMAT \\| /signed/(meta|targets)/[^/]+/hashes "),
  ),
  stricter(
    "a key of a known type has a text as its public part (4.2; python-tuf agrees)",
    malformed("ERR_MANIFEST_TUF_FORMAT \\| /signed/(delegations/)?keys/[^/]+/keyval/public "),
  ),
  stricter(
    "a root has the four roles alone (python-tuf agrees)",
    malformed("ERR_MANIFEST_TUF_FORMAT \\| /signed/roles/mirrors "),
  ),
  stricter(
    "delegations are roles or bins (python-tuf agrees)",
    malformed("ERR_MANIFEST_TUF_FORMAT \\| /signed/delegations "),
  ),
  stricter("a file is well-formed UTF-8, also where nobody signed it", malformed("ERR_CORE_UTF8 ")),
  stricter("a version is 1 or more (python-tuf agrees)", malformed("ERR_MANIFEST_TUF_FORMAT \\| /signed/version ")),
  stricter(
    "a delegated role has not the name of a top-level one (python-tuf agrees)",
    malformed("ERR_MANIFEST_TUF_FORMAT \\| /signed/delegations/roles/\\d+/name "),
  ),
  stricter(
    "a key's type and scheme belong together (python-tuf agrees)",
    /^tuf_threshold_(unreachable|not_met) .*\[an unknown kind of key\]$/,
  ),
  readsOn(
    "consistent_snapshot may be absent, which means no (python-tuf agrees)",
    "consistency turned over",
    /consistent_snapshot must be a boolean/,
  ),
];

/** A cached role that the other trusts for every delegator, once one of them vouched for it. */
export const cachedRole = "stricter: a role that one delegator vouches for is checked anew for another (5.6.3)";
