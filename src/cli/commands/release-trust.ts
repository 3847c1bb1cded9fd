/** `otakit release trust`: makes the first trust file, or the next one. */

import { openReleaseTrust, type ReleaseTrust, type ReleaseTrustRole, signReleaseTrust } from "otakit/manifest";
import type { Signer, TrustedKeys } from "otakit/signing";
import { type Command, defineCommand, usageError } from "../command.ts";
import { createFile } from "../files.ts";
import { readTrustFile } from "../release/trust.ts";
import { type KeyFile, makeKey, newKeyScheme, readKeyFile, readSigner, writeKey } from "../repo/keys.ts";
import { parseCount } from "../repo/options.ts";
import type { Terminal } from "../terminal.ts";
import { countOf } from "../text.ts";

const roleNames: readonly ReleaseTrustRole[] = ["trust", "release", "rollback"];

const dayMs = 86_400_000;

export const releaseTrust: Command = defineCommand({
  name: "release trust",
  summary: "make a trust file: whose signatures vehicles accept, and who may change that",
  details: [
    "The first trust file goes into the vehicle. A later one (--previous) takes over every role that is not named and replaces " +
      "those that are; it must be signed by the trust keys of both, here or later with `otakit release sign`.",
    "Roles: trust signs the next trust file, release signs releases, rollback authorises going back to an older one; no key may " +
      "have both of the last two. Private keys among --key sign at once; keys of role trust belong offline.",
  ],
  options: {
    out: { value: "FILE", required: true, help: "where the trust file goes; must not be there yet" },
    key: { value: "ROLE=FILE", repeatable: true, help: "key of a role, public or private" },
    threshold: {
      value: "ROLE=N",
      repeatable: true,
      help: "how many keys of the role must sign; all of them when absent",
    },
    previous: { value: "FILE", help: "the trust file that this one follows" },
    sign: {
      value: "FILE",
      repeatable: true,
      help: "further private key to sign with, for example of the previous file",
    },
    days: { value: "N", help: "days until it expires; 365 when absent" },
    "new-keys": { value: "DIR", help: "make new keys here for roles trust and release that have none" },
    scheme: { value: "SCHEME", help: "of new keys: ed25519 (when absent), ecdsa-sha2-nistp256 or ecdsa-sha2-nistp384" },
  },
  examples: [
    ["otakit release trust --new-keys keys --out trust.1.json", "new keys, for a trial"],
    [
      "otakit release trust --previous trust.1.json --key release=carol.pub.pem --sign keys/trust-1.pem --out trust.2.json",
      "from now on carol signs releases",
    ],
  ],
  async run({ options }, terminal) {
    const keys = keysByRole(options.key, terminal);
    const previous =
      options.previous === undefined ? undefined : openReleaseTrust(readTrustFile(options.previous)).trust;
    const scheme = newKeyScheme(options.scheme);
    for (const role of ["trust", "release"] as const) {
      if (keys.has(role) || previous !== undefined) continue;
      if (options["new-keys"] === undefined)
        throw usageError(`--key ${role}=FILE or --new-keys is missing`, "release trust");
      const made = makeKey(scheme);
      terminal.note(`New private key ${writeKey(options["new-keys"], `${role}-1`, made)}`);
      keys.set(role, [{ publicKey: made.signer.publicKey, signer: made.signer }]);
    }
    const trust: ReleaseTrust = {
      schema: "ota-release-trust/1",
      version: (previous?.version ?? 0) + 1,
      expires: expiryOf(options.days),
      roles: { ...previous?.roles, ...rolesOf(keys, options.threshold) } as ReleaseTrust["roles"],
    };
    const signers = signersFor(trust, previous, keys, options.sign, terminal);
    if (signers.length === 0) throw usageError("no private key of role trust is given; see --sign", "release trust");
    createFile(options.out, await signReleaseTrust(trust, signers));
    terminal.print(`${options.out}: trust file ${trust.version}, signed by ${countOf(signers.length, "key")}`);
    return undefined;
  },
});

function keysByRole(values: readonly string[], terminal: Terminal): Map<ReleaseTrustRole, KeyFile[]> {
  const keys = new Map<ReleaseTrustRole, KeyFile[]>();
  for (const [role, file] of values.map((value) => roleValue("key", value))) {
    keys.set(role, [...(keys.get(role) ?? []), readKeyFile(file, terminal)]);
  }
  return keys;
}

function rolesOf(
  keys: ReadonlyMap<ReleaseTrustRole, readonly KeyFile[]>,
  thresholds: readonly string[],
): Partial<Record<ReleaseTrustRole, TrustedKeys>> {
  const counts = new Map(thresholds.map((value) => roleValue("threshold", value)));
  for (const role of counts.keys()) {
    if (!keys.has(role)) throw usageError(`--threshold ${role} goes with --key ${role}=FILE`, "release trust");
  }
  return Object.fromEntries(
    [...keys].map(([role, files]) => {
      const text = counts.get(role);
      const threshold = text === undefined ? files.length : parseCount(text);
      if (threshold === undefined)
        throw usageError(`--threshold expected an integer >= 1, got "${text}"`, "release trust");
      return [role, { keys: files.map(({ publicKey }) => publicKey), threshold }];
    }),
  );
}

function roleValue(option: string, text: string): readonly [ReleaseTrustRole, string] {
  const split = text.indexOf("=");
  const role = roleNames.find((name) => name === text.slice(0, split));
  if (role === undefined)
    throw usageError(`--${option} expected trust=, release= or rollback=, got "${text}"`, "release trust");
  return [role, text.slice(split + 1)];
}

/** Whole seconds, as the file has them. */
function expiryOf(days: string | undefined): string {
  const count = days === undefined ? 365 : parseCount(days);
  if (count === undefined || count > 36_500)
    throw usageError(`--days expected 1 to 36500, got "${days}"`, "release trust");
  return new Date(Date.now() + count * dayMs).toISOString().replace(/\.\d+Z$/, "Z");
}

/** The given private keys that are of role trust, before or from now on. */
function signersFor(
  trust: ReleaseTrust,
  previous: ReleaseTrust | undefined,
  keys: ReadonlyMap<ReleaseTrustRole, readonly KeyFile[]>,
  files: readonly string[],
  terminal: Terminal,
): readonly Signer[] {
  const wanted = [...trust.roles.trust.keys, ...(previous?.roles.trust.keys ?? [])].map(({ material }) => material);
  const given = [
    ...(keys.get("trust") ?? []).flatMap(({ signer }) => signer ?? []),
    ...files.map((file) => readSigner(file, terminal)),
  ];
  const stranger = given.find(({ publicKey }) => !wanted.includes(publicKey.material));
  if (stranger !== undefined)
    throw usageError("a --sign key has no role trust, neither before nor from now on", "release trust");
  return [...new Map(given.map((signer) => [signer.publicKey.material, signer])).values()];
}
