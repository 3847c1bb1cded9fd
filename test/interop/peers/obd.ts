/**
 * Parameters of OBD-II live: length and values of every one that otakit has, as python-OBD and scapy read them. Every disagreement belongs to a
 * class that says who is right and why; one that belongs to none is a failure.
 */

import { bytesToHex } from "otakit/core";
import { describeObdParameter, type ObdReading, readObdParameter } from "otakit/uds/obd";
import { type Random, seededRandom } from "../../../scripts/random.ts";
import { askPython, findPython } from "../environment.ts";
import type { InteropPeer, PeerOutcome } from "../peer.ts";

export const peers: readonly InteropPeer[] = [
  {
    name: "python obd",
    find: () => findPython("obd"),
    run: ({ full }) => compare("ask_obd.py", full ? 400 : 40, obdClasses),
  },
  {
    name: "python scapy (OBD)",
    find: () => findPython("scapy"),
    run: ({ full }) => compare("ask_scapy_obd.py", full ? 400 : 40, scapyClasses),
  },
];

type Answer = { readonly length: number; readonly values: readonly number[] } | null;

/** A class of disagreements, by the parameters that it is about. */
interface Class {
  readonly verdict: string;
  readonly pids: readonly number[];
  /** Values have to be as near as this, relative to the value: the class is about rounding alone. */
  readonly within?: number;
}

const eight = (first: number): readonly number[] => Array.from({ length: 8 }, (_, index) => first + index);
const rounding: Class = {
  verdict: "both: 2/65536 and 8/65536 of lambda and volts; python-OBD and scapy take 0.0000305 or divide by 65535",
  pids: [...eight(0x24), ...eight(0x34), 0x44],
  within: 0.001,
};

const obdClasses: readonly Class[] = [
  rounding,
  {
    verdict:
      "otakit right: 0x32 is one signed number of two bytes, as scapy and OBDb have it; python-OBD reads two of one",
    pids: [0x32],
  },
  { verdict: "both: 0x54 is signed in scapy, OBDb and otakit; python-OBD and AndrOBD count from -32767", pids: [0x54] },
];

const scapyClasses: readonly Class[] = [
  rounding,
  {
    verdict: "otakit right: the current of 0x34 to 0x3B counts from -128 mA, as in python-OBD; scapy leaves that out",
    pids: eight(0x34),
  },
  {
    verdict: "otakit right: scapy takes no byte of 0x02 and one of 0x10; python-OBD takes two of each",
    pids: [0x02, 0x10],
  },
  {
    verdict: "otakit right: the times of 0x7F have four bytes each, as OBDb has them, 13 in all; scapy takes eight",
    pids: [0x7f],
  },
];

/** Parameters that have numbers. */
const pids = Array.from({ length: 256 }, (_, pid) => pid).filter((pid) =>
  describeObdParameter(pid)?.readings.some(({ minimum }) => minimum !== undefined),
);

interface Case {
  readonly pid: number;
  readonly data: Uint8Array;
}

/** Data at random; where the first byte says what the vehicle has, it has everything half of the time. */
function casesOf(random: Random, count: number): readonly Case[] {
  return pids.flatMap((pid) =>
    Array.from({ length: count }, () => {
      const data = random.bytes(describeObdParameter(pid)!.length);
      if (random.below(2) === 0) data[0] = 0xff;
      return { pid, data };
    }),
  );
}

function compare(script: string, count: number, classes: readonly Class[]): readonly PeerOutcome[] {
  const cases = casesOf(seededRandom(script), count);
  const answers = askPython<Answer>(
    script,
    cases.map(({ pid, data }) => [pid, bytesToHex(data)]),
  );
  const counts = new Map<string, number>();
  const failures: string[] = [];
  cases.forEach((each, index) => {
    const theirs = answers[index]!;
    const difference = theirs === null ? undefined : differenceOf(each, theirs);
    const verdict =
      theirs === null
        ? "no number there"
        : difference === undefined
          ? "the same length and values"
          : classes.find((known) => known.pids.includes(each.pid) && isWithin(known, each, theirs))?.verdict;
    if (verdict === undefined) failures.push(`${each.pid.toString(16)} ${bytesToHex(each.data)}: ${difference}`);
    else counts.set(verdict, (counts.get(verdict) ?? 0) + 1);
  });
  const outcomes = [...counts].map(([what, total]) => ({ what, total, passed: total, failed: 0 }));
  const failed = failures.length;
  return failed === 0 ? outcomes : [...outcomes, { what: "unexplained", total: failed, passed: 0, failed, failures }];
}

const isWithin = ({ within }: Class, each: Case, theirs: NonNullable<Answer>): boolean =>
  within === undefined || differenceOf(each, theirs, within) === undefined;

/**
 * How our length and values differ from theirs, if they do; what a vehicle does not have is compared by its place alone.
 *
 * Python-OBD reads one value of each parameter. Scapy has one more before ours in 0x7A and 0x7B.
 */
function differenceOf({ pid, data }: Case, theirs: NonNullable<Answer>, within?: number): string | undefined {
  if (theirs.length !== data.length) return `length ${theirs.length}, otakit ${data.length}`;
  const { readings } = readObdParameter(pid, data)!;
  const ours = readings.filter(({ name }) => isNumber(pid, name));
  const [only, ...others] = theirs.values;
  if (others.length === 0 && only !== undefined) {
    return ours.some((each) => isSame(only, each, within)) ? undefined : `${only}, otakit ${JSON.stringify(ours)}`;
  }
  const wanted = theirs.values.slice(-ours.length);
  const wrong = wanted.findIndex((value, index) => !isSame(value, ours[index], within));
  return wrong < 0 ? undefined : `value ${wrong}: ${wanted[wrong]}, otakit ${String(ours[wrong]?.value)}`;
}

const isNumber = (pid: number, name: string): boolean =>
  describeObdParameter(pid)!.readings.some((reading) => reading.name === name && reading.minimum !== undefined);

/** Scapy rounds to three digits behind the point. */
function isSame(theirs: number, ours: ObdReading | undefined, within = 1e-6): boolean {
  if (ours?.value === "notAvailable") return true;
  return typeof ours?.value === "number" && Math.abs(ours.value - theirs) <= 0.00051 + within * Math.abs(theirs);
}
