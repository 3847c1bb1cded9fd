/** Attacks of somebody who holds the Director's online keys: targets, snapshot and timestamp. */

import {
  describeTufFile,
  describeTufTarget,
  encodeTufMetadata,
  readTufRepository,
  type TufTargetFile,
  type TufTargets,
} from "otakit/manifest";
import { type Attack, accepted, byDesign, refused, type Stage, unharmed } from "./attack.ts";
import { altered, forge, forgeSnapshot, sealed } from "./forge.ts";
import { catalogue, contentOf, type ListedImage, nextAssignment } from "./pair.ts";

const holds = "Director: targets, snapshot, timestamp";
const hardwareId = "brake-b2";

/** A Director's entry for an ECU. */
function entry(ecuId: string, hardware: string, releaseCounter: number, file: TufTargetFile): TufTargetFile {
  const { length, hashes } = file;
  const custom = {
    ecuIdentifiers: { [ecuId]: { hardwareId: hardware } },
    releaseCounter,
    otakit: { securityEpoch: 1 },
  };
  return { length, hashes, custom };
}

/** The entry of a listed image, for the brake ECU unless another is given. */
function listedEntry([path, file]: ListedImage, ecuId = "brake-1", hardware = hardwareId, counter?: number) {
  const releaseCounter = counter ?? (file.custom!["releaseCounter"] as number);
  return { [path]: entry(ecuId, hardware, releaseCounter, file) };
}

/** Publishes next targets with these images in place of the brake's. */
async function directBrake({ pair }: Stage, images: TufTargets["targets"], change: object = {}): Promise<void> {
  await forge(pair.files.director, {
    keys: pair.keys.director,
    now: pair.now,
    targets(targets) {
      const { [catalogue.brake[0]]: _, ...others } = targets.targets;
      return altered(targets, pair.now, { targets: { ...others, ...images }, ...change });
    },
  });
}

const malware = describeTufTarget(contentOf("malware"));

/** The malware is what is delivered under a path. */
function deliver({ images }: Stage, path: string): void {
  images.set(path, contentOf("malware"));
}

export const directorAttacks: readonly Attack[] = [
  {
    name: "director-new-image",
    summary: "The Director assigns software that the Image repository never listed",
    holds,
    async mount(stage) {
      deliver(stage, "brake/9.bin");
      await directBrake(stage, { "brake/9.bin": entry("brake-1", hardwareId, 9, malware) });
    },
    primary: refused("uptane_target_not_found", "arbitrary_software"),
    secondary: byDesign,
  },
  {
    name: "director-other-content",
    summary: "The Director gives a listed image another length and hash",
    holds,
    async mount(stage) {
      deliver(stage, catalogue.brakeNext[0]);
      await directBrake(stage, { [catalogue.brakeNext[0]]: entry("brake-1", hardwareId, 8, malware) });
    },
    primary: refused("uptane_target_length_mismatch", "arbitrary_software"),
    secondary: byDesign,
  },
  {
    name: "image-rollback",
    summary: "The Director assigns an old image with a known weakness, which the Image repository still lists",
    holds,
    mount: (stage) => directBrake(stage, listedEntry(catalogue.brakeOld)),
    primary: refused("uptane_release_counter_rollback", "rollback"),
    secondary: refused("uptane_release_counter_rollback", "rollback"),
  },
  {
    name: "image-rollback-false-counter",
    summary: "The same, with a release counter that says that it is new",
    holds,
    mount: (stage) => directBrake(stage, listedEntry(catalogue.brakeOld, "brake-1", hardwareId, 9)),
    primary: refused("uptane_custom_mismatch", "arbitrary_software"),
    secondary: byDesign,
  },
  {
    name: "wrong-ecu",
    summary: "An image is assigned to an ECU that the vehicle does not have",
    holds,
    mount: (stage) => directBrake(stage, listedEntry(catalogue.brakeNext, "brake-2")),
    primary: refused("uptane_ecu_unknown", "wrong_ecu"),
    secondary: unharmed("no entry is for it"),
  },
  {
    name: "wrong-hardware",
    summary: "The image of another model is assigned to the ECU",
    holds,
    mount: (stage) => directBrake(stage, listedEntry(catalogue.gatewayNext, "brake-1", "gateway-b")),
    primary: refused("uptane_ecu_hardware_mismatch", "wrong_ecu"),
    secondary: refused("uptane_ecu_hardware_mismatch", "wrong_ecu"),
  },
  {
    name: "wrong-hardware-disguised",
    summary: "The image of another model is assigned to the ECU as one of its own",
    holds,
    mount: (stage) => directBrake(stage, listedEntry(catalogue.gatewayNext, "brake-1", hardwareId, 8)),
    primary: refused("uptane_target_hardware_mismatch", "wrong_ecu"),
    secondary: byDesign,
  },
  {
    name: "ecu-twice",
    summary: "Two images are assigned to one ECU, so that it is open which it installs",
    holds,
    mount: (stage) => directBrake(stage, { ...listedEntry(catalogue.brakeNext), ...listedEntry(catalogue.brake) }),
    primary: refused("uptane_ecu_repeated", "mix_and_match"),
    secondary: refused("uptane_ecu_repeated", "mix_and_match"),
  },
  {
    name: "director-delegates",
    summary: "The Director delegates to a role of the attacker's, which outlives the revocation of its keys",
    holds,
    mount(stage) {
      const { delegations } = readTufRepository(stage.pair.files.image).targets["targets"]!.signed;
      return directBrake(stage, listedEntry(catalogue.brakeNext), { delegations });
    },
    primary: refused("uptane_delegation_forbidden", "key_compromise"),
    secondary: refused("uptane_delegation_forbidden", "key_compromise"),
  },
  {
    name: "no-vehicle",
    summary: "The vehicle identifier is left out, so that the targets can be replayed to every vehicle",
    holds,
    mount: (stage) => directBrake(stage, listedEntry(catalogue.brakeNext), { custom: {} }),
    primary: refused("uptane_vehicle_missing", "wrong_vehicle"),
    secondary: refused("uptane_vehicle_missing", "wrong_vehicle"),
  },
  {
    name: "mixed-bundle",
    summary: "Of a bundle of two ECUs the Director assigns one image alone, and both are genuine",
    holds,
    mount: (stage) => directBrake(stage, listedEntry(catalogue.brakeNext)),
    primary: accepted(
      "the metadata is in order; an atomic group of the release manifest is what says that both belong together",
    ),
    secondary: accepted("it knows of no other ECU; its image is a genuine one"),
  },
  {
    name: "fast-forward",
    summary: "Versions leap so far ahead that no honest one can follow",
    holds,
    async mount({ pair }) {
      const version = 2 ** 40;
      await forge(pair.files.director, {
        keys: pair.keys.director,
        now: pair.now,
        targets: (targets) => altered(targets, pair.now, { version }),
      });
    },
    primary: refused("tuf_version_too_high", "fast_forward"),
    secondary: refused("tuf_version_too_high", "fast_forward"),
  },
  {
    name: "same-version-swap",
    summary: "Other targets under the version that the vehicle has already (uptane-standard issue 268)",
    holds,
    async mount({ pair }) {
      const targets = (published: TufTargets) => altered(published, pair.now, { version: 1, targets: {} });
      await forge(pair.files.director, { keys: pair.keys.director, now: pair.now, targets });
    },
    primary: refused("tuf_equivocation", "equivocation"),
    secondary: refused("tuf_equivocation", "equivocation"),
  },
  {
    name: "same-key-twice",
    summary: "A threshold of two is reached by one key under two key ids",
    holds: "Director: one of the two targets keys, which the root lists twice by mistake",
    async mount(stage) {
      const { pair } = stage;
      const { signed } = readTufRepository(pair.files.director).root;
      const [keyid] = signed.roles.targets.keyids;
      const keys = { ...signed.keys, again: signed.keys[keyid!]! };
      const roles = { ...signed.roles, targets: { keyids: [keyid!, "again"], threshold: 2 } };
      pair.files.director.set(
        "2.root.json",
        await sealed({ ...signed, version: 2, keys, roles }, pair.keys.director.root),
      );
      await signTwice(stage);
    },
    primary: refused("tuf_threshold_unreachable", "key_compromise"),
    secondary: refused("tuf_threshold_unreachable", "key_compromise"),
  },
  {
    name: "one-of-two",
    summary: "Targets with the signature of one key, where two must sign",
    holds: "Director: one of two targets keys, snapshot, timestamp",
    async mount(stage) {
      const { pair } = stage;
      const { signed } = readTufRepository(pair.files.director).root;
      const { keys } = readTufRepository(pair.files.image).root.signed;
      const other = pair.keys.image.targets.publicKey.keyId;
      const roles = { ...signed.roles, targets: { keyids: [...signed.roles.targets.keyids, other], threshold: 2 } };
      const next = { ...signed, version: 2, keys: { ...signed.keys, ...keys }, roles };
      pair.files.director.set("2.root.json", await sealed(next, pair.keys.director.root));
      await directBrake(stage, listedEntry(catalogue.brakeNext));
    },
    primary: refused("tuf_threshold_not_met", "arbitrary_software"),
    secondary: refused("tuf_threshold_not_met", "arbitrary_software"),
  },
  {
    name: "drop-from-snapshot",
    summary: "The snapshot is rolled back to targets that were replaced, under a higher version of its own",
    holds: "Director: snapshot, timestamp",
    async mount(stage) {
      const { pair } = stage;
      const old = readTufRepository(pair.files.director).snapshot.signed.meta;
      stage.handed = pair.files.director.get("1.targets.json")!;
      await pair.direct(nextAssignment);
      stage.take();
      const view = readTufRepository(pair.files.director);
      await forgeSnapshot(pair.files.director, view, old, { keys: pair.keys.director, now: pair.now });
    },
    primary: refused("tuf_listed_version_rollback", "rollback"),
    secondary: refused("tuf_version_rollback", "rollback"),
  },
];

/** Signs the targets with the one key under both of its ids. */
async function signTwice(stage: Stage): Promise<void> {
  await directBrake(stage, listedEntry(catalogue.brakeNext));
  const { file, signed, signatures } = readTufRepository(stage.pair.files.director).targets["targets"]!;
  const [{ sig } = { sig: "" }] = signatures;
  const twice = encodeTufMetadata({ signed, signatures: [...signatures, { keyid: "again", sig }] });
  stage.pair.files.director.set(file, twice);
  const view = readTufRepository(stage.pair.files.director);
  const meta = { "targets.json": describeTufFile(signed.version, twice) };
  await forgeSnapshot(stage.pair.files.director, view, meta, { keys: stage.pair.keys.director, now: stage.pair.now });
}
