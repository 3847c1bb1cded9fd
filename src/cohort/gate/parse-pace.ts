/** The pace of a rollout plan, read back. */

import type { Place } from "../faults.ts";
import type { PlanReader } from "../plan-document.ts";
import type { LocalWindow, PlanPace, RolloutRate } from "./plan.ts";

/** Reads how fast vehicles may be enrolled. */
export function readPace(reader: PlanReader, value: unknown, path: Place): PlanPace {
  const known = ["failuresPerWave", "maxGrowth", "rate", "windows"];
  const { failuresPerWave, maxGrowth, rate, windows } = reader.members(value, known, path);
  return {
    failuresPerWave: reader.integer(failuresPerWave, 1, 1_000_000, [...path, "failuresPerWave"]),
    maxGrowth: reader.integer(maxGrowth, 1, 100, [...path, "maxGrowth"]),
    ...(rate === undefined ? {} : { rate: readRate(reader, rate, [...path, "rate"]) }),
    ...(windows === undefined ? {} : { windows: readWindows(reader, windows, [...path, "windows"]) }),
  };
}

function readRate(reader: PlanReader, value: unknown, path: Place): RolloutRate {
  const known = ["basePerMinute", "factorTenths", "maxPerMinute", "counts", "vehiclesPerStep"];
  const rate = reader.members(value, known, path);
  const basePerMinute = reader.integer(rate["basePerMinute"], 1, 1_000, [...path, "basePerMinute"]);
  const { counts } = rate;
  reader.require(counts === "notified" || counts === "succeeded", [...path, "counts"], "notified or succeeded");
  return {
    basePerMinute,
    factorTenths: reader.integer(rate["factorTenths"], 10, 50, [...path, "factorTenths"]),
    maxPerMinute: reader.integer(rate["maxPerMinute"], basePerMinute, 1_000_000, [...path, "maxPerMinute"]),
    counts: counts as RolloutRate["counts"],
    vehiclesPerStep: reader.integer(rate["vehiclesPerStep"], 1, 1_000_000_000, [...path, "vehiclesPerStep"]),
  };
}

function readWindows(reader: PlanReader, value: unknown, path: Place): readonly LocalWindow[] {
  return reader.list(value, 1, 64, path, "windows", (entry, at): LocalWindow => {
    const { days, startMinute, durationMinutes } = reader.members(
      entry,
      ["days", "startMinute", "durationMinutes"],
      at,
    );
    const seen = new Set<number>();
    return {
      days: reader.list(days, 1, 7, [...at, "days"], "days", (day, place) => {
        const number = reader.integer(day, 1, 7, place);
        reader.require(!seen.has(number), place, "a day of its own");
        seen.add(number);
        return number;
      }),
      startMinute: reader.integer(startMinute, 0, 1_439, [...at, "startMinute"]),
      durationMinutes: reader.integer(durationMinutes, 1, 10_080, [...at, "durationMinutes"]),
    };
  });
}
