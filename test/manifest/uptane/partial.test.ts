import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { sealed } from "../../../src/cli/uptane/forge.ts";
import { bytesToHex, encodeCanonicalJson, sha256 } from "../../../src/core/index.ts";
import {
  createUpdateFloors,
  decideUpdate,
  evaluatePartialVerification,
  type PartialKnowledge,
  raiseFloors,
  raiseMetadataFloors,
  readTufRepository,
  rotateTufRoot,
  signTufMetadata,
  type TufRoot,
  type TufTargets,
  timeFromClock,
  tufRootQuorums,
  verifyUptaneImage,
} from "../../../src/manifest/index.ts";
import { encodePublicKeyDer } from "../../../src/signing/index.ts";
import { errorOf } from "../../error-of.ts";
import { signerOf } from "../tuf/repository-keys.ts";
import {
  assigned,
  catalogue,
  contentOf,
  day,
  demoVehicle,
  firstAssignment,
  type LivingPair,
  livingPair,
  nextAssignment,
  now,
} from "./living-pair.ts";

let pair: LivingPair;
let targets: Uint8Array;
const time = timeFromClock(now, 0);
const ecu = { ecuId: "brake-1", hardwareId: "brake-b2" };

beforeAll(async () => {
  pair = await livingPair();
  targets = pair.files.director.get("1.targets.json")!;
});

const knowing = (change: Partial<PartialKnowledge> = {}): PartialKnowledge => ({
  vehicleId: demoVehicle.vehicleId,
  ecu,
  root: pair.roots.director,
  ...change,
});

const evaluate = (change: Partial<PartialKnowledge> = {}, bundle: object = {}) =>
  evaluatePartialVerification(knowing(change), { roots: [], targets, ...bundle }, time);

/** Decision and codes. */
const verdict = ({ decision, reasons }: { decision: string; reasons: readonly { code: string }[] }) => [
  decision,
  ...reasons.map(({ code }) => code),
];

/** The Director's targets with changes, signed by its own key. */
const signedTargets = async (change: object): Promise<Uint8Array> => {
  const { signed } = readTufRepository(pair.files.director).targets["targets"]!;
  return sealed({ ...signed, version: signed.version + 1, ...change } as TufTargets, pair.keys.director.targets);
};

/** The root after this one, signed by the keys of both. */
async function nextRoot(root: TufRoot, change: object): Promise<Uint8Array> {
  const next = rotateTufRoot(root, { expires: now + 365 * day, ...change });
  const signers = [pair.keys.director.root];
  return signTufMetadata(next, { quorums: tufRootQuorums(next, root), signers });
}

const rootOf = () => readTufRepository(pair.files.director).root.signed;

describe("evaluatePartialVerification", () => {
  it("gives the image for this ECU, frozen, and what to store", () => {
    const outcome = evaluate();
    const [path, entry] = catalogue.brake;
    expect(outcome).toEqual({
      decision: "update",
      reasons: [
        expect.objectContaining({
          code: "uptane_image_assigned",
          clause: "Uptane 5.4.3.3",
          repository: "director",
          role: "targets",
          attack: "none",
          evidence: { got: 1, ecuId: "brake-1" },
        }),
      ],
      image: {
        vehicleId: demoVehicle.vehicleId,
        digest: bytesToHex(
          sha256(encodeCanonicalJson(readTufRepository(pair.files.director).targets["targets"]!.signed as never)),
        ),
        versions: { director: { root: 1, targets: 1 } },
        keys: { director: [bytesToHex(sha256(encodePublicKeyDer(pair.keys.director.targets.publicKey)))] },
        expires: readTufRepository(pair.files.director).targets["targets"]!.signed.expires,
        path,
        ...ecu,
        length: entry.length,
        hashes: entry.hashes,
        releaseCounter: 7,
        custom: {
          ecuIdentifiers: { "brake-1": { hardwareId: "brake-b2" } },
          otakit: { securityEpoch: 1 },
          releaseCounter: 7,
        },
      },
      persist: [{ file: "targets.json", bytes: targets }],
    });
    expect(Object.isFrozen(outcome.image!.custom)).toBe(true);
    expect(verifyUptaneImage(contentOf(path), outcome.image!, ecu)).toMatchObject({ length: entry.length });
    const other = { ecuId: "door-1", hardwareId: "brake-b2" };
    expect(errorOf(() => verifyUptaneImage(contentOf(path), outcome.image!, other))).toMatchObject({
      code: "ERR_MANIFEST_UPTANE_ECU",
    });
  });

  it("gives what a decision with floors takes", () => {
    const { image } = evaluate();
    const installed = { sha256: "0".repeat(64), releaseCounter: 6, securityEpoch: 1 };
    const { vehicleId } = demoVehicle;
    const decide = (counter: number, securityEpoch = 1, change: object = {}) => {
      const floors = {
        ...createUpdateFloors({ "brake-1": { releaseCounter: counter, securityEpoch } }, { vehicleId }),
        ...change,
      };
      return verdict(decideUpdate({ candidate: image!, ecus: [{ ...ecu, installed }], floors, now }));
    };
    expect(decide(6)).toEqual(["install", "image_newer"]);
    expect(decide(8)[1]).toBe("release_counter_below_floor");
    expect(decide(6, 2)[1]).toBe("security_epoch_below_floor");
    expect(decide(6, 1, { vehicleId: "other" })[1]).toBe("candidate_for_another_vehicle");
    expect(decide(6, 1, { metadata: { "director/targets": 2 } })[1]).toBe("metadata_version_below_floor");
    const floors = createUpdateFloors({ "brake-1": { releaseCounter: 6, securityEpoch: 1 } }, { vehicleId });
    expect(raiseFloors(floors, ecu, image!).ecus["brake-1"]).toEqual({ releaseCounter: 7, securityEpoch: 1 });
    expect(raiseMetadataFloors(floors, image!)).toMatchObject({
      metadata: { "director/root": 1, "director/targets": 1 },
      keys: image!.keys,
    });
  });

  it("has nothing to do when it runs the image already, or none is for it", () => {
    const { hashes, length } = catalogue.brake[1];
    const same = evaluate({ installed: { hashes, length } });
    expect(verdict(same)).toEqual(["none", "uptane_nothing_new"]);
    expect(same.persist).toEqual([{ file: "targets.json", bytes: targets }]);
    expect(evaluate({ installed: { hashes: { sha256: "0".repeat(64) } } }).decision).toBe("update");
    const foreign = evaluate({ ecu: { ecuId: "seat-1", hardwareId: "seat" } });
    expect(verdict(foreign)).toEqual(["none", "uptane_image_absent"]);
    // 5.4.3.3 step 4: the previous targets are retained.
    expect(foreign.persist).toEqual([]);
    expect(foreign.image).toBeUndefined();
  });

  it("refuses without a time, and tells so by the clause of partial verification", () => {
    const outcome = evaluatePartialVerification(knowing(), { roots: [], targets }, undefined);
    expect(outcome).toMatchObject({
      decision: "refuse",
      reasons: [{ code: "uptane_time_missing", clause: "Uptane 5.4.4.1", attack: "freeze" }],
      persist: [],
    });
  });

  it("refuses an image of another model or below a floor, for this ECU alone", async () => {
    expect(verdict(evaluate({ ecu: { ...ecu, hardwareId: "brake-b3" } }))).toEqual([
      "refuse",
      "uptane_ecu_hardware_mismatch",
    ]);
    expect(verdict(evaluate({ releaseCounter: 8 }))).toEqual(["refuse", "uptane_release_counter_rollback"]);
    expect(evaluate({ releaseCounter: 7 }).decision).toBe("update");
    // The gateway's entry is wrong, of another model and below what it had: not this ECU's business.
    const gateway = {
      ...catalogue.gateway[1],
      custom: { ecuIdentifiers: { "gw-1": { hardwareId: "x" } }, releaseCounter: 0 },
    };
    const { signed } = readTufRepository(pair.files.director).targets["targets"]!;
    const changed = await signedTargets({ targets: { ...signed.targets, [catalogue.gateway[0]]: gateway } });
    expect(evaluate({ targets }, { targets: changed }).decision).toBe("update");
    const many = Object.fromEntries(
      Array.from({ length: 200 }, (_, index) => [
        `other/${index}`,
        {
          ...catalogue.gateway[1],
          custom: { ecuIdentifiers: { [`other-${index}`]: { hardwareId: "x" } }, releaseCounter: 0 },
        },
      ]),
    );
    const wrongModel = {
      ...catalogue.brake[1],
      custom: { ecuIdentifiers: { "brake-1": { hardwareId: "x" } }, releaseCounter: 9 },
    };
    const crowded = await signedTargets({ targets: { ...many, "z.bin": wrongModel } });
    expect(verdict(evaluate({}, { targets: crowded }))).toEqual(["refuse", "uptane_ecu_hardware_mismatch"]);
  });

  it("keeps what it has against rollback and equivocation", async () => {
    const newer = await signedTargets({});
    expect(evaluate({ targets }, { targets: newer }).decision).toBe("update");
    expect(verdict(evaluate({ targets: newer }))).toEqual(["refuse", "tuf_version_rollback"]);
    const other = await signedTargets({ targets: {} });
    const swapped = evaluate({ targets: newer }, { targets: other });
    expect(verdict(swapped)).toEqual(["refuse", "tuf_equivocation"]);
    expect(swapped.equivocation).toMatchObject({ repository: "director", role: "targets", version: 2 });
    expect(swapped.persist).toEqual([]);
    // A stored file that somebody broke is no floor, and no way in.
    expect(evaluate({ targets: new Uint8Array(3) }).decision).toBe("update");
  });

  it("takes the counter of the stored targets for a floor", async () => {
    const { signed } = readTufRepository(pair.files.director).targets["targets"]!;
    const { [catalogue.brake[0]]: _, ...others } = signed.targets;
    const { path, length, hashes } = assigned("brake-1", catalogue.brakeOld);
    const old = {
      length,
      hashes,
      custom: { ecuIdentifiers: { "brake-1": { hardwareId: "brake-b2" } }, releaseCounter: 6 },
    };
    const rolled = await signedTargets({ targets: { ...others, [path]: old } });
    expect(verdict(evaluate({ targets }, { targets: rolled }))).toEqual(["refuse", "uptane_release_counter_rollback"]);
    expect(evaluate({}, { targets: rolled }).decision).toBe("update");
  });

  it("follows a chain of roots, whole or from its own on, and stores it also when targets are refused", async () => {
    const second = await nextRoot(rootOf(), { roles: { targets: { add: [signerOf("partial/new").publicKey] } } });
    const { signed } = readTufRepository(new Map([...pair.files.director, ["2.root.json", second]])).root;
    const third = await nextRoot(signed, {
      roles: { targets: { remove: [pair.keys.director.targets.publicKey.keyId] } },
    });
    const current = readTufRepository(pair.files.director).targets["targets"]!.signed;
    const resigned = await sealed({ ...current, version: 2 }, signerOf("partial/new"));
    const rootFiles = [
      { file: "root.json", bytes: second },
      { file: "root.json", bytes: third },
    ];
    for (const roots of [
      [second, third],
      [pair.roots.director, second, third],
    ]) {
      const outcome = evaluate({ targets }, { roots, targets: resigned });
      expect(verdict(outcome)).toEqual(["update", "uptane_image_assigned"]);
      expect(outcome.persist).toEqual([...rootFiles, { file: "targets.json", bytes: resigned }]);
    }
    expect(evaluate({ root: third }, { roots: [pair.roots.director, second, third], targets: resigned }).decision).toBe(
      "update",
    );
    const revoked = evaluate({}, { roots: [second, third] });
    expect(verdict(revoked)).toEqual(["refuse", "tuf_threshold_not_met"]);
    expect(revoked.persist).toEqual(rootFiles);
    // A gap, and a root out of turn.
    expect(verdict(evaluate({}, { roots: [third], targets: resigned }))[0]).toBe("refuse");
    expect(verdict(evaluate({ root: second }, { roots: [pair.roots.director] }))).toEqual([
      "refuse",
      "tuf_root_version_not_next",
    ]);
  });

  it("refuses what has expired, on its own time", () => {
    const late = timeFromClock(now + 31 * day, 0);
    expect(verdict(evaluatePartialVerification(knowing(), { roots: [], targets }, late))).toEqual([
      "refuse",
      "tuf_expired",
    ]);
  });

  it("refuses knowledge that is none", () => {
    expect(errorOf(() => evaluate({ releaseCounter: -1 }))).toBeInstanceOf(RangeError);
    expect(errorOf(() => evaluate({ releaseCounter: 0.5 }))).toBeInstanceOf(RangeError);
    expect(errorOf(() => evaluate({ root: new Uint8Array(1) }))).toMatchObject({ code: "ERR_MANIFEST_TUF_ROOT" });
    expect(errorOf(() => evaluate({ vehicleId: "" }))).toMatchObject({ code: "ERR_MANIFEST_UPTANE_VEHICLE" });
    expect(errorOf(() => evaluate({ ecu: { ...ecu, hardwareId: "a b" } }))).toMatchObject({
      code: "ERR_MANIFEST_UPTANE_VEHICLE",
    });
    expect(errorOf(() => evaluate({ profile: "other" as "uptane-ats" }))).toBeInstanceOf(RangeError);
    expect(errorOf(() => evaluate({}, { targets: "{}" }))).toBeInstanceOf(TypeError);
    expect(errorOf(() => evaluate({}, { roots: ["{}"] }))).toBeInstanceOf(TypeError);
  });

  it("refuses every changed or cut byte of what it is handed", () => {
    for (let length = 0; length < targets.length; length += 7) {
      expect(evaluate({}, { targets: targets.subarray(0, length) }).decision).toBe("refuse");
    }
    fc.assert(
      fc.property(fc.nat(targets.length - 1), fc.integer({ min: 1, max: 255 }), (place, mask) => {
        const changed = new Uint8Array(targets);
        changed[place]! ^= mask;
        const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes).toLowerCase();
        fc.pre(text(changed) !== text(targets));
        const outcome = evaluate({}, { targets: changed });
        expect([outcome.decision, outcome.persist]).toEqual(["refuse", []]);
      }),
    );
  });

  it("agrees with full verification about every honest assignment", async () => {
    for (const assignment of [firstAssignment, nextAssignment, { ...nextAssignment, images: [] }]) {
      const fresh = await livingPair();
      await fresh.direct(assignment);
      const view = readTufRepository(fresh.files.director).targets["targets"]!;
      const { decision, image } = evaluatePartialVerification(
        knowing({ root: fresh.roots.director }),
        { roots: [], targets: view.bytes },
        time,
      );
      const own = assignment.images.find(({ ecuId }) => ecuId === "brake-1");
      expect([decision, image?.path]).toEqual([own === undefined ? "none" : "update", own?.path]);
    }
  });
});
