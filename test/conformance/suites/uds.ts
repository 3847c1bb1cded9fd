/**
 * UDS messages as python-udsoncan, mdabrowski1990/uds and scapy read and write them.
 *
 * Every row is scored. A message that is accepted must also be written again from its members. Where a source is wrong, the
 * row passes by the right answer; those rows are listed with the reason.
 */

import { bytesToUtf8 } from "otakit/core";
import type { ConformanceSuite, LoadVectors, SuiteOutcome } from "../suite.ts";
import { checkEnvelope } from "../uds/envelope.ts";
import { checkMdab, mdabDistrust } from "../uds/mdab.ts";
import { checkReadDtc, readDtcDistrust } from "../uds/read-dtc.ts";
import type { Row, Verdict } from "../uds/row.ts";
import { checkScapy, scapyDistrust } from "../uds/scapy.ts";
import { checkUdsoncanDecode, checkUdsoncanEncode, udsoncanDistrust } from "../uds/udsoncan.ts";

const distrusted: Readonly<Record<number, string>> = {
  ...udsoncanDistrust,
  ...mdabDistrust,
  ...scapyDistrust,
  ...readDtcDistrust,
};

function check(row: Row, number: number): Verdict {
  try {
    return checkBySource(row, number);
  } catch (error) {
    return `crashed: ${String(error)}`;
  }
}

function checkBySource(row: Row, number: number): Verdict {
  if (row.op === "envelope") return checkEnvelope(row);
  if (/^[15]9/.test(row.hex)) return checkReadDtc(row, number);
  if (row.source.startsWith("mdabrowski")) return checkMdab(row, number);
  if (row.source.startsWith("secdev")) return checkScapy(row, number);
  return row.op === "encode" ? checkUdsoncanEncode(row) : checkUdsoncanDecode(row, number);
}

function runUds(load: LoadVectors): SuiteOutcome {
  const lines = bytesToUtf8(load("uds/uds.jsonl")).split("\n").filter(Boolean);
  const failures: string[] = [];
  for (const [index, line] of lines.entries()) {
    const row = JSON.parse(line) as Row;
    const verdict = check(row, index + 1);
    if (verdict !== undefined) failures.push(`row ${index + 1}, ${row.op} ${row.hex}: ${verdict}`);
  }
  const reasons = Object.entries(distrusted).map(([number, reason]) => `row ${number}: ${reason}`);
  return {
    total: lines.length,
    passed: lines.length - failures.length,
    failed: failures.length,
    skipped: 0,
    why: `rows not to trust pass by the right answer: ${reasons.join("; ")}`,
    failures: failures.slice(0, 100),
  };
}

export const suites: readonly ConformanceSuite[] = [{ suite: "uds/uds", file: "uds/uds.jsonl", run: runUds }];
