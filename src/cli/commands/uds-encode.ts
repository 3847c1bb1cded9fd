/** `otakit uds encode`: writes diagnostic messages. */

import { bytesToHex, isOtaError } from "otakit/core";
import {
  type EncodableRequest,
  type EncodableResponse,
  type EncodeOptions,
  encodeRequest,
  encodeResponse,
} from "otakit/uds";
import { type Command, defineCommand } from "../command.ts";
import { CliError } from "../errors.ts";
import { readUserFile } from "../files.ts";
import { textOf } from "../uds/input.ts";
import { messageFromJson } from "../uds/json.ts";
import { editionOf } from "../uds/options.ts";

export const udsEncode: Command = defineCommand({
  name: "uds encode",
  summary: "write requests and responses of ISO 14229-1 from JSON",
  details: [
    "A message is a JSON object with the members that otakit uds decode --json shows; what it says of bytes, numbers of sub-functions " +
      "and lengths may be left out. It is a request unless its kind is positive or negative. Several messages stand one a line, and " +
      "the lines of otakit uds decode --json are read as they are.",
    "With --edition, what that edition of ISO 14229-1 does not have is refused.",
  ],
  args: [{ name: "FILE", help: "file of the messages; - is standard input" }],
  options: {
    edition: { value: "YEAR", help: "2006, 2013 or 2020" },
    json: { help: "write one JSON object a line" },
  },
  examples: [
    ["otakit uds encode request.json", "write the message of a file"],
    [
      `echo '{"service":"readDTCInformation","subFunction":"reportDTCByStatusMask","statusMask":255}' | otakit uds encode -`,
      "ask for every trouble code: 1902ff",
    ],
    ["otakit uds decode --json 22f190 | otakit uds encode -", "there and back"],
  ],
  async run({ options, args: [file] }, terminal) {
    const edition = editionOf(options.edition, "uds encode");
    const documents = documentsOf(textOf(readUserFile(file!)));
    for (const { place, value } of documents) {
      const hex = bytesToHex(encode(value, place, edition === undefined ? {} : { edition }));
      if (options.json) terminal.printJsonLine({ schema: "otakit.uds.bytes/1", bytes: hex });
      else terminal.print(hex);
    }
    return undefined;
  },
});

interface Document {
  /** For a message about it; empty for the only one. */
  readonly place: string;
  readonly value: unknown;
}

/** One JSON document, or one on each line. */
function documentsOf(text: string): readonly Document[] {
  try {
    return [{ place: "", value: JSON.parse(text) }];
  } catch (cause) {
    const lines = text.split("\n").map((line, index) => ({ line, place: `line ${index + 1}: ` }));
    const filled = lines.filter(({ line }) => line.trim() !== "");
    // Of one document over several lines no line is one, so the fault is that of the whole.
    if (filled.length < 2 || !isJson(filled[0]!.line)) {
      throw new CliError("ERR_CLI_UDS_INPUT", "Cannot read messages: the input is no JSON", { cause });
    }
    return filled.map(({ line, place }) => ({ place, value: parseLine(line, place) }));
  }
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function parseLine(line: string, place: string): unknown {
  if (!isJson(line)) throw new CliError("ERR_CLI_UDS_INPUT", `Cannot read ${place}the text is no JSON`);
  return JSON.parse(line);
}

function encode(value: unknown, place: string, options: EncodeOptions): Uint8Array {
  const message = messageFromJson(bare(value));
  if (typeof message !== "object" || message === null || Array.isArray(message)) {
    throw new CliError("ERR_CLI_UDS_INPUT", `Cannot read ${place}expected an object`);
  }
  const { kind, sid } = message as { readonly kind?: unknown; readonly sid?: unknown };
  const isResponse = kind === "positive" || kind === "negative" || (kind === "unknown" && Number(sid) >= 0x40);
  try {
    return isResponse
      ? encodeResponse(message as EncodableResponse, options)
      : encodeRequest(message as EncodableRequest, options);
  } catch (error) {
    // The encoders look at what they need; a member of another shape than theirs ends as a TypeError of the language.
    if (isOtaError(error) || !(error instanceof TypeError)) throw error;
    const what = `Cannot encode ${place}a member is missing or of another type: ${error.message}`;
    throw new CliError("ERR_CLI_UDS_INPUT", what, { cause: error });
  }
}

/** The message in a line of `otakit uds decode --json`, or the message itself. */
function bare(value: unknown): unknown {
  const isLine = typeof value === "object" && value !== null && "schema" in value && "message" in value;
  return isLine ? value.message : value;
}
