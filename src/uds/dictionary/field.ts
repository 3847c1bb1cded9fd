/** What every compiled field can do, and the faults of values that are to be written. */

import { UdsError } from "../errors.ts";
import type { FieldContent, FieldValue } from "./types.ts";

/** A field of a record, compiled to closures. */
export interface CompiledField {
  /** Names of the values it gives. */
  readonly names: readonly string[];
  /** Whether it takes all bytes up to the end, so that no field can follow. */
  readonly takesRest?: boolean;
  /** Bytes it takes from `offset` on; more than `end - offset` when the message ends before. */
  measure(bytes: Uint8Array, offset: number, end: number): number;
  /** Reads the bytes from `offset` to `end`. */
  decode(bytes: Uint8Array, offset: number, end: number, into: FieldValue[]): void;
  encode(values: ReadonlyMap<string, FieldContent>): readonly number[];
}

/** The value of a field that is to be written. */
export function contentOf(values: ReadonlyMap<string, FieldContent>, name: string): FieldContent {
  const value = values.get(name);
  return value === undefined ? failValue(name, "a value") : value;
}

/** @throws UdsError `ERR_UDS_VALUE` with the name of the field as path */
export function failValue(name: string, expected: string): never {
  const path = `/${name.replaceAll("~", "~0").replaceAll("/", "~1")}`;
  throw new UdsError("ERR_UDS_VALUE", `Cannot encode ${path}: expected ${expected}`, { path });
}
