/** One signature under one key, of whatever scheme, with keys imported once. */

import { defaultSignatureProvider } from "../core/crypto/signature-providers.ts";
import { assertBytes, type SignatureProvider } from "../core/index.ts";
import { p256, p384, prepareEcdsa } from "./ecdsa.ts";
import { importWith, prepareEd25519 } from "./ed25519.ts";
import { keyBytes, type PublicKey } from "./keys-material.ts";
import { prepareRsaPss } from "./rsa.ts";
import { schemeFacts } from "./scheme.ts";
import type { SignatureEncoding, StrictVerify } from "./strict-verify.ts";

/** What verifying a signature depends on besides key, message and signature. */
export interface SignatureOptions extends SignatureEncoding {
  /** Back end; the runtime's default when absent. */
  readonly provider?: SignatureProvider;
}

/** A prepared key, and the data it was prepared from. */
interface PreparedKey {
  readonly scheme: string;
  readonly material: string;
  readonly verify: StrictVerify;
}

/** Lives as long as the provider and the key object do: nothing here grows beyond what the caller holds. */
const preparedKeys: WeakMap<SignatureProvider, WeakMap<PublicKey, PreparedKey>> = /* @__PURE__ */ new WeakMap();

/**
 * Tells whether a signature is valid under the strict rule of its key's scheme. Low-level: it knows nothing of trust, thresholds
 * or what was signed; use {@link verifyDsse} or {@link verifyThreshold} for documents.
 *
 * `ed25519`: lengths, A and R canonical and not of small order, S < L, cofactorless equation. ECDSA: one strict encoding, r and s in
 * 1 .. n-1, either half of the range. RSASSA-PSS: a signature as long as the modulus and below it, MGF1 of the same hash, a salt as
 * long as the hash. A key that the strict checks refuse (small order, not on the curve, RSA numbers out of bounds) verifies nothing.
 *
 * The key is imported at the first use of its object and kept with it, so keep the object for keys that are used again.
 *
 * Standard: RFC 8032 section 5.1.7; FIPS 186-5 section 6.4.2; RFC 8017 section 8.1.2.
 *
 * @throws {@link SigningError} `ERR_SIGNING_KEY_ALGORITHM` or `ERR_SIGNING_KEY_FORMAT` for data that is no key
 * @throws TypeError when message or signature is no Uint8Array, an option is none of its choices, or the provider answers with a
 * promise or anything else but a boolean
 * @example
 * ```ts
 * if (!isValidSignature(key, message, signature)) throw new Error("refused");
 * ```
 */
export function isValidSignature(
  key: PublicKey,
  message: Uint8Array,
  signature: Uint8Array,
  options: SignatureOptions = {},
): boolean {
  assertBytes(message, "message");
  assertBytes(signature, "signature");
  return preparedKey(key, options)(message, signature, options);
}

/**
 * The verification of one key, prepared now or before.
 *
 * @param path - JSON pointer of the key, for errors
 */
export function preparedKey(key: PublicKey, options: SignatureOptions, path = ""): StrictVerify {
  const { provider = defaultSignatureProvider, ecdsaEncoding = "der", pssSalt = "hash" } = options;
  assertChoice("ecdsaEncoding", ecdsaEncoding, ["der", "p1363"]);
  assertChoice("pssSalt", pssSalt, ["hash", "any"]);
  const ofProvider = preparedKeys.get(provider) ?? new WeakMap<PublicKey, PreparedKey>();
  const known = ofProvider.get(key);
  // A key object that was changed since is another key.
  if (known !== undefined && known.scheme === key.scheme && known.material === key.material) return known.verify;
  const { scheme, material } = key;
  const verify = prepare({ scheme, material, keyId: key.keyId }, provider, path);
  preparedKeys.set(provider, ofProvider.set(key, { scheme, material, verify }));
  return verify;
}

function prepare(key: PublicKey, provider: SignatureProvider, path: string): StrictVerify {
  const bytes = keyBytes(key, path);
  switch (schemeFacts[key.scheme].kind) {
    case "ed25519":
      return prepareEd25519(bytes, importWith(provider));
    case "p256":
      return prepareEcdsa(key.scheme, p256, bytes, provider);
    case "p384":
      return prepareEcdsa(key.scheme, p384, bytes, provider);
    case "rsa":
      return prepareRsaPss(key.scheme, bytes, provider);
  }
}

function assertChoice(name: string, value: string, choices: readonly string[]): void {
  if (choices.includes(value)) return;
  throw new TypeError(`"${name}" expected ${choices.map((choice) => `"${choice}"`).join(" or ")}, got ${value}`);
}
