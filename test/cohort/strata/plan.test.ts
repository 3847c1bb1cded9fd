import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  bucketOf,
  campaignSalt,
  compileStratifiedRings,
  parseStratifiedRingPlan,
  planStratifiedRings,
  type StratifiedRingPlan,
  type StratifiedVehicle,
  websterSeats,
} from "../../../src/cohort/index.ts";
import { errorOf } from "../../error-of.ts";

const salt = campaignSalt("ota-2026-07");
const regions = ["EU", "US", "JP"];

function fleet(count: number, stratumOf: (index: number) => string): StratifiedVehicle[] {
  return Array.from({ length: count }, (_, index) => ({ id: `SIM${index}`, stratum: stratumOf(index) }));
}

/** Members of each ring, told from the definition: the first seats of each stratum by bucket and id. */
function expectedMembers(vehicles: readonly StratifiedVehicle[], size: number): ReadonlySet<string> {
  const keys = [...new Set(vehicles.map(({ stratum }) => stratum))].sort();
  const members = keys.map((key) =>
    vehicles
      .filter(({ stratum }) => stratum === key)
      .sort((left, right) => bucketOf(salt, left.id) - bucketOf(salt, right.id) || (left.id < right.id ? -1 : 1)),
  );
  const seats = websterSeats(
    keys.map((key, index) => ({ key, size: members[index]!.length })),
    size,
  );
  return new Set(members.flatMap((list, index) => list.slice(0, seats[index]).map(({ id }) => id)));
}

function members(plan: StratifiedRingPlan, vehicles: readonly StratifiedVehicle[], ring: number): Set<string> {
  const ringOfVehicle = compileStratifiedRings(plan);
  return new Set(vehicles.filter(({ id, stratum }) => (ringOfVehicle(stratum, id) ?? 999) <= ring).map(({ id }) => id));
}

describe("planStratifiedRings", () => {
  it("takes of each stratum the first by bucket and id, exactly as many as its seats", async () => {
    const vehicles = fleet(2_000, (index) => regions[index % 7 < 4 ? 0 : index % 7 < 6 ? 1 : 2]!);
    const sizes = [0, 1, 7, 40, 41, 333, 2_000];
    const rings = sizes.map((count, index) => ({ name: `ring ${index}`, vehicles: count }));
    const plan = await planStratifiedRings(() => vehicles, { salt, rings });
    for (const [ring, size] of sizes.entries()) {
      expect(members(plan, vehicles, ring)).toEqual(expectedMembers(vehicles, size));
    }
  });

  it("gives the same plan in whatever order the fleet is read", async () => {
    const vehicles = fleet(300, (index) => regions[index % 3]!);
    const options = { salt, rings: [{ name: "pilot", vehicles: 50 }] };
    const shuffled = [...vehicles].sort(
      (left, right) => bucketOf("0123456789abcdef", left.id) - bucketOf(salt, right.id),
    );
    expect(await planStratifiedRings(() => shuffled, options)).toEqual(
      await planStratifiedRings(() => vehicles, options),
    );
  });

  it("tells vehicles in one bucket apart by their ids, in a second reading", async () => {
    // Two pairs of ids with one bucket each, found by search.
    const pairs = [
      { id: "SIM8774", stratum: "EU" },
      { id: "SIM6845", stratum: "EU" },
      { id: "SIM123277", stratum: "US" },
      { id: "SIM244627", stratum: "US" },
    ];
    expect(bucketOf(salt, "SIM6845")).toBe(bucketOf(salt, "SIM8774"));
    let readings = 0;
    const source = () => {
      readings++;
      return pairs;
    };
    const rings = [
      { name: "pilot", vehicles: 2 },
      { name: "all", vehicles: 4 },
    ];
    const plan = await planStratifiedRings(source, { salt, rings });
    expect(readings).toBe(2);
    expect(plan.strata[0]!.cuts).toEqual([{ below: 3083987385, ids: ["SIM6845"] }, { below: 2 ** 32 }]);
    expect(members(plan, pairs, 0)).toEqual(new Set(["SIM6845", "SIM123277"]));
    expect(members(plan, pairs, 1).size).toBe(4);
    expect(parseStratifiedRingPlan(JSON.parse(JSON.stringify(plan)))).toEqual(plan);
  });

  it("refuses a source whose second reading is another", async () => {
    let readings = 0;
    const source = () =>
      readings++ === 0
        ? [
            { id: "SIM6845", stratum: "EU" },
            { id: "SIM8774", stratum: "EU" },
          ]
        : [];
    const planned = planStratifiedRings(source, { salt, rings: [{ name: "pilot", vehicles: 1 }] });
    await expect(planned).rejects.toMatchObject({ code: "ERR_COHORT_SOURCE_CHANGED" });
  });

  it("nests plans of growing sizes, one vehicle at a time", async () => {
    const vehicles = fleet(120, (index) => `s${index % 11}`);
    let before = new Set<string>();
    for (let count = 0; count <= vehicles.length; count += 7) {
      const plan = await planStratifiedRings(() => vehicles, { salt, rings: [{ name: "ring", vehicles: count }] });
      const now = members(plan, vehicles, 0);
      expect(now.size).toBe(count);
      expect([...before].every((id) => now.has(id))).toBe(true);
      before = now;
    }
  });

  it("serves the floors of small strata, and weights", async () => {
    const vehicles = fleet(1_000, (index) => (index % 200 === 0 ? "rare" : index % 2 === 0 ? "a" : "b"));
    const rings = [{ name: "pilot", vehicles: 20 }];
    const seatsOf = async (shares: Readonly<Record<string, { weight?: number; floor?: number }>>) => {
      const plan = await planStratifiedRings(() => vehicles, { salt, rings, shares });
      const found = members(plan, vehicles, 0);
      return plan.strata.map(
        ({ key }) => vehicles.filter(({ id, stratum }) => stratum === key && found.has(id)).length,
      );
    };
    expect(await seatsOf({})).toEqual([10, 10, 0]);
    expect(await seatsOf({ rare: { floor: 3 } })).toEqual([8, 9, 3]);
    expect(await seatsOf({ a: { weight: 0 }, b: { weight: 1 }, rare: { weight: 0 } })).toEqual([0, 20, 0]);
    await expect(seatsOf({ other: { floor: 1 } })).rejects.toThrow(RangeError);
  });

  it("reports progress and stops at its limits", async () => {
    const reports: number[] = [];
    const rings = [{ name: "all", vehicles: 10 }];
    async function* source() {
      for (let index = 0; index < 100_001; index++) yield { id: `SIM${index}`, stratum: "one" };
    }
    await planStratifiedRings(source, { salt, rings, onProgress: ({ read }) => reports.push(read) });
    expect(reports).toEqual([100_000, 100_001]);
    const three = fleet(3, (index) => `${index}`);
    await expect(planStratifiedRings(() => three, { salt, rings, maxStrata: 2 })).rejects.toMatchObject({
      code: "ERR_COHORT_STRATA_LIMIT",
    });
    await expect(planStratifiedRings(() => three, { salt, rings, maxVehicles: 2 })).rejects.toMatchObject({
      code: "ERR_COHORT_STRATA_LIMIT",
    });
  });

  it.each([
    ["no rings", [], "/rings"],
    [
      "a falling size",
      [
        { name: "a", vehicles: 2 },
        { name: "b", vehicles: 1 },
      ],
      "/rings/1/vehicles",
    ],
    ["a broken size", [{ name: "a", vehicles: 0.5 }], "/rings/0/vehicles"],
    [
      "a name twice",
      [
        { name: "a", vehicles: 1 },
        { name: "a", vehicles: 2 },
      ],
      "/rings/1/name",
    ],
  ])("refuses %s", async (_, rings, path) => {
    const planned = planStratifiedRings(() => fleet(3, () => "one"), { salt, rings });
    await expect(planned).rejects.toMatchObject({ code: "ERR_COHORT_RING_PLAN", path });
  });

  it("refuses an empty fleet and a vehicle without a stratum", async () => {
    const rings = [{ name: "a", vehicles: 1 }];
    await expect(planStratifiedRings(() => [], { salt, rings })).rejects.toMatchObject({ path: "/strata" });
    await expect(planStratifiedRings(() => fleet(1, () => ""), { salt, rings })).rejects.toMatchObject({
      path: "/stratum",
    });
  });
});

describe("compileStratifiedRings", () => {
  it("puts a vehicle of a stratum that was not counted into no ring", async () => {
    const plan = await planStratifiedRings(() => fleet(3, () => "one"), {
      salt,
      rings: [{ name: "all", vehicles: 3 }],
    });
    const ringOfVehicle = compileStratifiedRings(plan);
    expect(ringOfVehicle("one", "SIM0")).toBe(0);
    expect(ringOfVehicle("one", "built tomorrow")).toBe(0);
    expect(ringOfVehicle("two", "SIM0")).toBeUndefined();
  });
});

describe("parseStratifiedRingPlan", () => {
  const plan: StratifiedRingPlan = {
    schema: "otakit.stratified-ring-plan/1",
    salt,
    rings: [
      { name: "pilot", vehicles: 1 },
      { name: "all", vehicles: 3 },
    ],
    strata: [{ key: "one", size: 3, cuts: [{ below: 7, ids: ["x"] }, { below: 2 ** 32 }] }],
  };
  const withCuts = (...cuts: unknown[]) => ({ ...plan, strata: [{ key: "one", size: 3, cuts }] });

  it("reads a plan back", () => {
    expect(parseStratifiedRingPlan(JSON.parse(JSON.stringify(plan)))).toEqual(plan);
  });

  it.each([
    ["a bad salt", { ...plan, salt: "x" }, "/salt"],
    ["no strata", { ...plan, strata: [] }, "/strata"],
    ["a stratum twice", { ...plan, strata: [plan.strata[0], plan.strata[0]] }, "/strata/1/key"],
    ["a bad size", { ...plan, strata: [{ ...plan.strata[0], size: -1 }] }, "/strata/0/size"],
    ["a cut too few", withCuts({ below: 1 }), "/strata/0/cuts"],
    ["a cut out of range", withCuts({ below: 1 }, { below: 2 ** 32 + 1 }), "/strata/0/cuts/1/below"],
    ["an empty list of ids", withCuts({ below: 1, ids: [] }, { below: 2 }), "/strata/0/cuts/0/ids"],
    ["an id that is none", withCuts({ below: 1, ids: [""] }, { below: 2 }), "/strata/0/cuts/0/ids/0"],
    ["a falling cut", withCuts({ below: 2 }, { below: 1 }), "/strata/0/cuts/1"],
    ["a cut that drops an id", withCuts({ below: 2, ids: ["x"] }, { below: 2, ids: ["y"] }), "/strata/0/cuts/1"],
    ["another member", { ...plan, more: 1 }, "/more"],
  ])("refuses %s", (_, value, path) => {
    expect(errorOf(() => parseStratifiedRingPlan(value))).toMatchObject({ code: "ERR_COHORT_RING_PLAN", path });
  });

  it("refuses another version by its own code", () => {
    const error = errorOf(() => parseStratifiedRingPlan({ schema: "otakit.stratified-ring-plan/2" }));
    expect(error).toMatchObject({ code: "ERR_COHORT_RING_PLAN_VERSION" });
  });

  it("accepts only nested cuts, whatever they are", () => {
    const cut = fc.record({
      below: fc.nat(3),
      ids: fc.option(fc.subarray(["a", "b"], { minLength: 1 }), { nil: undefined }),
    });
    fc.assert(
      fc.property(cut, cut, (inner, outer) => {
        const value = JSON.parse(JSON.stringify(withCuts(inner, outer)));
        let parsed: StratifiedRingPlan;
        try {
          parsed = parseStratifiedRingPlan(value);
        } catch {
          return;
        }
        const isIn = (index: number, bucket: number, id: string) => {
          const { below, ids } = parsed.strata[0]!.cuts[index]!;
          return bucket < below || (bucket === below && (ids ?? []).includes(id));
        };
        for (let bucket = 0; bucket < 4; bucket++) {
          for (const id of ["a", "b"]) if (isIn(0, bucket, id)) expect(isIn(1, bucket, id)).toBe(true);
        }
      }),
    );
  });
});
