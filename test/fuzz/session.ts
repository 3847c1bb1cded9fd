/** Fuzzes one target in a worker thread and watches it: a run that never ends or exhausts the heap is ended, repeated alone and reported. */

import { Worker } from "node:worker_threads";
import { boundsOf, type Finding } from "./measure.ts";
import type { FuzzTarget } from "./target.ts";
import type { WorkerReport, WorkerTask } from "./worker.ts";

/** What a session is asked. */
export interface SessionOptions {
  /** File that exports the target, as a URL. */
  readonly file: string;
  readonly target: FuzzTarget;
  readonly seed: string;
  readonly millis: number;
  /** Stops earlier than the time. */
  readonly maxExecutions?: number;
  readonly corpus?: readonly Uint8Array[];
  /** Sessions that run side by side; 1 when absent. */
  readonly jobs?: number;
}

/** What a session gives: `input` and `finding` when a law was broken. */
export type SessionReport = WorkerReport;

/** Fuzzes until the time is over or a law is broken. The same seed tries the same inputs in the same order. */
export async function fuzzTarget(options: SessionOptions): Promise<SessionReport> {
  const { seed, millis, maxExecutions = Number.POSITIVE_INFINITY, corpus = [] } = options;
  const started = performance.now();
  let before: WorkerReport = nothing;
  for (;;) {
    const left = Math.max(0, millis - (performance.now() - started));
    const skip = before.executions;
    const job = { kind: "fuzz", seed, skip, millis: left, maxExecutions: maxExecutions - skip, corpus } as const;
    const end = await runWorker(options, job);
    if (!("died" in end)) {
      const report = addReports(before, end);
      return end.finding === undefined ? report : await minimised(options, report);
    }
    // Repeated alone in a fresh thread: an input that is to blame dies, or is over its bound, again.
    before = addReports(before, { ...nothing, executions: end.runs });
    const alone = await runWorker(options, { kind: "confirm", input: end.input });
    const finding = "died" in alone ? alone.died : alone.finding;
    if (finding !== undefined) return { ...before, input: end.input, finding };
    if (performance.now() - started >= millis) return before;
  }
}

/**
 * Node ends a worker whose heap is full by letting it have 16 MiB more until it stops. What one collection moves from the young generation
 * must fit into that: else the engine ends the whole process.
 */
const youngMegabytes = 8;

const nothing: WorkerReport = { executions: 0, longestMillis: 0, largestGrowth: 0, slowestInput: "", outcomes: {} };

/** Both together; a finding of either. */
export function addReports(left: SessionReport, right: SessionReport): SessionReport {
  const names = new Set([...Object.keys(left.outcomes), ...Object.keys(right.outcomes)]);
  const outcomes = [...names].map((name) => [name, (left.outcomes[name] ?? 0) + (right.outcomes[name] ?? 0)]);
  return {
    ...left,
    ...right,
    outcomes: Object.fromEntries(outcomes),
    slowestInput: left.longestMillis > right.longestMillis ? left.slowestInput : right.slowestInput,
    executions: left.executions + right.executions,
    longestMillis: Math.max(left.longestMillis, right.longestMillis),
    largestGrowth: Math.max(left.largestGrowth, right.largestGrowth),
  };
}

async function minimised(options: SessionOptions, report: WorkerReport): Promise<WorkerReport> {
  const { input, finding } = report;
  const end = await runWorker(options, { kind: "minimise", input: input!, finding: finding! });
  return "died" in end ? report : { ...report, input: end.input!, finding: end.finding! };
}

/** A worker that was ended or failed: why, the input it was at, and how many runs it had begun. */
interface Death {
  readonly died: Finding;
  readonly input: Uint8Array;
  readonly runs: number;
}

function runWorker(
  { file, target, corpus = [], jobs = 1 }: SessionOptions,
  job: WorkerTask["job"],
): Promise<WorkerReport | Death> {
  const { maxLength, maxMillis, maxBytes } = boundsOf(target);
  const longest = Math.max(maxLength, ...[...target.seeds, ...corpus].map((seed) => seed.length));
  const noteboard = new SharedArrayBuffer(8 + longest);
  const header = new Int32Array(noteboard, 0, 2);
  const workerData: WorkerTask = { file, target: target.name, job, noteboard };
  // Room for the runner itself and for garbage; an input that needs more than this is far over its bound.
  const heapMegabytes = 256 + 4 * Math.ceil(maxBytes / 2 ** 20);
  const worker = new Worker(new URL("worker.ts", import.meta.url), {
    workerData,
    resourceLimits: { maxOldGenerationSizeMb: heapMegabytes, maxYoungGenerationSizeMb: youngMegabytes },
  });
  return new Promise((resolve) => {
    const die = (died: Finding): void => {
      const input = new Uint8Array(noteboard, 8, Atomics.load(header, 1)).slice();
      settle({ died, input, runs: Atomics.load(header, 0) });
    };
    // This thread sleeps meanwhile, so the CPU time of the process is that of the workers.
    let runs = -1;
    let cpuAtStart = process.cpuUsage();
    const watch = setInterval(() => {
      const now = Atomics.load(header, 0);
      if (now !== runs) {
        runs = now;
        cpuAtStart = process.cpuUsage();
        return;
      }
      const { user, system } = process.cpuUsage(cpuAtStart);
      const cpuMillis = (user + system) / 1_000;
      // Confirming runs an input three more times under one number, hence the factor.
      if (runs > 0 && cpuMillis > jobs * (5 * maxMillis + 1_000)) {
        die({
          law: "time",
          message: `did not end within ${Math.round(cpuMillis)} ms of CPU time, bound ${maxMillis} ms`,
        });
      }
    }, 100);
    const settle = (end: WorkerReport | Death): void => {
      clearInterval(watch);
      void worker.terminate();
      resolve(end);
    };
    worker.once("message", settle);
    worker.once("exit", () => die({ law: "contract", message: "ended its thread" }));
    worker.once("error", (error: NodeJS.ErrnoException) => {
      const exhausted = error.code === "ERR_WORKER_OUT_OF_MEMORY";
      die(
        exhausted
          ? { law: "memory", message: `exhausted a heap of ${heapMegabytes} MiB` }
          : { law: "contract", message: `ended its thread: ${error.message}` },
      );
    });
  });
}
