/** A copy of plain data with one member set, or taken away by undefined, at a JSON pointer. */
export function changed(base: unknown, pointer: string, value: unknown): unknown {
  const copy = JSON.parse(JSON.stringify(base));
  const segments = pointer.split("/").slice(1);
  const last = segments.pop()!;
  const holder = segments.reduce((object, segment) => object[segment], copy);
  if (value === undefined) delete holder[last];
  else holder[last] = value;
  return copy;
}
