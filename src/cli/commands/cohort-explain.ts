/** `otakit cohort explain`: why vehicles are in, out or unknown. */

import type { Explanation, VehicleRecord, Witness } from "otakit/cohort";
import { compileInput, formatOption, readSelectorInput, selectorOptions, vehicleOptions } from "../cohort/options.ts";
import { readVehicles } from "../cohort/records.ts";
import { type Command, defineCommand } from "../command.ts";
import { CliError } from "../errors.ts";

export const cohortExplain: Command = defineCommand({
  name: "cohort explain",
  summary: "tell why vehicles are in, out or unknown",
  details: [
    "Told are the parts of the selector that the verdict rests on, each with its place and the value that was found; values of an " +
      "attribute with a privacy class are left out. Parts that decide are marked.",
    "With --vehicle, only the vehicles of those ids are told; the exit code is 1 when one of them is not there.",
  ],
  args: [{ name: "VEHICLES", help: "file of vehicles; standard input when absent", optional: true }],
  options: {
    ...selectorOptions,
    ...vehicleOptions,
    vehicle: { value: "ID", repeatable: true, help: "id of a vehicle to tell about" },
    json: { help: "write one JSON object a line" },
  },
  examples: [
    [
      "otakit cohort explain --selector pilot.json --catalogue fleet.json --vehicle WVWZZZ1KZAW000001 vehicles.csv",
      "explain what becomes of one vehicle",
    ],
  ],
  async run({ options, args: [file = "-"] }, terminal) {
    const input = await readSelectorInput(options, "cohort explain");
    const format = formatOption(options.format, file, "cohort explain");
    const selector = compileInput(input);
    const idField = input.catalogue.idField ?? "vehicleId";
    const wanted = new Set(options.vehicle);
    const absent = new Set(wanted);
    for await (const vehicle of readVehicles(file, format, input.catalogue)) {
      const vehicleId = vehicle[idField];
      if (wanted.size > 0 && !wanted.has(vehicleId as string)) continue;
      // Every record of the id is told: two that contradict each other are what somebody came to find.
      absent.delete(vehicleId as string);
      const explanation = selector.explain(vehicle, input.now);
      if (options.json) terminal.printJsonLine({ schema: "otakit.explanation/1", vehicleId, ...explanation });
      else terminal.print(linesOfExplanation(vehicle, idField, explanation));
    }
    if (absent.size === 0) return undefined;
    throw new CliError("ERR_CLI_COHORT_VEHICLE", `Cannot explain: ${absent.size} vehicles are not in the input`, {
      details: { vehicles: [...absent].slice(0, 100) },
    });
  },
});

function linesOfExplanation(
  vehicle: VehicleRecord,
  idField: string,
  { verdict, because }: Explanation,
): readonly string[] {
  return [`${String(vehicle[idField] ?? "vehicle without id")}: ${verdict}`, ...because.map(lineOfWitness)];
}

function lineOfWitness({ path, attribute, truth, decisive, status, found }: Witness): string {
  const what = attribute === undefined ? "" : ` ${attribute}`;
  const value = found === undefined ? "" : ` ${JSON.stringify(found)}`;
  const state = status === undefined || status === "known" ? "" : ` (${status})`;
  return `  ${decisive ? "*" : "-"} ${truth}:${what}${value}${state} at ${path}`;
}
