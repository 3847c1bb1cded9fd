/**
 * Reads a dictionary: what the data identifiers, extended data records, routines, trouble codes and ECUs of a vehicle
 * hold. The document is checked whole and compiled once.
 */

import { parseDtc } from "../dtc.ts";
import { UdsError } from "../errors.ts";
import { Node } from "./check.ts";
import { compileLayout } from "./record-layout.ts";
import type { Dictionary, DictionaryDocument, RecordLayout, RoutineDataLayout, RoutineLayout } from "./types.ts";

const schema: DictionaryDocument["schema"] = "otakit.uds-dictionary/1";

/**
 * Reads and compiles a dictionary.
 *
 * Members that otakit does not know are refused, so that a misspelt one is found. A field with `length: "rest"` takes all
 * that follows in the message, so that no record after it can be told apart.
 *
 * @param document a JSON text, or the value of one; {@link DictionaryDocument} is its type
 * @throws {@link UdsError} `ERR_UDS_DICTIONARY` with the path of the first fault
 * @example
 * ```ts
 * const dictionary = parseDictionary({
 *   schema: "otakit.uds-dictionary/1",
 *   dids: { "0xF190": { name: "VIN", layout: [{ name: "vin", type: "ascii", length: 17 }] } },
 * });
 * decodeResponse(bytes, { dictionary });
 * ```
 */
export function parseDictionary(document: unknown): Dictionary {
  const root = new Node(typeof document === "string" ? parseText(document) : document, "");
  if (root.value === undefined) root.fail("an object");
  const members = root.members(["schema", "dids", "extendedData", "dtcs", "routines", "ecus"]);
  members.schema.oneOf([schema]);
  const dids = layoutsOf(members.dids, 0xffff);
  const extendedData = layoutsOf(members.extendedData, 0xff);
  const routines = byIdentifier(members.routines, 0xffff, compileRoutine);
  const dtcs = byCode(members.dtcs);
  const ecus = byIdentifier(members.ecus, 0xffff_ffff, (node) => node.members(["name"]).name.text());
  return {
    dataIdentifier: (identifier) => dids.get(identifier),
    extendedData(recordNumber, dtc) {
      const own = dtc === undefined ? undefined : dtcs.get(dtc)?.extendedData.get(recordNumber);
      return own ?? extendedData.get(recordNumber);
    },
    routine: (identifier) => routines.get(identifier),
    dtcTitle: (code) => dtcs.get(code)?.title,
    ecuName: (address) => ecus.get(address),
  };
}

function parseText(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new UdsError("ERR_UDS_DICTIONARY", "Cannot read dictionary: the text is no JSON", { path: "", cause });
  }
}

function byIdentifier<T>(node: Node, highest: number, compile: (node: Node) => T): ReadonlyMap<number, T> {
  const byNumber = new Map<number, T>();
  for (const [key, entry] of node.entries()) {
    const identifier = /^0x[0-9a-f]{1,8}$/i.test(key) ? Number(key) : Number.NaN;
    if (!(identifier <= highest)) entry.fail(`a key such as 0x1A, at most 0x${highest.toString(16).toUpperCase()}`);
    if (byNumber.has(identifier)) entry.fail("a key that stands for no identifier twice");
    byNumber.set(identifier, compile(entry));
  }
  return byNumber;
}

function layoutsOf(node: Node, highest: number): ReadonlyMap<number, RecordLayout> {
  return byIdentifier(node, highest, (entry) => {
    const { name, layout } = entry.members(["name", "layout"]);
    return compileLayout(name.text(), layout);
  });
}

function compileRoutine(node: Node): RoutineLayout {
  const members = node.members(["name", "start", "stop", "results"]);
  const name = members.name.text();
  const dataOf = (data: Node): RoutineDataLayout => {
    const { request, response } = data.members(["request", "response"]);
    return {
      ...(request.isPresent ? { request: compileLayout(name, request) } : {}),
      ...(response.isPresent ? { response: compileLayout(name, response) } : {}),
    };
  };
  return { name, start: dataOf(members.start), stop: dataOf(members.stop), results: dataOf(members.results) };
}

interface CompiledDtc {
  readonly title: string | undefined;
  readonly extendedData: ReadonlyMap<number, RecordLayout>;
}

function byCode(node: Node): ReadonlyMap<number, CompiledDtc> {
  const byNumber = new Map<number, CompiledDtc>();
  for (const [key, entry] of node.entries()) {
    const code = codeOf(key) ?? entry.fail("a key such as P0420-16 or 0x042016");
    if (byNumber.has(code)) entry.fail("a key that stands for no code twice");
    const { title, extendedData } = entry.members(["title", "extendedData"]);
    byNumber.set(code, {
      title: title.isPresent ? title.text() : undefined,
      extendedData: layoutsOf(extendedData, 0xff),
    });
  }
  return byNumber;
}

function codeOf(key: string): number | undefined {
  if (/^0x[0-9a-f]{6}$/i.test(key)) return Number(key);
  return /^[PCBU][0-3][0-9A-F]{3}-[0-9A-F]{2}$/i.test(key) ? parseDtc(key) : undefined;
}
