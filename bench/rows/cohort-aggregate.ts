/** Events of vehicles folded into the counters of a gate, from the first event to the aggregate. No peer does this work. */

import {
  type ColumnTable,
  coarsenAggregate,
  type DictionaryColumn,
  type OutcomeEvent,
  OutcomeFold,
  type RolloutPlan,
} from "otakit/cohort";
import { seededRandom } from "../../scripts/random.ts";
import type { BenchRow, BenchRowFactory } from "../row.ts";

const day = 86_400_000;
const start = 20_000 * day;
const vehicles = 100_000;

const plan: RolloutPlan = {
  schema: "otakit.rollout-plan/1",
  campaign: "bench",
  owner: "bench",
  stop: { alphaPpm: 50_000, safetyLimits: [] },
  recoveryPath: { kind: "forward_fix", procedure: "bench" },
  go: { betaPpm: 50_000, overdueFailedPpm: 1_000_000 },
  observation: { soakMs: day, maturityMs: 7 * day, bucketMs: 3_600_000, excludedCategories: ["infrastructure"] },
  metrics: [{ id: "failure", kind: "failure", weight: 1, required: true, toleratedPpm: 5_000, maxPpm: 20_000 }],
  strata: [{ key: "EU", size: vehicles, go: "own" }],
  rings: [{ name: "all", vehicles, maxVehicles: vehicles, approval: "none" }],
  dataQuality: {
    maxLagMs: day,
    minReceivedPpm: 0,
    maxDuplicatePpm: 1_000_000,
    maxConflictingPpm: 1_000_000,
    maxSkewedPpm: 1_000_000,
    maxRejectedPpm: 1_000_000,
    sampleRatioAlphaPpm: 0,
  },
};

/** Four events of each vehicle, of which one in twenty comes twice, by the time of their receipt. */
function events(): readonly OutcomeEvent[] {
  const random = seededRandom("bench events");
  const all: OutcomeEvent[] = [];
  for (let index = 0; index < vehicles; index++) {
    const vehicleId = `WVWZZZ1KZAW${String(index).padStart(6, "0")}`;
    const atMs = start + random.below(10 * day);
    all.push({ kind: "enrolled", vehicleId, atMs, receivedMs: atMs, ring: "all", stratum: "EU" });
    ["started", "healthy", "healthy"].forEach((kind, seq) => {
      const happened = atMs + seq * day + random.below(day);
      const failed = seq === 2 && random.below(100) === 0;
      const report = { vehicleId, seq, atMs: happened, receivedMs: happened + random.below(day) };
      all.push({ ...report, kind: failed ? "failed" : kind } as OutcomeEvent);
      if (random.below(15) === 0) all.push({ ...report, kind: failed ? "failed" : kind } as OutcomeEvent);
    });
  }
  all.sort((left, right) => left.receivedMs - right.receivedMs);
  // As a stream has them: each event an object of its own, behind the one before it.
  return JSON.parse(JSON.stringify(all)) as OutcomeEvent[];
}

/** Rows of a batch: what a reader of Arrow or Parquet gives at once. */
const batchRows = 65_536;

/** The events as columns, in batches whose dictionary of vehicles is that of all, or their own. */
function batches(all: readonly OutcomeEvent[], isShared: boolean): readonly ColumnTable[] {
  const vehicleIds = new Map<unknown, number>();
  return Array.from({ length: Math.ceil(all.length / batchRows) }, (_, batch) => {
    const part = all
      .slice(batch * batchRows, (batch + 1) * batchRows)
      .map((event): Readonly<Record<string, unknown>> => ({ ...event }));
    const dictionary = (member: string, places = new Map<unknown, number>()) => {
      const indices = Int32Array.from(part, (event) => {
        const value = event[member] ?? null;
        if (!places.has(value)) places.set(value, places.size);
        return places.get(value)!;
      });
      return { kind: "dictionary", indices, values: [...places.keys()] } as const;
    };
    const numbers = (member: string) =>
      ({
        kind: "numbers",
        values: Float64Array.from(part, (event) => (event[member] as number | undefined) ?? Number.NaN),
      }) as const;
    const columns = {
      ...Object.fromEntries(["kind", "ring", "stratum"].map((member) => [member, dictionary(member)])),
      ...Object.fromEntries(["seq", "atMs", "receivedMs"].map((member) => [member, numbers(member)])),
      vehicleId: dictionary("vehicleId", isShared ? vehicleIds : undefined),
    };
    return { length: part.length, columns };
  });
}

/** The same batches with one object for the dictionary of vehicles, which the last batch has whole. */
function shared(tables: readonly ColumnTable[]): readonly ColumnTable[] {
  const { values } = tables.at(-1)!.columns["vehicleId"] as DictionaryColumn;
  return tables.map(({ length, columns }) => {
    const vehicleId = { ...(columns["vehicleId"] as DictionaryColumn), values };
    return { length, columns: { ...columns, vehicleId } };
  });
}

const foldRow: BenchRowFactory = () => {
  const all = events();
  const fold = (): OutcomeFold => {
    const result = new OutcomeFold(plan);
    for (const event of all) result.add("telematics", event);
    return result;
  };
  const [shareOne, haveOwn] = [shared(batches(all, true)), batches(all, false)];
  const foldColumns = (tables: readonly ColumnTable[]): OutcomeFold => {
    const result = new OutcomeFold(plan);
    for (const table of tables) result.addColumns("telematics", table);
    return result;
  };
  const full = fold();
  // What is left when nothing is read, remembered or judged: the floor of every fold in JavaScript.
  const countByVehicle = (): number => {
    const counts = new Map<string, { count: number }>();
    for (const { vehicleId } of all) {
      const found = counts.get(vehicleId);
      if (found === undefined) counts.set(vehicleId, { count: 1 });
      else found.count++;
    }
    return counts.size;
  };
  const row: BenchRow = {
    name: "cohort/fold",
    work: { operations: all.length },
    contenders: [
      { name: "otakit, events only", run: () => fold().unplaced },
      { name: "otakit, events and counters", run: () => fold().aggregate() },
      { name: "otakit, columns, events only", run: () => foldColumns(shareOne).unplaced },
      { name: "otakit, columns, events and counters", run: () => foldColumns(shareOne).aggregate() },
      { name: "otakit, columns with own dictionaries, events only", run: () => foldColumns(haveOwn).unplaced },
      {
        name: "otakit, every event once more",
        run: () => all.reduce((sum, one) => sum + Number(full.add("again", one)), 0),
      },
      { name: "a count by vehicle in a Map, no more", run: countByVehicle },
    ],
    check(result, contender) {
      if (contender.endsWith("events only")) {
        if (result !== 0) throw new Error(`${String(result)} vehicles are not placed`);
        return;
      }
      if (contender.endsWith("no more")) {
        if (result !== vehicles) throw new Error(`${String(result)} vehicles were counted`);
        return;
      }
      if (contender.endsWith("once more")) {
        if (result !== all.length) throw new Error(`${String(result)} events were understood`);
        return;
      }
      const { series } = result as ReturnType<OutcomeFold["aggregate"]>;
      const enrolled = series[0]!.enrolled.reduce((sum, count) => sum + count, 0);
      if (enrolled !== vehicles) throw new Error(`${enrolled} vehicles are enrolled`);
    },
    note: `One operation is one event; ${vehicles} vehicles, four events and a fifth of a duplicate each, in the order of their receipt; columns in batches of ${batchRows} rows that share one dictionary of vehicles, or have their own.`,
    missing: ["no peer folds reports of vehicles"],
  };
  return row;
};

const coarsenRow: BenchRowFactory = () => {
  const fold = new OutcomeFold(plan);
  for (const event of events()) fold.add("telematics", event);
  const aggregate = fold.aggregate();
  return {
    name: "cohort/coarsen",
    work: { operations: aggregate.series[0]!.startMs.length },
    contenders: [{ name: "otakit, 240 buckets into 64", run: () => coarsenAggregate(aggregate, 64) }],
    check(result) {
      const { series } = result as typeof aggregate;
      if (series[0]!.startMs.length > 64) throw new Error(`${series[0]!.startMs.length} buckets are left`);
    },
    missing: ["no peer has buckets of enrolment time"],
  };
};

export const rows: Record<string, BenchRowFactory> = { "cohort/fold": foldRow, "cohort/coarsen": coarsenRow };
