/** What expires soon, and who has to sign what because of it. */

import { parseUtcTime } from "../../../core/index.ts";
import type { Quorum } from "../../../signing/index.ts";
import type { TufRoot, TufTargets } from "../metadata.ts";
import type { TufFileView, TufRepositoryView } from "./repository-view.ts";
import { roleOf, tufQuorum } from "./role-keys.ts";

/** A role that has to be signed again, by whom. */
export interface TufResigning {
  readonly role: string;
  /** Absent when no role delegates to it any more: then nobody has to. */
  readonly quorum?: Quorum;
}

/** A role that expires within the window. */
export interface TufExpiry {
  readonly role: string;
  readonly version: number;
  /** As its file says. */
  readonly expires: string;
  /** Milliseconds left; 0 or less when it has expired. */
  readonly leftMs: number;
  readonly expired: boolean;
  /** Itself, and then what lists it: a new version of targets needs a new snapshot, and that a new timestamp. */
  readonly resign: readonly TufResigning[];
}

/**
 * Lists the roles that expire within a window from now on, the first to expire first.
 *
 * For a root, the quorum is that of its own keys, which sign its successor as long as they do not change.
 *
 * @param windowMs - milliseconds from `now` on; what has expired already is listed in any case
 * @throws RangeError when `now` or `windowMs` is no integer, or `windowMs` is below 0
 * @example
 * ```ts
 * const [first] = reportTufExpiry(readTufRepository(files), now, 14 * 86_400_000);
 * first.role; // "timestamp"
 * first.resign.map(({ role }) => role); // ["timestamp"]
 * ```
 */
export function reportTufExpiry(repository: TufRepositoryView, now: number, windowMs: number): readonly TufExpiry[] {
  if (!Number.isSafeInteger(now)) throw new RangeError(`"now" expected integer epoch milliseconds, got ${now}`);
  if (!Number.isSafeInteger(windowMs) || windowMs < 0) {
    throw new RangeError(`"windowMs" expected integer >= 0, got ${windowMs}`);
  }
  const { root, timestamp, snapshot, targets } = repository;
  const chain = ["snapshot", "timestamp"].map((role) => ({ role, quorum: tufQuorum(root.signed, role) }));
  const report = (role: string, { signed }: TufFileView, resign: () => readonly TufResigning[]): TufExpiry[] => {
    const leftMs = parseUtcTime(signed.expires) - now;
    if (leftMs > windowMs) return [];
    const { version, expires } = signed;
    return [{ role, version, expires, leftMs, expired: leftMs <= 0, resign: resign() }];
  };
  const delegators: readonly (TufRoot | TufTargets)[] = [
    root.signed,
    ...Object.values(targets).flatMap(({ signed }) => (signed.delegations === undefined ? [] : [signed])),
  ];
  return [
    ...report("root", root, () => [{ role: "root", quorum: tufQuorum(root.signed, "root") }]),
    ...report("timestamp", timestamp, () => chain.slice(1)),
    ...report("snapshot", snapshot, () => chain),
    ...Object.entries(targets).flatMap(([role, view]) =>
      report(role, view, () => [signersOf(role, delegators), ...chain]),
    ),
  ].sort((left, right) => left.leftMs - right.leftMs);
}

function signersOf(role: string, delegators: readonly (TufRoot | TufTargets)[]): TufResigning {
  const delegator = delegators.find((signed) => roleOf(signed, role) !== undefined);
  return delegator === undefined ? { role } : { role, quorum: tufQuorum(delegator, role) };
}
