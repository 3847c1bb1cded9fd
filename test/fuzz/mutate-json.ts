/** Makes hostile JSON out of well-formed JSON: the structural half of the mutations. Duplicate keys and odd numbers are made as text. */

import type { Random } from "../../scripts/random.ts";

/** Texts of values that readers of signed JSON must refuse or keep apart. */
const oddValues = [
  "null",
  "true",
  "0",
  "-0",
  "-1",
  "1.5",
  "1e3",
  "1e400",
  "9007199254740991",
  "9007199254740992",
  "01",
  "+1",
  ".5",
  "NaN",
  '""',
  '"\\ud800"',
  '"\\udfff\\ud800"',
  '"\\u0000"',
  '"\\ud83d\\ude00"',
  '"__proto__"',
  "[]",
  "{}",
  "[[[[[[[[[[]]]]]]]]]]",
  '{"a":1,"a":2}',
  '{"__proto__":{"a":1}}',
  "'a'",
  "[1,]",
  "",
  "/**/1",
];

/** Names that a careless reader trips over. */
const oddNames = [
  "__proto__",
  "constructor",
  "prototype",
  "toString",
  "hasOwnProperty",
  "length",
  "",
  "0",
  "-1",
  "\ufb33",
  "\u{1f600}",
  "\u0000",
];

/** A place in a document: what holds the value, and under which name. */
interface Slot {
  readonly holder: Record<string, unknown> | unknown[];
  readonly name: string | number;
}

/** Changes one place of a document; gives the input back when it is not JSON. */
export function mutateJson(input: Uint8Array, random: Random): Uint8Array {
  let document: unknown;
  try {
    document = JSON.parse(new TextDecoder().decode(input));
  } catch {
    return input;
  }
  const slots = listSlots(document);
  if (slots.length === 0) return input;
  // Values that JSON.stringify cannot write go in as a marker, which text replaces afterwards.
  const marker = `@@${random.u32()}@@`;
  const replacement = changeSlot(random.pick(slots), random.pick(slots), marker, random);
  return new TextEncoder().encode(JSON.stringify(document).replace(`"${marker}"`, () => replacement));
}

/** Carries out one change; returns the text that stands for the marker. */
function changeSlot(slot: Slot, other: Slot, marker: string, random: Random): string {
  const holder = slot.holder as Record<string | number, unknown>;
  const value = holder[slot.name];
  const text = JSON.stringify(value) ?? "null";
  switch (random.below(7)) {
    case 0:
      if (Array.isArray(slot.holder)) slot.holder.splice(slot.name as number, 1);
      else delete holder[slot.name];
      return "";
    case 1: // The value of another place.
      holder[slot.name] = marker;
      return JSON.stringify((other.holder as Record<string | number, unknown>)[other.name]) ?? "null";
    case 2: // Nested deeper, up to far beyond any reader's limit.
      holder[slot.name] = marker;
      return nest(text, 1 << random.below(10), random.below(2) === 0);
    case 3: // The same member twice, or an array's element many times.
      holder[slot.name] = marker;
      return Array.isArray(slot.holder)
        ? Array(1 + random.below(50))
            .fill(text)
            .join(",")
        : `${text},${JSON.stringify(slot.name)}:${random.pick(oddValues)}`;
    case 4: // One more member with an odd name.
      holder[slot.name] = marker;
      return Array.isArray(slot.holder)
        ? `${text},${random.pick(oddValues)}`
        : `${text},${JSON.stringify(random.pick(oddNames))}:${text}`;
    case 5: // Nearly the same scalar.
      holder[slot.name] = nearly(value, random);
      return "";
    default:
      holder[slot.name] = marker;
      return random.pick(oddValues);
  }
}

function nest(text: string, depth: number, asArray: boolean): string {
  return asArray ? "[".repeat(depth) + text + "]".repeat(depth) : '{"a":'.repeat(depth) + text + "}".repeat(depth);
}

function nearly(value: unknown, random: Random): unknown {
  if (typeof value === "number") return value + random.pick([-1, 1, 0.5, 2 ** 31, 2 ** 32, 2 ** 53]);
  if (typeof value === "boolean") return !value;
  if (typeof value !== "string") return JSON.stringify(value) ?? "";
  const at = random.below(value.length + 1);
  return (
    value.slice(0, at) +
    random.pick(["", "0", " ", "\n", "\u0000", "\ud800", "é", "=", value]) +
    value.slice(at + random.below(2))
  );
}

function listSlots(document: unknown): Slot[] {
  const slots: Slot[] = [];
  const pending: unknown[] = [document];
  for (let value = pending.pop(); value !== undefined; value = pending.pop()) {
    if (typeof value !== "object" || value === null) continue;
    const holder = value as Slot["holder"];
    for (const name of Object.keys(holder)) {
      slots.push({ holder, name: Array.isArray(holder) ? Number(name) : name });
      pending.push((holder as Record<string, unknown>)[name]);
    }
  }
  return slots;
}
