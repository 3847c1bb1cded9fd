/**
 * Every service live: messages, most of them damaged, read by otakit and scapy. Every disagreement belongs to a class that says
 * who is right and why; one that belongs to none is a failure.
 */

import { bytesToHex } from "otakit/core";
import type { UdsFault } from "otakit/uds";
import { seededRandom } from "../../../scripts/random.ts";
import { askPython, findPython } from "../environment.ts";
import type { InteropPeer, PeerOutcome } from "../peer.ts";
import { randomRequest, randomResponse } from "./read-dtc/messages.ts";
import { classify, type Disagreement, type OurReading } from "./uds/classify.ts";
import { randomUdsMessages } from "./uds/messages.ts";
import { isOpaque, type ScapyValue, scapyField } from "./uds/scapy-fields.ts";

export const peers: readonly InteropPeer[] = [
  {
    name: "python scapy",
    find: () => findPython("scapy"),
    run: ({ full }) => compare(full ? 20_000 : 3_000),
  },
];

interface Answer {
  readonly fields: readonly (readonly [name: string, value: ScapyValue])[];
  /** Bytes that scapy has no field for, in hexadecimal digits. */
  readonly rest: string;
}

const isOf = (message: Uint8Array, ...sids: readonly number[]): boolean => sids.includes(message[0]!);
const isSubFunction = (message: Uint8Array, ...ids: readonly number[]): boolean => ids.includes(message[1]! & 0x7f);
const isShort = (fault: UdsFault | undefined): boolean => fault?.code === "ERR_UDS_SHORT";

/** Sub-functions of ReadDTCInformation of which scapy reads the codes. */
const listed = [0x02, 0x09, 0x0a, 0x0b, 0x0c, 0x0d, 0x0e, 0x0f, 0x13, 0x15];

const disagreements: readonly Disagreement<Answer>[] = [
  {
    verdict: "both: a sub-function that no edition defines; scapy reads its number, otakit keeps all bytes as unknown",
    fits: (_, ours, __, fault) => ours === undefined && fault === undefined,
  },
  {
    verdict:
      "otakit right: scapy reads severity and unit of 0x59 09 once, then records of four bytes; in py-uds and udsoncan each has six",
    fits: (message) => isOf(message, 0x59) && isSubFunction(message, 0x09),
  },
  {
    verdict:
      "otakit right: the last code of a list is cut off; scapy makes a record of what is there, py-uds and udsoncan refuse it",
    fits: (message, _, __, fault) => isOf(message, 0x59) && isSubFunction(message, ...listed) && isShort(fault),
  },
  {
    verdict:
      "otakit right: scapy does not read these parts of 0x19 and 0x59, so that it misses what is cut off or too long; py-uds or udsoncan refuses it",
    fits: (message, _, __, fault) => isOf(message, 0x19, 0x59) && fault !== undefined,
  },
  {
    verdict:
      "otakit right: scapy keeps the records of 0x2C, 0x64, 0x86 and 0xC6 as bytes, so that it misses what is cut off or too long; py-uds refuses it",
    fits: (message, _, __, fault) => isOf(message, 0x2c, 0x64, 0x86, 0xc6) && fault !== undefined,
  },
  {
    verdict:
      "otakit right: active events are listed in 0xC6 04; scapy reads the layout of other events, py-uds the list",
    fits: (message) => isOf(message, 0xc6) && isSubFunction(message, 0x04),
  },
  {
    verdict:
      "both: a secured message that does not fit the layout of 2020; scapy fills it in, otakit keeps bytes and warns",
    fits: (message, ours) => isOf(message, 0x84, 0xc4) && ours !== undefined && !("secured" in ours),
  },
  {
    verdict:
      "otakit right: a length in 0x29, 0x38, 0x69 or 0x78 is 0 or does not fit the message; scapy gives what is there, py-uds refuses it",
    fits: (message, _, __, fault) => isOf(message, 0x29, 0x38, 0x69, 0x78) && fault !== undefined,
  },
  {
    verdict: "otakit right: scapy reads no file position in the answer to resumeFile; py-uds does, in eight bytes",
    fits: (message) => isOf(message, 0x78) && message[1] === 0x06,
  },
  {
    verdict:
      "otakit right: scapy takes all bytes for the block length of 0x74 and 0x75; py-uds and udsoncan as many as its format says",
    fits: (message, _, __, fault) => isOf(message, 0x74, 0x75) && fault !== undefined,
  },
  {
    verdict:
      "otakit right: a format that gives address or size no byte, or more than there are; scapy reads on without, py-uds refuses it",
    fits: (message, _, __, fault) => isOf(message, 0x23, 0x34, 0x35, 0x3d, 0x7d) && fault !== undefined,
  },
  {
    verdict:
      "otakit right: data are missing that the service must carry; scapy takes them for empty, py-uds refuses the message",
    fits: (message, _, __, fault) =>
      isOf(message, 0x27, 0x28, 0x2e, 0x2f, 0x50, 0x67, 0x6a, 0x6f, 0x87) && isShort(fault),
  },
  {
    verdict:
      "otakit right: scapy knows neither the memory selection of 0x14 nor the node of 0x28 (py-uds does), nor what ends 0x27 00",
    fits: (message, _, __, fault) => isOf(message, 0x14, 0x27, 0x28) && fault?.code === "ERR_UDS_TRAILING_BYTES",
  },
  {
    verdict: "otakit right: a dictionary, here as in py-uds, says how long the data are; scapy takes all that follows",
    fits: (message, _, __, fault) => isOf(message, 0x62, 0x6f) && fault !== undefined,
  },
];

function compare(count: number): readonly PeerOutcome[] {
  const random = seededRandom("scapy");
  const messages = [
    ...randomUdsMessages("scapy", (2 * count) / 3),
    ...Array.from({ length: count / 3 }, () =>
      random.below(4) === 0 ? randomRequest(random) : randomResponse(random),
    ),
  ];
  const answers = askPython<Answer>(
    "ask_scapy.py",
    messages.map((message) => bytesToHex(message)),
  );
  return classify(messages, answers, disagreements, differenceOf);
}

/** Scapy refuses nothing: what it cannot fill its layer from stays raw bytes, and so do bytes after the end of a layer. */
function differenceOf(
  ours: OurReading,
  theirs: Answer,
  message: Uint8Array,
  fault: UdsFault | undefined,
): string | undefined {
  if (ours === undefined) {
    const read = message.length - theirs.rest.length / 2;
    const isRaw = theirs.fields.length === 1 && read === 1;
    const isTail = fault?.code === "ERR_UDS_TRAILING_BYTES" && fault.offset === read;
    return isRaw || isTail ? undefined : `only scapy reads it: ${JSON.stringify(theirs)}`;
  }
  for (const [name, wanted] of theirs.fields) {
    if (isOpaque(name, message[0]!)) continue;
    const found = fieldOf(name, wanted, ours);
    if (JSON.stringify(found) !== JSON.stringify(wanted)) {
      return `${name}: ${JSON.stringify(wanted)}, otakit ${JSON.stringify(found)}`;
    }
  }
  return undefined;
}

/** Our value, or undefined where our message is of another shape. */
function fieldOf(name: string, wanted: ScapyValue, ours: NonNullable<OurReading>): ScapyValue | undefined {
  try {
    return scapyField(name, wanted, ours as unknown as Record<string, unknown>);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    return undefined;
  }
}
