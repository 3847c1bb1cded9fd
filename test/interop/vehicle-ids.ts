/** Vehicle ids as fleets and hostile clients write them, for comparisons of buckets with databases. */

import { seededRandom } from "../../scripts/random.ts";
import { randomText } from "./random-json.ts";

/** That many ids: VINs, counters, and text of any script. None has U+0000, which PostgreSQL cannot store, and none is empty. */
export function vehicleIds(count: number): string[] {
  const random = seededRandom("vehicles");
  return Array.from({ length: count }, (_, index) => {
    const kind = index % 4;
    if (kind === 0) return `WVWZZZ1KZAW${String(random.below(1_000_000)).padStart(6, "0")}`;
    if (kind === 1) return `veh:${index}`;
    return randomText(random).replaceAll("\u0000", "") || `veh-日本-${index}`;
  });
}
