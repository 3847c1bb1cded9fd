import type { Random } from "../../../scripts/random.ts";
import type { OutcomeEvent, RolloutPlan } from "../../../src/cohort/index.ts";
import { samplePlan } from "../gate/sample-plan.ts";

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
export const startMs = 20_000 * dayMs;

/** The sample plan with a metric of each kind that is counted, in two rings and two strata. */
export const countedPlan: RolloutPlan = {
  ...samplePlan,
  metrics: [
    ...samplePlan.metrics,
    { id: "brakes", kind: "failure", weight: 1, required: false, toleratedPpm: 10, maxPpm: 100, category: "brakes" },
    { id: "codes", kind: "exposure", weight: 1, required: false, toleratedPerMillion: 10, maxPerMillion: 100 },
    {
      id: "minutes",
      kind: "continuous",
      weight: 1,
      required: false,
      toleratedMean: 20,
      maxMean: 30,
      minVehicles: 1_000,
    },
  ],
};

/** An event and who delivered it. */
export interface Delivery {
  readonly source: string;
  readonly event: OutcomeEvent;
}

/** Events of so many vehicles, with every trouble that there is: contradictions, retractions, late, early and senseless ones. */
export function randomDeliveries(random: Random, vehicles: number, reports: number): readonly Delivery[] {
  const deliveries: Delivery[] = [];
  const names = Array.from({ length: vehicles }, (_, index) =>
    random.below(8) === 0 ? `Ü"${index}` : `v${index % 2 ? "A" : "a"}${index >> 1}`,
  );
  for (const vehicleId of names) {
    const enrolments = random.pick([0, 1, 1, 1, 1, 2]);
    const enrolledMs = startMs + random.below(96) * (hourMs / 2);
    for (let index = 0; index < enrolments; index++) {
      deliveries.push({
        source: "ledger",
        event: {
          kind: "enrolled",
          vehicleId,
          atMs: enrolledMs + random.pick([0, 0, hourMs]),
          receivedMs: enrolledMs + random.below(3) * hourMs,
          ring: random.pick(["pilot", "early"]),
          stratum: random.pick(["", "EU", "JP"]),
        },
      });
    }
    for (let index = random.below(reports + 1); index > 0; index--) {
      const event = randomReport(random, vehicleId, enrolledMs);
      deliveries.push({ source: random.pick(["telematics", "workshop"]), event });
      // The same report by another way, received at another time.
      if (random.below(4) === 0) {
        deliveries.push({
          source: random.pick(["telematics", "workshop"]),
          event: { ...event, receivedMs: event.receivedMs + hourMs },
        });
      }
    }
  }
  return deliveries;
}

function randomReport(random: Random, vehicleId: string, enrolledMs: number): OutcomeEvent {
  // Days at which something is due or not any more, and one instant on either side.
  const atMs = enrolledMs + random.pick([-1, 0, 1, 1, 2, 6, 7, 7, 8]) * dayMs + random.pick([-1, 0, 0, 1]);
  const report = {
    vehicleId,
    atMs,
    receivedMs: atMs + random.pick([-1, 0, 1, 24, 24 * 7]) * hourMs,
    seq: random.below(6),
  };
  switch (random.below(11)) {
    case 0:
      return { ...report, kind: "started" };
    case 1:
    case 2:
    case 3:
      return { ...report, kind: "healthy" };
    case 4:
    case 5:
      return {
        ...report,
        kind: "failed",
        category: random.pick(["brake_warning", "brakes", "infrastructure", "other"]),
      };
    case 6:
      return { ...report, kind: "failed" };
    case 7:
      return { ...report, kind: "retracted", retractedSeq: random.below(6) };
    case 8:
      return { ...report, kind: "exposed", metric: "codes", events: random.below(3), exposure: random.below(1_000) };
    case 9:
      return { ...report, kind: "measured", metric: "minutes", value: random.below(60) - 5 };
    default:
      return senseless(random, report);
  }
}

/** Events that break their schema. */
function senseless(random: Random, report: Omit<OutcomeEvent & { seq: number }, "kind">): OutcomeEvent {
  return random.pick<unknown>([
    { ...report, kind: "exposed", metric: "minutes", events: 1, exposure: 1 },
    { ...report, kind: "measured", metric: "minutes", value: 1_000_001 },
    { ...report, kind: "measured", metric: "nobody", value: 1 },
    { ...report, kind: "retracted", retractedSeq: -1 },
    { ...report, kind: "healthy", seq: -1 },
    { ...report, kind: "healthy", vehicleId: "" },
    { ...report, kind: "healthy", receivedMs: -1 },
    { ...report, kind: "failed", category: "" },
    { ...report, kind: "well" },
    { ...report, kind: "enrolled", ring: "nobody", stratum: "" },
    { ...report, kind: "enrolled", ring: "pilot", stratum: "nobody" },
  ]) as OutcomeEvent;
}

/** The deliveries in another order. */
export function shuffled<T>(random: Random, list: readonly T[]): readonly T[] {
  const copy = [...list];
  for (let index = copy.length - 1; index > 0; index--) {
    const other = random.below(index + 1);
    [copy[index], copy[other]] = [copy[other]!, copy[index]!];
  }
  return copy;
}
