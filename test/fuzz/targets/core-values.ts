/** Fuzz targets of version schemes, version ranges and maintenance windows. */

import {
  compareVersions,
  evaluateWindow,
  isOtaError,
  type MaintenanceWindow,
  openIntervals,
  parseMaintenanceWindows,
  parseVersionRange,
  parseVersionScheme,
  satisfiesVersionRange,
  utf8ToBytes,
  type VersionScheme,
  versionKey,
  versionSeries,
} from "otakit/core";
import type { FuzzTarget } from "../target.ts";

const maxSpanMs = 366 * 86_400_000;

function check(law: boolean, what: string): void {
  if (!law) throw new Error(`broken law: ${what}`);
}

/** The value, or `undefined` after a typed refusal whose place lies in the input; any other error is a finding. */
function accept<T>(parse: () => T, place: { readonly length: number } | "document"): T | undefined {
  try {
    return parse();
  } catch (error) {
    if (!isOtaError(error)) throw error;
    if (place === "document") check(/^(\/.*)?$/s.test(error.path!), `path ${error.path}`);
    else check(error.offset! >= 0 && error.offset! <= place.length, `offset ${error.offset}`);
    return undefined;
  }
}

/** Lines of the input as text; damaged UTF-8 becomes U+FFFD. */
function readLines(input: Uint8Array): readonly string[] {
  return new TextDecoder().decode(input).split("\n");
}

/** The value of a line that is JSON, else the line. */
function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function sameOrder(scheme: VersionScheme, left: string, right: string): void {
  const [leftKey, rightKey] = [versionKey(scheme, left), versionKey(scheme, right)];
  for (const key of [leftKey, rightKey]) {
    check(key === undefined || /^[!-~]{1,699}$/.test(key), `key ${key}`);
  }
  const order = compareVersions(scheme, left, right);
  const reverse = compareVersions(scheme, right, left);
  check(order === undefined ? reverse === undefined : order === 0 - reverse!, "antisymmetry");
  check(compareVersions(scheme, left, left) === (leftKey === undefined ? undefined : 0), "reflexivity");
  if (leftKey === undefined || rightKey === undefined) {
    check(order === undefined, "unreadable is unknown");
    return;
  }
  const sameSeries = versionSeries(scheme, left) === versionSeries(scheme, right);
  const byKey = leftKey < rightKey ? -1 : leftKey > rightKey ? 1 : 0;
  check(order === (sameSeries ? byKey : undefined), "byte order of keys");
}

const customScheme = JSON.stringify({
  custom: [
    { name: "family", type: "alpha" },
    { name: "major", type: "int", separator: "-" },
    { name: "revision", type: "alpha", separator: "" },
  ],
});

const versions: FuzzTarget = {
  name: "core/versions",
  seeds: [
    "semver\n1.10.0-rc.2+build\n1.10.0",
    "semver\n1.0.0-alpha.1\n1.0.0-alpha-x",
    "dotted\n1.2.0\n1.10",
    "calver\n2026.07.3-rc1\n26.7",
    "alnum\nH024\nh02a",
    "ilevel\nS18A-21-07-550\nS18A-21-11-500",
    `${customScheme}\nECU-12b\nECU-9a`,
  ].map(utf8ToBytes),
  dictionary: ["semver", "dotted", "calver", "alnum", "ilevel", ".", "-", "+", "~", "!", "0", "00", "\n", "-rc"].map(
    utf8ToBytes,
  ),
  run(input) {
    const [first = "", left = "", right = ""] = readLines(input);
    const scheme = accept(() => parseVersionScheme(readJson(first)), "document");
    if (scheme === undefined) return;
    sameOrder(parseVersionScheme(JSON.parse(JSON.stringify(scheme))), left, right);
  },
};

const ranges: FuzzTarget = {
  name: "core/parseVersionRange",
  seeds: [
    "semver\n>=1.10.0 <3.0.0\n2.4.1",
    "dotted\n>1.2 <=2 \n1.9",
    "calver\n=2026.7\n26.07",
    "ilevel\n>=S18A-21-07-500 <S18A-22-01-000\nS15A-21-07-500",
    `${customScheme}\n>=ECU-9a\nECU-12b`,
  ].map(utf8ToBytes),
  dictionary: [">=", "<=", "<", ">", "=", " ", "^", "~", "||", ".", "-"].map(utf8ToBytes),
  run(input) {
    const [first = "", text = "", version = ""] = readLines(input);
    const scheme = accept(() => parseVersionScheme(readJson(first)), "document");
    if (scheme === undefined) return;
    const range = accept(() => parseVersionRange(scheme, text), text);
    if (range === undefined) return;
    check(range.comparators.length > 0, "a range compares");
    const answer = satisfiesVersionRange(range, version);
    const each = range.comparators.map((comparator) =>
      satisfiesVersionRange({ ...range, comparators: [comparator] }, version),
    );
    check(answer === (each.includes(undefined) ? undefined : each.every(Boolean)), "every comparison must hold");
  },
};

/** Whether the windows are open without a gap from an instant on. */
function isOpenFor(windows: readonly MaintenanceWindow[], fromMs: number, lengthMs: number): boolean {
  const [first] = openIntervals(windows, fromMs, fromMs + lengthMs);
  return first !== undefined && first.startMs === fromMs && first.endMs === fromMs + lengthMs;
}

const windows: FuzzTarget = {
  name: "core/maintenanceWindows",
  seeds: [
    { windows: [{ kind: "always" }], nowMs: 0, neededMs: 3_600_000 },
    { windows: [{ kind: "once", startMs: 0, endMs: 7_200_000 }], nowMs: 0, neededMs: 3_600_000 },
    {
      windows: [
        { kind: "weekly", days: [1, 7], startMinute: 1_320, durationMinutes: 120, utcOffsetMinutes: 60 },
        { kind: "once", startMs: 345_600_000, endMs: 349_200_000 },
      ],
      nowMs: 1_795_392_000_000,
      neededMs: 5_400_000,
    },
  ].map((value) => utf8ToBytes(JSON.stringify(value))),
  dictionary: ['"always"', '"once"', '"weekly"', "8640000000000000", "-1439", "10080", "null", "0.5"].map(utf8ToBytes),
  run(input) {
    const [text = ""] = readLines(input);
    const { windows: found, nowMs, neededMs } = Object(readJson(text)) as Record<string, unknown>;
    const list = accept(() => parseMaintenanceWindows(found), "document");
    if (list === undefined) return;
    const now = Number.isSafeInteger(nowMs) && Math.abs(nowMs as number) <= 8e15 ? (nowMs as number) : undefined;
    const needed = Number.isSafeInteger(neededMs) ? Math.abs(neededMs as number) : undefined;
    const { decision, reasons, evidence } = evaluateWindow(list, now, needed);
    check(reasons.length > 0, "a decision has a reason");
    if (now === undefined || needed === undefined || list.length === 0) {
      check(decision === (list.length === 0 ? "never" : "unknown"), "unknown is not open");
      return;
    }
    const startMs = decision === "open" ? now : evidence.opensAtMs;
    if (startMs !== undefined) check(isOpenFor(list, startMs, Math.min(Math.max(needed, 1), maxSpanMs)), "it fits");
    if (decision === "wait") check(startMs! > now && evidence.closesAtMs! - startMs! >= needed, "waits for a fit");
    if (decision === "open") return;
    const untilMs = Math.min(startMs ?? Number.POSITIVE_INFINITY, now + maxSpanMs);
    const missed = openIntervals(list, now, untilMs).find((open) => open.endMs - open.startMs >= Math.max(needed, 1));
    check(missed === undefined, "nothing fits earlier");
  },
};

export const targets: readonly FuzzTarget[] = [versions, ranges, windows];
