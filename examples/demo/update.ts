/** Backend signs, vehicle verifies, decides, patches and checks: the update itself, and every way it must be refused. */

import { bytesToBase64, bytesToHex, hexToBytes, sha256, utf8ToBytes } from "otakit/core";
import {
  applyPatch,
  applyPatchSync,
  createMemorySink,
  inspectPatch,
  makeBsdiff40Patch,
  makePatch,
  readAtFromBytes,
} from "otakit/delta";
import {
  createUpdateFloors,
  decideUpdate,
  type ReleaseImage,
  type ReleaseManifest,
  raiseFloors,
  signRelease,
  type VehicleEcu,
  type VerifiedRelease,
  verifyRelease,
} from "otakit/manifest";
import { createLocalSigner, type TrustedKeys } from "otakit/signing";
import { type Hub, loadFirmware } from "./firmware.ts";
import { bytes, codeOf, type Report } from "./report.ts";
import { Slot } from "./slot.ts";

const hubs: readonly Hub[] = ["primehub", "technichub", "cityhub"];
const now = Date.UTC(2026, 10, 25, 12);
const limits = { maxOutput: 4 << 20, maxMemory: 16 << 20 };

/** Keys made of fixed seeds, so that the demo is repeatable; production keys live in a KMS or HSM. */
const signerOf = (name: string) => createLocalSigner(sha256(utf8ToBytes(name)));
const [ada, ben, cleo] = [signerOf("ada"), signerOf("ben"), signerOf("cleo")];
const trust: TrustedKeys = { keys: [ada.publicKey, ben.publicKey, cleo.publicKey], threshold: 2 };

interface Controller {
  readonly hub: Hub;
  readonly oldImage: Uint8Array;
  readonly newImage: Uint8Array;
  readonly patch: Uint8Array;
}

/** Two versions of real firmware for each controller, and the patch between them. */
function loadControllers(report: Report): readonly Controller[] {
  report.section("Firmware: three controllers, two versions each, and the patches between them");
  const controllers = hubs.map((hub) => {
    const [oldImage, newImage] = [loadFirmware(hub, "7.27"), loadFirmware(hub, "7.28")];
    return { hub, oldImage, newImage, patch: makePatch(oldImage, newImage, { profile: "tiny", blockSize: 1 << 16 }) };
  });
  for (const { hub, oldImage, newImage, patch } of controllers) {
    report.line(`${hub.padEnd(10)}  7.27  ${bytesToHex(sha256(oldImage))}  ${bytes(oldImage.length)}`);
    report.line(`${"".padEnd(10)}  7.28  ${bytesToHex(sha256(newImage))}  ${bytes(newImage.length)}`);
    const percent = ((100 * patch.length) / newImage.length).toFixed(1);
    const bsdiff = bytes(makeBsdiff40Patch(oldImage, newImage).length);
    report.line(`${"".padEnd(10)}  patch ${bytes(patch.length)}, ${percent} % of the image; as BSDIFF40 ${bsdiff}`);
  }
  report.facts["firmware"] = controllers.map(({ hub, oldImage, newImage, patch }) => ({
    hub,
    old: { length: oldImage.length, sha256: bytesToHex(sha256(oldImage)) },
    new: { length: newImage.length, sha256: bytesToHex(sha256(newImage)) },
    patch: { length: patch.length, sha256: bytesToHex(sha256(patch)) },
  }));
  return controllers;
}

function fileOf(content: Uint8Array): { length: number; hashes: { sha256: string } } {
  return { length: content.length, hashes: { sha256: bytesToHex(sha256(content)) } };
}

function imageOf({ hub, oldImage, newImage, patch }: Controller): ReleaseImage {
  return {
    hardwareId: hub,
    version: "7.28",
    releaseCounter: 728,
    securityEpoch: 2,
    ...fileOf(newImage),
    deltas: [{ format: "otadelta", base: fileOf(oldImage), ...fileOf(patch) }],
  };
}

/** The whole way of an update; gives what the refusals start from. */
export async function showUpdate(report: Report): Promise<void> {
  const controllers = loadControllers(report);

  report.section("Backend: sign the release with two of three keys");
  const manifest: ReleaseManifest = {
    schema: "ota-release/1",
    releaseId: "pybricks-7.28",
    expires: "2026-12-31T00:00:00Z",
    critical: ["/images/*/releaseCounter", "/images/*/securityEpoch"],
    images: controllers.map(imageOf),
  };
  const envelope = await signRelease(manifest, [ada, cleo]);
  report.line(`DSSE envelope of ${bytes(envelope.length)}`);

  report.section("Vehicle: verify the release and apply the floors");
  const release = verifyRelease(envelope, trust, { now });
  report.expect("distinct keys that signed, of 2 needed", "2", String(release.origin.envelope.signedBy.length));
  report.line(`release digest ${release.digest}`);
  const ecus: readonly VehicleEcu[] = controllers.map(({ hub, oldImage }) => ({
    ecuId: `${hub}-1`,
    hardwareId: hub,
    installed: { sha256: bytesToHex(sha256(oldImage)), releaseCounter: 727, securityEpoch: 2 },
  }));
  const floors = createUpdateFloors(
    Object.fromEntries(ecus.map(({ ecuId }) => [ecuId, { releaseCounter: 727, securityEpoch: 2 }])),
  );
  const decision = decideUpdate({ candidate: release, ecus, floors, now });
  report.expect("decision", "install", decision.decision);
  for (const { message } of decision.reasons) report.line(`       ${message}`);

  report.section("Vehicle: patch block by block, check the hash, commit");
  for (const controller of controllers) await patchController(report, controller, release);
  showPowerCut(report, controllers[0]!, release);
  const raised = ecus.reduce((stored, ecu) => raiseFloors(stored, ecu, release), floors);
  report.line(`floors are now release counter ${raised.ecus["primehub-1"]?.releaseCounter} on every controller`);
  report.facts["release"] = { digest: release.digest, decision, floors: raised };

  await showRefusals(report, controllers[0]!, manifest, envelope, raised, ecus);
}

async function patchController(report: Report, controller: Controller, release: VerifiedRelease): Promise<void> {
  const { hub, oldImage, patch } = controller;
  const image = release.manifest.images.find(({ hardwareId }) => hardwareId === hub)!;
  const [delta] = image.deltas!;
  report.expect(`${hub} patch file`, delta!.hashes.sha256, bytesToHex(sha256(patch)));
  const sink = createMemorySink();
  let steps = 0;
  await applyPatch(patch, readAtFromBytes(oldImage), sink, {
    expected: expectedBy(image),
    limits,
    onProgress: () => {
      steps++;
    },
  });
  const { format, memoryBytes } = inspectPatch(patch);
  report.line(`       ${format}, ${steps} steps, working memory ${bytes(memoryBytes)}`);
  report.expect(`${hub} new image`, image.hashes.sha256, bytesToHex(sha256(sink.committed ?? new Uint8Array())));
}

/** The power fails in the middle of a block; the next run goes on behind the last whole one. */
function showPowerCut(report: Report, { hub, oldImage, patch }: Controller, release: VerifiedRelease): void {
  const image = release.manifest.images.find(({ hardwareId }) => hardwareId === hub)!;
  const slot = new Slot(150_000);
  const apply = () => applyPatchSync(patch, readAtFromBytes(oldImage), slot, { expected: expectedBy(image), limits });
  report.expect(`${hub}: the power fails`, "ERR_DELTA_NEW_WRITE", codeOf(apply));
  const kept = slot.keptBytes;
  slot.restart();
  apply();
  report.line(`       ${bytes(kept)} were kept, ${bytes(image.length - slot.written)} of them verified and used`);
  report.expect(`${hub}: bytes made again`, bytes(kept % 65_536), bytes(kept + slot.written - image.length));
  report.expect(`${hub} new image`, image.hashes.sha256, slot.committed ? bytesToHex(sha256(slot.content)) : "none");
}

function expectedBy({ length, hashes, deltas }: ReleaseImage) {
  const { base } = deltas![0]!;
  return {
    oldSha256: hexToBytes(base.hashes.sha256),
    newSha256: hexToBytes(hashes.sha256),
    newSize: length,
  };
}

/** What must not happen, each with the code that refused it. */
async function showRefusals(
  report: Report,
  controller: Controller,
  manifest: ReleaseManifest,
  envelope: Uint8Array,
  floors: ReturnType<typeof createUpdateFloors>,
  ecus: readonly VehicleEcu[],
): Promise<void> {
  report.section("Refusals");
  const verify = (signed: Uint8Array) => codeOf(() => verifyRelease(signed, trust, { now }));
  report.expect("1 of 3 signatures", "ERR_SIGNING_THRESHOLD", verify(await signRelease(manifest, [ada])));
  report.expect("the same key twice", "ERR_SIGNING_THRESHOLD", verify(await signRelease(manifest, [ada, ada])));
  report.expect("one flipped bit in the manifest", "ERR_SIGNING_THRESHOLD", verify(flipPayloadBit(envelope)));

  const image = manifest.images[0]!;
  const apply = (patch: Uint8Array, oldImage: Uint8Array) => {
    const sink = createMemorySink();
    const code = codeOf(() =>
      applyPatchSync(patch, readAtFromBytes(oldImage), sink, { expected: expectedBy(image), limits }),
    );
    return sink.committed === undefined ? code : `${code}, and committed`;
  };
  report.expect(
    "one flipped bit in the patch",
    "ERR_DELTA_BLOCK_LENGTH",
    apply(flipBit(controller.patch, controller.patch.length - 100), controller.oldImage),
  );
  report.expect(
    "one flipped bit in the old image",
    "ERR_DELTA_OLD_HASH",
    apply(controller.patch, flipBit(controller.oldImage, 1000)),
  );

  const older: ReleaseManifest = {
    ...manifest,
    releaseId: "pybricks-7.27",
    images: manifest.images.map((entry) => ({ ...entry, version: "7.27", releaseCounter: 727 })),
  };
  const replayed = verifyRelease(await signRelease(older, [ada, ben]), trust, { now });
  const { decision, reasons } = decideUpdate({ candidate: replayed, ecus, floors, now });
  report.expect(
    "an older counter, well signed",
    "refuse, release_counter_below_floor",
    `${decision}, ${reasons[0]?.code}`,
  );
  report.line(`       ${reasons[0]?.message}`);
}

function flipBit(content: Uint8Array, position: number): Uint8Array {
  const flipped = content.slice();
  flipped[position]! ^= 1;
  return flipped;
}

/** Changes one bit of the signed payload inside the envelope, as an attacker on the way would. */
function flipPayloadBit(envelope: Uint8Array): Uint8Array {
  const document = JSON.parse(new TextDecoder().decode(envelope)) as { payload: string };
  const payload = Uint8Array.from(atob(document.payload), (character) => character.charCodeAt(0));
  return utf8ToBytes(JSON.stringify({ ...document, payload: bytesToBase64(flipBit(payload, 40)) }));
}
