/**
 * Partial verification (Uptane 2.1.0 section 5.4.4.1): what a small Secondary checks of what its Primary hands on.
 *
 * It looks at the Director alone, so that whoever holds the Director's keys can have it install what they like: the Primary, which
 * verifies fully, is what stands against that. Beyond the standard's least it follows the Director's roots, so that keys can be
 * rotated, and checks that the entry is meant for this very ECU and model, so that a compromised Primary cannot mislead it.
 */

import { assertBytes, equalBytes, freezeJson, type JsonObject } from "../../core/index.ts";
import type { Verified } from "../../signing/index.ts";
import type { TufClient, TufFileChange, TufStep } from "../tuf/client.ts";
import { targetsEntry } from "../tuf/delegations.ts";
import type { TufHashes, TufTargets } from "../tuf/metadata.ts";
import { nextTufRequest } from "../tuf/request.ts";
import { stepTufClient } from "../tuf/step.ts";
import { createTufClient } from "../tuf/step-root.ts";
import { onlineKeysOf, signedDigest, type VerifiedVersions } from "./assignment.ts";
import type { UptaneEquivocation } from "./client.ts";
import type { DirectorEntry, UptaneInstalled } from "./director-entry.ts";
import { checkDirectorTargets, isInstalled } from "./director-targets.ts";
import {
  resolveProfile,
  type UptanePolicy,
  type UptaneProfile,
  type UptaneProfileName,
  uptaneTufPolicy,
} from "./profile.ts";
import { reasonOfTuf, type UptaneReason, uptaneReason } from "./reasons.ts";
import type { VerifiedTime } from "./time.ts";
import { checkVehicle, type UptaneEcu } from "./vehicle.ts";

/** What a Secondary knows, mostly from its storage. */
export interface PartialKnowledge {
  /** Identifier of the vehicle that it is in. */
  readonly vehicleId: string;
  readonly ecu: UptaneEcu;
  /** The Director's root: of the factory, or the last one stored. */
  readonly root: Uint8Array;
  /** The Director's targets that were stored last; `undefined` when there are none. */
  readonly targets?: Uint8Array | undefined;
  /** Release counter that no image may fall below. */
  readonly releaseCounter?: number;
  /** What it runs: an assignment of that is nothing new. */
  readonly installed?: UptaneInstalled;
  /** `uptane-2.1` when absent. */
  readonly profile?: UptaneProfileName | UptaneProfile;
}

/** What a Primary hands on to a Secondary. */
export interface PartialBundle {
  /** The Director's roots that follow the Secondary's, oldest first; those that it has already may stand before them. */
  readonly roots: readonly Uint8Array[];
  /** The Director's newest targets. */
  readonly targets: Uint8Array;
}

/** The image for this ECU, on the word of the Director alone; frozen. */
export interface PartialImage extends Verified<"partial-image"> {
  readonly vehicleId: string;
  /** SHA-256 of the canonical JSON of the Director's targets, lower-case hexadecimal: names this very assignment. */
  readonly digest: string;
  readonly versions: { readonly director: Pick<VerifiedVersions, "root" | "targets"> };
  /** SHA-256 of the keys that may sign the Director's targets, lower-case hexadecimal. */
  readonly keys: { readonly director: readonly string[] };
  /** When the Director's targets expire, `YYYY-MM-DDTHH:MM:SSZ`. */
  readonly expires: string;
  readonly path: string;
  readonly ecuId: string;
  readonly hardwareId: string;
  /** Exact length in bytes. */
  readonly length: number;
  /** Every one that is known must match. */
  readonly hashes: TufHashes;
  /** Absent only in profiles that do not demand it. */
  readonly releaseCounter?: number;
  /** The Director's custom metadata of the image. */
  readonly custom: JsonObject;
}

/** What every partial verification tells. */
export interface PartialReport {
  /** For a refusal every check that failed, the first decides; it goes into the version report. */
  readonly reasons: readonly UptaneReason[];
  /**
   * To be carried out in this order, each durably and as a whole: `root.json` and `targets.json` of the Director. New roots are there
   * also when the targets are refused, so that an ECU is never left behind.
   */
  readonly persist: readonly TufFileChange[];
  /** Two targets that the Director signed under one version: to be reported. */
  readonly equivocation?: UptaneEquivocation;
}

/** What partial verification came to. */
export type PartialVerification =
  | (PartialReport & { readonly decision: "update"; readonly image: PartialImage })
  | (PartialReport & { readonly decision: "none" | "refuse"; readonly image?: undefined });

/**
 * Verifies what a Primary handed on, for one ECU.
 *
 * Pure and in one call: the caller reads from its storage before and carries out `persist` after. The image is then checked with
 * `verifyUptaneImage`.
 *
 * Standard: Uptane 2.1.0 sections 5.4.4.1, 5.4.4.3, 5.4.4.6 and 5.4.3.4.
 *
 * @param time - the verified time, from another source than the Primary; `undefined`, when there is none, is a refusal
 * @throws {@link ManifestError} `ERR_MANIFEST_TUF_ROOT` when the stored root is broken, `ERR_MANIFEST_UPTANE_VEHICLE`, or
 * `ERR_MANIFEST_TIME` when the time is before 2020
 * @throws RangeError when a release counter or the policy has an impossible value; TypeError when a file is none
 * @example
 * ```ts
 * const { decision, image, reasons, persist } = evaluatePartialVerification(knowledge, { roots, targets }, time);
 * await store(persist);
 * if (decision === "update") verifyUptaneImage(await receive(image.path, image.length), image, knowledge.ecu);
 * ```
 */
export function evaluatePartialVerification(
  knowledge: PartialKnowledge,
  bundle: PartialBundle,
  time: VerifiedTime | undefined,
  policy: UptanePolicy = {},
): PartialVerification {
  const profile = resolveProfile(knowledge.profile ?? "uptane-2.1");
  const { director } = profile;
  // Without snapshot and timestamp, whichever roles the Director has: 5.4.4.6 step 2 may be skipped here.
  const rules = { ...director, wire: { ...director.wire, roles: "root_and_targets" } } as const;
  const tufPolicy = uptaneTufPolicy({ ...profile, director: rules }, "director", policy);
  const client = createTufClient(knowledge.root, tufPolicy);
  const checked = checkKnowledge(knowledge, profile);
  // 5.4.4.1 step 1.
  if (time === undefined)
    return { decision: "refuse", reasons: [uptaneReason("uptane_time_missing", "5.4.4.1")], persist: [] };

  const walked = walk(
    client,
    knowledge,
    bundle,
    (state, answer) => stepTufClient(state, answer, time.now, tufPolicy),
    tufPolicy,
  );
  const { roots, equivocation } = walked;
  const evidence = equivocation && { equivocation: { repository: "director" as const, ...equivocation } };
  if (walked.refusals.length > 0) {
    const reasons = walked.refusals.map((reason) => reasonOfTuf(reason, "director"));
    return { decision: "refuse", reasons, persist: roots, ...evidence };
  }
  const { signed } = targetsEntry(walked.state, "targets")!.trusted!;
  const { images, faults } = checkDirectorTargets(checked, signed, walked.previous);
  if (faults.length > 0) return { decision: "refuse", reasons: faults, persist: roots, ...evidence };
  return { ...conclude(knowledge, images, walked.state, roots, walked.targets), ...evidence };
}

function checkKnowledge({ vehicleId, ecu, releaseCounter = 0 }: PartialKnowledge, profile: UptaneProfile) {
  const { ecuId } = ecu;
  if (!Number.isSafeInteger(releaseCounter) || releaseCounter < 0) {
    throw new RangeError(`"releaseCounter" expected integer >= 0, got ${releaseCounter}`);
  }
  const vehicle = checkVehicle({ vehicleId, primary: ecuId, ecus: [ecu] });
  return { profile, vehicle, releaseCounters: new Map([[ecuId, releaseCounter]]), onlyEcu: ecuId };
}

/** The Director's client at its end, or why it did not come there. */
interface Walk {
  readonly state: TufClient;
  readonly refusals: TufStep["reasons"];
  /** The stored targets, as far as they are authentic. */
  readonly previous: TufTargets | undefined;
  readonly roots: readonly TufFileChange[];
  readonly targets: readonly TufFileChange[];
  readonly equivocation: TufStep["equivocation"];
}

function walk(
  client: TufClient,
  { root, targets: stored }: PartialKnowledge,
  { roots, targets }: PartialBundle,
  take: (state: TufClient, answer: Parameters<typeof stepTufClient>[1]) => TufStep,
  policy: Parameters<typeof nextTufRequest>[1],
): Walk {
  assertBytes(targets, "targets");
  // Roots that it has already: a Primary hands the whole chain to all of its Secondaries.
  const known = roots.findLastIndex((bytes) => equalBytes(assertBytes(bytes, "roots"), root));
  const next = roots.slice(known + 1);
  let state = client;
  let previous: TufTargets | undefined;
  const changes: TufFileChange[] = [];
  for (let request = nextTufRequest(state, policy); request !== undefined; request = nextTufRequest(state, policy)) {
    const bytes = request.role === "root" ? next.shift() : request.kind === "load" ? stored : targets;
    const step = take(state, { request, bytes });
    previous ??= targetsEntry(step.state, "targets")?.stored?.signed;
    const { equivocation } = step;
    if (step.decision === "refuse" || nextTufRequest(step.state, policy) === undefined) {
      const of = (file: string) => [...changes, ...step.persist].filter((change) => change.file === file);
      const refusals = step.decision === "refuse" ? step.reasons : [];
      return {
        state: step.state,
        refusals,
        previous,
        roots: of("root.json"),
        targets: of("targets.json"),
        equivocation,
      };
    }
    changes.push(...step.persist);
    state = step.state;
  }
  throw new TypeError('"root" expected a client that asks for targets');
}

/** 5.4.3.3 and 5.4.3.4 steps 2 and 3: the entry for this ECU. */
function conclude(
  { vehicleId, ecu, installed }: PartialKnowledge,
  images: readonly DirectorEntry[],
  director: TufClient,
  roots: readonly TufFileChange[],
  targets: readonly TufFileChange[],
): PartialVerification {
  const { ecuId, hardwareId } = ecu;
  const { signed } = targetsEntry(director, "targets")!.trusted!;
  const { version, expires } = signed;
  const place = { repository: "director", role: "targets" } as const;
  const entry = images.find(({ ecus }) => ecus.some((each) => each.ecuId === ecuId));
  const reasonOf = (code: "uptane_image_absent" | "uptane_nothing_new" | "uptane_image_assigned", clause: string) => [
    uptaneReason(code, clause, place, { got: version, ecuId }),
  ];
  // 5.4.3.3 step 4: without an entry the previous targets are retained.
  if (entry === undefined)
    return { decision: "none", reasons: reasonOf("uptane_image_absent", "5.4.3.3"), persist: roots };
  const persist = [...roots, ...targets];
  const own = { ...entry, ecus: [ecu] };
  if (installed !== undefined && isInstalled([own], new Map([[ecuId, installed]]))) {
    return { decision: "none", reasons: reasonOf("uptane_nothing_new", "5.4.4.2"), persist };
  }
  const { path, file, releaseCounter } = entry;
  const image = freezeJson({
    vehicleId,
    digest: signedDigest(signed),
    versions: { director: { root: director.root.signed.version, targets: version } },
    keys: { director: onlineKeysOf(director) },
    expires,
    path,
    ecuId,
    hardwareId,
    length: file.length,
    hashes: file.hashes,
    ...(releaseCounter === undefined ? {} : { releaseCounter }),
    custom: file.custom ?? {},
  }) as unknown as PartialImage;
  return { decision: "update", reasons: reasonOf("uptane_image_assigned", "5.4.3.3"), image, persist };
}
