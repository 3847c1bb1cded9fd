/**
 * UDS responses as python-udsoncan and scapy read them, against `decodeResponse`.
 *
 * Scored are the rows of 0x59 02 and 0A, of negative responses, and of bytes that open no response at all.
 */

import { bytesToUtf8, hexToBytes } from "otakit/core";
import { type DecodeOptions, decodeResponse, parseDtc, type UdsResponse } from "otakit/uds";
import type { ConformanceSuite, LoadVectors, SuiteOutcome } from "../suite.ts";

interface Row {
  readonly source: string;
  readonly description: string;
  readonly op: "decode" | "encode" | "envelope" | "build";
  readonly hex: string;
  readonly params?: Readonly<Record<string, unknown>>;
  readonly expected?: Readonly<Record<string, unknown>>;
  readonly error?: string;
}

/** Says what is wrong, or nothing. */
type Verdict = string | undefined;

const isListed = ({ hex }: Row): boolean => /^59(02|0a)/i.test(hex);
const isNegative = ({ hex }: Row): boolean => /^7f/i.test(hex);
const isNoResponse = ({ op, expected }: Row): boolean => op === "envelope" && expected?.["valid"] === false;

/** Why a row is left out, in words, or undefined for one that is scored. */
function skipReason(row: Row): string | undefined {
  if (isNoResponse(row)) return undefined;
  const first = Number.parseInt(row.hex.slice(0, 2), 16);
  const isResponse = (first >= 0x50 && first <= 0x7f) || (first >= 0xc3 && first <= 0xc7);
  if (!isResponse) return "requests";
  if (isListed(row) || isNegative(row)) return row.op === "decode" || row.op === "envelope" ? undefined : "encoding";
  return first === 0x59 ? "other sub-functions of 0x59" : "other services";
}

function check(row: Row): Verdict {
  const result = decodeResponse(hexToBytes(row.hex), optionsOf(row));
  if (row.op === "envelope") return checkEnvelope(row, result.ok ? result.value : result.partial);
  // Not the lone 0x7F that scapy labels invalid and still fills a layer from.
  const isLone7f = row.hex.toLowerCase() === "7f";
  if (row.error !== undefined || isLone7f) return result.ok ? "accepted" : undefined;
  if (!result.ok) return result.error.message;
  return row.source.startsWith("secdev/scapy") ? checkScapy(row, result.value) : checkUdsoncan(row, result.value);
}

function optionsOf({ params }: Row): DecodeOptions {
  return {
    leniency: {
      zeroPadding: params?.["tolerate_zero_padding"] === true ? "trim" : "reject",
      allZeroDtc: params?.["ignore_all_zero_dtc"] === true ? "drop" : "keep",
    },
  };
}

/** An envelope row asks what kind of answer a message is, not whether its content is whole. */
function checkEnvelope({ expected }: Row, value: UdsResponse | undefined): Verdict {
  const { valid, positive, service, code, code_name: codeName } = expected!;
  if (value === undefined) return "refused";
  if (!valid) return differs({ kind: "unknown", service: "unknown" }, { ...value });
  if (positive) return differs({ kind: "positive", service: plainName(service) }, { ...value, service: nameOf(value) });
  if (value.kind !== "negative") return `kind ${value.kind}`;
  // Where no name is assigned, udsoncan gives the number as text.
  const name = codeName === String(code) ? "isosaereserved" : plainName(codeName);
  const found = { service: nameOf(value), code: value.nrc, name: plainName(value.name) };
  return differs({ service: plainName(service), code, name }, found);
}

function nameOf(value: UdsResponse): string {
  return plainName(value.kind === "negative" ? value.requestService : value.service);
}

function plainName(name: unknown): string {
  return String(name).replaceAll("_", "").toLowerCase();
}

interface UdsoncanData {
  readonly subfunction_echo: number;
  readonly dtcs: readonly { readonly id: number; readonly status: number }[];
  readonly dtc_count: number;
  readonly status_availability: { readonly byte: number };
}

function checkUdsoncan({ expected }: Row, value: UdsResponse): Verdict {
  const data = expected as unknown as UdsoncanData;
  if (value.kind !== "positive") return `kind ${value.kind}`;
  const wanted = {
    subFunctionId: data.subfunction_echo,
    availabilityMask: data.status_availability.byte,
    count: data.dtc_count,
    dtcs: JSON.stringify(data.dtcs.map(({ id, status }) => [id, status])),
    text: JSON.stringify(data.dtcs.map(({ id }) => id)),
  };
  return differs(wanted, {
    ...value,
    count: value.dtcs.length,
    dtcs: JSON.stringify(value.dtcs.map(({ code, status }) => [code, status])),
    text: JSON.stringify(value.dtcs.map(({ display }) => parseDtc(display))),
  });
}

/** Scapy names fields as a path; records are `DTCAndStatusRecord[0]` and `[-1]`. */
function checkScapy({ expected }: Row, value: UdsResponse): Verdict {
  const found: Record<string, unknown> = { service: value.kind === "unknown" ? undefined : value.sid };
  if (value.kind === "negative") {
    found["requestServiceId"] = value.requestSid;
    found["negativeResponseCode"] = value.nrc;
  }
  if (value.kind === "positive") {
    found["reportType"] = value.subFunctionId;
    found["DTCStatusAvailabilityMask"] = value.availabilityMask;
    found["len(self.DTCAndStatusRecord)"] = value.dtcs.length;
    for (const index of [0, -1]) {
      const { code, status } = value.dtcs.at(index)!;
      const record = `DTCAndStatusRecord[${index}]`;
      found[`${record}.dtc.system`] = code >>> 22;
      found[`${record}.dtc.type`] = (code >>> 20) & 3;
      found[`${record}.dtc.numeric_value_code`] = (code >>> 8) & 0xfff;
      found[`${record}.dtc.additional_information_code`] = code & 0xff;
      found[`${record}.status`] = status;
    }
  }
  return differs(expected!, found);
}

/** The first wanted member that is not found so; a member nobody computes differs too. */
function differs(wanted: Readonly<Record<string, unknown>>, found: Readonly<Record<string, unknown>>): Verdict {
  for (const [key, value] of Object.entries(wanted)) {
    if (found[key] !== value) return `${key}: wanted ${String(value)}, found ${String(found[key])}`;
  }
  return undefined;
}

function runUds(load: LoadVectors): SuiteOutcome {
  const lines = bytesToUtf8(load("uds/uds.jsonl")).split("\n").filter(Boolean);
  const skipped = new Map<string, number>();
  const failures: string[] = [];
  let scored = 0;
  for (const [index, line] of lines.entries()) {
    const row = JSON.parse(line) as Row;
    const reason = skipReason(row);
    if (reason !== undefined) {
      skipped.set(reason, (skipped.get(reason) ?? 0) + 1);
      continue;
    }
    scored++;
    const verdict = check(row);
    if (verdict !== undefined) failures.push(`row ${index + 1}, ${row.op} ${row.hex}: ${verdict}`);
  }
  const words = [...skipped].map(([reason, count]) => `${count} ${reason}`).join(", ");
  return {
    total: lines.length,
    passed: scored - failures.length,
    failed: failures.length,
    skipped: lines.length - scored,
    why: `not yet implemented: ${words}; scapy's row of a lone 0x7F passes by being refused`,
    failures: failures.slice(0, 100),
  };
}

export const suites: readonly ConformanceSuite[] = [{ suite: "uds/uds", file: "uds/uds.jsonl", run: runUds }];
