/** Python's `udsoncan`: DTC lists, DTC status bits and negative responses of ISO 14229-1. */

import { bytesToHex } from "otakit/core";
import { decodeDtcRecords, decodeDtcStatus, decodeResponse, describeNrc } from "otakit/uds";
import { type Random, seededRandom } from "../../../scripts/random.ts";
import { startComparison } from "../compare.ts";
import { askPython, findPython } from "../environment.ts";
import type { InteropPeer, PeerOutcome } from "../peer.ts";

export const peers: readonly InteropPeer[] = [
  {
    name: "python udsoncan",
    find: () => findPython("udsoncan"),
    run: ({ full }) => [dtcLists(full ? 50_000 : 5_000), statusBits(), negativeResponses()],
  },
];

function ask<Answer>(questions: readonly (readonly [kind: string, hex: string])[]): Answer[] {
  return askPython<Answer>("ask_udsoncan.py", questions);
}

/** What both decoders say about a response that lists DTCs. */
function dtcLists(count: number): PeerOutcome {
  const comparison = startComparison("0x59 02 and 0A, whole or cut short");
  const random = seededRandom("udsoncan");
  const messages = Array.from({ length: count }, () => randomDtcList(random));
  const theirs = ask(messages.map((message) => ["dtcs", bytesToHex(message)]));
  messages.forEach((message, index) => {
    const decoded = decodeDtcRecords(message);
    const ours = decoded.ok
      ? [decoded.value.availabilityMask, decoded.value.dtcs.map(({ code, status }) => [code, status])]
      : "refused";
    comparison.add(bytesToHex(message), ours, theirs[index]);
  });
  return comparison.outcome();
}

function randomDtcList(random: Random): Uint8Array {
  const records = random.bytes(4 * random.below(30));
  const message = Uint8Array.of(0x59, random.pick([0x02, 0x0a]), random.below(256), ...records);
  const cut = random.below(4) === 0 ? random.below(4) : 0;
  return message.subarray(0, message.length - cut);
}

/** Every status byte, bit by bit, in the order of the bits. */
function statusBits(): PeerOutcome {
  const comparison = startComparison("DTC status bits");
  const bytes = Array.from({ length: 256 }, (_, status) => status);
  const theirs = ask(bytes.map((status) => ["status", bytesToHex(Uint8Array.of(status))]));
  for (const status of bytes) comparison.add(status, Object.values(decodeDtcStatus(status, 0xff)), theirs[status]);
  return comparison.outcome();
}

/** Every negative response code, for a service chosen at random. */
function negativeResponses(): PeerOutcome {
  const comparison = startComparison("0x7F: service, code and name");
  const random = seededRandom("negative");
  const services = [0x10, 0x11, 0x14, 0x19, 0x22, 0x27, 0x2e, 0x31, 0x34, 0x36, 0x37, 0x3e, 0x85];
  // 0x3B to 0x40 are names of ISO 15764 there; ISO 14229-1:2020 reserves them.
  const codes = Array.from({ length: 256 }, (_, nrc) => nrc).filter((nrc) => nrc < 0x3b || nrc > 0x40);
  const messages = codes.map((nrc) => Uint8Array.of(0x7f, random.pick(services), nrc));
  const answers = ask<{ service: number; nrc: number; names: readonly string[] }>(
    messages.map((message) => ["negative", bytesToHex(message)]),
  );
  messages.forEach((message, index) => {
    const { service, nrc, names } = answers[index]!;
    const decoded = decodeResponse(message);
    const value = decoded.ok && decoded.value.kind === "negative" ? decoded.value : undefined;
    // Some codes have two names there; ranges have none.
    const name = describeNrc(nrc).name.toLowerCase();
    const theirName = names.includes(name) || (names.length === 0 && /reserved|specific/.test(name)) ? name : names;
    comparison.add(bytesToHex(message), [value?.requestSid, value?.nrc, name], [service, nrc, theirName]);
  });
  return comparison.outcome();
}
