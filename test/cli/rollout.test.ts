import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { type OutcomeEvent, rolloutPlanDigest } from "../../src/cohort/index.ts";
import { samplePlan } from "../cohort/gate/sample-plan.ts";
import { useCommand } from "./command.ts";

const { folder, run } = useCommand();
const day = 86_400_000;
const start = Date.parse("2026-11-01T00:00:00Z");

/** A pilot that is healthy, enrolled within an hour, in the strata's own proportion. */
function pilot(failures: number): {
  readonly enrolled: readonly OutcomeEvent[];
  readonly reports: readonly OutcomeEvent[];
} {
  const ids = Array.from({ length: 1_000 }, (_, index) => `v${index}`);
  return {
    enrolled: ids.map((vehicleId, index) => ({
      kind: "enrolled",
      vehicleId,
      atMs: start + index,
      receivedMs: start + index,
      ring: "pilot",
      stratum: index < 14 ? "JP" : "EU",
    })),
    reports: ids.map((vehicleId, index) => ({
      kind: index >= 500 && index < 500 + failures ? "failed" : "healthy",
      vehicleId,
      seq: 1,
      atMs: start + 2 * day,
      receivedMs: start + 2 * day,
    })),
  };
}

const pilotScenario = {
  schema: "otakit.rollout-scenario/1",
  name: "half fail",
  release: "bad",
  fleetVehicles: 100_000,
  failurePpm: 500_000,
  silentPpm: 30_000,
  silentFailurePpm: 30_000,
  successDelay: { kind: "lognormal", medianMs: day, sigmaPermille: 800 },
  failureDelay: { kind: "uniform", fromMs: 0, toMs: day },
  enrolOverMs: day,
  dataLagMs: 0,
};

let dir: string;
const path = (name: string): string => join(dir, name);
const write = (name: string, value: unknown): void =>
  writeFileSync(path(name), typeof value === "string" ? value : JSON.stringify(value));
const lines = (events: readonly unknown[]): string => `${events.map((event) => JSON.stringify(event)).join("\n")}\n`;
const look = (aggregate: string) => [
  "--plan",
  path("plan.json"),
  "--aggregate",
  path(aggregate),
  "--context",
  path("context.json"),
  "--now",
  "2026-11-10T00:00:00Z",
];
const count = (enrolled: string, reports: string) =>
  run(
    "rollout",
    "aggregate",
    ...["--plan", path("plan.json"), "--events", `ledger=${path(enrolled)}`, "--events", `telematics=${path(reports)}`],
    ...["--watermark", "ledger=2026-11-09T23:00:00Z", "--watermark", "telematics=2026-11-09T23:00:00Z"],
    ...["--expected", "ledger=1000", "--expected", "telematics=1000"],
  );

beforeAll(async () => {
  dir = folder();
  write("plan.json", samplePlan);
  write("context.json", { ring: "pilot", approvedPlanDigest: rolloutPlanDigest(samplePlan) });
  for (const [name, failures] of [
    ["good", 0],
    ["bad", 60],
  ] as const) {
    const { enrolled, reports } = pilot(failures);
    write("enrolled.jsonl", lines(enrolled));
    write(`${name}.jsonl`, lines(reports));
    const { stdout, code } = await count("enrolled.jsonl", `${name}.jsonl`);
    expect(code).toBe(0);
    write(`${name}.json`, stdout);
  }
});

describe("otakit rollout simulate", () => {
  it("shows what a plan does, the same for the same seed", async () => {
    const { pace, ...plan } = samplePlan;
    write("unpaced.json", { ...plan, go: { ...plan.go, overdueFailedPpm: 0 } });
    const simulate = (...more: string[]) =>
      run("rollout", "simulate", "--plan", path("unpaced.json"), "--runs", "2", "--horizon", "30", ...more);
    const { stdout, code } = await simulate("--json");
    expect(code).toBe(0);
    const { schema, scenarios } = JSON.parse(stdout);
    expect(schema).toBe("otakit.plan-simulation/1");
    expect(scenarios.map(({ scenario }: { scenario: string }) => scenario)).toContain("silent bricks");
    expect((await simulate("--json")).stdout).toBe(stdout);
    write("scenarios.json", [{ ...pilotScenario, failurePpm: 500_000 }]);
    const chosen = await simulate("--scenarios", path("scenarios.json"));
    expect(chosen.stdout).toContain("half fail (bad, 2 runs)\n  stopped 100.0 %");
  });

  it("says where a scenario is wrong, and which option cannot be read", async () => {
    write("scenarios.json", { ...pilotScenario, silentPpm: -1 });
    const wrong = await run("rollout", "simulate", "--plan", path("plan.json"), "--scenarios", path("scenarios.json"));
    expect(wrong).toMatchObject({ code: 1, stderr: expect.stringContaining("at: /silentPpm") });
    const usage = await run("rollout", "simulate", "--plan", path("plan.json"), "--runs", "0");
    expect(usage).toMatchObject({ code: 2, stderr: expect.stringContaining("--runs expected an integer") });
  });
});

describe("otakit rollout aggregate", () => {
  it("counts events, and tells what is rejected and who was never enrolled", async () => {
    write("odd.jsonl", `{"kind":"healthy","vehicleId":"nobody","seq":1,"atMs":1,"receivedMs":1}\n{"kind":\nnull\n`);
    const { stdout, stderr, code } = await count("enrolled.jsonl", "odd.jsonl");
    expect(code).toBe(0);
    expect(stderr).toContain("1 vehicles have reports, but were never enrolled");
    const { series, sources } = JSON.parse(stdout);
    expect(series).toMatchObject([
      { ring: "pilot", stratum: "EU", enrolled: [986], success: [0] },
      { ring: "pilot", stratum: "JP", enrolled: [14] },
    ]);
    expect(sources[1]).toMatchObject({ source: "telematics", received: 3, rejected: 2 });
  });

  it("refuses a source without a file", async () => {
    const { code, stderr } = await run("rollout", "aggregate", "--plan", path("plan.json"), "--events", "telematics");
    expect(code).toBe(2);
    expect(stderr).toContain("SOURCE=");
  });
});

describe("otakit rollout check", () => {
  it("tells gates, and the digest that approvals name", async () => {
    const { stdout } = await run("rollout", "check", path("plan.json"));
    expect(stdout).toContain(rolloutPlanDigest(samplePlan));
    expect(stdout).toMatch(/"pilot": 1000 vehicles, passes with at most \d+ failures/);
  });

  it("a gate that cannot be passed is a no", async () => {
    write("small.json", { ...samplePlan, rings: [{ ...samplePlan.rings[0], vehicles: 50, maxVehicles: 50 }] });
    const { stdout, code } = await run("rollout", "check", "--json", path("small.json"));
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({ schema: "otakit.plan-check/1", decision: "unfit" });
  });

  it("a plan without an owner does not parse", async () => {
    const { owner: _, ...rest } = samplePlan;
    write("ownerless.json", rest);
    const { stderr, code } = await run("rollout", "check", path("ownerless.json"));
    expect(code).not.toBe(0);
    expect(stderr).toContain("ERR_COHORT_ROLLOUT_PLAN");
  });
});

describe("otakit rollout evaluate", () => {
  it("a healthy pilot waits for its approval, which names the evidence; then it expands", async () => {
    const held = await run("rollout", "evaluate", ...look("good.json"), "--json");
    const verdict = JSON.parse(held.stdout);
    expect(verdict).toMatchObject({ schema: "otakit.verdict/1", decision: "hold", evidence: { rule: "approval" } });
    expect(held.code).toBe(1);
    const atMs = start + 9 * day;
    const { evidenceDigest } = verdict.evidence;
    const approval = { approver: "someone.else", ring: "pilot", evidenceDigest, atMs: atMs - 1, expiresMs: atMs + day };
    write("approved.json", { ring: "pilot", approvedPlanDigest: rolloutPlanDigest(samplePlan), approvals: [approval] });
    const options = look("good.json").map((option) =>
      option === path("context.json") ? path("approved.json") : option,
    );
    const { code, stdout } = await run("rollout", "evaluate", ...options);
    expect(stdout).toContain("ring to open: early");
    expect(code).toBe(0);
  });

  it("a bad one stops, and stays stopped when the last verdict is given", async () => {
    const first = await run("rollout", "evaluate", ...look("bad.json"), "--json");
    expect(first.code).toBe(1);
    const { decision } = JSON.parse(first.stdout);
    expect(["pause", "rollback"]).toContain(decision);
    write("last.json", first.stdout);
    const again = await run("rollout", "evaluate", ...look("good.json"), "--state", path("last.json"), "--json");
    expect(JSON.parse(again.stdout).decision).toBe(decision);
  });
});

describe("otakit rollout report", () => {
  it("writes one page", async () => {
    const { code, stdout } = await run("rollout", "report", ...look("good.json"));
    expect(code).toBe(0);
    expect(stdout).toMatch(/^<!doctype html>\n[\s\S]+<\/html>\n$/);
    expect(stdout).toContain("1000 vehicles enrolled");
  });
});
