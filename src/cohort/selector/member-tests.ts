/** Reading a member of a record fast, without generated code. */

import type { ValueTest } from "./leaves.ts";

type MemberTest = (
  field: string,
  test: ValueTest,
) => (vehicle: Readonly<Record<string, unknown>>) => ReturnType<ValueTest>;

/**
 * One function written many times. An engine remembers for each place in the code which member was read there and where it lies; one
 * place for every attribute would be a place for none, and cost twice the time of the whole selection (measured with V8).
 */
const memberTests: readonly MemberTest[] = [
  (field, test) => (vehicle) => test(vehicle[field]),
  (field, test) => (vehicle) => test(vehicle[field]),
  (field, test) => (vehicle) => test(vehicle[field]),
  (field, test) => (vehicle) => test(vehicle[field]),
  (field, test) => (vehicle) => test(vehicle[field]),
  (field, test) => (vehicle) => test(vehicle[field]),
  (field, test) => (vehicle) => test(vehicle[field]),
  (field, test) => (vehicle) => test(vehicle[field]),
  (field, test) => (vehicle) => test(vehicle[field]),
  (field, test) => (vehicle) => test(vehicle[field]),
  (field, test) => (vehicle) => test(vehicle[field]),
  (field, test) => (vehicle) => test(vehicle[field]),
  (field, test) => (vehicle) => test(vehicle[field]),
  (field, test) => (vehicle) => test(vehicle[field]),
  (field, test) => (vehicle) => test(vehicle[field]),
  (field, test) => (vehicle) => test(vehicle[field]),
  (field, test) => (vehicle) => test(vehicle[field]),
  (field, test) => (vehicle) => test(vehicle[field]),
  (field, test) => (vehicle) => test(vehicle[field]),
  (field, test) => (vehicle) => test(vehicle[field]),
  (field, test) => (vehicle) => test(vehicle[field]),
  (field, test) => (vehicle) => test(vehicle[field]),
  (field, test) => (vehicle) => test(vehicle[field]),
  (field, test) => (vehicle) => test(vehicle[field]),
];

/**
 * Makes the test of a member.
 *
 * @param slot - number of the attribute in its catalogue, so that selectors of one catalogue share their places
 */
export function memberTest(slot: number, field: string, test: ValueTest): ReturnType<MemberTest> {
  return memberTests[slot % memberTests.length]!(field, test);
}
