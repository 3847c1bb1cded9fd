/** A few parties, a payload and helpers to build envelopes by hand, for the tests of `otakit/signing`. */

import { type Bytes, isOtaError, type OtaError, type SignatureProvider, utf8ToBytes } from "../../src/core/index.ts";
import {
  createLocalSigner,
  type DsseSignature,
  defaultSignatureProvider,
  encodeDsseEnvelope,
  type PublicKey,
  preAuthEncoding,
  pureSignatureProvider,
  type Signer,
} from "../../src/signing/index.ts";

export const providers: readonly SignatureProvider[] = [defaultSignatureProvider, pureSignatureProvider];

/** A party whose private key the tests know, so that they can sign synchronously. */
export interface Party {
  readonly signer: Signer;
  readonly key: PublicKey;
  sign(message: Uint8Array): Bytes;
}

export function partyOf(fill: number): Party {
  const seed = new Uint8Array(32).fill(fill);
  const signer = createLocalSigner(seed);
  const { sign } = defaultSignatureProvider.importPrivateKey("ed25519", seed);
  return { signer, key: signer.publicKey, sign };
}

/** A back end that counts the keys it imports and the equations it decides, all by `answer` when that is given. */
export function countingProvider(answer?: boolean): SignatureProvider & { imported: number; asked: number } {
  return {
    name: "counting",
    imported: 0,
    asked: 0,
    importPublicKey(scheme, material) {
      this.imported++;
      const key = defaultSignatureProvider.importPublicKey(scheme, material);
      return {
        verify: (...args) => {
          this.asked++;
          return answer ?? key?.verify(...args) ?? false;
        },
      };
    },
    importPrivateKey: defaultSignatureProvider.importPrivateKey,
  };
}

export const [alice, bob, carol, mallory] = [1, 2, 3, 4].map(partyOf) as [Party, Party, Party, Party];

export const payloadType = "application/vnd.example+json";
export const payload: Bytes = utf8ToBytes('{"release":7}');
const message = preAuthEncoding(payloadType, payload);

/** A party's signature over the payload. */
export function signatureOf({ key, sign }: Party, keyid: string = key.keyId): DsseSignature {
  return { keyid, sig: sign(message) };
}

/** A well-formed signature of a party that does not verify. */
export function badSignatureOf(party: Party, keyid: string = party.key.keyId): DsseSignature {
  return { keyid, sig: party.sign(utf8ToBytes("something else")) };
}

export function envelopeOf(...signatures: readonly DsseSignature[]): Bytes {
  return encodeDsseEnvelope({ payloadType, payload, signatures });
}

/** The otakit error that an action throws. */
export function errorOf(action: () => unknown): OtaError {
  try {
    action();
  } catch (error) {
    if (isOtaError(error)) return error;
    throw error;
  }
  throw new Error("expected an error, got none");
}

export function json(value: unknown): Bytes {
  return utf8ToBytes(JSON.stringify(value));
}
