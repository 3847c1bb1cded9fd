import { bytesToHex, sha256, utf8ToBytes } from "otakit/core";
import { createBundleReader, signRelease, writeBundle } from "otakit/manifest";
import { createLocalSigner } from "otakit/signing";

const alice = createLocalSigner(new Uint8Array(32).fill(1));
const firmware = utf8ToBytes("firmware of the gateway");
const digest = bytesToHex(sha256(firmware));
const image = { hardwareId: "gateway-b", version: "2.1.0", releaseCounter: 7, securityEpoch: 3 };
const release = await signRelease(
  {
    schema: "ota-release/1",
    releaseId: "2026-11",
    expires: "2027-01-01T00:00:00Z",
    images: [{ ...image, length: firmware.length, hashes: { sha256: digest } }],
  },
  [alice],
);

// Backend: one archive. In practice `open` is `() => createReadStream(path)` and the sink writes to a file.
const archive: Uint8Array[] = [];
await writeBundle({ release, files: [{ sha256: digest, open: () => [firmware] }] }, (piece) => archive.push(piece));

// Vehicle or tester: verified while it streams. Data goes to scratch until its file is found genuine.
const reader = createBundleReader({ keys: [alice.publicKey], threshold: 1 }, { now: Date.UTC(2026, 11, 1) });
for (const piece of archive) {
  for (const event of reader.push(piece)) {
    if (event.kind === "release") console.log("release", event.release.manifest.releaseId);
    if (event.kind === "file_verified") console.log("genuine file of", event.file.length, "bytes");
    if (event.kind === "end") console.log("missing:", event.missing.length);
  }
}
reader.finish();
// release 2026-11
// genuine file of 23 bytes
// missing: 0
