/** What the trouble codes of a response and a refusal say, for people and for programs. */

import { isOtaError } from "otakit/core";
import {
  type Dictionary,
  type DtcCatalogue,
  type DtcExplanation,
  explainDtc,
  type NegativeResponse,
  type NrcKind,
  parseDtc,
  type UdsRequest,
  type UdsResponse,
} from "otakit/uds";
import { indent } from "../inspect/report.ts";
import type { Place } from "./lines.ts";
import type { Reading } from "./options.ts";
import { placeText, titleOf } from "./report.ts";

/** One thing explained. */
export interface Explained {
  readonly lines: readonly string[];
  readonly data: Readonly<Record<string, unknown>>;
}

/** Explains what a message holds; nothing for a message that holds no code with a status. */
export function explainMessage(
  message: UdsRequest | UdsResponse,
  place: Place,
  { dictionary, options }: Reading,
): readonly Explained[] {
  if (message.kind === "negative") return [explainRefusal(message, place)];
  if (message.kind !== "positive" || message.service !== "readDTCInformation") return [];
  const catalogue = dictionary === undefined ? {} : { catalogue: catalogueOf(dictionary) };
  const availabilityMask =
    "availabilityMask" in message ? message.availabilityMask : (options.availabilityMask ?? 0xff);
  const formatIdentifier = "formatIdentifier" in message ? { formatIdentifier: message.formatIdentifier } : {};
  return codesOf(message).map((dtc) => {
    const explanation = explainDtc({ ...dtc, availabilityMask, ...formatIdentifier }, catalogue);
    return {
      lines: linesOf(explanation, dtc.status, place),
      data: { status: dtc.status, availabilityMask, ...explanation },
    };
  });
}

interface CodeWithStatus {
  readonly code: number;
  readonly status: number;
  readonly severity?: number;
}

/** Codes with a status, wherever the layout of the response has them. */
function codesOf(response: object): readonly CodeWithStatus[] {
  const {
    dtc,
    dtcs = [],
    records = [],
  } = response as {
    readonly dtc?: CodeWithStatus;
    readonly dtcs?: readonly Partial<CodeWithStatus>[];
    readonly records?: readonly CodeWithStatus[];
  };
  const all: readonly Partial<CodeWithStatus>[] = [...(dtc === undefined ? [] : [dtc]), ...dtcs, ...records];
  return all.filter((each): each is CodeWithStatus => each.code !== undefined && each.status !== undefined);
}

/** The titles of a dictionary. */
function catalogueOf(dictionary: Dictionary): DtcCatalogue {
  return {
    source: { name: "dictionary" },
    lookUp(display) {
      const title = dictionary.dtcTitle(codeOf(display) ?? -1);
      return title === undefined ? undefined : { title };
    },
  };
}

/** Codes of other forms than three bytes have no entry in a dictionary. */
function codeOf(display: string): number | undefined {
  try {
    return parseDtc(display);
  } catch (error) {
    if (!isOtaError(error)) throw error;
    return undefined;
  }
}

function linesOf({ display, title, summary, story }: DtcExplanation, status: number, place: Place): readonly string[] {
  const name = title === undefined ? display : `${display} (${title})`;
  return [
    `${placeText(place)}${name}, status 0x${status.toString(16).padStart(2, "0")}: ${summary}`,
    ...indent(story.map(({ text, source }) => `${text} [${source.name}]`)),
  ];
}

const advice: Readonly<Record<NrcKind, string>> = {
  pending: "Wait: the final response is still to come.",
  busy: "Repeat the same request after a pause.",
  retryable: "Repeat it later: something that the ECU needs is away for now.",
  precondition: "Change the state of the ECU or the vehicle first, for example session, sequence, speed or voltage.",
  security: "Authenticate, unlock or secure the message; wrong attempts may be counted, so never repeat blindly.",
  permanent: "The request as such is wrong for this ECU.",
  programming: "A transfer or memory operation failed: start the programming sequence again, or end it.",
  manufacturer: "Only the documents of the vehicle manufacturer say what it means.",
  reserved: "No meaning is assigned to this code.",
};

function explainRefusal(message: NegativeResponse, place: Place): Explained {
  const { requestSid, requestService, nrc, name, nrcKind } = message;
  const text = advice[nrcKind];
  return {
    lines: [`${placeText(place)}${titleOf(message)}`, `  ${text}`],
    data: { requestSid, requestService, nrc, name, nrcKind, advice: text },
  };
}
