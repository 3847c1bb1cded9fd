/** ECDSA signatures on their way out: s in the lower half of its range, in the form that a document wants. */

import { type Bytes, concatBytes, hexToBytes } from "../core/index.ts";
import { derTag, encodeDer, encodePositiveInteger } from "./der.ts";
import { type Curve, ecdsaSignatureFromDer, p256, p384 } from "./ecdsa.ts";
import { numberOf } from "./modular.ts";
import type { KeyKind } from "./scheme.ts";

/** The curve of a kind of key; `undefined` when it is not ECDSA. */
export function curveOf(kind: KeyKind): Curve | undefined {
  return kind === "p256" ? p256 : kind === "p384" ? p384 : undefined;
}

/** Turns r || s into DER, with the smaller of the two s that verify. */
export function ecdsaSignatureToDer(raw: Uint8Array, curve: Curve): Bytes {
  const low = withLowS(raw, curve);
  const [r, s] = [low.subarray(0, curve.size), low.subarray(curve.size)];
  return encodeDer(derTag.sequence, encodePositiveInteger(r), encodePositiveInteger(s));
}

/**
 * A signature in DER with the smaller of the two s that verify: some verifiers refuse the other.
 *
 * @returns in the wanted form; `undefined` when the signature is no strict DER of the curve's size
 */
export function normalisedEcdsaSignature(der: Uint8Array, curve: Curve, form: "der" | "p1363"): Bytes | undefined {
  const raw = ecdsaSignatureFromDer(der, curve.size);
  if (raw === undefined) return undefined;
  return form === "der" ? ecdsaSignatureToDer(raw, curve) : withLowS(raw, curve);
}

function withLowS(raw: Uint8Array, { size, n }: Curve): Bytes {
  const s = numberOf(raw.subarray(size));
  const low = s > n / 2n && s < n ? n - s : s;
  return concatBytes(raw.subarray(0, size), hexToBytes(low.toString(16).padStart(2 * size, "0")));
}
