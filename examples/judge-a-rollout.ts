import {
  aggregateSql,
  compareRules,
  evaluate,
  importHawkbitGroups,
  type OutcomeEvent,
  OutcomeFold,
  renderComparison,
  renderVerdict,
  renderVerdictHtml,
  rolloutPlanDigest,
} from "otakit/cohort";

const hour = 3_600_000;
const day = 24 * hour;
const start = Date.UTC(2026, 10, 1);

// The thresholds that the team used in hawkBit, and what a plan needs besides.
const groups = [
  { name: "pilot", targetPercentage: 10, errorCondition: { condition: "THRESHOLD", expression: "4" } },
  { name: "all", targetPercentage: 100, errorCondition: { condition: "THRESHOLD", expression: "4" } },
];
const { plan, rules } = importHawkbitGroups(groups, {
  campaign: "brake-controller-4.2",
  owner: "r.meier",
  vehicles: 10_000,
  toleratedPpm: 5_000,
  stop: { alphaPpm: 50_000, safetyLimits: [{ category: "brake_warning", atLeast: 3 }] },
  recoveryPath: { kind: "rollback", toDigest: "ab".repeat(32), provenOn: "bench, 2026-10-20" },
  go: { betaPpm: 50_000, overdueFailedPpm: 1_000_000 },
  observation: { soakMs: day, maturityMs: 7 * day, bucketMs: hour, excludedCategories: ["infrastructure"] },
  metrics: [],
  strata: [],
  dataQuality: {
    maxLagMs: day,
    minReceivedPpm: 900_000,
    maxDuplicatePpm: 100_000,
    maxConflictingPpm: 1_000,
    maxSkewedPpm: 10_000,
    maxRejectedPpm: 10_000,
    sampleRatioAlphaPpm: 0,
  },
});

// Two days in: 1,000 vehicles told, 300 reports, 30 of them failures. Some reports come twice, in no order.
const ids = Array.from({ length: 1_000 }, (_, index) => `WVWZZZ1KZAW${String(index).padStart(6, "0")}`);
const at = (vehicleId: string, ageMs: number) => ({ vehicleId, atMs: start + ageMs, receivedMs: start + ageMs + hour });
const enrolled = ids.map((id): OutcomeEvent => ({ kind: "enrolled", ...at(id, 0), ring: "pilot", stratum: "" }));
const reports = ids
  .slice(0, 300)
  .map((id, index): OutcomeEvent => ({ kind: index % 10 === 0 ? "failed" : "healthy", ...at(id, day), seq: 1 }));

const fold = new OutcomeFold(plan);
for (const event of enrolled) fold.add("ledger", event);
for (const event of [...reports.slice(0, 20), ...reports].reverse()) fold.add("telematics", event);
for (const source of ["ledger", "telematics"]) fold.observe(source, { watermarkMs: start + 2 * day });
const aggregate = fold.aggregate();
const { received, duplicate } = aggregate.sources[1]!;
console.log(`${received} reports, ${duplicate} of them duplicates`);
// 320 reports, 20 of them duplicates

const context = {
  nowMs: start + 2 * day + hour,
  approvedPlanDigest: rolloutPlanDigest(plan),
  ring: "pilot",
  killSwitch: false,
  approvals: [],
  acknowledgements: [],
};
const verdict = evaluate(plan, aggregate, { ...context, state: null });
console.log(renderVerdict({ plan, aggregate, verdict, ring: "pilot" }).split("\n")[0]);
// Rollout brake-controller-4.2: pause

// What the thresholds would have done: 30 errors are 3 % of the group, and nobody asks how many have reported.
const [look] = renderComparison(compareRules(plan, [{ aggregate, context }], rules))
  .split("\n")
  .slice(2);
console.log(look!.trim());
// hawkBit group "pilot": continue: 30 errors and 270 ends of 1000 vehicles: neither threshold is reached

// A page for the release meeting: one file, no script, readable without a network.
console.log(`${renderVerdictHtml({ plan, aggregate, verdict, ring: "pilot" }).slice(0, 15)} …`);
// <!doctype html> …

// Where the events are in a database, it counts: the aggregate has the same digest.
console.log(`${aggregateSql(plan, "postgres", { table: "vehicle_event" }).cells.text.slice(0, 22)} …`);
// WITH found AS (SELECT  …
