/** Compiles the fields of a record to closures, once, so that decoding looks nothing up. */

import { type Bytes, concatBytes } from "../../core/index.ts";
import { Node } from "./check.ts";
import type { CompiledField } from "./field.ts";
import { integerTypes } from "./integer.ts";
import { compileBits, compileEnum, compileNumber } from "./number-field.ts";
import { compileText } from "./text-field.ts";
import type { FieldContent, FieldValue, RecordLayout } from "./types.ts";

/** Compiles a layout: an array of fields. */
export function compileLayout(name: string, node: Node): RecordLayout {
  const nodes = node.list();
  const fields = nodes.map(compileField);
  const seen = new Set<string>();
  fields.forEach((field, index) => {
    for (const fieldName of field.names) {
      if (seen.has(fieldName)) nodes[index]!.fail(`a name other than ${fieldName}, which the record has already`);
      seen.add(fieldName);
    }
    if (field.takesRest === true && index < fields.length - 1) {
      nodes[index]!.fail("a length other than rest, as another field follows");
    }
  });
  return new CompiledLayout(name, fields);
}

function compileField(node: Node): CompiledField {
  const type = new Map(node.entries()).get("type") ?? new Node(undefined, `${node.path}/type`);
  switch (type.oneOf([...integerTypes, "f32", "f64", "enum", "bits", "ascii", "utf8", "bytes", "bcd"])) {
    case "enum":
      return compileEnum(node);
    case "bits":
      return compileBits(node);
    case "ascii":
    case "utf8":
    case "bytes":
    case "bcd":
      return compileText(node);
    default:
      return compileNumber(node);
  }
}

class CompiledLayout implements RecordLayout {
  readonly name: string;
  readonly #fields: readonly CompiledField[];

  constructor(name: string, fields: readonly CompiledField[]) {
    this.name = name;
    this.#fields = fields;
  }

  measure(bytes: Uint8Array, offset: number, end: number): number {
    let at = offset;
    for (const field of this.#fields) at += field.measure(bytes, Math.min(at, end), end);
    return at - offset;
  }

  decode(bytes: Uint8Array, offset: number, end: number): readonly FieldValue[] {
    const values: FieldValue[] = [];
    let at = offset;
    for (const field of this.#fields) {
      const next = at + field.measure(bytes, at, end);
      field.decode(bytes, at, next, values);
      at = next;
    }
    return values;
  }

  encode(values: Readonly<Record<string, FieldContent>>): Bytes {
    const byName = new Map(Object.entries(values));
    return concatBytes(...this.#fields.map((field) => Uint8Array.from(field.encode(byName))));
  }
}
