/** The one form in which a key's material is held, and the checks on its way there. */

import { decodePoint as decodeEd25519Point } from "../core/crypto/edwards25519.ts";
import {
  ByteReader,
  type Bytes,
  bytesToHex,
  hexToBytes,
  type OtaErrorOptions,
  type SignatureScheme,
} from "../core/index.ts";
import { type Curve, decodePoint, p256, p384 } from "./ecdsa.ts";
import { ed25519KeyLength, encodingFault } from "./ed25519.ts";
import { SigningError, type SigningErrorCode } from "./errors.ts";
import { readRsaNumbers, rsaFault } from "./rsa.ts";
import { isSignatureScheme, type KeyKind, schemeFacts } from "./scheme.ts";

/** A public key as plain data: to be stored, sent and compared as it is. */
export interface PublicKey {
  /** How the key verifies. */
  readonly scheme: SignatureScheme;
  /** Label that signatures refer to; {@link parsePublicKey} gives the TUF one, 64 lower-case hexadecimal digits. */
  readonly keyId: string;
  /**
   * The key itself in lower-case hexadecimal digits: for `ed25519` the encoded point, 32 bytes; for ECDSA the uncompressed point
   * `04 || x || y`, 65 or 97 bytes; for RSA the DER of an RSAPublicKey (RFC 8017 A.1.1).
   */
  readonly material: string;
}

const curves: Readonly<Partial<Record<KeyKind, Curve>>> = { p256, p384 };

/**
 * Checks a key that comes from outside and gives its material: no honest signer has a key that is refused here.
 *
 * @throws {@link SigningError} `ERR_SIGNING_KEY_FORMAT`, `ERR_SIGNING_KEY_DER`, `ERR_SIGNING_KEY_NON_CANONICAL`,
 * `ERR_SIGNING_KEY_SMALL_ORDER`, `ERR_SIGNING_KEY_NOT_ON_CURVE` or `ERR_SIGNING_KEY_RSA`
 */
export function importMaterial(kind: KeyKind, raw: Uint8Array): string {
  const curve = curves[kind];
  if (curve !== undefined) return importPoint(curve, raw);
  if (kind === "rsa") {
    const fault = rsaFault(readRsaNumbers(new ByteReader(raw)));
    if (fault !== undefined) throw new SigningError("ERR_SIGNING_KEY_RSA", `Cannot use public key: ${fault}`);
    return bytesToHex(raw);
  }
  if (raw.length !== ed25519KeyLength) throw formatError(`an Ed25519 key has 32 bytes, this one has ${raw.length}`);
  const fault = encodingFault(raw) ?? (decodeEd25519Point(raw) === undefined ? "not_on_curve" : undefined);
  if (fault !== undefined) throw pointError(fault);
  return bytesToHex(raw);
}

function importPoint(curve: Curve, raw: Uint8Array): string {
  const point = decodePoint(curve, raw);
  if (point === "not_a_point") throw formatError(`${raw.length} bytes are no point of the curve's length`);
  if (typeof point === "string") throw pointError(point);
  return bytesToHex(point);
}

/**
 * The raw bytes of a key that may come from storage. Its material must be in the one form that {@link PublicKey} allows,
 * so that a key in another spelling cannot pass for a second key.
 *
 * @param path - JSON pointer of the key, for errors
 * @throws {@link SigningError} `ERR_SIGNING_KEY_ALGORITHM` or `ERR_SIGNING_KEY_FORMAT`
 */
export function keyBytes({ scheme, keyId, material }: PublicKey, path = ""): Bytes {
  if (!isSignatureScheme(scheme)) {
    throw new SigningError("ERR_SIGNING_KEY_ALGORITHM", "Cannot use public key: its scheme is not supported", {
      path: `${path}/scheme`,
    });
  }
  if (typeof keyId !== "string") throw formatError("its key id is not text", { path: `${path}/keyId` });
  const { pattern, what } = forms[schemeFacts[scheme].kind];
  if (typeof material !== "string" || !pattern.test(material)) {
    throw formatError(`its material is not ${what}`, { path: `${path}/material` });
  }
  const bytes = hexToBytes(material);
  if (schemeFacts[scheme].kind === "rsa") checkRsaForm(bytes, path);
  return bytes;
}

const forms: Readonly<Record<KeyKind, { readonly pattern: RegExp; readonly what: string }>> = {
  ed25519: { pattern: /^[0-9a-f]{64}$/, what: "64 lower-case hexadecimal digits" },
  p256: { pattern: /^04[0-9a-f]{128}$/, what: "04 and 128 lower-case hexadecimal digits" },
  p384: { pattern: /^04[0-9a-f]{192}$/, what: "04 and 192 lower-case hexadecimal digits" },
  // 8,192 bits of modulus and their DER.
  rsa: { pattern: /^30(?:[0-9a-f]{2}){1,1100}$/, what: "an RSAPublicKey in lower-case hexadecimal digits" },
};

/** DER has one encoding of a key, so that its material can be compared as text. */
function checkRsaForm(bytes: Uint8Array, path: string): void {
  try {
    readRsaNumbers(new ByteReader(bytes));
  } catch (cause) {
    throw formatError("its material is not an RSAPublicKey", { path: `${path}/material`, cause });
  }
}

type PointError = "non_canonical" | "small_order" | "not_on_curve";

function pointError(fault: PointError): SigningError {
  const errors: Record<PointError, readonly [SigningErrorCode, string]> = {
    non_canonical: ["ERR_SIGNING_KEY_NON_CANONICAL", "its point is not encoded canonically"],
    small_order: ["ERR_SIGNING_KEY_SMALL_ORDER", "its point is of small order"],
    not_on_curve: ["ERR_SIGNING_KEY_NOT_ON_CURVE", "it is no point of the curve"],
  };
  const [code, what] = errors[fault];
  return new SigningError(code, `Cannot use public key: ${what}`);
}

/** The error of a key that is in none of the forms that are read. */
export function formatError(what: string, options: OtaErrorOptions = {}): SigningError {
  return new SigningError("ERR_SIGNING_KEY_FORMAT", `Cannot use public key: ${what}`, options);
}
