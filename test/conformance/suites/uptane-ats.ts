/**
 * Full verification against the scenarios of ATS (advancedtelematic/tuf-test-vectors), which aktualizr is tested with: as recorded,
 * with metadata that is too large, and made anew with other keys, identifiers, layouts and encodings.
 */

import { bytesToUtf8 } from "otakit/core";
import type { ConformanceSuite, LoadVectors, SuiteOutcome } from "../suite.ts";
import { createCounts, playScenario } from "../uptane/compare.ts";
import { KeyCabinet, keyTypes } from "../uptane/keys.ts";
import type { Scenario } from "../uptane/scenario.ts";
import { variantOf } from "../uptane/variant.ts";

const file = "manifest/uptane-ats-ed25519.json";

export const suites: readonly ConformanceSuite[] = [
  { suite: "manifest/uptane-ats-ed25519", file, run: recorded },
  { suite: "manifest/uptane-ats-oversized", file, run: oversized },
  { suite: "manifest/uptane-ats-variants", file, run: variants },
];

function read(load: LoadVectors): readonly Scenario[] {
  return JSON.parse(bytesToUtf8(load(file))) as readonly Scenario[];
}

/** Every verdict of the recorded scenarios. */
function recorded(load: LoadVectors): SuiteOutcome {
  return outcomeOf(read(load));
}

/** The two scenarios that are too large to record: the targets of one repository have 30,720 entries, some 14 MB. */
function oversized(load: LoadVectors): SuiteOutcome {
  const simple = read(load).find(({ name }) => name === "simple")!;
  const cabinet = new KeyCabinet();
  const scenarios = (["director", "image_repo"] as const).map((enlarge): Scenario => {
    const keyOf = (number: number) => cabinet.key("ed25519", number);
    const made = variantOf(simple, { ...simple, keyOf, layout: undefined, encoding: "hex", enlarge });
    const update = { is_success: false, err: "MetadataFetchFailure::targets" };
    const expect = { ...made.steps[0]![enlarge].expect, update };
    const step = { ...made.steps[0]!, [enlarge]: { ...made.steps[0]![enlarge], expect } };
    return { ...made, name: `${enlarge}_targets_too_large`, steps: [step] };
  });
  const outcome = outcomeOf(scenarios);
  return { ...outcome, why: `${outcome.why}; signed well, and refused by the length alone` };
}

/** Layouts of JSON: none, lines, tabs. */
const layouts = [undefined, 1, "\t"] as const;

/** Each scenario with each type of keys, and with identifiers, layout and encoding that differ from one to the next. */
function variants(load: LoadVectors): SuiteOutcome {
  const cabinet = new KeyCabinet();
  const recordings = read(load);
  const scenarios = keyTypes.flatMap((type, kind) =>
    recordings.map((scenario, index): Scenario => {
      const turn = index + kind;
      const made = variantOf(scenario, {
        keyOf: (number) => cabinet.key(type, number),
        ecu: `ECU:${type}.${index}`,
        hwid: index % 2 === 0 ? `model_${turn}-b` : "0",
        layout: layouts[turn % layouts.length],
        encoding: turn % 2 === 0 ? "hex" : "base64",
      });
      return { ...made, name: `${scenario.name} with ${type}` };
    }),
  );
  const outcome = outcomeOf(scenarios);
  return { ...outcome, why: `${recordings.length} scenarios with ${keyTypes.join(", ")}: ${outcome.why}` };
}

function outcomeOf(scenarios: readonly Scenario[]): SuiteOutcome {
  const counts = createCounts();
  const failures: string[] = [];
  for (const scenario of scenarios) {
    const faults = playScenario(scenario, counts);
    if (faults.length > 0) failures.push(`${scenario.name}: ${faults.join("; ")}`);
  }
  const { steps, updates, targets, unreached, classes, sameClasses, otherClasses } = counts;
  const others = otherClasses.length === 0 ? "" : ` (others: ${otherClasses.join("; ")})`;
  return {
    total: scenarios.length,
    passed: scenarios.length - failures.length,
    failed: failures.length,
    skipped: 0,
    failures,
    why:
      `${steps} steps, ${updates} verdicts on updates, ${targets} on targets, ${unreached} targets not asked for; ` +
      `error classes ${sameClasses} of ${classes}${others}`,
  };
}
