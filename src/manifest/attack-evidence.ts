/**
 * Evidence of an attack as a document: what was refused, by which rule, and the files that prove it, for whoever must look into it.
 *
 * The document is a payload for a DSSE envelope: sign it with the key of the vehicle or service that saw it.
 */

import {
  assertBytes,
  type Bytes,
  bytesToBase64,
  bytesToHex,
  encodeJcs,
  excerpt,
  formatUtcTime,
  type JsonObject,
  type JsonValue,
  sha256,
  utf8ToBytes,
} from "../core/index.ts";
import { type Signer, signDsse } from "../signing/index.ts";
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
  /** The reasons of the verdict, as they were. */
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

/**
 * Makes the document of a refusal. Bounded, whatever the attacker sent: of long files the digest alone is kept.
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
    files: named.map(([name, bytes]) => {
      const fits = bytes.length <= longestFile && bytes.length * 1.4 <= left;
      if (fits) left -= bytes.length * 1.4;
      const facts = { name: excerpt(name), sha256: bytesToHex(sha256(bytes)), length: bytes.length };
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

/** Signs evidence as a DSSE envelope over its RFC 8785 form. */
export function signAttackEvidence(evidence: AttackEvidence, signers: readonly Signer[]): Promise<Bytes> {
  return signDsse(attackEvidencePayloadType, encodeJcs(evidence), signers);
}

/** A reason as JSON: members that are absent are left out, numbers that JSON has not become text. */
function plain(value: object): JsonObject {
  const text = JSON.stringify(value, (_, member: unknown) =>
    typeof member === "bigint" || (typeof member === "number" && !Number.isSafeInteger(member))
      ? String(member)
      : member,
  );
  return JSON.parse(text) as { [name: string]: JsonValue };
}
