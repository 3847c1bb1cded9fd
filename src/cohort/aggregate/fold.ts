/** Folds events of vehicles into the counters of a gate, in any order and however often each is delivered. */

import type { HashProvider } from "../../core/index.ts";
import { loneSurrogate } from "../../core/index.ts";
import { CohortError } from "../errors.ts";
import type { Aggregate, ControlCounts, SourceCounts } from "../gate/aggregate.ts";
import { parseAggregate } from "../gate/parse-aggregate.ts";
import type { RolloutPlan } from "../gate/plan.ts";
import type { ColumnTable } from "../selector/column-readers.ts";
import { Counters } from "./counters.ts";
import { EventBatch, type ReadDictionaries, vehiclesOf } from "./event-batch.ts";
import type { OutcomeEvent } from "./outcome-event.ts";
import { type PlanWords, planWords } from "./plan-words.ts";
import { EventReader, EventWords, isVehicleId } from "./read-event.ts";
import { ReportStore } from "./reports.ts";
import { type SettledSource, settleSources } from "./settle.ts";

/** Bounds of a fold. */
export interface FoldLimits {
  /** Most vehicles, at some 300 bytes of memory each with four reports; 20,000,000 when absent. */
  readonly maxVehicles?: number;
}

/** What is known of a source besides its events. */
export interface SourceProgress {
  /** Everything that the source received up to this instant was folded; epoch milliseconds. */
  readonly watermarkMs: number;
  /** Distinct events that should have come for the vehicles of this fold; unknown when absent. */
  readonly expected?: number;
}

interface Source extends SettledSource {
  readonly name: string;
  watermarkMs: number | undefined;
  expected: number | null;
  received: number;
  rejected: number;
}

/** Most sources of an aggregate. */
const maxSources = 1_000;

/**
 * Counts the outcomes of a rollout by the observation rules of its plan.
 *
 * The counters of vehicles depend on the set of events alone: not on their order, nor on how often each came, nor on which fold it came
 * to when folds are merged. Of the counters of sources that holds as well, but for `received`, `duplicate` and `rejected`, which count
 * deliveries.
 *
 * A vehicle whose reports contradict each other under one number is a conflict, unless another failure of it stands. Of each vehicle
 * and source the 64 reports with the highest numbers are remembered: a duplicate of one of these is told as such, and so is what is
 * forgotten. A vehicle with more is a conflict too, because an older failure may have been forgotten.
 *
 * @example
 * ```ts
 * const fold = new OutcomeFold(plan);
 * for (const event of events) fold.add("telematics", event);
 * fold.observe("telematics", { watermarkMs });
 * evaluate(plan, fold.aggregate(), context);
 * ```
 */
export class OutcomeFold {
  private readonly words: PlanWords;
  private readonly eventWords: EventWords;
  private readonly reader: EventReader;
  private readonly maxVehicles: number;
  private readonly vehicles = new Map<string, number>();
  private readonly reports = new ReportStore();
  private readonly dictionaries: ReadDictionaries = new WeakMap();
  private readonly sources: Source[] = [];
  private readonly sourceNumbers = new Map<string, number>();
  private readonly counters: Counters;
  /** Vehicles that changed since the counters were asked for; they are marked, and their part was taken out of the counters. */
  private open: number[] = [];

  /** @throws {@link CohortError} `ERR_COHORT_ROLLOUT_PLAN` or `ERR_COHORT_ROLLOUT_PLAN_VERSION` */
  constructor(plan: RolloutPlan, { maxVehicles = 20_000_000 }: FoldLimits = {}, provider?: HashProvider) {
    this.words = planWords(plan, provider);
    this.eventWords = new EventWords(this.words);
    this.reader = new EventReader(this.eventWords);
    this.counters = new Counters(this.words);
    this.maxVehicles = maxVehicles;
  }

  /** Vehicles of which there are reports but no enrolment: they count nowhere until it comes. */
  get unplaced(): number {
    let count = 0;
    for (let vehicle = 0; vehicle < this.reports.size; vehicle++) if (!this.reports.isEnrolled(vehicle)) count++;
    return count;
  }

  /**
   * Folds one event; it is untrusted input. One that breaks its schema, or names what the plan does not have, counts as rejected.
   *
   * @param source - name of who delivered it, 1 .. 64 characters; at most 1,000 differ
   * @returns whether it was understood
   * @throws {@link CohortError} `ERR_COHORT_AGGREGATE_LIMIT` when there are more vehicles than the limit
   * @throws RangeError for a source without such a name, or one too many
   */
  add(source: string, event: OutcomeEvent): boolean {
    const number = this.numberOf(source);
    const counts = this.sources[number]!;
    const vehicle = this.reader.read(event, number) ? this.vehicleOf(event.vehicleId) : Number.NaN;
    return this.deliver(counts, vehicle, this.reader.row);
  }

  /**
   * Folds events that stand in columns, one a row, as {@link add} does one after another. Columns have the names of the members
   * of events; a missing value or null is a member that the event does not have. Needed are `kind`, `vehicleId`, `atMs` and `receivedMs`.
   *
   * Texts are fastest in dictionary columns, vehicles too: each different one is looked up once, and vehicles once for all batches that share
   * the same `values`.
   *
   * @param source - as for {@link add}
   * @returns how many were understood
   * @throws {@link CohortError} `ERR_COHORT_COLUMNS` when a column is not there or too short; `ERR_COHORT_AGGREGATE_LIMIT` when there are more
   * vehicles than the limit: the rows before were folded
   * @throws RangeError as for {@link add}
   * @example
   * ```ts
   * fold.addColumns("telematics", {
   *   length: 2,
   *   columns: {
   *     kind: { kind: "dictionary", indices: Uint8Array.of(0, 1), values: ["started", "healthy"] },
   *     vehicleId: { kind: "dictionary", indices: Uint8Array.of(0, 0), values: ["WVWZZZ1KZAW000001"] },
   *     seq: { kind: "numbers", values: Float64Array.of(1, 2) },
   *     atMs: { kind: "numbers", values: Float64Array.of(1_780_000_000_000, 1_780_086_400_000) },
   *     receivedMs: { kind: "numbers", values: Float64Array.of(1_780_000_060_000, 1_780_086_460_000) },
   *   },
   * }); // 2
   * ```
   */
  addColumns(source: string, table: ColumnTable): number {
    requireCount("length", table.length);
    // A source is known from its first event.
    if (table.length === 0) return 0;
    const number = this.numberOf(source);
    const counts = this.sources[number]!;
    const batch = new EventBatch(table, this.eventWords, number);
    const vehicles = vehiclesOf(table, (vehicleId) => this.vehicleOf(vehicleId), this.dictionaries);
    let understood = 0;
    for (let row = 0; row < table.length; row++) {
      const vehicle = batch.read(row) ? vehicles(row) : Number.NaN;
      if (this.deliver(counts, vehicle, batch.row)) understood++;
    }
    return understood;
  }

  /**
   * Tells how far a source is. Of several calls the latest watermark counts, and the last expectation. A source without a watermark is
   * at 0: the oldest there is.
   *
   * @throws RangeError when a number is no integer from 0 to 2^53 - 1, or as for {@link add}
   */
  observe(source: string, { watermarkMs, expected }: SourceProgress): void {
    requireCount("watermarkMs", watermarkMs);
    if (expected !== undefined) requireCount("expected", expected);
    const counts = this.sources[this.numberOf(source)]!;
    counts.watermarkMs = Math.max(counts.watermarkMs ?? 0, watermarkMs);
    counts.expected = expected ?? null;
  }

  /**
   * Joins another fold of the same plan, which stays as it is. Events may have been divided between the two in any way; each delivery was
   * folded by one of them. The watermark of a source that both know is the earlier one, because nothing later is complete.
   *
   * @throws RangeError when the other fold is of another plan, or is this one
   * @throws {@link CohortError} `ERR_COHORT_AGGREGATE_LIMIT` when there are more vehicles than the limit
   */
  merge(other: OutcomeFold): void {
    if (other === this) throw new RangeError('"other" expected another fold');
    if (other.words.planDigest !== this.words.planDigest)
      throw new RangeError('"other" expected a fold of the same plan');
    const numbers = other.sources.map((theirs) => this.mergeSource(theirs));
    for (const [vehicleId, theirs] of other.vehicles) {
      const vehicle = this.vehicles.get(vehicleId) ?? this.newVehicle(vehicleId);
      this.openVehicle(vehicle);
      this.reports.join(vehicle, other.reports.read(theirs), (number) => numbers[number]!);
    }
  }

  /**
   * Gives the counters so far. Only vehicles that changed since the last call cost anything.
   *
   * @param controls - counts of vehicles without the update, for metrics of kind `comparison`
   * @throws {@link CohortError} `ERR_COHORT_AGGREGATE_LIMIT` when a sum is beyond 2^53 - 1; `ERR_COHORT_AGGREGATE` when no source is known or
   * the controls do not have their shape
   */
  aggregate(controls: readonly ControlCounts[] = []): Aggregate {
    for (const vehicle of this.open) {
      this.reports.unmark(vehicle);
      this.count(vehicle, 1);
    }
    this.open = [];
    return parseAggregate({
      schema: "otakit.aggregate/1",
      planDigest: this.words.planDigest,
      series: this.counters.series(),
      controls,
      sources: this.sources.map(countsOf).sort((left, right) => (left.source < right.source ? -1 : 1)),
    });
  }

  /** Counts a delivery, and folds it unless it was of no vehicle; gives whether it was. */
  private deliver(counts: Source, vehicle: number, row: Float64Array): boolean {
    counts.received++;
    if (Number.isNaN(vehicle)) {
      counts.rejected++;
      return false;
    }
    this.fold(vehicle, row);
    return true;
  }

  /** Number of a vehicle, which may be new; NaN for an id that is none. */
  private vehicleOf(vehicleId: string): number {
    return this.vehicles.get(vehicleId) ?? (isVehicleId(vehicleId) ? this.newVehicle(vehicleId) : Number.NaN);
  }

  /** Joins the reports of a vehicle and one more. */
  private fold(vehicle: number, row: Float64Array): void {
    const { reports } = this;
    const slot = reports.find(vehicle, row);
    if (slot < 0) {
      this.openVehicle(vehicle);
      reports.insert(vehicle, row);
    } else if (row[7]! < reports.receivedMs(slot)) {
      this.openVehicle(vehicle);
      reports.setReceivedMs(slot, row[7]!);
    }
  }

  private newVehicle(vehicleId: string): number {
    if (this.vehicles.size >= this.maxVehicles) {
      throw new CohortError(
        "ERR_COHORT_AGGREGATE_LIMIT",
        `Cannot fold: there are more than ${this.maxVehicles} vehicles`,
        {
          details: { most: this.maxVehicles },
        },
      );
    }
    const vehicle = this.reports.newVehicle();
    this.vehicles.set(vehicleId, vehicle);
    return vehicle;
  }

  /** Takes a vehicle out of the counters before its reports change. */
  private openVehicle(vehicle: number): void {
    if (this.reports.isMarked(vehicle)) return;
    this.count(vehicle, -1);
    this.reports.mark(vehicle);
    this.open.push(vehicle);
  }

  private count(vehicle: number, sign: 1 | -1): void {
    // A vehicle of which nothing is known was never counted.
    if (this.reports.isEmpty(vehicle)) return;
    const reports = this.reports.read(vehicle);
    this.counters.add(reports, sign);
    settleSources(reports, this.sources, sign);
  }

  private mergeSource(theirs: Source): number {
    const isNew = !this.sourceNumbers.has(theirs.name);
    const number = this.numberOf(theirs.name);
    const ours = this.sources[number]!;
    ours.received += theirs.received;
    ours.rejected += theirs.rejected;
    if (isNew) {
      ours.watermarkMs = theirs.watermarkMs;
      ours.expected = theirs.expected;
    } else {
      ours.watermarkMs = Math.min(ours.watermarkMs ?? 0, theirs.watermarkMs ?? 0);
      ours.expected = ours.expected === null || theirs.expected === null ? null : ours.expected + theirs.expected;
    }
    return number;
  }

  private numberOf(name: string): number {
    const known = this.sourceNumbers.get(name);
    if (known !== undefined) return known;
    const named = typeof name === "string" && name.length >= 1 && name.length <= 64 && loneSurrogate(name) < 0;
    if (!named) throw new RangeError('"source" expected a name of 1 .. 64 characters');
    if (this.sources.length >= maxSources)
      throw new RangeError(`"source" expected at most ${maxSources} different names`);
    const number = this.sources.push({
      name,
      watermarkMs: undefined,
      expected: null,
      received: 0,
      rejected: 0,
      distinct: 0,
      conflicting: 0,
      outOfOrder: 0,
      skewed: 0,
    });
    this.sourceNumbers.set(name, number - 1);
    return number - 1;
  }
}

function countsOf(source: Source): SourceCounts {
  const { name, watermarkMs, expected, received, rejected, distinct, conflicting, outOfOrder, skewed } = source;
  return {
    source: name,
    watermarkMs: watermarkMs ?? 0,
    expected,
    received,
    duplicate: received - rejected - distinct,
    conflicting,
    outOfOrder,
    skewed,
    rejected,
  };
}

function requireCount(name: string, value: number): void {
  if (Number.isSafeInteger(value) && value >= 0) return;
  throw new RangeError(`"${name}" expected integer from 0 to 2^53 - 1, got ${value}`);
}
