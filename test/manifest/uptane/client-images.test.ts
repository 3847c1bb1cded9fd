import { describe, expect, it } from "vitest";
import { bytesToHex, type SignatureProvider, sha512, utf8ToBytes } from "../../../src/core/index.ts";
import type { UptaneStep } from "../../../src/manifest/index.ts";
import { pureSignatureProvider } from "../../../src/signing/index.ts";
import { testKey } from "../tuf/repository-fixture.ts";
import { assigned, codesOf, delegation, type Loose, listed, TestPair, TestPrimary, vehicle } from "./client-fixture.ts";

/** Verifies a changed pair; a refusal leaves the Director's part of the store as it was. */
async function verifyWith(change: (pair: TestPair) => void): Promise<UptaneStep & { primary: TestPrimary }> {
  const pair = new TestPair();
  change(pair);
  await pair.publish();
  const primary = new TestPrimary(pair);
  const step = primary.verify(pair);
  if (step.decision === "refuse") {
    expect(primary.outcome).toEqual({ decision: "needs" });
    expect([...primary.stores.director.keys()]).toEqual(["root.json", "timestamp.json"]);
  }
  return { ...step, primary };
}

const judged = ({ reasons }: UptaneStep) =>
  reasons.map(({ code, attack, clause, role, evidence }) => ({ code, attack, clause, role, evidence }));

const supplied = ({ image }: TestPair): Loose => image.delegated.get("supplier")!.document.targets["brake/2.bin"];

describe("an image on both repositories", () => {
  it("has one length", async () => {
    const step = await verifyWith((pair) => Object.assign(supplied(pair), { length: 8 }));
    expect(judged(step)).toEqual([
      {
        code: "uptane_target_length_mismatch",
        attack: "arbitrary_software",
        clause: "Uptane 5.4.4.2",
        role: "supplier",
        evidence: { had: 7, got: 8, target: "brake/2.bin" },
      },
    ]);
    expect(step.reasons[0]!.repository).toBe("image");
  });

  it("has one set of hashes", async () => {
    const step = await verifyWith((pair) => Object.assign(supplied(pair).hashes, { sha256: "ab".repeat(32) }));
    expect(judged(step)).toMatchObject([
      {
        code: "uptane_target_hash_mismatch",
        attack: "arbitrary_software",
        clause: "Uptane 5.4.4.2",
        evidence: { got: "ab".repeat(32), algorithm: "sha256" },
      },
    ]);
  });

  const digest = bytesToHex(sha512(utf8ToBytes("brake 2")));
  it.each([
    ["the Director", (pair: TestPair) => pair.director.targets.targets["brake/2.bin"], { had: digest.slice(0, 128) }],
    ["the Image repository", supplied, { got: digest.slice(0, 128) }],
  ])("has no hash that %s alone knows", async (_, entryOf, evidence) => {
    const step = await verifyWith((pair) => Object.assign((entryOf(pair) as Loose).hashes, { sha512: digest }));
    expect(judged(step)).toMatchObject([
      { code: "uptane_target_hash_mismatch", evidence: { ...evidence, algorithm: "sha512" } },
    ]);
  });

  it("may have several hashes", async () => {
    const step = await verifyWith((pair) => {
      supplied(pair).hashes.sha512 = digest;
      pair.director.targets.targets["brake/2.bin"].hashes.sha512 = digest;
    });
    expect(step.decision).toBe("accept");
  });

  it("is compatible with the ECU's model", async () => {
    const step = await verifyWith((pair) => Object.assign(supplied(pair).custom, { hardwareIds: ["brake-mk1", "x"] }));
    expect(judged(step)).toEqual([
      {
        code: "uptane_target_hardware_mismatch",
        attack: "wrong_ecu",
        clause: "Uptane 5.4.4.2",
        role: "supplier",
        evidence: { had: "brake-mk2", got: "brake-mk1 x", target: "brake/2.bin" },
      },
    ]);
  });

  it.each([
    ["no hardware ids", (custom: Loose) => delete custom.hardwareIds, "uptane_target_hardware_mismatch"],
    [
      "empty hardware ids",
      (custom: Loose) => Object.assign(custom, { hardwareIds: [] }),
      "uptane_target_hardware_mismatch",
    ],
    [
      "hardware ids of an object",
      (custom: Loose) => Object.assign(custom, { hardwareIds: {} }),
      "uptane_custom_malformed",
    ],
    [
      "a number among them",
      (custom: Loose) => Object.assign(custom, { hardwareIds: ["brake-mk2", 7] }),
      "uptane_custom_malformed",
    ],
    ["no release counter", (custom: Loose) => delete custom.releaseCounter, "uptane_release_counter_missing"],
    [
      "a fraction of a counter",
      (custom: Loose) => Object.assign(custom, { releaseCounter: "1" }),
      "uptane_custom_malformed",
    ],
    ["a lower counter", (custom: Loose) => Object.assign(custom, { releaseCounter: 4 }), "uptane_custom_mismatch"],
    ["a higher counter", (custom: Loose) => Object.assign(custom, { releaseCounter: 6 }), "uptane_custom_mismatch"],
  ])("is refused for the Image repository's %s", async (_, change, code) => {
    const step = await verifyWith((pair) => change(supplied(pair).custom));
    expect(codesOf(step)).toEqual([code]);
  });

  it("is not said to be of an older release by a compromised Director", async () => {
    const step = await verifyWith((pair) => {
      pair.director.targets.targets["brake/2.bin"].custom.releaseCounter = 9;
    });
    expect(judged(step)).toMatchObject([
      { code: "uptane_custom_mismatch", evidence: { had: 9, got: 5, field: "releaseCounter" } },
    ]);
  });

  it.each([
    ["the Director alone", { epoch: 1 }, undefined, ["uptane_custom_mismatch"]],
    ["the Image repository alone", undefined, { epoch: 1 }, ["uptane_custom_mismatch"]],
    ["both, differently", { epoch: 1 }, { epoch: 2 }, ["uptane_custom_mismatch"]],
    ["both alike, in another order", { a: 1, b: [2] }, { b: [2], a: 1 }, undefined],
  ])("has one section that must match: of %s", async (_, director, image, codes) => {
    const step = await verifyWith((pair) => {
      if (director !== undefined) pair.director.targets.targets["brake/2.bin"].custom.otakit = director;
      if (image !== undefined) supplied(pair).custom.otakit = image;
    });
    if (codes === undefined) expect(step.decision).toBe("accept");
    else {
      expect(codesOf(step)).toEqual(codes);
      expect(step.reasons[0]!.evidence).toEqual({ field: "otakit", target: "brake/2.bin" });
    }
  });

  it("may have further custom metadata on either side", async () => {
    const step = await verifyWith((pair) => {
      pair.director.targets.targets["brake/2.bin"].custom.uri = "https://example.com/brake";
      supplied(pair).custom.name = { de: "Bremse" };
    });
    expect(step.decision).toBe("accept");
  });

  it("fails for all its differences at once", async () => {
    const step = await verifyWith((pair) => {
      Object.assign(supplied(pair), listed("brake three", ["x"], 1));
    });
    expect(codesOf(step)).toEqual([
      "uptane_target_length_mismatch",
      "uptane_target_hash_mismatch",
      "uptane_target_hardware_mismatch",
      "uptane_custom_mismatch",
    ]);
  });
});

describe("a bundle", () => {
  it("is refused as a whole for one image, and every image's faults are listed", async () => {
    const step = await verifyWith((pair) => {
      supplied(pair).length = 8;
      delete pair.image.targets.targets["door/3.bin"];
    });
    expect(step.reasons.map(({ code, evidence }) => [code, evidence["target"]])).toEqual([
      ["uptane_target_length_mismatch", "brake/2.bin"],
      ["uptane_target_not_found", "door/3.bin"],
    ]);
  });

  it("is refused for the last image, when the first ones agree", async () => {
    const step = await verifyWith((pair) => Object.assign(pair.image.targets.targets["door/3.bin"], { length: 1 }));
    expect(codesOf(step)).toEqual(["uptane_target_length_mismatch"]);
    expect(step.primary.steps.at(-1)!.state.phase).not.toBe("done");
  });

  it("is refused for one of the models that an image is assigned to", async () => {
    const step = await verifyWith((pair) => {
      pair.director.targets.targets["door/3.bin"] = assigned("door 3", ["door-left", "gateway"], 7);
    });
    expect(step.reasons.map(({ code, evidence }) => [code, evidence.had])).toEqual([
      ["uptane_target_hardware_mismatch", "gateway-a"],
    ]);
  });
});

describe("delegations (5.4.4.7)", () => {
  const notFound = ["uptane_target_not_found"];

  it("must cover the filename", async () => {
    const step = await verifyWith(({ image }) => {
      image.targets.delegations.roles[0].paths = ["brakes/*"];
    });
    expect(judged(step)).toEqual([
      {
        code: "uptane_target_not_found",
        attack: "arbitrary_software",
        clause: "Uptane 5.4.4.7",
        role: "targets",
        evidence: { target: "brake/2.bin", hardwareId: "brake-mk2", visited: ["targets"] },
      },
    ]);
    expect(step.primary.fetched).not.toContain("image 1.supplier.json");
  });

  it("must cover the hardware id, or all", async () => {
    const other = await verifyWith(({ image }) => {
      image.targets.delegations.roles[0].hardwareIds = ["brake-mk1"];
    });
    expect(codesOf(other)).toEqual(notFound);
    const all = await verifyWith(({ image }) => {
      delete image.targets.delegations.roles[0].hardwareIds;
    });
    expect(all.decision).toBe("accept");
  });

  it("are malformed with an empty list of hardware ids", async () => {
    const step = await verifyWith(({ image }) => {
      image.targets.delegations.roles[0].hardwareIds = [];
    });
    expect(step.reasons[0]).toMatchObject({
      code: "tuf_malformed",
      evidence: { path: "/signed/delegations/roles/0/hardwareIds" },
    });
  });

  it("must all cover both, down the whole chain", async () => {
    const chain = (paths: readonly string[], hardwareIds: readonly string[]) =>
      verifyWith((pair) => {
        const { document } = pair.image.delegated.get("supplier")!;
        document.targets = {};
        document.delegations = {
          keys: { [testKey("tier2").keyid]: testKey("tier2").object },
          roles: [delegation("tier2", paths, { hardwareIds })],
        };
        pair.role("tier2", { "brake/2.bin": listed("brake 2", ["brake-mk2"]) });
      });
    const step = await chain(["*/2.bin"], ["brake-mk2", "x"]);
    expect(step.primary.outcome).toMatchObject({
      assignment: { images: [{ roles: ["targets", "supplier", "tier2"] }, {}, {}] },
    });
    expect(codesOf(await chain(["*/3.bin"], ["brake-mk2"]))).toEqual(notFound);
    expect(codesOf(await chain(["brake/*"], ["x"]))).toEqual(notFound);
  });

  it("are asked in their order, and the first role that lists the image counts", async () => {
    const step = await verifyWith((pair) => {
      pair.delegate(delegation("late", ["brake/*"]));
      pair.role("late", { "brake/2.bin": listed("another", ["brake-mk2"]) });
    });
    expect(step.decision).toBe("accept");
    expect(step.primary.fetched).not.toContain("image 1.late.json");
    const reversed = await verifyWith((pair) => {
      pair.delegate(delegation("early", ["brake/*"]));
      pair.role("early", { "brake/2.bin": listed("another", ["brake-mk2"]) });
      pair.image.targets.delegations.roles.reverse();
    });
    expect(codesOf(reversed)).toContain("uptane_target_hash_mismatch");
  });

  it("go on behind a role that does not list the image", async () => {
    const step = await verifyWith((pair) => {
      pair.delegate(delegation("empty", ["brake/*"]));
      pair.role("empty", {});
      pair.image.targets.delegations.roles.reverse();
    });
    expect(step.primary.fetched.slice(-2)).toEqual(["image 1.empty.json", "image 1.supplier.json"]);
    expect(step.decision).toBe("accept");
  });

  it("end with a terminating one that does not list the image", async () => {
    const step = await verifyWith((pair) => {
      pair.delegate(delegation("empty", ["brake/*"], { terminating: true }));
      pair.role("empty", {});
      pair.image.targets.delegations.roles.reverse();
    });
    expect(codesOf(step)).toEqual(notFound);
    expect(step.reasons[0]!.evidence["visited"]).toEqual(["targets", "empty"]);
  });

  it("are not asked of a terminating role that does not list the image itself (step 3)", async () => {
    const step = await verifyWith((pair) => {
      pair.image.targets.delegations.roles[0].terminating = true;
      const { document } = pair.image.delegated.get("supplier")!;
      document.targets = {};
      document.delegations = {
        keys: { [testKey("tier2").keyid]: testKey("tier2").object },
        roles: [delegation("tier2", ["brake/*"])],
      };
      pair.role("tier2", { "brake/2.bin": listed("brake 2", ["brake-mk2"]) });
    });
    expect(codesOf(step)).toEqual(notFound);
    expect(step.primary.fetched).not.toContain("image 1.tier2.json");
  });

  it("find what a terminating role lists", async () => {
    const step = await verifyWith(({ image }) => {
      image.targets.delegations.roles[0].terminating = true;
    });
    expect(step.decision).toBe("accept");
  });

  it("abort the search at a role that is missing or invalid (step 1)", async () => {
    for (const code of ["tuf_threshold_not_met", "tuf_expired", "tuf_malformed"]) {
      const step = await verifyWith((pair) => {
        pair.delegate(delegation("broken", ["brake/*"]));
        const document = pair.role("broken", {});
        if (code === "tuf_threshold_not_met") pair.image.delegated.get("broken")!.keys = [testKey("nobody")];
        if (code === "tuf_expired") document.expires = "2020-01-01T00:00:00Z";
        if (code === "tuf_malformed") document.targets = [];
        pair.image.targets.delegations.roles.reverse();
      });
      expect(step.decision).toBe("refuse");
      expect(step.reasons[0]).toMatchObject({ repository: "image", role: "broken" });
      expect(codesOf(step)[0]).toBe(code);
      expect(step.primary.fetched).not.toContain("image 1.supplier.json");
    }
  });

  it("make no request for a role that the snapshot does not list", async () => {
    const step = await verifyWith((pair) => {
      pair.image.delegated.delete("supplier");
    });
    expect(step.reasons).toMatchObject([{ code: "tuf_role_not_listed", repository: "image", role: "supplier" }]);
    expect(step.primary.fetched.at(-1)).toBe("image 1.targets.json");
  });

  it("end in cycles", async () => {
    const step = await verifyWith((pair) => {
      const { document } = pair.image.delegated.get("supplier")!;
      document.targets = {};
      document.delegations = {
        keys: { [testKey("supplier").keyid]: testKey("supplier").object },
        roles: [delegation("supplier", ["brake/*"])],
      };
    });
    expect(codesOf(step)).toEqual(notFound);
  });

  it("are at most as many as the policy allows", async () => {
    const pair = new TestPair();
    pair.image.targets.delegations.roles = [];
    for (let index = 0; index < 5; index++) {
      pair.delegate(delegation(`r${index}`, ["brake/*"]));
      pair.role(`r${index}`, index === 4 ? { "brake/2.bin": listed("brake 2", ["brake-mk2"]) } : {});
    }
    await pair.publish();
    expect(new TestPrimary(pair, {}, { maxDelegations: 5 }).verify(pair).decision).toBe("accept");
    const step = new TestPrimary(pair, {}, { maxDelegations: 4 }).verify(pair);
    expect(step.reasons).toMatchObject([{ code: "tuf_too_many_delegations", attack: "endless_data", role: "r4" }]);
  });

  it("of two delegators to one role are each asked for their own keys", async () => {
    const step = await verifyWith((pair) => {
      // "a" vouches for "shared" with a key that did not sign it; "b" with the one that did.
      const below = (key: string) => ({
        keys: { [testKey(key).keyid]: testKey(key).object },
        roles: [delegation("shared", ["*/*"], { keyids: [testKey(key).keyid] })],
      });
      pair.image.targets.delegations.roles = [];
      pair.image.targets.targets = {};
      pair.delegate(delegation("b", ["brake/*"]));
      pair.delegate(delegation("a", ["door/*"]));
      pair.role("b", {}, testKey, { delegations: below("shared") });
      pair.role("a", {}, testKey, { delegations: below("stranger") });
      pair.role("shared", {
        "brake/2.bin": listed("brake 2", ["brake-mk2"]),
        "door/3.bin": listed("door 3", ["door"], 7),
      });
    });
    expect(step.reasons).toMatchObject([{ code: "tuf_threshold_not_met", role: "shared" }]);
  });
});

describe("a role that two delegators vouch for", () => {
  it("is verified once for each of them, however many images it lists", async () => {
    const checksOf = async (count: number) => {
      const pair = new TestPair();
      const below = {
        keys: { [testKey("shared").keyid]: testKey("shared").object },
        roles: [delegation("shared", ["*/*"])],
      };
      const paths = Array.from({ length: count }, (_, index) => `brake/${index}.bin`);
      pair.image.targets.delegations.roles = [];
      pair.image.targets.targets = {};
      pair.delegate(delegation("a", ["door/*"]));
      pair.delegate(delegation("b", ["brake/*"]));
      for (const name of ["a", "b"]) pair.role(name, {}, testKey, { delegations: below });
      const brakes = paths.map((path) => [path, listed(path, ["brake-mk2"])] as const);
      pair.role("shared", { "door/3.bin": listed("door 3", ["door"], 7), ...Object.fromEntries(brakes) });
      const brakeOf = (index: number) => ({ ecuId: `brake-${index}`, hardwareId: "brake-mk2" });
      const entries = paths.map((path, index) => {
        const custom = { ecuIdentifiers: { [`brake-${index}`]: { hardwareId: "brake-mk2" } }, releaseCounter: 5 };
        return [path, { ...assigned(path, []), custom }] as const;
      });
      pair.director.targets.targets = {
        "door/3.bin": assigned("door 3", ["door-left"], 7),
        ...Object.fromEntries(entries),
      };
      await pair.publish();
      let checks = 0;
      const provider: SignatureProvider = {
        ...pureSignatureProvider,
        importPublicKey: (scheme, material) => {
          const key = pureSignatureProvider.importPublicKey(scheme, material);
          return (
            key && {
              verify: (...input) => {
                checks++;
                return key.verify(...input);
              },
            }
          );
        },
      };
      const ecus = [...vehicle.ecus, ...paths.map((_, index) => brakeOf(index))];
      const primary = new TestPrimary(pair, { vehicle: { ...vehicle, ecus } }, { provider });
      expect(primary.verify(pair).decision).toBe("accept");
      return checks;
    };
    expect(await checksOf(12)).toBe(await checksOf(1));
  });
});

describe("multi-role delegations (5.4.4.8)", () => {
  const brake = (text = "brake 2") => ({ "brake/2.bin": listed(text, ["brake-mk2"]) });
  /** Delegates the brake to roles `a`, `b`, `c` …, of which so many must agree on what they list. */
  const agree = (least: number, roles: Readonly<Record<string, Loose | undefined>>, change: Loose = {}) =>
    verifyWith((pair) => {
      const roleinfo = Object.keys(roles).map((name) => ({
        rolename: name,
        keyids: [testKey(name).keyid],
        threshold: 1,
      }));
      pair.image.targets.delegations.roles = [];
      pair.image.delegated.clear();
      pair.delegate({
        name: "all",
        paths: ["brake/*"],
        terminating: false,
        min_roles_in_agreement: least,
        roleinfo,
        ...change,
      });
      for (const [name, targets] of Object.entries(roles)) if (targets !== undefined) pair.role(name, targets);
    });

  it("need so many roles that agree", async () => {
    const step = await agree(2, { a: brake(), b: brake() });
    expect(step.primary.outcome).toMatchObject({ assignment: { images: [{ roles: ["targets", "a"] }, {}, {}] } });
    expect(codesOf(await agree(2, { a: brake(), b: {} }))).toEqual(["uptane_target_not_found"]);
    expect(codesOf(await agree(2, { a: brake(), b: brake("other") }))).toEqual(["uptane_target_not_found"]);
  });

  it("take the set of the earliest role, of several that agree", async () => {
    const sets = { a: brake(), b: brake("x"), c: brake("x"), d: brake() };
    expect((await agree(2, sets)).decision).toBe("accept");
    const others = { a: brake("x"), b: brake(), c: brake(), d: brake("x") };
    expect(codesOf(await agree(2, others))).toContain("uptane_target_hash_mismatch");
  });

  it("do not count a set below the threshold, though it comes first", async () => {
    expect((await agree(2, { a: brake("x"), b: brake(), c: brake() })).decision).toBe("accept");
  });

  it("demand agreement on the custom metadata that must match, and on no other", async () => {
    const other = (change: Loose) => {
      const targets = brake();
      Object.assign(targets["brake/2.bin"]!.custom, change);
      return targets;
    };
    expect((await agree(2, { a: brake(), b: other({ note: "b" }) })).decision).toBe("accept");
    for (const change of [{ releaseCounter: 6 }, { hardwareIds: ["brake-mk2", "x"] }, { otakit: {} }]) {
      expect(codesOf(await agree(2, { a: brake(), b: other(change) }))).toEqual(["uptane_target_not_found"]);
    }
  });

  it("abort when a role is missing, so that nobody chooses the set by withholding one", async () => {
    const step = await agree(2, { a: brake(), b: brake(), c: undefined });
    expect(step.reasons).toMatchObject([{ code: "tuf_role_not_listed", role: "c" }]);
  });

  it("count roles that share a key once, whatever the key ids", async () => {
    const sharing = (keyIds: readonly string[], roles: readonly string[]) =>
      verifyWith((pair) => {
        pair.image.targets.delegations.roles = [];
        const roleinfo = roles.map((name, index) => ({ rolename: name, keyids: [keyIds[index]], threshold: 1 }));
        const names = { name: "all", paths: ["brake/*"], terminating: false, min_roles_in_agreement: 2, roleinfo };
        pair.image.targets.delegations.roles.push(names);
        for (const keyid of keyIds) {
          const key = testKey(keyid === "other" ? "other" : "one");
          pair.image.targets.delegations.keys[keyid] = key.object;
          pair.role(roles[keyIds.indexOf(keyid)]!, brake(), () => ({ ...key, keyid }));
        }
        for (const name of roles) if (!pair.image.delegated.has(name)) pair.role(name, brake(), () => testKey("one"));
      });
    expect(codesOf(await sharing(["one", "two"], ["a", "b"]))).toEqual(["uptane_target_not_found"]);
    expect((await sharing(["one", "other"], ["a", "b"])).decision).toBe("accept");
    expect((await sharing(["one", "two", "other"], ["a", "b", "c"])).decision).toBe("accept");
  });

  it("end the search when they are terminating", async () => {
    const pairWith = (terminating: boolean) =>
      verifyWith((pair) => {
        const [supplier] = pair.image.targets.delegations.roles;
        pair.image.targets.delegations.roles = [];
        const roleinfo = ["a", "b"].map((name) => ({ rolename: name, keyids: [testKey(name).keyid], threshold: 1 }));
        pair.delegate({ name: "all", paths: ["brake/*"], terminating, min_roles_in_agreement: 2, roleinfo });
        pair.image.targets.delegations.roles.push(supplier);
        pair.role("a", brake());
        pair.role("b", {});
      });
    expect((await pairWith(false)).decision).toBe("accept");
    expect(codesOf(await pairWith(true))).toEqual(["uptane_target_not_found"]);
  });

  it("cover filename and hardware id like others", async () => {
    expect(codesOf(await agree(1, { a: brake() }, { hardwareIds: ["x"] }))).toEqual(["uptane_target_not_found"]);
    expect(codesOf(await agree(1, { a: brake() }, { paths: ["x"] }))).toEqual(["uptane_target_not_found"]);
    expect((await agree(1, { a: brake() }, { hardwareIds: ["brake-mk2"] })).decision).toBe("accept");
  });

  it("let their roles delegate further", async () => {
    const step = await verifyWith((pair) => {
      pair.image.targets.delegations.roles = [];
      pair.delegate({
        name: "all",
        paths: ["brake/*"],
        terminating: false,
        min_roles_in_agreement: 2,
        roleinfo: ["a", "b"].map((name) => ({ rolename: name, keyids: [testKey(name).keyid], threshold: 1 })),
      });
      const below = { keys: { [testKey("c").keyid]: testKey("c").object }, roles: [delegation("c", ["*/*"])] };
      pair.role("a", {}, testKey, { delegations: below });
      pair.role("b", brake());
      pair.role("c", brake());
    });
    expect(step.primary.outcome).toMatchObject({ assignment: { images: [{ roles: ["targets", "a", "c"] }, {}, {}] } });
  });

  it("resolve each role by itself, also where two lead to the same one", async () => {
    const step = await verifyWith((pair) => {
      pair.image.targets.delegations.roles = [];
      const roleinfo = ["a", "b"].map((name) => ({ rolename: name, keyids: [testKey(name).keyid], threshold: 1 }));
      pair.delegate({ name: "all", paths: ["brake/*"], terminating: false, min_roles_in_agreement: 2, roleinfo });
      const below = { keys: { [testKey("c").keyid]: testKey("c").object }, roles: [delegation("c", ["*/*"])] };
      for (const name of ["a", "b"]) pair.role(name, {}, testKey, { delegations: below });
      pair.role("c", brake());
    });
    expect(step.decision).toBe("accept");
  });

  it.each([
    ["no agreement", { min_roles_in_agreement: 0 }, "/min_roles_in_agreement"],
    ["more than there are", { min_roles_in_agreement: 3 }, "/min_roles_in_agreement"],
    [
      "a threshold of no signature",
      { roleinfo: [{ rolename: "a", keyids: [], threshold: 0 }] },
      "/roleinfo/0/threshold",
    ],
    ["a role without name", { roleinfo: [{ keyids: [], threshold: 1 }] }, "/roleinfo/0/rolename"],
    [
      "the name of a top-level role",
      { roleinfo: [{ rolename: "Root", keyids: [], threshold: 1 }] },
      "/roleinfo/0/rolename",
    ],
    ["paths and prefixes", { path_hash_prefixes: [] }, ""],
    ["no role", { roleinfo: [] }, "/min_roles_in_agreement"],
  ])("are malformed with %s", async (_, change, path) => {
    const step = await agree(1, { a: brake(), b: brake() }, change);
    expect(step.reasons[0]).toMatchObject({
      code: "tuf_malformed",
      role: "targets",
      evidence: { path: `/signed/delegations/roles/0${path}` },
    });
  });
});
