/** Strict PEM (RFC 7468 section 3, `stricttextualmsg`) of one key; only the last line end may be missing. */

import { type Bytes, base64ToBytes, bytesToBase64, type OtaErrorOptions } from "../core/index.ts";
import { SigningError } from "./errors.ts";

/** Labels of RFC 7468 sections 10 and 13. */
export type PemLabel = "PUBLIC KEY" | "PRIVATE KEY";

/** Characters in each line of base64 but the last. */
const lineLength = 64;

/** Tells whether text claims to be PEM, of whatever label. */
export function looksLikePem(text: string): boolean {
  return text.startsWith("-----BEGIN ");
}

/**
 * Reads the bytes of one block with the given label.
 *
 * Strict because two readers that skip different junk would see different keys in one file. Error messages never quote the
 * text, which may be a private key that was passed by mistake.
 *
 * @throws {@link SigningError} `ERR_SIGNING_KEY_PEM` with the number of the line in `details`
 */
export function decodePem(text: string, label: PemLabel): Bytes {
  const [begin, end] = boundaries(label);
  const lines = text.split(/\r\n|\r|\n/);
  if (lines.at(-1) === "") lines.pop();
  if (lines[0] !== begin) throw pemError(1, `first line is not ${begin}`);
  if (lines.at(-1) !== end) throw pemError(lines.length, `last line is not ${end}`);
  const body = lines.slice(1, -1);
  body.forEach((line, index) => {
    const isLast = index === body.length - 1;
    if (!/^[A-Za-z0-9+/]+={0,2}$/.test(line)) throw pemError(index + 2, "a line is not standard base64");
    if (isLast ? line.length > lineLength : line.length !== lineLength) {
      throw pemError(index + 2, `a line has ${line.length} characters`);
    }
  });
  try {
    return base64ToBytes(body.join(""));
  } catch (cause) {
    throw pemError(lines.length - 1, "wrong base64 padding", { cause });
  }
}

/** Writes bytes as one block, with a line feed after each line. */
export function encodePem(der: Uint8Array, label: PemLabel): string {
  const [begin, end] = boundaries(label);
  const body = bytesToBase64(der).replace(/.{64}(?=.)/g, "$&\n");
  return `${begin}\n${body}\n${end}\n`;
}

function boundaries(label: PemLabel): [begin: string, end: string] {
  return [`-----BEGIN ${label}-----`, `-----END ${label}-----`];
}

function pemError(line: number, what: string, options: OtaErrorOptions = {}): SigningError {
  return new SigningError("ERR_SIGNING_KEY_PEM", `Cannot read key: ${what} (line ${line})`, {
    details: { line },
    ...options,
  });
}
