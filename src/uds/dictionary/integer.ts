/** Whole numbers of one to eight bytes in either order; beyond 2^53 - 1 as bigint. */

import type { IntegerType } from "./types.ts";

/** How a whole number lies in bytes. */
export interface IntegerForm {
  readonly size: number;
  readonly isSigned: boolean;
  readonly isLittle: boolean;
}

export const integerTypes: readonly IntegerType[] = /* @__PURE__ */ ["u", "i"].flatMap((sign) =>
  [8, 16, 24, 32, 40, 48, 56, 64].map((bits) => `${sign}${bits}` as IntegerType),
);

export function integerForm(type: IntegerType, isLittle: boolean): IntegerForm {
  return { size: Number(type.slice(1)) / 8, isSigned: type.startsWith("i"), isLittle };
}

/** Reads a whole number; a bigint when it is not exact as a number. */
export function readInteger(bytes: Uint8Array, offset: number, form: IntegerForm): number | bigint {
  const { size, isSigned, isLittle } = form;
  if (size > 6) return readWide(bytes, offset, form);
  let value = 0;
  for (let index = 0; index < size; index++) {
    value = value * 256 + bytes[offset + (isLittle ? size - 1 - index : index)]!;
  }
  const half = 2 ** (8 * size - 1);
  return isSigned && value >= half ? value - 2 * half : value;
}

function readWide(bytes: Uint8Array, offset: number, { size, isSigned, isLittle }: IntegerForm): number | bigint {
  let value = 0n;
  for (let index = 0; index < size; index++) {
    value = value * 256n + BigInt(bytes[offset + (isLittle ? size - 1 - index : index)]!);
  }
  if (isSigned) value = BigInt.asIntN(8 * size, value);
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}

/** Writes a whole number, or gives undefined when it does not fit. */
export function writeInteger(value: bigint, { size, isSigned, isLittle }: IntegerForm): number[] | undefined {
  const bits = 8 * size;
  if ((isSigned ? BigInt.asIntN(bits, value) : BigInt.asUintN(bits, value)) !== value) return undefined;
  const bytes = Array.from({ length: size }, (_, index) => Number((value >> BigInt(8 * index)) & 255n));
  return isLittle ? bytes : bytes.reverse();
}
