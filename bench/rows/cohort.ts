/** Buckets of vehicles: one SHA-256 over 34 bytes for each, by the runtime and by noble. */

import { bucketOf, campaignSalt } from "otakit/cohort";
import { pureHashProvider } from "otakit/core";
import type { BenchRow, BenchRowFactory } from "../row.ts";

const bucketRow: BenchRowFactory = () => {
  const salt = campaignSalt("bench");
  const ids = Array.from({ length: 1_000 }, (_, index) => `WVWZZZ1KZAW${String(index).padStart(6, "0")}`);
  const sum = (of: (id: string) => number): number => ids.reduce((total, id) => total + of(id), 0);
  const expected = sum((id) => bucketOf(salt, id));
  const row: BenchRow = {
    name: "cohort/bucket",
    work: { operations: ids.length },
    contenders: [
      { name: "otakit (node)", run: () => sum((id) => bucketOf(salt, id)) },
      { name: "otakit (noble)", run: () => sum((id) => bucketOf(salt, id, pureHashProvider)) },
    ],
    check(result, contender) {
      if (result !== expected) throw new Error(`${contender} gave ${result}, expected ${expected}`);
    },
    missing: ["PostgreSQL, DuckDB: compared for equality by the interop command, not for time"],
  };
  return row;
};

export const rows: Record<string, BenchRowFactory> = { "cohort/bucket": bucketRow };
