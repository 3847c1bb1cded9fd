/** Numbers, scaled or with names, and named bits. */

import type { Node } from "./check.ts";
import { type CompiledField, contentOf, failValue } from "./field.ts";
import { type IntegerForm, integerForm, integerTypes, readInteger, writeInteger } from "./integer.ts";
import type { FieldContent, FieldValue, IntegerType } from "./types.ts";

const endianWords = ["big", "little"] as const;
const scaleMembers = ["scale", "divisor", "offset", "unit", "min", "max"] as const;

/** Members that say how a raw number becomes a value. */
type ScaleNodes = Readonly<Record<(typeof scaleMembers)[number], Node>>;

/** Turns raw numbers into values and back. */
interface Scale {
  toValue(name: string, raw: number | bigint): FieldValue;
  /** Raw number of a value, before it is rounded to a whole one. */
  toRaw(name: string, value: number): number;
  readonly isPlain: boolean;
}

function isLittleOf(endian: Node): boolean {
  return endian.isPresent && endian.oneOf(endianWords) === "little";
}

function scaleOf(nodes: ScaleNodes): Scale {
  const factor = (node: Node): number => {
    const value = node.isPresent ? node.number() : 1;
    return value === 0 ? node.fail("a number other than 0") : value;
  };
  const scale = factor(nodes.scale);
  const divisor = factor(nodes.divisor);
  const offset = nodes.offset.isPresent ? nodes.offset.number() : 0;
  const min = nodes.min.isPresent ? nodes.min.number() : Number.NEGATIVE_INFINITY;
  const max = nodes.max.isPresent ? nodes.max.number() : Number.POSITIVE_INFINITY;
  if (min > max) nodes.max.fail("a number >= min");
  const unit = nodes.unit.isPresent ? nodes.unit.text() : undefined;
  const isPlain = scale === 1 && divisor === 1 && offset === 0;
  return {
    isPlain,
    toValue(name, raw) {
      const exact = isPlain ? raw : (Number(raw) * scale) / divisor + offset;
      const value = typeof exact === "bigint" ? exact.toString() : exact;
      const field = unit === undefined ? { name, value } : { name, value, unit };
      return exact < min || exact > max ? { ...field, outOfRange: true } : field;
    },
    toRaw(name, value) {
      if (value < min || value > max) failValue(name, `a number ${min}..${max}`);
      return ((value - offset) * divisor) / scale;
    },
  };
}

/** Compiles a number. */
export function compileNumber(node: Node): CompiledField {
  const members = node.members(["name", "type", "endian", ...scaleMembers]);
  const name = members.name.text();
  const type = members.type.oneOf([...integerTypes, "f32", "f64"]);
  const scale = scaleOf(members);
  const isLittle = isLittleOf(members.endian);
  if (type === "f32" || type === "f64") return compileFloat(name, type === "f32" ? 4 : 8, isLittle, scale);
  const form = integerForm(type, isLittle);
  return {
    names: [name],
    measure: () => form.size,
    decode: (bytes, offset, _end, into) => into.push(scale.toValue(name, readInteger(bytes, offset, form))),
    encode: (values) => encodeInteger(name, contentOf(values, name), form, scale),
  };
}

function encodeInteger(name: string, value: FieldContent, form: IntegerForm, scale: Scale): number[] {
  // Decimal text is how whole numbers beyond 2^53 - 1 are read.
  const isWideText = typeof value === "string" && /^-?\d{1,20}$/.test(value) && scale.isPlain;
  if (isWideText) return fitting(name, BigInt(value), form);
  if (typeof value !== "number" || !Number.isFinite(value)) return failValue(name, "a finite number");
  const raw = Math.round(scale.toRaw(name, value));
  if (scale.isPlain && raw !== value) failValue(name, "a whole number");
  return fitting(name, BigInt(raw), form);
}

function fitting(name: string, raw: bigint, form: IntegerForm): number[] {
  return writeInteger(raw, form) ?? failValue(name, `a number that fits ${8 * form.size} bits`);
}

function compileFloat(name: string, size: 4 | 8, isLittle: boolean, scale: Scale): CompiledField {
  return {
    names: [name],
    measure: () => size,
    decode(bytes, offset, end, into) {
      const view = new DataView(bytes.buffer, bytes.byteOffset + offset, size);
      const raw = size === 4 ? view.getFloat32(0, isLittle) : view.getFloat64(0, isLittle);
      if (Number.isFinite(raw)) into.push(scale.toValue(name, raw));
      else into.push({ name, undecoded: { offset, bytes: bytes.subarray(offset, end), reason: "malformed_number" } });
    },
    encode(values) {
      const value = contentOf(values, name);
      if (typeof value !== "number") return failValue(name, "a finite number");
      const raw = scale.toRaw(name, value);
      const view = new DataView(new ArrayBuffer(size));
      if (size === 4) view.setFloat32(0, raw, isLittle);
      else view.setFloat64(0, raw, isLittle);
      const written = size === 4 ? view.getFloat32(0, isLittle) : raw;
      if (!Number.isFinite(written)) failValue(name, "a finite number that fits");
      return [...new Uint8Array(view.buffer)];
    },
  };
}

/** Names of values, both ways; a value without a name stays a number. */
interface ValueNames {
  nameOf(raw: number): string | undefined;
  rawOf(text: string): number | undefined;
}

function valueNames(node: Node): ValueNames {
  const ranges: (readonly [least: number, most: number, text: string])[] = [];
  for (const [key, label] of node.entries()) {
    const [, least, most = least] =
      /^(-?\d{1,15})(?:\.\.(-?\d{1,15}))?$/.exec(key) ?? label.fail("a key such as 0 or 2..7");
    ranges.push([Number(least), Number(most), label.text()]);
  }
  if (ranges.length === 0) node.fail("at least one name");
  const single = new Map(ranges.filter(([least, most]) => least === most).map(([raw, , text]) => [raw, text]));
  const raws = new Map(ranges.map(([least, , text]) => [text, least]));
  return {
    nameOf: (raw) => single.get(raw) ?? ranges.find(([least, most]) => raw >= least && raw <= most)?.[2],
    rawOf: (text) => raws.get(text),
  };
}

function rawOfNamed(name: string, value: FieldContent, names: ValueNames): bigint {
  const raw = typeof value === "string" ? names.rawOf(value) : value;
  return typeof raw === "number" && Number.isInteger(raw) ? BigInt(raw) : failValue(name, "a known name or an integer");
}

/** Compiles a number with names for its values. */
export function compileEnum(node: Node): CompiledField {
  const members = node.members(["name", "type", "base", "endian", "values"]);
  const name = members.name.text();
  const base: IntegerType = members.base.isPresent ? members.base.oneOf(integerTypes) : "u8";
  const form = integerForm(base, isLittleOf(members.endian));
  const names = valueNames(members.values);
  return {
    names: [name],
    measure: () => form.size,
    decode(bytes, offset, _end, into) {
      const raw = readInteger(bytes, offset, form);
      into.push({ name, value: typeof raw === "bigint" ? raw.toString() : (names.nameOf(raw) ?? raw) });
    },
    encode: (values) => fitting(name, rawOfNamed(name, contentOf(values, name), names), form),
  };
}

/** Some bits of a number, compiled. */
interface CompiledBits {
  readonly name: string;
  toValue(raw: number): FieldValue;
  /** The bits in their place. */
  toBits(value: FieldContent): number;
}

/** Compiles named bits. */
export function compileBits(node: Node): CompiledField {
  const members = node.members(["name", "type", "length", "endian", "bits"]);
  members.name.text();
  const size = members.length.isPresent ? members.length.integer(1, 4) : 1;
  const form: IntegerForm = { size, isSigned: false, isLittle: isLittleOf(members.endian) };
  const parts = members.bits.list().map((part) => compileBitPart(part, 8 * size));
  return {
    names: parts.map(({ name }) => name),
    measure: () => size,
    decode(bytes, offset, _end, into) {
      const raw = Number(readInteger(bytes, offset, form));
      for (const part of parts) into.push(part.toValue(raw));
    },
    encode(values) {
      const raw = parts.reduce((sum, { name, toBits }) => sum + toBits(contentOf(values, name)), 0);
      return fitting(parts[0]?.name ?? "", BigInt(raw), form);
    },
  };
}

function compileBitPart(node: Node, bits: number): CompiledBits {
  const members = node.members(["name", "bit", "width", "values", ...scaleMembers]);
  const name = members.name.text();
  const bit = members.bit.integer(0, bits - 1);
  const width = members.width.isPresent ? members.width.integer(1, bits - bit) : 1;
  const names = members.values.isPresent ? valueNames(members.values) : undefined;
  const scale = scaleOf(members);
  const isFlag = width === 1 && names === undefined && scale.isPlain;
  const place = 2 ** bit;
  const count = 2 ** width;
  return {
    name,
    toValue(whole) {
      const raw = Math.floor(whole / place) % count;
      if (isFlag) return { name, value: raw === 1 };
      const label = names?.nameOf(raw);
      return label === undefined ? scale.toValue(name, raw) : { name, value: label };
    },
    toBits(value) {
      const raw = isFlag ? rawOfFlag(name, value) : rawOfBits(name, value, names, scale);
      if (!Number.isInteger(raw) || raw < 0 || raw >= count) failValue(name, `a value that fits ${width} bits`);
      return raw * place;
    },
  };
}

function rawOfFlag(name: string, value: FieldContent): number {
  return typeof value === "boolean" ? Number(value) : failValue(name, "true or false");
}

function rawOfBits(name: string, value: FieldContent, names: ValueNames | undefined, scale: Scale): number {
  if (typeof value === "string" && names !== undefined) return Number(rawOfNamed(name, value, names));
  return typeof value === "number" ? Math.round(scale.toRaw(name, value)) : failValue(name, "a number");
}
