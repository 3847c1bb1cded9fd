/**
 * ReadDTCInformation live: generated messages, whole and damaged, read by otakit, py-uds and udsoncan. Every disagreement
 * belongs to a class that says who is right and why; one that belongs to none is a failure.
 */

import { bytesToHex } from "otakit/core";
import {
  decodeReadDTCInformationRequest,
  decodeReadDTCInformationResponse,
  encodeReadDTCInformationRequest,
  parseDictionary,
  type ReadDTCInformationResponse,
} from "otakit/uds";
import { type Random, seededRandom } from "../../../scripts/random.ts";
import { askPython, findPython } from "../environment.ts";
import type { InteropPeer, PeerOutcome } from "../peer.ts";
import { randomRequest, randomResponse, sids } from "./read-dtc/messages.ts";
import { asPyUds, asUdsoncan, type Flat } from "./read-dtc/normal-forms.ts";

export const peers: readonly InteropPeer[] = [
  {
    name: "python py-uds (0x19)",
    find: () => findPython("py-uds"),
    run: ({ full }) => comparePyUds(full ? 20_000 : 2_000),
  },
  {
    name: "python udsoncan (0x19)",
    find: () => findPython("udsoncan"),
    run: ({ full }) => [...compareUdsoncan(full ? 20_000 : 4_000), udsoncanRequests(full ? 4_000 : 1_000)],
  },
];

/** The lengths that the Python script knows as well. */
const dictionary = parseDictionary({
  schema: "otakit.uds-dictionary/1",
  dids: Object.fromEntries(
    [
      ["0x4455", 2],
      ["0x4711", 5],
      ["0x6789", 3],
    ].map(([identifier, length]) => [identifier, { name: "d", layout: [{ name: "f", type: "bytes", length }] }]),
  ),
  extendedData: Object.fromEntries(
    Array.from({ length: 256 }, (_, number) => [
      `0x${number.toString(16)}`,
      { name: "e", layout: [{ name: "f", type: "bytes", length: 3 }] },
    ]),
  ),
});

/** A class of disagreements: who is right, and why. */
interface Disagreement {
  readonly verdict: string;
  /** Whether the disagreement is of this class. */
  fits(message: Uint8Array, ours: Flat, theirs: Flat): boolean;
}

const isRefused = (answer: Flat): boolean => answer === "refused";
const subFunctionOf = (message: Uint8Array): number => message[1]! & 0x7f;
const isOneOf =
  (...subFunctions: readonly number[]) =>
  (message: Uint8Array): boolean =>
    subFunctions.includes(subFunctionOf(message));

const isSingle = isOneOf(0x09, 0x0b, 0x0c, 0x0d, 0x0e);
const isCount = isOneOf(0x01, 0x07, 0x11, 0x12);
const isSnapshot = isOneOf(0x04, 0x05, 0x18);
const isExtended = isOneOf(0x06, 0x10, 0x16, 0x19);

const ofPyUds: readonly Disagreement[] = [
  {
    verdict:
      "both: more than one DTC where the standard has one at most; py-uds refuses, otakit and udsoncan read and otakit warns",
    fits: (message, ours, theirs) => isSingle(message) && !isRefused(ours) && isRefused(theirs),
  },
  {
    verdict:
      "otakit right: py-uds gives the data of the first identifier all that follows and misses the rest, udsoncan does not",
    fits: (message, ours, theirs) => isSnapshot(message) && !isRefused(ours) && isRefused(theirs),
  },
  {
    verdict: "both: a record number that counts no identifiers; py-uds reads it, otakit and udsoncan refuse it",
    fits: (message, ours, theirs) => isSnapshot(message) && isRefused(ours) && !isRefused(theirs),
  },
  {
    verdict: "both: an extended data record without data; py-uds refuses it, otakit keeps it as no bytes",
    fits: (message, ours, theirs) => isExtended(message) && !isRefused(ours) && isRefused(theirs),
  },
  {
    verdict: "both: extended data record number 0 is reserved; py-uds reads it, otakit and udsoncan refuse it",
    fits: (message, ours, theirs) => isExtended(message) && isRefused(ours) && !isRefused(theirs),
  },
];

const ofUdsoncan: readonly Disagreement[] = [
  {
    verdict:
      "otakit right: udsoncan reads records of 0x55 as five bytes with a severity; py-uds and Wireshark read four",
    fits: isOneOf(0x55),
  },
  {
    verdict:
      "otakit right: udsoncan reads the fault detection counter as unsigned; in the standard and py-uds it is signed",
    fits: (message, ours, theirs) =>
      isOneOf(0x14)(message) && JSON.stringify(ours) === JSON.stringify(withSignedCounters(theirs)),
  },
  {
    verdict: "otakit right: udsoncan accepts bytes after the count of 0x01, 07, 11, 12; py-uds refuses them",
    fits: (message, ours, theirs) => isCount(message) && message.length > 6 && isRefused(ours) && !isRefused(theirs),
  },
  {
    verdict: "otakit right: udsoncan accepts part of a record after the first of 0x09; py-uds refuses it",
    fits: (message, ours, theirs) => isOneOf(0x09)(message) && isRefused(ours) && !isRefused(theirs),
  },
  {
    verdict:
      "both: udsoncan refuses other format identifiers than 2 and 4 in 0x42; py-uds and otakit give them as data",
    fits: (message, ours, theirs) => isOneOf(0x42)(message) && !isRefused(ours) && isRefused(theirs),
  },
  {
    verdict: "otakit right: one unknown data identifier makes udsoncan refuse the message; otakit keeps the bytes",
    fits: (message, ours, theirs) => isSnapshot(message) && !isRefused(ours) && isRefused(theirs),
  },
  {
    verdict: "both: udsoncan refuses a code twice in 0x16 and zeros at its end; py-uds and otakit give them as data",
    fits: (message, ours, theirs) => isOneOf(0x16)(message) && !isRefused(ours) && isRefused(theirs),
  },
  {
    verdict:
      "otakit right: cut inside an identifier or a count, udsoncan raises IndexError instead of its own exception",
    fits: (_message, ours, theirs) => isRefused(ours) && theirs === "IndexError",
  },
];

/** An answer of udsoncan with its fault detection counters as the standard has them. */
function withSignedCounters(answer: Flat): Flat {
  const { dtcs, ...rest } = answer as { readonly dtcs?: readonly (readonly unknown[])[] };
  return { ...rest, dtcs: dtcs?.map((dtc) => dtc.with(4, ((dtc[4] as number) << 24) >> 24)) };
}

/** Sorts pairs of answers into agreement, the classes, and the rest. */
function sorted(
  what: string,
  classes: readonly Disagreement[],
  answers: Iterable<readonly [message: Uint8Array, ours: Flat, theirs: Flat]>,
): readonly PeerOutcome[] {
  let agreed = 0;
  const counts = new Map(classes.map(({ verdict }) => [verdict, 0]));
  const failures: string[] = [];
  for (const [message, ours, theirs] of answers) {
    if (JSON.stringify(ours) === JSON.stringify(theirs)) {
      agreed++;
      continue;
    }
    const found = classes.find(({ fits }) => fits(message, ours, theirs));
    if (found !== undefined) counts.set(found.verdict, counts.get(found.verdict)! + 1);
    else failures.push(`${bytesToHex(message)}: ours ${JSON.stringify(ours)}, theirs ${JSON.stringify(theirs)}`);
  }
  const total = agreed + failures.length;
  return [
    { what, total, passed: agreed, failed: failures.length, failures: failures.slice(0, 100) },
    ...[...counts]
      .filter(([, count]) => count > 0)
      .map(([verdict, count]) => ({ what: `apart from it, ${verdict}`, total: count, passed: count, failed: 0 })),
  ];
}

function messagesOf(seed: string, count: number, make: (random: Random) => Uint8Array): readonly Uint8Array[] {
  const random = seededRandom(seed);
  return Array.from({ length: count }, () => make(random));
}

function comparePyUds(count: number): readonly PeerOutcome[] {
  const messages = messagesOf("py-uds", count, (random) =>
    random.below(4) === 0 ? randomRequest(random) : randomResponse(random),
  );
  // Its table of 2020 has no sub-functions of older editions, and its table of 2013 none of newer ones.
  const edition = (message: Uint8Array): string => (isOneOf(0x0f, 0x10, 0x11, 0x12, 0x13)(message) ? "2013" : "2020");
  const theirs = askPython<Flat>(
    "ask_py_uds_read_dtc.py",
    messages.map((message) => [edition(message), bytesToHex(message)]),
  );
  return sorted(
    "0x19 and 0x59, whole and damaged, without a dictionary",
    ofPyUds,
    messages.map((message, index) => [message, ourReading(message), theirs[index]!] as const),
  );
}

function ourReading(message: Uint8Array): Flat {
  const result =
    message[0] === sids.request ? decodeReadDTCInformationRequest(message) : decodeReadDTCInformationResponse(message);
  return result.ok && result.value.kind !== "unknown" ? asPyUds(result.value) : "refused";
}

function compareUdsoncan(count: number): readonly PeerOutcome[] {
  const messages = messagesOf("udsoncan/0x19", count, randomResponse).filter(
    // It cannot read the two sub-functions of the 2020 edition, and its 0x80 bit is no part of the sub-function.
    (message) => message[1]! < 0x80 && !isOneOf(0x1a, 0x56)(message),
  );
  const theirs = askPython<Flat>(
    "ask_udsoncan_read_dtc.py",
    messages.map((message) => ["response", bytesToHex(message)]),
  );
  return sorted(
    "0x59, whole and damaged, with a dictionary",
    ofUdsoncan,
    messages.map((message, index) => {
      const result = decodeReadDTCInformationResponse(message, { dictionary });
      const ours = result.ok ? asUdsoncan(result.value as ReadDTCInformationResponse) : "refused";
      return [message, ours, theirs[index]!] as const;
    }),
  );
}

/** Requests that both write from the same parameters. */
function udsoncanRequests(count: number): PeerOutcome {
  const random = seededRandom("udsoncan/0x19 requests");
  const requests = Array.from({ length: count }, () => {
    for (;;) {
      const result = decodeReadDTCInformationRequest(randomRequest(random));
      if (!result.ok || result.value.kind === "unknown") continue;
      const request = { ...result.value, suppressPosRspMsgIndicationBit: false };
      // 0x16 asks for 0xEF at most there.
      const isPossible = !(request.subFunctionId === 0x16 && "recordNumber" in request && request.recordNumber > 0xef);
      if (isPossible && request.subFunctionId !== 0x1a && request.subFunctionId !== 0x56) return request;
    }
  });
  const questions = requests.map((request) => {
    const { statusMask, severityMask, code, recordNumber, memorySelection, functionalGroup, subFunctionId } =
      request as unknown as Readonly<Record<string, number | undefined>>;
    const isExtendedData = [0x06, 0x10, 0x16, 0x19].includes(subFunctionId!);
    const parameters = {
      status_mask: statusMask,
      severity_mask: severityMask,
      dtc: code,
      memory_selection: memorySelection,
      functional_group_id: functionalGroup,
      [isExtendedData ? "extended_data_record_number" : "snapshot_record_number"]: recordNumber,
    };
    return ["request", subFunctionId, subFunctionId! >= 0x0f && subFunctionId! <= 0x13 ? 2013 : 2020, parameters];
  });
  const theirs = askPython<string>("ask_udsoncan_read_dtc.py", questions);
  const failures = requests.flatMap((request, index) => {
    const ours = bytesToHex(encodeReadDTCInformationRequest(request));
    return ours === theirs[index] ? [] : [`ours ${ours}, theirs ${theirs[index]}`];
  });
  return {
    what: "0x19 written from the same parameters",
    total: requests.length,
    passed: requests.length - failures.length,
    failed: failures.length,
    failures: failures.slice(0, 100),
  };
}
