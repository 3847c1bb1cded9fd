/**
 * Makes a recorded scenario anew with other keys, identifiers, layout and signature encoding. What was right stays right and what was
 * wrong stays wrong: key ids, signatures, lengths and hashes.
 */

import {
  bytesToBase64,
  bytesToHex,
  encodeCanonicalJson,
  hexToBytes,
  type JsonValue,
  sha256,
  sha512,
  utf8ToBytes,
} from "otakit/core";
import { isValidSignature } from "otakit/signing";
import type { ScenarioKey } from "./keys.ts";
import type { Scenario, ScenarioStep, ServedRepository } from "./scenario.ts";

/** What is changed. */
export interface VariantOptions {
  /** The new key for each key of the scenario, by the order in which they are met. */
  readonly keyOf: (number: number) => ScenarioKey;
  readonly ecu: string;
  readonly hwid: string;
  /** `JSON.stringify`'s third argument. */
  readonly layout: string | number | undefined;
  readonly encoding: "hex" | "base64";
  /** Repository whose targets get 30,719 more entries, as the two scenarios have that are too large to record. */
  readonly enlarge?: "director" | "image_repo";
}

/** A document that the transformation changes at will. */
// biome-ignore lint/suspicious/noExplicitAny: recorded metadata, broken in ways that no type allows
type Loose = any;

export function variantOf(scenario: Scenario, options: VariantOptions): Scenario {
  const variant = new Variant(scenario, options);
  return { ...scenario, ecu: options.ecu, hwid: options.hwid, steps: scenario.steps.map((step) => variant.step(step)) };
}

class Variant {
  readonly #scenario: Scenario;
  readonly #options: VariantOptions;
  /** New key and old public key by the old key's right id. */
  readonly #keys = new Map<string, { readonly key: ScenarioKey; readonly old: string }>();

  constructor(scenario: Scenario, options: VariantOptions) {
    this.#scenario = scenario;
    this.#options = options;
    for (const step of scenario.steps) {
      for (const { files } of [step.director, step.image_repo]) {
        for (const [name, text] of Object.entries(files)) if (name.endsWith(".json")) this.#learn(JSON.parse(text));
      }
    }
  }

  step({ director, image_repo }: ScenarioStep): ScenarioStep {
    const { enlarge } = this.#options;
    return {
      director: this.#repository(director, enlarge === "director"),
      image_repo: this.#repository(image_repo, enlarge === "image_repo"),
    };
  }

  #learn({ signed }: Loose): void {
    for (const { keyval } of Object.values<Loose>(keysOf(signed))) {
      const id = keyIdOf(keyval.public);
      if (!this.#keys.has(id)) {
        this.#keys.set(id, { key: this.#options.keyOf(this.#keys.size), old: keyval.public });
      }
    }
  }

  /** Targets first, then what lists them. */
  #repository(served: ServedRepository, enlarge: boolean): ServedRepository {
    const files: Record<string, string> = { ...served.files };
    const rank = (name: string) => ["snapshot.json", "timestamp.json"].indexOf(name);
    for (const name of Object.keys(files).sort((left, right) => rank(left) - rank(right))) {
      if (!name.endsWith(".json")) continue;
      const document = JSON.parse(served.files[name]!);
      const validBefore = document.signatures.map((signature: Loose) => this.#wasValid(signature, document.signed));
      for (const [listed, entry] of Object.entries<Loose>(document.signed.meta ?? {})) {
        if (files[listed] !== undefined) relist(entry, served.files[listed]!, files[listed]!);
      }
      this.#renewKeys(document.signed);
      for (const target of Object.values<Loose>(document.signed.targets ?? {})) this.#renewIds(target.custom);
      if (enlarge && name === "targets.json") enlargeTargets(document.signed.targets);
      document.signatures = document.signatures.map((signature: Loose, index: number) =>
        this.#resign(signature, document.signed, validBefore[index]),
      );
      files[name] = JSON.stringify(document, undefined, this.#options.layout);
    }
    return { ...served, files };
  }

  #wasValid({ keyid, sig }: Loose, signed: Loose): boolean {
    const old = this.#keys.get(keyid)?.old;
    if (old === undefined) return false;
    const key = { scheme: "ed25519", keyId: keyid, material: old } as const;
    return isValidSignature(key, encodeCanonicalJson(signed), hexToBytes(sig));
  }

  #resign({ keyid }: Loose, signed: JsonValue, valid: boolean): Loose {
    const { key } = this.#keys.get(keyid) ?? [...this.#keys.values()][0]!;
    const message = encodeCanonicalJson(valid ? signed : "something else", { maxEntries: 1e7 });
    const sig = key.sign(message);
    const text = this.#options.encoding === "hex" ? bytesToHex(sig) : bytesToBase64(sig);
    return { keyid: this.#newId(keyid), method: key.method, sig: text };
  }

  /** A right id becomes the new key's; one that is nobody's stays. */
  #newId(keyid: string): string {
    return this.#keys.get(keyid)?.key.keyid ?? keyid;
  }

  #renewKeys(signed: Loose): void {
    const keys = keysOf(signed);
    for (const [keyid, { keyval }] of Object.entries<Loose>(keys)) {
      const right = keyIdOf(keyval.public);
      const { key } = this.#keys.get(right)!;
      delete keys[keyid];
      const id = keyid === right ? key.keyid : `${key.keyid.startsWith("0") ? "1" : "0"}${key.keyid.slice(1)}`;
      keys[id] = { keytype: key.keytype, keyval: { public: key.publicText } };
    }
    const roles: Loose[] = [...Object.values(signed.roles ?? {}), ...(signed.delegations?.roles ?? [])];
    for (const role of roles) role.keyids = role.keyids.map((keyid: string) => this.#newId(keyid));
  }

  #renewIds(custom: Loose): void {
    const { ecu, hwid } = this.#scenario;
    const newHwid = (id: string) => id.replace(hwid, this.#options.hwid);
    if (custom?.hardwareIds !== undefined) custom.hardwareIds = custom.hardwareIds.map(newHwid);
    if (custom?.ecuIdentifiers === undefined) return;
    const entries = Object.entries<Loose>(custom.ecuIdentifiers).map(([id, { hardwareId }]) => [
      id.replace(ecu, this.#options.ecu),
      { hardwareId: newHwid(hardwareId) },
    ]);
    custom.ecuIdentifiers = Object.fromEntries(entries);
  }
}

function keysOf(signed: Loose): Loose {
  return signed.keys ?? signed.delegations?.keys ?? {};
}

function keyIdOf(publicText: string): string {
  return bytesToHex(sha256(encodeCanonicalJson(publicText)));
}

const hashes = { sha256, sha512 } as const;

/** Length and hashes of a listed file, where they were right. */
function relist(entry: Loose, before: string, after: string): void {
  if (entry.length === utf8ToBytes(before).length) entry.length = utf8ToBytes(after).length;
  const canonical = (text: string) => encodeCanonicalJson(JSON.parse(text), { maxEntries: 1e7 });
  for (const algorithm of ["sha256", "sha512"] as const) {
    if (entry.hashes?.[algorithm] !== bytesToHex(hashes[algorithm](canonical(before)))) continue;
    entry.hashes[algorithm] = bytesToHex(hashes[algorithm](canonical(after)));
  }
}

function enlargeTargets(targets: Loose): void {
  const [name, target] = Object.entries(targets).at(-1)!;
  for (let index = 1; index < 30 * 1024; index++) targets[`${name}${index}`] = target;
}
