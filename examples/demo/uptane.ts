/** Uptane over real firmware: a Director and an Image repository, a Primary that verifies both, a Secondary, and thieves of each one's keys. */

import { sha256, utf8ToBytes } from "otakit/core";
import {
  addUptaneImages,
  buildTufRoot,
  buildTufTargets,
  createDirector,
  createReportState,
  createUpdateFloors,
  createUptaneClient,
  type DirectorAssignment,
  decideUpdate,
  describeUptaneImage,
  evaluatePartialVerification,
  evaluateVehicleManifest,
  explainVerdict,
  nextUptaneRequest,
  signDirectorVehicle,
  signEcuReport,
  signTufMetadata,
  signVehicleManifest,
  stepUptaneClient,
  type TufTargetFile,
  timeFromClock,
  updateTufRepository,
  uptaneAssignment,
  verifyUptaneImage,
} from "otakit/manifest";
import { createLocalSigner, type Signer } from "otakit/signing";
import { type Hub, loadFirmware } from "./firmware.ts";
import { codeOf, type Report } from "./report.ts";

const day = 86_400_000;
const now = Date.UTC(2026, 10, 25, 12);
const time = timeFromClock(now, 0);
const signerOf = (name: string): Signer => createLocalSigner(sha256(utf8ToBytes(`uptane/${name}`)));
const [imageKey, directorKey] = [signerOf("image"), signerOf("director")];

const hubs: readonly Hub[] = ["primehub", "technichub", "cityhub"];
const ecus = hubs.map((hub) => ({ ecuId: `${hub}-1`, hardwareId: hub }));
const vehicle = { vehicleId: "veh-4f1c", primary: "primehub-1", ecus };

function rootOf(signer: Signer): Promise<Uint8Array> {
  const role = { keys: [signer.publicKey], threshold: 1 };
  const roles = { root: role, targets: role, snapshot: role, timestamp: role };
  return signTufMetadata(buildTufRoot({ expires: now + 365 * day, roles }), { quorums: [], signers: [signer] });
}

type Files = ReadonlyMap<string, Uint8Array>;

/** What the Image repository lists: the newer firmware of each hub with counter 728, and the older one with 727. */
function listing(): readonly (readonly [string, TufTargetFile])[] {
  return hubs.flatMap((hub) =>
    (["7.27", "7.28"] as const).map((version) => {
      const releaseCounter = Number(version.replace(".", ""));
      const described = describeUptaneImage(loadFirmware(hub, version), { hardwareIds: [hub], releaseCounter });
      return [`${hub}/${version}.bin`, described] as const;
    }),
  );
}

/** An assignment of one version to every hub. */
function assign(version: "7.27" | "7.28", entries: ReadonlyMap<string, TufTargetFile>): DirectorAssignment {
  const images = ecus.map((ecu) => {
    const path = `${ecu.hardwareId}/${version}.bin`;
    const { length, hashes } = entries.get(path)!;
    return { ...ecu, path, length, hashes, releaseCounter: Number(version.replace(".", "")) };
  });
  return { vehicleId: vehicle.vehicleId, images };
}

/** Verifies as a Primary does, without what was stored; gives the last word and the assignment. */
function verify(
  director: Files,
  image: Files,
  roots: { readonly director: Uint8Array; readonly image: Uint8Array },
  counter = 0,
) {
  const releaseCounters = Object.fromEntries(ecus.map(({ ecuId }) => [ecuId, counter]));
  let client = createUptaneClient({ vehicle, directorRoot: roots.director, imageRoot: roots.image, releaseCounters });
  for (let request = nextUptaneRequest(client); request !== undefined; request = nextUptaneRequest(client)) {
    const bytes = request.kind === "load" ? undefined : { director, image }[request.repository].get(request.file);
    const step = stepUptaneClient(client, { request, bytes }, time);
    if (step.decision === "refuse") return { word: `refuse, ${step.reasons[0]!.code}`, step };
    client = step.state;
  }
  const outcome = uptaneAssignment(client);
  return { word: outcome.decision, assignment: outcome.decision === "update" ? outcome.assignment : undefined };
}

/** The whole way, and what must not happen. */
export async function showUptane(report: Report): Promise<void> {
  report.section("Uptane: Director and Image repository, Primary and Secondary");
  const roots = { director: await rootOf(directorKey), image: await rootOf(imageKey) };
  const entries = new Map(listing());
  const targets = addUptaneImages(buildTufTargets({ expires: now + 90 * day }), [...entries]);
  const expires = { snapshot: now + 30 * day, timestamp: now + 7 * day };
  const publish = { published: new Map(), root: roots.image, targets: { targets }, signers: [imageKey], expires };
  const image = await updateTufRepository(publish);
  const lifetimeMs = { targets: 30 * day, snapshot: 30 * day, timestamp: day };
  const director = createDirector({ root: roots.director, signers: [directorKey], lifetimeMs });
  const sign = async (assignment: DirectorAssignment): Promise<Files> => {
    const signed = await signDirectorVehicle(director, { assignment, now });
    if (signed.decision === "refused") throw new Error(signed.reasons[0]!.message);
    return new Map([["1.root.json", roots.director], ...signed.files]);
  };
  const newer = await sign(assign("7.28", entries));

  const { word, assignment } = verify(newer, image, roots);
  report.expect("Primary, full verification", "update", word);
  const first = assignment!.images.find(({ ecuId }) => ecuId === vehicle.primary)!;
  const take = (firmware: Uint8Array) => codeOf(() => verifyUptaneImage(firmware, first, ecus[0]!));
  report.expect("downloaded image", "accepted", take(loadFirmware("primehub", "7.28")));
  report.expect("another image", "ERR_SIGNING_TARGET_LENGTH", take(loadFirmware("primehub", "7.27")));
  const floors = createUpdateFloors(
    Object.fromEntries(ecus.map(({ ecuId }) => [ecuId, { releaseCounter: 727, securityEpoch: 0 }])),
    { vehicleId: vehicle.vehicleId },
  );
  const installed = { sha256: "0".repeat(64), releaseCounter: 727, securityEpoch: 0 };
  const inventory = ecus.map((ecu) => ({ ...ecu, installed }));
  report.expect(
    "may it be installed",
    "install",
    decideUpdate({ candidate: assignment!, ecus: inventory, floors, now }).decision,
  );

  const stored = { vehicleId: vehicle.vehicleId, ecu: ecus[2]!, root: roots.director };
  const received = { roots: [], targets: newer.get("1.targets.json")! };
  report.expect(
    "Secondary, partial verification",
    "update",
    evaluatePartialVerification(stored, received, time).decision,
  );

  const older = await sign(assign("7.27", entries));
  const rolled = verify(older, image, roots, 728);
  report.expect(
    "thief of the Director's keys assigns old images",
    "refuse, uptane_release_counter_rollback",
    rolled.word,
  );
  if (rolled.step !== undefined) report.line(`       ${explainVerdict(rolled.step)}`);
  const forged = assign("7.28", entries);
  const chosen = describeUptaneImage(utf8ToBytes("chosen by the thief"), {
    hardwareIds: ["primehub"],
    releaseCounter: 729,
  });
  const { length, hashes } = chosen;
  const own = { ...forged.images[0]!, length, hashes, releaseCounter: 729 };
  const alone = await sign({ ...forged, images: [own, ...forged.images.slice(1)] });
  report.expect(
    "the same thief assigns an image of his own",
    "refuse, uptane_target_length_mismatch",
    verify(alone, image, roots).word,
  );
  const stranger = await sign({ ...forged, vehicleId: "veh-9999" });
  report.expect("another vehicle's metadata", "refuse, uptane_vehicle_mismatch", verify(stranger, image, roots).word);

  await showReports(report);
}

/** What the vehicle reports, and what the Director makes of it. */
async function showReports(report: Report): Promise<void> {
  const { vehicleId, primary } = vehicle;
  const keys = ecus.map(({ ecuId }) => signerOf(ecuId));
  const inventory = {
    vehicleId,
    primary,
    ecus: ecus.map((ecu, index) => ({ ...ecu, key: keys[index]!.publicKey })),
  };
  const reports = await Promise.all(
    ecus.map(({ ecuId, hardwareId }, index) => {
      const firmware = loadFirmware(hubs[index]!, "7.28");
      const { length, hashes } = describeUptaneImage(firmware, { hardwareIds: [hardwareId], releaseCounter: 728 });
      const installedImage = { path: `${hardwareId}/7.28.bin`, length, hashes, releaseCounter: 728 };
      const content = { ecuId, installedImage, attacksDetected: "", timeMs: now, previousTimeMs: now, counter: 1 };
      return signEcuReport({ ...content, nonce: `first-report-of-${ecuId}` }, keys[index]!);
    }),
  );
  const evaluate = async (of: readonly Uint8Array[], state = createReportState(vehicleId)) =>
    evaluateVehicleManifest(
      await signVehicleManifest({ vehicleId, primary, reports: of }, keys[0]!),
      inventory,
      state,
      { now },
    );
  const whole = await evaluate(reports);
  report.expect("vehicle manifest of three reports", "complete", whole.decision);
  report.expect("one ECU is silent", "partial", (await evaluate(reports.slice(0, 2))).decision);
  report.expect("the same reports again", "refuse", (await evaluate(reports, whole.state)).decision);
}
