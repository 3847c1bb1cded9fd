/** Runs a target on one input and measures what it cost: CPU time of this thread, and growth of its heap and array buffers. */

import { getHeapStatistics, setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { describeError } from "../../scripts/evidence.ts";
import type { FuzzTarget } from "./target.ts";

/** Which law an input broke. */
export interface Finding {
  readonly law: "contract" | "time" | "memory";
  readonly message: string;
}

/** Cost of one run, and the law it broke, if any. */
export interface Measure {
  readonly cpuMillis: number;
  readonly growthBytes: number;
  readonly finding: Finding | undefined;
  /** What the target said that came of it. */
  readonly outcome: string | undefined;
}

/** Bounds of a target that names none. */
const defaults = { maxMillis: 1_000, maxBytes: 64 * 2 ** 20, maxLength: 4_096 } as const;

/** A target's bounds. */
export function boundsOf({ maxMillis, maxBytes, maxLength }: FuzzTarget): {
  maxMillis: number;
  maxBytes: number;
  maxLength: number;
} {
  return {
    maxMillis: maxMillis ?? defaults.maxMillis,
    maxBytes: maxBytes ?? defaults.maxBytes,
    maxLength: maxLength ?? defaults.maxLength,
  };
}

/** Runs once. A cost over a bound is a suspicion only: garbage of earlier runs may be collected, and counted, here. */
export function measure(target: FuzzTarget, input: Uint8Array): Measure {
  const { maxMillis, maxBytes } = boundsOf(target);
  // The target gets its own copy, so that the input reported is the input given.
  const copy = input.slice();
  let contract: Finding | undefined;
  let outcome: unknown;
  const memoryBefore = usedBytes();
  const cpuBefore = process.threadCpuUsage();
  try {
    outcome = target.run(copy);
  } catch (error) {
    contract = { law: "contract", message: describeError(error) };
  }
  const { user, system } = process.threadCpuUsage(cpuBefore);
  const growthBytes = usedBytes() - memoryBefore;
  const cpuMillis = (user + system) / 1_000;
  return {
    cpuMillis,
    growthBytes,
    finding: contract ?? overBound(),
    outcome: typeof outcome === "string" ? outcome : undefined,
  };

  function overBound(): Finding | undefined {
    if (cpuMillis > maxMillis)
      return { law: "time", message: `took ${cpuMillis} ms of CPU time, bound ${maxMillis} ms` };
    if (growthBytes <= maxBytes) return undefined;
    return { law: "memory", message: `memory grew by ${growthBytes} bytes, bound ${maxBytes} bytes` };
  }
}

/** Runs an input alone three times, each after a garbage collection: what holds every time is a finding. */
export function confirm(target: FuzzTarget, input: Uint8Array): Finding | undefined {
  let finding: Finding | undefined;
  for (let attempt = 0; attempt < 3; attempt++) {
    collectGarbage();
    finding = measure(target, input).finding;
    if (finding === undefined) return undefined;
  }
  return finding;
}

function usedBytes(): number {
  const { used_heap_size: heap, external_memory: external } = getHeapStatistics();
  return heap + external;
}

let exposed: (() => void) | undefined;

function collectGarbage(): void {
  if (exposed === undefined) {
    setFlagsFromString("--expose-gc");
    exposed = runInNewContext("gc") as () => void;
  }
  // Array buffers are swept on another thread; the second collection waits for the first one's sweep.
  exposed();
  exposed();
}
