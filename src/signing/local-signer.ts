/**
 * Signers with their private key in memory, for tools and tests: read from a raw key, PKCS #8 or a private JWK, or newly made.
 */

import { defaultSignatureProvider } from "../core/crypto/signature-providers.ts";
import {
  assertBytes,
  type Bytes,
  bytesToHex,
  bytesToUtf8,
  equalBytes,
  hexToBytes,
  type ImportedPrivateKey,
  isOtaError,
  type SignatureProvider,
  type SignatureScheme,
} from "../core/index.ts";
import { decodePoint } from "./ecdsa.ts";
import { publicKeyOf } from "./keys.ts";
import { decodePrivateJwk, type RawPrivateJwk } from "./local-jwk.ts";
import { decodePkcs8, encodePkcs8, materialLength, privateKeyError } from "./local-pkcs8.ts";
import { numberOf } from "./modular.ts";
import { decodePem, encodePem, looksLikePem } from "./pem.ts";
import { defaultScheme, isSignatureScheme, schemeFacts } from "./scheme.ts";
import type { Signer } from "./signers.ts";
import { curveOf, ecdsaSignatureToDer } from "./signers-ecdsa.ts";

/** What a private key leaves open. */
export interface LocalSignerOptions {
  /**
   * The scheme to sign with. Without it: that of a JWK's `alg`, `ed25519` for 32 raw bytes, `rsassa-pss-sha256` for RSA, and the
   * only one for others. Needed for raw ECDSA scalars.
   */
  readonly scheme?: SignatureScheme;
  /** Label of the public key; its TUF key id when absent. */
  readonly keyId?: string;
  /** Back end that signs; the runtime's default when absent. The pure one has no RSA. */
  readonly provider?: SignatureProvider;
}

/** What a new private key depends on besides chance. */
export interface GenerateLocalKeyOptions extends Omit<LocalSignerOptions, "scheme"> {
  /** `ed25519` when absent. RSA keys are made by other tools: `openssl genpkey -algorithm RSA`. */
  readonly scheme?: "ed25519" | "ecdsa-sha2-nistp256" | "ecdsa-sha2-nistp384";
}

/** A private key that was just made, with the signer that uses it. */
export interface LocalKey {
  /** The private key, Ed25519 seed or ECDSA scalar: keep it out of logs. */
  readonly seed: Bytes;
  /** The same as a PKCS #8 PEM document, unencrypted: keep it out of logs. */
  readonly pem: string;
  /** Signs with it. */
  readonly signer: Signer;
}

/** Longest private key: PKCS #8 PEM of 8,192-bit RSA has 6,400 characters. */
const maxKeyLength = 16_384;

/**
 * A signer with its private key in memory, for tools and tests.
 *
 * Production keys belong in a KMS or HSM behind {@link Signer}: JavaScript can neither wipe memory reliably nor, in the pure
 * provider, sign in constant time.
 *
 * Accepted are raw bytes (the Ed25519 seed; with `scheme` also the ECDSA scalar), an unencrypted PKCS #8 document in DER or strict
 * PEM, and a private JWK; text also as bytes of a file. Where the document carries the public key, it must be the right one. Errors
 * never repeat a piece of the key.
 *
 * Standard: RFC 8032 section 5.1.6; FIPS 186-5 section 6.4.1; RFC 8017 section 8.1.1; RFC 5958; RFC 7517.
 *
 * @param privateKey - at most 16,384 bytes or characters; copied
 * @throws {@link SigningError} `ERR_SIGNING_PRIVATE_KEY`, `ERR_SIGNING_PRIVATE_KEY_ALGORITHM` (also when the provider cannot sign
 * with the scheme) or `ERR_SIGNING_PRIVATE_KEY_MISMATCH`
 * @throws TypeError when `privateKey` is neither text nor Uint8Array, or `scheme` names none
 * @example
 * ```ts
 * const signer = createLocalSigner(readFileSync("release.key"), { scheme: "rsassa-pss-sha512" });
 * await signDsse("application/vnd.example+json", payload, [signer]);
 * ```
 */
export function createLocalSigner(privateKey: Uint8Array | string, options: LocalSignerOptions = {}): Signer {
  const { scheme: wanted, provider = defaultSignatureProvider } = options;
  if (wanted !== undefined && !isSignatureScheme(wanted)) {
    throw new TypeError(`"scheme" expected signature scheme, got ${String(wanted)}`);
  }
  if (typeof privateKey !== "string") assertBytes(privateKey, "privateKey");
  const key = readPrivateKey(privateKey, wanted);
  const scheme = wanted ?? key.scheme ?? defaultScheme[key.kind];
  if (schemeFacts[scheme].kind !== key.kind || (key.scheme !== undefined && key.scheme !== scheme)) {
    throw privateKeyError("ERR_SIGNING_PRIVATE_KEY_ALGORITHM", `it is not for ${scheme}`);
  }
  // The key stays in this closure, so that logging or serialising the signer shows its public key alone.
  const imported = importPrivateKey(provider, scheme, key.material);
  const publicKey = publicKeyOf(scheme, imported.publicKey, options.keyId);
  checkPublicKey(key, imported.publicKey);
  const curve = curveOf(key.kind);
  return {
    publicKey,
    sign: async (message) => {
      const signature = imported.sign(assertBytes(message, "message"));
      return curve === undefined ? signature : ecdsaSignatureToDer(signature, curve);
    },
  };
}

function readPrivateKey(privateKey: Uint8Array | string, scheme: SignatureScheme | undefined): RawPrivateJwk {
  if (privateKey.length > maxKeyLength) {
    throw privateKeyError("ERR_SIGNING_PRIVATE_KEY", `longer than ${maxKeyLength} characters`);
  }
  if (typeof privateKey === "string") return readText(privateKey);
  const kind = schemeFacts[scheme ?? "ed25519"].kind;
  if (kind !== "rsa" && privateKey.length === materialLength[kind] && !beginsAsDocument(privateKey)) {
    return { kind, material: Uint8Array.from(privateKey), scheme };
  }
  // A DER sequence starts with "0", a PEM document with "-", a JWK with "{" or white space.
  if (privateKey[0] === 0x30) return { ...decodePkcs8(privateKey), scheme: undefined };
  return readText(textOf(privateKey));
}

/**
 * Whether bytes begin as every PKCS #8 document does, a sequence, a version, a sequence, or are the start of a PEM document or JWK.
 * A whole PKCS #8 document of Ed25519 is as long as a scalar of P-384, and a cut document must not pass for a seed: everybody knows
 * how it begins. Of 2^40 seeds less than one begins so.
 */
function beginsAsDocument(bytes: Uint8Array): boolean {
  if (/^30(?:..|81..|82....)02010[01]30/.test(bytesToHex(bytes.subarray(0, 8)))) return true;
  return /^(?:-----BEGIN |[ \t\r\n]*\{)[ -~\t\r\n]*$/.test(String.fromCharCode(...bytes));
}

function textOf(bytes: Uint8Array): string {
  try {
    return bytesToUtf8(bytes);
  } catch {
    throw unreadable();
  }
}

function readText(text: string): RawPrivateJwk {
  if (/^[ \t\r\n]*\{/.test(text)) return decodePrivateJwk(text);
  if (!looksLikePem(text)) throw unreadable();
  let der: Bytes;
  try {
    der = decodePem(text, "PRIVATE KEY");
  } catch (error) {
    if (!isOtaError(error)) throw error;
    const { details } = error;
    throw privateKeyError("ERR_SIGNING_PRIVATE_KEY", "no strict PEM of an unencrypted PKCS #8 document", {
      ...(details === undefined ? {} : { details }),
    });
  }
  return { ...decodePkcs8(der), scheme: undefined };
}

function unreadable() {
  return privateKeyError("ERR_SIGNING_PRIVATE_KEY", "neither raw key, PKCS #8 nor JWK");
}

/** Back ends differ in how they refuse a key, and may quote it. */
function importPrivateKey(provider: SignatureProvider, scheme: SignatureScheme, material: Bytes): ImportedPrivateKey {
  try {
    return provider.importPrivateKey(scheme, material);
  } catch (error) {
    throw error instanceof TypeError
      ? privateKeyError("ERR_SIGNING_PRIVATE_KEY_ALGORITHM", `provider "${provider.name}" cannot sign with ${scheme}`)
      : privateKeyError("ERR_SIGNING_PRIVATE_KEY", `it is no private key of ${scheme}`);
  }
}

/** A document whose two halves do not belong together was put together by somebody. */
function checkPublicKey({ kind, publicKey }: RawPrivateJwk, own: Bytes): void {
  if (publicKey === undefined) return;
  const curve = curveOf(kind);
  const found = curve === undefined ? publicKey : decodePoint(curve, publicKey);
  if (typeof found !== "string" && equalBytes(found, own)) return;
  throw privateKeyError("ERR_SIGNING_PRIVATE_KEY_MISMATCH", "the public key in its document is another one");
}

/** Draws of an ECDSA scalar; of 2^32 good ones not even one is refused on average. */
const mostDraws = 16;

/**
 * Makes a new private key from the caller's randomness.
 *
 * Standard: RFC 8032 section 5.1.5; FIPS 186-5 appendix A.2.2 (by rejection).
 *
 * @param randomBytes - gives that many bytes of a cryptographically secure generator
 * @throws RangeError when it gives another number of bytes, or again and again zeros or none that is a scalar; TypeError when it
 * gives no Uint8Array
 * @throws {@link SigningError} `ERR_SIGNING_PRIVATE_KEY_ALGORITHM` when the provider cannot sign with the scheme
 * @example
 * ```ts
 * const { pem, signer } = generateLocalKey((length) => crypto.getRandomValues(new Uint8Array(length)), {
 *   scheme: "ecdsa-sha2-nistp256",
 * });
 * ```
 */
export function generateLocalKey(
  randomBytes: (length: number) => Uint8Array,
  options: GenerateLocalKeyOptions = {},
): LocalKey {
  const { scheme = "ed25519" } = options;
  const kind = schemeFacts[scheme]?.kind;
  if (kind === undefined || kind === "rsa") {
    throw new TypeError(`"scheme" expected ed25519 or ECDSA scheme, got ${String(scheme)}`);
  }
  const seed = drawKey(kind, randomBytes);
  const signer = createLocalSigner(seed, { ...options, scheme });
  const pem = encodePem(encodePkcs8(kind, seed, hexToBytes(signer.publicKey.material)), "PRIVATE KEY");
  return { seed, pem, signer };
}

function drawKey(kind: "ed25519" | "p256" | "p384", randomBytes: (length: number) => Uint8Array): Bytes {
  const length = materialLength[kind];
  const order = curveOf(kind)?.n;
  for (let draw = 0; draw < mostDraws; draw++) {
    const bytes = new Uint8Array(assertBytes(randomBytes(length), "randomBytes()"));
    if (bytes.length !== length) throw new RangeError(`"randomBytes()" expected ${length} bytes, got ${bytes.length}`);
    const scalar = numberOf(bytes);
    // Zero is a seed of Ed25519, but of a generator that filled nothing.
    if (scalar > 0n && (order === undefined || scalar < order)) return bytes;
  }
  throw new RangeError('"randomBytes()" expected random bytes');
}
