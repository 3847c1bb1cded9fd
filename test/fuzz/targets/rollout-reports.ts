/** Fuzz targets around the rollout gate: what reports, rows of databases, rules of other systems and scenarios can be. */

import {
  aggregateDigest,
  aggregateFromRows,
  coarsenAggregate,
  compareRules,
  evaluate,
  importAwsJob,
  importAwsRate,
  importHawkbitGroups,
  mergeAggregates,
  type OutcomeEvent,
  OutcomeFold,
  parseRolloutScenario,
  renderComparison,
  renderVerdict,
  renderVerdictHtml,
  rolloutPlanDigest,
  simulateRun,
} from "otakit/cohort";
import { isOtaError, utf8ToBytes } from "otakit/core";
import { seededRandom } from "../../../scripts/random.ts";
import { countedPlan, randomDeliveries, startMs } from "../../cohort/aggregate/random-events.ts";
import { samplePlan } from "../../cohort/gate/sample-plan.ts";
import type { FuzzTarget } from "../target.ts";

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

function parsed(input: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(input));
  } catch {
    return undefined;
  }
}

/** Runs what may refuse, but by its own errors only; a RangeError or TypeError is for a mistake of the program that calls. */
function attempt<T>(run: () => T, ...mistakes: readonly (new () => Error)[]): T | undefined {
  try {
    return run();
  } catch (error) {
    if (isOtaError(error) || mistakes.some((mistake) => error instanceof mistake)) return undefined;
    throw error;
  }
}

const json = (value: unknown): Uint8Array => utf8ToBytes(JSON.stringify(value));
const deliveries = randomDeliveries(seededRandom("fuzz"), 4, 4);
const words = ['"seq":', '"kind":', '"healthy"', '"retracted"', "null", "-1", "1e99", "9007199254740991", "[]", "{}"];

const fold: FuzzTarget = {
  name: "cohort/OutcomeFold",
  seeds: [json(deliveries), json(deliveries.slice(0, 3))],
  dictionary: words.map(utf8ToBytes),
  maxLength: 16_384,
  run(input) {
    const value = parsed(input);
    const events = (Array.isArray(value) ? value : []).map(
      (one): { readonly source: string; readonly event: OutcomeEvent } => ({
        source: one?.source === "ledger" ? "ledger" : "telematics",
        event: one?.event,
      }),
    );
    const count = (list: typeof events): string => {
      const folded = new OutcomeFold(countedPlan);
      for (const { source, event } of list) folded.add(source, event);
      for (const source of ["ledger", "telematics"]) folded.observe(source, { watermarkMs: startMs + dayMs });
      const aggregate = folded.aggregate();
      const digest = aggregateDigest(coarsenAggregate(aggregate));
      if (digest !== aggregateDigest(mergeAggregates([aggregate]))) throw new Error("one aggregate merges to another");
      return digest;
    };
    if (attempt(() => count(events)) !== attempt(() => count([...events].reverse()))) {
      throw new Error("the order of events matters");
    }
  },
};

const cell = { ring: 0, stratum: 0, start_ms: startMs, enrolled: 5, started: 5, success: 4, failure: 1, conflict: 0 };
const rows: FuzzTarget = {
  name: "cohort/aggregateFromRows",
  seeds: [
    json({
      cells: [{ ...cell, excluded: 0, provisional: 0, on_time: 5, category_1: 0 }],
      sources: [{ source: "s", received: "9", duplicate: 0, conflicting: 0, out_of_order: 0, skewed: 0, rejected: 0 }],
    }),
  ],
  dictionary: ['"5"', "1.5", "null", "-1", '"category_1":', '"measure_1":', "true"].map(utf8ToBytes),
  run(input) {
    const value = parsed(input) as { cells?: unknown; sources?: unknown } | null | undefined;
    const list = (table: unknown): readonly Record<string, never>[] =>
      Array.isArray(table) ? table.filter((row) => typeof row === "object" && row !== null) : [];
    const both = { cells: list(value?.cells), sources: list(value?.sources) };
    attempt(() => aggregateFromRows(countedPlan, both, { s: { watermarkMs: startMs } }), RangeError, TypeError);
  },
};

const { rings, strata, metrics, ...rest } = samplePlan;
const { schema, pace, ...frame } = {
  ...rest,
  vehicles: 10_000,
  toleratedPpm: 5_000,
  strata,
  metrics: metrics.slice(1),
};
const groups = [
  { name: "pilot", targetPercentage: 10, errorCondition: { condition: "THRESHOLD", expression: "4" } },
  { name: "all", targetPercentage: 100, successCondition: { condition: "THRESHOLD", expression: "90" } },
];
const job = {
  abortConfig: {
    criteriaList: [{ action: "CANCEL", failureType: "FAILED", minNumberOfExecutedThings: 100, thresholdPercentage: 2 }],
  },
  jobExecutionsRolloutConfig: {
    maximumPerMinute: 1_000,
    exponentialRate: {
      baseRatePerMinute: 50,
      incrementFactor: 2,
      rateIncreaseCriteria: { numberOfNotifiedThings: 1_000 },
    },
  },
};

const imports: FuzzTarget = {
  name: "cohort/importForeignRules",
  seeds: [json(groups), json(job), json(job.jobExecutionsRolloutConfig)],
  dictionary: ['"THRESHOLD"', '"expression":', '"50"', '"1e1"', "0.1", "100.1", "-0", '"TIMED_OUT"'].map(utf8ToBytes),
  run(input) {
    const value = parsed(input);
    attempt(() => importAwsRate(value));
    for (const read of [
      () => importHawkbitGroups(value, frame),
      () => importAwsJob(value as never, frame, samplePlan.rings, "executed"),
    ]) {
      const imported = attempt(read);
      if (imported === undefined) continue;
      const { plan, rules } = imported;
      const empty = new OutcomeFold(plan);
      empty.observe("s", { watermarkMs: startMs });
      const look = { approvedPlanDigest: rolloutPlanDigest(plan), ring: plan.rings[0]!.name, killSwitch: false };
      const context = { nowMs: startMs, ...look, approvals: [], acknowledgements: [] };
      renderComparison(compareRules(plan, [{ aggregate: empty.aggregate(), context }], rules));
    }
  },
};

const scenario = {
  schema: "otakit.rollout-scenario/1",
  name: "s",
  release: "bad",
  fleetVehicles: 1_000,
  failurePpm: 200_000,
  failurePpmByRing: { pilot: 1 },
  lots: { lotPpm: 1, failurePpm: 1, successive: 1 },
  outage: { fromMs: 0, durationMs: 1, failurePpm: 1, category: "x" },
  categories: { brake_warning: 1 },
  silentPpm: 30_000,
  silentFailurePpm: 30_000,
  successDelay: { kind: "lognormal", medianMs: dayMs, sigmaPermille: 800 },
  failureDelay: { kind: "uniform", fromMs: 0, toMs: dayMs },
  enrolOverMs: dayMs,
  dataLagMs: 0,
  utcOffsetMinutes: 60,
};

const scenarios: FuzzTarget = {
  name: "cohort/simulateRun",
  seeds: [json(scenario)],
  dictionary: ['"uniform"', '"lognormal"', "1000000", "10000", "-1439", "0", "31536000000"].map(utf8ToBytes),
  run(input) {
    const value = attempt(() => parseRolloutScenario(parsed(input), samplePlan));
    if (value === undefined) return;
    const options = { seed: "fuzz", lookEveryMs: 6 * hourMs, horizonMs: 3 * dayMs };
    const runs = [1, 2].map(() => simulateRun(samplePlan, value, 0, options));
    if (JSON.stringify(runs[0]) !== JSON.stringify(runs[1])) throw new Error("a run is not repeatable");
    if (runs[0]!.failed > runs[0]!.enrolled) throw new Error("more vehicles fail than are enrolled");
  },
};

/** Texts of a plan are shown, and must not become markup or steer a terminal. */
const reports: FuzzTarget = {
  name: "cohort/renderVerdict",
  seeds: [utf8ToBytes("brakes"), utf8ToBytes("<script>\u0007&'\"")],
  maxLength: 60,
  run(input) {
    const name =
      new TextDecoder()
        .decode(input)
        .slice(0, 40)
        .replace(/\p{Cs}/gu, "?") || "x";
    const plan = {
      ...samplePlan,
      campaign: name,
      owner: name,
      rings: samplePlan.rings.map((ring, index) => (index === 0 ? { ...ring, name } : ring)),
    };
    const folded = new OutcomeFold(plan);
    folded.add("s", {
      kind: "enrolled",
      vehicleId: "v",
      atMs: startMs,
      receivedMs: startMs,
      ring: name,
      stratum: "EU",
    });
    folded.observe("s", { watermarkMs: startMs + dayMs });
    const aggregate = folded.aggregate();
    const approvedPlanDigest = rolloutPlanDigest(plan);
    const context = { nowMs: startMs + dayMs, approvedPlanDigest, ring: name, state: null, killSwitch: false };
    const verdict = evaluate(plan, aggregate, { ...context, approvals: [], acknowledgements: [] });
    const report = { plan, aggregate, verdict, ring: name };
    if (/[^\n\P{Cc}]|\p{Cf}/u.test(renderVerdict(report))) throw new Error("a control character in a text");
    const html = renderVerdictHtml(report);
    if (/<script|onerror=|\p{Cf}/iu.test(html.replaceAll("&lt;script", ""))) throw new Error("markup of a name");
  },
};

export const targets: readonly FuzzTarget[] = [fold, rows, imports, scenarios, reports];
