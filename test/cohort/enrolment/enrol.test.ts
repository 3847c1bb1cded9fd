import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  bucketOf,
  campaignSalt,
  compileEnrolment,
  compileSelector,
  type EnrolmentPlan,
  type EnrolmentProgress,
  enrolVehicles,
  planRings,
  planStratifiedRings,
  previewCohort,
  type VehicleRecord,
} from "../../../src/cohort/index.ts";
import { errorOf } from "../../error-of.ts";
import { sampleCatalogue, sampleNow } from "../sample-catalogue.ts";

const salt = campaignSalt("ota-2026-07");
const rings = planRings(salt, [
  { name: "pilot", ppm: 10_000 },
  { name: "early", ppm: 300_000 },
  { name: "most", ppm: 900_000 },
]);
const europe = compileSelector(
  { schema: "otakit.selector/1", include: { op: "eq", attr: "region", value: "EU" } },
  sampleCatalogue,
);
const plan: EnrolmentPlan = { selector: europe, rings, openRing: 1, now: sampleNow };

// Buckets of these ids: 233812309 is in the second ring, 470461254 in the second too, 3307662230 in the third.
const early = { vehicleId: "WVWZZZ1KZAW000002", region: "EU" };
const late = { vehicleId: "veh-日本-1", region: "EU" };

describe("compileEnrolment", () => {
  const enrol = compileEnrolment(plan);

  it("takes nothing but a ring's index for an enrolment", () => {
    for (const answer of [null, Number.NaN, -1, 1.5, "0", true]) {
      const ledger = { get: () => answer as number };
      expect(() => compileEnrolment({ ...plan, ledger })(late)).toThrow(TypeError);
    }
    expect(compileEnrolment({ ...plan, ledger: { get: () => undefined } })(late).member).toBe(false);
    expect(compileEnrolment({ ...plan, ledger: { get: () => 7 } })(late)).toMatchObject({ member: true, ring: 7 });
  });

  it("keeps the rings that it was given, and refuses what are none", () => {
    const given = { schema: "otakit.ring-plan/1" as const, salt, rings: [{ name: "pilot", ppm: 0 }] };
    const kept = compileEnrolment({ ...plan, rings: given, openRing: 0 });
    given.rings[0]!.ppm = 1_000_000;
    expect(kept(early)).toMatchObject({ decision: "waiting", member: false });
    const shrinking = {
      ...given,
      rings: [
        { name: "a", ppm: 2 },
        { name: "b", ppm: 1 },
      ],
    };
    expect(errorOf(() => compileEnrolment({ ...plan, rings: shrinking }))).toMatchObject({
      code: "ERR_COHORT_RING_PLAN",
      path: "/rings/1/ppm",
    });
  });

  it("takes whom the selector takes and whose ring is open", () => {
    expect(enrol(early)).toEqual({
      vehicleId: "WVWZZZ1KZAW000002",
      decision: "selected",
      member: true,
      ring: 1,
      selection: "in",
      drifted: false,
    });
    expect(enrol(late)).toMatchObject({ decision: "waiting", member: false, ring: 2 });
    expect(enrol({ ...early, region: "US" })).toMatchObject({ decision: "out", member: false, selection: "out" });
    expect(enrol({ ...early, region: undefined })).toMatchObject({ decision: "unknown", member: false });
    expect("ring" in enrol({ ...early, region: "US" })).toBe(false);
  });

  it("keeps whom the ledger has, and reports who drifted", () => {
    const ledger = new Map([
      ["WVWZZZ1KZAW000002", 0],
      ["veh-日本-1", 1],
    ]);
    const sticky = compileEnrolment({ ...plan, ledger });
    expect(sticky(early)).toMatchObject({ decision: "enrolled", member: true, ring: 0, drifted: false });
    expect(sticky(late)).toMatchObject({ decision: "enrolled", member: true, ring: 1, drifted: false });
    expect(sticky({ ...late, region: "US" })).toMatchObject({ member: true, selection: "out", drifted: true });
    expect(sticky({ ...late, region: null })).toMatchObject({ member: true, selection: "unknown", drifted: true });
  });

  it("is never sure of a vehicle without a usable id", () => {
    for (const vehicleId of [undefined, "", "\ud800", 7]) {
      expect(enrol({ vehicleId, region: "EU" })).toMatchObject({
        vehicleId: undefined,
        decision: "unknown",
        member: false,
      });
      expect(enrol({ vehicleId, region: "US" })).toMatchObject({ decision: "out", member: false });
    }
  });

  it("opens no ring at -1, and puts nobody into the part beyond the last", () => {
    expect(compileEnrolment({ ...plan, openRing: -1 })(early)).toMatchObject({ decision: "waiting", member: false });
    const outside = Array.from({ length: 100 }, (_, index) => `SIM${index}`).find(
      (id) => bucketOf(salt, id) >= 0.9 * 2 ** 32,
    );
    const enrolment = compileEnrolment({ ...plan, openRing: 2 })({ vehicleId: outside, region: "EU" });
    expect(enrolment).toMatchObject({ decision: "waiting", member: false });
    expect("ring" in enrolment).toBe(false);
  });

  it("opens rings one within the other, whatever the ledger has", () => {
    const vehicle = fc.record({
      vehicleId: fc.nat(200).map((index) => `SIM${index}`),
      region: fc.constantFrom("EU", "US", undefined),
    });
    const enrolled = fc.dictionary(
      fc.nat(200).map((index) => `SIM${index}`),
      fc.nat(2),
    );
    fc.assert(
      fc.property(vehicle, enrolled, (record, known) => {
        const ledger = new Map(Object.entries(known));
        const members = [-1, 0, 1, 2].map((openRing) => compileEnrolment({ ...plan, openRing, ledger })(record).member);
        // Once a member, a member in every wider opening; and a member of the ledger in all.
        expect([...members].sort()).toEqual(members);
        if (ledger.has(record.vehicleId)) expect(members[0]).toBe(true);
        else if (record.region !== "EU") expect(members[3]).toBe(false);
      }),
    );
  });

  it("places vehicles by stratum where the rings are stratified", async () => {
    const fleet = Array.from({ length: 50 }, (_, index) => ({
      id: `SIM${index}`,
      stratum: index % 2 === 0 ? "A3" : "A4",
    }));
    const stratified = await planStratifiedRings(() => fleet, { salt, rings: [{ name: "pilot", vehicles: 10 }] });
    const enrolOne = compileEnrolment({
      ...plan,
      rings: { plan: stratified, stratumOf: ({ model }) => model as string | undefined },
      openRing: 0,
    });
    const records = fleet.map(({ id, stratum }) => ({ vehicleId: id, region: "EU", model: stratum }));
    const members = records.filter((record) => enrolOne(record).member);
    expect(members.map(({ model }) => model).sort()).toEqual([...Array(5).fill("A3"), ...Array(5).fill("A4")]);
    expect(enrolOne({ ...members[0], model: undefined }).decision).toBe("waiting");
    expect(enrolOne({ ...members[0], model: "Q5" }).decision).toBe("waiting");
  });

  it.each([3, -2, 0.5])("refuses to open ring %d", (openRing) => {
    expect(() => compileEnrolment({ ...plan, openRing })).toThrow(RangeError);
  });

  it("refuses a time that is none", () => {
    expect(() => compileEnrolment({ ...plan, now: Number.NaN })).toThrow(RangeError);
  });
});

describe("enrolVehicles", () => {
  it("asks for the next vehicle only when the last one was dealt with, and ends the source with the loop", async () => {
    const events: string[] = [];
    async function* source(): AsyncGenerator<VehicleRecord> {
      try {
        for (const vehicle of [early, late, early]) {
          events.push(`given ${String(vehicle.vehicleId)}`);
          yield vehicle;
        }
      } finally {
        events.push("source ended");
      }
    }
    let seen = 0;
    for await (const { decision } of enrolVehicles(source(), plan)) {
      events.push(decision);
      await new Promise((resolve) => setTimeout(resolve, 1));
      if (++seen === 2) break;
    }
    expect(events).toEqual(["given WVWZZZ1KZAW000002", "selected", "given veh-日本-1", "waiting", "source ended"]);
  });

  it("reports progress, and at the end", async () => {
    const reports: EnrolmentProgress[] = [];
    const ledger = new Map([["gone", 0]]);
    const vehicles = [
      early,
      late,
      { vehicleId: "gone", region: "US" },
      { vehicleId: "x" },
      { vehicleId: "y", region: "CN" },
    ];
    const options = { reportEvery: 2, onProgress: (progress: EnrolmentProgress) => reports.push(progress) };
    let count = 0;
    for await (const _ of enrolVehicles(vehicles, { ...plan, ledger }, options)) count++;
    expect(count).toBe(5);
    expect(reports.map(({ read }) => read)).toEqual([2, 4, 5]);
    expect(reports.at(-1)).toEqual({ read: 5, members: 2, waiting: 1, out: 1, unknown: 1, drifted: 1 });
  });

  it("refuses an interval of reports that is none", async () => {
    await expect(enrolVehicles([], plan, { reportEvery: 0 }).next()).rejects.toThrow(RangeError);
  });
});

describe("previewCohort", () => {
  const day = 86_400_000;
  const selector = compileSelector(
    {
      schema: "otakit.selector/1",
      include: {
        op: "and",
        args: [
          { op: "eq", attr: "region", value: "EU" },
          { op: "ver", attr: "firmware", rel: "lt", value: "2.0.0" },
        ],
      },
      exclude: { op: "eq", attr: "riskProfile", value: "high" },
    },
    sampleCatalogue,
  );
  const record = (index: number): VehicleRecord => ({
    vehicleId: `SIM${index}`,
    model: index % 2 === 0 ? "A3" : "A4",
    region: index % 4 === 3 ? "US" : "EU",
    firmware: "1.4.0",
    firmwareAt: index % 8 === 1 ? sampleNow - 60 * day : sampleNow,
    ...(index % 8 === 2 ? {} : { riskProfile: "low" }),
  });
  const fleet = Array.from({ length: 400 }, (_, index) => record(index));
  const ledger = new Map([
    ["SIM3", 0], // moved to the US
    ["SIM1", 1], // its version is stale
    ["SIM0", 2],
    ["scrapped", 0],
  ]);
  const full: EnrolmentPlan = { selector, rings, openRing: 2, now: sampleNow, ledger };

  it("counts what the definitions say", async () => {
    const preview = await previewCohort(fleet, full, { stratumOf: ({ model }) => model as string });
    expect(preview).toMatchObject({
      vehicles: 400,
      in: 200,
      out: 100,
      unknown: 100,
      ringNames: ["pilot", "early", "most"],
    });
    const enrol = compileEnrolment(full);
    const inRing = (ring: number) => fleet.filter((vehicle) => enrol(vehicle).ring === ring).length;
    expect(preview.rings).toEqual([inRing(0), inRing(1), inRing(2)]);
    expect(preview.strata.map(({ key, vehicles }) => [key, vehicles])).toEqual([
      ["A3", 200],
      ["A4", 200],
    ]);
    expect(preview.strata.map((stratum) => stratum.in + stratum.out + stratum.unknown)).toEqual([200, 200]);
    expect(preview.unknownAttributes).toEqual([
      { attribute: "firmware", missing: 0, stale: 50, unreadable: 0, contradictory: 0 },
      { attribute: "riskProfile", missing: 50, stale: 0, unreadable: 0, contradictory: 0 },
    ]);
    expect(preview.drift).toEqual({ enrolled: 3, out: 1, unknown: 1, notSeen: 1 });
    expect(preview.samples.drifted.map(({ vehicleId }) => vehicleId).sort()).toEqual(["SIM1", "SIM3"]);
    expect(preview.samples.unknown).toHaveLength(10);
    expect(preview.samples.unknown[0]!.explanation.verdict).toBe("unknown");
    expect(JSON.parse(JSON.stringify(preview))).toEqual(preview);
  });

  it("gives the same preview in whatever order the fleet is read", async () => {
    const options = { sampleSize: 5, stratumOf: ({ model }: VehicleRecord) => model as string };
    async function* backwards() {
      yield* [...fleet].reverse();
    }
    const preview = await previewCohort(fleet, full, options);
    expect(await previewCohort(backwards(), full, options)).toEqual(preview);
    const buckets = preview.samples.unknown.map(({ vehicleId }) => bucketOf(salt, vehicleId));
    const all = fleet
      .filter((vehicle) => compileEnrolment(full)(vehicle).decision === "unknown")
      .map(({ vehicleId }) => bucketOf(salt, vehicleId as string));
    expect(buckets).toEqual(all.sort((left, right) => left - right).slice(0, 5));
  });

  it("bounds strata and samples, and counts records without an id", async () => {
    const odd = [...fleet, { region: "EU", firmware: "1.0.0", firmwareAt: sampleNow, riskProfile: "low" }];
    const preview = await previewCohort(odd, full, {
      maxStrata: 1,
      sampleSize: 0,
      stratumOf: ({ model }) => model as string | undefined,
    });
    expect(preview.strata.map(({ key }) => key)).toEqual(["A3"]);
    expect(preview.vehiclesOfOtherStrata).toBe(201);
    expect(preview.vehiclesWithoutId).toBe(1);
    expect(preview.samples).toEqual({ unknown: [], drifted: [], inNoRing: [] });
  });

  it("samples the selected that no ring holds", async () => {
    const none = planRings(salt, [{ name: "none", ppm: 0 }]);
    const preview = await previewCohort([record(0)], { selector, rings: none, openRing: 0, now: sampleNow });
    expect(preview.samples.inNoRing.map(({ vehicleId }) => vehicleId)).toEqual(["SIM0"]);
    expect("notSeen" in preview.drift).toBe(false);
  });

  it("counts no ring that the plan does not have", async () => {
    const older = new Map([["SIM0", 7]]);
    const preview = await previewCohort([record(0)], { ...full, ledger: older });
    expect(preview.rings).toEqual([0, 0, 0]);
    expect(preview.drift.enrolled).toBe(1);
  });

  it("refuses bounds that are none", async () => {
    await expect(previewCohort([], full, { sampleSize: -1 })).rejects.toThrow(RangeError);
    await expect(previewCohort([], full, { maxStrata: 0.5 })).rejects.toThrow(RangeError);
  });
});
