/**
 * Tables of types (BTF) in an image, as Linux kernels carry them: finds one and reads which word is what.
 *
 * Standard: Linux kernel documentation, bpf/btf, kinds 0 to 19, little-endian.
 */

/** Where a table lies in its image: offsets and bytes. */
export interface TypePlaces {
  readonly types: number;
  readonly typeBytes: number;
  readonly strings: number;
  readonly stringBytes: number;
}

/** What a word of a type is beside its name, its kind and what comes with that. */
export type TypeWord = "number" | "type" | "string";

/** How a kind of type goes on behind its name and its second word. */
export interface TypeShape {
  readonly third: TypeWord;
  /** What follows: once, or as often as the type says. */
  readonly unit: readonly TypeWord[];
  readonly repeated: boolean;
}

const shape = (third: TypeWord, unit: readonly TypeWord[] = [], repeated = false): TypeShape => ({
  third,
  unit,
  repeated,
});

/** Shapes of the kinds, from 0 on. */
export const typeShapes: readonly TypeShape[] = [
  shape("number"), // none
  shape("number", ["number"]), // INT
  shape("type"), // PTR
  shape("number", ["type", "type", "number"]), // ARRAY
  shape("number", ["string", "type", "number"], true), // STRUCT
  shape("number", ["string", "type", "number"], true), // UNION
  shape("number", ["string", "number"], true), // ENUM
  shape("number"), // FWD
  shape("type"), // TYPEDEF
  shape("type"), // VOLATILE
  shape("type"), // CONST
  shape("type"), // RESTRICT
  shape("type"), // FUNC
  shape("type", ["string", "type"], true), // FUNC_PROTO
  shape("type", ["number"]), // VAR
  shape("number", ["type", "number", "number"], true), // DATASEC
  shape("number"), // FLOAT
  shape("type", ["number"]), // DECL_TAG
  shape("type"), // TYPE_TAG
  shape("number", ["string", "number", "number"], true), // ENUM64
];

const headerBytes = 24;
const leastTypeBytes = 12;
/** Linux takes no table with more types or more bytes of strings. */
const mostTypes = 0xf_ffff;
const mostStringBytes = 0x100_0000;

/** Kind of a type by its second word. */
export function kindOf(info: number): number {
  return (info >>> 24) & 31;
}

/** Bytes of a type by its second word, or nothing for a kind that is not known. */
export function typeBytesOf(info: number): number | undefined {
  const found = typeShapes[kindOf(info)];
  if (found === undefined) return undefined;
  return 12 + 4 * found.unit.length * (found.repeated ? info & 0xffff : 1);
}

/** The largest table of types in an image whose types lie at a multiple of 4, or nothing. */
export function findTypes(image: Uint8Array): TypePlaces | undefined {
  const view = new DataView(image.buffer, image.byteOffset, image.length);
  let largest: TypePlaces | undefined;
  // Tables lie apart: all of them together have no more types than fit into the image. Headers that say they share some must not take longer.
  const left = { types: Math.floor(image.length / leastTypeBytes) };
  for (let at = image.indexOf(0x9f); at >= 0 && at + headerBytes <= image.length; at = image.indexOf(0x9f, at + 1)) {
    // Magic, version 1, no flags, length of the header.
    if (at % 4 !== 0 || view.getUint32(at, true) !== 0x0001_eb9f || view.getUint32(at + 4, true) !== headerBytes)
      continue;
    const [typeOffset, typeBytes, stringOffset, stringBytes] = [8, 12, 16, 20].map((field) =>
      view.getUint32(at + field, true),
    ) as [number, number, number, number];
    const places = {
      types: at + headerBytes + typeOffset,
      typeBytes,
      strings: at + headerBytes + stringOffset,
      stringBytes,
    };
    if (typeBytes > (largest?.typeBytes ?? 0) && isTable(view, places, left)) largest = places;
  }
  return largest;
}

/** Whether types that are known fill their place, and strings end in theirs; looks at no more types than are `left`. */
function isTable(
  view: DataView,
  { types, typeBytes, strings, stringBytes }: TypePlaces,
  left: { types: number },
): boolean {
  const [typeEnd, stringEnd] = [types + typeBytes, strings + stringBytes];
  if (types % 4 !== 0 || typeEnd > view.byteLength || stringEnd > view.byteLength) return false;
  if (stringBytes === 0 || stringBytes > mostStringBytes) return false;
  if (view.getUint8(strings) !== 0 || view.getUint8(stringEnd - 1) !== 0) return false;
  let at = types;
  for (let count = 1; at + leastTypeBytes <= typeEnd; count++) {
    const bytes = typeBytesOf(view.getUint32(at + 4, true));
    if (bytes === undefined || count > mostTypes || left.types === 0) return false;
    left.types -= 1;
    at += bytes;
  }
  return at === typeEnd;
}
