/** The ledger of a campaign as a file: who is enrolled, and in which ring. */

import { inputError, readVehicles } from "./records.ts";

/**
 * Reads a ledger: CSV with the columns `vehicleId` and `ring`.
 *
 * @param rings - names of the rings
 * @returns index of the ring of each vehicle
 * @throws {@link CliError} `ERR_CLI_COHORT_INPUT`, `ERR_CLI_FILE`
 */
export async function readLedger(file: string, rings: readonly string[]): Promise<ReadonlyMap<string, number>> {
  const ledger = new Map<string, number>();
  let row = 1;
  for await (const { vehicleId, ring } of readVehicles(file, "csv", noAttributes, ["vehicleId", "ring"])) {
    row++;
    if (typeof vehicleId !== "string") throw inputError(row, "no vehicleId");
    const index = rings.indexOf(ring as string);
    // A ring that the plan does not have would be lost, and with it the vehicle.
    if (index < 0) throw inputError(row, `"${String(ring)}" is no ring of the plan`);
    ledger.set(vehicleId, index);
  }
  return ledger;
}

const noAttributes = { schema: "otakit.attribute-catalogue/1", attributes: {} } as const;
