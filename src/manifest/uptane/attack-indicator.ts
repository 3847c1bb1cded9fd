/** The indicator of detected attacks in a version report (Uptane 2.1.0 section 5.4.2.1.2), made of the reasons of refusals. */

import type { UptaneReason } from "./reasons.ts";

/** Longest indicator that reports carry. */
export const maxIndicatorLength = 1_024;

/**
 * Sums up refusals for the next version report: `attack/code`, each once, with spaces between; empty when none is a sign of an attack.
 *
 * Standard: Uptane 2.1.0 sections 5.4.4.2 (an ECU should report which attack it suspects) and 5.4.2.1.2; the form is otakit's.
 *
 * @param reasons - of one or more refused steps; what does not fit into 1,024 characters is left out, the first stay
 * @example
 * ```ts
 * attackIndicator(step.reasons); // "rollback/tuf_version_rollback"
 * ```
 */
export function attackIndicator(reasons: readonly Pick<UptaneReason, "attack" | "code">[]): string {
  const words = new Set(
    reasons.filter(({ attack }) => attack !== "none").map(({ attack, code }) => `${attack}/${code}`),
  );
  let indicator = "";
  for (const word of words) {
    const longer = indicator === "" ? word : `${indicator} ${word}`;
    if (longer.length <= maxIndicatorLength) indicator = longer;
  }
  return indicator;
}
