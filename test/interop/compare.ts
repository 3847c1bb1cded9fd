/** Counts equal and different answers of one comparison. */

import type { PeerOutcome } from "./peer.ts";

/** A comparison under way. */
export interface Comparison {
  /** Counts one pair as equal or different; JSON values are compared by their text. */
  add(input: unknown, ours: unknown, theirs: unknown): void;
  outcome(): PeerOutcome;
}

/** Starts a comparison; `what` says in a few words what is compared. */
export function startComparison(what: string): Comparison {
  let passed = 0;
  let failed = 0;
  const failures: string[] = [];
  return {
    add(input, ours, theirs) {
      const [left, right] = [JSON.stringify(ours), JSON.stringify(theirs)];
      if (left === right) {
        passed++;
        return;
      }
      failed++;
      if (failures.length < 100)
        failures.push(`${clip(JSON.stringify(input))}: ours ${clip(left)}, theirs ${clip(right)}`);
    },
    outcome: () => ({ what, total: passed + failed, passed, failed, failures }),
  };
}

function clip(text: string | undefined): string {
  return text === undefined ? "undefined" : text.length > 300 ? `${text.slice(0, 300)}…` : text;
}
