/**
 * The attribute catalogue: what a fleet's records hold, of which type, how old it may be, and where databases keep it.
 *
 * A selector has a meaning only against a catalogue: it fixes types, so that `"10" < 9` is a mistake and not an answer.
 */

import { loneSurrogate, parseVersionScheme, type VersionScheme } from "../../core/index.ts";
import { CohortError } from "../errors.ts";
import { FaultList, isPlainObject, type Place } from "../faults.ts";
import { frozenCopy } from "./frozen-copy.ts";

/** What every attribute has. */
export interface AttributeBase {
  /** Member of a vehicle's record that holds the value; the attribute's name when absent. */
  readonly field?: string;
  /** Member that says when the value was observed, in epoch milliseconds. */
  readonly observedAtField?: string;
  /** Older than this at `now`, the value counts as unknown; needs `observedAtField`. An integer >= 0. */
  readonly maxAgeMs?: number;
  /** Member that is `true` while sources contradict each other about the value, which is unknown then. */
  readonly contradictionField?: string;
  /** Column of the value in a database; the field when absent. The other columns likewise. */
  readonly column?: string;
  readonly observedAtColumn?: string;
  readonly contradictionColumn?: string;
  /** Privacy class in the caller's own words; the values of an attribute that has one are left out of explanations. */
  readonly piiClass?: string;
  readonly description?: string;
}

/** Text that is equal or not; it has no order. */
export interface StringAttribute extends AttributeBase {
  readonly type: "string";
}

/** One of a few texts; any other text in a record is unreadable. */
export interface EnumAttribute extends AttributeBase {
  readonly type: "enum";
  /** 1 .. 1,000 texts, each once. */
  readonly values: readonly string[];
}

/** An integer of magnitude <= 2^53 - 1, a finite number, or an instant in epoch milliseconds (an integer too). */
export interface NumberAttribute extends AttributeBase {
  readonly type: "int" | "number" | "timestamp";
}

/** `true` or `false`; in SQLite and ClickHouse 1 or 0. */
export interface BoolAttribute extends AttributeBase {
  readonly type: "bool";
}

/** A version of a declared scheme; a text that is none is unreadable. */
export interface VersionAttribute extends AttributeBase {
  readonly type: "version";
  readonly scheme: VersionScheme;
  /** Member that holds the order-preserving key, from `versionKey`; spares reading the version again and again. */
  readonly keyField?: string;
  /** Column of the key, without which versions cannot be compared in a database; `keyField` when absent. */
  readonly keyColumn?: string;
}

/** Several texts without order: tags, installed ECUs. An empty set is known, and empty. */
export interface SetAttribute extends AttributeBase {
  readonly type: "set<string>";
}

/** One attribute of a vehicle. */
export type Attribute =
  | StringAttribute
  | EnumAttribute
  | NumberAttribute
  | BoolAttribute
  | VersionAttribute
  | SetAttribute;

/** Type of an attribute. */
export type AttributeType = Attribute["type"];

/** The attributes of a fleet. */
export interface AttributeCatalogue {
  readonly schema: "otakit.attribute-catalogue/1";
  /** Member that holds the vehicle's id, for buckets and lists; `vehicleId` when absent. */
  readonly idField?: string;
  /** Column of the id; `idField` when absent. */
  readonly idColumn?: string;
  /**
   * How far an observation may lie ahead of `now` before its clock is distrusted and the value unknown: an integer >= 0,
   * 300,000 (five minutes) when absent.
   */
  readonly maxAheadMs?: number;
  /** Attribute by name: a letter, then letters, digits, `_`, `.` and `-`; at most 1,000 of 64 characters. */
  readonly attributes: Readonly<Record<string, Attribute>>;
}

/** The default of {@link AttributeCatalogue.maxAheadMs}. */
export const defaultMaxAheadMs = 300_000;

const maxAttributes = 1_000;
const maxEnumValues = 1_000;
const attributeName = /^[A-Za-z][A-Za-z0-9_.-]{0,63}$/;
// PostgreSQL cuts names after 63 bytes without a word; quotes, backslashes and controls mean something to some engine.
const columnName = /^[A-Za-z_][A-Za-z0-9_ .$-]{0,62}$/;

const baseMembers = [
  "type",
  "field",
  "observedAtField",
  "maxAgeMs",
  "contradictionField",
  "column",
  "observedAtColumn",
  "contradictionColumn",
  "piiClass",
  "description",
];
/** Members beyond those of every attribute. */
const ownMembers: Readonly<Record<AttributeType, readonly string[]>> = {
  string: [],
  enum: ["values"],
  int: [],
  number: [],
  timestamp: [],
  bool: [],
  version: ["scheme", "keyField", "keyColumn"],
  "set<string>": [],
};

/**
 * Checks a catalogue that was read back.
 *
 * Members that this reader does not know are refused: a misspelt `maxAgeMs` would make stale values count.
 *
 * @returns a frozen copy: what was checked does not change when the caller's object does
 *
 * @throws {@link CohortError} `ERR_COHORT_CATALOGUE` with the JSON pointer of the first fault and all of them (up to a
 * hundred) in `details.faults`, or `ERR_COHORT_CATALOGUE_VERSION`
 * @example
 * ```ts
 * parseAttributeCatalogue({
 *   schema: "otakit.attribute-catalogue/1",
 *   attributes: {
 *     model: { type: "enum", values: ["A3", "A4"] },
 *     firmware: { type: "version", scheme: "semver", observedAtField: "firmwareAt", maxAgeMs: 2_592_000_000 },
 *   },
 * });
 * ```
 */
export function parseAttributeCatalogue(value: unknown): AttributeCatalogue {
  const faults = new FaultList("attribute catalogue");
  if (
    isPlainObject(value) &&
    typeof value["schema"] === "string" &&
    value["schema"] !== "otakit.attribute-catalogue/1"
  ) {
    throw new CohortError("ERR_COHORT_CATALOGUE_VERSION", "Cannot use attribute catalogue: schema is unknown", {
      path: "/schema",
    });
  }
  if (isPlainObject(value)) checkCatalogue(value, faults);
  else fault(faults, [], "an object", value);
  faults.throwIfAny();
  return frozenCopy(value as unknown as AttributeCatalogue);
}

function checkCatalogue(value: Readonly<Record<string, unknown>>, faults: FaultList): void {
  refuseOthers(value, ["schema", "idField", "idColumn", "maxAheadMs", "attributes"], [], faults);
  const { schema, idField, idColumn, maxAheadMs, attributes } = value;
  if (schema !== "otakit.attribute-catalogue/1") fault(faults, ["schema"], "the schema id", schema);
  checkField(idField, ["idField"], faults);
  checkColumn(idColumn, ["idColumn"], faults);
  checkMillis(maxAheadMs, ["maxAheadMs"], faults);
  if (!isPlainObject(attributes)) {
    fault(faults, ["attributes"], "an object of attributes", attributes);
    return;
  }
  const names = Object.keys(attributes);
  if (names.length < 1 || names.length > maxAttributes) {
    fault(faults, ["attributes"], `1 .. ${maxAttributes} attributes`, names.length);
    return;
  }
  for (const name of names) {
    const place = ["attributes", name];
    if (!attributeName.test(name)) fault(faults, place, "a letter, then letters, digits, _, . or -; at most 64");
    checkAttribute(attributes[name], place, faults);
  }
}

function checkAttribute(value: unknown, place: Place, faults: FaultList): void {
  if (!isPlainObject(value)) {
    fault(faults, place, "an object", value);
    return;
  }
  const { type } = value;
  if (typeof type !== "string" || !Object.hasOwn(ownMembers, type)) {
    fault(faults, [...place, "type"], `one of ${Object.keys(ownMembers).join(", ")}`, type);
    return;
  }
  refuseOthers(value, [...baseMembers, ...ownMembers[type as AttributeType]], place, faults);
  for (const member of ["field", "observedAtField", "contradictionField", "keyField"]) {
    checkField(value[member], [...place, member], faults);
  }
  for (const member of ["column", "observedAtColumn", "contradictionColumn", "keyColumn"]) {
    checkColumn(value[member], [...place, member], faults);
  }
  for (const member of ["piiClass", "description"]) checkField(value[member], [...place, member], faults, 1_000);
  checkMillis(value["maxAgeMs"], [...place, "maxAgeMs"], faults);
  if (value["maxAgeMs"] !== undefined && value["observedAtField"] === undefined) {
    fault(faults, [...place, "maxAgeMs"], "an observedAtField beside it: without one nothing is ever fresh");
  }
  if (type === "enum") checkEnumValues(value["values"], [...place, "values"], faults);
  if (type === "version") checkScheme(value["scheme"], [...place, "scheme"], faults);
}

function checkEnumValues(values: unknown, place: Place, faults: FaultList): void {
  if (!Array.isArray(values) || values.length < 1 || values.length > maxEnumValues) {
    fault(faults, place, `1 .. ${maxEnumValues} texts`, values);
    return;
  }
  const seen = new Set<unknown>();
  for (const [index, value] of values.entries()) {
    if (!isStorableText(value)) fault(faults, [...place, index], "text without U+0000 and lone surrogates", value);
    else if (seen.has(value)) fault(faults, [...place, index], "a text of its own", value);
    seen.add(value);
  }
}

function checkScheme(scheme: unknown, place: Place, faults: FaultList): void {
  try {
    parseVersionScheme(scheme);
  } catch (error) {
    fault(faults, place, `a version scheme: ${(error as Error).message}`);
  }
}

function checkField(value: unknown, place: Place, faults: FaultList, longest = 256): void {
  if (value === undefined) return;
  if (typeof value === "string" && value.length >= 1 && value.length <= longest && isStorableText(value)) return;
  fault(faults, place, `1 .. ${longest} characters`, value);
}

function checkColumn(value: unknown, place: Place, faults: FaultList): void {
  if (value === undefined || (typeof value === "string" && columnName.test(value))) return;
  fault(faults, place, "a column name: a letter or _, then letters, digits, blank, _, ., $ or -; at most 63", value);
}

function checkMillis(value: unknown, place: Place, faults: FaultList): void {
  if (value === undefined || isMillis(value)) return;
  fault(faults, place, "an integer in 0 .. 10^13", value);
}

function refuseOthers(value: object, known: readonly string[], place: Place, faults: FaultList): void {
  for (const name of Object.keys(value)) if (!known.includes(name)) fault(faults, [...place, name], "no such member");
}

function fault(faults: FaultList, place: Place, expected: string, found?: unknown): void {
  faults.add("ERR_COHORT_CATALOGUE", place, expected, found);
}

/** A span of time that arithmetic on instants keeps exact: about 300 years. */
export function isMillis(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0 && (value as number) <= 1e13;
}

/** Text that every database can store: no U+0000, which PostgreSQL refuses, and no half of a surrogate pair. */
export function isStorableText(value: unknown): value is string {
  return typeof value === "string" && !value.includes("\0") && loneSurrogate(value) < 0;
}
