/** Keys of every type for the scenarios, made for one run: what they sign is checked by us and by nobody else. */

import { constants, generateKeyPairSync, type KeyObject, sign } from "node:crypto";
import { bytesToHex, encodeCanonicalJson, sha256 } from "otakit/core";

/** Key types with the scheme by which they sign. */
export const keyTypes = ["ed25519", "rsassa-pss-sha256", "rsassa-pss-sha512", "ecdsa-p256", "ecdsa-p384"] as const;
export type KeyType = (typeof keyTypes)[number];

/** A key as ATS metadata carries it: without a scheme, which each signature names. */
export interface ScenarioKey {
  readonly keytype: string;
  readonly publicText: string;
  readonly keyid: string;
  readonly method: string;
  sign(message: Uint8Array): Uint8Array;
}

const families: Readonly<Record<KeyType, { readonly keytype: string; readonly method: string }>> = {
  ed25519: { keytype: "ed25519", method: "ed25519" },
  "rsassa-pss-sha256": { keytype: "rsa", method: "rsassa-pss-sha256" },
  "rsassa-pss-sha512": { keytype: "rsa", method: "rsassa-pss-sha512" },
  "ecdsa-p256": { keytype: "ecdsa", method: "ecdsa-sha2-nistp256" },
  "ecdsa-p384": { keytype: "ecdsa-sha2-nistp384", method: "ecdsa-sha2-nistp384" },
};

/** Gives the same key for the same number of one type; RSA keys are made once for both hashes. */
export class KeyCabinet {
  readonly #pairs = new Map<string, { readonly publicKey: KeyObject; readonly privateKey: KeyObject }>();

  key(type: KeyType, number: number): ScenarioKey {
    const { keytype, method } = families[type];
    const name = `${keytype} ${number}`;
    const pair = this.#pairs.get(name) ?? makePair(type);
    this.#pairs.set(name, pair);
    const publicText =
      type === "ed25519"
        ? bytesToHex(pair.publicKey.export({ type: "spki", format: "der" }).subarray(-32))
        : (pair.publicKey.export({ type: "spki", format: "pem" }) as string);
    const keyid = bytesToHex(sha256(encodeCanonicalJson(publicText)));
    return { keytype, publicText, keyid, method, sign: (message) => signAs(type, pair.privateKey, message) };
  }
}

function makePair(type: KeyType) {
  if (type === "ed25519") return generateKeyPairSync("ed25519");
  if (type === "ecdsa-p256") return generateKeyPairSync("ec", { namedCurve: "P-256" });
  if (type === "ecdsa-p384") return generateKeyPairSync("ec", { namedCurve: "P-384" });
  return generateKeyPairSync("rsa", { modulusLength: 2048 });
}

function signAs(type: KeyType, key: KeyObject, message: Uint8Array): Uint8Array {
  if (type === "ed25519") return sign(null, message, key);
  if (type === "ecdsa-p256") return sign("sha256", message, key);
  if (type === "ecdsa-p384") return sign("sha384", message, key);
  const [hash, saltLength] = type === "rsassa-pss-sha256" ? ["sha256", 32] : ["sha512", 64];
  return sign(hash as string, message, {
    key,
    padding: constants.RSA_PKCS1_PSS_PADDING,
    saltLength: Number(saltLength),
  });
}
