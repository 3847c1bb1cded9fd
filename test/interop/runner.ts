/** Asks peers and keeps their books: a peer that is not installed is skipped in words, one that compared nothing has failed. */

import { describeError } from "../../scripts/evidence.ts";
import type { InteropPeer, PeerOutcome } from "./peer.ts";

/** One peer's line of the result. */
export interface PeerRow {
  readonly peer: string;
  /** `skipped`: not installed. `failed`: a difference, a crash, or nothing compared. */
  readonly state: "passed" | "failed" | "skipped";
  readonly version?: string;
  /** Why it was skipped or crashed. */
  readonly why?: string;
  readonly comparisons: readonly PeerOutcome[];
}

/** Asks the peers one after another; `onStart` hears each name first. */
export async function runPeers(
  peers: readonly InteropPeer[],
  options: { readonly full: boolean },
  onStart: (peer: string) => void = () => {},
): Promise<PeerRow[]> {
  const rows: PeerRow[] = [];
  for (const peer of peers) {
    onStart(peer.name);
    rows.push(await ask(peer, options));
  }
  return rows.sort((left, right) => (left.peer < right.peer ? -1 : 1));
}

async function ask(peer: InteropPeer, options: { readonly full: boolean }): Promise<PeerRow> {
  let version: string | undefined;
  try {
    if (peer.heavy && !options.full) {
      return { peer: peer.name, state: "skipped", why: "heavy: asked in the long run, --full", comparisons: [] };
    }
    const found = peer.find();
    if ("missing" in found) return { peer: peer.name, state: "skipped", why: found.missing, comparisons: [] };
    version = found.version;
    const comparisons = await peer.run(options);
    const mistake = comparisons.length === 0 ? "compared nothing" : comparisons.map(wrongBooks).find(Boolean);
    if (mistake !== undefined) return { peer: peer.name, state: "failed", version, why: mistake, comparisons: [] };
    const differs = comparisons.some(({ failed }) => failed > 0);
    return { peer: peer.name, state: differs ? "failed" : "passed", version, comparisons };
  } catch (error) {
    const why = `crashed: ${describeError(error)}`;
    return { peer: peer.name, state: "failed", ...(version === undefined ? {} : { version }), why, comparisons: [] };
  }
}

function wrongBooks({ what, total, passed, failed }: PeerOutcome): string | undefined {
  const whole = [total, passed, failed].every((count) => Number.isSafeInteger(count) && count >= 0);
  if (!whole || passed + failed !== total) return `${what}: ${passed} passed + ${failed} failed is not ${total}`;
  return total === 0 ? `${what}: compared nothing` : undefined;
}
