/** The metrics of a rollout plan, read back. */

import type { BetaPrior } from "../../statistics/index.ts";
import { isPlainObject, type Place } from "../faults.ts";
import type { PlanReader } from "../plan-document.ts";
import type { GateMetric, SilenceBaseline } from "./plan.ts";

const yearMs = 31_536_000_000;
const million = 1_000_000;
const most = 1_000_000_000;

/** Members beside id, kind, weight and required. */
const members: Readonly<Record<GateMetric["kind"], readonly string[]>> = {
  failure: ["toleratedPpm", "maxPpm", "category", "stopPrior"],
  silence: ["baseline", "marginPpm", "maxPpm", "stopPrior"],
  comparison: ["of", "marginPpm", "nonInferiorityPpm"],
  exposure: ["toleratedPerMillion", "maxPerMillion"],
  continuous: ["toleratedMean", "maxMean", "minVehicles"],
};

/** Reads the metrics: the first is of failures and has a part of alpha, at least one is required to expand. */
export function readMetrics(reader: PlanReader, value: unknown, path: Place): readonly GateMetric[] {
  const seen = new Set<string>();
  const metrics = reader.list(value, 1, 32, path, "metrics", (entry, at) => readMetric(reader, entry, seen, at));
  const [first] = metrics;
  reader.require(first!.kind === "failure", [...path, 0, "kind"], "failure");
  reader.require(
    first!.weight >= 1,
    [...path, 0, "weight"],
    "at least 1: a rollout that nothing stops has no stop condition",
  );
  reader.require(first!.required, [...path, 0, "required"], "true: no ring opens on other metrics alone");
  return metrics;
}

function readMetric(reader: PlanReader, value: unknown, seen: Set<string>, path: Place): GateMetric {
  const kind = isPlainObject(value) ? value["kind"] : undefined;
  const known = typeof kind === "string" && Object.hasOwn(members, kind);
  reader.require(known || !isPlainObject(value), [...path, "kind"], Object.keys(members).join(", "));
  const own = known ? members[kind as GateMetric["kind"]] : [];
  const metric = reader.members(value, ["id", "kind", "weight", "required", ...own], path);
  reader.require(typeof metric["required"] === "boolean", [...path, "required"], "true or false");
  const base = {
    id: reader.ownName(metric["id"], seen, [...path, "id"]),
    weight: reader.integer(metric["weight"], 0, 1_000, [...path, "weight"]),
    required: metric["required"] as boolean,
  };
  const integer = (name: string, least: number, limit: number): number =>
    reader.integer(metric[name], least, limit, [...path, name]);
  switch (kind as GateMetric["kind"]) {
    case "failure": {
      const toleratedPpm = integer("toleratedPpm", 1, million - 2);
      return {
        ...base,
        kind: "failure",
        toleratedPpm,
        maxPpm: integer("maxPpm", toleratedPpm + 1, million - 1),
        ...(metric["category"] === undefined
          ? {}
          : { category: reader.name(metric["category"], [...path, "category"]) }),
        ...readPrior(reader, metric["stopPrior"], [...path, "stopPrior"]),
      };
    }
    case "silence": {
      const baseline = readBaseline(reader, metric["baseline"], [...path, "baseline"]);
      const marginPpm = integer("marginPpm", 0, million - 1);
      const tolerated = silenceToleratedPpm(baseline, marginPpm);
      reader.require(
        tolerated >= 1 && tolerated <= million - 2,
        [...path, "marginPpm"],
        "1 .. 999,998 with the baseline",
      );
      return {
        ...base,
        kind: "silence",
        baseline,
        marginPpm,
        maxPpm: integer("maxPpm", tolerated + 1, million - 1),
        ...readPrior(reader, metric["stopPrior"], [...path, "stopPrior"]),
      };
    }
    case "comparison": {
      const { of } = metric;
      reader.require(of === "failure" || of === "silence", [...path, "of"], "failure or silence");
      return {
        ...base,
        kind: "comparison",
        of: of as "failure" | "silence",
        marginPpm: integer("marginPpm", 0, million - 1),
        nonInferiorityPpm: integer("nonInferiorityPpm", 1, million - 1),
      };
    }
    case "exposure": {
      const toleratedPerMillion = integer("toleratedPerMillion", 1, 999_999_999_999);
      const maxPerMillion = integer("maxPerMillion", toleratedPerMillion + 1, 1_000_000_000_000);
      return { ...base, kind: "exposure", toleratedPerMillion, maxPerMillion };
    }
    case "continuous": {
      const toleratedMean = integer("toleratedMean", -most, most - 1);
      return {
        ...base,
        kind: "continuous",
        toleratedMean,
        maxMean: integer("maxMean", toleratedMean + 1, most),
        minVehicles: integer("minVehicles", 1_000, most),
      };
    }
  }
}

function readBaseline(reader: PlanReader, value: unknown, path: Place): SilenceBaseline {
  const source = isPlainObject(value) ? value["source"] : undefined;
  if (source === "stated") {
    const { ageMs, silentPpm } = reader.members(value, ["source", "ageMs", "silentPpm"], path);
    return {
      source,
      ageMs: reader.integer(ageMs, 1, yearMs, [...path, "ageMs"]),
      silentPpm: reader.integer(silentPpm, 0, million, [...path, "silentPpm"]),
    };
  }
  reader.require(source === "pre_period" || !isPlainObject(value), [...path, "source"], "pre_period or stated");
  const baseline = reader.members(value, ["source", "ageMs", "vehicles", "silent"], path);
  const vehicles = reader.integer(baseline["vehicles"], 1, most, [...path, "vehicles"]);
  return {
    source: "pre_period",
    ageMs: reader.integer(baseline["ageMs"], 1, yearMs, [...path, "ageMs"]),
    vehicles,
    silent: reader.integer(baseline["silent"], 0, vehicles, [...path, "silent"]),
  };
}

/** Reads weights over shares, where they are given. */
export function readPrior(reader: PlanReader, value: unknown, path: Place): { readonly stopPrior?: BetaPrior } {
  if (value === undefined) return {};
  const { a, b } = reader.members(value, ["a", "b"], path);
  return {
    stopPrior: {
      a: reader.integer(a, 1, most, [...path, "a"]),
      b: reader.integer(b, 1, most, [...path, "b"]),
    },
  };
}

/** Share of failing or silent vehicles that a metric tolerates, in parts per million; undefined for metrics of other kinds. */
export function toleratedPpmOf(metric: GateMetric): number | undefined {
  if (metric.kind === "failure") return metric.toleratedPpm;
  if (metric.kind === "silence") return silenceToleratedPpm(metric.baseline, metric.marginPpm);
  return undefined;
}

/** Baseline, rounded up, and margin. */
function silenceToleratedPpm(baseline: SilenceBaseline, marginPpm: number): number {
  const measured =
    baseline.source === "stated" ? baseline.silentPpm : Math.ceil((baseline.silent * million) / baseline.vehicles);
  return measured + marginPpm;
}
