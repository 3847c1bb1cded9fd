/**
 * Catalogue of trouble codes from data in the shape of OBDex. No data come with this package: the caller loads them, and
 * answers for their origin.
 */

import * as z from "zod/mini";
import { createDtcCatalogue, type DtcCatalogue, type DtcCatalogueEntry, type DtcTextSource } from "../dtc-catalogue.ts";
import { UdsError } from "../errors.ts";
import { objectOf, requireShape, type Schema } from "./bounded.ts";

/** Texts by language, `en` and others. */
type Texts = Readonly<Record<string, string>>;

/** One code of the data; other members are not looked at. */
interface ObdexCode {
  readonly code: string;
  readonly title: Texts;
  readonly description?: Texts;
}

/** Most codes of one catalogue. */
const mostCodes = 65_536;

const codeSchema: Schema<ObdexCode> = /* @__PURE__ */ makeCodeSchema();

function makeCodeSchema(): Schema<ObdexCode> {
  const texts = z.custom<Texts>(isTexts, "object of texts by language, each of at most 4096 characters");
  return objectOf<ObdexCode>({
    code: z.string().check(z.regex(/^[PBCU][0-3][0-9A-F]{3}$/, "code such as P0420")),
    title: texts,
    description: z.exactOptional(texts),
  });
}

function isTexts(value: unknown): boolean {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  const texts: readonly unknown[] = Object.values(value);
  return texts.length <= 64 && texts.every((text) => typeof text === "string" && text.length <= 4096);
}

/**
 * Makes a catalogue for `explainDtc` and `toSovdFault` from OBDex-shaped data.
 *
 * @param data value out of `JSON.parse`: a list of codes, or an object with such a list as `generic`
 * @param options `language` of the texts, `en` when absent, where a code has it and else `en`; `source` as it shall be named
 * @throws UdsError `ERR_UDS_CATALOGUE` with the JSON pointer of the first fault
 * @example
 * ```ts
 * const catalogue = createObdexCatalogue([{ code: "P0420", title: { en: "Catalyst efficiency low" } }]);
 * catalogue.lookUp("P0420").title; // "Catalyst efficiency low"
 * ```
 */
export function createObdexCatalogue(
  data: unknown,
  options: { readonly language?: string; readonly source?: DtcTextSource } = {},
): DtcCatalogue {
  const { language = "en", source = { name: "OBDex", licence: "CC0-1.0" } } = options;
  const { list, path } = listIn(data);
  const entries: [string, DtcCatalogueEntry][] = [];
  for (const [index, code] of list.entries()) {
    requireShape(codeSchema, "ERR_UDS_CATALOGUE", "catalogue", code, `${path}/${index}`);
    const title = textIn(code.title, language);
    if (title === undefined) throw wrong(`${path}/${index}/title`, `text in "${language.slice(0, 16)}" or "en"`);
    const text = textIn(code.description, language);
    entries.push([code.code, text === undefined ? { title } : { title, text }]);
  }
  return createDtcCatalogue(source, Object.fromEntries(entries));
}

function listIn(data: unknown): { readonly list: readonly unknown[]; readonly path: string } {
  const isList = Array.isArray(data);
  const list: unknown = isList ? data : (data as { readonly generic?: unknown } | null | undefined)?.generic;
  const path = isList ? "" : "/generic";
  if (!Array.isArray(list) || list.length > mostCodes) throw wrong(path, `list of at most ${mostCodes} codes`);
  return { list, path };
}

function textIn(texts: Texts | undefined, language: string): string | undefined {
  for (const name of [language, "en"]) if (texts !== undefined && Object.hasOwn(texts, name)) return texts[name];
  return undefined;
}

function wrong(path: string, expected: string): UdsError {
  return new UdsError("ERR_UDS_CATALOGUE", `Cannot use catalogue: "${path}" expected ${expected}`, { path });
}
