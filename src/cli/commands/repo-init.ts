/** `otakit repo init`: starts a repository. */

import { buildTufRoot, buildTufTargets, type TufRoleKeys, type TufTopLevelRole } from "otakit/manifest";
import type { GenerateLocalKeyOptions, PublicKey } from "otakit/signing";
import { type Command, defineCommand, usageError } from "../command.ts";
import { makeKey, newKeyScheme, readKeyFile, readSigners, writeKey } from "../repo/keys.ts";
import { parseCount, parseRoleValues } from "../repo/options.ts";
import { collectSignatures, reportSignings } from "../repo/signatures.ts";
import { defaultExpiryDays, type ExpiryDays, isDays, repoOption, Workspace } from "../repo/workspace.ts";
import type { Terminal } from "../terminal.ts";

const roleNames = ["root", "targets", "snapshot", "timestamp"] as const;

export const repoInit: Command = defineCommand({
  name: "repo init",
  summary: "start a repository: keys, a first root and empty targets",
  details: [
    "Roles without a --key get new ones in the folder keys/, as many as their threshold; snapshot and timestamp share one, because " +
      "the same machine signs both. Keys of root and targets belong offline: give their public halves with --key, or move the new " +
      "files away when you are done.",
    "Nothing is published yet: add targets, sign, publish.",
  ],
  options: {
    repo: repoOption,
    key: {
      value: "ROLE=FILE",
      repeatable: true,
      help: "key of a role, public or private; a private key is not copied",
    },
    threshold: { value: "ROLE=N", repeatable: true, help: "how many keys of the role must sign; 1 when absent" },
    days: {
      value: "ROLE=N",
      repeatable: true,
      help: "days until metadata expires; root 365, targets 90, snapshot 30, timestamp 7",
    },
    scheme: { value: "SCHEME", help: "of new keys: ed25519 (when absent), ecdsa-sha2-nistp256 or ecdsa-sha2-nistp384" },
  },
  examples: [
    ["otakit repo init --repo fleet", "new keys for every role, for a trial"],
    [
      "otakit repo init --repo fleet --key root=alice.pub.pem --key root=bob.pub.pem --threshold root=2",
      "two people must sign every root, with keys that never come here",
    ],
  ],
  async run({ options }, terminal) {
    const folder = options.repo ?? ".";
    const scheme = newKeyScheme(options.scheme);
    const given = parseRoleValues("key", options.key, (file) =>
      file === "" ? undefined : readKeyFile(file, terminal),
    );
    const thresholds = parseRoleValues("threshold", options.threshold, parseCount);
    const thresholdOf = (role: TufTopLevelRole): number => thresholds.get(role)?.at(-1) ?? 1;
    for (const [role, keys] of given) {
      if (keys.length >= thresholdOf(role)) continue;
      throw usageError(`--threshold ${role}=${thresholdOf(role)} is above its ${keys.length} keys`, "repo init");
    }
    const workspace = Workspace.create(folder, expiryDaysOf(options.days));
    try {
      const missing = roleNames.filter((role) => !given.has(role));
      const made = makeKeys(workspace, missing, thresholdOf, scheme, terminal);
      const rolesOf = (role: TufTopLevelRole): TufRoleKeys => ({
        keys: given.get(role)?.map(({ publicKey }) => publicKey) ?? made.get(role)!,
        threshold: thresholdOf(role),
      });
      stageFirst(workspace, {
        root: rolesOf("root"),
        targets: rolesOf("targets"),
        snapshot: rolesOf("snapshot"),
        timestamp: rolesOf("timestamp"),
      });
      const signers = [...given.values()].flat().flatMap(({ signer }) => signer ?? []);
      const all = [...readSigners(workspace.path("keys"), terminal), ...signers];
      reportSignings(workspace, await collectSignatures(workspace, all), terminal);
    } catch (error) {
      // Without a root the folder is of no use, and in the way of the next attempt. Keys stay: somebody may count on them.
      workspace.remove("otakit-repo.json");
      workspace.remove("staged");
      throw error;
    } finally {
      workspace.close();
    }
    terminal.note(`The repository ${folder} is started; next: otakit repo add --repo ${folder} FILE`);
    return undefined;
  },
});

/** Stages the first root, and targets that list nothing. */
function stageFirst(workspace: Workspace, roles: Readonly<Record<TufTopLevelRole, TufRoleKeys>>): void {
  const now = Date.now();
  workspace.stage({ signed: buildTufRoot({ expires: workspace.expiryOf("root", now), roles }), signatures: [] });
  workspace.stage({ signed: buildTufTargets({ expires: workspace.expiryOf("targets", now) }), signatures: [] });
}

function expiryDaysOf(values: readonly string[]): ExpiryDays {
  const given = parseRoleValues("days", values, (text) => {
    const days = parseCount(text);
    return isDays(days) ? days : undefined;
  });
  return Object.fromEntries(
    roleNames.map((role) => [role, given.get(role)?.at(-1) ?? defaultExpiryDays[role]]),
  ) as unknown as ExpiryDays;
}

function makeKeys(
  workspace: Workspace,
  roles: readonly TufTopLevelRole[],
  thresholdOf: (role: TufTopLevelRole) => number,
  scheme: GenerateLocalKeyOptions["scheme"],
  terminal: Terminal,
): ReadonlyMap<TufTopLevelRole, readonly PublicKey[]> {
  const folder = workspace.path("keys");
  const made = new Map<TufTopLevelRole, readonly PublicKey[]>();
  const write = (name: string): PublicKey => {
    const key = makeKey(scheme);
    const { publicKey } = key.signer;
    terminal.note(`New private key ${writeKey(folder, name, key)}, key id ${publicKey.keyId}`);
    return publicKey;
  };
  const online: PublicKey[] = [];
  for (const role of roles) {
    const count = thresholdOf(role);
    if (role === "snapshot" || role === "timestamp") {
      while (online.length < count) online.push(write(`online-${online.length + 1}`));
      made.set(role, online.slice(0, count));
    } else
      made.set(
        role,
        Array.from({ length: count }, (_, index) => write(`${role}-${index + 1}`)),
      );
  }
  return made;
}
