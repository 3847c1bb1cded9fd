/** Enrolment of vehicles: a selector of seven terms, then a bucket for those that it takes; strata; caps. No peer does this work. */

import {
  type AdmissionCandidate,
  type AttributeCatalogue,
  admit,
  campaignSalt,
  compileEnrolment,
  compileSelector,
  enrolVehicles,
  planRings,
  planStratifiedRings,
  type Selector,
  websterSeats,
} from "otakit/cohort";
import { seededRandom } from "../../scripts/random.ts";
import type { BenchRow, BenchRowFactory } from "../row.ts";

const salt = campaignSalt("bench");
const rings = planRings(salt, [
  { name: "pilot", ppm: 1_000 },
  { name: "early", ppm: 100_000 },
  { name: "all", ppm: 1_000_000 },
]);
const catalogue: AttributeCatalogue = {
  schema: "otakit.attribute-catalogue/1",
  attributes: {
    model: { type: "enum", values: ["A3", "A4", "Q5", "Q7"] },
    region: { type: "enum", values: ["EU", "US", "CN"] },
    firmware: { type: "version", scheme: "semver" },
    connectivity: { type: "enum", values: ["wifi", "cellular", "none"] },
    dailyKm: { type: "number" },
    customerType: { type: "enum", values: ["private", "fleet", "rental"] },
    riskProfile: { type: "enum", values: ["low", "medium", "high"] },
  },
};
const selector: Selector = {
  schema: "otakit.selector/1",
  include: {
    op: "and",
    args: [
      { op: "eq", attr: "region", value: "EU" },
      { op: "in", attr: "model", values: ["A3", "A4"] },
      { op: "ver", attr: "firmware", rel: "in", range: ">=1.2.0 <1.8.0" },
      { op: "ne", attr: "connectivity", value: "none" },
      { op: "lt", attr: "dailyKm", value: 60 },
      { op: "ne", attr: "customerType", value: "rental" },
    ],
  },
  exclude: { op: "eq", attr: "riskProfile", value: "high" },
};
const count = 20_000;

function fleet() {
  const random = seededRandom("bench fleet");
  return Array.from({ length: count }, (_, index) => ({
    vehicleId: `WVWZZZ1KZAW${String(index).padStart(6, "0")}`,
    model: random.pick(["A3", "A4", "Q5", "Q7"]),
    region: random.pick(["EU", "US", "CN"]),
    firmware: `1.${random.below(12)}.${random.below(4)}`,
    connectivity: random.pick(["wifi", "cellular", "none"]),
    dailyKm: random.below(200),
    customerType: random.pick(["private", "fleet", "rental"]),
    ...(random.below(10) === 0 ? {} : { riskProfile: random.pick(["low", "medium", "high"]) }),
  }));
}

const enrolmentRow: BenchRowFactory = () => {
  const vehicles = fleet();
  const plan = { selector: compileSelector(selector, catalogue), rings, openRing: 1, now: 0 };
  const enrol = compileEnrolment(plan);
  const one = (): number => vehicles.reduce((members, vehicle) => members + (enrol(vehicle).member ? 1 : 0), 0);
  const stream = async (): Promise<number> => {
    let members = 0;
    for await (const { member } of enrolVehicles(vehicles, plan)) if (member) members++;
    return members;
  };
  const expected = one();
  const row: BenchRow = {
    name: "cohort/enrolment",
    work: { operations: count },
    contenders: [
      { name: "otakit, one vehicle at a time", run: one },
      { name: "otakit, as a stream", run: stream },
    ],
    check(result, contender) {
      if (result !== expected) throw new Error(`${contender} gave ${result} members, expected ${expected}`);
    },
    note: "Seven terms, two of them version comparisons; a bucket for those that the selector takes.",
    missing: ["no peer has selection, buckets and a ledger in one"],
  };
  return row;
};

const strataRow: BenchRowFactory = () => {
  const vehicles = fleet().map(({ vehicleId, model, region }) => ({ id: vehicleId, stratum: `${model} ${region}` }));
  const planned = [50, 1_000, 5_000].map((size, index) => ({ name: `ring ${index}`, vehicles: size }));
  return {
    name: "cohort/stratified-rings",
    work: { operations: count },
    contenders: [{ name: "otakit", run: () => planStratifiedRings(() => vehicles, { salt, rings: planned }) }],
    check(result) {
      const { strata } = result as Awaited<ReturnType<typeof planStratifiedRings>>;
      if (strata.length !== 12) throw new Error(`Expected 12 strata, got ${strata.length}`);
    },
    missing: ["no peer has stratified rings"],
  };
};

const websterRow: BenchRowFactory = () => {
  const random = seededRandom("bench strata");
  const strata = Array.from({ length: 200 }, (_, index) => ({
    key: `stratum ${index}`,
    size: 1 + random.below(100_000),
  }));
  return {
    name: "cohort/webster",
    work: { operations: 1 },
    contenders: [{ name: "otakit, 200 strata", run: () => websterSeats(strata, 1_000_000) }],
    check(result) {
      const seats = (result as readonly number[]).reduce((sum, value) => sum + value, 0);
      if (seats !== 1_000_000) throw new Error(`Gave ${seats} seats`);
    },
    missing: ["no maintained npm library of divisor methods"],
  };
};

const admitRow: BenchRowFactory = () => {
  const random = seededRandom("bench caps");
  const candidates: readonly AdmissionCandidate[] = Array.from({ length: 10_000 }, (_, index) => ({
    vehicleId: `SIM${index}`,
    ring: random.below(3),
    bucket: random.u32(),
    keys: { region: random.pick(["EU", "US", "CN"]), dealer: `D${random.below(300)}` },
  }));
  const caps = [{ max: 5_000 }, { by: "region", max: 1_500 }, { by: "dealer", max: 10 }];
  return {
    name: "cohort/admit",
    work: { operations: candidates.length },
    contenders: [{ name: "otakit, three caps", run: () => admit(candidates, [], caps).admitted.length }],
    check(result) {
      if ((result as number) > 3_000 || (result as number) < 1_000) throw new Error(`Admitted ${String(result)}`);
    },
    missing: ["no peer has caps by several keys"],
  };
};

export const rows: Record<string, BenchRowFactory> = {
  "cohort/enrolment": enrolmentRow,
  "cohort/stratified-rings": strataRow,
  "cohort/webster": websterRow,
  "cohort/admit": admitRow,
};
