/** DuckDB: the cohort bucket as a database would select it. */

import { bucketOf, campaignSalt } from "otakit/cohort";
import { startComparison } from "../compare.ts";
import { askPython, findPython } from "../environment.ts";
import type { InteropPeer } from "../peer.ts";
import { vehicleIds } from "../vehicle-ids.ts";

export const peers: readonly InteropPeer[] = [
  {
    name: "python duckdb",
    find: () => findPython("duckdb"),
    run({ full }) {
      const comparison = startComparison("bucket of a vehicle id");
      const ids = vehicleIds(full ? 1_000_000 : 100_000);
      const salt = campaignSalt("ota-2026-07");
      const [theirs] = askPython<readonly number[]>("ask_duckdb.py", [{ salt, ids }]);
      ids.forEach((id, index) => {
        comparison.add(id, bucketOf(salt, id), theirs![index]);
      });
      return [comparison.outcome()];
    },
  },
];
