import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  bucketCount,
  bucketOf,
  campaignSalt,
  claimLayer,
  createLayer,
  freeRanges,
  type Layer,
  layerSalt,
  layerSlot,
  parseLayer,
  releaseLayer,
} from "../../../src/cohort/index.ts";
import { errorOf } from "../../error-of.ts";

describe("layerSalt", () => {
  it("is SHA-256 over its own domain: a layer and a campaign of one name have nothing in common", () => {
    // printf 'cohort/layer/v1\0powertrain' | sha256sum
    expect(layerSalt("powertrain")).toBe("9d9d65ea5b0ae2bd");
    expect(layerSalt("powertrain")).not.toBe(campaignSalt("powertrain"));
    expect(errorOf(() => layerSalt(""))).toMatchObject({ code: "ERR_COHORT_ID" });
  });
});

describe("a layer", () => {
  const empty = createLayer("powertrain", 10_000);

  it("claims the lowest free range that is large enough", () => {
    const first = claimLayer(empty, "a", 250_000);
    expect(first.claim).toEqual({ campaign: "a", lo: 42_949_672, hi: 42_949_672 + 2 ** 30 });
    const second = claimLayer(first.layer, "b", 500_000);
    expect(second.claim.lo).toBe(first.claim.hi);
    const again = claimLayer(releaseLayer(second.layer, "a"), "c", 200_000);
    expect(again.claim.lo).toBe(42_949_672);
    expect(again.layer.claims.map(({ campaign }) => campaign)).toEqual(["c", "b"]);
    const full = errorOf(() => claimLayer(second.layer, "d", 250_000));
    expect(full).toMatchObject({ code: "ERR_COHORT_LAYER_FULL", details: { ppm: 250_000, freePpm: 240_000 } });
  });

  it("claims a range that fits exactly", () => {
    const { layer } = claimLayer(createLayer("whole"), "a", 1_000_000);
    expect(layer.claims).toEqual([{ campaign: "a", lo: 0, hi: 2 ** 32 }]);
    expect(freeRanges(layer)).toEqual([]);
  });

  it("says whose a vehicle is", () => {
    const { layer } = claimLayer(empty, "a", 250_000);
    expect(layerSlot(layer, 0)).toEqual({ slot: "held_back" });
    expect(layerSlot(layer, 42_949_671)).toEqual({ slot: "held_back" });
    expect(layerSlot(layer, 42_949_672)).toEqual({ slot: "claimed", campaign: "a" });
    expect(layerSlot(layer, 42_949_671 + 2 ** 30)).toEqual({ slot: "claimed", campaign: "a" });
    expect(layerSlot(layer, 42_949_672 + 2 ** 30)).toEqual({ slot: "free" });
    expect(layerSlot(createLayer("x"), 0)).toEqual({ slot: "free" });
    for (const bucket of [-1, bucketCount, 0.5]) expect(() => layerSlot(layer, bucket)).toThrow(RangeError);
  });

  it("keeps campaigns apart and accounts for every bucket, whatever is claimed and released", () => {
    const steps = fc.array(fc.tuple(fc.boolean(), fc.nat(9), fc.integer({ min: 1, max: 300_000 })), { maxLength: 40 });
    fc.assert(
      fc.property(steps, fc.nat(50_000), (list, holdback) => {
        let layer = createLayer("l", holdback);
        for (const [isClaim, campaign, ppm] of list) {
          if (!isClaim) layer = releaseLayer(layer, `${campaign}`);
          else {
            try {
              layer = claimLayer(layer, `${campaign}`, ppm).layer;
            } catch (error) {
              expect(error).toMatchObject({ code: "ERR_COHORT_LAYER_FULL" });
              const { freePpm } = (error as { details: { freePpm: number } }).details;
              expect(freePpm).toBeLessThan(ppm);
            }
          }
          const parts = [layer.holdback ?? { lo: 0, hi: 0 }, ...layer.claims, ...freeRanges(layer)];
          expect(parts.reduce((sum, { lo, hi }) => sum + hi - lo, 0)).toBe(bucketCount);
          expect(parseLayer(JSON.parse(JSON.stringify(layer)))).toEqual(layer);
        }
      }),
      { numRuns: 50 },
    );
  });

  it("gives ten campaigns a tenth of a fleet each, and no vehicle to two", () => {
    let layer = createLayer("all");
    for (let index = 0; index < 10; index++) layer = claimLayer(layer, `c${index}`, 100_000).layer;
    const counts = new Map<string, number>();
    for (let index = 0; index < 20_000; index++) {
      const slot = layerSlot(layer, bucketOf(layer.salt, `SIM${index}`));
      const name = slot.slot === "claimed" ? slot.campaign : slot.slot;
      counts.set(name, (counts.get(name) ?? 0) + 1);
    }
    // The ids are fixed, so this is no gamble: 2,000 each, within five standard deviations of a fair draw.
    for (let index = 0; index < 10; index++) expect(Math.abs(counts.get(`c${index}`)! - 2_000)).toBeLessThan(213);
  });

  it.each([0, 1_000_001, 0.5])("refuses a claim of %d ppm", (ppm) => {
    expect(() => claimLayer(empty, "a", ppm)).toThrow(RangeError);
  });
});

describe("parseLayer", () => {
  const layer: Layer = {
    schema: "otakit.layer/1",
    name: "l",
    salt: layerSalt("l"),
    holdback: { lo: 0, hi: 10 },
    claims: [
      { campaign: "a", lo: 10, hi: 20 },
      { campaign: "b", lo: 20, hi: 2 ** 32 },
    ],
  };

  it("reads a layer back, also with a holdback behind its claims", () => {
    expect(parseLayer(layer)).toEqual(layer);
    const behind = { ...layer, holdback: { lo: 20, hi: 30 }, claims: [layer.claims[0]] };
    expect(parseLayer(behind)).toEqual(behind);
  });

  it.each([
    ["a bad salt", { ...layer, salt: "l" }, "/salt"],
    ["an empty name", { ...layer, name: "" }, "/name"],
    ["an empty range", { ...layer, claims: [{ campaign: "a", lo: 10, hi: 10 }] }, "/claims/0/hi"],
    ["a range beyond the buckets", { ...layer, claims: [{ campaign: "a", lo: 10, hi: 2 ** 32 + 1 }] }, "/claims/0/hi"],
    ["a claim of nobody", { ...layer, claims: [{ campaign: "", lo: 10, hi: 11 }] }, "/claims/0/campaign"],
    ["claims that overlap", { ...layer, claims: [layer.claims[0], { campaign: "b", lo: 19, hi: 21 }] }, "/claims/1"],
    ["claims out of order", { ...layer, claims: [layer.claims[1], layer.claims[0]] }, "/claims/1"],
    ["a claim of the holdback", { ...layer, claims: [{ campaign: "a", lo: 9, hi: 11 }] }, "/claims/0"],
    ["a holdback that is no range", { ...layer, holdback: 1 }, "/holdback"],
    ["another member", { ...layer, more: 1 }, "/more"],
  ])("refuses %s", (_, value, path) => {
    expect(errorOf(() => parseLayer(value))).toMatchObject({ code: "ERR_COHORT_LAYER", path });
  });

  it("refuses another version by its own code", () => {
    expect(errorOf(() => parseLayer({ schema: "otakit.layer/2" }))).toMatchObject({ code: "ERR_COHORT_LAYER_VERSION" });
  });
});
