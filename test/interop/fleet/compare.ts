/** Selects and rings a fleet of Parquet in an engine, by the job of the documentation, and here; and compares who is a member. */

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { SqlDialect } from "otakit/cohort";
import { enrolHere, jobFor } from "../../../examples/from-one-machine-to-spark.ts";
import { startComparison } from "../compare.ts";
import { runPython } from "../environment.ts";
import type { PeerOutcome } from "../peer.ts";
import { fleetQuery, records } from "./fleet.ts";

/** Options of Spark in local mode, without a port beyond this machine and without its log. */
const env = {
  SPARK_LOCAL_IP: "127.0.0.1",
  PYSPARK_SUBMIT_ARGS:
    "--master local[2] --driver-memory 4g --conf spark.ui.enabled=false --conf spark.log.level=OFF pyspark-shell",
};

/** Counts each member, with its ring, that both sides have as equal; one that only one side has as different. */
export async function compareFleet(dialect: SqlDialect, program: string, count: number): Promise<PeerOutcome> {
  const folder = mkdtempSync(join(tmpdir(), "otakit-fleet-"));
  try {
    const [job, parquet] = [join(folder, "job.json"), join(folder, "fleet.parquet")];
    writeFileSync(job, JSON.stringify(jobFor(dialect)));
    runPython("test/interop/peers/python/make_fleet.py", [parquet], { input: fleetQuery(count) });
    const theirs = runPython(program, [job, parquet], { env }).split("\n").slice(0, -1);
    const ours = await enrolHere(records(count));
    const comparison = startComparison(
      `members and rings among ${count.toLocaleString("en-US")} vehicles of a Parquet file`,
    );
    const [mine, other] = [new Set(ours), new Set(theirs)];
    for (const member of ours) comparison.add(member, member, other.has(member) ? member : "not selected");
    for (const member of theirs) if (!mine.has(member)) comparison.add(member, "not selected", member);
    if (ours.length === 0) throw new Error("Nobody was selected: nothing would be shown");
    return comparison.outcome();
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
