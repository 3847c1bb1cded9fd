import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { utf8ToBytes } from "../../../src/core/index.ts";
import {
  addUptaneImages,
  buildTufRoot,
  buildTufTargets,
  createDirector,
  createUptaneClient,
  type Director,
  type DirectorImage,
  delegateUptaneRole,
  describeUptaneImage,
  nextUptaneRequest,
  readTufRepository,
  reviewImages,
  signDirectorVehicle,
  signTufMetadata,
  startDirectorVehicle,
  stepUptaneClient,
  type TufTargetFile,
  type UptaneOutcome,
  type UptaneReason,
  type UptaneVehicle,
  updateTufRepository,
  uptaneAssignment,
  type VerifiedTime,
} from "../../../src/manifest/index.ts";
import type { Signer } from "../../../src/signing/index.ts";
import { signerOf } from "../tuf/repository-keys.ts";
import { day, now, signersOf } from "./living-pair.ts";

type Files = Map<string, Uint8Array>;
const time = { now, source: "clock" } as VerifiedTime;
const keys = { director: signersOf("law/director"), image: signersOf("law/image") };
const suppliers: readonly Signer[] = [signerOf("law/0"), signerOf("law/1", "ecdsa-sha2-nistp256")];
let roots: { director: Uint8Array; image: Uint8Array };
let director: Director;

beforeAll(async () => {
  const rootOf = async (repository: "director" | "image") => {
    const { root, targets, snapshot, timestamp } = keys[repository];
    const one = ({ publicKey }: Signer) => ({ keys: [publicKey], threshold: 1 });
    const roles = { root: one(root), targets: one(targets), snapshot: one(snapshot), timestamp: one(timestamp) };
    return signTufMetadata(buildTufRoot({ expires: now + 365 * day, roles }), { quorums: [], signers: [root] });
  };
  roots = { director: await rootOf("director"), image: await rootOf("image") };
  const lifetimeMs = { targets: 30 * day, snapshot: 30 * day, timestamp: day };
  director = createDirector({ root: roots.director, signers: Object.values(keys.director), lifetimeMs });
});

/** A vehicle whose ECUs each have one listed image, some of them listed by suppliers. */
const id = fc.stringMatching(/^[A-Za-z0-9._:-]{1,12}$/).filter((text) => text !== "__proto__");
const scene = fc.record({
  vehicleId: id,
  ecus: fc.uniqueArray(fc.record({ ecuId: id, hardwareId: id }), {
    minLength: 1,
    maxLength: 6,
    selector: ({ ecuId }) => ecuId,
  }),
  seed: fc.nat(1_000),
  segment: fc.string({ unit: "grapheme", minLength: 1, maxLength: 8 }).map((text) => text.normalize("NFC")),
  chosen: fc.array(fc.boolean(), { minLength: 6, maxLength: 6 }),
  restricted: fc.boolean(),
});

interface Scene {
  readonly vehicle: UptaneVehicle;
  readonly images: readonly DirectorImage[];
  readonly served: { readonly director: Files; readonly image: Files };
}

async function build({
  vehicleId,
  ecus,
  seed,
  segment,
  chosen,
  restricted,
}: typeof scene extends fc.Arbitrary<infer T> ? T : never): Promise<Scene> {
  const name = /^[/.]*$/.test(segment) ? "x" : segment.replaceAll("/", "_");
  const entries = new Map<string, TufTargetFile>();
  const images = ecus.flatMap(({ ecuId, hardwareId }, index): readonly DirectorImage[] => {
    // ECUs of one model share their image.
    const path = `part-${(seed + index) % 3}/for-${hardwareId}/${name}`;
    const releaseCounter = seed % 7;
    const custom = { otakit: { securityEpoch: seed % 3 } };
    const known = ecus.findIndex((other) => other.hardwareId === hardwareId);
    const shared = known < index ? `part-${(seed + known) % 3}/for-${hardwareId}/${name}` : path;
    entries.set(
      shared,
      describeUptaneImage(utf8ToBytes(shared), { hardwareIds: [hardwareId], releaseCounter, custom }),
    );
    const { length, hashes } = entries.get(shared)!;
    return chosen[index] ? [{ ecuId, hardwareId, path: shared, length, hashes, releaseCounter, custom }] : [];
  });
  const of = (part: number) => [...entries].filter(([path]) => path.startsWith(`part-${part}/`));
  const empty = buildTufTargets({ expires: now + 30 * day });
  let top = addUptaneImages(empty, of(2));
  for (const [part, supplier] of suppliers.entries()) {
    top = delegateUptaneRole(top, {
      name: `supplier-${part}`,
      keys: [supplier.publicKey],
      threshold: 1,
      paths: [`part-${part}/*/*`],
      terminating: part === 1,
      ...(restricted ? { hardwareIds: ecus.map(({ hardwareId }) => hardwareId) } : {}),
    });
  }
  const targets = {
    targets: top,
    "supplier-0": addUptaneImages(empty, of(0)),
    "supplier-1": addUptaneImages(empty, of(1)),
  };
  const metadata = await updateTufRepository({
    published: new Map(),
    root: roots.image,
    targets,
    signers: [...Object.values(keys.image), ...suppliers],
    expires: { snapshot: now + 30 * day, timestamp: now + day },
  });
  const image = new Map(metadata);
  expect(reviewImages(readTufRepository(image)).decision).toBe("publish");
  const state = startDirectorVehicle(vehicleId, seed);
  const strict = { ...director, images: (path: string) => entries.get(path) };
  const signing = await signDirectorVehicle(strict, {
    assignment: { vehicleId, images },
    state,
    inventory: ecus,
    now,
  });
  expect(signing.decision).toBe("signed");
  return {
    vehicle: { vehicleId, primary: ecus[0]!.ecuId, ecus },
    images,
    served: { director: new Map([["1.root.json", roots.director], ...signing.files]), image },
  };
}

function verify({
  vehicle,
  served,
}: Scene): UptaneOutcome | { readonly decision: "refuse"; readonly reasons: readonly UptaneReason[] } {
  let client = createUptaneClient({ vehicle, directorRoot: roots.director, imageRoot: roots.image });
  for (let request = nextUptaneRequest(client); request !== undefined; request = nextUptaneRequest(client)) {
    const bytes = request.kind === "load" ? undefined : served[request.repository].get(request.file);
    const step = stepUptaneClient(client, { request, bytes }, time);
    if (step.decision === "refuse") return { decision: "refuse", reasons: step.reasons };
    client = step.state;
  }
  return uptaneAssignment(client) as UptaneOutcome;
}

describe("laws of the pair", () => {
  it("a vehicle accepts whatever the builders sign, image by image", async () => {
    await fc.assert(
      fc.asyncProperty(scene, async (input) => {
        const built = await build(input);
        const outcome = verify(built);
        if (built.images.length === 0) {
          expect(outcome.decision).toBe("none");
          return;
        }
        if (outcome.decision !== "update") throw new Error(JSON.stringify(outcome));
        const order = (left: { ecuId: string }, right: { ecuId: string }) => (left.ecuId < right.ecuId ? -1 : 1);
        const got = outcome.assignment.images.map(({ ecuId, hardwareId, path, length, hashes, releaseCounter }) => ({
          ...{ ecuId, hardwareId, path, length, hashes, releaseCounter },
        }));
        const wanted = built.images.map(({ custom: _, ...image }) => image);
        expect(got.sort(order)).toEqual([...wanted].sort(order));
      }),
      { numRuns: 40 },
    );
  });

  it("no other vehicle accepts it", async () => {
    await fc.assert(
      fc.asyncProperty(scene, id, async (input, other) => {
        fc.pre(other !== input.vehicleId);
        const built = await build(input);
        const outcome = verify({ ...built, vehicle: { ...built.vehicle, vehicleId: other } });
        expect(outcome).toMatchObject({ decision: "refuse", reasons: [{ code: "uptane_vehicle_mismatch" }] });
      }),
      { numRuns: 15 },
    );
  });

  it("anything that is removed or changed afterwards refuses", async () => {
    await fc.assert(
      fc.asyncProperty(
        scene,
        fc.nat(),
        fc.nat(),
        fc.integer({ min: 1, max: 255 }),
        fc.boolean(),
        async (input, which, where, mask, remove) => {
          const built = await build({ ...input, chosen: input.chosen.map(() => true) });
          const all = (["director", "image"] as const).flatMap((repository) =>
            // Roots are the vehicle's own; of the others those count that the assigned images need.
            [...built.served[repository].keys()]
              .filter((file) => !file.endsWith("root.json") && isNeeded(built, file))
              .map((file) => ({ repository, file })),
          );
          const { repository, file } = all[which % all.length]!;
          const files = new Map(built.served[repository]);
          const changed = new Uint8Array(files.get(file)!);
          changed[where % changed.length]! ^= mask;
          // Hexadecimal digits mean the same in either case.
          const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes).toLowerCase();
          fc.pre(remove || text(changed) !== text(files.get(file)!));
          if (remove) files.delete(file);
          else files.set(file, changed);
          const outcome = verify({ ...built, served: { ...built.served, [repository]: files } });
          expect([file, outcome.decision]).toEqual([file, "refuse"]);
        },
      ),
      { numRuns: 60 },
    );
  });
});

function isNeeded({ images }: Scene, file: string): boolean {
  const part = /supplier-(\d)\.json$/.exec(file)?.[1];
  return part === undefined || images.some(({ path }) => path.startsWith(`part-${part}/`));
}
