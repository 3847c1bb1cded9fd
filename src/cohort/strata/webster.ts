/**
 * Seats for strata by the divisor method of Webster: how many vehicles of each region, model or risk class belong to the first n.
 *
 * Each further seat goes to the stratum with the largest `weight / (2 * seats + 1)`, so that n + 1 vehicles are always n vehicles
 * and one more: rings of any sizes are nested. Quotas rounded by largest remainders are not so (the Alabama paradox).
 * Source: Balinski and Young, Fair Representation (divisor methods).
 */

import { compareCodePoints } from "../../core/index.ts";

/** A part of the fleet that every ring shall represent. */
export interface Stratum {
  /** Name, unique among the strata; ties go by its code points. */
  readonly key: string;
  /** Vehicles in it: no stratum gets more seats. An integer from 0 to 2^32. */
  readonly size: number;
  /** Share that it shall have, relative to the others'; its size when absent. An integer from 0 to 2^32. */
  readonly weight?: number;
  /** Seats that it gets before any is given by weight, as far as its size goes; 0 when absent. */
  readonly floor?: number;
}

const largest = 2 ** 32;

/**
 * Gives the seats of each stratum among the first `house` vehicles.
 *
 * Floors are served first, one seat to each stratum in turn; then seats go by weight. More seats than vehicles are not given:
 * the sum is the smaller of `house` and the vehicles there are, where strata of weight 0 have none beyond their floors.
 *
 * @param house - vehicles of the ring and of all rings within it, an integer from 0
 * @returns seats in the order of `strata`
 * @throws RangeError for a number out of range or a key given twice
 * @example
 * ```ts
 * websterSeats([{ key: "EU", size: 700 }, { key: "US", size: 250 }, { key: "JP", size: 50, floor: 2 }], 20); // [13, 5, 2]
 * ```
 */
export function websterSeats(strata: readonly Stratum[], house: number): readonly number[] {
  requireInteger("house", house, Number.MAX_SAFE_INTEGER);
  const parties = partiesOf(strata);
  const floors = floorSeats(parties, house);
  const left = house - sum(floors);
  const seats = left > 0 ? weightedSeats(parties, floors, house) : floors;
  // Back from the order of keys to the caller's.
  const result = new Array<number>(strata.length).fill(0);
  parties.forEach(({ place }, index) => {
    result[place] = seats[index]!;
  });
  return result;
}

/** A stratum with its defaults, in the order that decides ties. */
interface Party {
  readonly key: string;
  readonly size: number;
  readonly weight: number;
  readonly floor: number;
  /** Index in the caller's list. */
  readonly place: number;
}

function partiesOf(strata: readonly Stratum[]): readonly Party[] {
  const parties = Array.from(strata, ({ key, size, weight = size, floor = 0 }, place): Party => {
    requireInteger("size", size, largest);
    requireInteger("weight", weight, largest);
    requireInteger("floor", floor, largest);
    return { key, size, weight, floor: Math.min(floor, size), place };
  }).sort((left, right) => compareCodePoints(left.key, right.key));
  const twice = parties.find(({ key }, index) => index > 0 && key === parties[index - 1]!.key);
  if (twice !== undefined) throw new RangeError('"strata" expected keys that differ');
  return parties;
}

/** Serves floors in turns: every stratum its first seat, then every one its second. */
function floorSeats(parties: readonly Party[], house: number): number[] {
  if (sum(parties.map(({ floor }) => floor)) <= house) return parties.map(({ floor }) => floor);
  // The whole turns that fit, by bisection; the turn that does not fit goes by key.
  const upTo = (turns: number): number => sum(parties.map(({ floor }) => Math.min(floor, turns)));
  let turns = 0;
  for (let step = 2 ** 32; step >= 1; step /= 2) if (upTo(turns + step) <= house) turns += step;
  const seats = parties.map(({ floor }) => Math.min(floor, turns));
  let rest = house - sum(seats);
  for (const [index, { floor }] of parties.entries()) {
    if (rest > 0 && floor > turns) {
      seats[index]!++;
      rest--;
    }
  }
  return seats;
}

/**
 * Seats by weight: near the answer by bisection of the divisor in floating point, then exactly, seat by seat, in the order of the
 * sequence. A seat that is in too early is taken back, so that nothing depends on how near the first guess was.
 */
function weightedSeats(parties: readonly Party[], floors: readonly number[], house: number): number[] {
  const most = parties.map(({ size, weight }, index) => (weight === 0 ? floors[index]! : size));
  if (sum(most) <= house) return most;
  const at = (scale: number): number[] =>
    parties.map(({ weight }, index) => {
      const share = Math.floor(weight * scale + 0.5);
      return Math.min(most[index]!, Math.max(floors[index]!, share));
    });
  let low = 0;
  let high = largest + 1;
  for (let step = 0; step < 100 && high - low > low * 1e-15; step++) {
    const middle = (low + high) / 2;
    if (sum(at(middle)) <= house) low = middle;
    else high = middle;
  }
  const seats = at(low);
  const next = (index: number): boolean => seats[index]! < most[index]!;
  const last = (index: number): boolean => seats[index]! > floors[index]!;
  giveSeats(parties, seats, most, house - sum(seats));
  for (;;) {
    const entering = bestOf(parties, seats, next, 0, -1);
    const leaving = bestOf(parties, seats, last, -1, 1);
    if (entering === undefined || leaving === undefined) return seats;
    if (entering === leaving || compareSeats(parties, entering, seats[entering]!, leaving, seats[leaving]! - 1) > 0) {
      return seats;
    }
    seats[entering]!++;
    seats[leaving]!--;
  }
}

/** Gives the next seats of the sequence. Equal strata leave as many of them as there are strata, so each is not looked for anew. */
function giveSeats(parties: readonly Party[], seats: number[], most: readonly number[], missing: number): void {
  const compare = (left: number, right: number): number =>
    compareSeats(parties, left, seats[left]!, right, seats[right]!);
  // The last one is the first to get a seat.
  const waiting = parties.flatMap((_, index) => (seats[index]! < most[index]! ? [index] : []));
  waiting.sort((left, right) => compare(right, left));
  for (let given = 0; given < missing; given++) {
    const first = waiting.pop()!;
    seats[first]!++;
    if (seats[first]! >= most[first]!) continue;
    let [low, high] = [0, waiting.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (compare(waiting[middle]!, first) > 0) low = middle + 1;
      else high = middle;
    }
    waiting.splice(low, 0, first);
  }
}

/**
 * The stratum whose next seat (`offset` 0) comes first, or whose last seat (`offset` -1) came last.
 *
 * @param sign - -1 for the first, 1 for the last
 */
function bestOf(
  parties: readonly Party[],
  seats: readonly number[],
  may: (index: number) => boolean,
  offset: number,
  sign: number,
): number | undefined {
  let best: number | undefined;
  for (let index = 0; index < parties.length; index++) {
    if (!may(index)) continue;
    if (best === undefined) best = index;
    else if (sign * compareSeats(parties, index, seats[index]! + offset, best, seats[best]! + offset) > 0) best = index;
  }
  return best;
}

/** Compares places in the sequence: negative when the seat of `left` comes before that of `right`. */
function compareSeats(
  parties: readonly Party[],
  left: number,
  leftSeat: number,
  right: number,
  rightSeat: number,
): number {
  const order = compareFractions(parties[right]!.weight, 2 * rightSeat + 1, parties[left]!.weight, 2 * leftSeat + 1);
  return order === 0 ? left - right : order;
}

/** Sign of a/b - c/d for integers a, c >= 0 and b, d > 0 below 2^53: exact, because it never multiplies beyond 2^53. */
export function compareFractions(a: number, b: number, c: number, d: number): number {
  const ad = a * d;
  const cb = c * b;
  if (ad <= Number.MAX_SAFE_INTEGER && cb <= Number.MAX_SAFE_INTEGER) return Math.sign(ad - cb);
  // As continued fractions: equal whole parts leave the remainders to be compared, upside down.
  const [ra, rc] = [a % b, c % d];
  const whole = (a - ra) / b - (c - rc) / d;
  if (whole !== 0) return Math.sign(whole);
  if (ra === 0 || rc === 0) return Math.sign(ra) - Math.sign(rc);
  return compareFractions(d, rc, b, ra);
}

function sum(values: readonly number[]): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}

function requireInteger(name: string, value: number, most: number): void {
  if (Number.isSafeInteger(value) && value >= 0 && value <= most) return;
  throw new RangeError(`"${name}" expected integer in 0 .. ${most}, got ${value}`);
}
