/** Explains keys: files of public and private keys, and the keys that metadata lists for its roles. */

import {
  bytesToHex,
  encodeCanonicalJson,
  isOtaError,
  type JsonObject,
  type JsonValue,
  type Reason,
  sha256,
} from "otakit/core";
import type { TufKeyObject, TufRole } from "otakit/manifest";
import { createLocalSigner, type PublicKey, parsePublicKey, parseTufKey, sameKey } from "otakit/signing";
import { asJson, firstOf, indent, type Report, warning } from "./report.ts";

/** Explains a public key in a file of its own. */
export function inspectPublicKey(document: Uint8Array | string): Report {
  return publicKeyReport("public-key", parsePublicKey(document), []);
}

/** Explains 64 hexadecimal digits. */
export function inspectHexKey(text: string): Report {
  return publicKeyReport("public-key", parsePublicKey(text), [warning("inspect_seed_or_key")]);
}

/** Explains a private key by its public half; nothing else of it is shown. */
export function inspectPrivateKey(document: Uint8Array | string): Report {
  return publicKeyReport("private-key", createLocalSigner(document).publicKey, [warning("inspect_private_key")]);
}

/** Explains a key object as metadata has it. */
export function inspectKeyObject(object: JsonObject): Report {
  return publicKeyReport("tuf-key", parseTufKey(object, keyIdOf(object)), []);
}

function publicKeyReport(kind: string, key: PublicKey, warnings: readonly Reason[]): Report {
  const { scheme, keyId, material } = key;
  const lines = [
    `${kind === "private-key" ? "Private" : "Public"} key for ${scheme}`,
    `Key id: ${keyId} (SHA-256 of the key as TUF writes it)`,
    `Public part: ${material.length > 200 ? `${material.length / 2} bytes of DER` : material}`,
  ];
  return { kind, lines, data: asJson({ publicKey: key }), warnings };
}

function keyIdOf(object: JsonValue): string {
  return bytesToHex(sha256(encodeCanonicalJson(object)));
}

/** The keys of a role as metadata lists them, read. */
export interface InspectedRole {
  readonly name: string;
  readonly threshold: number;
  /** Usable keys by key id. */
  readonly keys: ReadonlyMap<string, PublicKey>;
  readonly lines: readonly string[];
  readonly data: JsonObject;
  readonly warnings: readonly Reason[];
}

/** Explains who signs for a role. */
export function inspectRole(
  name: string,
  { keyids, threshold }: TufRole,
  listed: Readonly<Record<string, TufKeyObject>>,
): InspectedRole {
  const keys = new Map<string, PublicKey>();
  const warnings: Reason[] = [];
  for (const keyid of keyids) {
    const object = Object.hasOwn(listed, keyid) ? (listed[keyid] as unknown as JsonValue) : undefined;
    try {
      if (object === undefined) throw undefined;
      const key = parseTufKey(object, keyid);
      const twin = [...keys.values()].find((other) => sameKey(other, key));
      if (twin !== undefined) warnings.push(warning("inspect_key_twice", name, { keyid, and: twin.keyId }));
      keys.set(keyid, key);
    } catch (error) {
      if (error !== undefined && !isOtaError(error)) throw error;
      const why = error === undefined ? "it is not listed" : error.message;
      warnings.push(warning("inspect_key_unusable", name, { keyid, why }));
    }
  }
  const distinct = new Set([...keys.values()].map(({ material }) => material)).size;
  if (threshold > distinct) {
    warnings.push(warning("inspect_threshold_unreachable", name, { threshold, distinctKeys: distinct }));
  }
  const described = keyids.map((keyid) => `${keyid} ${keys.get(keyid)?.scheme ?? "unusable"}`);
  return {
    name,
    threshold,
    keys,
    lines: [`${name}: ${threshold} of ${keyids.length} keys must sign`, ...indent(firstOf(described))],
    data: asJson({ name, threshold, keys: keyids.map((keyid) => ({ keyid, scheme: keys.get(keyid)?.scheme })) }),
    warnings,
  };
}

/** Key ids of a document that are no hashes of their keys. */
export function labelledKeys(listed: Readonly<Record<string, TufKeyObject>>): readonly Reason[] {
  return Object.entries(listed)
    .filter(([keyid, key]) => keyid !== keyIdOf(key as unknown as JsonValue))
    .map(([keyid]) => warning("inspect_key_id_not_hash", "", { keyid }));
}
