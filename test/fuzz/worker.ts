/**
 * The thread that fuzzes one target. It notes every input in shared memory before it runs it, so that the session can name the
 * input of a run that never ends or exhausts the heap.
 */

import { parentPort, workerData } from "node:worker_threads";
import { seededRandom } from "../../scripts/random.ts";
import { boundsOf, confirm, type Finding, measure } from "./measure.ts";
import { minimise } from "./minimise.ts";
import { mutate } from "./mutate.ts";
import type { FuzzTarget } from "./target.ts";

/** What a session asks of its worker. */
export interface WorkerTask {
  /** File that exports the target, as a URL. */
  readonly file: string;
  readonly target: string;
  readonly job:
    | {
        readonly kind: "fuzz";
        readonly seed: string;
        /** Inputs of the sequence to leave out: they were run before. */
        readonly skip: number;
        readonly millis: number;
        readonly maxExecutions: number;
        /** Past findings, run first and mutated like seeds. */
        readonly corpus: readonly Uint8Array[];
      }
    | { readonly kind: "confirm"; readonly input: Uint8Array }
    | { readonly kind: "minimise"; readonly input: Uint8Array; readonly finding: Finding };
  /** Header of two 32-bit integers (runs begun, length), then the bytes of the input that is being run. */
  readonly noteboard: SharedArrayBuffer;
}

/** What a worker answers, once, at its end. */
export interface WorkerReport {
  readonly executions: number;
  readonly longestMillis: number;
  readonly largestGrowth: number;
  /** The input that took longest, in bytes of hexadecimal digits. */
  readonly slowestInput: string;
  /** How often each outcome was, of targets that tell. */
  readonly outcomes: Readonly<Record<string, number>>;
  readonly input?: Uint8Array;
  readonly finding?: Finding;
}

const { file, target: name, job, noteboard } = workerData as WorkerTask;
const header = new Int32Array(noteboard, 0, 2);
const noted = new Uint8Array(noteboard, 8);
let executions = 0;
let longestMillis = 0;
let largestGrowth = 0;
let slowest = new Uint8Array(0);
const outcomes = new Map<string, number>();

// Most inputs are refused, and nobody reads where: a stack is a tenth of what a refusal costs.
Error.stackTraceLimit = 0;
const { targets } = (await import(file)) as { targets: readonly FuzzTarget[] };
const target = targets.find((candidate) => candidate.name === name)!;
parentPort!.postMessage(carryOut());

function carryOut(): WorkerReport {
  const found = job.kind === "fuzz" ? fuzz(job) : again(job);
  return {
    executions,
    longestMillis,
    largestGrowth,
    slowestInput: Buffer.from(slowest).toString("hex"),
    outcomes: Object.fromEntries(outcomes),
    ...found,
  };
}

function again(other: Exclude<WorkerTask["job"], { readonly kind: "fuzz" }>): Pick<WorkerReport, "input" | "finding"> {
  if (other.kind === "confirm") {
    const finding = confirm(target, note(other.input));
    return finding === undefined ? {} : { input: other.input, finding };
  }
  // A broken contract shows in one run and keeps its kind of error; costs have to be confirmed, which is slow.
  const isContract = other.finding.law === "contract";
  const check = (input: Uint8Array): Finding | undefined =>
    isContract ? measure(target, note(input)).finding : confirm(target, note(input));
  const stillFails = (input: Uint8Array): boolean => kindOf(check(input)) === kindOf(other.finding);
  const input = minimise(other.input, stillFails, isContract ? 2_000 : 20);
  return { input, finding: check(input) ?? other.finding };
}

/** The law and, for a broken contract, the name of the error. */
function kindOf(finding: Finding | undefined): string | undefined {
  return finding?.law === "contract" ? finding.message.split(":")[0] : finding?.law;
}

function fuzz({
  seed,
  skip,
  millis,
  maxExecutions,
  corpus,
}: Extract<WorkerTask["job"], { readonly kind: "fuzz" }>): Pick<WorkerReport, "input" | "finding"> {
  const deadline = performance.now() + millis;
  const random = seededRandom(`${seed} ${name}`);
  const { maxLength } = boundsOf(target);
  const seeds = [...target.seeds, ...corpus];
  const material = { seeds, dictionary: target.dictionary ?? [], maxLength };
  for (let index = 0; ; index++) {
    // Well-formed inputs and past findings as they are, then their mutants.
    const input = index < seeds.length ? seeds[index]! : mutate(random, material);
    if (index < skip) continue;
    const { cpuMillis, growthBytes, finding, outcome } = measure(target, note(input));
    executions++;
    if (outcome !== undefined) outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
    if (finding?.law === "contract") return { input, finding };
    if (finding !== undefined) {
      const confirmed = confirm(target, input);
      if (confirmed !== undefined) return { input, finding: confirmed };
    } else {
      if (cpuMillis > longestMillis) slowest = input.slice();
      longestMillis = Math.max(longestMillis, cpuMillis);
      largestGrowth = Math.max(largestGrowth, growthBytes);
    }
    const seedsDone = index + 1 >= seeds.length;
    if (seedsDone && (executions >= maxExecutions || performance.now() >= deadline)) return {};
  }
}

/** Writes the input on the noteboard. */
function note(input: Uint8Array): Uint8Array {
  noted.set(input);
  header[1] = input.length;
  Atomics.add(header, 0, 1);
  return input;
}
