/**
 * How a repository writes TUF metadata, where deployed repositories differ from TUF 1.0.34: a dialect as data.
 *
 * Each member is one difference, and each default is the standard's own rule. What makes metadata trusted (thresholds of distinct
 * keys, versions, expiry, hashes) is no matter of dialect.
 */

import type { TufAnySigned, TufTopLevelRole } from "./metadata.ts";

/** Choices of a dialect. */
export interface TufWire {
  /** Spelling of `_type`: `root`; or `Root` too, as ota-tuf writes it. */
  readonly types: "lower" | "capitalised";
  /** Whether `spec_version` must be there; where it is, it must be 1.x. */
  readonly specVersion: "required" | "optional";
  /** Whether key objects must have a `scheme`, or may leave it to the `method` of each signature. */
  readonly keySchemes: "required" | "optional";
  /** Key ids are, where the policy's `keyIds` is `strict`: SHA-256 of the key object, or of its public key text alone. */
  readonly keyIdOf: "key_object" | "public_text";
  /** Text encoding of signatures. */
  readonly signatures: "hex" | "hex_or_base64";
  /** What the hashes of listed metadata files cover: the file's bytes, or the canonical form of its JSON. */
  readonly listedHashes: "file" | "canonical_json";
  /**
   * A timestamp of the trusted version with other content: the trusted one is kept (TUF 5.4.3.1), or the new one replaces it. Either
   * way the evidence of the equivocation is handed out.
   */
  readonly sameVersion: "keep" | "replace";
  /** Roles of the repository: all four; or root and targets alone, without protection against mix-and-match. */
  readonly roles: "all" | "root_and_targets";
  /** Folder of delegated roles below the repository's metadata, with a slash at its end; empty for none. */
  readonly delegationFolder: "" | "delegations/";
  /** Whether delegations to several roles that must agree (TAP 3) and by hardware id (Uptane 5.2.3.2) are understood. */
  readonly delegations: "tuf" | "uptane";
}

/** TUF 1.0.34 to the letter. */
export const strictTufWire: TufWire = {
  types: "lower",
  specVersion: "required",
  keySchemes: "required",
  keyIdOf: "key_object",
  signatures: "hex",
  listedHashes: "file",
  sameVersion: "keep",
  roles: "all",
  delegationFolder: "",
  delegations: "tuf",
};

const choices: { readonly [Name in keyof TufWire]: readonly TufWire[Name][] } = {
  types: ["lower", "capitalised"],
  specVersion: ["required", "optional"],
  keySchemes: ["required", "optional"],
  keyIdOf: ["key_object", "public_text"],
  signatures: ["hex", "hex_or_base64"],
  listedHashes: ["file", "canonical_json"],
  sameVersion: ["keep", "replace"],
  roles: ["all", "root_and_targets"],
  delegationFolder: ["", "delegations/"],
  delegations: ["tuf", "uptane"],
};

/**
 * Fills in the standard's rules and checks each given choice.
 *
 * @throws RangeError when a member is none of its choices
 */
export function resolveTufWire(wire: Partial<TufWire> | undefined): TufWire {
  if (wire === undefined || wire === strictTufWire) return strictTufWire;
  const resolved = { ...strictTufWire, ...wire };
  for (const name of Object.keys(choices) as (keyof TufWire)[]) {
    if ((choices[name] as readonly string[]).includes(resolved[name])) continue;
    throw new RangeError(`"wire.${name}" expected one of its choices, got ${String(resolved[name]).slice(0, 64)}`);
  }
  return resolved;
}

/** Whether two dialects are the same. */
export function sameTufWire(left: TufWire, right: TufWire): boolean {
  return left === right || (Object.keys(choices) as (keyof TufWire)[]).every((name) => left[name] === right[name]);
}

const typeOf: Readonly<Record<string, TufTopLevelRole>> = {
  root: "root",
  Root: "root",
  timestamp: "timestamp",
  Timestamp: "timestamp",
  snapshot: "snapshot",
  Snapshot: "snapshot",
  targets: "targets",
  Targets: "targets",
};

/** The type of a signed object, however its dialect spells it. */
export function tufTypeOf(signed: TufAnySigned): TufTopLevelRole {
  return typeOf[signed._type]!;
}

/** The role that a spelling of `_type` names in a dialect, if it does. */
export function readTufType(text: string, wire: TufWire): TufTopLevelRole | undefined {
  if (!Object.hasOwn(typeOf, text)) return undefined;
  const type = typeOf[text]!;
  return type === text || wire.types === "capitalised" ? type : undefined;
}
