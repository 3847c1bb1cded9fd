/** Without a repository and without a network: keys are replaced, a bundle is read from a stick, and a vehicle goes back once. */

import { bytesToHex, concatBytes, isOtaError, sha256, utf8ToBytes } from "otakit/core";
import {
  type BundleEvent,
  beginRollbacks,
  createBundleReader,
  createUpdateFloors,
  decideUpdate,
  explainVerdict,
  followReleaseTrust,
  loadSealedState,
  openReleaseTrust,
  parseUpdateFloors,
  type ReleaseTrust,
  raiseFloors,
  type SealedStore,
  signRelease,
  signReleaseTrust,
  signRollbackAuthorisation,
  storeSealedState,
  type VerifiedReleaseTrust,
  verifyRelease,
  verifyRollbackAuthorisation,
  writeBundle,
} from "otakit/manifest";
import { createLocalSigner } from "otakit/signing";
import { loadFirmware } from "./firmware.ts";
import { bytes, codeOf, type Report } from "./report.ts";

const now = Date.UTC(2026, 10, 25, 12);
const signerOf = (name: string) => createLocalSigner(sha256(utf8ToBytes(name)));
type Signer = ReturnType<typeof signerOf>;
const [ada, ben, cleo] = [signerOf("ada"), signerOf("ben"), signerOf("cleo")];
const [dora, emil] = [signerOf("dora"), signerOf("emil")];
const keysOf = (threshold: number, ...of: readonly Signer[]) => ({
  keys: of.map(({ publicKey }) => publicKey),
  threshold,
});

const digestOf = (image: Uint8Array): string => bytesToHex(sha256(image));

/** A signed release of one image. */
function releaseOf(version: string, releaseCounter: number, image: Uint8Array, by: Signer): Promise<Uint8Array> {
  const entry = { hardwareId: "primehub", version, releaseCounter, securityEpoch: 2 };
  const images = [{ ...entry, length: image.length, hashes: { sha256: digestOf(image) } }];
  return signRelease({ schema: "ota-release/1", releaseId: version, expires: "2026-12-31T00:00:00Z", images }, [by]);
}

/** From a shipped trust file to a vehicle that went back, and cannot do it again. */
export async function showOffline(report: Report): Promise<void> {
  const [older, newer] = [loadFirmware("primehub", "7.27"), loadFirmware("primehub", "7.28")];
  const { trust, history } = await showTrust(report);
  await showBundle(report, trust, history, newer);
  await showRollback(report, trust, older, newer);
}

async function showTrust(report: Report) {
  report.section("Without a repository: the release key is replaced");
  const roles = { trust: keysOf(2, ada, ben), release: keysOf(1, ada), rollback: keysOf(2, dora, emil) };
  const first: ReleaseTrust = { schema: "ota-release-trust/1", version: 1, expires: "2027-12-31T00:00:00Z", roles };
  const shipped = await signReleaseTrust(first, [ada, ben]);
  const second = { ...first, version: 2, roles: { ...roles, release: keysOf(1, cleo) } };
  const successor = await signReleaseTrust(second, [ada, ben]);
  const forged = await signReleaseTrust(second, [ada, cleo]);
  const start = openReleaseTrust(shipped);
  report.expect(
    "a successor signed by one owner and a stranger",
    "ERR_SIGNING_THRESHOLD",
    codeOf(() => followReleaseTrust(start, [forged])),
  );
  const trust = followReleaseTrust(start, [successor]);
  report.expect("trust file that the vehicle follows", "2", String(trust.trust.version));
  return { trust: start, history: [shipped, successor] };
}

async function showBundle(
  report: Report,
  trust: VerifiedReleaseTrust,
  history: readonly Uint8Array[],
  image: Uint8Array,
): Promise<void> {
  report.section("A bundle on a stick: verified while it streams");
  const release = await releaseOf("7.28", 728, image, cleo);
  const pieces: Uint8Array[] = [];
  await writeBundle({ trust: history, release, files: [{ sha256: digestOf(image), open: () => [image] }] }, (piece) =>
    pieces.push(piece),
  );
  const archive = concatBytes(...pieces);
  report.line(`archive of ${bytes(archive.length)}, read in pieces of 64 KiB`);
  const read = (stick: Uint8Array): readonly BundleEvent[] => {
    const reader = createBundleReader(trust, { now });
    const events: BundleEvent[] = [];
    for (let at = 0; at < stick.length; at += 65_536) events.push(...reader.push(stick.subarray(at, at + 65_536)));
    reader.finish();
    return events;
  };
  const seen = read(archive)
    .filter(({ kind }) => kind !== "data")
    .map(({ kind }) => kind);
  report.expect("what it holds", "trust, release, file, file_verified, end", seen.join(", "));
  const spoilt = archive.slice();
  spoilt[archive.length >> 1]! ^= 1;
  report.expect(
    "one flipped bit in the image",
    "ERR_SIGNING_TARGET_HASH",
    codeOf(() => read(spoilt)),
  );
}

async function showRollback(
  report: Report,
  start: VerifiedReleaseTrust,
  older: Uint8Array,
  newer: Uint8Array,
): Promise<void> {
  report.section("Going back: authorised, once, with floors in sealed storage");
  const trust = start;
  const candidate = verifyRelease(await releaseOf("7.27", 727, older, ada), trust, { now });
  const store = memoryStore();
  const factory = createUpdateFloors(
    { "primehub-1": { releaseCounter: 728, securityEpoch: 2 } },
    { vehicleId: "veh-4f1c" },
  );
  await storeSealedState(store, utf8ToBytes(JSON.stringify(factory)));
  const stale = await store.storage.read();
  const load = async () => parseUpdateFloors((await loadSealedState(store))!.state);
  const installed = { sha256: digestOf(newer), releaseCounter: 728, securityEpoch: 2 };
  const ecus = [{ ecuId: "primehub-1", hardwareId: "primehub", installed }];
  const request = { candidate, ecus, now };
  report.expect("without an authorisation", "refuse", decideUpdate({ ...request, floors: await load() }).decision);

  const envelope = await signRollbackAuthorisation(
    {
      schema: "ota-rollback-authorisation/1",
      serial: 1,
      nonce: "5b1f0c4d9a7e36285f4c1d0e9b8a7766",
      notBefore: "2026-11-24T00:00:00Z",
      notAfter: "2026-12-01T00:00:00Z",
      reason: "motor control drifts since 7.28",
      issuer: "release board",
      vehicles: ["veh-4f1c"],
      ecus: [{ ecuId: "primehub-1", fromCounter: 728, toCounter: 727, sha256: digestOf(older) }],
    },
    [dora, emil],
  );
  const authorisations = [verifyRollbackAuthorisation(envelope, trust, { now })];
  const allowed = decideUpdate({ ...request, floors: await load(), authorisations });
  report.expect(
    "with one by two of the board",
    "install, rollback_authorised",
    `${allowed.decision}, ${allowed.reasons[0]?.code}`,
  );
  const save = (floors: Awaited<ReturnType<typeof load>>) =>
    storeSealedState(store, utf8ToBytes(JSON.stringify(floors)));
  await save(beginRollbacks(await load(), allowed.evidence.rollbacks));
  await save(raiseFloors(await load(), ecus[0]!, candidate));

  const again = decideUpdate({ ...request, floors: await load(), authorisations });
  report.expect("the same one again", "refuse", again.decision);
  report.line(`       ${explainVerdict(again)}`);
  report.expect(
    "floor of the release counter, afterwards",
    "728",
    String((await load()).ecus["primehub-1"]?.releaseCounter),
  );
  await store.storage.write(stale as Uint8Array<ArrayBuffer>);
  const refused = await load().then(
    () => "accepted",
    (error: unknown) => (isOtaError(error) ? error.code : String(error)),
  );
  report.expect("yesterday's floors put back into storage", "ERR_MANIFEST_SEAL_ROLLED_BACK", refused);
}

/** Storage and counter in memory; in a vehicle a file, and a counter of secure hardware. */
function memoryStore(): SealedStore {
  let stored: Uint8Array | undefined;
  let count = 0;
  return {
    key: {
      scheme: "hmac-sha256",
      keyId: "veh-4f1c",
      secret: new Uint8Array(sha256(utf8ToBytes("secret of the demo's vehicle"))),
    },
    storage: {
      read: () => stored,
      write: (sealed) => {
        stored = sealed;
      },
    },
    counter: {
      read: () => count,
      increment: () => {
        count++;
      },
    },
  };
}
