/**
 * What follows from a test alone, kept beside it: a rollout asks one test for every look, and a simulation a million times.
 *
 * A test is an object of the caller's, who may change it: what is kept is used only as long as the numbers are those that it was made of.
 */

import { lnUpperMass } from "./beta-mass.ts";
import { type GoTest, requireGoTest, requireStopTest, type StopTest } from "./rate-tests.ts";
import { guardBand } from "./search.ts";

/** A test, and what follows from it. */
export interface PreparedTest {
  /** The limit and its complement: `p0` of a stop test, `p1` of a go test. */
  readonly p: number;
  readonly q: number;
  readonly level: number;
  readonly a: number;
  readonly b: number;
  /** ln of the prior's mass on the far side of the limit, relative to its kernel. */
  readonly priorMass: number;
  /** log E from which the rule acts. */
  readonly threshold: number;
  /** Where the last search ended: the next one starts nearby. */
  lastN: number;
  lastBoundary: number;
}

const stopTests = /* @__PURE__ */ new WeakMap<StopTest, PreparedTest>();
const goTests = /* @__PURE__ */ new WeakMap<GoTest, PreparedTest>();

/** @throws RangeError when the test is out of range */
export function prepareStop(test: StopTest): PreparedTest {
  const known = stopTests.get(test);
  if (known !== undefined && isOf(known, test.p0, test.alpha, test)) return known;
  requireStopTest(test);
  const { a, b } = test.prior;
  const q = 1 - test.p0;
  const prepared = prepare(test.p0, q, test.alpha, test, lnUpperMass(test.p0, q, a, b));
  stopTests.set(test, prepared);
  return prepared;
}

/** @throws RangeError when the test is out of range */
export function prepareGo(test: GoTest): PreparedTest {
  const known = goTests.get(test);
  if (known !== undefined && isOf(known, test.p1, test.beta, test)) return known;
  requireGoTest(test);
  const { a, b } = test.prior;
  const q = 1 - test.p1;
  // Evidence for few failures is evidence for many successes: the same mass, mirrored.
  const prepared = prepare(test.p1, q, test.beta, test, lnUpperMass(q, test.p1, b, a));
  goTests.set(test, prepared);
  return prepared;
}

function isOf(known: PreparedTest, p: number, level: number, { prior }: StopTest | GoTest): boolean {
  return known.p === p && known.level === level && known.a === prior.a && known.b === prior.b;
}

function prepare(p: number, q: number, level: number, { prior }: StopTest | GoTest, priorMass: number): PreparedTest {
  const threshold = guardBand - Math.log(level);
  return { p, q, level, a: prior.a, b: prior.b, priorMass, threshold, lastN: 0, lastBoundary: 0 };
}

/** log E of a stop test at counts that are in range. */
export function stopEvidence({ p, q, a, b, priorMass }: PreparedTest, n: number, f: number): number {
  return lnUpperMass(p, q, a + f, b + n - f) - priorMass;
}

/** log E of a go test at counts that are in range. */
export function goEvidence({ p, q, a, b, priorMass }: PreparedTest, n: number, f: number): number {
  return lnUpperMass(q, p, b + n - f, a + f) - priorMass;
}
