/** `otakit repo rotate`: stages the next root. */

import { bumpTufVersion, planRotation, rotateTufRoot, type TufRepositoryView, type TufRoot } from "otakit/manifest";
import type { Signer } from "otakit/signing";
import { type Command, defineCommand, usageError } from "../command.ts";
import { CliError } from "../errors.ts";
import { listFolder } from "../files.ts";
import { makeKey, newKeyScheme, readKeyFile, readSigner, readSigners, writeKey } from "../repo/keys.ts";
import { parseCount, parseRole } from "../repo/options.ts";
import { collectSignatures, reportSignings } from "../repo/signatures.ts";
import { repoOption, type Workspace, withWorkspace } from "../repo/workspace.ts";
import { reasonLines, type Terminal } from "../terminal.ts";

export const repoRotate: Command = defineCommand({
  name: "repo rotate",
  summary: "stage the next root: keys added or taken away, or a later expiry",
  details: [
    "The next root must be signed by enough keys of the published root and enough of its own, so that every client can follow; " +
      "a root that some client could never follow is refused before anybody signs it. Metadata whose keys change is staged anew.",
    "Without --role the root stays as it is and expires later. May be repeated before publishing: one root can carry many changes.",
  ],
  options: {
    repo: repoOption,
    role: { value: "ROLE", help: "root, targets, snapshot or timestamp" },
    add: { value: "FILE", repeatable: true, help: "key to add, public or private" },
    new: { help: "add a new key, made in the folder keys/" },
    remove: { value: "KEYID", repeatable: true, help: "key id to take away; its start is enough if it is unique" },
    threshold: { value: "N", help: "how many keys of the role must sign from now on" },
    key: { value: "FILE", repeatable: true, help: "private key to sign with, beside those in keys/" },
    scheme: {
      value: "SCHEME",
      help: "of a new key: ed25519 (when absent), ecdsa-sha2-nistp256 or ecdsa-sha2-nistp384",
    },
  },
  examples: [
    ["otakit repo rotate --repo fleet --role timestamp --new --remove 3f5a", "replace a key that was stolen"],
    ["otakit repo rotate --repo fleet --role root --add carol.pub.pem --threshold 2", "let one more person sign roots"],
    ["otakit repo rotate --repo fleet", "renew the root before it expires"],
  ],
  async run({ options }, terminal) {
    const role = options.role === undefined ? undefined : parseRole("role", options.role);
    const changes =
      options.add.length > 0 || options.new || options.remove.length > 0 || options.threshold !== undefined;
    if (changes && role === undefined) throw usageError("--role is missing", "repo rotate");
    if (!changes && role !== undefined) throw usageError(`what changes for ${role} is missing`, "repo rotate");
    const threshold = options.threshold === undefined ? undefined : parseCount(options.threshold);
    if (options.threshold !== undefined && threshold === undefined) {
      throw usageError(`--threshold expected integer >= 1, got "${options.threshold}"`, "repo rotate");
    }
    const made = options.new ? makeKey(newKeyScheme(options.scheme)) : undefined;
    return withWorkspace(options.repo, async (workspace) => {
      const published = workspace.published();
      if (published === undefined) {
        throw new CliError(
          "ERR_CLI_REPOSITORY",
          "Cannot rotate: no root is published yet; start again with other keys",
        );
      }
      const base = workspace.staged("root")?.signed ?? published.root.signed;
      const change = {
        add: [
          ...options.add.map((file) => readKeyFile(file, terminal).publicKey),
          ...(made === undefined ? [] : [made.signer.publicKey]),
        ],
        remove: options.remove.map((start) => keyIdOf(base, role!, start)),
        ...(threshold === undefined ? {} : { threshold }),
      };
      const rotated = rotateTufRoot(base, {
        expires: workspace.expiryOf("root", Date.now()),
        ...(role === undefined ? {} : { roles: { [role]: change } }),
      });
      // Several changes before one publication make one root.
      const proposed: TufRoot = { ...rotated, version: published.root.signed.version + 1 };
      const signers = [
        ...readSigners(workspace.path("keys"), terminal),
        ...options.key.map((file) => readSigner(file, terminal)),
        ...(made === undefined ? [] : [made.signer]),
      ];
      const resign = requireFollowers(published, proposed, signers, terminal);
      if (made !== undefined) {
        const file = writeKey(workspace.path("keys"), newKeyName(workspace, role!), made);
        terminal.note(`New private key ${file}, key id ${made.signer.publicKey.keyId}`);
      }
      workspace.stage({ signed: proposed, signatures: [] });
      if (resign.includes("targets")) stageTargetsAgain(workspace, terminal);
      reportSignings(workspace, await collectSignatures(workspace, signers), terminal);
      return undefined;
    });
  },
});

/**
 * Refuses a root that some client could never follow, before anybody signs it.
 *
 * @returns the roles that must be signed again
 */
function requireFollowers(
  published: TufRepositoryView,
  proposed: TufRoot,
  signers: readonly Signer[],
  terminal: Terminal,
): readonly string[] {
  const { decision, reasons, evidence } = planRotation({
    roots: published.roots.map(({ bytes }) => bytes),
    proposed,
    availableKeys: signers.map(({ publicKey }) => publicKey),
    now: Date.now(),
  });
  if (decision === "strands_clients") {
    throw new CliError("ERR_CLI_NOT_PUBLISHABLE", "Cannot rotate: some clients could not follow", {
      details: { reasons },
    });
  }
  terminal.note(reasonLines(reasons));
  return evidence.resign;
}

/** Targets whose keys change are signed again, as the next version. */
function stageTargetsAgain(workspace: Workspace, terminal: Terminal): void {
  if (workspace.staged("targets") !== undefined) return;
  const { signed } = workspace.published()!.targets["targets"]!;
  workspace.stage({
    signed: bumpTufVersion(signed, { expires: workspace.expiryOf("targets", Date.now()) }),
    signatures: [],
  });
  terminal.note("The targets metadata is staged too: its keys change");
}

function keyIdOf({ roles }: TufRoot, role: keyof TufRoot["roles"], start: string): string {
  const found = roles[role].keyids.filter((keyid) => keyid.startsWith(start));
  if (start !== "" && found.length === 1) return found[0]!;
  const what = found.length === 0 || start === "" ? "is of no key" : "is of several keys";
  throw usageError(`--remove ${start} ${what} of ${role}: ${roles[role].keyids.join(", ")}`, "repo rotate");
}

function newKeyName(workspace: Workspace, role: string): string {
  const names = listFolder(workspace.path("keys"));
  for (let number = 1; ; number++) if (!names.includes(`${role}-${number}.pem`)) return `${role}-${number}`;
}
