/** Buckets of vehicles: one SHA-256 over 34 bytes for each, in one block of otakit's own, by the runtime and by noble. */

import { sha256 } from "@noble/hashes/sha2.js";
import { bucketOf, campaignSalt } from "otakit/cohort";
import { defaultHashProvider } from "otakit/core";
import type { BenchRow, BenchRowFactory } from "../row.ts";

const bucketRow: BenchRowFactory = () => {
  const salt = campaignSalt("bench");
  const ids = Array.from({ length: 1_000 }, (_, index) => `WVWZZZ1KZAW${String(index).padStart(6, "0")}`);
  const sum = (of: (id: string) => number): number => ids.reduce((total, id) => total + of(id), 0);
  const expected = sum((id) => bucketOf(salt, id));
  const encoder = new TextEncoder();
  const byNoble = (id: string): number => {
    const digest = sha256(encoder.encode(`${salt}:${id}`));
    return ((digest[0]! << 24) | (digest[1]! << 16) | (digest[2]! << 8) | digest[3]!) >>> 0;
  };
  const row: BenchRow = {
    name: "cohort/bucket",
    work: { operations: ids.length },
    contenders: [
      { name: "otakit", run: () => sum((id) => bucketOf(salt, id)) },
      { name: "otakit (node)", run: () => sum((id) => bucketOf(salt, id, defaultHashProvider)) },
      { name: "@noble/hashes", run: () => sum(byNoble) },
    ],
    check(result, contender) {
      if (result !== expected) throw new Error(`${contender} gave ${result}, expected ${expected}`);
    },
    missing: ["PostgreSQL, DuckDB: compared for equality by the interop command, not for time"],
  };
  return row;
};

export const rows: Record<string, BenchRowFactory> = { "cohort/bucket": bucketRow };
