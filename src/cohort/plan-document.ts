/** The checks that every plan goes through when it is read back: closed objects, members by JSON pointer. Not part of the public face. */

import { excerpt, jsonPointer, loneSurrogate } from "../core/index.ts";
import { CohortError, type CohortErrorCode } from "./errors.ts";

/** A place in a document, from the root inwards. */
type Path = readonly (string | number)[];

/** Reads documents of one kind; each fault is thrown with its place. */
export class PlanReader {
  private readonly title: string;
  private readonly code: CohortErrorCode;
  private readonly versionCode: CohortErrorCode;

  /**
   * @param title - what is read, for messages
   * @param versionCode - code of a document of another version
   */
  constructor(title: string, code: CohortErrorCode, versionCode: CohortErrorCode) {
    this.title = title;
    this.code = code;
    this.versionCode = versionCode;
  }

  /** The members of a document of this schema. */
  document(value: unknown, schema: string, known: readonly string[]): Readonly<Record<string, unknown>> {
    const found = this.object(value, [])["schema"];
    // Before its members: a newer plan may well have members that this reader does not know.
    if (typeof found === "string" && found !== schema) {
      throw new CohortError(this.versionCode, `Cannot use ${this.title}: schema is unknown`, { path: "/schema" });
    }
    this.require(found === schema, ["schema"], "the schema id");
    return this.members(value, ["schema", ...known], []);
  }

  /** The members of an object that has no others: a rule that is silently left out could enrol a vehicle. */
  members(value: unknown, known: readonly string[], path: Path): Readonly<Record<string, unknown>> {
    const object = this.object(value, path);
    for (const name of Object.keys(object)) {
      // A hostile name must not make a message of its own size.
      if (!known.includes(name)) this.require(false, [...path, excerpt(name, 64)], "no such member");
    }
    const found: Record<string, unknown> = {};
    for (const name of known) found[name] = Object.hasOwn(object, name) ? object[name] : undefined;
    return found;
  }

  /** Reads each element of a list of so many. */
  list<T>(
    value: unknown,
    least: number,
    most: number,
    path: Path,
    what: string,
    read: (entry: unknown, path: Path) => T,
  ): readonly T[] {
    const listed = Array.isArray(value) && value.length >= least && value.length <= most;
    this.require(listed, path, `${least} .. ${most} ${what}`);
    // Array.from, because map would step over holes and let them through.
    return Array.from(value as unknown[], (entry, index) => read(entry, [...path, index]));
  }

  /** A text of 1 .. 64 characters that has bytes. */
  name(value: unknown, path: Path): string {
    const named = typeof value === "string" && value.length >= 1 && value.length <= 64 && loneSurrogate(value) < 0;
    this.require(named, path, "1 .. 64 characters");
    return value as string;
  }

  /** A name that was not read before. */
  ownName(value: unknown, seen: Set<string>, path: Path): string {
    const name = this.name(value, path);
    this.require(!seen.has(name), path, "a name of its own");
    seen.add(name);
    return name;
  }

  /** An integer within bounds. */
  integer(value: unknown, least: number, most: number, path: Path): number {
    const fits = typeof value === "number" && Number.isSafeInteger(value) && value >= least && value <= most;
    this.require(fits, path, `an integer in ${least} .. ${most}`);
    return value as number;
  }

  /** Refuses unless the condition holds. */
  require(condition: boolean, segments: Path, expected: string): void {
    if (condition) return;
    const path = jsonPointer(...segments);
    throw new CohortError(this.code, `Cannot use ${this.title}: "${path}" expected ${expected}`, { path });
  }

  private object(value: unknown, path: Path): Readonly<Record<string, unknown>> {
    this.require(typeof value === "object" && value !== null && !Array.isArray(value), path, "an object");
    return value as Readonly<Record<string, unknown>>;
  }
}
