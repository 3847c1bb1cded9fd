/**
 * A living pair of repositories, Director and Image, for a vehicle of a Primary and two Secondaries: small, but with every part that
 * an attack can be mounted on. For demonstrations and tests; its keys lie side by side, as no keys of a fleet may.
 */

import { utf8ToBytes } from "otakit/core";
import {
  addUptaneImages,
  buildTufRoot,
  buildTufTargets,
  createDirector,
  type Director,
  type DirectorAssignment,
  type DirectorImage,
  type DirectorSigning,
  type DirectorVehicleState,
  delegateUptaneRole,
  describeUptaneImage,
  type ImageListing,
  signDirectorVehicle,
  signTufMetadata,
  type TufTargetFile,
  updateTufRepository,
} from "otakit/manifest";
import type { Signer } from "otakit/signing";

const day = 86_400_000;

/** Signers of one repository by role. */
export interface PairSigners {
  readonly root: Signer;
  readonly targets: Signer;
  readonly snapshot: Signer;
  readonly timestamp: Signer;
}

/** All keys of a pair. */
export interface PairKeys {
  readonly director: PairSigners;
  readonly image: PairSigners;
  /** A supplier to whom the Image repository delegates `brake/*` for the hardware `brake-b2`. */
  readonly supplier: Signer;
  /** Each ECU's own key, with which it signs its reports. */
  readonly ecus: Readonly<Record<EcuId, Signer>>;
}

/** ECUs of the vehicle. */
export type EcuId = "gw-1" | "brake-1" | "door-1";

/** The vehicle: one Primary, two Secondaries. */
export const demoVehicle = {
  vehicleId: "veh-17",
  primary: "gw-1",
  ecus: [
    { ecuId: "gw-1", hardwareId: "gateway-b" },
    { ecuId: "brake-1", hardwareId: "brake-b2" },
    { ecuId: "door-1", hardwareId: "door-a" },
  ],
} as const;

/** A path with its entry, as metadata lists it. */
export type ListedImage = readonly [path: string, entry: TufTargetFile];

/** Bytes of an image. */
export function contentOf(path: string): Uint8Array {
  return utf8ToBytes(`image ${path}`);
}

/** A release of an image for a hardware id, as the Image repository lists it. */
function imageEntry(path: string, hardwareId: string, releaseCounter: number): ListedImage {
  const custom = { otakit: { securityEpoch: 1 } };
  return [path, describeUptaneImage(contentOf(path), { hardwareIds: [hardwareId], releaseCounter, custom })];
}

/** What the Image repository lists. */
export const catalogue: Readonly<
  Record<"gateway" | "gatewayNext" | "brakeOld" | "brake" | "brakeNext" | "door", ListedImage>
> = {
  gateway: imageEntry("gateway/3.bin", "gateway-b", 3),
  gatewayNext: imageEntry("gateway/4.bin", "gateway-b", 4),
  brakeOld: imageEntry("brake/6.bin", "brake-b2", 6),
  brake: imageEntry("brake/7.bin", "brake-b2", 7),
  brakeNext: imageEntry("brake/8.bin", "brake-b2", 8),
  door: imageEntry("door/2.bin", "door-a", 2),
};

const listed: ReadonlyMap<string, TufTargetFile> = new Map(Object.values(catalogue));

/** What the Image repository of every pair lists. */
export const listing: ImageListing = (path) => listed.get(path);

/** An assignment of a listed image to an ECU of the vehicle. */
export function assigned(ecuId: EcuId, [path, entry]: ListedImage): DirectorImage {
  const { length, hashes, custom = {} } = entry;
  const { releaseCounter, otakit } = custom as {
    readonly releaseCounter: number;
    readonly otakit: { securityEpoch: number };
  };
  const { hardwareId } = demoVehicle.ecus.find((ecu) => ecu.ecuId === ecuId)!;
  return { ecuId, hardwareId, path, length, hashes, releaseCounter, custom: { otakit } };
}

function assignment(...images: readonly DirectorImage[]): DirectorAssignment {
  return { vehicleId: demoVehicle.vehicleId, images };
}

/** What the vehicle runs when an attack begins. */
export const firstAssignment: DirectorAssignment = assignment(
  assigned("gw-1", catalogue.gateway),
  assigned("brake-1", catalogue.brake),
  assigned("door-1", catalogue.door),
);

/** The honest update that may be under way: a bundle of two ECUs. */
export const nextAssignment: DirectorAssignment = assignment(
  assigned("gw-1", catalogue.gatewayNext),
  assigned("brake-1", catalogue.brakeNext),
  assigned("door-1", catalogue.door),
);

/** Files by name. */
export type PairFiles = Map<string, Uint8Array>;

/** What a pair consists of; plain enough to be written to a folder and read back. */
export interface PairParts {
  readonly keys: PairKeys;
  readonly files: { readonly director: PairFiles; readonly image: PairFiles };
  readonly state?: DirectorVehicleState;
  /** Time of the pair in epoch milliseconds. */
  readonly now: number;
}

/** A pair of repositories. `files` are what a vehicle is served, and free to be changed by an attacker. */
export class LivingPair {
  readonly keys: PairKeys;
  readonly files: PairParts["files"];
  now: number;
  #state: DirectorVehicleState | undefined;

  constructor({ keys, files, state, now }: PairParts) {
    this.keys = keys;
    this.files = { director: new Map(files.director), image: new Map(files.image) };
    this.now = now;
    this.#state = state;
  }

  /** Builds both repositories, and directs the first assignment. */
  static async create(keys: PairKeys, now: number): Promise<LivingPair> {
    const roots = { director: await signRoot(keys.director, now), image: await signRoot(keys.image, now) };
    const image = await publishImages(roots.image, keys, now);
    const director = new Map([["1.root.json", roots.director]]);
    const pair = new LivingPair({ keys, files: { director, image }, now });
    await pair.direct(firstAssignment);
    return pair;
  }

  /** Its parts, as they are now; later changes to the pair do not change them. */
  parts(): PairParts {
    const files = { director: new Map(this.files.director), image: new Map(this.files.image) };
    return { keys: this.keys, files, now: this.now, ...(this.#state === undefined ? {} : { state: this.#state }) };
  }

  /** The first roots, which the vehicle left the factory with. */
  get roots(): { readonly director: Uint8Array; readonly image: Uint8Array } {
    return { director: this.files.director.get("1.root.json")!, image: this.files.image.get("1.root.json")! };
  }

  /** What the honest Director remembers of the vehicle. */
  get state(): DirectorVehicleState | undefined {
    return this.#state;
  }

  /** Has the honest Director direct an assignment, and publishes it. */
  async direct(directed: DirectorAssignment): Promise<DirectorSigning> {
    const signing = await signDirectorVehicle(this.director(), {
      assignment: directed,
      inventory: demoVehicle.ecus,
      now: this.now,
      ...(this.#state === undefined ? {} : { state: this.#state }),
    });
    for (const [name, bytes] of signing.files) this.files.director.set(name, bytes);
    this.#state = signing.state;
    return signing;
  }

  /** The honest Director. */
  director(): Director {
    return createDirector({
      root: this.files.director.get("1.root.json")!,
      signers: Object.values(this.keys.director),
      lifetimeMs: { targets: 30 * day, snapshot: 30 * day, timestamp: day },
      images: listing,
    });
  }
}

async function signRoot(signers: PairSigners, now: number): Promise<Uint8Array> {
  const one = ({ publicKey }: Signer) => ({ keys: [publicKey], threshold: 1 });
  const { root, targets, snapshot, timestamp } = signers;
  const roles = { root: one(root), targets: one(targets), snapshot: one(snapshot), timestamp: one(timestamp) };
  return signTufMetadata(buildTufRoot({ expires: now + 365 * day, roles }), { quorums: [], signers: [root] });
}

async function publishImages(root: Uint8Array, { image, supplier }: PairKeys, now: number): Promise<PairFiles> {
  const empty = buildTufTargets({ expires: now + 90 * day });
  const { brakeOld, brake, brakeNext, ...own } = catalogue;
  const delegating = delegateUptaneRole(empty, {
    name: "supplier",
    keys: [supplier.publicKey],
    threshold: 1,
    paths: ["brake/*"],
    hardwareIds: ["brake-b2"],
    terminating: true,
  });
  const metadata = await updateTufRepository({
    published: new Map(),
    root,
    targets: {
      targets: addUptaneImages(delegating, Object.values(own)),
      supplier: addUptaneImages(empty, [brakeOld, brake, brakeNext]),
    },
    signers: [...Object.values(image), supplier],
    expires: { snapshot: now + 30 * day, timestamp: now + 7 * day },
  });
  return new Map(metadata);
}
