/** A verdict in words and rows, before it is written as text or as a page. */

import { hasValue } from "../../core/index.ts";
import type { Aggregate } from "../gate/aggregate.ts";
import type { RolloutPlan } from "../gate/plan.ts";
import type { GateRate, Verdict } from "../gate/verdict.ts";
import { instantText } from "./safe-text.ts";

/** A table of a report: texts as they came, not escaped. */
export interface FactTable {
  readonly title: string;
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** What a report says, in order. */
export interface VerdictFacts {
  readonly title: string;
  /** Name and value. */
  readonly summary: readonly (readonly [string, string])[];
  readonly reasons: readonly string[];
  readonly tables: readonly FactTable[];
  readonly assumptions: readonly string[];
}

/** Collects what a report says. */
export function verdictFacts(
  plan: RolloutPlan,
  aggregate: Aggregate,
  { decision, reasons, evidence }: Verdict,
): VerdictFacts {
  const { next, budget } = evidence;
  const summary: (readonly [string, string])[] = [
    ["decision", `${decision} (${evidence.rule})`],
    ["campaign", plan.campaign],
    ["owner", plan.owner],
  ];
  if (evidence.watermarkMs !== null) summary.push(["data complete up to", instantText(evidence.watermarkMs)]);
  if (next.openRing !== null) summary.push(["ring to open", next.openRing]);
  if (next.extendBy !== null) summary.push(["vehicles to add in this ring", String(next.extendBy)]);
  if (next.earliestDecisionMs !== null) summary.push(["outcomes due by", instantText(next.earliestDecisionMs)]);
  if (budget !== null) {
    summary.push([
      "chance of a wrong stop, at most",
      `${share(budget.alphaPpm)} now, ${share(budget.alphaSpentPpm)} over the campaign`,
    ]);
    summary.push(["chance of a wrong go, at most", share(budget.betaPpm)]);
  }
  if (evidence.evidenceDigest !== null) summary.push(["evidence digest", evidence.evidenceDigest]);
  return {
    title: `Rollout ${plan.campaign}: ${decision}`,
    summary,
    reasons: reasons.map(({ code, message }) => `${message} [${code}]`),
    tables: [
      ringTable(plan, aggregate),
      strataTable(plan, aggregate),
      goTable(evidence.goChecks),
      stopTable(evidence),
      rateTable(evidence.rates),
      sourceTable(aggregate),
      flagTable(evidence),
    ].filter(({ rows }) => rows.length > 0),
    assumptions: evidence.assumptions,
  };
}

const countHead = ["enrolled", "success", "failure", "conflict", "excluded", "premature", "no outcome"];

function ringTable({ rings }: RolloutPlan, { series }: Aggregate): FactTable {
  const rows = rings.map(({ name, vehicles }) => [
    name,
    String(vehicles),
    ...countsOf(series.filter(({ ring }) => ring === name)),
  ]);
  return { title: "Rings", head: ["ring", "planned", ...countHead], rows };
}

function strataTable({ strata }: RolloutPlan, { series }: Aggregate): FactTable {
  const rows = strata.map(({ key, go }) => [key, go, ...countsOf(series.filter(({ stratum }) => stratum === key))]);
  return { title: "Strata", head: ["stratum", "gate", ...countHead], rows };
}

function countsOf(series: Aggregate["series"]): readonly string[] {
  const sum = (of: (one: Aggregate["series"][number]) => readonly number[]): number =>
    series.reduce((total, one) => total + of(one).reduce((all, count) => all + count, 0), 0);
  const [enrolled, success, failure] = [
    sum((one) => one.enrolled),
    sum((one) => one.success),
    sum((one) => one.failure),
  ];
  const [conflict, excluded] = [sum((one) => one.conflict), sum((one) => one.excluded)];
  const open = enrolled - success - failure - conflict - excluded;
  return [enrolled, success, failure, conflict, excluded, sum((one) => one.provisional), open].map(String);
}

function goTable(checks: Verdict["evidence"]["goChecks"]): FactTable {
  return {
    title: "Gate: mature vehicles",
    head: ["metric", "stratum", "n", "count", "overdue", "counted", "passes up to", "passed", "tipping point"],
    rows: checks.map((check) => [
      check.asymptotic ? `${check.metric} (asymptotic)` : check.metric,
      check.stratum || "all",
      String(check.n),
      String(check.count),
      String(check.overdue),
      String(check.counted),
      check.boundary === null ? "-" : String(check.boundary),
      check.passed ? "yes" : "no",
      check.tippingPoint === null ? "-" : `${check.tippingPoint} of ${check.overdue} overdue`,
    ]),
  };
}

function stopTable({ stopChecks, combined }: Verdict["evidence"]): FactTable {
  const rows = stopChecks.map((check) => [
    check.asymptotic ? `${check.metric} (asymptotic)` : check.metric,
    check.stratum || "all",
    String(check.n),
    String(check.count),
    check.boundary === null ? "-" : String(check.boundary),
    check.logE === null ? "-" : check.logE.toFixed(2),
    check.reached ? (check.holdsOnly ? "holds" : "stops") : "no",
  ]);
  if (combined !== null) {
    const names = combined.offenders.map(({ metric, stratum }) => `${metric} ${stratum || "all"}`).join(", ");
    rows.push([
      "together",
      names || "nobody named",
      "",
      "",
      "",
      combined.logE.toFixed(2),
      combined.reached ? "stops" : "no",
    ]);
  }
  return { title: "Evidence to stop", head: ["metric", "stratum", "n", "count", "stops at", "log E", "reached"], rows };
}

function rateTable(rates: readonly GateRate[]): FactTable {
  return {
    title: "Shares of mature vehicles",
    head: ["metric", "n", "overdue", "count, at least and at most", "estimate", "bounds at all looks"],
    rows: rates.map(({ metric, n, overdue, countRange: [least, most], rate }) => [
      metric,
      String(n),
      String(overdue),
      `${least} .. ${most}`,
      ...(hasValue(rate)
        ? [percent(rate.value.estimate), `${percent(rate.value.lower)} .. ${percent(rate.value.upper)}`]
        : ["withheld", `data are ${rate.quality}`]),
    ]),
  };
}

function sourceTable({ sources }: Aggregate): FactTable {
  return {
    title: "Sources",
    head: [
      "source",
      "complete up to",
      "expected",
      "received",
      "duplicate",
      "conflicting",
      "out of order",
      "skewed",
      "rejected",
    ],
    rows: sources.map((one) => [
      one.source,
      instantText(one.watermarkMs),
      one.expected === null ? "unknown" : String(one.expected),
      ...[one.received, one.duplicate, one.conflicting, one.outOfOrder, one.skewed, one.rejected].map(String),
    ]),
  };
}

function flagTable({ flags }: Verdict["evidence"]): FactTable {
  return {
    title: "Data quality",
    head: ["flag", "severity", "details"],
    rows: flags.map(({ code, severity, ...rest }) => [code, severity, JSON.stringify(rest)]),
  };
}

function share(ppm: number): string {
  return `${ppm / 10_000} %`;
}

function percent(value: number): string {
  return `${(100 * value).toFixed(3)} %`;
}
