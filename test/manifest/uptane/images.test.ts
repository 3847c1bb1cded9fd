import { describe, expect, it } from "vitest";
import { utf8ToBytes } from "../../../src/core/index.ts";
import {
  addUptaneImages,
  buildTufTargets,
  delegateTufBins,
  delegateUptaneRole,
  describeTufTarget,
  describeUptaneImage,
  reviewImages,
  type TufTargets,
  type UptaneDelegationInput,
} from "../../../src/manifest/index.ts";
import { errorOf } from "../../error-of.ts";
import { signerOf } from "../tuf/repository-keys.ts";
import { day, now } from "./living-pair.ts";

const empty = buildTufTargets({ expires: now + day });
const bytes = utf8ToBytes("image");
const describe7 = (releaseCounter = 7, content = bytes, hardwareIds = ["brake-b2"]) =>
  describeUptaneImage(content, { hardwareIds, releaseCounter });
const { publicKey } = signerOf("images/supplier");
const delegation = (change: Partial<UptaneDelegationInput> = {}): UptaneDelegationInput => ({
  name: "supplier",
  keys: [publicKey],
  threshold: 1,
  paths: ["brake/*"],
  ...change,
});

describe("describeUptaneImage", () => {
  it("describes bytes, or what was hashed elsewhere", () => {
    const { length, hashes } = describeTufTarget(bytes);
    const custom = { hardwareIds: ["a", "b"], releaseCounter: 0, otakit: { securityEpoch: 1 } };
    const input = { hardwareIds: ["a", "b"], releaseCounter: 0, custom: { otakit: { securityEpoch: 1 } } };
    expect(describeUptaneImage(bytes, input)).toEqual({ length, hashes, custom });
    expect(describeUptaneImage({ length: 9, hashes }, input)).toEqual({ length: 9, hashes, custom });
  });

  it.each([
    ["/custom/hardwareIds", [], 1],
    ["/custom/hardwareIds/0", ["a b"], 1],
    ["/custom/hardwareIds/1", ["a", "__proto__"], 1],
    ["/custom/releaseCounter", ["a"], -1],
    ["/custom/releaseCounter", ["a"], 0.5],
  ])("refuses at %s", (path, hardwareIds, releaseCounter) => {
    expect(errorOf(() => describeUptaneImage(bytes, { hardwareIds, releaseCounter }))).toMatchObject({
      code: "ERR_MANIFEST_SCHEMA",
      path,
    });
  });
});

describe("addUptaneImages", () => {
  const listed = addUptaneImages(empty, [["brake/7.bin", describe7()]]);

  it("lists images, and replaces one by a later release or the same one", () => {
    expect(listed.targets["brake/7.bin"]).toEqual(describe7());
    expect(addUptaneImages(listed, [["brake/7.bin", describe7()]])).toEqual(listed);
    const later = addUptaneImages(listed, [["brake/7.bin", describe7(8, utf8ToBytes("other"))]]);
    expect(later.targets["brake/7.bin"]!.custom).toMatchObject({ releaseCounter: 8 });
    const wider = addUptaneImages(listed, [["brake/7.bin", describe7(7, bytes, ["brake-b2", "brake-b3"])]]);
    expect(wider.targets["brake/7.bin"]!.custom).toMatchObject({ hardwareIds: ["brake-b2", "brake-b3"] });
  });

  it("refuses a counter that sinks, or stays while the content changes, and an image without custom metadata", () => {
    const path = "brake/7.bin";
    const facts = (got: number) => ({ details: { path, had: 7, got } });
    const refusal = (image: ReturnType<typeof describe7>) => errorOf(() => addUptaneImages(listed, [[path, image]]));
    expect(refusal(describe7(6))).toMatchObject({ code: "ERR_MANIFEST_UPTANE_IMAGE", ...facts(6) });
    expect(refusal(describe7(6))).toMatchObject({ message: "Cannot list image: its release counter sinks" });
    expect(refusal(describe7(7, utf8ToBytes("other")))).toMatchObject({
      code: "ERR_MANIFEST_UPTANE_IMAGE",
      message: "Cannot list image: its content changes and its release counter does not",
      ...facts(7),
    });
    expect(refusal(describeTufTarget(bytes))).toMatchObject({ code: "ERR_MANIFEST_UPTANE_IMAGE", details: { path } });
    const outside = errorOf(() => addUptaneImages(listed, [["../x", describe7()]]));
    expect(outside).toMatchObject({ code: "ERR_MANIFEST_TUF_TARGET_PATH" });
    const loose = errorOf(() => addUptaneImages(listed, [["e\u0301.bin", describe7()]]));
    expect(loose).toMatchObject({ code: "ERR_MANIFEST_UPTANE_IMAGE", message: expect.stringContaining("Form C") });
    // An old entry without a counter is replaced: there is nothing to compare with.
    const old: TufTargets = { ...empty, targets: { [path]: describeTufTarget(utf8ToBytes("old")) } };
    expect(addUptaneImages(old, [[path, describe7(0)]]).targets[path]!.custom).toMatchObject({ releaseCounter: 0 });
  });
});

describe("delegateUptaneRole", () => {
  it("delegates paths for some hardware, and takes the restriction off again", () => {
    const narrow = delegateUptaneRole(empty, delegation({ hardwareIds: ["brake-b2"] }));
    expect(narrow.delegations!.roles).toEqual([
      {
        name: "supplier",
        keyids: [publicKey.keyId],
        threshold: 1,
        paths: ["brake/*"],
        terminating: false,
        hardwareIds: ["brake-b2"],
      },
    ]);
    const beside = delegateUptaneRole(narrow, delegation({ name: "second" }));
    expect(beside.delegations!.roles!.map((role) => "hardwareIds" in role)).toEqual([true, false]);
    const wide = delegateUptaneRole(beside, delegation());
    expect(wide.delegations!.roles!.map((role) => "hardwareIds" in role)).toEqual([false, false]);
    for (const hardwareIds of [[], ["a b"]]) {
      expect(errorOf(() => delegateUptaneRole(empty, delegation({ hardwareIds })))).toMatchObject({
        code: "ERR_MANIFEST_SCHEMA",
      });
    }
  });
});

describe("reviewImages", () => {
  const view = (targets: Readonly<Record<string, TufTargets>>) => ({
    targets: Object.fromEntries(
      Object.entries(targets).map(([name, signed]) => [name, { file: name, bytes, signed, signatures: [] }]),
    ),
  });
  const supplier = addUptaneImages(empty, [["brake/7.bin", describe7()]]);

  it("publishes what every role may list", () => {
    const targets = delegateUptaneRole(empty, delegation({ hardwareIds: ["brake-b2"] }));
    const review = reviewImages(view({ targets, supplier }));
    expect(review).toMatchObject({ decision: "publish", evidence: { roles: 2, images: 1 } });
    expect(review.reasons.map(({ code }) => code)).toEqual(["uptane_images_complete"]);
  });

  it("refuses images outside of a role's paths, its hardware, or without any way to the role", () => {
    const refused = (targets: TufTargets, by = supplier) =>
      reviewImages(view({ targets, supplier: by })).reasons.map(({ code, clause, evidence }) => [
        code,
        clause,
        evidence,
      ]);
    const out = (hardwareIds = ["brake-b2"]) => [
      ["uptane_images_out_of_scope", "Uptane 5.3.1", { role: "supplier", path: "brake/7.bin", hardwareIds }],
    ];
    expect(refused(delegateUptaneRole(empty, delegation({ paths: ["door/*"] })))).toEqual(out());
    expect(refused(delegateUptaneRole(empty, delegation({ hardwareIds: ["door-a"] })))).toEqual(out());
    expect(refused(empty)).toEqual(out());
    const both = addUptaneImages(empty, [["brake/7.bin", describe7(7, bytes, ["brake-b2", "door-a"])]]);
    expect(refused(delegateUptaneRole(empty, delegation({ hardwareIds: ["brake-b2"] })), both)).toEqual(
      out(["door-a"]),
    );
  });

  it("follows delegations in a row, each of which must match, and bins", () => {
    const top = delegateUptaneRole(empty, delegation({ name: "oem", paths: ["brake/*"], hardwareIds: ["brake-b2"] }));
    const oem = delegateUptaneRole(empty, delegation({ paths: ["*/7.bin"] }));
    expect(reviewImages(view({ targets: top, oem, supplier })).decision).toBe("publish");
    const other = delegateUptaneRole(empty, delegation({ name: "oem", paths: ["brake/*"], hardwareIds: ["door-a"] }));
    expect(reviewImages(view({ targets: other, oem, supplier })).decision).toBe("refuse");
    const bins = delegateTufBins(empty, { keys: [publicKey], threshold: 1, bitLength: 1, namePrefix: "bin" });
    const decisions = ["bin-0", "bin-1"].map(
      (name) => reviewImages(view({ targets: bins, [name]: supplier })).decision,
    );
    expect(decisions.sort()).toEqual(["publish", "refuse"]);
  });

  it("follows delegations to several roles that must agree", () => {
    const { paths, ...rest } = delegation();
    const agreeing = {
      ...{ name: "label", paths, terminating: false, min_roles_in_agreement: 1 },
      roleinfo: [{ rolename: "supplier", keyids: rest.keys.map(({ keyId }) => keyId), threshold: 1 }],
    };
    const multi = (change: object) =>
      ({ ...empty, delegations: { keys: {}, roles: [{ ...agreeing, ...change }] } }) as unknown as TufTargets;
    expect(reviewImages(view({ targets: multi({}), supplier })).decision).toBe("publish");
    expect(reviewImages(view({ targets: multi({ hardwareIds: ["door-a"] }), supplier })).decision).toBe("refuse");
    expect(reviewImages(view({ targets: multi({ paths: ["door/*"] }), supplier })).decision).toBe("refuse");
    expect(reviewImages(view({ targets: multi({}), label: supplier })).decision).toBe("refuse");
  });

  it.each([
    ["a text in place of the models", { hardwareIds: "xbrake-b2x" }],
    ["no list of roles", { roleinfo: 5 }],
    ["no roles in the list", { roleinfo: [null, { rolename: 5 }] }],
  ])("takes a delegation with %s, which no vehicle could read, for none", (_, change) => {
    const top = delegateUptaneRole(empty, delegation({ paths: ["brake/*"] }));
    const roles = top.delegations!.roles!.map((role) => ({ ...role, ...change }));
    const targets = { ...top, delegations: { ...top.delegations!, roles } } as unknown as TufTargets;
    expect(reviewImages(view({ targets, supplier })).reasons.map(({ code }) => code)).toEqual([
      "uptane_images_out_of_scope",
    ]);
  });

  it("refuses images without custom metadata and lists at most a hundred", () => {
    const many = Object.fromEntries(Array.from({ length: 150 }, (_, index) => [`${index}`, describeTufTarget(bytes)]));
    const { decision, reasons, evidence } = reviewImages(view({ targets: { ...empty, targets: many } }));
    expect([decision, reasons.length, evidence]).toEqual(["refuse", 100, { roles: 1, images: 150 }]);
    expect(reasons[0]).toMatchObject({
      code: "uptane_images_custom_missing",
      clause: "Uptane 5.2.3.1",
      evidence: { role: "targets", path: "0" },
    });
  });
});
