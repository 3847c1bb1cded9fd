/** Attacks of somebody who holds keys of the Image repository or of a supplier, alone or with those of the Director. */

import { describeUptaneImage, readTufRepository, type TufTargetFile, type TufTargets } from "otakit/manifest";
import { type Attack, accepted, byDesign, notItsRole, refused, type Stage, unharmed } from "./attack.ts";
import { altered, forge, forgeSnapshot } from "./forge.ts";
import { catalogue, contentOf, nextAssignment } from "./pair.ts";

const imageKeys = "Image repository: targets, snapshot, timestamp; supplier";
const directorKeys = "Director: targets, snapshot, timestamp";

const custom = { otakit: { securityEpoch: 1 } };
const malwareFor = (hardwareId: string, releaseCounter: number): TufTargetFile =>
  describeUptaneImage(contentOf("malware"), { hardwareIds: [hardwareId], releaseCounter, custom });

/** Has the supplier list further images. */
async function supplierLists({ pair }: Stage, images: TufTargets["targets"]): Promise<void> {
  await forge(pair.files.image, {
    keys: pair.keys.image,
    now: pair.now,
    targets: (targets) => altered(targets, pair.now, {}),
    delegated: {
      supplier: {
        by: pair.keys.supplier,
        signed: (targets) => altered(targets, pair.now, { targets: { ...targets.targets, ...images } }),
      },
    },
  });
}

/** Has the compromised Director assign a supplier's or another's image. */
async function assign({ pair, images }: Stage, path: string, ecuId: string, hardwareId: string, file: TufTargetFile) {
  images.set(path, contentOf("malware"));
  const { length, hashes, custom: listed } = file;
  const releaseCounter = listed!["releaseCounter"]!;
  const entry = { length, hashes, custom: { ...custom, ecuIdentifiers: { [ecuId]: { hardwareId } }, releaseCounter } };
  await forge(pair.files.director, {
    keys: pair.keys.director,
    now: pair.now,
    targets: (targets) => altered(targets, pair.now, { targets: { [path]: entry } }),
  });
}

export const imageAttacks: readonly Attack[] = [
  {
    name: "image-repository-idle",
    summary: "The Image repository lists other software under an installed image's name, and nothing was directed",
    holds: imageKeys,
    mount: (stage) => supplierLists(stage, { [catalogue.brake[0]]: malwareFor("brake-b2", 7) }),
    primary: unharmed("the Director has nothing new, so that the Image repository is not even asked"),
    secondary: notItsRole,
  },
  {
    name: "image-repository-alone",
    summary: "The Image repository lists other software under the name of the image that the Director assigns",
    holds: imageKeys,
    async mount(stage) {
      await stage.pair.direct(nextAssignment);
      await supplierLists(stage, { [catalogue.brakeNext[0]]: malwareFor("brake-b2", 8) });
    },
    primary: refused("uptane_target_length_mismatch", "arbitrary_software"),
    secondary: notItsRole,
  },
  {
    name: "image-counter",
    summary: "The Image repository raises the release counter of the assigned image, so that nothing can follow it",
    holds: imageKeys,
    async mount(stage) {
      await stage.pair.direct(nextAssignment);
      const [path, { length, hashes }] = catalogue.brakeNext;
      const raised = describeUptaneImage(
        { length, hashes },
        { hardwareIds: ["brake-b2"], releaseCounter: 2 ** 40, custom },
      );
      await supplierLists(stage, { [path]: raised });
    },
    primary: refused("uptane_custom_mismatch", "arbitrary_software"),
    secondary: notItsRole,
  },
  {
    name: "supplier-removed",
    summary: "The supplier's role is taken out of the snapshot, so that its images cannot be found",
    holds: "Image repository: snapshot, timestamp",
    async mount(stage) {
      const { pair } = stage;
      await pair.direct(nextAssignment);
      const view = readTufRepository(pair.files.image);
      const { "supplier.json": _, ...meta } = view.snapshot.signed.meta;
      await forgeSnapshot(pair.files.image, view, meta as typeof view.snapshot.signed.meta, {
        keys: pair.keys.image,
        now: pair.now,
      });
    },
    primary: refused("tuf_listed_role_removed", "rollback"),
    secondary: notItsRole,
  },
  {
    name: "supplier-other-path",
    summary: "A supplier lists an image outside of the paths that were delegated to it",
    holds: `supplier; ${directorKeys}`,
    async mount(stage) {
      const file = malwareFor("gateway-b", 9);
      await supplierLists(stage, { "gateway/9.bin": file });
      await assign(stage, "gateway/9.bin", "gw-1", "gateway-b", file);
    },
    primary: refused("uptane_target_not_found", "arbitrary_software"),
    secondary: unharmed("no entry is for it"),
  },
  {
    name: "supplier-other-hardware",
    summary: "A supplier lists an image for a model for which nothing was delegated to it",
    holds: `supplier; ${directorKeys}`,
    async mount(stage) {
      const file = malwareFor("door-a", 9);
      await supplierLists(stage, { "brake/door.bin": file });
      await assign(stage, "brake/door.bin", "door-1", "door-a", file);
    },
    primary: refused("uptane_target_not_found", "arbitrary_software"),
    secondary: unharmed("no entry is for it"),
  },
  {
    name: "both-compromised",
    summary: "Both repositories list other software",
    holds: `${imageKeys}; ${directorKeys}`,
    async mount(stage) {
      const file = malwareFor("brake-b2", 9);
      await supplierLists(stage, { "brake/9.bin": file });
      await assign(stage, "brake/9.bin", "brake-1", "brake-b2", file);
    },
    primary: accepted(
      "nothing is left to hold against it: keep the Image repository's keys offline, and thresholds above one",
    ),
    secondary: byDesign,
  },
];
