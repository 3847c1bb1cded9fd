/** The commands of rollouts. */

import type { Command } from "../command.ts";
import { rolloutAggregate } from "./rollout-aggregate.ts";
import { rolloutCheck } from "./rollout-check.ts";
import { rolloutEvaluate } from "./rollout-evaluate.ts";
import { rolloutReport } from "./rollout-report.ts";
import { rolloutSimulate } from "./rollout-simulate.ts";

/** In the order of use. */
export const rolloutCommands: readonly Command[] = [
  rolloutCheck,
  rolloutSimulate,
  rolloutAggregate,
  rolloutEvaluate,
  rolloutReport,
];
