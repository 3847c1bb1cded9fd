/** Stratified rings in a database: the cuts of a plan, asked as one three-valued question for each ring. */

import {
  bucketOf,
  compileStratifiedRings,
  parseStratifiedRingPlan,
  type Selector,
  type SqlDialect,
  type StratifiedRingPlan,
  stratifiedRingSql,
} from "otakit/cohort";
import { seededRandom } from "../../../scripts/random.ts";
import { randomVehicle } from "../../cohort/random-fleet.ts";
import { type Batch, cells } from "./cases.ts";

const salt = "192289bceb0360f2";
const rings = ["pilot", "early", "late", "all"];

/** What the comparison shows in the place of a selector. */
const asked: Selector = { schema: "otakit.selector/1", include: { op: "bucket", salt, lo: 0, hi: 0 } };

interface Placed {
  readonly id: string;
  readonly stratum: string;
}

/**
 * A batch whose queries ask `ring = k`: true, false, or unknown for a vehicle in no ring. Strata are the texts of `name`, whose
 * column ignores case where it can; every other cut goes through a bucket and lists ids.
 */
export function strataBatch(dialect: SqlDialect, rows: number, batch: number): Batch {
  const random = seededRandom(`strata ${batch}`);
  const vehicles = Array.from({ length: rows }, (_, index) => {
    const vehicle = randomVehicle(random);
    // Few ids of their own would leave most cuts without a vehicle on either side.
    return index % 3 === 0 ? vehicle : { ...vehicle, id: `SIM-${index}` };
  });
  const placed = vehicles.filter(
    ({ id, name }) => typeof id === "string" && id !== "" && typeof name === "string" && name !== "",
  ) as unknown as readonly { id: string; name: string }[];
  const plan = planOf(placed.map(({ id, name }) => ({ id, stratum: name })));
  const ringOfVehicle = compileStratifiedRings(plan);
  const { text, params } = stratifiedRingSql(dialect, plan, { stratumColumn: "name", idColumn: "id" });
  const queries = rings.map((_, ring) => ({
    truth: `((${text}) = ${ring})`,
    text: `(${text}) = ${ring}`,
    params,
    selector: asked,
    expected: vehicles
      .map(({ id, name }) => {
        if (typeof id !== "string" || id === "" || typeof name !== "string") return "1";
        const found = ringOfVehicle(name, id);
        return found === undefined ? "1" : found === ring ? "2" : "0";
      })
      .join(""),
  }));
  return { rows: vehicles.map(cells), queries };
}

/** Cuts at a fifth, two fifths and so on of each stratum, the first and third through a bucket; one stratum is left out. */
function planOf(vehicles: readonly Placed[]): StratifiedRingPlan {
  const strata = [...new Set(vehicles.map(({ stratum }) => stratum))].sort().slice(1);
  return parseStratifiedRingPlan({
    schema: "otakit.stratified-ring-plan/1",
    salt,
    rings: rings.map((name, index) => ({ name, vehicles: index })),
    strata: strata.map((key) => {
      const ids = [...new Set(vehicles.flatMap(({ id, stratum }) => (stratum === key ? [id] : [])))];
      const sorted = ids.sort((left, right) => bucketOf(salt, left) - bucketOf(salt, right));
      const cuts = rings.map((_, ring) => {
        const last = sorted[Math.floor((sorted.length * (ring + 1)) / 5)]!;
        const bucket = bucketOf(salt, last);
        return ring % 2 === 0 ? { below: bucket, ids: [last] } : { below: bucket + 1 };
      });
      return { key, size: ids.length, cuts };
    }),
  });
}
