/** Collects what the demo shows: lines for people as they happen, facts for `--json`, and whether every outcome was right. */

/** One thing the demo claims, and whether it came out so. */
export interface Outcome {
  readonly what: string;
  readonly expected: string;
  readonly found: string;
  readonly right: boolean;
}

/** The demo's running record. */
export interface Report {
  readonly facts: Record<string, unknown>;
  readonly outcomes: readonly Outcome[];
  /** Starts a section, which gets the next number. */
  section(title: string): void;
  /** Prints one line. */
  line(text: string): void;
  /** Records an outcome; prints it, and what was expected when it came out otherwise. */
  expect(what: string, expected: string, found: string): void;
}

export function createReport(): Report {
  const outcomes: Outcome[] = [];
  let sections = 0;
  return {
    facts: {},
    outcomes,
    section(title) {
      console.log(`\n${++sections}. ${title}`);
    },
    line(text) {
      console.log(`  ${text}`);
    },
    expect(what, expected, found) {
      const right = expected === found;
      outcomes.push({ what, expected, found, right });
      console.log(`  ${right ? "ok   " : "WRONG"}  ${what}: ${found}${right ? "" : ` (expected ${expected})`}`);
    },
  };
}

/** The stable code of what an action throws, or `accepted`. */
export function codeOf(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    return (error as { code?: string }).code ?? String(error);
  }
  return "accepted";
}

/** Whole bytes with thousands separators. */
export function bytes(count: number): string {
  return `${count.toLocaleString("en-US")} bytes`;
}
