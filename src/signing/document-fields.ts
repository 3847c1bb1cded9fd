/** Takes the fields of a JSON document one by one; a refusal carries the JSON pointer of the field that is wrong. */

import { type Bytes, base64ToBytes, type JsonObject, type JsonValue, type OtaErrorOptions } from "../core/index.ts";
import { SigningError, type SigningErrorCode } from "./errors.ts";
import { printable } from "./hostile-text.ts";

/** Reads fields of one kind of document. */
export class FieldReader {
  readonly #code: SigningErrorCode;
  readonly #what: string;

  /**
   * @param code - code of every refusal
   * @param what - kind of document, for messages
   */
  constructor(code: SigningErrorCode, what: string) {
    this.#code = code;
    this.#what = what;
  }

  object(value: JsonValue | undefined, path: string): JsonObject {
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as JsonObject;
    throw this.fault("object", path);
  }

  list(value: JsonValue | undefined, path: string): readonly JsonValue[] {
    if (Array.isArray(value)) return value;
    throw this.fault("array", path);
  }

  text(value: JsonValue | undefined, path: string): string {
    if (typeof value === "string") return value;
    throw this.fault("text", path);
  }

  /** Bytes as base64 of either alphabet, padded. */
  bytes(value: JsonValue | undefined, path: string): Bytes {
    const text = this.text(value, path);
    try {
      return base64ToBytes(text);
    } catch (cause) {
      throw this.fault("base64", path, { cause });
    }
  }

  /** The refusal of a field that is not what it must be. */
  fault(expected: string, path: string, options: OtaErrorOptions = {}): SigningError {
    return new SigningError(this.#code, `Cannot read ${this.#what}: "${printable(path)}" expected ${expected}`, {
      path,
      ...options,
    });
  }
}
