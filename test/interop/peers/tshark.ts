/**
 * Wireshark's `tshark` live: messages of every service, most of them damaged, as a capture of text2pcap. Every disagreement belongs
 * to a class that says who is right and why; one that belongs to none is a failure.
 */

import { seededRandom } from "../../../scripts/random.ts";
import type { InteropPeer, PeerOutcome } from "../peer.ts";
import { randomRequest, randomResponse } from "./read-dtc/messages.ts";
import { findTshark, readWithTshark } from "./uds/capture.ts";
import { classify, type Disagreement, type OurReading } from "./uds/classify.ts";
import { randomUdsMessages } from "./uds/messages.ts";
import { tsharkField, tsharkFields } from "./uds/tshark-fields.ts";

export const peers: readonly InteropPeer[] = [
  { name: "tshark", find: findTshark, run: ({ full }) => compare(full ? 10_000 : 2_400) },
];

interface Answer {
  /** Numbers in decimal, bytes as hexadecimal digits. */
  readonly fields: readonly (readonly [name: string, value: string])[];
  /** Whether the message ends inside a field. */
  readonly isMalformed: boolean;
}

const names = Object.keys(tsharkFields);
const isBytes = /\.(key|seed|data_record|state|option_record|parameter_record)$/;

function ask(messages: readonly Uint8Array[]): readonly Answer[] {
  return readWithTshark("uds", messages, [...names, "_ws.malformed"]).map(answerOf);
}

function answerOf(values: readonly string[]): Answer {
  const fields = names.flatMap((name, index) => {
    const value = values[index]!;
    if (value === "") return [];
    if (value === "<MISSING>") return [[name, ""] as const];
    const text = isBytes.test(name) ? value.replaceAll(":", "") : value.split(",").map(Number).join(",");
    return [[name, text] as const];
  });
  return { fields, isMalformed: values.at(-1) !== "" };
}

const isOf = (message: Uint8Array, ...sids: readonly number[]): boolean => sids.includes(message[0]!);

const disagreements: readonly Disagreement<Answer>[] = [
  {
    verdict: "otakit right: tshark 4.0 does not look for bytes after the end of a message; py-uds refuses them",
    fits: (_, __, ___, fault) => fault?.code === "ERR_UDS_TRAILING_BYTES",
  },
  {
    verdict:
      "otakit right: tshark 4.0 keeps all parameters of 0x19 as bytes, so that it misses what is cut off; py-uds or udsoncan refuses it",
    fits: (message, _, __, fault) => isOf(message, 0x19, 0x59) && fault !== undefined,
  },
  {
    verdict: "otakit right: bit 7 is no part of the sub-function; tshark 4.0 leaves it in, py-uds takes it out",
    fits: (message, ours) => ours !== undefined && "subFunction" in ours && message[1]! >= 0x80,
  },
  {
    verdict: "both: security access of no level; tshark goes by odd and even, otakit keeps all bytes as unknown",
    fits: (message, ours, _, fault) => isOf(message, 0x27, 0x67) && ours === undefined && fault === undefined,
  },
  {
    verdict:
      "otakit right: data are missing that the service must carry; tshark shows what is there, py-uds refuses the message",
    fits: (_, __, ___, fault) => fault?.code === "ERR_UDS_SHORT",
  },
];

function compare(count: number): readonly PeerOutcome[] {
  const random = seededRandom("tshark");
  const messages = [
    ...randomUdsMessages("tshark", (3 * count) / 4),
    ...Array.from({ length: count / 4 }, () =>
      random.below(4) === 0 ? randomRequest(random) : randomResponse(random),
    ),
  ];
  return classify(messages, ask(messages), disagreements, differenceOf);
}

function differenceOf(ours: OurReading, theirs: Answer): string | undefined {
  if (ours === undefined) {
    return theirs.isMalformed || theirs.fields.length === 0
      ? undefined
      : `only tshark reads it: ${theirs.fields.join(" ")}`;
  }
  if (theirs.isMalformed) return "only otakit reads it";
  for (const [name, wanted] of theirs.fields) {
    const found = fieldOf(name, ours);
    if (found !== wanted) return `${name}: ${wanted}, otakit ${found}`;
  }
  return undefined;
}

/** Our value, or undefined where our message is of another shape. */
function fieldOf(name: string, ours: NonNullable<OurReading>): string | undefined {
  try {
    return tsharkField(name, ours as unknown as Record<string, unknown>);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    return undefined;
  }
}
