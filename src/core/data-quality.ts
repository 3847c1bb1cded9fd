/**
 * The vocabulary of data quality for every module: a lattice of four words, flags that say what is wrong, and a value
 * that is only there while it can be relied on.
 *
 * Which data deserve a flag is decided where the data are known (`telemetry`, `cohort`, `diagnostics`); this file
 * only names and combines.
 */

/**
 * How far data can be relied on, from best to worst.
 *
 * `good`: nothing is wrong. `degraded`: something is wrong, but it is known and bounded; the value holds.
 * `unreliable`: the value may be wrong. `unusable`: there is no value.
 */
export type DataQuality = "good" | "degraded" | "unreliable" | "unusable";

/** Severity of a flag: the quality that it leaves at best. */
export type FlagSeverity = Exclude<DataQuality, "good">;

/** What each flag says of its finding. */
export interface QualityFlagDetails {
  readonly stale: { readonly ageMs: number; readonly maxAgeMs: number };
  readonly duplicated: { readonly count: number };
  readonly out_of_order: { readonly count: number };
  readonly gap: { readonly missing: number };
  readonly partial: { readonly missingFields: readonly string[] };
  readonly clock_future: { readonly aheadMs: number };
  readonly clock_unset: Readonly<Record<string, never>>;
  readonly late: { readonly lateMs: number };
  readonly inconsistent: { readonly rule: string };
  readonly unrepresentative: { readonly attribute: string };
  readonly baseline_missing: { readonly baseline: string };
  readonly invalid: { readonly path: string };
}

/** Code of a flag. */
export type QualityFlagCode = keyof QualityFlagDetails;

/** One thing that is wrong with data. Made by {@link qualityFlag}. */
export type QualityFlag = {
  readonly [Code in QualityFlagCode]: {
    readonly code: Code;
    readonly severity: FlagSeverity;
    readonly details: QualityFlagDetails[Code];
  };
}[QualityFlagCode];

/** Meaning and default severity of every flag. */
export const qualityFlags: Readonly<
  Record<QualityFlagCode, { readonly severity: FlagSeverity; readonly meaning: string }>
> = {
  stale: { severity: "unreliable", meaning: "Older than its maximum age; the truth may have changed since." },
  duplicated: { severity: "degraded", meaning: "The same event arrived again; it was counted once." },
  out_of_order: {
    severity: "degraded",
    meaning: "Events arrived in another order than they happened; they were sorted.",
  },
  gap: { severity: "unreliable", meaning: "Events are missing, and what they said is not known." },
  partial: { severity: "degraded", meaning: "Some fields are missing; those that are there hold." },
  clock_future: { severity: "unreliable", meaning: "Dated later than it was received; its times cannot be trusted." },
  clock_unset: { severity: "unreliable", meaning: "The source's clock was not set; its times cannot be trusted." },
  late: { severity: "degraded", meaning: "Received long after it happened; it holds for the time it is dated." },
  inconsistent: { severity: "unreliable", meaning: "Two sources, or two events of one source, contradict each other." },
  unrepresentative: {
    severity: "unreliable",
    meaning: "The sample does not mirror the whole that it should speak for.",
  },
  baseline_missing: { severity: "unreliable", meaning: "There is nothing to compare with." },
  invalid: { severity: "unusable", meaning: "It breaks its schema." },
};

/** Best first: the index is the rank. */
const ranking: readonly DataQuality[] = ["good", "degraded", "unreliable", "unusable"];

/** A word of a later release, out of stored data, counts as the worst: unknown never means good. */
function rankOf(quality: DataQuality): number {
  const rank = ranking.indexOf(quality);
  return rank < 0 ? ranking.length - 1 : rank;
}

/**
 * The worst of several qualities: the join of the lattice, with `good` as its neutral element.
 *
 * The worst of none is therefore `good`. Having no data at all is not good: flag it (`gap`, `baseline_missing`).
 *
 * @example
 * ```ts
 * worstQuality("good", "unreliable", "degraded"); // "unreliable"
 * ```
 */
export function worstQuality(...qualities: readonly DataQuality[]): DataQuality {
  return ranking[qualities.reduce((worst, quality) => Math.max(worst, rankOf(quality)), 0)]!;
}

/**
 * Makes a flag, with its default severity or the caller's.
 *
 * @throws RangeError for a code that does not exist, or `good` as a severity
 * @example
 * ```ts
 * qualityFlag("stale", { ageMs: 95_000, maxAgeMs: 60_000 }).severity; // "unreliable"
 * qualityFlag("gap", { missing: 1 }, "degraded"); // one lost event of many
 * ```
 */
export function qualityFlag<Code extends QualityFlagCode>(
  code: Code,
  details: QualityFlagDetails[Code],
  severity?: FlagSeverity,
): Extract<QualityFlag, { readonly code: Code }> {
  if (!Object.hasOwn(qualityFlags, code)) throw new RangeError(`"code" expected a quality flag, got ${code}`);
  const chosen = severity ?? qualityFlags[code].severity;
  if (rankOf(chosen) === 0) throw new RangeError(`"severity" expected a word below good, got ${chosen}`);
  const flag = { code, severity: chosen, details };
  return flag as unknown as Extract<QualityFlag, { readonly code: Code }>;
}

/** Quality of data with these flags. */
export interface QualityAssessment {
  /** The worst severity among the flags, `good` without any. */
  readonly quality: DataQuality;
  /** How often each flag was raised; only those that were. */
  readonly counts: Readonly<Partial<Record<QualityFlagCode, number>>>;
}

/**
 * Sums up flags: the worst one gives the quality, and each code is counted.
 *
 * @example
 * ```ts
 * const flags = [qualityFlag("duplicated", { count: 1 }), qualityFlag("late", { lateMs: 7_200_000 })];
 * assessQuality(flags); // { quality: "degraded", counts: { duplicated: 1, late: 1 } }
 * ```
 */
export function assessQuality(flags: readonly QualityFlag[]): QualityAssessment {
  const counts = new Map<QualityFlagCode, number>();
  let quality: DataQuality = "good";
  for (const { code, severity } of flags) {
    quality = worstQuality(quality, severity);
    counts.set(code, (counts.get(code) ?? 0) + 1);
  }
  return { quality, counts: Object.fromEntries(counts) };
}

/**
 * A value that holds, with what is wrong about it. One shape for each word, so that the compiler can rule them out
 * one by one.
 */
export type UsableValue<T> =
  | { readonly quality: "good"; readonly value: T; readonly flags: readonly QualityFlag[] }
  | { readonly quality: "degraded"; readonly value: T; readonly flags: readonly QualityFlag[] };

/** The place of a value that would be false or is not there: no `value` at all, only why. */
export type WithheldValue =
  | { readonly quality: "unreliable"; readonly flags: readonly QualityFlag[] }
  | { readonly quality: "unusable"; readonly flags: readonly QualityFlag[] };

/**
 * A value with its quality. `value` exists only while the quality is `good` or `degraded`, so that no reader can show
 * a false number: the compiler asks to look at `quality` (or {@link hasValue}) first.
 */
export type QualifiedValue<T> = UsableValue<T> | WithheldValue;

/**
 * Joins a value with its flags; the value is dropped when the worst flag is `unreliable` or `unusable`.
 *
 * A value that is derived from others takes all their flags.
 *
 * @param value - anything but `undefined`, which JSON would lose; use {@link withhold} where there is no value
 * @throws TypeError for the value `undefined`
 * @example
 * ```ts
 * qualify(12.4, []); // { quality: "good", value: 12.4, flags: [] }
 * "value" in qualify(12.4, [qualityFlag("clock_unset", {})]); // false
 * ```
 */
export function qualify<T>(value: T, flags: readonly QualityFlag[]): QualifiedValue<T> {
  if (value === undefined) throw new TypeError('"value" expected a value, got undefined');
  const { quality } = assessQuality(flags);
  return holdsValue(quality) ? { quality, value, flags } : { quality, flags };
}

/**
 * Says why there is no value.
 *
 * @param flags - at least one of severity `unreliable` or `unusable`
 * @throws RangeError when no flag explains why the value is missing
 * @example
 * ```ts
 * withhold([qualityFlag("baseline_missing", { baseline: "silence before the update" })]).quality; // "unreliable"
 * ```
 */
export function withhold(flags: readonly QualityFlag[]): WithheldValue {
  const { quality } = assessQuality(flags);
  if (holdsValue(quality)) {
    throw new RangeError(`"flags" expected an unreliable or unusable one, got ${quality}`);
  }
  return { quality, flags };
}

/**
 * Tells whether a qualified value is there, and lets the compiler know.
 *
 * @example
 * ```ts
 * const rate = qualify(0.004, []);
 * if (hasValue(rate)) console.log(rate.value);
 * ```
 */
export function hasValue<T>(qualified: QualifiedValue<T>): qualified is UsableValue<T> {
  return holdsValue(qualified.quality);
}

function holdsValue(quality: DataQuality): quality is UsableValue<unknown>["quality"] {
  return rankOf(quality) <= rankOf("degraded");
}
