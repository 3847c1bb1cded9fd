/** Small checks of a document with the place of the fault: a dictionary is written by hand or by a tool, and read once. */

import { UdsError } from "../errors.ts";

/** Escapes one step of a JSON pointer (RFC 6901). */
function step(key: string | number): string {
  return String(key).replaceAll("~", "~0").replaceAll("/", "~1");
}

/** A value of a document and its place. */
export class Node {
  readonly value: unknown;
  readonly path: string;

  constructor(value: unknown, path: string) {
    this.value = value;
    this.path = path;
  }

  /** @throws UdsError `ERR_UDS_DICTIONARY` at this place */
  fail(expected: string): never {
    const place = this.path === "" ? "the document" : this.path;
    throw new UdsError("ERR_UDS_DICTIONARY", `Cannot read dictionary: ${place} expected ${expected}`, {
      path: this.path,
    });
  }

  get isPresent(): boolean {
    return this.value !== undefined;
  }

  text(): string {
    return typeof this.value === "string" && this.value !== "" ? this.value : this.fail("text that is not empty");
  }

  number(): number {
    return typeof this.value === "number" && Number.isFinite(this.value) ? this.value : this.fail("a finite number");
  }

  integer(least: number, most: number): number {
    const value = this.value;
    return typeof value === "number" && Number.isInteger(value) && value >= least && value <= most
      ? value
      : this.fail(`an integer ${least}..${most}`);
  }

  oneOf<T extends string>(words: readonly T[]): T {
    return words.includes(this.value as T) ? (this.value as T) : this.fail(`one of ${words.join(", ")}`);
  }

  list(): Node[] {
    if (!Array.isArray(this.value)) return this.fail("an array");
    return this.value.map((value, index) => new Node(value, `${this.path}/${index}`));
  }

  /** Members of an object, by name; all of them must be among `names`. */
  members<Name extends string>(names: readonly Name[]): Record<Name, Node> {
    const entries = this.entries();
    for (const [name, node] of entries) if (!names.includes(name as Name)) node.fail(`no member of this name`);
    const byName = new Map(entries);
    const members = names.map(
      (name) => [name, byName.get(name) ?? new Node(undefined, `${this.path}/${name}`)] as const,
    );
    return Object.fromEntries(members) as Record<Name, Node>;
  }

  /** Names and values of an object; none when it is absent. */
  entries(): [string, Node][] {
    const value = this.value;
    if (value === undefined) return [];
    if (typeof value !== "object" || value === null || Array.isArray(value)) return this.fail("an object");
    return Object.entries(value).map(([name, member]) => [name, new Node(member, `${this.path}/${step(name)}`)]);
  }
}
