/** The data of a data identifier: bytes, and what a dictionary makes of them. */

import type { Dictionary, FieldValue, RecordLayout } from "./dictionary/types.ts";

/** The data of one data identifier. */
export interface DataRecord {
  /** 0 .. 0xFFFF. */
  readonly dataIdentifier: number;
  /** The data as they are on the wire: a view of the message, not a copy. */
  readonly dataRecord: Uint8Array;
  /** Name of the data, where the dictionary has the identifier. */
  readonly name?: string;
  /** The fields of the data, where the dictionary has the identifier and they are as long as it says. */
  readonly values?: readonly FieldValue[];
}

/** What the dictionary says about the bytes from `start` to `end`, which are the data of an identifier. */
export function explainData(
  dictionary: Dictionary | undefined,
  dataIdentifier: number,
  bytes: Uint8Array,
  start: number,
  end: number,
): Pick<DataRecord, "name" | "values"> {
  const layout = dictionary?.dataIdentifier(dataIdentifier);
  return layout === undefined ? {} : { name: layout.name, ...explainRecord(layout, bytes, start, end) };
}

/** The fields of the bytes from `start` to `end`, where a layout is known and they are as long as it says. */
export function explainRecord(
  layout: RecordLayout | undefined,
  bytes: Uint8Array,
  start: number,
  end: number,
): { readonly values?: readonly FieldValue[] } {
  if (layout === undefined || layout.measure(bytes, start, end) !== end - start) return {};
  return { values: layout.decode(bytes, start, end) };
}
