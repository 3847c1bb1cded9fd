/**
 * Evidence of an attack as a document: what was refused, by which rule, and the files that prove it, for whoever must look into it.
 *
 * The document is a payload for a DSSE envelope: sign it with the key of the vehicle or service that saw it.
 */

import {
  assertBytes,
  bytesToBase64,
  bytesToHex,
  excerpt,
  formatUtcTime,
  type JsonObject,
  type JsonValue,
  sha256,
  utf8ToBytes,
} from "../core/index.ts";
import type { TufEquivocation } from "./tuf/client.ts";
import type { UptaneEquivocation } from "./uptane/client.ts";
import type { Verdict } from "./verdict.ts";

/** A file as evidence. */
export interface EvidenceFile {
  /** What it was, for example `director/targets.json`. */
  readonly name: string;
  readonly sha256: string;
  readonly length: number;
  /** Its bytes, base64; absent when it is longer than 1 MiB, or the document would be longer than 8 MiB. */
  readonly content?: string;
}

/** A refusal with what proves it. */
export interface AttackEvidence {
  readonly schema: "otakit.attack-evidence/1";
  /** When it was seen, `YYYY-MM-DDTHH:MM:SSZ`; of the clock that the verdict used. */
  readonly observedAt: string;
  /** Pseudonymous identifier of the vehicle that saw it. */
  readonly vehicleId?: string;
  readonly decision: string;
  /** The first 100 reasons of the verdict; what is long in them is cut off. */
  readonly reasons: readonly JsonObject[];
  readonly files: readonly EvidenceFile[];
}

/** What evidence is made of. */
export interface AttackEvidenceInput {
  readonly verdict: Verdict;
  /** Epoch milliseconds. */
  readonly observedAt: number;
  readonly vehicleId?: string;
  /** Two contents under one version, as a step hands them out. */
  readonly equivocation?: TufEquivocation | UptaneEquivocation;
  /** Further files, by name, as they were received. */
  readonly files?: Readonly<Record<string, Uint8Array>>;
}

/** DSSE payload type of attack evidence. */
export const attackEvidencePayloadType = "application/vnd.otakit.attack-evidence+json";

const longestFile = 1024 * 1024;
const longestDocument = 8 * 1024 * 1024;

/** Most reasons that are taken over. */
const mostReasons = 100;

/** Most files that are taken over. */
const mostFiles = 1000;

/**
 * Makes the document of a refusal. Bounded, whatever the attacker sent: of long files the digest alone is kept, of long reasons the
 * start. What is no text of Unicode does not stop it.
 *
 * @throws RangeError when `observedAt` is no time of the years 1970 to 9999
 * @example
 * ```ts
 * if (step.decision === "refuse") await report(await signAttackEvidence(buildAttackEvidence({ verdict: step, observedAt: now }), [key]));
 * ```
 */
export function buildAttackEvidence(input: AttackEvidenceInput): AttackEvidence {
  const { verdict, observedAt, vehicleId, equivocation, files = {} } = input;
  const named: (readonly [string, Uint8Array])[] = Object.entries(files).map(([name, bytes]) => [
    name,
    assertBytes(bytes, "files"),
  ]);
  named.unshift(...(equivocation === undefined ? [] : bothContents(equivocation)));
  let left = longestDocument;
  return {
    schema: "otakit.attack-evidence/1",
    observedAt: formatUtcTime(observedAt - (observedAt % 1000)),
    ...(vehicleId === undefined ? {} : { vehicleId }),
    decision: verdict.decision,
    reasons: verdict.reasons.slice(0, mostReasons).map((reason) => plain(reason)),
    files: named.slice(0, mostFiles).map(([name, bytes]) => {
      const fits = bytes.length <= longestFile && bytes.length * 1.4 <= left;
      if (fits) left -= bytes.length * 1.4;
      const facts = { name: jsonText(name), sha256: bytesToHex(sha256(bytes)), length: bytes.length };
      return fits ? { ...facts, content: bytesToBase64(bytes) } : facts;
    }),
  };
}

function bothContents(equivocation: TufEquivocation | UptaneEquivocation): readonly (readonly [string, Uint8Array])[] {
  const { role, version, files } = equivocation;
  const repository = "repository" in equivocation ? `${equivocation.repository} ` : "";
  return files.map((text, index) => [
    `${repository}${role} version ${version}, content ${index + 1}`,
    utf8ToBytes(text),
  ]);
}

/** What a reason may take: the characters of its names and texts, its members, its depth, and each text. */
const longestReason = 8192;
const mostMembers = 256;
const deepest = 6;
const longestText = 1024;

/**
 * A reason as bounded JSON, whatever an ECU said that it quotes: members that are absent are left out, numbers that JSON has not become
 * text, what goes beyond the bounds is cut off.
 */
function plain(reason: object): JsonObject {
  let characters = longestReason;
  let members = mostMembers;
  const text = (whole: string): string => {
    const cut = jsonText(whole, Math.min(characters, longestText));
    characters -= cut.length;
    return cut;
  };
  const copy = (value: unknown, depth: number): JsonValue | undefined => {
    if (typeof value === "string") return text(value);
    if (value === null || typeof value === "boolean" || Number.isSafeInteger(value)) return value as JsonValue;
    if (typeof value === "number" || typeof value === "bigint") return text(String(value));
    if (typeof value !== "object" || depth > deepest) return undefined;
    const items: (readonly [string, JsonValue])[] = [];
    for (const name of Object.keys(value)) {
      if (members === 0) break;
      members--;
      const item = copy((value as Readonly<Record<string, unknown>>)[name], depth + 1);
      if (item !== undefined) items.push([text(name), item]);
    }
    return Array.isArray(value) ? items.map(([, item]) => item) : Object.fromEntries(items);
  };
  return copy(reason, 0) as JsonObject;
}

/** The start of a text as JSON can carry it: half of a surrogate pair becomes U+FFFD, or nothing could be signed. */
function jsonText(text: string, longest?: number): string {
  return excerpt(text, longest).replace(/\p{Surrogate}/gu, "\ufffd");
}
