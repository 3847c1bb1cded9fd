/**
 * What is known of each vehicle: a set of reports, which is joined by union, and the least of what its enrolments say.
 *
 * Union and least are commutative, associative and idempotent, so neither order nor repetition of events matters. The set is
 * bounded: of each source the reports with the highest numbers are kept, which is again a join, because the highest of a union are
 * the highest of the highest.
 *
 * All sets stand in a few typed arrays, because there are millions of them: an object for each would take most of the time and memory.
 */

/** Kinds of events, by the number that stands for each. */
export const kind = { enrolled: 0, started: 1, healthy: 2, failed: 3, retracted: 4, exposed: 5, measured: 6 } as const;

/** Reports that are kept of one vehicle and one source. */
export const reportWindow = 64;

/**
 * Numbers of one report, one after another: source, seq, kind, atMs, a, b, c, receivedMs.
 *
 * a, b, c by kind: enrolled placement; failed category; retracted seq; exposed metric, events, exposure; measured metric, value.
 * All but `receivedMs` tell reports apart.
 */
export const rowLength = 8;

/** Reports of one vehicle, as they are read. */
export interface VehicleReports {
  /** Least instant of an enrolment; Infinity when there is none. */
  enrolledMs: number;
  /** Least placement of an enrolment: number of the ring times `ringStep`, plus that of the stratum. */
  placement: number;
  /** Whether more reports came from one source than are kept. */
  isOverfull: boolean;
  /** Rows by falling seq, and others after {@link length}. */
  rows: Float64Array;
  /** Numbers of the rows. */
  length: number;
}

/** Doubles of a slot: atMs, receivedMs, seq, and two 32-bit integers, the tag and the next slot. A wide report has a, b, c in a second one. */
const slotDoubles = 4;
const tagWord = 6;
const nextWord = 7;
/** A tag has the kind in its lowest bits, then the source, then a of a narrow report: at most 2^3, 2^10 and 2^17. */
const sourceShift = 3;
const narrowShift = 13;
/** Slots that a vehicle gets at once, side by side: they are mostly read together. A power of two. */
const blockSlots = 4;
/** Words of the state of a vehicle: the slot of its highest report, the slot that it fills next, how many reports it has, and flags. */
const stateWords = 4;
const nextSlotWord = 1;
const countWord = 2;
const flagsWord = 3;
const overfullFlag = 1;
const markFlag = 2;
const none = -1;

/** Reports of all vehicles of a fold; vehicles are numbered from 0 in the order in which they came. */
export class ReportStore {
  /** Vehicles. */
  size = 0;
  private enrolledMs = new Float64Array(64).fill(Number.POSITIVE_INFINITY);
  private placements = new Int32Array(64).fill(0x7fffffff);
  private states = new Int32Array(64 * stateWords);
  private doubles = new Float64Array(64 * slotDoubles);
  private words = new Int32Array(this.doubles.buffer);
  /** Slots that were given to vehicles, in whole blocks. */
  private slots = 0;
  /** Slots of dropped narrow and wide reports, each with the next behind it. */
  private readonly free: [number, number] = [none, none];
  /** Slot behind which the report belongs that {@link find} did not find; none where it is the first. */
  private behind = none;
  private readonly reading: VehicleReports = {
    enrolledMs: 0,
    placement: 0,
    isOverfull: false,
    rows: new Float64Array(16 * rowLength),
    length: 0,
  };

  /** Adds a vehicle of which nothing is known; gives its number. */
  newVehicle(): number {
    if (stateWords * this.size === this.states.length) this.growVehicles();
    this.states[stateWords * this.size] = none;
    return this.size++;
  }

  isEmpty(vehicle: number): boolean {
    return this.states[stateWords * vehicle] === none;
  }

  /** A mark of the caller's. */
  isMarked(vehicle: number): boolean {
    return (this.states[stateWords * vehicle + flagsWord]! & markFlag) !== 0;
  }

  mark(vehicle: number): void {
    this.states[stateWords * vehicle + flagsWord]! |= markFlag;
  }

  unmark(vehicle: number): void {
    this.states[stateWords * vehicle + flagsWord]! &= ~markFlag;
  }

  isEnrolled(vehicle: number): boolean {
    return this.enrolledMs[vehicle] !== Number.POSITIVE_INFINITY;
  }

  /** Reads what is known of a vehicle; the next reading writes over it. */
  read(vehicle: number): VehicleReports {
    const { reading } = this;
    reading.enrolledMs = this.enrolledMs[vehicle]!;
    reading.placement = this.placements[vehicle]!;
    reading.isOverfull = (this.states[stateWords * vehicle + flagsWord]! & overfullFlag) !== 0;
    reading.length = rowLength * this.states[stateWords * vehicle + countWord]!;
    if (reading.rows.length < reading.length) reading.rows = new Float64Array(2 * reading.length);
    let at = 0;
    for (
      let slot = this.states[stateWords * vehicle]!;
      slot !== none;
      slot = this.words[2 * slotDoubles * slot + nextWord]!
    ) {
      this.readRow(slot, reading.rows, at);
      at += rowLength;
    }
    return reading;
  }

  /** Where a report stands, whenever it was received; -1 when it does not: then {@link insert} may follow. */
  find(vehicle: number, row: Float64Array): number {
    const { doubles, words } = this;
    const seq = row[1]!;
    const tag = tagOf(row);
    let behind = none;
    for (
      let slot = this.states[stateWords * vehicle]!;
      slot !== none;
      slot = words[2 * slotDoubles * slot + nextWord]!
    ) {
      const found = doubles[slotDoubles * slot + 2]!;
      if (found < seq) break;
      if (found === seq && words[2 * slotDoubles * slot + tagWord] === tag && this.hasContent(slot, row)) return slot;
      behind = slot;
    }
    this.behind = behind;
    return none;
  }

  receivedMs(slot: number): number {
    return this.doubles[slotDoubles * slot + 1]!;
  }

  setReceivedMs(slot: number, receivedMs: number): void {
    this.doubles[slotDoubles * slot + 1] = receivedMs;
  }

  /** Adds the report that {@link find} has just not found. */
  insert(vehicle: number, row: Float64Array): void {
    const isWide = row[2]! >= kind.retracted;
    const slot = this.newSlot(vehicle, isWide);
    const { doubles, words, states, behind } = this;
    const at = slotDoubles * slot;
    const state = stateWords * vehicle;
    doubles[at] = row[3]!;
    doubles[at + 1] = row[7]!;
    doubles[at + 2] = row[1]!;
    if (isWide) for (let offset = 0; offset < 3; offset++) doubles[at + slotDoubles + offset] = row[4 + offset]!;
    words[2 * at + tagWord] = tagOf(row);
    words[2 * at + nextWord] = behind === none ? states[state]! : words[2 * slotDoubles * behind + nextWord]!;
    if (behind === none) states[state] = slot;
    else words[2 * slotDoubles * behind + nextWord] = slot;
    if (row[2] === kind.enrolled) this.enrol(vehicle, row[3]!, row[4]!);
    // Cheap enough to ask first: hardly any vehicle has so many.
    if (++states[state + countWord]! > reportWindow) this.dropLowest(vehicle, row[0]!);
  }

  /** Joins all that another partition knows of one of its vehicles. */
  join(vehicle: number, theirs: VehicleReports, sourceOf: (source: number) => number): void {
    if (theirs.isOverfull) this.states[stateWords * vehicle + flagsWord]! |= overfullFlag;
    this.enrol(vehicle, theirs.enrolledMs, theirs.placement);
    for (let from = 0; from < theirs.length; from += rowLength) {
      const row = theirs.rows.slice(from, from + rowLength);
      row[0] = sourceOf(row[0]!);
      const slot = this.find(vehicle, row);
      if (slot === none) this.insert(vehicle, row);
      else this.setReceivedMs(slot, Math.min(this.receivedMs(slot), row[7]!));
    }
  }

  private enrol(vehicle: number, enrolledMs: number, placement: number): void {
    this.enrolledMs[vehicle] = Math.min(this.enrolledMs[vehicle]!, enrolledMs);
    this.placements[vehicle] = Math.min(this.placements[vehicle]!, placement);
  }

  /** Drops the lowest report of a source that has one more than is kept. */
  private dropLowest(vehicle: number, source: number): void {
    const { words } = this;
    const [left, right] = [new Float64Array(rowLength), new Float64Array(rowLength)];
    let count = 0;
    let lowest: { readonly slot: number; readonly behind: number } | undefined;
    let behind = none;
    for (
      let slot = this.states[stateWords * vehicle]!;
      slot !== none;
      slot = words[2 * slotDoubles * slot + nextWord]!
    ) {
      this.readRow(slot, left, 0);
      if (left[0] === source) {
        count++;
        if (lowest === undefined || compareReports(left, right) < 0) {
          lowest = { slot, behind };
          right.set(left);
        }
      }
      behind = slot;
    }
    if (lowest === undefined || count <= reportWindow) return;
    const next = words[2 * slotDoubles * lowest.slot + nextWord]!;
    if (lowest.behind === none) this.states[stateWords * vehicle] = next;
    else words[2 * slotDoubles * lowest.behind + nextWord] = next;
    const size = right[2]! >= kind.retracted ? 1 : 0;
    words[2 * slotDoubles * lowest.slot + nextWord] = this.free[size];
    this.free[size] = lowest.slot;
    this.states[stateWords * vehicle + countWord]!--;
    this.states[stateWords * vehicle + flagsWord]! |= overfullFlag;
  }

  private readRow(slot: number, rows: Float64Array, at: number): void {
    const { doubles } = this;
    const from = slotDoubles * slot;
    const tag = this.words[2 * from + tagWord]!;
    const what = tag & 7;
    rows[at] = (tag >> sourceShift) & 0x3ff;
    rows[at + 1] = doubles[from + 2]!;
    rows[at + 2] = what;
    rows[at + 3] = doubles[from]!;
    const isWide = what >= kind.retracted;
    rows[at + 4] = isWide ? doubles[from + slotDoubles]! : tag >> narrowShift;
    rows[at + 5] = isWide ? doubles[from + slotDoubles + 1]! : 0;
    rows[at + 6] = isWide ? doubles[from + slotDoubles + 2]! : 0;
    rows[at + 7] = doubles[from + 1]!;
  }

  /** Whether the report of a slot with the same seq and tag has the same instant, a, b and c. */
  private hasContent(slot: number, row: Float64Array): boolean {
    const { doubles } = this;
    const from = slotDoubles * slot;
    if (doubles[from] !== row[3]) return false;
    if (row[2]! < kind.retracted) return true;
    for (let offset = 0; offset < 3; offset++) {
      if (doubles[from + slotDoubles + offset] !== row[4 + offset]) return false;
    }
    return true;
  }

  private newSlot(vehicle: number, isWide: boolean): number {
    const size = isWide ? 1 : 0;
    const free = this.free[size];
    if (free !== none) {
      this.free[size] = this.words[2 * slotDoubles * free + nextWord]!;
      return free;
    }
    const { states } = this;
    const word = stateWords * vehicle + nextSlotWord;
    const place = states[word]! & (blockSlots - 1);
    if (place === 0 || place + size >= blockSlots) {
      states[word] = this.slots;
      this.slots += blockSlots;
      if (slotDoubles * this.slots > this.doubles.length) {
        this.doubles = grown(this.doubles, new Float64Array(2 * this.doubles.length));
        this.words = new Int32Array(this.doubles.buffer);
      }
    }
    const slot = states[word]!;
    states[word] = slot + 1 + size;
    return slot;
  }

  private growVehicles(): void {
    const length = 2 * this.placements.length;
    this.enrolledMs = grown(this.enrolledMs, new Float64Array(length).fill(Number.POSITIVE_INFINITY));
    this.placements = grown(this.placements, new Int32Array(length).fill(0x7fffffff));
    this.states = grown(this.states, new Int32Array(length * stateWords));
  }
}

function tagOf(row: Float64Array): number {
  const what = row[2]!;
  const narrow = what >= kind.retracted ? 0 : row[4]!;
  return what | (row[0]! << sourceShift) | (narrow << narrowShift);
}

function grown<T extends Float64Array | Int32Array>(from: T, to: T): T {
  to.set(from);
  return to;
}

/** Orders reports by source, seq, kind, atMs, a, b and c: SQL orders them alike. */
function compareReports(left: Float64Array, right: Float64Array): number {
  for (let offset = 0; offset < 7; offset++) {
    const difference = left[offset]! - right[offset]!;
    if (difference !== 0) return difference;
  }
  return 0;
}
