/** Private JSON Web Keys: RFC 7517, RFC 7518 section 6, RFC 8037 section 2. Errors name a member, never its contents. */

import { type Bytes, isOtaError, type JsonObject, parseStrictJson, type SignatureScheme } from "../core/index.ts";
import { derTag, encodeDer, encodePositiveInteger } from "./der.ts";
import type { SigningError } from "./errors.ts";
import { asBytes, asJwk, asNumber, readAlgorithm, readKey } from "./jwk.ts";
import { checkRsaPrivateKey, materialLength, privateKeyError, type RawPrivateKey } from "./local-pkcs8.ts";

/** A private key of a JWK, and the scheme that it is restricted to. */
export interface RawPrivateJwk extends RawPrivateKey {
  readonly scheme: SignatureScheme | undefined;
}

/**
 * Reads one private JWK with the public members that its kind must have.
 *
 * @throws {@link SigningError} `ERR_SIGNING_PRIVATE_KEY`, with the JSON pointer of a member that is wrong, or
 * `ERR_SIGNING_PRIVATE_KEY_ALGORITHM`
 */
export function decodePrivateJwk(text: string): RawPrivateJwk {
  try {
    const jwk = asJwk(parseStrictJson(text));
    checkUse(jwk);
    return { ...readPrivateKey(jwk), scheme: readAlgorithm(jwk["alg"]) };
  } catch (error) {
    if (!isOtaError(error) || error.code === "ERR_SIGNING_PRIVATE_KEY") throw error;
    // A path into a document that is no JWK could repeat a piece of it; one of a JWK is the name of a known member.
    const { path = "" } = error;
    if (error.code === "ERR_SIGNING_KEY_JWK") throw malformed(path);
    if (error.code !== "ERR_SIGNING_KEY_ALGORITHM") throw privateKeyError("ERR_SIGNING_PRIVATE_KEY", "malformed JWK");
    throw privateKeyError("ERR_SIGNING_PRIVATE_KEY_ALGORITHM", "its algorithm is not supported", { path });
  }
}

/** RFC 7517 sections 4.2 and 4.3: a key for something else must not sign. */
function checkUse({ use, key_ops: operations }: JsonObject): void {
  if (use !== undefined && use !== "sig") throw malformed("/use");
  if (operations === undefined) return;
  if (!Array.isArray(operations) || !operations.includes("sign")) throw malformed("/key_ops");
}

function readPrivateKey(jwk: JsonObject): RawPrivateKey {
  const { kind, raw } = readKey(jwk);
  if (kind === "rsa") return { kind, material: readRsa(jwk) };
  return { kind, material: asBytes(jwk, "d", materialLength[kind]), publicKey: raw };
}

/** RFC 7518 section 6.3.2 as an RSAPrivateKey (RFC 8017 appendix A.1.2) of two primes. */
function readRsa(jwk: JsonObject): Bytes {
  if (jwk["oth"] !== undefined) throw malformed("/oth");
  const numbers = ["n", "e", "d", "p", "q", "dp", "dq", "qi"].map((name) => encodePositiveInteger(asNumber(jwk, name)));
  const der = encodeDer(derTag.sequence, encodeDer(derTag.integer, Uint8Array.of(0)), ...numbers);
  checkRsaPrivateKey(der);
  return der;
}

function malformed(path: string): SigningError {
  return privateKeyError("ERR_SIGNING_PRIVATE_KEY", `malformed JWK at "${path}"`, { path });
}
