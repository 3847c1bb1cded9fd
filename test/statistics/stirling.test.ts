import { expect, it } from "vitest";
import { stirlingRemainder } from "../../src/statistics/stirling.ts";

/** From mpmath at 40 digits, rounded: loggamma(x) - ((x - 1/2) ln x - x + ln(2 pi) / 2). */
const reference: readonly (readonly [number, number])[] = [
  [0.5, 0.15342640972002736],
  [1, 0.08106146679532726],
  [2, 0.0413406959554093],
  [3.5, 0.023746163656297496],
  [9.5, 0.008768700134139386],
  [10, 0.00833056343336287],
  [10.5, 0.00793411456431402],
  [12, 0.00694284010720953],
  [100, 0.0008333305556349147],
  [1e9, 8.333333333333333e-11],
];

it.each(reference)(
  "the remainder of Stirling's formula at %d is right to 3e-15, from ten on to 4e-17",
  (x, remainder) => {
    expect(Math.abs(stirlingRemainder(x) - remainder)).toBeLessThan(x < 10 ? 3e-15 : 4e-17);
  },
);
