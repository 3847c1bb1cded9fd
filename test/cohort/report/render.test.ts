import { describe, expect, test } from "vitest";
import {
  type Aggregate,
  evaluate,
  type RolloutPlan,
  renderVerdict,
  renderVerdictHtml,
  type Verdict,
} from "../../../src/cohort/index.ts";
import { aggregateOf, cleanSource, contextOf, series } from "../gate/sample-aggregate.ts";
import { samplePlan } from "../gate/sample-plan.ts";

const clean = aggregateOf(samplePlan, 10, [
  series("pilot", "EU", [
    { hour: 0, enrolled: 600, success: 598, failure: 2 },
    { hour: 1, enrolled: 485, success: 483, failure: 1 },
  ]),
  series("pilot", "JP", [{ hour: 0, enrolled: 15, success: 15 }]),
]);
const report = (plan: RolloutPlan, aggregate: Aggregate, verdict: Verdict) => ({
  plan,
  aggregate,
  verdict,
  ring: plan.rings[0]!.name,
});
const judged = (plan: RolloutPlan, aggregate: Aggregate) =>
  report(plan, aggregate, evaluate(plan, aggregate, contextOf(plan, 10)));

test("a word that no gate gave becomes no markup", () => {
  const all = judged(samplePlan, clean);
  const forged = { ...all.verdict, decision: '"><img src=x>' as Verdict["decision"] };
  expect(renderVerdictHtml({ ...all, verdict: forged })).not.toContain("<img");
});

describe("renderVerdict", () => {
  test("tells decision, every reason, counts, boundaries and the tipping point", () => {
    const all = judged(samplePlan, clean);
    const text = renderVerdict(all);
    expect(text).toContain(`Rollout brake-controller-4.2: ${all.verdict.decision}`);
    for (const { code, message } of all.verdict.reasons) expect(text).toContain(`- ${message} [${code}]`);
    expect(text).toMatch(/^pilot +1000 +1100 +1096 +3 +0 +0 +0 +1$/m);
    expect(text).toMatch(/^EU +own +1085 /m);
    expect(text).toMatch(/^telematics +2024-10-14T00:00:00Z +100000 +100000/m);
    const check = all.verdict.evidence.goChecks.find(({ stratum }) => stratum === "")!;
    expect(check).toMatchObject({ n: 1_100, count: 3, overdue: 1 });
    const tipping = check.tippingPoint === null ? "-" : `${check.tippingPoint} of 1 overdue`;
    expect(text).toMatch(new RegExp(`^failure +all +1100 +3 +1 +4 +${check.boundary} +yes +${tipping}$`, "m"));
    for (const assumption of all.verdict.evidence.assumptions) expect(text).toContain(assumption);
    expect(text).toMatch(/0\.273 %/);
    expect(text).toContain(all.verdict.evidence.evidenceDigest!);
  });

  test("while data are red there is no estimate, only why", () => {
    const stale: Aggregate = { ...clean, sources: [{ ...cleanSource(10), received: 10 }] };
    const all = judged(samplePlan, stale);
    expect(all.verdict.evidence.rule).toBe("data_quality");
    const text = renderVerdict(all);
    expect(text).toContain("withheld");
    expect(text).not.toMatch(/^failure .* %/m);
    expect(text).toContain("Data quality");
  });

  test("a verdict on inputs that do not parse is written with its reasons alone", () => {
    const verdict = evaluate(samplePlan, clean, { ...contextOf(samplePlan, 10), ring: "nobody" });
    expect(verdict.evidence.rule).toBe("invalid");
    expect(renderVerdict(report(samplePlan, clean, verdict))).toContain("[gate_context_invalid]");
    expect(renderVerdictHtml({ ...report(samplePlan, clean, verdict), ring: "nobody" })).toContain(
      "gate_context_invalid",
    );
    expect(() => renderVerdict(report({} as RolloutPlan, clean, verdict))).toThrow();
  });
});

describe("renderVerdictHtml", () => {
  test("draws what was seen and both boundaries, and refers to nothing outside", () => {
    const html = renderVerdictHtml(judged(samplePlan, clean));
    expect(html).toMatch(/<polyline class="seen" points="56\.0,280\.0 \d/);
    expect(html).toMatch(/<polyline class="stop" points="[\d., ]+"\/>/);
    expect(html).toMatch(/<polyline class="go" points="[\d., ]+"\/>/);
    expect(html).toContain("default-src 'none'");
    expect(html).not.toMatch(/<script|<link|<img|href=|src=|url\(|@import|https?:/i);
    expect(html).toContain("1100 vehicles enrolled");
  });

  test("no vehicle at all", () => {
    const html = renderVerdictHtml(judged(samplePlan, aggregateOf(samplePlan, 10, [])));
    expect(html).not.toContain("NaN");
    expect(html).toContain('points="56.0,280.0"');
  });
});

describe("hostile names", () => {
  const names = [
    "</title><script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "'onload='alert(1)",
    "&lt;b&gt;",
    "\u001b[2J\u001b]0;x\u0007",
    "a\nb\r\n- all is well",
    "\u202eevil\u2066",
    "\u0085\u2028\u2029\u200b",
  ];

  test.each(names)("%j is shown, not obeyed", (name) => {
    const plan: RolloutPlan = {
      ...samplePlan,
      campaign: name,
      owner: `owner ${name}`,
      metrics: samplePlan.metrics.map((metric, index) => (index === 0 ? { ...metric, id: name } : metric)),
      strata: [{ key: name, size: 100, go: "own" }],
      rings: samplePlan.rings.map(({ maxPpm, ...ring }, index) => (index === 0 ? { ...ring, name } : ring)),
    };
    const aggregate: Aggregate = {
      ...aggregateOf(plan, 10, [series(name, name, [{ hour: 0, enrolled: 1_100, success: 1_000, failure: 100 }])]),
      sources: [{ ...cleanSource(10), source: name }],
    };
    const all = judged(plan, aggregate);
    expect(all.verdict.decision).toBe("rollback");
    const text = renderVerdict(all);
    // Line breaks are the report's own.
    expect(text.replaceAll("\n", "")).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
    expect(text.split("\n")).not.toContain("- all is well");
    const html = renderVerdictHtml(all);
    expect(html.replaceAll("\n", "")).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
    const tags = new Set(html.match(/<\/?[a-z0-9]+/gi)!.map((tag) => tag.replace(/[</]/g, "")));
    const own = "html head meta title style body h1 h2 table tr th td ul li svg line polyline text".split(" ");
    expect([...tags].filter((tag) => !own.includes(tag))).toEqual([]);
    expect(html).not.toMatch(/<[^>]*\son[a-z]+=/i);
    expect((html.match(/<body>/g) ?? []).length).toBe(1);
  });
});
