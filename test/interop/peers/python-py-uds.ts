/**
 * Every service but ReadDTCInformation live: messages, most of them damaged, read by otakit and py-uds. Every disagreement
 * belongs to a class that says who is right and why; one that belongs to none is a failure.
 */

import { bytesToHex, hexToBytes } from "otakit/core";
import {
  decodeRequest,
  decodeResponse,
  parseDictionary,
  type ScalingByte,
  type UdsRequest,
  type UdsResponse,
} from "otakit/uds";
import { type Random, seededRandom } from "../../../scripts/random.ts";
import { checkRaw } from "../../conformance/uds/mdab.ts";
import type { Raw } from "../../conformance/uds/mdab-raw.ts";
import type { Members } from "../../conformance/uds/row.ts";
import { askPython, findPython } from "../environment.ts";
import type { InteropPeer, PeerOutcome } from "../peer.ts";

export const peers: readonly InteropPeer[] = [
  {
    name: "python py-uds",
    find: () => findPython("py-uds"),
    run: ({ full }) => compare(full ? 20_000 : 3_000),
  },
];

/** The data identifiers whose length py-uds knows, as far as the messages use them. */
const dictionary = parseDictionary({
  schema: "otakit.uds-dictionary/1",
  dids: { "0xf186": { name: "active session", layout: [{ name: "session", type: "u8" }] } },
});

/** A message of each layout, to be damaged. */
const seeds = (
  "1001 1103 14ffffff 14ffffff01 22f190 22f186f190 2312123401 24f190 2701aa 2702aabb 280101 2804010005 2900 " +
  "2901050001aa0001bb 2902050001aa0001bb 29030001aa0001bb 290507000102030405060708090a0b0c0d0e0f " +
  "2906000102030405060708090a0b0c0d0e0f0001aa0001bb0000 2908 2a01f0f1 2a04 2c01f30112340102 2c02f301111234 2c03f301 2c03 " +
  "2ef18601 2ef19001 2ff1860301ff 2f123403aabb 3101ff0001 34001112ff 3500221122ffff 3601aabb 37aa 380100016111020001ffff " +
  "38050001613d 3804000161ff 3d121234020102 3e80 8301 8304aa 84001900000200002211aabb 8501ff 860402 864702f19001000000050a05841f22f186 " +
  "8601ff0a1902ff 860805 860902ff1805aa 870112 870207a120 8703 " +
  "5003003201f4 510405 5101 54 62f18601f190aa 62f190aabb 63aabb 64010502910600ff22ff0fa101 6701aabb 6702 6803 690010 " +
  "6901110001aa0000 6902110001aa0001bb0001cc0000 6903120001aa 690512000102030405060708090a0b0c0d0e0f0001aa0000 6aaabb 6c01f301 " +
  "6c03 6ef186 6ff1860301 7101ff0000 74200fff 7510ff 7601aa 77 7801020fff00 7802 780402ffff000001ff01 7806010200000000000000000005 " +
  "7d12123404 7e00 c301aa c302 c400190000020000221122aa c501 c6000203 c60102ff0a1902ff c604010105ff22f190 c701"
)
  .split(" ")
  .filter((hex) => hex.length % 2 === 0)
  .map(hexToBytes);

type Answer = readonly (readonly [name: string, raw: Raw])[] | "refused";

/** A class of disagreements: who is right, and why. */
interface Disagreement {
  readonly verdict: string;
  /** Whether the disagreement is of this class. */
  fits(message: Uint8Array, ours: UdsRequest | UdsResponse | undefined, theirs: Answer): boolean;
}

const isOf =
  (...sids: readonly number[]) =>
  (message: Uint8Array): boolean =>
    sids.includes(message[0]!);

const isRefused = (theirs: Answer): boolean => theirs === "refused";
const hasMember = (ours: object | undefined, name: string): boolean => ours !== undefined && name in ours;

/** Whether a name of our reading is that of a range of which nobody has defined the parts. */
function hasReservedName(ours: UdsRequest | UdsResponse | undefined): boolean {
  const members = { ...ours } as Members;
  return ["subFunction", "transmissionMode", "inputOutputControlParameter"].some(
    (name) => members[name] === "isoSaeReserved",
  );
}

function hasNegativeMantissa(entry: ScalingByte): boolean {
  return entry.type === "formula" && entry.constants.some(({ mantissa }) => mantissa < 0);
}

const disagreements: readonly Disagreement[] = [
  {
    verdict: "both: a value that no edition names; py-uds refuses the message, otakit gives it as data",
    fits: (_, ours, theirs) => isRefused(theirs) && hasReservedName(ours),
  },
  {
    verdict:
      "otakit right: nobody can tell where the data of an identifier end; py-uds gives the first all that follows, otakit keeps bytes",
    fits: (message, ours) => isOf(0x62)(message) && hasMember(ours, "undecoded"),
  },
  {
    verdict: "both: data of another length than the message says; py-uds refuses them, otakit reads them and warns",
    fits: (message, ours, theirs) => isOf(0x3d)(message) && ours !== undefined && isRefused(theirs),
  },
  {
    verdict: "both: no session parameters, as the edition of 2006 allows; py-uds, which begins with 2013, refuses them",
    fits: (message, ours, theirs) =>
      isOf(0x50)(message) && message.length === 2 && ours !== undefined && isRefused(theirs),
  },
  {
    verdict: "both: an empty record of timing parameters; py-uds refuses it, otakit, scapy and udsoncan do not",
    fits: (message, ours, theirs) =>
      isOf(0x83, 0xc3)(message) && message.length === 2 && ours !== undefined && isRefused(theirs),
  },
  {
    verdict: "both: data of another length than py-uds has fixed for the identifier; otakit keeps the bytes",
    fits: (message, ours, theirs) => isOf(0x2e)(message) && ours !== undefined && isRefused(theirs),
  },
  {
    verdict:
      "both: state or mask where py-uds expects none, or none where it expects one; otakit, as udsoncan, keeps what is there",
    fits: (message, ours, theirs) => isOf(0x2f, 0x6f)(message) && ours !== undefined && isRefused(theirs),
  },
  {
    verdict:
      "otakit right: the list of active events does not say where an answer ends; py-uds finds an end by guess, otakit keeps bytes",
    fits: (message, ours) => isOf(0xc6)(message) && hasMember(ours, "undecoded"),
  },
  {
    verdict: "otakit right: certificateEvaluationId has two bytes, as in udsoncan and scapy; py-uds gives it one",
    fits: (message) => isOf(0x29)(message) && (message[1]! & 0x7f) === 0x04,
  },
  {
    verdict: "otakit right: nobody says what follows a reserved scaling byte or formula; py-uds reads on or refuses",
    fits: (message, ours) => isOf(0x64)(message) && hasMember(ours, "undecoded"),
  },
  {
    verdict: "otakit right: py-uds raises an error of its own for a constant of a formula whose mantissa is negative",
    fits: (_, ours, theirs) =>
      isRefused(theirs) && ours !== undefined && "scaling" in ours && ours.scaling.some(hasNegativeMantissa),
  },
  {
    verdict:
      "both: a path with bytes above 0x7F; py-uds refuses what is not ASCII, otakit gives a character for each byte",
    fits: (message, ours, theirs) =>
      isOf(0x38)(message) && ours !== undefined && isRefused(theirs) && message.some((byte) => byte > 0x7f),
  },
  {
    verdict: "both: security access of no level; py-uds goes by odd and even, otakit keeps the bytes",
    fits: (message) => isOf(0x27, 0x67)(message) && [0x00, 0x7f].includes(message[1]! & 0x7f),
  },
];

function compare(count: number): readonly PeerOutcome[] {
  const random = seededRandom("py-uds");
  const messages = Array.from({ length: count }, () => randomMessage(random));
  const answers = askPython<Answer>(
    "ask_py_uds.py",
    messages.map((message) => bytesToHex(message)),
  );
  const counts = new Map<string, number>();
  const failures: string[] = [];
  messages.forEach((message, index) => {
    const verdict = judge(message, answers[index]!);
    if (verdict.startsWith("unexplained")) failures.push(`${bytesToHex(message)}: ${verdict}`);
    else counts.set(verdict, (counts.get(verdict) ?? 0) + 1);
  });
  const outcomes = [...counts].map(([what, total]) => ({ what, total, passed: total, failed: 0 }));
  const failed = failures.length;
  if (failed === 0) return outcomes;
  return [...outcomes, { what: "unexplained", total: failed, passed: 0, failed, failures: failures.slice(0, 100) }];
}

/** A seed with some bytes changed, cut off or added; one in five stays whole. */
function randomMessage(random: Random): Uint8Array {
  const seed = random.pick(seeds);
  const message = Uint8Array.from(seed);
  const kind = random.below(5);
  if (kind === 0) return message;
  if (kind === 1) return message.subarray(0, 1 + random.below(message.length));
  if (kind === 2) return Uint8Array.of(...message, ...random.bytes(1 + random.below(3)));
  for (let changes = 1 + random.below(3); changes > 0 && message.length > 1; changes--) {
    message[1 + random.below(message.length - 1)] = random.pick([
      0,
      1,
      2,
      3,
      4,
      5,
      7,
      8,
      0x10,
      0x80,
      random.below(256),
    ]);
  }
  return message;
}

function judge(message: Uint8Array, theirs: Answer): string {
  const result = decodeEither(message);
  const ours = result.ok && result.value.kind !== "unknown" ? result.value : undefined;
  const difference = differenceOf(ours, theirs);
  if (difference === undefined) return ours === undefined ? "both refuse it or do not know it" : "the same values";
  const known = disagreements.find(({ fits }) => fits(message, ours, theirs));
  return known?.verdict ?? `unexplained: ${difference}`;
}

function differenceOf(ours: UdsRequest | UdsResponse | undefined, theirs: Answer): string | undefined {
  if (ours === undefined) return theirs === "refused" ? undefined : "only py-uds reads it";
  if (theirs === "refused") return "only otakit reads it";
  try {
    return checkRaw(new Map(theirs), ours as unknown as Members);
  } catch (error) {
    return String(error);
  }
}

function decodeEither(message: Uint8Array): ReturnType<typeof decodeRequest> | ReturnType<typeof decodeResponse> {
  const isResponse = (message[0]! & 0x40) !== 0;
  return isResponse ? decodeResponse(message, { dictionary }) : decodeRequest(message, { dictionary });
}
