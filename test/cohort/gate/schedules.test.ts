import { expect, it } from "vitest";
import { evaluate, rolloutPlanDigest } from "../../../src/cohort/index.ts";
import { countScheduleViolations } from "./schedules.ts";

it("no schedule of reports stops a rollout that its complete outcomes do not stop", () => {
  const count = countScheduleViolations({ evaluate, rolloutPlanDigest }, 1, 400);
  expect(count.violations).toEqual([]);
  // Both kinds of cases are there, or the law would be about nothing.
  expect(count.quiet).toBeGreaterThan(150);
  expect(count.stopping).toBeGreaterThan(50);
  expect(count.looks).toBe(5 * count.quiet);
});
