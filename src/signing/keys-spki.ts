/** SubjectPublicKeyInfo (RFC 5280 section 4.1) of the kinds of keys that verify here, read strictly and written. */

import { ByteReader, type Bytes, bytesToHex, concatBytes, equalBytes, hexToBytes } from "../core/index.ts";
import { derTag, encodeDer, endDer, readBitString, readDer } from "./der.ts";
import { SigningError } from "./errors.ts";
import { readRsaNumbers } from "./rsa.ts";
import type { KeyKind } from "./scheme.ts";

/** A key as its document carries it, not yet checked as a key. */
export interface RawKey {
  readonly kind: KeyKind;
  /** Ed25519: the encoded point; ECDSA: the point, compressed or not; RSA: the DER of an RSAPublicKey. */
  readonly raw: Uint8Array;
}

/** id-ecPublicKey, RFC 5480 section 2.1.1. */
const ecPublicKey = /* @__PURE__ */ hexToBytes("2a8648ce3d0201");
/** rsaEncryption, RFC 8017 appendix C. */
const rsaEncryption = /* @__PURE__ */ hexToBytes("2a864886f70d010101");
/** id-Ed25519, RFC 8410 section 3. */
const ed25519 = /* @__PURE__ */ hexToBytes("2b6570");
/** secp256r1 and secp384r1, RFC 5480 section 2.1.1.1. */
export const namedCurves: readonly { readonly kind: "p256" | "p384"; readonly oid: Bytes }[] = [
  { kind: "p256", oid: /* @__PURE__ */ hexToBytes("2a8648ce3d030107") },
  { kind: "p384", oid: /* @__PURE__ */ hexToBytes("2b81040022") },
];

/**
 * Takes the key out of a SubjectPublicKeyInfo.
 *
 * RSA keys have the identifier rsaEncryption. One that is restricted to a padding (id-RSASSA-PSS) is refused: verifiers disagree
 * about what its parameters bind, and the scheme of a {@link PublicKey} says the same.
 *
 * @throws {@link SigningError} `ERR_SIGNING_KEY_DER` or `ERR_SIGNING_KEY_ALGORITHM`
 */
export function decodeSpki(der: Uint8Array): RawKey {
  const document = new ByteReader(der);
  const spki = readDer(document, derTag.sequence);
  endDer(document);
  const kind = readAlgorithm(readDer(spki, derTag.sequence));
  const key = readBitString(spki);
  endDer(spki);
  // Read again when it is imported; here, where offsets count from the start of the document.
  if (kind === "rsa") readRsaNumbers(key);
  return { kind, raw: key.bytes };
}

/**
 * Reads the contents of an AlgorithmIdentifier, parameters included.
 *
 * @throws {@link SigningError} `ERR_SIGNING_KEY_DER` or `ERR_SIGNING_KEY_ALGORITHM`
 */
export function readAlgorithm(algorithm: ByteReader): KeyKind {
  const oid = readDer(algorithm, derTag.objectIdentifier).bytes;
  let kind: KeyKind;
  if (equalBytes(oid, ed25519)) {
    // RFC 8410 section 3: "the parameters MUST be absent".
    kind = "ed25519";
  } else if (equalBytes(oid, rsaEncryption)) {
    // RFC 8017 appendix A.1: "The parameters field … shall have a value of type NULL".
    endDer(readDer(algorithm, derTag.null));
    kind = "rsa";
  } else if (equalBytes(oid, ecPublicKey)) {
    // RFC 5480 section 2.1.1: namedCurve, never explicit parameters, with which anybody can forge a curve.
    const curve = readDer(algorithm, derTag.objectIdentifier).bytes;
    kind = namedCurves.find((named) => equalBytes(named.oid, curve))?.kind ?? unsupported(curve);
  } else {
    kind = unsupported(oid);
  }
  endDer(algorithm);
  return kind;
}

function unsupported(oid: Uint8Array): never {
  const objectIdentifier = bytesToHex(oid);
  throw new SigningError("ERR_SIGNING_KEY_ALGORITHM", "Cannot use public key: its algorithm is not supported", {
    details: { objectIdentifier },
  });
}

/** Writes a key, given in the form of {@link PublicKey.material}, as SubjectPublicKeyInfo. */
export function encodeSpki(kind: KeyKind, material: Uint8Array): Bytes {
  const bits = encodeDer(derTag.bitString, Uint8Array.of(0), material);
  return encodeDer(derTag.sequence, encodeAlgorithm(kind), bits);
}

/** Writes an AlgorithmIdentifier. */
export function encodeAlgorithm(kind: KeyKind): Bytes {
  const identifier = (oid: Uint8Array): Bytes => encodeDer(derTag.objectIdentifier, oid);
  if (kind === "ed25519") return encodeDer(derTag.sequence, identifier(ed25519));
  if (kind === "rsa") return encodeDer(derTag.sequence, identifier(rsaEncryption), encodeDer(derTag.null));
  const { oid } = namedCurves.find((named) => named.kind === kind)!;
  return encodeDer(derTag.sequence, concatBytes(identifier(ecPublicKey), identifier(oid)));
}
