/** Every fault of a document at once: who repairs a selector by hand should not have to run it once for each mistake. */

import { excerpt, jsonPointer } from "../core/index.ts";
import { CohortError, type CohortErrorCode } from "./errors.ts";

/** One fault of a document. */
export interface DocumentFault {
  readonly code: CohortErrorCode;
  /** JSON pointer of the fault. */
  readonly path: string;
  /** What was expected there. */
  readonly message: string;
}

/** A place in a document, from the root inwards. */
export type Place = readonly (string | number)[];

/** More faults than this say no more, and a hostile document must not make a list of its own size. */
const maxFaults = 100;

/** Collects faults of one document. Not part of the public face. */
export class FaultList {
  private readonly faults: DocumentFault[] = [];
  private readonly title: string;

  /** @param title - what is being read, for messages */
  constructor(title: string) {
    this.title = title;
  }

  get isEmpty(): boolean {
    return this.faults.length === 0;
  }

  /** Notes a fault; beyond the hundredth they are dropped. */
  add(code: CohortErrorCode, place: Place, expected: string, found?: unknown): void {
    if (this.faults.length >= maxFaults) return;
    const path = placePointer(place);
    const got = found === undefined ? "" : `, got ${kindOf(found)}`;
    this.faults.push({ code, path, message: `"${path}" expected ${expected}${got}` });
  }

  /** Throws the first fault, with all of them in `details`; does nothing when there is none. */
  throwIfAny(): void {
    const [first] = this.faults;
    if (first === undefined) return;
    const more = this.faults.length > 1 ? ` (and ${this.faults.length - 1} more)` : "";
    throw new CohortError(first.code, `Cannot use ${this.title}: ${first.message}${more}`, {
      path: first.path,
      details: { faults: this.faults },
    });
  }
}

/** A hostile member name must not make a pointer of its own size. */
export function placePointer(place: Place): string {
  return jsonPointer(...place.map((segment) => (typeof segment === "string" ? excerpt(segment, 64) : segment)));
}

/** Whether a value is an object with members, no list. */
export function isPlainObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A scalar as JSON writes it; of anything else only its kind. */
function kindOf(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(excerpt(value, 64));
  if (typeof value === "number" || typeof value === "boolean" || value === null) return String(value);
  return Array.isArray(value) ? `array of ${value.length}` : typeof value;
}
