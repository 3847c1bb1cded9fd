import { describe, expect, it } from "vitest";
import type { UptaneStep } from "../../../src/manifest/index.ts";
import { targetOf } from "../tuf/repository-fixture.ts";
import { assigned, codesOf, type Loose, TestPair, TestPrimary } from "./client-fixture.ts";

/** Verifies a pair whose Director's targets were changed. */
async function verifyWith(change: (targets: Loose, pair: TestPair) => void, start: Loose = {}): Promise<UptaneStep> {
  const pair = new TestPair();
  change(pair.director.targets, pair);
  await pair.publish();
  const primary = new TestPrimary(pair, start);
  const step = primary.verify(pair);
  // Whatever was wrong, the Image repository was not asked, and nothing of the refused targets is stored.
  if (step.decision === "refuse") {
    expect(primary.fetched.filter((name) => name.startsWith("image"))).toEqual([]);
    expect([...primary.stores.director.keys()]).toEqual(["root.json", "timestamp.json"]);
  }
  return step;
}

/** Code, attack, clause and evidence of each reason. */
const judged = ({ reasons }: UptaneStep) =>
  reasons.map(({ code, attack, clause, evidence, path }) => ({
    code,
    attack,
    clause,
    evidence,
    ...(path ? { path } : {}),
  }));

describe("the Director's targets", () => {
  it("must not delegate", async () => {
    const step = await verifyWith((targets) => {
      targets.delegations = {
        keys: {},
        roles: [{ name: "a", keyids: [], threshold: 1, terminating: false, paths: [] }],
      };
    });
    expect(judged(step)).toEqual([
      { code: "uptane_delegation_forbidden", attack: "key_compromise", clause: "Uptane 5.4.4.6", evidence: { got: 1 } },
    ]);
    expect(step.reasons[0]).toMatchObject({ repository: "director", role: "targets" });
  });

  it("must not delegate to hash bins", async () => {
    const bins = { keyids: [], threshold: 1, bit_length: 1, name_prefix: "bin" };
    const step = await verifyWith((targets) => {
      targets.delegations = { keys: {}, succinct_roles: bins };
    });
    expect(codesOf(step)).toEqual(["uptane_delegation_forbidden"]);
  });

  it("may list no delegations", async () => {
    const step = await verifyWith((targets) => {
      targets.delegations = { keys: {}, roles: [] };
    });
    expect(step.decision).toBe("accept");
  });

  it("must not assign two images to an ECU", async () => {
    const step = await verifyWith((targets) => {
      targets.targets["door/4.bin"] = assigned("door 4", ["door-right"]);
    });
    expect(judged(step)).toEqual([
      {
        code: "uptane_ecu_repeated",
        attack: "mix_and_match",
        clause: "Uptane 5.4.4.6",
        evidence: { ecuId: "door-right", target: "door/4.bin" },
      },
    ]);
  });

  it("must not name an ECU that is not in the vehicle", async () => {
    const step = await verifyWith((targets) => {
      targets.targets["x.bin"] = assigned("x", ["radio"]);
    });
    expect(judged(step)).toEqual([
      {
        code: "uptane_ecu_unknown",
        attack: "wrong_ecu",
        clause: "Uptane 5.4.4.6",
        evidence: { ecuId: "radio", target: "x.bin" },
      },
    ]);
  });

  it.each(["constructor", "toString", "hasOwnProperty"])("does not find the ECU %s in a prototype", async (ecuId) => {
    const step = await verifyWith((targets) => {
      targets.targets["x.bin"] = assigned("x", [ecuId]);
    });
    expect(codesOf(step)).toEqual(["uptane_ecu_unknown"]);
  });

  it("must take each ECU for the model that it is", async () => {
    const step = await verifyWith((targets) => {
      targets.targets["brake/2.bin"].custom.ecuIdentifiers.brake.hardwareId = "brake-mk3";
    });
    expect(judged(step)).toEqual([
      {
        code: "uptane_ecu_hardware_mismatch",
        attack: "wrong_ecu",
        clause: "Uptane 5.4.3.4",
        evidence: { had: "brake-mk2", got: "brake-mk3", ecuId: "brake", target: "brake/2.bin" },
      },
    ]);
  });

  it.each([
    [
      "no custom metadata",
      (entry: Loose) => delete entry.custom,
      ["uptane_ecu_missing", "uptane_release_counter_missing"],
    ],
    ["no identifiers", (entry: Loose) => delete entry.custom.ecuIdentifiers, ["uptane_ecu_missing"]],
    [
      "empty identifiers",
      (entry: Loose) => Object.assign(entry.custom, { ecuIdentifiers: {} }),
      ["uptane_ecu_missing"],
    ],
    ["no release counter", (entry: Loose) => delete entry.custom.releaseCounter, ["uptane_release_counter_missing"]],
  ])("must say for whom and of which release an image is: %s", async (_, change, codes) => {
    const step = await verifyWith((targets) => change(targets.targets["brake/2.bin"]));
    expect(codesOf(step)).toEqual(codes);
    for (const { clause, evidence } of step.reasons) {
      expect([clause, evidence]).toEqual(["Uptane 5.2.3.1.1", { target: "brake/2.bin" }]);
    }
  });

  const place = "/signed/targets/brake~12.bin/custom";
  it.each([
    ["a list of ECUs", { ecuIdentifiers: ["brake"] }, `${place}/ecuIdentifiers`, "object"],
    ["a text", { ecuIdentifiers: "brake" }, `${place}/ecuIdentifiers`, "object"],
    ["an ECU id with a space", { ecuIdentifiers: { "b r": {} } }, `${place}/ecuIdentifiers/b r`, "an ECU identifier"],
    ["no id", { ecuIdentifiers: { "": { hardwareId: "x" } } }, `${place}/ecuIdentifiers/`, "an ECU identifier"],
    [
      "no model",
      { ecuIdentifiers: { brake: {} } },
      `${place}/ecuIdentifiers/brake/hardwareId`,
      "a hardware identifier",
    ],
    ["null", { ecuIdentifiers: { brake: null } }, `${place}/ecuIdentifiers/brake/hardwareId`, "a hardware identifier"],
    ["a negative counter", { releaseCounter: -1 }, `${place}/releaseCounter`, "integer >= 0"],
    ["a counter as text", { releaseCounter: "5" }, `${place}/releaseCounter`, "integer >= 0"],
    ["null as counter", { releaseCounter: null }, `${place}/releaseCounter`, "integer >= 0"],
  ])("must write custom fields as they are agreed: %s", async (_, change, path, had) => {
    const step = await verifyWith((targets) => Object.assign(targets.targets["brake/2.bin"].custom, change));
    expect(judged(step)).toEqual([
      {
        code: "uptane_custom_malformed",
        attack: "malformed_metadata",
        clause: "Uptane 5.2.3.1.1",
        evidence: { had, target: "brake/2.bin" },
        path,
      },
    ]);
  });

  it("lists every fault, the standard's first check first", async () => {
    const step = await verifyWith((targets) => {
      targets.delegations = { keys: {}, succinct_roles: { keyids: [], threshold: 1, bit_length: 1, name_prefix: "b" } };
      targets.custom.vehicleIdentifier = "veh-2";
      targets.targets["x.bin"] = assigned("x", ["radio", "brake"]);
    });
    expect(codesOf(step)).toEqual([
      "uptane_delegation_forbidden",
      "uptane_vehicle_mismatch",
      "uptane_ecu_unknown",
      "uptane_ecu_repeated",
    ]);
  });

  it("cannot make a report of their own size", async () => {
    const step = await verifyWith((targets) => {
      for (let index = 0; index < 500; index++)
        targets.targets[`${"x".repeat(500)}${index}`] = assigned("x", [`e${index}`]);
      targets.targets[`y${"z".repeat(5000)}`] = targetOf("y");
    });
    expect(step.reasons).toHaveLength(64);
    expect(JSON.stringify(step.reasons).length).toBeLessThan(64 * 1024);
  });
});

describe("the vehicle identifier (5.2.3.1)", () => {
  it("must be there", async () => {
    const step = await verifyWith((targets) => {
      delete targets.custom;
    });
    expect(judged(step)).toEqual([
      { code: "uptane_vehicle_missing", attack: "wrong_vehicle", clause: "Uptane 5.2.3.1", evidence: { had: "veh-1" } },
    ]);
  });

  it("must be there also when nothing is assigned", async () => {
    const step = await verifyWith((targets) => {
      targets.targets = {};
      targets.custom = {};
    });
    expect(codesOf(step)).toEqual(["uptane_vehicle_missing"]);
  });

  it.each([
    ["veh-2", "veh-2"],
    ["VEH-1", "VEH-1"],
    [1, "number"],
    [null, "object"],
    [["veh-1"], "object"],
  ])("must be the vehicle's, not %o", async (found, got) => {
    const step = await verifyWith((targets) => {
      targets.targets = {};
      targets.custom = { vehicleIdentifier: found };
    });
    expect(judged(step)).toEqual([
      {
        code: "uptane_vehicle_mismatch",
        attack: "wrong_vehicle",
        clause: "Uptane 5.2.3.1",
        evidence: { had: "veh-1", got },
      },
    ]);
  });
});

describe("release counters of the Director", () => {
  it("are not below the caller's floor", async () => {
    const step = await verifyWith(() => {}, { releaseCounters: { brake: 6, "door-left": 7, gateway: 9 } });
    expect(judged(step)).toEqual([
      {
        code: "uptane_release_counter_rollback",
        attack: "rollback",
        clause: "Uptane 5.4.4.2",
        evidence: { had: 6, got: 5, ecuId: "brake", target: "brake/2.bin" },
      },
    ]);
  });

  it("are not below those of the previous targets, ECU by ECU", async () => {
    const pair = await new TestPair().publish();
    const primary = new TestPrimary(pair);
    primary.verify(pair);
    await pair.direct({
      "door/2.bin": assigned("door 2", ["door-left"], 6),
      "door/3.bin": assigned("door 3", ["door-right"], 7),
    });
    const step = primary.verify(pair);
    expect(judged(step)).toEqual([
      {
        code: "uptane_release_counter_rollback",
        attack: "rollback",
        clause: "Uptane 5.4.4.2",
        evidence: { had: 7, got: 6, ecuId: "door-left", target: "door/2.bin" },
      },
    ]);
    // What was refused is no base for the next one, what was verified is.
    await pair.direct({ "door/1.bin": assigned("door 1", ["door-left"], 5) });
    expect(codesOf(primary.verify(pair))).toEqual(["uptane_release_counter_rollback"]);
  });

  it("may stay where they are", async () => {
    const pair = await new TestPair().publish();
    const primary = new TestPrimary(pair, { releaseCounters: { brake: 5 } });
    primary.verify(pair);
    await pair.direct({ "brake/2.bin": assigned("brake 2", ["brake"], 5) });
    expect(primary.verify(pair).decision).toBe("accept");
  });
});
