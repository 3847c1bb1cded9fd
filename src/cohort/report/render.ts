/** Verdicts for people: as text for a terminal or a ticket, and as one page that needs nothing but itself. */

import type { Aggregate } from "../gate/aggregate.ts";
import { parseAggregate } from "../gate/parse-aggregate.ts";
import { parseRolloutPlan } from "../gate/parse-plan.ts";
import type { RolloutPlan } from "../gate/plan.ts";
import type { Verdict } from "../gate/verdict.ts";
import { drawCurve } from "./draw.ts";
import { evidenceCurve } from "./evidence-curve.ts";
import { type FactTable, verdictFacts } from "./facts.ts";
import { htmlText, plainText } from "./safe-text.ts";

/** What a report is about. */
export interface VerdictReport {
  readonly plan: RolloutPlan;
  /** The aggregate that was judged. */
  readonly aggregate: Aggregate;
  readonly verdict: Verdict;
  /** Name of the ring whose gate was asked. */
  readonly ring: string;
}

/**
 * Writes a verdict as text: the decision, every reason, rings, strata, the gate's counts with their boundaries and tipping points, and what
 * the error rates assume. While data are red, no estimate is in it.
 *
 * Characters that a terminal would obey are written as `\u{…}`.
 *
 * @throws {@link CohortError} what `parseRolloutPlan` and `parseAggregate` throw
 * @example
 * ```ts
 * console.log(renderVerdict({ plan, aggregate, verdict, ring: "pilot" }));
 * ```
 */
export function renderVerdict({ plan, aggregate, verdict }: VerdictReport): string {
  const facts = verdictFacts(parseRolloutPlan(plan), parseAggregate(aggregate), verdict);
  return [
    plainText(facts.title),
    "",
    ...facts.summary.map(([name, value]) => `${name}: ${plainText(value)}`),
    "",
    ...facts.reasons.map((reason) => `- ${plainText(reason)}`),
    ...facts.tables.flatMap(textTable),
    "",
    "Assumptions",
    ...facts.assumptions.map((assumption) => `- ${plainText(assumption)}`),
    "",
  ].join("\n");
}

/**
 * Writes a verdict as one HTML page with a drawing of the evidence against its boundaries: no script, no reference to anything outside,
 * every text escaped. It can be kept as a file and read without a network.
 *
 * @throws {@link CohortError} what `parseRolloutPlan` and `parseAggregate` throw
 */
export function renderVerdictHtml({ plan, aggregate, verdict, ring }: VerdictReport): string {
  const [checkedPlan, checked] = [parseRolloutPlan(plan), parseAggregate(aggregate)];
  const facts = verdictFacts(checkedPlan, checked, verdict);
  const curve = evidenceCurve(checkedPlan, checked, ring, verdict.evidence.state?.countFromMs ?? 0);
  const list = (items: readonly string[]): string =>
    `<ul>${items.map((item) => `<li>${htmlText(item)}</li>`).join("")}</ul>`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width">
<title>${htmlText(facts.title)}</title>
<style>${style}</style>
</head>
<body>
<h1 class="${htmlText(verdict.decision)}">${htmlText(facts.title)}</h1>
<table>${facts.summary.map(([name, value]) => `<tr><th>${htmlText(name)}</th><td>${htmlText(value)}</td></tr>`).join("\n")}</table>
<h2>Reasons, the first is decisive</h2>
${list(facts.reasons)}
<h2>Evidence against its boundaries: ${htmlText(curve.metric)}</h2>
${drawCurve(curve)}
${facts.tables.map(htmlTable).join("\n")}
<h2>Assumptions</h2>
${list(facts.assumptions)}
</body>
</html>
`;
}

const style = `body{font:15px/1.4 system-ui,sans-serif;max-width:62rem;margin:2rem auto;padding:0 1rem;color:#1a1a1a;background:#fff}
table{border-collapse:collapse;margin:.5rem 0 1.5rem}th,td{border:1px solid #ccc;padding:.2rem .5rem;text-align:left;vertical-align:top;overflow-wrap:anywhere}
h1{border-left:.6rem solid #777;padding-left:.6rem}h1.expand,h1.complete{border-color:#1a7f37}h1.pause,h1.rollback{border-color:#b3261e}
svg{max-width:100%;height:auto}.seen{stroke:#1a1a1a}.stop{stroke:#b3261e}.go{stroke:#1a7f37}polyline{fill:none;stroke-width:2}
.stop,.go{stroke-dasharray:6 3}text{font-size:12px;fill:#1a1a1a}.axis{stroke:#777}`;

function textTable({ title, head, rows }: FactTable): readonly string[] {
  const cells = [head, ...rows].map((row) => row.map(plainText));
  const widths = head.map((_, column) => Math.max(...cells.map((row) => row[column]!.length)));
  const line = (row: readonly string[]): string =>
    row
      .map((cell, column) => cell.padEnd(widths[column]!))
      .join("  ")
      .trimEnd();
  return ["", title, ...cells.map(line)];
}

function htmlTable({ title, head, rows }: FactTable): string {
  const row = (cells: readonly string[], tag: string): string =>
    `<tr>${cells.map((cell) => `<${tag}>${htmlText(cell)}</${tag}>`).join("")}</tr>`;
  return `<h2>${htmlText(title)}</h2>\n<table>${row(head, "th")}\n${rows.map((cells) => row(cells, "td")).join("\n")}</table>`;
}
