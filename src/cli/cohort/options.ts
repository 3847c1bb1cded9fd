/** Options that the commands of `otakit cohort` share, and the documents that they name. */

import {
  type AttributeCatalogue,
  type CompiledSelector,
  compileSelector,
  type Holdback,
  parseAttributeCatalogue,
  parseLayer,
  type Selector,
} from "otakit/cohort";
import { bytesToUtf8, parseUtcTime } from "otakit/core";
import { usageError } from "../command.ts";
import { CliError } from "../errors.ts";
import { readUserFile } from "../files.ts";
import { formatOf, linesOf, type RecordFormat } from "./records.ts";

/** Largest selector, catalogue or plan that is read. */
const maxDocumentBytes = 16 * 1024 * 1024;

/** What a selector is made of. */
export const selectorOptions = {
  selector: { value: "FILE", required: true, help: "selector, as JSON" },
  catalogue: { value: "FILE", required: true, help: "attribute catalogue, as JSON" },
  list: { value: "ID=FILE", repeatable: true, help: "vehicle ids of a list that the selector names, one a line" },
  layer: { value: "FILE", help: "layer whose holdback is kept out, as JSON" },
  now: { value: "TIME", help: "the time at which values are fresh, as 2026-11-30T12:00:00Z; now when absent" },
} as const;

/** Where vehicles come from. */
export const vehicleOptions = {
  format: { value: "WORD", help: "jsonl or csv; by the file's name when absent, else jsonl" },
} as const;

/** Values of {@link selectorOptions}. */
export interface SelectorValues {
  readonly selector: string;
  readonly catalogue: string;
  readonly list: readonly string[];
  readonly layer: string | undefined;
  readonly now: string | undefined;
}

/** The documents behind {@link selectorOptions}. */
export interface SelectorInput {
  readonly selector: Selector;
  readonly catalogue: AttributeCatalogue;
  readonly lists: Readonly<Record<string, readonly string[]>>;
  readonly holdback: Holdback | undefined;
  /** Epoch milliseconds. */
  readonly now: number;
}

/**
 * Reads what a selector is made of.
 *
 * @throws {@link CliError} `ERR_CLI_FILE`, `ERR_CLI_FILE_TOO_LONG`, `ERR_CLI_USAGE`, `ERR_CLI_COHORT_INPUT`; `CoreError`; `CohortError`
 */
export async function readSelectorInput(values: SelectorValues, command: string): Promise<SelectorInput> {
  const catalogue = parseAttributeCatalogue(readDocument(values.catalogue));
  const lists: Record<string, readonly string[]> = {};
  for (const given of values.list) {
    const [, id, file] = /^([^=]+)=(.+)$/s.exec(given) ?? [];
    if (id === undefined) throw usageError(`--list expected ID=FILE, got "${given}"`, command);
    if (Object.hasOwn(lists, id)) throw usageError(`--list names "${id}" twice`, command);
    const ids: string[] = [];
    for await (const { text } of linesOf(file!)) ids.push(text.replace(/\r$/, ""));
    Object.defineProperty(lists, id, { value: ids, enumerable: true });
  }
  return {
    selector: readDocument(values.selector) as Selector,
    catalogue,
    lists,
    holdback: values.layer === undefined ? undefined : holdbackOf(values.layer),
    now: values.now === undefined ? Date.now() : parseUtcTime(values.now),
  };
}

/** Compiles what {@link readSelectorInput} read. */
export function compileInput({ selector, catalogue, lists, holdback }: SelectorInput): CompiledSelector {
  return compileSelector(selector, catalogue, { lists, ...(holdback === undefined ? {} : { holdback }) });
}

/** Reads a JSON document. Not the strict reader of signed documents: thresholds may have fractions. */
export function readDocument(file: string): unknown {
  const bytes = readUserFile(file, maxDocumentBytes);
  try {
    return JSON.parse(bytesToUtf8(bytes));
  } catch (cause) {
    const details = { file };
    throw new CliError("ERR_CLI_COHORT_INPUT", `Cannot read ${file}: ${(cause as Error).message}`, { details, cause });
  }
}

function holdbackOf(file: string): Holdback | undefined {
  const { salt, holdback } = parseLayer(readDocument(file));
  return holdback === undefined ? undefined : { salt, ...holdback };
}

/** The form of an input: as the user says, or as its name promises. */
export function formatOption(word: string | undefined, file: string, command: string): RecordFormat {
  if (word === undefined) return formatOf(file);
  if (word === "jsonl" || word === "csv") return word;
  throw usageError(`--format expected jsonl or csv, got "${word}"`, command);
}
