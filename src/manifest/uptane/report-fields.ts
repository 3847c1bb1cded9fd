/** Takes the fields of version reports one by one; the first that is wrong ends the reading, with its JSON pointer. */

import { excerpt, isOtaError, type JsonObject, type JsonValue, jsonPointer, parseUtcTime } from "../../core/index.ts";
import { ManifestError } from "../errors.ts";
import { own } from "../own.ts";
import type { TufHashes } from "../tuf/metadata.ts";
import { isObject } from "./custom-fields.ts";
import { isUptaneId } from "./vehicle.ts";

/** An object and where it stands in its document. */
export class ReportFields {
  readonly #at: readonly (string | number)[];
  readonly value: JsonObject;

  /** @param at - names and indices that lead to the object */
  constructor(value: JsonValue | undefined, at: readonly (string | number)[]) {
    if (!isObject(value)) throw reportFault("object", at);
    this.value = value;
    this.#at = at;
  }

  has(name: string): boolean {
    return own(this.value, name) !== undefined;
  }

  object(name: string): ReportFields {
    return new ReportFields(own(this.value, name), [...this.#at, name]);
  }

  list(name: string, least: number, most: number): readonly ReportFields[] {
    const found = own(this.value, name);
    if (!Array.isArray(found) || found.length < least || found.length > most) {
      throw this.fault(name, `list of ${least} to ${most}`);
    }
    return found.map((element, index) => new ReportFields(element, [...this.#at, name, index]));
  }

  text(name: string, least: number, most: number): string {
    const found = own(this.value, name);
    if (typeof found === "string" && found.length >= least && found.length <= most) return found;
    throw this.fault(name, `text of ${least} to ${most} characters`);
  }

  id(name: string): string {
    const found = own(this.value, name);
    if (isUptaneId(found)) return found;
    throw this.fault(name, "an identifier");
  }

  /** A nonce: an identifier that is too long to be guessed. */
  nonce(name: string): string {
    const found = own(this.value, name);
    if (isUptaneId(found) && found.length >= 16) return found;
    throw this.fault(name, "a nonce of 16 to 128 characters");
  }

  /** An integer >= 0; or, where the dialect allows it, its digits. */
  count(name: string, orText = false): number {
    const found = own(this.value, name);
    const number = orText && typeof found === "string" && /^(0|[1-9]\d{0,15})$/.test(found) ? Number(found) : found;
    if (typeof number === "number" && Number.isSafeInteger(number) && number >= 0) return number;
    throw this.fault(name, "integer >= 0");
  }

  /** Epoch milliseconds. */
  time(name: string): number {
    try {
      return parseUtcTime(this.text(name, 20, 20));
    } catch (cause) {
      if (!isOtaError(cause)) throw cause;
      throw this.fault(name, "a time YYYY-MM-DDTHH:MM:SSZ", cause);
    }
  }

  /** Digests by algorithm, made lower-case: one at least, because none would name any content. */
  hashes(name: string): TufHashes {
    const found = this.object(name);
    const algorithms = Object.keys(found.value);
    if (algorithms.length < 1 || algorithms.length > 8) throw this.fault(name, "1 to 8 hashes");
    return Object.fromEntries(
      algorithms.map((algorithm) => {
        const digest = own(found.value, algorithm);
        const length = digestLengths.get(algorithm);
        const wellFormed =
          typeof digest === "string" &&
          /^(?:[0-9A-Fa-f]{2}){8,128}$/.test(digest) &&
          (length === undefined || digest.length === length) &&
          algorithm !== "__proto__";
        if (!wellFormed) throw found.fault(algorithm, "hexadecimal digest");
        return [algorithm, digest.toLowerCase()];
      }),
    );
  }

  /** The fault of a member. */
  fault(name: string, expected: string, cause?: unknown): ManifestError {
    return reportFault(expected, [...this.#at, name], cause);
  }
}

/** Digits of the digests that otakit knows. */
const digestLengths: ReadonlyMap<string, number> = /* @__PURE__ */ new Map([
  ["sha256", 64],
  ["sha512", 128],
]);

/** A document that is no version report. */
export function reportFault(expected: string, at: readonly (string | number)[], cause?: unknown): ManifestError {
  // A hostile name must not make a message of its own size.
  const path = jsonPointer(...at.map((segment) => (typeof segment === "string" ? excerpt(segment) : segment)));
  return new ManifestError("ERR_MANIFEST_UPTANE_REPORT", `Cannot use version report: "${path}" expected ${expected}`, {
    path,
    details: { expected },
    ...(cause === undefined ? {} : { cause }),
  });
}
