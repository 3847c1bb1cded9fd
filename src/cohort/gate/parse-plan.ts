/** Rollout plans read back: closed documents, in which every rule is understood or the plan is refused. */

import { type HashProvider, jcsSha256Hex, loneSurrogate } from "../../core/index.ts";
import { isPlainObject, type Place } from "../faults.ts";
import { PlanReader } from "../plan-document.ts";
import { readMetrics, readPrior, toleratedPpmOf } from "./parse-metrics.ts";
import { readPace } from "./parse-pace.ts";
import type {
  DataQualityLimits,
  GoCondition,
  ObservationRules,
  PlanRing,
  PlanStratum,
  RecoveryPath,
  RolloutPlan,
  StopCondition,
} from "./plan.ts";

const reader = /* @__PURE__ */ new PlanReader(
  "rollout plan",
  "ERR_COHORT_ROLLOUT_PLAN",
  "ERR_COHORT_ROLLOUT_PLAN_VERSION",
);
const yearMs = 31_536_000_000;
const million = 1_000_000;
const most = 1_000_000_000;

/**
 * Checks a rollout plan; it is untrusted input. A plan without owner, stop condition and recovery path is none. Members that this
 * reader does not know are refused, because a rule that is silently left out could expand a rollout.
 *
 * Whether its gates can be passed at all, and at which price, is what `checkPlan` says.
 *
 * @throws {@link CohortError} `ERR_COHORT_ROLLOUT_PLAN` with the JSON pointer of the fault, or `ERR_COHORT_ROLLOUT_PLAN_VERSION`
 * @example
 * ```ts
 * parseRolloutPlan(JSON.parse(text)).rings.map(({ name }) => name); // ["pilot", "early", "all"]
 * ```
 */
export function parseRolloutPlan(value: unknown): RolloutPlan {
  const document = reader.document(value, "otakit.rollout-plan/1", [
    "campaign",
    "owner",
    "stop",
    "recoveryPath",
    "go",
    "observation",
    "metrics",
    "strata",
    "rings",
    "dataQuality",
    "pace",
  ]);
  const campaign = reader.name(document["campaign"], ["campaign"]);
  const owner = reader.name(document["owner"], ["owner"]);
  const stop = readStop(document["stop"], ["stop"]);
  const recoveryPath = readRecoveryPath(document["recoveryPath"], ["recoveryPath"]);
  const go = readGo(document["go"], ["go"]);
  const observation = readObservation(document["observation"], ["observation"]);
  const metrics = readMetrics(reader, document["metrics"], ["metrics"]);
  const strata = readStrata(document["strata"], ["strata"]);
  const rings = readRings(document["rings"], ["rings"]);
  rings.forEach(({ maxPpm = {} }, index) => {
    for (const [id, ppm] of Object.entries(maxPpm)) {
      const metric = metrics.find((candidate) => candidate.id === id);
      const tolerated = metric && toleratedPpmOf(metric);
      reader.require(tolerated !== undefined, ["rings", index, "maxPpm", id], "the id of a failure or silence metric");
      reader.require(ppm > tolerated!, ["rings", index, "maxPpm", id], "more than the metric tolerates");
    }
  });
  metrics.forEach((metric, index) => {
    const counted = metric.kind !== "failure" || metric.category === undefined;
    const place = ["metrics", index, "category"];
    reader.require(
      counted || !observation.excludedCategories.includes(metric.category!),
      place,
      "a category that counts",
    );
  });
  const dataQuality = readDataQuality(document["dataQuality"], ["dataQuality"]);
  const checked = { campaign, owner, stop, recoveryPath, go, observation, metrics, strata, rings, dataQuality };
  const { pace } = document;
  if (pace === undefined) return { schema: "otakit.rollout-plan/1", ...checked };
  return { schema: "otakit.rollout-plan/1", ...checked, pace: readPace(reader, pace, ["pace"]) };
}

/**
 * Digest of a plan: what its approval names, and every aggregate and state of it carries.
 *
 * @returns 64 lower-case hexadecimal digits
 * @throws {@link CohortError} `ERR_COHORT_ROLLOUT_PLAN` or `ERR_COHORT_ROLLOUT_PLAN_VERSION`
 */
export function rolloutPlanDigest(plan: RolloutPlan, provider?: HashProvider): string {
  return jcsSha256Hex(parseRolloutPlan(plan), provider);
}

function readStop(value: unknown, path: Place): StopCondition {
  const stop = reader.members(value, ["alphaPpm", "rollback", "safetyLimits"], path);
  const alphaPpm = reader.integer(stop["alphaPpm"], 1, million / 2, [...path, "alphaPpm"]);
  const safetyLimits = reader.list(
    stop["safetyLimits"],
    0,
    100,
    [...path, "safetyLimits"],
    "limits",
    (entry, at): StopCondition["safetyLimits"][number] => {
      const { category, atLeast } = reader.members(entry, ["category", "atLeast"], at);
      return {
        category: reader.name(category, [...at, "category"]),
        atLeast: reader.integer(atLeast, 1, most, [...at, "atLeast"]),
      };
    },
  );
  if (stop["rollback"] === undefined) return { alphaPpm, safetyLimits };
  const place = [...path, "rollback"];
  const rollback = reader.members(stop["rollback"], ["abovePpm", "alphaPpm"], place);
  return {
    alphaPpm,
    rollback: {
      abovePpm: reader.integer(rollback["abovePpm"], 1, million - 1, [...place, "abovePpm"]),
      alphaPpm: reader.integer(rollback["alphaPpm"], 1, million / 2, [...place, "alphaPpm"]),
    },
    safetyLimits,
  };
}

function readRecoveryPath(value: unknown, path: Place): RecoveryPath {
  const kind = isPlainObject(value) ? value["kind"] : undefined;
  const text = (found: unknown, name: string): string => readText(found, [...path, name]);
  switch (kind) {
    case "rollback": {
      const { toDigest, provenOn } = reader.members(value, ["kind", "toDigest", "provenOn"], path);
      reader.require(isDigest(toDigest), [...path, "toDigest"], "64 lower-case hexadecimal digits");
      return { kind, toDigest: toDigest as string, provenOn: text(provenOn, "provenOn") };
    }
    case "service_visit": {
      const { capacityPerDay } = reader.members(value, ["kind", "capacityPerDay"], path);
      return { kind, capacityPerDay: reader.integer(capacityPerDay, 1, most, [...path, "capacityPerDay"]) };
    }
    case "forward_fix":
    case "safe_state": {
      const { procedure } = reader.members(value, ["kind", "procedure"], path);
      return { kind, procedure: text(procedure, "procedure") };
    }
    default:
      reader.require(isPlainObject(value), path, "a recovery path");
      reader.require(false, [...path, "kind"], "rollback, forward_fix, service_visit or safe_state");
      throw new TypeError("unreachable");
  }
}

function readGo(value: unknown, path: Place): GoCondition {
  const { betaPpm, overdueFailedPpm } = reader.members(value, ["betaPpm", "overdueFailedPpm"], path);
  return {
    betaPpm: reader.integer(betaPpm, 1, million / 2, [...path, "betaPpm"]),
    overdueFailedPpm: reader.integer(overdueFailedPpm, 0, million, [...path, "overdueFailedPpm"]),
  };
}

function readObservation(value: unknown, path: Place): ObservationRules {
  const known = ["soakMs", "maturityMs", "bucketMs", "excludedCategories"];
  const observation = reader.members(value, known, path);
  const soakMs = reader.integer(observation["soakMs"], 0, yearMs, [...path, "soakMs"]);
  const seen = new Set<string>();
  const place = [...path, "excludedCategories"];
  return {
    soakMs,
    maturityMs: reader.integer(observation["maturityMs"], Math.max(1, soakMs), yearMs, [...path, "maturityMs"]),
    bucketMs: reader.integer(observation["bucketMs"], 60_000, 86_400_000, [...path, "bucketMs"]),
    excludedCategories: reader.list(observation["excludedCategories"], 0, 100, place, "categories", (entry, at) =>
      reader.ownName(entry, seen, at),
    ),
  };
}

function readStrata(value: unknown, path: Place): readonly PlanStratum[] {
  const seen = new Set<string>();
  return reader.list(value, 0, 1_000, path, "strata", (entry, at): PlanStratum => {
    const { key, size, go, stopPrior } = reader.members(entry, ["key", "size", "go", "stopPrior"], at);
    reader.require(go === "own" || go === "pooled", [...at, "go"], "own or pooled");
    return {
      key: reader.ownName(key, seen, [...at, "key"]),
      size: reader.integer(size, 1, most, [...at, "size"]),
      go: go as PlanStratum["go"],
      ...readPrior(reader, stopPrior, [...at, "stopPrior"]),
    };
  });
}

function readRings(value: unknown, path: Place): readonly PlanRing[] {
  const seen = new Set<string>();
  return reader.list(value, 1, 100, path, "rings", (entry, at): PlanRing => {
    const known = ["name", "vehicles", "maxVehicles", "maxPpm", "approval"];
    const { name, vehicles, maxVehicles, maxPpm, approval } = reader.members(entry, known, at);
    const count = reader.integer(vehicles, 1, most, [...at, "vehicles"]);
    reader.require(approval === "required" || approval === "none", [...at, "approval"], "required or none");
    return {
      name: reader.ownName(name, seen, [...at, "name"]),
      vehicles: count,
      maxVehicles: reader.integer(maxVehicles, count, most, [...at, "maxVehicles"]),
      ...(maxPpm === undefined ? {} : { maxPpm: readShares(maxPpm, [...at, "maxPpm"]) }),
      approval: approval as PlanRing["approval"],
    };
  });
}

function readShares(value: unknown, path: Place): Readonly<Record<string, number>> {
  reader.require(isPlainObject(value), path, "an object");
  const entries = Object.entries(value as Readonly<Record<string, unknown>>);
  reader.require(entries.length <= 32, path, "at most 32 metrics");
  return Object.fromEntries(
    entries.map(([id, ppm]) => {
      reader.name(id, path);
      return [id, reader.integer(ppm, 1, million - 1, [...path, id])];
    }),
  );
}

function readDataQuality(value: unknown, path: Place): DataQualityLimits {
  const limits = {
    maxLagMs: yearMs,
    minReceivedPpm: million,
    maxDuplicatePpm: million,
    maxConflictingPpm: million,
    maxSkewedPpm: million,
    maxRejectedPpm: million,
    sampleRatioAlphaPpm: million / 2,
  };
  const found = reader.members(value, Object.keys(limits), path);
  const read = (name: keyof DataQualityLimits): number => reader.integer(found[name], 0, limits[name], [...path, name]);
  return {
    maxLagMs: read("maxLagMs"),
    minReceivedPpm: read("minReceivedPpm"),
    maxDuplicatePpm: read("maxDuplicatePpm"),
    maxConflictingPpm: read("maxConflictingPpm"),
    maxSkewedPpm: read("maxSkewedPpm"),
    maxRejectedPpm: read("maxRejectedPpm"),
    sampleRatioAlphaPpm: read("sampleRatioAlphaPpm"),
  };
}

function readText(value: unknown, path: Place): string {
  const fits = typeof value === "string" && value.length >= 1 && value.length <= 1_000 && loneSurrogate(value) < 0;
  reader.require(fits, path, "1 .. 1000 characters");
  return value as string;
}

/** Whether a value has the form of a SHA-256 in hexadecimal. */
export function isDigest(value: unknown): value is string {
  return typeof value === "string" && /^[0-9a-f]{64}$/.test(value);
}
