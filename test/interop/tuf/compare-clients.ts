/** Compares otakit with another implementation of TUF: each reads what the other writes, and both read mutants of it. */

import { tufPathHash } from "otakit/manifest";
import { seededRandom } from "../../../scripts/random.ts";
import { startComparison } from "../compare.ts";
import type { PeerOutcome } from "../peer.ts";
import { type Blueprint, pathsToLookUp, planRepository } from "./blueprint.ts";
import { readWithOtakit, type Scenario, type Verdict } from "./client-otakit.ts";
import { makeKeyPool, type PoolKey } from "./keys.ts";
import { cachedRole, type Difference, type KnownDifference } from "./known-differences.ts";
import { type Mutant, mutate } from "./mutate.ts";
import { type Files, writeWithOtakit } from "./write-otakit.ts";

/** Another implementation. */
export interface TufPeer {
  /** Seed of the repositories. */
  readonly seed: string;
  write(plans: readonly Blueprint[], pool: readonly PoolKey[]): Promise<readonly Files[]> | readonly Files[];
  read(scenarios: readonly Scenario[]): Promise<readonly Verdict[]> | readonly Verdict[];
  readonly differences: readonly KnownDifference[];
}

/** Runs every comparison; the table of differences follows as one row each. */
export async function compareClients(
  peer: TufPeer,
  counts: { readonly repositories: number; readonly mutants: number },
): Promise<PeerOutcome[]> {
  const pool = makeKeyPool();
  const random = seededRandom(`tuf/${peer.seed}`);
  const plans = (prefix: string) =>
    Array.from({ length: counts.repositories }, (_, index) =>
      planRepository(`${prefix} ${index}`, random, pool.length, (path) => tufPathHash(path)),
    );
  const [ourPlans, theirPlans] = [plans("ours"), plans("theirs")];
  const ours: Scenario[] = [];
  for (const plan of ourPlans) ours.push(scenarioOf(plan, await writeWithOtakit(plan, pool), random));
  const written = await peer.write(theirPlans, pool);
  const theirs = theirPlans.map((plan, index) => scenarioOf(plan, written[index]!, random));
  const read = await peer.read([...ours, ...theirs]);
  const outcomes = [
    compareIntact("repositories written by otakit, read by both", ours, read.slice(0, ours.length)),
    compareIntact("repositories written by the peer, read by both", theirs, read.slice(ours.length)),
  ];
  const ring = new Map(pool.map((key) => [key.keyId, key]));
  const all = [...ours, ...theirs];
  const mutants = [];
  for (let index = 0; index < counts.mutants; index++)
    mutants.push(await mutate(all[index % all.length]!, random, ring));
  const verdicts = await peer.read(mutants);
  return [...outcomes, ...(await compareMutants(mutants, verdicts, peer))];
}

function scenarioOf(plan: Blueprint, files: Files, random: Parameters<typeof pathsToLookUp>[1]): Scenario {
  return { name: plan.name, root: files.get("1.root.json")!, files, lookups: pathsToLookUp(plan, random) };
}

/** What honest writers write must be accepted, and read alike. */
function compareIntact(what: string, scenarios: readonly Scenario[], theirs: readonly Verdict[]): PeerOutcome {
  const comparison = startComparison(what);
  scenarios.forEach((scenario, index) => {
    const ours = readWithOtakit(scenario);
    const expected = { refreshed: true, lookups: ours.lookups, why: "" };
    comparison.add(scenario.name, [expected, expected], [ours, theirs[index]]);
  });
  return comparison.outcome();
}

async function compareMutants(
  mutants: readonly Mutant[],
  theirs: readonly Verdict[],
  peer: TufPeer,
): Promise<PeerOutcome[]> {
  const explained = new Map<string, number>();
  const open: { readonly mutant: Mutant; readonly difference: Difference; readonly path: string | undefined }[] = [];
  let alike = 0;
  mutants.forEach((mutant, index) => {
    const [difference, path] = differenceOf(mutant, readWithOtakit(mutant), theirs[index]!);
    const match = difference && peer.differences.find((known) => known.matches(difference));
    if (difference === undefined) alike++;
    else if (match) explained.set(match.reason, (explained.get(match.reason) ?? 0) + 1);
    else open.push({ mutant, difference, path });
  });
  // Asked for this path alone, a client that trusted a cached role for the wrong delegator has nothing cached.
  const again = await peer.read(
    open.map(({ mutant, path }) => ({ ...mutant, lookups: path === undefined ? [] : [path] })),
  );
  const failures = open.filter(({ difference, path }, index) => {
    const isCache = path !== undefined && difference.ours === "refused" && again[index]!.lookups[0] === "refused";
    if (isCache) explained.set(cachedRole, (explained.get(cachedRole) ?? 0) + 1);
    return !isCache;
  });
  const lines = failures.map(({ mutant, difference }) => `${mutant.name}: ${JSON.stringify(difference)}`);
  const passed = mutants.length - failures.length;
  const what = `mutants, verdict for verdict: ${alike} alike, ${passed - alike} meant to differ`;
  const rows = [...explained].sort(([, left], [, right]) => right - left);
  return [
    { what, total: mutants.length, passed, failed: failures.length, failures: lines.slice(0, 100) },
    ...rows.map(([reason, count]) => ({ what: `- ${reason}`, total: count, passed: count, failed: 0 })),
  ];
}

/** The first item on which they disagree, and its path if it is a look-up. */
function differenceOf({ kind, lookups }: Mutant, ours: Verdict, theirs: Verdict): readonly [Difference?, string?] {
  const why = { oursWhy: ours.why === "" ? "" : `${ours.why} [${kind}]`, theirsWhy: theirs.why };
  const word = ({ refreshed }: Verdict) => (refreshed ? "accepted" : "refused");
  if (ours.refreshed !== theirs.refreshed) return [{ kind, ours: word(ours), theirs: word(theirs), ...why }];
  const place = ours.lookups.findIndex((found, index) => found !== theirs.lookups[index]);
  return place < 0
    ? []
    : [{ kind, ours: ours.lookups[place]!, theirs: theirs.lookups[place]!, ...why }, lookups[place]!];
}
