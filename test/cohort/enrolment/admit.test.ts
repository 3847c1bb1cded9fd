import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type AdmissionCandidate, type AdmissionCap, admit, type InFlightVehicle } from "../../../src/cohort/index.ts";

const value = fc.constantFrom("x", "y", undefined);
const keys = fc.record({ region: value, dealer: value });
const inFlightList = fc
  .array(keys, { maxLength: 12 })
  .map((list) => list.map((of, index): InFlightVehicle => ({ vehicleId: `f${index}`, keys: of })));
const candidateList = fc
  .array(fc.record({ keys, ring: fc.nat(2), bucket: fc.nat(3) }), { maxLength: 25 })
  .map((list) => list.map((of, index): AdmissionCandidate => ({ vehicleId: `c${index}`, ...of })));
const cap: fc.Arbitrary<AdmissionCap> = fc.oneof(
  fc.record({ max: fc.nat(20) }),
  fc.record(
    { by: fc.constantFrom("region", "dealer"), max: fc.nat(8), maxOf: fc.record({ x: fc.nat(8) }) },
    { requiredKeys: ["by", "max"] },
  ),
);
const caps = fc.array(cap, { maxLength: 4 });

/** Vehicles that count for a value: all for a cap without a key, and those whose value is not known. */
function used(vehicles: readonly InFlightVehicle[], { by }: AdmissionCap, of: string | undefined): number {
  return vehicles.filter(({ keys: own }) => by === undefined || own[by] === undefined || own[by] === of).length;
}

function bound({ max, maxOf = {} }: AdmissionCap, of: string | undefined): number {
  return (maxOf as Record<string, number>)[of ?? ""] ?? max;
}

describe("admit", () => {
  it("never exceeds a cap, and holds nobody whom every cap would allow", () => {
    fc.assert(
      fc.property(candidateList, inFlightList, caps, (candidates, inFlight, bounds) => {
        const { admitted, held } = admit(candidates, inFlight, bounds);
        const after = [...inFlight, ...admitted];
        expect(admitted.length + held.length).toBe(candidates.length);
        for (const one of bounds) {
          for (const of of one.by === undefined ? [undefined] : ["x", "y"]) {
            // A cap may be below what is under way already; then nobody is added.
            expect(used(after, one, of)).toBeLessThanOrEqual(Math.max(bound(one, of), used(inFlight, one, of)));
          }
        }
        for (const { candidate, reasons } of held) {
          const refusing = bounds.filter((one) => {
            const of = one.by === undefined ? undefined : candidate.keys[one.by];
            return (one.by !== undefined && of === undefined) || used(after, one, of) >= bound(one, of);
          });
          expect(refusing.length).toBeGreaterThan(0);
          expect(reasons.length).toBeGreaterThan(0);
          expect(reasons.length).toBeLessThanOrEqual(refusing.length);
        }
      }),
    );
  });

  it("decides about a candidate by those before it alone, whatever the order they are given in", () => {
    fc.assert(
      fc.property(candidateList, inFlightList, caps, fc.nat(25), (candidates, inFlight, bounds, count) => {
        const whole = admit(candidates, inFlight, bounds);
        const order = [...whole.admitted, ...whole.held.map(({ candidate }) => candidate)];
        const inTurn = order.sort(
          (left, right) =>
            left.ring - right.ring || left.bucket - right.bucket || (left.vehicleId < right.vehicleId ? -1 : 1),
        );
        const prefix = inTurn.slice(0, count);
        const part = admit([...prefix].reverse(), inFlight, bounds);
        expect(part.admitted).toEqual(whole.admitted.filter((candidate) => prefix.includes(candidate)));
      }),
    );
  });

  it("evicts nobody when a cap is lowered below what is under way", () => {
    const inFlight = ["a", "b", "c"].map((vehicleId) => ({ vehicleId, keys: { region: "EU" } }));
    const candidates = [{ vehicleId: "d", keys: { region: "EU" }, ring: 0, bucket: 0 }];
    const { admitted, held } = admit(candidates, inFlight, [{ by: "region", max: 1 }]);
    expect(admitted).toEqual([]);
    expect(held[0]!.reasons).toMatchObject([
      { code: "admission_cap_reached", evidence: { by: "region", value: "EU", underWay: 3, max: 1 } },
    ]);
  });

  it("goes by ring, then bucket, then id by code points", () => {
    const candidate = (vehicleId: string, ring: number, bucket: number) => ({ vehicleId, ring, bucket, keys: {} });
    const candidates = [
      candidate("\u{1f600}", 0, 5),
      candidate("\ufffd", 0, 5),
      candidate("\u{1f601}", 0, 4),
      candidate("a", 1, 0),
    ];
    expect(admit(candidates, [], []).admitted.map(({ vehicleId }) => vehicleId)).toEqual([
      "\u{1f601}",
      "\ufffd",
      "\u{1f600}",
      "a",
    ]);
  });

  it("names every cap that holds a candidate, and what is not known", () => {
    const candidates = [{ vehicleId: "a", ring: 0, bucket: 0, keys: { region: "EU" } }];
    const { held } = admit(
      candidates,
      [],
      [{ max: 0 }, { by: "dealer", max: 9 }, { by: "region", max: 9, maxOf: { EU: 0 } }],
    );
    expect(held[0]!.reasons.map(({ code }) => code)).toEqual([
      "admission_cap_reached",
      "admission_key_unknown",
      "admission_cap_reached",
    ]);
  });

  it("counts a vehicle under way whose key is not known against every value", () => {
    const inFlight = [{ vehicleId: "f", keys: {} }];
    const candidates = [{ vehicleId: "a", ring: 0, bucket: 0, keys: { region: "EU" } }];
    expect(admit(candidates, inFlight, [{ by: "region", max: 1 }]).admitted).toEqual([]);
    expect(admit(candidates, inFlight, [{ by: "region", max: 2 }]).admitted).toHaveLength(1);
  });

  it("admits nobody twice", () => {
    const twice = { vehicleId: "a", ring: 0, bucket: 0, keys: {} };
    const again = admit([twice, twice], [], []);
    expect(again.admitted).toHaveLength(1);
    expect(again.held.map(({ reasons }) => reasons[0]!.code)).toEqual(["admission_named_twice"]);
    const underWay = admit([twice], [{ vehicleId: "a", keys: {} }], []);
    expect(underWay.held.map(({ reasons }) => reasons[0]!.code)).toEqual(["admission_under_way"]);
  });

  it("does not read inherited members for keys", () => {
    const candidates = [{ vehicleId: "a", ring: 0, bucket: 0, keys: {} }];
    const { held } = admit(candidates, [], [{ by: "constructor", max: 1 }]);
    expect(held[0]!.reasons).toMatchObject([{ code: "admission_key_unknown" }]);
    const named = [{ vehicleId: "a", ring: 0, bucket: 0, keys: { region: "constructor" } }];
    expect(admit(named, [], [{ by: "region", max: 1, maxOf: {} }]).admitted).toHaveLength(1);
  });

  it.each([
    ["a cap", () => admit([], [], [{ max: -1 }])],
    ["a cap of a value", () => admit([], [], [{ by: "a", max: 1, maxOf: { b: 0.5 } }])],
    ["a ring", () => admit([{ vehicleId: "a", ring: Number.NaN, bucket: 0, keys: {} }], [], [])],
    ["a bucket", () => admit([{ vehicleId: "a", ring: 0, bucket: -1, keys: {} }], [], [])],
  ])("refuses %s that is none", (_, run) => {
    expect(run).toThrow(RangeError);
  });
});
