/** Fuzz targets of vehicle ids and ring plans. */

import { bucketCount, bucketOf, parseRingPlan, planRings, ringOf } from "otakit/cohort";
import { isOtaError, pureHashProvider, utf8ToBytes } from "otakit/core";
import type { FuzzTarget } from "../target.ts";

const salt = "192289bceb0360f2";
const plan = planRings(salt, [
  { name: "pilot", ppm: 1_000 },
  { name: "all", ppm: 1_000_000 },
]);

export const targets: readonly FuzzTarget[] = [
  {
    name: "cohort/bucketOf",
    seeds: ["WVWZZZ1KZAW000001", "veh-日本-1", "a:b"].map(utf8ToBytes),
    run(input) {
      // Code units, so that lone surrogates occur.
      const id = String.fromCharCode(
        ...Array.from({ length: input.length >>> 1 }, (_, i) => (input[2 * i]! << 8) | input[2 * i + 1]!),
      );
      try {
        const bucket = bucketOf(salt, id);
        if (!(Number.isSafeInteger(bucket) && bucket >= 0 && bucket < bucketCount)) throw new Error("no bucket");
        if (bucketOf(salt, id, pureHashProvider) !== bucket) throw new Error("providers disagree");
      } catch (error) {
        if (!isOtaError(error)) throw error;
        if (id !== "" && id.isWellFormed()) throw new Error(`refused a well-formed id: ${error.code}`);
      }
    },
  },
  {
    name: "cohort/parseRingPlan",
    seeds: [utf8ToBytes(JSON.stringify(plan))],
    dictionary: ['"ppm":', '"__proto__":', "1000001", "null"].map(utf8ToBytes),
    run(input) {
      let value: unknown;
      try {
        value = JSON.parse(new TextDecoder().decode(input));
      } catch {
        return;
      }
      try {
        const parsed = parseRingPlan(value);
        const shares = parsed.rings.map(({ ppm }) => ppm);
        if (shares.some((ppm, index) => index > 0 && ppm < shares[index - 1]!)) throw new Error("rings are not nested");
        ringOf(parsed, bucketCount - 1);
      } catch (error) {
        if (!isOtaError(error)) throw error;
      }
    },
  },
];
