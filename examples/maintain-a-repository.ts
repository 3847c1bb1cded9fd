/** What the maintainers of a TUF repository do over its life: release, look what expires, rotate a key, publish. All in memory. */

import { utf8ToBytes } from "otakit/core";
import {
  addTufTarget,
  buildTufRepository,
  bumpTufVersion,
  describeTufTarget,
  planPublication,
  planRotation,
  readTufRepository,
  reportTufExpiry,
  requestTufSignatures,
  rotateTufRoot,
  signTufMetadata,
  type TufFiles,
  tufRootQuorums,
  updateTufRepository,
} from "otakit/manifest";
import { addSignature, createLocalSigner, type Signer } from "otakit/signing";

const day = 86_400_000;
const now = Date.UTC(2026, 10, 25);
// In production the first two are people with tokens, the others keys in a KMS.
const [alice, bob, release, online, newOnline] = [1, 2, 3, 4, 5].map((seed) =>
  createLocalSigner(new Uint8Array(32).fill(seed)),
) as [Signer, Signer, Signer, Signer, Signer];

const first = await buildTufRepository({
  targets: { "brake/2.0.0.bin": utf8ToBytes("old brake firmware") },
  roles: {
    root: { signers: [alice, bob], threshold: 2 },
    targets: { signers: [release] },
    snapshot: { signers: [online] },
    timestamp: { signers: [online] },
  },
  expires: { root: now + 365 * day, targets: now + 90 * day, snapshot: now + 7 * day, timestamp: now + day },
});
let published: TufFiles = first.metadata;

/** Rehearses new files with clients, and uploads them in order: what is named is always there already. */
function publish(changes: TufFiles): void {
  const { decision, reasons, uploads } = planPublication({ published, changes, now });
  if (decision === "refuse") throw new Error(reasons[0]?.message);
  console.log(uploads.map(({ file }) => file.replace(/[0-9a-f]{60}/, "…")).join(", "));
  published = new Map([...published, ...changes]);
}

// A release: one target more, signed by the release team; snapshot and timestamp follow.
const { targets } = readTufRepository(published);
const image = utf8ToBytes("new brake firmware");
const next = addTufTarget(
  bumpTufVersion(targets["targets"]!.signed, { expires: now + 90 * day }),
  "brake/2.1.0.bin",
  describeTufTarget(image, { custom: { hardwareId: "brake-c" } }),
);
const expires = { snapshot: now + 7 * day, timestamp: now + day };
publish(await updateTufRepository({ published, targets: { targets: next }, signers: [release, online], expires }));

// Every day: who has to sign what within a week.
for (const { role, leftMs, resign } of reportTufExpiry(readTufRepository(published), now, 7 * day)) {
  console.log(`${role} expires in ${leftMs / day} d: sign ${resign.map((each) => each.role).join(", then ")}`);
}

// The online key is to be replaced. First ask whether every vehicle can follow, then have the root signed, by file.
const { root, roots } = readTufRepository(published);
const replace = { add: [newOnline.publicKey], remove: [online.publicKey.keyId] };
const newRoot = rotateTufRoot(root.signed, {
  expires: now + 365 * day,
  roles: { timestamp: replace, snapshot: replace },
});
const plan = planRotation({
  roots: roots.map(({ bytes }) => bytes),
  proposed: newRoot,
  availableKeys: [alice.publicKey, bob.publicKey],
  now,
});
console.log(plan.decision, "-", plan.reasons.map(({ code }) => code).join(", "));

const quorums = tufRootQuorums(newRoot, root.signed);
const request = requestTufSignatures(newRoot, { quorums });
const collected = [await addSignature(request, alice), await addSignature(request, bob)];
const rootFile = await signTufMetadata(newRoot, { quorums, collected });
publish(await updateTufRepository({ published, root: rootFile, signers: [newOnline], expires }));
