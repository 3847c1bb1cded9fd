/** What a check of the runtime suite is, how checks are run, and the assertions they need. Uses the language alone. */

import type { ProgramReport } from "./report.ts";

/** One check through one public entry point. */
export interface RuntimeCheck {
  /** Entry point, for example `otakit/uds`. */
  readonly subpath: string;
  readonly what: string;
  run(): void | Promise<void>;
}

/** Runs all checks; one that throws is a failure and stops no other. */
export async function runChecks(checks: readonly RuntimeCheck[]): Promise<ProgramReport> {
  const failures: string[] = [];
  for (const { subpath, what, run } of checks) {
    try {
      await run();
    } catch (error) {
      failures.push(
        `${subpath}: ${what}: ${error instanceof Error ? `${error.name}: ${error.message}` : String(error)}`,
      );
    }
  }
  return {
    program: "suite",
    kind: "suite",
    passed: checks.length - failures.length,
    failed: failures.length,
    failures,
  };
}

/** Compares by JSON text: enough for plain data and numbers. */
export function assertEqual(found: unknown, expected: unknown): void {
  const [left, right] = [JSON.stringify(found), JSON.stringify(expected)];
  if (left !== right) throw new Error(`expected ${right}, found ${left}`);
}

/** Compares numbers with the tolerance that the reference values are given for. */
export function assertClose(found: number, expected: number): void {
  if (!(Math.abs(found - expected) <= 1e-9)) throw new Error(`expected ${expected}, found ${found}`);
}

/** Expects an otakit error with this code, or one that fits. */
export function assertRefused(action: () => unknown, code: string | RegExp): void {
  let thrown: unknown;
  try {
    action();
  } catch (error) {
    thrown = error;
  }
  const found = String((thrown as { code?: unknown } | undefined)?.code ?? thrown ?? "nothing thrown");
  const fits = typeof code === "string" ? found === code : code.test(found);
  if (!fits) throw new Error(`expected ${code}, found ${found}`);
}
