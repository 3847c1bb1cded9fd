/**
 * Why a vehicle is in, out or unknown: the leaves that decide, and nothing else.
 *
 * The law that makes it an explanation: with only the witnesses' answers kept, and every other leaf unknown, the verdict is
 * the same.
 */

import type { Reason } from "../../core/index.ts";
import type { CohortReasonCode } from "../reasons.ts";
import { type IdLookup, leafTest, type VehicleRecord } from "./closures.ts";
import { type ValueStatus, valueStatus } from "./status.ts";
import type { Leaf, SelectorTree, TreeNode, Truth } from "./tree.ts";

/** Answer of a selector about a vehicle. */
export type SelectionVerdict = "in" | "out" | "unknown";

/** A leaf of the selector that the verdict rests on. */
export interface Witness {
  /** JSON pointer of the leaf in the selector; `/holdback` for the global holdback. */
  readonly path: string;
  /** Attribute it looks at; none for a list, a bucket or the holdback. */
  readonly attribute?: string;
  /** What the leaf says. */
  readonly truth: "true" | "false" | "unknown";
  /**
   * Whether the verdict needs it: of several rules that each suffice, the first in the selector is decisive. The decisive
   * witnesses alone give the same verdict.
   */
  readonly decisive: boolean;
  /** State of the attribute's value. */
  readonly status?: ValueStatus;
  /** The value that was found; left out when there is none, when it is no scalar, and when the attribute has a privacy class. */
  readonly found?: string | number | boolean;
}

/** Why a vehicle is in, out or unknown. */
export interface Explanation {
  readonly verdict: SelectionVerdict;
  /** The leaves that decide, in the order of the selector. */
  readonly because: readonly Witness[];
  /** Attributes of unknown witnesses: those that were not delivered. */
  readonly missing: readonly string[];
  /** Those that are older than allowed, or dated ahead of now. */
  readonly stale: readonly string[];
  /** Those whose value is none of their type, or a version that cannot be compared. */
  readonly unreadable: readonly string[];
  /** Those about which sources contradict each other. */
  readonly contradictory: readonly string[];
}

/** A decision about one vehicle. */
export interface SelectionDecision {
  readonly decision: SelectionVerdict;
  /** The rules that decided; for `unknown`, what is not known. The first is decisive. */
  readonly reasons: readonly Reason<CohortReasonCode>[];
  readonly evidence: Explanation;
}

interface Found {
  readonly leaf: Leaf;
  readonly truth: Truth;
  decisive: boolean;
}

/** Adds the witnesses of a node to a list and gives its truth. */
interface Tracer {
  trace(vehicle: VehicleRecord, now: number, into: Found[]): Truth;
  /** Whether it has a node that turns unknown into an answer; then even its certain answers may rest on unknowns. */
  readonly escapes: boolean;
}

const truthNames = ["false", "unknown", "true"] as const;
const verdicts = ["out", "unknown", "in"] as const;

/** Makes the two functions of a compiled selector that give reasons. */
export function explainer(
  tree: SelectorTree,
  ids: IdLookup,
): {
  explain(vehicle: VehicleRecord, now: number): Explanation;
  decide(vehicle: VehicleRecord, now: number): SelectionDecision;
} {
  const roots = [
    { part: "include", tracer: tracer(tree.include, ids) },
    ...(tree.exclude ? [{ part: "exclude", tracer: negation(tracer(tree.exclude, ids)) }] : []),
    ...(tree.holdback ? [{ part: "holdback", tracer: negation(tracer(tree.holdback, ids)) }] : []),
  ] as const;
  const whole = junction(
    roots.map((root) => root.tracer),
    0,
  );
  const explain = (vehicle: VehicleRecord, now: number): Explanation => {
    requireArguments(vehicle, now);
    const found: Found[] = [];
    const verdict = verdicts[whole.trace(vehicle, now, found)];
    const because = found.map((one) => witness(one, vehicle, now, ids.idField));
    // Most vehicles are in or out for certain, and then nothing is missing.
    if (because.every(({ truth }) => truth !== "unknown")) {
      return { verdict, because, missing: [], stale: [], unreadable: [], contradictory: [] };
    }
    const withStatus = (...statuses: readonly ValueStatus[]): readonly string[] => {
      const names = because.filter(({ truth, status }) => truth === "unknown" && statuses.includes(status!));
      return [...new Set(names.flatMap(({ attribute }) => attribute ?? []))];
    };
    return {
      verdict,
      because,
      missing: withStatus("missing"),
      stale: withStatus("stale", "ahead"),
      unreadable: withStatus("unreadable", "incomparable"),
      contradictory: withStatus("contradictory"),
    };
  };
  const decide = (vehicle: VehicleRecord, now: number): SelectionDecision => {
    const evidence = explain(vehicle, now);
    const { verdict: decision, because } = evidence;
    return { decision, reasons: decision === "unknown" ? unknownReasons(because) : certainReasons(evidence), evidence };
  };
  return { explain, decide };
}

function requireArguments(vehicle: unknown, now: number): void {
  if (typeof vehicle !== "object" || vehicle === null) {
    throw new TypeError(`"vehicle" expected object, got ${vehicle === null ? "null" : typeof vehicle}`);
  }
  if (!Number.isFinite(now)) throw new RangeError(`"now" expected epoch milliseconds, got ${now}`);
}

function tracer(node: TreeNode, ids: IdLookup): Tracer {
  switch (node.kind) {
    case "and":
    case "or": {
      const args = node.args.map((arg) => tracer(arg, ids));
      return junction(args, node.kind === "and" ? 0 : 2);
    }
    case "not":
      return negation(tracer(node.arg, ids));
    case "truth": {
      const { trace } = tracer(node.arg, ids);
      const { wanted } = node;
      return { escapes: true, trace: (vehicle, now, into) => (trace(vehicle, now, into) === wanted ? 2 : 0) };
    }
    default: {
      const test = leafTest(node, ids);
      return {
        escapes: false,
        trace(vehicle, now, into) {
          const truth = test(vehicle, now);
          into.push({ leaf: node, truth, decisive: true });
          return truth;
        },
      };
    }
  }
}

function negation({ trace, escapes }: Tracer): Tracer {
  return { escapes, trace: (vehicle, now, into) => (2 - trace(vehicle, now, into)) as Truth };
}

/** `and` for the ruling truth 0, `or` for 2: one argument with the ruling truth decides alone. */
function junction(args: readonly Tracer[], ruling: 0 | 2): Tracer {
  const other: Truth = ruling === 0 ? 2 : 0;
  return {
    escapes: args.some(({ escapes }) => escapes),
    trace(vehicle, now, into) {
      const start = into.length;
      let truth: Truth = other;
      const ends: number[] = [];
      const truths = args.map((arg) => {
        const one = arg.trace(vehicle, now, into);
        ends.push(into.length);
        if (one === ruling) truth = ruling;
        else if (one === 1 && truth === other) truth = 1;
        return one;
      });
      // All arguments speak for `other`; for the ruling truth those that have it; for unknown the unknown ones, and those
      // whose certain answer could change if their unknown leaves were forgotten.
      if (truth === other) return truth;
      const keeps = (index: number): boolean => truths[index] === truth || (truth === 1 && args[index]!.escapes);
      let kept = start;
      let from = start;
      let isFirst = true;
      for (let index = 0; index < args.length; index++) {
        const end = ends[index]!;
        if (keeps(index)) {
          for (; from < end; from++) {
            const found = into[from]!;
            if (truth === ruling && !isFirst) found.decisive = false;
            into[kept++] = found;
          }
          isFirst = false;
        }
        from = end;
      }
      into.length = kept;
      return truth;
    },
  };
}

function witness({ leaf, truth, decisive }: Found, vehicle: VehicleRecord, now: number, idField: string): Witness {
  const said = { path: leaf.path, truth: truthNames[truth], decisive };
  if (leaf.kind === "list" || leaf.kind === "bucket") {
    return truth === 1 ? { ...said, status: vehicle[idField] == null ? "missing" : "unreadable" } : said;
  }
  const { attribute } = leaf;
  // A leaf that gives a certain answer has read its value; the others are looked at again.
  const status = truth === 1 || leaf.kind === "has" ? valueStatus(leaf, vehicle, now) : "known";
  const value = leaf.kind === "age" ? vehicle[attribute.observedAt!.field] : vehicle[attribute.field];
  const isShown = attribute.definition.piiClass === undefined && isScalar(value);
  return { ...said, attribute: attribute.name, status, ...(isShown ? { found: value } : {}) };
}

function isScalar(value: unknown): value is string | number | boolean {
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean";
}

const unknownCodes: Readonly<Record<ValueStatus, CohortReasonCode>> = {
  // A known value never makes a leaf unknown; the code is there so that the table is whole.
  known: "selector_attribute_unreadable",
  missing: "selector_attribute_missing",
  stale: "selector_attribute_stale",
  ahead: "selector_attribute_ahead",
  unreadable: "selector_attribute_unreadable",
  incomparable: "selector_version_incomparable",
  contradictory: "selector_attribute_contradictory",
};

/** One reason for each attribute and state; several leaves may ask for one attribute. */
function unknownReasons(because: readonly Witness[]): readonly Reason<CohortReasonCode>[] {
  const reasons = new Map<string, Reason<CohortReasonCode>>();
  for (const { truth, attribute, status, path } of because) {
    if (truth !== "unknown" || status === undefined) continue;
    const key = `${attribute ?? ""} ${status}`;
    if (reasons.has(key)) continue;
    reasons.set(
      key,
      attribute === undefined
        ? { code: "selector_vehicle_id_unusable", message: `The vehicle's id is ${status}`, path }
        : {
            code: unknownCodes[status],
            message: `Attribute "${attribute}" is ${status}`,
            path,
            evidence: { attribute },
          },
    );
  }
  return [...reasons.values()];
}

function certainReasons({ verdict, because }: Explanation): readonly Reason<CohortReasonCode>[] {
  if (verdict === "in") {
    const message = "The vehicle fits the selector, and no rule keeps it out";
    return [{ code: "selector_include_true", message, path: "/include" }];
  }
  const parts = new Set(because.map(({ path }) => path.split("/")[1]));
  const rules: readonly (readonly [string, CohortReasonCode, string])[] = [
    ["include", "selector_include_false", "The vehicle does not fit the selector"],
    ["exclude", "selector_exclude_true", "The vehicle is excluded"],
    ["holdback", "selector_held_back", "The vehicle is in the global holdback"],
  ];
  return rules
    .filter(([part]) => parts.has(part))
    .map(([part, code, message]) => ({ code, message, path: `/${part}` }));
}
