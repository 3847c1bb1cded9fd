/** Attacks of somebody who holds no key: files are withheld, replayed, mixed or made up. */

import { readTufRepository, signDirectorVehicle, startDirectorVehicle } from "otakit/manifest";
import { type Attack, notItsRole, refused, type Stage, unharmed } from "./attack.ts";
import { altered, forge, sealed } from "./forge.ts";
import { catalogue, contentOf, nextAssignment, type PairFiles } from "./pair.ts";

const day = 86_400_000;
const holds = "none";

/** Replaces everything that is served but roots. */
function serve(served: PairFiles, files: ReadonlyMap<string, Uint8Array>): void {
  for (const name of [...served.keys()]) if (!name.endsWith(".root.json")) served.delete(name);
  for (const [name, bytes] of files) served.set(name, bytes);
}

/** What the honest Director directs to another vehicle, at versions above those of this one. */
async function ofAnotherVehicle(
  { pair }: Stage,
  images: typeof nextAssignment.images,
): Promise<ReadonlyMap<string, Uint8Array>> {
  const assignment = { vehicleId: "veh-18", images };
  const state = startDirectorVehicle("veh-18", 9);
  return (await signDirectorVehicle(pair.director(), { assignment, state, now: pair.now })).files;
}

const both = (code: string, attack: Parameters<typeof refused>[1]) => ({
  primary: refused(code, attack),
  secondary: refused(code, attack),
});

export const networkAttacks: readonly Attack[] = [
  {
    name: "arbitrary-software",
    summary: "Metadata for other software, signed with a key that nobody trusts",
    holds,
    async mount({ pair }) {
      const stranger = pair.keys.supplier;
      const keys = { targets: stranger, snapshot: stranger, timestamp: stranger };
      await forge(pair.files.director, { keys, now: pair.now, targets: (targets) => altered(targets, pair.now, {}) });
    },
    ...both("tuf_threshold_not_met", "arbitrary_software"),
  },
  {
    name: "root-takeover",
    summary: "A new root that only its own new key signed",
    holds,
    async mount({ pair }) {
      const { signed } = readTufRepository(pair.files.director).root;
      const { keys } = readTufRepository(pair.files.image).targets["targets"]!.signed.delegations!;
      const roles = { ...signed.roles, root: { keyids: [pair.keys.supplier.publicKey.keyId], threshold: 1 } };
      const next = { ...signed, version: 2, roles, keys: { ...signed.keys, ...keys } };
      pair.files.director.set("2.root.json", await sealed(next, pair.keys.supplier));
    },
    ...both("tuf_threshold_not_met", "arbitrary_software"),
  },
  {
    name: "freeze",
    summary: "The old state is served for ever, so that the vehicle never learns of an update",
    holds,
    mount(stage) {
      stage.time = stage.pair.now + 31 * day;
    },
    ...both("tuf_expired", "freeze"),
  },
  {
    name: "freeze-without-time",
    summary: "The time is kept from the vehicle, so that nothing can expire (uptane-standard issue 267)",
    holds,
    async mount(stage) {
      await stage.pair.direct(nextAssignment);
      stage.time = undefined;
    },
    ...both("uptane_time_missing", "freeze"),
  },
  {
    name: "time-rollback",
    summary: "The vehicle is told a time that has been, so that what has expired is valid again",
    holds,
    async mount(stage) {
      await stage.pair.direct(nextAssignment);
      stage.time = stage.pair.now - day;
    },
    ...both("uptane_time_rollback", "freeze"),
  },
  {
    name: "metadata-rollback",
    summary: "The state before the last update is served again",
    holds,
    async mount(stage) {
      const old = stage.pair.parts().files.director;
      await stage.pair.direct(nextAssignment);
      stage.take();
      serve(stage.pair.files.director, old);
    },
    ...both("tuf_version_rollback", "rollback"),
  },
  {
    name: "mix-and-match",
    summary: "A new snapshot is served with targets of another time",
    holds,
    async mount({ pair }) {
      const old = pair.files.director.get("1.targets.json")!;
      await pair.direct(nextAssignment);
      pair.files.director.set("2.targets.json", old);
    },
    primary: refused("tuf_hash_mismatch", "mix_and_match"),
    secondary: unharmed("the targets of another time are genuine; older ones than it has it refuses as a rollback"),
  },
  {
    name: "partial-bundle",
    summary: "Of a bundle of two ECUs, the supplier's metadata for one is withheld, so that the other is updated alone",
    holds,
    async mount({ pair }) {
      await pair.direct(nextAssignment);
      // The supplier's honest next version, which the vehicle has not seen yet.
      await forge(pair.files.image, {
        keys: pair.keys.image,
        now: pair.now,
        targets: (targets) => altered(targets, pair.now, {}),
        delegated: { supplier: { by: pair.keys.supplier, signed: (targets) => altered(targets, pair.now, {}) } },
      });
      pair.files.image.delete("2.supplier.json");
    },
    primary: refused("tuf_file_missing", "freeze"),
    secondary: notItsRole,
  },
  {
    name: "endless-data",
    summary: "Files that never end fill the ECU's memory",
    holds,
    async mount(stage) {
      await stage.pair.direct(nextAssignment);
      stage.pair.files.director.set("timestamp.json", new Uint8Array(16_385));
      stage.handed = new Uint8Array(5_000_001);
    },
    ...both("tuf_file_too_long", "endless_data"),
  },
  {
    name: "slow-retrieval",
    summary: "Files arrive so slowly that the update never ends",
    holds,
    async mount(stage) {
      await stage.pair.direct(nextAssignment);
      stage.delayMs = 3_000_000;
    },
    primary: refused("tuf_refresh_too_slow", "slow_retrieval"),
    secondary: unharmed("it verifies in one step what has arrived whole; its caller watches how long that takes"),
  },
  {
    name: "wrong-vehicle",
    summary: "The assignment of another vehicle is replayed to this one",
    holds,
    async mount(stage) {
      serve(stage.pair.files.director, await ofAnotherVehicle(stage, nextAssignment.images));
    },
    ...both("uptane_vehicle_mismatch", "wrong_vehicle"),
  },
  {
    name: "wrong-vehicle-empty",
    summary: "Empty targets of another vehicle are replayed to this one, so that it believes that there is no update",
    holds,
    async mount(stage) {
      serve(stage.pair.files.director, await ofAnotherVehicle(stage, []));
    },
    ...both("uptane_vehicle_mismatch", "wrong_vehicle"),
  },
  {
    name: "image-tampered",
    summary: "The image is changed on its way, its metadata is not",
    holds,
    async mount(stage) {
      await stage.pair.direct(nextAssignment);
      stage.images.set(catalogue.brakeNext[0], contentOf("brake/X.bin"));
    },
    ...both("target_hash_mismatch", "arbitrary_software"),
  },
  {
    name: "image-endless",
    summary: "The image never ends",
    holds,
    async mount(stage) {
      await stage.pair.direct(nextAssignment);
      stage.images.set(catalogue.brakeNext[0], new Uint8Array(1_000_000));
    },
    ...both("target_too_long", "endless_data"),
  },
];
