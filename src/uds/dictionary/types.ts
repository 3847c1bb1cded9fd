/**
 * What a dictionary says about the data of an ECU: the document as a person or an ODX reader writes it, and the compiled
 * form that decoders use. Types alone, so that a decoder without a dictionary pays nothing.
 */

import type { Bytes } from "../../core/index.ts";
import type { Undecoded } from "../undecoded.ts";

/** Whole numbers: `u` unsigned, `i` two's complement, then the number of bits. */
export type IntegerType = `${"u" | "i"}${8 | 16 | 24 | 32 | 40 | 48 | 56 | 64}`;

/** Length of a text or of bytes. */
export type FieldLength =
  /** A fixed number of bytes. */
  | number
  /** All bytes up to the end of the record; only for the last field. */
  | "rest"
  /** A number before the data says how many bytes follow. */
  | { readonly prefix: "u8" | "u16" }
  /** Bytes up to one with this value, which is left out, or `max` bytes. */
  | { readonly until: number; readonly max: number };

/** A number: `raw * scale / divisor + offset`. */
export interface NumberField {
  readonly name: string;
  readonly type: IntegerType | "f32" | "f64";
  /** Order of the bytes; without it, most significant first. */
  readonly endian?: "big" | "little";
  readonly scale?: number;
  readonly divisor?: number;
  readonly offset?: number;
  readonly unit?: string;
  /** Bounds of the scaled value: decoding marks a value outside, encoding refuses it. */
  readonly min?: number;
  readonly max?: number;
}

/** A whole number with names for values, for example `{ "0": "off", "1": "on" }`; also ranges, `"2..7": "reserved"`. */
export interface EnumField {
  readonly name: string;
  readonly type: "enum";
  /** Without it, one unsigned byte. */
  readonly base?: IntegerType;
  readonly endian?: "big" | "little";
  readonly values: Readonly<Record<string, string>>;
}

/** Text, or bytes as hexadecimal text, or decimal digits in half bytes. */
export interface TextField {
  readonly name: string;
  readonly type: "ascii" | "utf8" | "bytes" | "bcd";
  readonly length: FieldLength;
  /** Byte that fills up a text: left out at its end, and written up to a fixed length. */
  readonly padding?: number;
}

/** Some bits of a number. */
export interface BitDefinition {
  readonly name: string;
  /** Lowest bit, from 0 for the least significant. */
  readonly bit: number;
  /** Number of bits; without it one, which is read as true or false. */
  readonly width?: number;
  readonly scale?: number;
  readonly divisor?: number;
  readonly offset?: number;
  readonly unit?: string;
  readonly values?: Readonly<Record<string, string>>;
}

/** Named bits of one to four bytes; each gives a value of its own, the other bits are written as zero. */
export interface BitsField {
  readonly name: string;
  readonly type: "bits";
  /** 1 .. 4 bytes; without it, one. */
  readonly length?: number;
  readonly endian?: "big" | "little";
  readonly bits: readonly BitDefinition[];
}

/** One field of a record. */
export type FieldDefinition = NumberField | EnumField | TextField | BitsField;

/** Data that is named as a whole: its fields follow each other without gaps. */
export interface RecordDefinition {
  readonly name: string;
  readonly layout: readonly FieldDefinition[];
}

/** Data of a routine, by what is asked of it. */
export interface RoutineDefinition {
  readonly name: string;
  readonly start?: RoutineData;
  readonly stop?: RoutineData;
  readonly results?: RoutineData;
}

/** Layouts of the option record of a request and of the status record of its response. */
export interface RoutineData {
  readonly request?: readonly FieldDefinition[];
  readonly response?: readonly FieldDefinition[];
}

/** What a dictionary says about one trouble code. */
export interface DtcDefinition {
  readonly title?: string;
  /** Extended data records that this code alone has, or has in another layout. */
  readonly extendedData?: Readonly<Record<string, RecordDefinition>>;
}

/** One ECU. */
export interface EcuDefinition {
  readonly name: string;
}

/** The document: identifiers are hexadecimal texts such as `0xF190`, or `P0420-16` for a trouble code. */
export interface DictionaryDocument {
  readonly schema: "otakit.uds-dictionary/1";
  readonly dids?: Readonly<Record<string, RecordDefinition>>;
  /** By record number, `0x01` .. `0xFE`. */
  readonly extendedData?: Readonly<Record<string, RecordDefinition>>;
  readonly dtcs?: Readonly<Record<string, DtcDefinition>>;
  readonly routines?: Readonly<Record<string, RoutineDefinition>>;
  /** By address. */
  readonly ecus?: Readonly<Record<string, EcuDefinition>>;
}

/** Value of a field: bytes and decimal digits as text; whole numbers beyond 2^53 - 1 as decimal text. */
export type FieldContent = number | string | boolean;

/** A field that was read, or why it was not. */
export type FieldValue =
  | {
      readonly name: string;
      readonly value: FieldContent;
      readonly unit?: string;
      /** Set when the value lies outside the bounds that the dictionary gives. */
      readonly outOfRange?: true;
    }
  | { readonly name: string; readonly undecoded: Undecoded };

/** Layout of a record, compiled. */
export interface RecordLayout {
  readonly name: string;
  /**
   * How many bytes the record takes from `offset` on; more than `end - offset` when the message ends before.
   */
  measure(bytes: Uint8Array, offset: number, end: number): number;
  /** Reads a record that takes `bytes` from `offset` to `end`, as {@link RecordLayout.measure} said. */
  decode(bytes: Uint8Array, offset: number, end: number): readonly FieldValue[];
  /**
   * Writes values by field name.
   *
   * @throws UdsError `ERR_UDS_VALUE` with the name of the field as path
   */
  encode(values: Readonly<Record<string, FieldContent>>): Bytes;
}

/** Layouts of a routine, compiled. */
export interface RoutineLayout {
  readonly name: string;
  readonly start: RoutineDataLayout;
  readonly stop: RoutineDataLayout;
  readonly results: RoutineDataLayout;
}

/** Layouts of the data of one routine control, where the dictionary has them. */
export interface RoutineDataLayout {
  readonly request?: RecordLayout;
  readonly response?: RecordLayout;
}

/** A compiled dictionary: what decoders and encoders ask. */
export interface Dictionary {
  /** Layout of the data of a data identifier, 0 .. 0xFFFF. */
  dataIdentifier(identifier: number): RecordLayout | undefined;
  /** Layout of an extended data record, of this code if it has its own. */
  extendedData(recordNumber: number, dtc?: number): RecordLayout | undefined;
  /** Layouts of a routine's request and response. */
  routine(identifier: number): RoutineLayout | undefined;
  /** Title of a three-byte trouble code. */
  dtcTitle(code: number): string | undefined;
  /** Name of the ECU with an address. */
  ecuName(address: number): string | undefined;
}
