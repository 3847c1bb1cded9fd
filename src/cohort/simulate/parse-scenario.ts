/** Scenarios read back: closed documents, held against the plan that they are about. */

import type { Place } from "../faults.ts";
import type { RolloutPlan } from "../gate/plan.ts";
import { PlanReader } from "../plan-document.ts";
import type {
  FailingLots,
  Outage,
  ReportDelay,
  RolloutScenario,
  SimulatedControl,
  SimulatedMeasure,
} from "./scenario.ts";

const reader = /* @__PURE__ */ new PlanReader("rollout scenario", "ERR_COHORT_SCENARIO", "ERR_COHORT_SCENARIO_VERSION");
const million = 1_000_000;
const billion = 1_000_000_000;
const yearMs = 31_536_000_000;
const releases = ["tolerable", "bad", "other"];

/**
 * Checks a scenario; it is untrusted input. Rings, strata and metrics that it names have to be the plan's, and every metric that needs
 * more than outcomes has to be fed.
 *
 * @throws {@link CohortError} `ERR_COHORT_SCENARIO` with the JSON pointer of the fault, or `ERR_COHORT_SCENARIO_VERSION`
 */
export function parseRolloutScenario(value: unknown, plan: RolloutPlan): RolloutScenario {
  const found = reader.document(value, "otakit.rollout-scenario/1", [
    "name",
    "release",
    "fleetVehicles",
    "failurePpm",
    "failurePpmByRing",
    "failurePpmByStratum",
    "lots",
    "outage",
    "categories",
    "silentPpm",
    "silentFailurePpm",
    "successDelay",
    "failureDelay",
    "measures",
    "controls",
    "enrolOverMs",
    "dataLagMs",
    "utcOffsetMinutes",
  ]);
  const { release, utcOffsetMinutes } = found;
  reader.require(releases.includes(release as string), ["release"], releases.join(", "));
  const ringNames = plan.rings.map(({ name }) => name);
  const strataKeys = plan.strata.map(({ key }) => key);
  const optional = <T>(name: string, read: (entry: unknown, path: Place) => T): Readonly<Record<string, T>> =>
    found[name] === undefined ? {} : { [name]: read(found[name], [name]) };
  const ppm = (name: string): number => reader.integer(found[name], 0, million, [name]);
  return {
    schema: "otakit.rollout-scenario/1",
    name: reader.name(found["name"], ["name"]),
    release: release as RolloutScenario["release"],
    fleetVehicles: reader.integer(found["fleetVehicles"], 1, billion, ["fleetVehicles"]),
    failurePpm: ppm("failurePpm"),
    ...optional("failurePpmByRing", (entry, path) => readShares(entry, ringNames, path)),
    ...optional("failurePpmByStratum", (entry, path) => readShares(entry, strataKeys, path)),
    ...optional("lots", readLots),
    ...optional("outage", readOutage),
    ...optional("categories", readCategories),
    silentPpm: ppm("silentPpm"),
    silentFailurePpm: ppm("silentFailurePpm"),
    successDelay: readDelay(found["successDelay"], ["successDelay"]),
    failureDelay: readDelay(found["failureDelay"], ["failureDelay"]),
    ...readMeasures(found["measures"], plan),
    ...readControls(found["controls"], plan),
    enrolOverMs: reader.integer(found["enrolOverMs"], 0, yearMs, ["enrolOverMs"]),
    dataLagMs: reader.integer(found["dataLagMs"], 0, yearMs, ["dataLagMs"]),
    ...(utcOffsetMinutes === undefined
      ? {}
      : { utcOffsetMinutes: reader.integer(utcOffsetMinutes, -1_439, 1_439, ["utcOffsetMinutes"]) }),
  };
}

/** Shares by names that the plan has. */
function readShares(value: unknown, names: readonly string[], path: Place): Readonly<Record<string, number>> {
  const found = reader.members(value, names, path);
  return Object.fromEntries(
    names.flatMap((name) =>
      found[name] === undefined ? [] : [[name, reader.integer(found[name], 0, million, [...path, name])]],
    ),
  );
}

function readLots(value: unknown, path: Place): FailingLots {
  const { lotPpm, failurePpm, successive } = reader.members(value, ["lotPpm", "failurePpm", "successive"], path);
  return {
    lotPpm: reader.integer(lotPpm, 0, million, [...path, "lotPpm"]),
    failurePpm: reader.integer(failurePpm, 0, million, [...path, "failurePpm"]),
    successive: reader.integer(successive, 1, billion, [...path, "successive"]),
  };
}

function readOutage(value: unknown, path: Place): Outage {
  const found = reader.members(value, ["fromMs", "durationMs", "failurePpm", "category"], path);
  return {
    fromMs: reader.integer(found["fromMs"], 0, yearMs, [...path, "fromMs"]),
    durationMs: reader.integer(found["durationMs"], 1, yearMs, [...path, "durationMs"]),
    failurePpm: reader.integer(found["failurePpm"], 0, million, [...path, "failurePpm"]),
    category: reader.name(found["category"], [...path, "category"]),
  };
}

function readCategories(value: unknown, path: Place): Readonly<Record<string, number>> {
  const names = typeof value === "object" && value !== null ? Object.keys(value) : [];
  reader.require(names.length <= 100, path, "at most 100 categories");
  for (const name of names) reader.name(name, path);
  const shares = readShares(value, names, path);
  const sum = Object.values(shares).reduce((all, share) => all + share, 0);
  reader.require(sum <= million, path, "shares of at most 1000000 in all");
  return shares;
}

function readDelay(value: unknown, path: Place): ReportDelay {
  const { kind, ...rest } = reader.members(value, ["kind", "medianMs", "sigmaPermille", "fromMs", "toMs"], path);
  const lognormal = kind === "lognormal";
  reader.require(lognormal || kind === "uniform", [...path, "kind"], "lognormal or uniform");
  const others = lognormal ? ["fromMs", "toMs"] : ["medianMs", "sigmaPermille"];
  for (const name of others) reader.require(rest[name] === undefined, [...path, name], "no such member");
  if (lognormal) {
    return {
      kind,
      medianMs: reader.integer(rest["medianMs"], 1, yearMs, [...path, "medianMs"]),
      sigmaPermille: reader.integer(rest["sigmaPermille"], 0, 10_000, [...path, "sigmaPermille"]),
    };
  }
  const fromMs = reader.integer(rest["fromMs"], 0, yearMs, [...path, "fromMs"]);
  return { kind: "uniform", fromMs, toMs: reader.integer(rest["toMs"], fromMs, yearMs, [...path, "toMs"]) };
}

/** What is given has to be a metric of the plan, and what the plan measures has to be given: or its gate would never pass. */
function readMeasures(
  value: unknown,
  { metrics, rings }: RolloutPlan,
): { readonly measures?: Readonly<Record<string, SimulatedMeasure>> } {
  const measured = metrics.filter(({ kind }) => kind === "exposure" || kind === "continuous");
  if (measured.length === 0 && value === undefined) return {};
  const names = measured.map(({ id }) => id);
  const found = reader.members(value, names, ["measures"]);
  const vehicles = rings.reduce((sum, { maxVehicles }) => sum + maxVehicles, 0);
  const measures = measured.map(
    ({ id, kind }) => [id, readMeasure(found[id], kind, vehicles, ["measures", id])] as const,
  );
  return { measures: Object.fromEntries(measures) };
}

/** Sums of all vehicles have to fit into an aggregate. */
function readMeasure(value: unknown, expected: string, vehicles: number, path: Place): SimulatedMeasure {
  const known = expected === "exposure" ? ["exposure", "eventsPerMillion"] : ["mean", "deviation"];
  const found = reader.members(value, ["kind", ...known], path);
  reader.require(found["kind"] === expected, [...path, "kind"], expected);
  const integer = (name: string, least: number, most: number): number =>
    reader.integer(found[name], least, most, [...path, name]);
  if (expected === "continuous") {
    const [mean, deviation] = [integer("mean", -billion, billion), integer("deviation", 0, billion)];
    const fits = (Math.abs(mean) + 8 * deviation) ** 2 * vehicles <= Number.MAX_SAFE_INTEGER;
    reader.require(
      fits,
      [...path, "mean"],
      "squares that sum up to less than 2^53 over all vehicles; take another unit",
    );
    return { kind: "continuous", mean, deviation };
  }
  const exposure = integer("exposure", 0, billion);
  const eventsPerMillion = integer("eventsPerMillion", 0, 1_000 * billion);
  reader.require(exposure * vehicles <= 1e15, [...path, "exposure"], "at most 10^15 units over all vehicles");
  const few = exposure * eventsPerMillion <= 100 * million;
  reader.require(few, [...path, "eventsPerMillion"], "at most 100 events for each vehicle");
  return { kind: "exposure", exposure, eventsPerMillion };
}

/** Every comparison needs its control overall: without one the data would be red for ever. Ordered by metric, then stratum. */
function readControls(
  value: unknown,
  { metrics, strata }: RolloutPlan,
): { readonly controls?: readonly SimulatedControl[] } {
  const compared = metrics.filter(({ kind }) => kind === "comparison").map(({ id }) => id);
  if (compared.length === 0 && value === undefined) return {};
  const keys = ["", ...strata.map(({ key }) => key)];
  const seen = new Set<string>();
  const controls = reader.list(value, 0, 1_000, ["controls"], "controls", (entry, path): SimulatedControl => {
    const { metric, stratum, vehicles, ppm } = reader.members(entry, ["metric", "stratum", "vehicles", "ppm"], path);
    reader.require(compared.includes(metric as string), [...path, "metric"], "the id of a comparison metric");
    reader.require(keys.includes(stratum as string), [...path, "stratum"], "the key of a stratum, or an empty text");
    reader.require(!seen.has(placeOf(metric, stratum)), path, "a metric and stratum of its own");
    seen.add(placeOf(metric, stratum));
    return {
      metric: metric as string,
      stratum: stratum as string,
      vehicles: reader.integer(vehicles, 1, million, [...path, "vehicles"]),
      ppm: reader.integer(ppm, 0, million, [...path, "ppm"]),
    };
  });
  for (const id of compared) reader.require(seen.has(placeOf(id, "")), ["controls"], `a control of "${id}" overall`);
  const units = (left: string, right: string): number => (left < right ? -1 : left > right ? 1 : 0);
  const ordered = [...controls].sort((a, b) => units(a.metric, b.metric) || units(a.stratum, b.stratum));
  return { controls: ordered };
}

function placeOf(metric: unknown, stratum: unknown): string {
  return JSON.stringify([metric, stratum]);
}
