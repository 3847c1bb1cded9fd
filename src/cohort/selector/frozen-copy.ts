/** Copies of documents: a rule that was checked must stay what it was when the caller's object changes. */

/** A deep copy of plain data, frozen. The depth is that of the data, so check it first. */
export function frozenCopy<T>(value: T): T {
  if (typeof value !== "object" || value === null) return value;
  const copy = Array.isArray(value)
    ? value.map(frozenCopy)
    : Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, frozenCopy(inner)]));
  return Object.freeze(copy) as T;
}
