/** The context of a look read back, with the state that the last verdict left. */

import { loneSurrogate } from "../../core/index.ts";
import type { Place } from "../faults.ts";
import { PlanReader } from "../plan-document.ts";
import type { GateApproval, GateContext, GateLatch, GateState, PauseAcknowledgement } from "./context.ts";
import { isDigest } from "./parse-plan.ts";

const reader = /* @__PURE__ */ new PlanReader(
  "gate context",
  "ERR_COHORT_GATE_CONTEXT",
  "ERR_COHORT_GATE_STATE_VERSION",
);
const stateReader = /* @__PURE__ */ new PlanReader(
  "gate state",
  "ERR_COHORT_GATE_CONTEXT",
  "ERR_COHORT_GATE_STATE_VERSION",
);
const largest = Number.MAX_SAFE_INTEGER;

/**
 * Checks the context of a look; it is untrusted input.
 *
 * @throws {@link CohortError} `ERR_COHORT_GATE_CONTEXT` with the JSON pointer of the fault, or `ERR_COHORT_GATE_STATE_VERSION`
 */
export function parseGateContext(value: unknown): GateContext {
  const found = reader.members(
    value,
    ["nowMs", "approvedPlanDigest", "ring", "state", "killSwitch", "approvals", "acknowledgements"],
    [],
  );
  const { killSwitch, state } = found;
  reader.require(typeof killSwitch === "boolean", ["killSwitch"], "true or false");
  return {
    nowMs: reader.integer(found["nowMs"], 0, largest, ["nowMs"]),
    approvedPlanDigest: readDigest(found["approvedPlanDigest"], ["approvedPlanDigest"]),
    ring: reader.name(found["ring"], ["ring"]),
    state: state === null ? null : parseGateState(state),
    killSwitch: killSwitch as boolean,
    approvals: reader.list(found["approvals"], 0, 100, ["approvals"], "approvals", readApproval),
    acknowledgements: reader.list(
      found["acknowledgements"],
      0,
      100,
      ["acknowledgements"],
      "acknowledgements",
      readAcknowledgement,
    ),
  };
}

/**
 * Checks a state that was kept since the last verdict; it is untrusted input.
 *
 * @throws {@link CohortError} `ERR_COHORT_GATE_CONTEXT` with the JSON pointer of the fault, or `ERR_COHORT_GATE_STATE_VERSION`
 */
export function parseGateState(value: unknown): GateState {
  const known = ["planDigest", "watermarkMs", "acknowledged", "countFromMs", "latch"];
  const found = stateReader.document(value, "otakit.gate-state/1", known);
  const instant = (name: string): number | null =>
    found[name] === null ? null : stateReader.integer(found[name], 0, largest, [name]);
  return {
    schema: "otakit.gate-state/1",
    planDigest: readDigest(found["planDigest"], ["planDigest"]),
    watermarkMs: instant("watermarkMs"),
    acknowledged: stateReader.integer(found["acknowledged"], 0, 1_000_000, ["acknowledged"]),
    countFromMs: instant("countFromMs"),
    latch: found["latch"] === null ? null : readLatch(found["latch"], ["latch"]),
  };
}

function readLatch(value: unknown, path: Place): GateLatch {
  const { decision, evidenceDigest, countedToMs } = stateReader.members(
    value,
    ["decision", "evidenceDigest", "countedToMs"],
    path,
  );
  stateReader.require(decision === "pause" || decision === "rollback", [...path, "decision"], "pause or rollback");
  return {
    decision: decision as GateLatch["decision"],
    evidenceDigest: readDigest(evidenceDigest, [...path, "evidenceDigest"]),
    countedToMs: countedToMs === null ? null : stateReader.integer(countedToMs, 0, largest, [...path, "countedToMs"]),
  };
}

function readApproval(value: unknown, path: Place): GateApproval {
  const found = reader.members(value, ["approver", "ring", "evidenceDigest", "atMs", "expiresMs"], path);
  return {
    approver: reader.name(found["approver"], [...path, "approver"]),
    ring: reader.name(found["ring"], [...path, "ring"]),
    evidenceDigest: readDigest(found["evidenceDigest"], [...path, "evidenceDigest"]),
    atMs: reader.integer(found["atMs"], 0, largest, [...path, "atMs"]),
    expiresMs: reader.integer(found["expiresMs"], 0, largest, [...path, "expiresMs"]),
  };
}

function readAcknowledgement(value: unknown, path: Place): PauseAcknowledgement {
  const { who, why, evidenceDigest } = reader.members(value, ["who", "why", "evidenceDigest"], path);
  const told = typeof why === "string" && why.length >= 1 && why.length <= 1_000 && loneSurrogate(why) < 0;
  reader.require(told, [...path, "why"], "1 .. 1000 characters");
  return {
    who: reader.name(who, [...path, "who"]),
    why: why as string,
    evidenceDigest: readDigest(evidenceDigest, [...path, "evidenceDigest"]),
  };
}

function readDigest(value: unknown, path: Place): string {
  reader.require(isDigest(value), path, "64 lower-case hexadecimal digits");
  return value as string;
}
