/**
 * Editions of ISO 14229-1. A decoder understands the union of all; an encoder can be held to one.
 *
 * Standard: ISO 14229-1:2006, :2013, :2020; what each has as mdabrowski1990/uds and python-udsoncan agree on it.
 */

import { UdsError } from "./errors.ts";
import type { EditionReasonCode } from "./reasons.ts";

/** Year of an edition. */
export type Edition = "2006" | "2013" | "2020";

/** Options of every encoder of a message. */
export interface EncodeOptions {
  /** Refuse what this edition does not have; without it, whatever any edition has can be written. */
  readonly edition?: Edition;
}

/** Editions that have something; an absent bound is open. */
export interface EditionRule {
  readonly since?: Edition;
  readonly until?: Edition;
  /** What to use where it is not there, in the standard's words. */
  readonly instead?: string;
}

/**
 * Refuses to write what the edition asked for does not have.
 *
 * @param what - service, sub-function or parameter, for the message
 * @param path - JSON pointer into the message
 * @throws {@link UdsError} `ERR_UDS_EDITION` with `details` `{ reason, edition, since | until, instead? }`
 * @throws RangeError when the edition is none
 */
export function requireEdition(rule: EditionRule, { edition }: EncodeOptions, what: string, path: string): void {
  if (edition === undefined) return;
  if (edition !== "2006" && edition !== "2013" && edition !== "2020") {
    throw new RangeError(`"edition" expected 2006, 2013 or 2020, got ${String(edition)}`);
  }
  const { since, until, instead } = rule;
  if (since !== undefined && edition < since) throw refusal("not_yet_in_edition", { since });
  if (until !== undefined && edition > until) throw refusal("no_longer_in_edition", { until });

  function refusal(
    reason: EditionReasonCode,
    bound: { readonly since: Edition } | { readonly until: Edition },
  ): UdsError {
    const [word, year] = Object.entries(bound)[0]!;
    const remedy = instead === undefined ? "" : `; use ${instead}`;
    const message = `Cannot encode ${what}: ISO 14229-1:${edition} does not have it (${word} ${year})${remedy}`;
    const details = { reason, edition, ...bound, ...(instead === undefined ? {} : { instead }) };
    return new UdsError("ERR_UDS_EDITION", message, { path, details });
  }
}
