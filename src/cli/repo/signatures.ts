/** Signatures of staged metadata: made with the keys at hand, asked for by request files, and brought back in them. */

import { base64ToBytes, bytesToHex } from "otakit/core";
import {
  requestTufSignatures,
  type TufAnySigned,
  type TufMetadata,
  type TufRoot,
  type TufSignature,
  type TufTargets,
  tufQuorum,
  tufRootQuorums,
} from "otakit/manifest";
import {
  addSignature,
  encodeSigningRequest,
  mergeSigningRequests,
  type Quorum,
  type QuorumProgress,
  type Signer,
  type SigningRequest,
  signingProgress,
} from "otakit/signing";
import type { Terminal } from "../terminal.ts";
import { signersOf } from "./keys.ts";
import type { StagedRole, Workspace } from "./workspace.ts";

/** Who must sign a staged document: of a root both its own keys and those of the root before it. */
export function quorumsOf(signed: TufAnySigned, root: TufRoot, previous: TufRoot | undefined): readonly Quorum[] {
  if (signed._type === "root") return tufRootQuorums(signed, previous);
  return [tufQuorum(root, signed._type)];
}

/** Staged metadata with the request that collects its signatures. */
export interface StagedSigning {
  readonly role: StagedRole;
  readonly metadata: TufMetadata<TufRoot | TufTargets>;
  readonly request: SigningRequest;
}

/** The requests of everything that is staged, with the signatures that are there. */
export function stagedSignings(workspace: Workspace): readonly StagedSigning[] {
  const previous = workspace.published()?.root.signed;
  const root = workspace.staged("root")?.signed ?? previous;
  return (["root", "targets"] as const).flatMap((role) => {
    const metadata = workspace.staged(role);
    if (metadata === undefined || root === undefined) return [];
    const quorums = quorumsOf(metadata.signed, root, previous);
    const request = requestTufSignatures(metadata.signed, { quorums, existing: metadata.signatures });
    return [{ role, metadata, request }];
  });
}

/** Signs everything staged with the keys at hand, takes returned requests in, and stages the result. */
export async function collectSignatures(
  workspace: Workspace,
  signers: readonly Signer[],
  returned: readonly SigningRequest[] = [],
): Promise<readonly StagedSigning[]> {
  const signings: StagedSigning[] = [];
  for (const { role, metadata, request } of stagedSignings(workspace)) {
    let signed = mergeSigningRequests(
      request,
      returned.filter(({ sha256 }) => sha256 === request.sha256),
    );
    for (const signer of signersOf(request.quorums, signers)) signed = await addSignature(signed, signer);
    const signatures = signed.signatures.map(
      ({ keyid, sig }): TufSignature => ({ keyid, sig: bytesToHex(base64ToBytes(sig)) }),
    );
    const collected = { signed: metadata.signed, signatures };
    workspace.stage(collected);
    signings.push({ role, metadata: collected, request: signed });
  }
  return signings;
}

/** Tells how far each staged document is; writes a request file for one that needs keys from elsewhere. */
export function reportSignings(workspace: Workspace, signings: readonly StagedSigning[], terminal: Terminal): void {
  for (const { role, metadata, request } of signings) {
    const { version } = metadata.signed;
    const progress = signingProgress(request);
    const name = `${role}-${version}.json`;
    for (const line of progress.map(progressLine)) terminal.print(`${role} version ${version}: ${line}`);
    if (progress.every(({ remaining }) => remaining === 0)) {
      workspace.remove("requests", name);
      continue;
    }
    const file = workspace.write(encodeSigningRequest(request), "requests", name);
    terminal.note(
      `Send ${file} to those who have the keys. They run: otakit repo sign --request FILE --key KEY --out SIGNED; ` +
        "then here: otakit repo sign --import SIGNED",
    );
  }
}

/** One quorum in words. */
export function progressLine({ name, threshold, signedBy, notSignedBy, remaining }: QuorumProgress): string {
  const state = remaining === 0 ? "complete" : `${remaining} more needed of ${notSignedBy.join(", ")}`;
  return `"${name}" has ${signedBy.length} of ${threshold} signatures, ${state}`;
}
