/**
 * Every service but ReadDTCInformation live: messages, most of them damaged, read by otakit and py-uds. Every disagreement
 * belongs to a class that says who is right and why; one that belongs to none is a failure.
 */

import { bytesToHex } from "otakit/core";
import type { ScalingByte, UdsRequest, UdsResponse } from "otakit/uds";
import { checkRaw } from "../../conformance/uds/mdab.ts";
import type { Raw } from "../../conformance/uds/mdab-raw.ts";
import type { Members } from "../../conformance/uds/row.ts";
import { askPython, findPython } from "../environment.ts";
import type { InteropPeer, PeerOutcome } from "../peer.ts";
import { classify, type Disagreement, type OurReading } from "./uds/classify.ts";
import { randomUdsMessages } from "./uds/messages.ts";

export const peers: readonly InteropPeer[] = [
  {
    name: "python py-uds",
    find: () => findPython("py-uds"),
    run: ({ full }) => compare(full ? 20_000 : 3_000),
  },
];

type Answer = readonly (readonly [name: string, raw: Raw])[] | "refused";

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

const disagreements: readonly Disagreement<Answer>[] = [
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
  const messages = randomUdsMessages("py-uds", count);
  const answers = askPython<Answer>(
    "ask_py_uds.py",
    messages.map((message) => bytesToHex(message)),
  );
  return classify(messages, answers, disagreements, differenceOf);
}

function differenceOf(ours: OurReading, theirs: Answer): string | undefined {
  if (ours === undefined) return theirs === "refused" ? undefined : "only py-uds reads it";
  if (theirs === "refused") return "only otakit reads it";
  try {
    return checkRaw(new Map(theirs), ours as unknown as Members);
  } catch (error) {
    return String(error);
  }
}
