import {
  followReleaseTrust,
  openReleaseTrust,
  type ReleaseTrust,
  signRelease,
  signReleaseTrust,
  verifyRelease,
} from "otakit/manifest";
import { createLocalSigner } from "otakit/signing";

const [alice, bob, carol] = [1, 2, 3].map((seed) => createLocalSigner(new Uint8Array(32).fill(seed)));
const owners = { keys: [alice!.publicKey, bob!.publicKey], threshold: 2 };

// 1. The first trust file goes into the vehicle: alice and bob own it, alice signs releases.
const first: ReleaseTrust = {
  schema: "ota-release-trust/1",
  version: 1,
  expires: "2028-01-01T00:00:00Z",
  roles: { trust: owners, release: { keys: [alice!.publicKey], threshold: 1 } },
};
const shipped = await signReleaseTrust(first, [alice!, bob!]);

// 2. Later, carol takes over the releases. The owners sign the next version; it travels to the vehicle in any way.
const roles = { trust: owners, release: { keys: [carol!.publicKey], threshold: 1 } };
const successor = await signReleaseTrust({ ...first, version: 2, roles }, [alice!, bob!]);

// 3. The vehicle follows, stores the new file in place of the old one, and from then on takes carol's releases only.
const trust = followReleaseTrust(openReleaseTrust(shipped), [successor]);
const image = { hardwareId: "gateway-b", version: "2.1.0", releaseCounter: 7, securityEpoch: 3 };
const file = { length: 4, hashes: { sha256: "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08" } };
const release = await signRelease(
  { schema: "ota-release/1", releaseId: "2026-12", expires: "2027-01-01T00:00:00Z", images: [{ ...image, ...file }] },
  [carol!],
);
console.log(verifyRelease(release, trust, { now: Date.UTC(2026, 11, 1) }).manifest.releaseId);
// 2026-12
