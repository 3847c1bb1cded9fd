/**
 * What a context has seen: one byte that stands for a pair of counts (zeros, ones) and, while both are small, the last bit.
 *
 * The larger count is bounded by the smaller one, and a bit cuts a large opposite count down: what happened long ago counts
 * less (the way of PAQ's nonstationary states).
 */

/** Number of states; 0 has seen nothing, and the larger the number, the more bits were seen. */
const maxStates = 256;

const next = memory.data(maxStates * 2);
const initial = memory.data(maxStates * 2);

/** Most of the larger count beside a smaller one of 0 to 5. */
const mostBeside = memory.data<u8>([44, 30, 14, 8, 6, 5]);

/** Numbers of the states by (zeros, ones, last bit), while the tables are made. */
const numbers = memory.data(46 * 46 * 2);

// @ts-expect-error: decorator
@inline
function isState(zeros: i32, ones: i32): bool {
  const less = min(zeros, ones);
  return less <= 5 && max(zeros, ones) <= <i32>load<u8>(mostBeside + less);
}

// @ts-expect-error: decorator
@inline
function keepsLast(zeros: i32, ones: i32): bool {
  return zeros > 0 && ones > 0 && zeros + ones <= 7;
}

// @ts-expect-error: decorator
@inline
function cell(zeros: i32, ones: i32, last: i32): usize {
  return numbers + ((zeros * 46 + ones) << 1) + last;
}

/** The opposite count after a bit. */
function cut(count: i32): i32 {
  if (count <= 2) return count;
  if (count === 3) return 2;
  if (count <= 5) return 3;
  if (count <= 7) return 4;
  return count <= 15 ? 5 : 6;
}

/** Fills the tables. */
export function initHistory(): void {
  let states = 0;
  for (let total = 0; total <= 45; total++) {
    for (let zeros = 0; zeros <= total; zeros++) {
      const ones = total - zeros;
      if (!isState(zeros, ones)) continue;
      for (let last = 0; last < 2; last++) {
        if (last === 0 || keepsLast(zeros, ones)) {
          const p = ((2 * ones + 1) << 15) / (zeros + ones + 1);
          store<u16>(initial + (states << 1), min(p, 65535));
          states += 1;
        }
        store<u8>(cell(zeros, ones, last), states - 1);
      }
    }
  }
  for (let zeros = 0; zeros <= 45; zeros++) {
    for (let ones = 0; ones <= 45; ones++) {
      if (!isState(zeros, ones)) continue;
      for (let last = 0; last < 2; last++) {
        const from = next + (<usize>load<u8>(cell(zeros, ones, last)) << 1);
        store<u8>(from, after(zeros, ones, 0), 0);
        store<u8>(from, after(zeros, ones, 1), 1);
      }
    }
  }
}

function after(zeros: i32, ones: i32, bit: i32): u8 {
  if (bit) {
    zeros = cut(zeros);
    ones += 1;
  } else {
    ones = cut(ones);
    zeros += 1;
  }
  while (!isState(zeros, ones)) {
    if (bit) ones -= 1;
    else zeros -= 1;
  }
  return load<u8>(cell(zeros, ones, bit));
}

/** The state behind `state` when `bit` follows. */
// @ts-expect-error: decorator
@inline
export function nextState(state: u32, bit: u32): u8 {
  return load<u8>(next + (state << 1) + bit);
}

/** Fills a map of 256 probabilities of 16 bits with what the counts of each state say. */
export function initStateMap(at: usize): void {
  memory.copy(at, initial, maxStates * 2);
}
