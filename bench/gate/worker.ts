/** A worker of `npm run bench:gate`: simulates runs of one scenario under one contender. */

import { parentPort } from "node:worker_threads";
import { simulateRun } from "otakit/cohort";
import { contenders } from "./policies.ts";
import { horizonMs, lookEveryMs, scenarios, seed } from "./scenarios.ts";

/** What a worker is to do. */
export interface GateJob {
  readonly scenario: string;
  readonly contender: string;
  readonly fromRun: number;
  readonly runs: number;
}

parentPort!.on("message", ({ scenario: id, contender: name, fromRun, runs }: GateJob) => {
  const found = scenarios.find((one) => one.id === id)!;
  const contender = contenders.find((one) => one.name === name)!;
  const plan = contender.plan(found);
  const scenario = contender.scenario(found)!;
  // Every contender has the same vehicles: their chance is that of scenario and run.
  const options = { seed: `${seed} ${id}`, lookEveryMs, horizonMs, policy: contender.policy(plan) };
  parentPort!.postMessage(
    Array.from({ length: runs }, (_, index) => simulateRun(plan, scenario, fromRun + index, options)),
  );
});
