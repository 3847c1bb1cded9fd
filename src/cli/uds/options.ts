/** Options that the commands share: how messages are read, and in what context. */

import { bytesToUtf8 } from "otakit/core";
import {
  type DecodeOptions,
  type Dictionary,
  decodeRequest,
  type Edition,
  parseDictionary,
  type UdsRequest,
} from "otakit/uds";
import { usageError } from "../command.ts";
import { readUserFile } from "../files.ts";
import { parseHex } from "./input.ts";

/** Where messages come from. */
export const inputOptions = {
  file: { value: "FILE", help: "read the messages of a file instead of standard input" },
  id: { value: "ID", repeatable: true, help: "CAN identifier of a log to read, in hexadecimal digits" },
} as const;

/** How messages are read. */
export const readingOptions = {
  request: { value: "HEX", help: "the request that the messages answer" },
  dictionary: { value: "FILE", help: "dictionary of the ECU's data, as JSON" },
  "zero-padding": { value: "WORD", help: "zeros after the end of a message: reject (default) or trim" },
  "all-zero-dtc": { value: "WORD", help: "trouble codes of zeros alone: keep (default) or drop" },
  trailing: { value: "WORD", help: "other bytes after the end of a message: reject (default) or report" },
  "availability-mask": {
    value: "BYTE",
    help: "status bits that the ECU supports, for responses that do not say it, in hexadecimal digits",
  },
} as const;

type Given<O> = {
  readonly [Name in keyof O]: O[Name] extends { readonly repeatable: true } ? readonly string[] : string | undefined;
};

/** Values of {@link inputOptions}. */
export type InputValues = Given<typeof inputOptions>;

/** Values of {@link readingOptions}. */
export type ReadingValues = Given<typeof readingOptions>;

/** What the options of a command line say about reading. */
export interface Reading {
  readonly options: DecodeOptions;
  /** The request of `--request`. */
  readonly request?: UdsRequest;
  readonly dictionary?: Dictionary;
}

/**
 * Reads the options.
 *
 * @throws {@link CliError} `ERR_CLI_USAGE`, `ERR_CLI_FILE`, `ERR_CLI_UDS_INPUT`
 * @throws `UdsError` `ERR_UDS_DICTIONARY`
 */
export function readingOf(values: ReadingValues, command: string): Reading {
  const leniency = {
    zeroPadding: wordOf(values, "zero-padding", ["reject", "trim"], command),
    allZeroDtc: wordOf(values, "all-zero-dtc", ["keep", "drop"], command),
    trailing: wordOf(values, "trailing", ["reject", "report"], command),
  };
  const mask = maskOf(values["availability-mask"], command);
  const dictionary = values.dictionary === undefined ? undefined : readDictionary(values.dictionary);
  const request = values.request === undefined ? undefined : requestOf(values.request, command);
  return {
    options: {
      leniency,
      ...(dictionary === undefined ? {} : { dictionary }),
      ...(mask === undefined ? {} : { availabilityMask: mask }),
    },
    ...(request === undefined ? {} : { request }),
    ...(dictionary === undefined ? {} : { dictionary }),
  };
}

function readDictionary(file: string): Dictionary {
  return parseDictionary(bytesToUtf8(readUserFile(file)));
}

function requestOf(hex: string, command: string): UdsRequest {
  const result = decodeRequest(parseHex(hex));
  if (!result.ok) throw usageError(`--request is no request: ${result.error.message}`, command);
  return result.value;
}

function maskOf(text: string | undefined, command: string): number | undefined {
  if (text === undefined) return undefined;
  if (!/^(0x)?[0-9a-f]{1,2}$/i.test(text)) {
    throw usageError(`--availability-mask expected two hexadecimal digits, got "${text}"`, command);
  }
  return Number.parseInt(text, 16);
}

function wordOf<Word extends string>(
  values: ReadingValues,
  name: keyof ReadingValues,
  words: readonly [Word, Word],
  command: string,
): Word {
  const given = values[name] ?? words[0];
  const word = words.find((each) => each === given);
  if (word === undefined) throw usageError(`--${name} expected ${words.join(" or ")}, got "${given}"`, command);
  return word;
}

/**
 * Reads CAN identifiers.
 *
 * @throws {@link CliError} `ERR_CLI_USAGE`
 */
export function idsOf({ id }: InputValues, command: string): readonly number[] {
  return id.map((text) => {
    if (!/^(0x)?[0-9a-f]{1,8}$/i.test(text))
      throw usageError(`--id expected hexadecimal digits, got "${text}"`, command);
    return Number.parseInt(text, 16);
  });
}

/** Editions by the word of `--edition`. */
export function editionOf(word: string | undefined, command: string): Edition | undefined {
  const editions: readonly Edition[] = ["2006", "2013", "2020"];
  if (word === undefined) return undefined;
  const edition = editions.find((each) => each === word);
  if (edition === undefined) throw usageError(`--edition expected ${editions.join(", ")}, got "${word}"`, command);
  return edition;
}
