import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { expect, it } from "vitest";
import { campaignSalt, compileSelector, enrolVehicles, planRings, previewCohort } from "../../../src/cohort/index.ts";

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;

const selector = compileSelector(
  { schema: "otakit.selector/1", include: { op: "ne", attr: "region", value: "XX" } },
  { schema: "otakit.attribute-catalogue/1", attributes: { region: { type: "string" } } },
);
const plan = {
  selector,
  rings: planRings(campaignSalt("memory"), [{ name: "half", ppm: 500_000 }]),
  openRing: 0,
  now: 0,
};

/** Heap after 50,000 vehicles, and its growth over 200,000 more. */
async function growthOf(run: (vehicles: AsyncIterable<Record<string, unknown>>) => Promise<unknown>): Promise<number> {
  let [first, last] = [0, 0];
  const heap = (): number => {
    collect();
    return process.memoryUsage().heapUsed;
  };
  async function* fleet() {
    for (let index = 0; index <= 250_000; index++) {
      if (index === 50_000) first = heap();
      if (index === 250_000) last = heap();
      yield { vehicleId: `SIM${index}`, region: index % 3 === 0 ? undefined : `R${index % 1_000}` };
    }
  }
  await run(fleet());
  return last - first;
}

// A decision takes some hundred bytes: 200,000 of them would be 20 MB.
const most = 3_000_000;

it("a stream's memory does not grow with the fleet", async () => {
  const growth = await growthOf(async (vehicles) => {
    for await (const _ of enrolVehicles(vehicles, plan));
  });
  expect(growth).toBeLessThan(most);
});

it("a preview's memory does not grow with the fleet", async () => {
  const options = {
    stratumOf: ({ vehicleId }: Readonly<Record<string, unknown>>) => vehicleId as string,
    maxStrata: 50,
  };
  expect(await growthOf((vehicles) => previewCohort(vehicles, plan, options))).toBeLessThan(most);
});

it("a list of the decisions would be seen", async () => {
  const kept: unknown[] = [];
  const growth = await growthOf(async (vehicles) => {
    for await (const enrolment of enrolVehicles(vehicles, plan)) kept.push(enrolment);
  });
  expect(kept.length).toBe(250_001);
  expect(growth).toBeGreaterThan(most);
});
