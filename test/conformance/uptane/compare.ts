/** Compares what a vehicle made of a scenario with what the suite expects, and counts. */

import { sameClass } from "./error-class.ts";
import type { Scenario, ScenarioStep } from "./scenario.ts";
import { type Observed, type ObservedStep, ScenarioVehicle } from "./vehicle.ts";

/** Counts of verdicts and of error classes, over steps. */
export interface Counts {
  steps: number;
  /** Verdicts on the update of a repository, and those of them that agree. */
  updates: number;
  /** Verdicts on targets that were reached, and those that were not, because the update was refused. */
  targets: number;
  unreached: number;
  /** Errors with a class, and those of the same class. */
  classes: number;
  sameClasses: number;
  /** Every difference of class, in words. */
  readonly otherClasses: string[];
}

export function createCounts(): Counts {
  return { steps: 0, updates: 0, targets: 0, unreached: 0, classes: 0, sameClasses: 0, otherClasses: [] };
}

/** Plays a scenario; gives each verdict that differs, in words. */
export function playScenario(scenario: Scenario, counts: Counts): readonly string[] {
  const vehicle = new ScenarioVehicle(scenario);
  return scenario.steps.flatMap((step, index) => {
    counts.steps++;
    return compareStep(`step ${index}`, step, vehicle.play(step), counts);
  });
}

function compareStep(label: string, step: ScenarioStep, observed: ObservedStep, counts: Counts): string[] {
  const faults: string[] = [];
  const expected = { director: step.director.expect, image: step.image_repo.expect };
  for (const repository of ["director", "image"] as const) {
    counts.updates++;
    const { err } = expected[repository].update;
    faults.push(
      ...compareVerdict(`${label} ${repository}`, err === undefined ? [] : [err], observed.update[repository], counts),
    );
  }
  const refused = [observed.update.director, observed.update.image].some((verdict) => verdict !== "success");
  const paths = new Set([...Object.keys(expected.director.targets), ...Object.keys(expected.image.targets)]);
  for (const path of paths) {
    // Both repositories have an opinion; the vehicle installs what neither objects to. Only what the Director lists is asked for.
    const both = [expected.director.targets[path], expected.image.targets[path]];
    const errors = both.flatMap((verdict) => (verdict?.err === undefined ? [] : [verdict.err]));
    if (refused || expected.director.targets[path] === undefined) counts.unreached++;
    else {
      counts.targets++;
      faults.push(...compareVerdict(`${label} ${path}`, errors, observed.targets.get(path), counts));
    }
  }
  return faults;
}

/** @param errors - the classes that are expected: none for success */
function compareVerdict(label: string, errors: readonly string[], observed: Observed, counts: Counts): string[] {
  if (observed === undefined) return [`${label}: not reached`];
  if (observed === "success") return errors.length === 0 ? [] : [`${label}: accepted, expected ${errors.join(" or ")}`];
  if (errors.length === 0) return [`${label}: ${observed.err}, expected success`];
  counts.classes++;
  if (errors.some((err) => sameClass(err, observed.err))) counts.sameClasses++;
  else counts.otherClasses.push(`${label}: ${observed.err} for ${errors.join(" or ")}`);
  return [];
}
