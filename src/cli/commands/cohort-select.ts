/** `otakit cohort select`: which vehicles of a file take part, and in which ring. */

import {
  type CompiledSelector,
  campaignSalt,
  type Enrolment,
  type EnrolmentPlan,
  type EnrolmentProgress,
  enrolVehicles,
  parseRingPlan,
  parseStratifiedRingPlan,
  planRings,
  type VehicleRecord,
} from "otakit/cohort";
import { readLedger } from "../cohort/ledger.ts";
import {
  compileInput,
  formatOption,
  readDocument,
  readSelectorInput,
  selectorOptions,
  vehicleOptions,
} from "../cohort/options.ts";
import { readVehicles } from "../cohort/records.ts";
import { type Command, defineCommand, usageError } from "../command.ts";

export const cohortSelect: Command = defineCommand({
  name: "cohort select",
  summary: "tell which vehicles take part, and in which ring",
  details: [
    "Vehicles are read one at a time from JSON objects, one a line, or from CSV with a header of the catalogue's fields; so a fleet of " +
      "any size can be read. An empty cell of CSV is a missing value, a pair of quotes an empty text. Sets are JSON lists.",
    "Without --rings the vehicles that the selector takes are told. With it, those whose ring is open, and those that the ledger has " +
      "enrolled, whatever the selector says of them by now.",
    "The result is one vehicle id a line, with its ring behind a colon; the counts go to standard error. Programs read --json.",
  ],
  args: [{ name: "VEHICLES", help: "file of vehicles; standard input when absent", optional: true }],
  options: {
    ...selectorOptions,
    ...vehicleOptions,
    rings: { value: "FILE", help: "ring plan, by shares or stratified, as JSON" },
    stratum: { value: "FIELD", help: "member or column that holds the stratum, for a stratified plan" },
    ring: { value: "NAME", help: "the outermost ring that is open; the last one when absent" },
    ledger: { value: "FILE", help: "vehicles that are enrolled: CSV with the columns vehicleId and ring" },
    all: { help: "tell every vehicle and what becomes of it, not only those that take part" },
    json: { help: "write one JSON object a line" },
  },
  examples: [
    ["otakit cohort select --selector pilot.json --catalogue fleet.json vehicles.csv", "list whom a selector takes"],
    [
      "otakit cohort select --selector pilot.json --catalogue fleet.json --rings rings.json --ring early --json vehicles.jsonl",
      "list who takes part while the ring `early` is open",
    ],
  ],
  async run({ options, args: [file = "-"] }, terminal) {
    const command = "cohort select";
    const input = await readSelectorInput(options, command);
    const format = formatOption(options.format, file, command);
    const plan = await planOf(compileInput(input), input.now, options, command);
    const names = options.rings === undefined ? [] : namesOf(plan.rings);
    let last: EnrolmentProgress | undefined;
    const onProgress = (progress: EnrolmentProgress): void => {
      last = progress;
      terminal.progress(`${progress.read} vehicles, ${progress.members} take part`);
    };
    const vehicles = readVehicles(file, format, input.catalogue);
    for await (const enrolment of enrolVehicles(vehicles, plan, { onProgress })) {
      if (!enrolment.member && !options.all) continue;
      const ring = enrolment.ring === undefined ? undefined : names[enrolment.ring];
      if (options.json) terminal.printJsonLine({ schema: "otakit.enrolment/1", ...enrolment, ring });
      else terminal.print(lineOf(enrolment, ring, options.all));
    }
    terminal.progress("");
    const { read, members, waiting, out, unknown, drifted } = last!;
    terminal.note(
      `${read} vehicles: ${members} take part, ${waiting} wait for their ring, ${out} are out, of ${unknown} it is not known; ` +
        `${drifted} take part although the selector does not take them any more`,
    );
    return undefined;
  },
});

/** Without rings everyone who is selected is a member at once. */
async function planOf(
  selector: CompiledSelector,
  now: number,
  options: {
    readonly rings: string | undefined;
    readonly ring: string | undefined;
    readonly stratum: string | undefined;
    readonly ledger: string | undefined;
  },
  command: string,
): Promise<EnrolmentPlan> {
  if (options.rings === undefined) {
    if ([options.ring, options.stratum, options.ledger].some((option) => option !== undefined)) {
      throw usageError("--ring, --stratum and --ledger go with --rings", command);
    }
    const everyone = planRings(campaignSalt("everyone"), [{ name: "all", ppm: 1_000_000 }]);
    return { selector, rings: everyone, openRing: 0, now };
  }
  const rings = readRings(options.rings, options.stratum, command);
  const names = namesOf(rings);
  const openRing = options.ring === undefined ? names.length - 1 : names.indexOf(options.ring);
  if (openRing < 0) throw usageError(`--ring expected one of ${names.join(", ")}, got "${options.ring}"`, command);
  const ledger = options.ledger === undefined ? {} : { ledger: await readLedger(options.ledger, names) };
  return { selector, rings, openRing, now, ...ledger };
}

/** A plan of either kind, by its schema. */
function readRings(file: string, stratum: string | undefined, command: string): EnrolmentPlan["rings"] {
  const document = readDocument(file);
  const { schema } = (document ?? {}) as { readonly schema?: unknown };
  if (typeof schema !== "string" || !schema.startsWith("otakit.stratified-ring-plan/")) {
    if (stratum !== undefined) throw usageError("--stratum goes with a stratified ring plan", command);
    return parseRingPlan(document);
  }
  if (stratum === undefined) throw usageError("--stratum is missing: the ring plan is stratified", command);
  const stratumOf = (vehicle: VehicleRecord): string | undefined => {
    const value = Object.hasOwn(vehicle, stratum) ? vehicle[stratum] : undefined;
    return typeof value === "string" ? value : undefined;
  };
  return { plan: parseStratifiedRingPlan(document), stratumOf };
}

function namesOf(rings: EnrolmentPlan["rings"]): readonly string[] {
  return ("plan" in rings ? rings.plan.rings : rings.rings).map(({ name }) => name);
}

function lineOf(
  { vehicleId = "vehicle without id", decision }: Enrolment,
  ring: string | undefined,
  all: boolean,
): string {
  const what = [...(all ? [decision] : []), ...(ring === undefined ? [] : [ring])].join(", ");
  return what === "" ? vehicleId : `${vehicleId}: ${what}`;
}
