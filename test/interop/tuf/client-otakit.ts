/** Reads a repository with otakit's client, from memory. */

import {
  createTufClient,
  findTufTarget,
  nextTufRequest,
  stepTufClient,
  type TufClient,
  type TufRequest,
} from "otakit/manifest";
import type { Files } from "./write-otakit.ts";

/** A repository as a client meets it. */
export interface Scenario {
  readonly name: string;
  /** The root that the client was shipped with. */
  readonly root: Uint8Array;
  readonly files: Files;
  readonly lookups: readonly string[];
}

/** What a client made of it: whether it refreshed, and for each look-up the entry, `absent` or `refused`. */
export interface Verdict {
  readonly refreshed: boolean;
  readonly lookups: readonly string[];
  /** Why it refused first. */
  readonly why: string;
}

/** Time at which all clients read. */
export const readAt: number = Date.UTC(2026, 10, 25);

/** The entry of a target in one spelling; tuf-js gives an empty object for custom data that is not there. */
export function entryText(length: number, hashes: Readonly<Record<string, string>>, custom: object = {}): string {
  const sorted = Object.entries(hashes).sort(([left], [right]) => (left < right ? -1 : 1));
  return JSON.stringify([length, sorted, custom]);
}

/** Reads it. */
export function readWithOtakit({ root, files, lookups }: Scenario): Verdict {
  let why = "";
  let client: TufClient;
  const answer = (request: TufRequest): boolean => {
    const bytes = request.kind === "load" ? undefined : files.get(request.file);
    const step = stepTufClient(client, { request, bytes }, readAt);
    client = step.state;
    if (step.decision === "refuse") why ||= explain(step.reasons[0]!);
    return step.decision !== "refuse";
  };
  try {
    client = createTufClient(root);
  } catch (error) {
    const [reason] = (error as { details: { reasons: Parameters<typeof explain>[0][] } }).details.reasons;
    return { refreshed: false, lookups: [], why: explain(reason!) };
  }
  for (let request = nextTufRequest(client); request !== undefined; request = nextTufRequest(client)) {
    if (!answer(request)) return { refreshed: false, lookups: [], why };
  }
  const found = lookups.map((path) => {
    for (;;) {
      const lookup = findTufTarget(client, path);
      if (lookup.decision === "needs") {
        if (!answer(lookup.request)) return "refused";
      } else if (lookup.decision === "found") {
        return entryText(lookup.target.length, lookup.target.hashes, lookup.target.custom);
      } else if (lookup.decision === "not_found") return "absent";
      else {
        why ||= explain(lookup.reasons[0]!);
        return "refused";
      }
    }
  });
  return { refreshed: true, lookups: found, why };
}

/** Code of a reason, and for what cannot be read also the code and place inside. */
function explain({
  code,
  role,
  evidence,
}: {
  readonly code: string;
  readonly role: string;
  readonly evidence: object;
}): string {
  const { error, path, why } = evidence as { error?: string; path?: string; why?: string };
  return [code, role, error, path, typeof why === "string" ? why : undefined]
    .filter((part) => part !== undefined)
    .join(" | ");
}
