/** One step of full verification (Uptane 5.4.4.2), in the order of the standard. */

import { excerpt } from "../../core/index.ts";
import type { TufStep } from "../tuf/client.ts";
import { targetsEntry } from "../tuf/delegations.ts";
import { resolveTufPolicy } from "../tuf/policy.ts";
import { tufReason } from "../tuf/reasons.ts";
import { stepTufClient } from "../tuf/step.ts";
import { assignmentOf } from "./assignment.ts";
import type {
  UptaneAnswer,
  UptaneClient,
  UptaneEquivocation,
  UptaneFileChange,
  UptaneOutcome,
  UptaneRequest,
  UptaneStep,
} from "./client.ts";
import { checkDirectorTargets, isInstalled } from "./director-targets.ts";
import { compareTarget } from "./match.ts";
import { type UptanePolicy, uptaneTufPolicy } from "./profile.ts";
import { reasonOfTuf, type UptaneReason, uptaneReason } from "./reasons.ts";
import { nextUptaneRequest } from "./request.ts";
import { type ResolutionOptions, type ResolvedTarget, resolveDelegations } from "./resolve.ts";
import type { VerifiedTime } from "./time.ts";

/**
 * Takes the answer to the request of `nextUptaneRequest`.
 *
 * The steps of full verification come in the standard's order: the Director's root, timestamp, snapshot and targets; then those of the
 * Image repository; then, for every image that the Director assigns, the roles of the Image repository that have the authority
 * for it. Every check of a step is made, and all that fail are listed; one image that fails refuses all. A refusal changes
 * nothing: end the verification, report the reasons, start again later from the store.
 *
 * The Director's snapshot and targets are handed out for storing only when the whole verification is complete: what could not be
 * verified yet must not look like what was. An assignment is handed out again, also after a restart, until `installed` says that every
 * ECU runs it: whoever was interrupted need not remember that there was one.
 *
 * Standard: Uptane 2.1.0 sections 5.4.4.2 to 5.4.4.8; TUF 1.0.34 section 5.
 *
 * @param answer - the request, and the bytes of the file or `undefined` when there is none
 * @param time - the verified time; `undefined`, when there is none, is a refusal
 * @throws RangeError when the answer is to no open request, or the policy has an impossible value
 * @throws TypeError when the bytes are none
 * @throws `ManifestError` `ERR_MANIFEST_TIME` when the time is before 2020
 * @example
 * ```ts
 * const step = stepUptaneClient(client, { request, bytes }, time);
 * if (step.decision === "refuse") report(step.reasons); // [{ code: "uptane_ecu_unknown", repository: "director", … }]
 * ```
 */
export function stepUptaneClient(
  state: UptaneClient,
  { request, bytes }: UptaneAnswer,
  time: VerifiedTime | undefined,
  policy: UptanePolicy = {},
): UptaneStep {
  requireOpen(state, request, policy);
  // 5.4.4.2 step 1: without a time nothing can be told to be fresh.
  if (time === undefined) return refuse(state, [uptaneReason("uptane_time_missing", "5.4.4.2")]);
  const { latestTime } = state;
  if (latestTime !== undefined && time.now < latestTime) {
    return refuse(state, [uptaneReason("uptane_time_rollback", "5.4.4.2", {}, { had: latestTime, got: time.now })]);
  }
  const { repository } = request;
  const tufPolicy = uptaneTufPolicy(state.profile, repository, policy);
  const step = stepTufClient(state[repository], { request, bytes }, time.now, tufPolicy);
  const context: Context = { state, request, policy, step, reasons: reasonsOf(step, request) };
  if (step.decision === "refuse") return refusedByTuf(context, time.now);
  const rollback = checkTargetsVersion(context);
  if (rollback.length > 0) return refuse(state, rollback, equivocationOf(context));
  const after = { ...state, [repository]: step.state, latestTime: time.now };
  return repository === "director" ? afterDirector(context, after) : afterImage(context, after);
}

/** A step that the repository's TUF client has taken. */
interface Context {
  readonly state: UptaneClient;
  readonly request: UptaneRequest;
  readonly policy: UptanePolicy;
  readonly step: TufStep;
  readonly reasons: readonly UptaneReason[];
}

/** A state under construction. */
type Draft = { readonly [Name in keyof UptaneClient]: UptaneClient[Name] };

function reasonsOf({ reasons }: Pick<TufStep, "reasons">, { repository }: UptaneRequest): readonly UptaneReason[] {
  return reasons.map((reason) => reasonOfTuf(reason, repository));
}

/** 5.4.4.2 steps 4 to 6, of which the fourth is carried out with the sixth. */
function afterDirector(context: Context, after: Draft): UptaneStep {
  const { state, request, step } = context;
  const targets = targetsEntry(step.state, "targets")?.trusted;
  if (targets === undefined) return proceed(context, after);
  const previous = targetsEntry(state.director, "targets")?.stored?.signed;
  const { images, faults } = checkDirectorTargets(state, targets.signed, previous);
  if (faults.length > 0) return refuse(state, faults, equivocationOf(context));
  // Steps 4 and 6. That the stored metadata is the newest does not say that it was carried out: the power may have gone in between.
  if (isInstalled(images, state.installed)) {
    const place = { repository: "director", role: "targets" } as const;
    const evidence = { got: targets.signed.version, images: images.length };
    const code = request.kind === "load" ? "uptane_director_unchanged" : "uptane_nothing_new";
    return finish(context, after, { decision: "none", reasons: [uptaneReason(code, "5.4.4.2", place, evidence)] });
  }
  return proceed(context, { ...after, phase: "image", assigned: images });
}

/** 5.4.4.2 steps 7 to 10. */
function afterImage(context: Context, after: Draft): UptaneStep {
  return after.image.phase === "ready" ? resolveImages(context, after) : proceed(context, after);
}

/** 5.4.4.2 step 10: every image of the Director, as far as the delegated roles for it are there. */
function resolveImages(context: Context, after: Draft): UptaneStep {
  const { state, policy } = context;
  const { profile, assigned, image, expired } = after;
  const resolvedPolicy = resolveTufPolicy(uptaneTufPolicy(profile, "image", policy));
  const options: ResolutionOptions = { profile, expired, policy: resolvedPolicy, read: new Map() };
  const resolved = [...after.resolved];
  const faults = [...after.faults];
  for (const entry of assigned.slice(resolved.length)) {
    const targets: ResolvedTarget[] = [];
    const found: UptaneReason[] = [];
    for (const hardwareId of new Set(entry.ecus.map((ecu) => ecu.hardwareId))) {
      const resolution = resolveDelegations(image, entry.path, hardwareId, options);
      if (resolution.decision === "needs") {
        return proceed(context, { ...after, phase: "resolve", resolved, faults, needed: resolution.request });
      }
      if (resolution.decision === "refuse") return refuse(state, reasonsOf(resolution, context.request));
      if (resolution.decision === "found") {
        targets.push(resolution.target);
        found.push(...compareTarget(entry, resolution.target, profile));
        continue;
      }
      const evidence = {
        target: excerpt(entry.path),
        hardwareId,
        visited: resolution.visited.map((role) => excerpt(role)),
      };
      found.push(
        uptaneReason("uptane_target_not_found", "5.4.4.7", { repository: "image", role: "targets" }, evidence),
      );
    }
    resolved.push(targets);
    // A hostile file of thousands of faults must not make a report of its own size.
    if (faults.length < mostFaults) faults.push(...found);
  }
  if (faults.length > 0) return refuse(state, faults);
  const assignment = assignmentOf({ ...after, resolved });
  const evidence = { digest: assignment.digest, images: assignment.images.length };
  const reasons = [uptaneReason("uptane_assignment_verified", "5.4.4.2", {}, evidence)];
  return finish(context, { ...after, resolved }, { decision: "update", assignment, reasons });
}

const mostFaults = 64;

/** A refusal of the repository's TUF client: of the whole, unless the profile reads an expired delegated role as an empty one. */
function refusedByTuf(context: Context, now: number): UptaneStep {
  const { state, request, step } = context;
  const isVoid =
    state.profile.expiredDelegation === "lists_nothing" &&
    request.delegator !== "root" &&
    step.reasons.every(({ code }) => code === "tuf_expired");
  if (!isVoid) return refuse(state, context.reasons, equivocationOf(context));
  const after = { ...state, latestTime: now, expired: [...state.expired, request.role] };
  return resolveImages(context, after);
}

/**
 * 5.4.4.6 step 4: not below the previous targets of the role, also where a snapshot of revoked keys, which would tell, was dropped.
 */
function checkTargetsVersion({ state, request, step }: Context): readonly UptaneReason[] {
  const { repository, role } = request;
  const had = targetsEntry(state[repository], role)?.stored?.signed.version;
  const got = targetsEntry(step.state, role)?.trusted?.signed.version;
  if (had === undefined || got === undefined) return [];
  if (got < had) return [reasonOfTuf(tufReason("tuf_version_rollback", role, "5.6.4", { had, got }), repository)];
  // Other content under the same version passes for nothing new elsewhere; uptane-standard issue 268.
  const isSwapped = step.equivocation !== undefined && state.profile[repository].wire.sameVersion === "keep";
  return isSwapped ? [reasonOfTuf(tufReason("tuf_equivocation", role, "5.6.4", { had, got }), repository)] : [];
}

/** Goes on with a changed state; what the Director's next refresh would take for verified is kept back. */
function proceed(context: Context, after: Draft): UptaneStep {
  const changes = changesOf(context);
  const withheld = changes.filter(isWithheld);
  const state = freeze({ ...after, withheld: [...after.withheld, ...withheld] });
  const persist = changes.filter((change) => !withheld.includes(change));
  return { ...endOf(context), state, persist };
}

/** Ends the verification; now the Director's files may be stored. */
function finish(context: Context, after: Draft, outcome: UptaneOutcome): UptaneStep {
  const { needed: _, ...rest } = after;
  const state = freeze({ ...rest, phase: "done", withheld: [], outcome });
  // The Director's last, and of them the snapshot: it is what ends the next verification.
  const changes = [...changesOf(context), ...after.withheld];
  const isSnapshot = ({ repository, file }: UptaneFileChange) => repository === "director" && file === "snapshot.json";
  const persist = [...changes.filter((change) => !isSnapshot(change)), ...changes.filter(isSnapshot)];
  const end = endOf(context);
  return { ...end, decision: "accept", reasons: [...end.reasons, ...outcome.reasons], state, persist };
}

function endOf(context: Context): Omit<UptaneStep, "state" | "persist"> {
  const { step, reasons } = context;
  const equivocation = equivocationOf(context);
  const decision = step.decision === "accept" ? "accept" : "keep";
  return { decision, reasons, ...(equivocation === undefined ? {} : { equivocation }) };
}

function refuse(state: UptaneClient, reasons: readonly UptaneReason[], equivocation?: UptaneEquivocation): UptaneStep {
  const extras = equivocation === undefined ? {} : { equivocation };
  return { decision: "refuse", reasons, state, persist: [], ...extras };
}

function changesOf({ step, request }: Context): readonly UptaneFileChange[] {
  return step.persist.map((change) => ({ repository: request.repository, ...change }));
}

/** Also where there is no snapshot: the stored targets are the floors of release counters. */
function isWithheld({ repository, file, bytes }: UptaneFileChange): boolean {
  return repository === "director" && bytes !== undefined && isBundleFile(file);
}

function isBundleFile(file: string): boolean {
  return file === "snapshot.json" || file === "targets.json";
}

function equivocationOf({ step, request }: Context): UptaneEquivocation | undefined {
  return step.equivocation && { repository: request.repository, ...step.equivocation };
}

function freeze(draft: Draft): UptaneClient {
  return Object.freeze(draft) as unknown as UptaneClient;
}

/** An answer out of turn would be checked against the wrong state. */
function requireOpen(state: UptaneClient, request: UptaneRequest, policy: UptanePolicy): void {
  const open = nextUptaneRequest(state, policy);
  const members = ["repository", "kind", "role", "delegator", "file"] as const;
  if (open !== undefined && members.every((name) => open[name] === request[name])) return;
  const { repository, kind, role } = request;
  const got = [repository, kind, role].map((part) => excerpt(String(part))).join(" ");
  throw new RangeError(`"request" expected the one that the client asks for next, got ${got}`);
}
