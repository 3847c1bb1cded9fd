/** Names of the values of a one-byte parameter that selects what a message does, and the ranges between them. */

import { UdsError } from "./errors.ts";

/** Name of a range of sub-functions without names of their own. */
export type SubFunctionRange = "isoSaeReserved" | "vehicleManufacturerSpecific" | "systemSupplierSpecific";

/** Whether 0x40 .. 0x5F are the vehicle manufacturer's and 0x60 .. 0x7E the system supplier's, or all reserved. */
export type SubFunctionRanges = "specificRanges" | "reservedOnly";

/** Two-way table of sub-functions 0 .. 127, or of the values of a whole byte: each has a name, most that of a range. */
export class SubFunctionNames<Name extends string> {
  readonly #names: readonly (Name | SubFunctionRange)[];
  readonly #ids: ReadonlyMap<string, number>;

  constructor(named: Readonly<Record<number, Name>>, ranges: SubFunctionRanges, size: 128 | 256 = 128) {
    this.#names = Array.from({ length: size }, (_, id) => named[id] ?? rangeOf(id, ranges));
    this.#ids = new Map(Object.entries(named).map(([id, name]) => [name, Number(id)]));
  }

  /** Name of a sub-function without bit 7, or of the value of a byte. */
  nameOf(id: number): Name | SubFunctionRange {
    return this.#names[id]!;
  }

  /**
   * The sub-function that a message to be written means.
   *
   * @throws {@link UdsError} `ERR_UDS_VALUE` when the name is none or needs a number, or when name and number differ
   */
  idOf(message: { readonly subFunction: string; readonly subFunctionId?: number }): number {
    return this.idOfMember(message.subFunction, message.subFunctionId, "/subFunction");
  }

  /** {@link SubFunctionNames.idOf} for the member at `path`, whose number is in the member of that name with `Id`. */
  idOfMember(name: string, number: number | undefined, path: string): number {
    const id = number ?? this.#ids.get(name);
    if (id !== undefined && this.#names[id] === name) return id;
    const quoted = `"${String(name)}"`;
    if (!this.#names.some((known) => known === name)) throw wrong(path, `${quoted} is no value of this member`);
    if (id === undefined) throw wrong(`${path}Id`, `${quoted} is a range, so a number is needed`);
    const meant = this.#names[id];
    throw wrong(`${path}Id`, `${String(id)} is ${meant === undefined ? "no value" : `"${meant}"`}, not ${quoted}`);
  }
}

function rangeOf(id: number, ranges: SubFunctionRanges): SubFunctionRange {
  if (ranges === "reservedOnly" || id < 0x40 || id === 0x7f) return "isoSaeReserved";
  return id < 0x60 ? "vehicleManufacturerSpecific" : "systemSupplierSpecific";
}

function wrong(path: string, what: string): UdsError {
  return new UdsError("ERR_UDS_VALUE", `Cannot encode ${path}: ${what}`, { path });
}
