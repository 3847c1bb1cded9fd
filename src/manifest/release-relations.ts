/**
 * Whether what the images of a release require is in the vehicle, and what they exclude is not: one vehicle, one release, all
 * images at once.
 *
 * Which of several releases fit together, and in which order ECUs change, is for a solver above this.
 */

import { type Decision, excerpt, jsonPointer, type Reason } from "../core/index.ts";
import {
  type ComponentForecast,
  type ComponentInstance,
  type ComponentInventory,
  type EcuComponents,
  forecastComponents,
  settles,
} from "./component-inventory.ts";
import type { ManifestReasonCode } from "./reasons.ts";
import type { ReleaseManifest } from "./release.ts";
import type { ReleaseImage } from "./release-image.ts";
import { inComponentRange, readComponentRange, schemeOf } from "./release-range.ts";
import type { ComponentCondition } from "./release-relation.ts";

/** `unknown`: what would be needed for an answer is not in the inventory; it never means yes. */
export type RelationWord = "satisfied" | "violated" | "unknown";

/** What came of one relation. */
export interface RelationEvidence {
  /** JSON pointer of the relation in the manifest. */
  readonly path: string;
  readonly outcome: RelationWord;
  /** The ECU that gets the image, for relations to its own hardware. */
  readonly ecuId?: string;
  /** The instances of the component that were looked at, as they are going to be. */
  readonly instances?: readonly ComponentInstance[];
}

/** Answer of {@link checkRelations}. */
export type RelationDecision = Decision<
  RelationWord,
  ManifestReasonCode,
  { readonly relations: readonly RelationEvidence[] }
>;

/** A relation that was looked at, with the reason when it is not satisfied. */
interface Answer {
  readonly evidence: RelationEvidence;
  readonly reason?: Reason<ManifestReasonCode>;
}

/** Decisive first. */
const strength: readonly RelationWord[] = ["violated", "unknown", "satisfied"];

/**
 * Checks the relations of a release in one vehicle, as it is going to be when every ECU runs the image of its hardware id:
 * components that an image `clears` are gone, those that it `provides` are there.
 *
 * - `requires`: there is an instance of the component, and every instance lies in the range.
 * - `conflicts`: no instance lies in the range.
 * - `requiresHw`, `notHw`: the ECU that gets the image has one of the variants, and none of the excluded ones.
 *
 * An ECU whose components were not read, an inventory that is not complete, a version that is missing or none of its scheme make
 * an answer `unknown` wherever they could change it. Only active slots count, and pending ones of ECUs that get no image. Images for
 * hardware that the vehicle does not have do not count. Total and pure; it does not look at floors or signatures.
 *
 * @param inventory - may be wrong in any way: it is what ECUs say of themselves
 * @example
 * ```ts
 * const { decision, reasons } = checkRelations(release.manifest, { complete: true, ecus });
 * if (decision !== "satisfied") console.log(reasons[0].message);
 * ```
 */
export function checkRelations(manifest: ReleaseManifest, inventory: ComponentInventory): RelationDecision {
  const forecast = forecastComponents(manifest, inventory);
  const answers = manifest.images.flatMap((image, index) => {
    const ecus = inventory.ecus.filter(({ hardwareId }) => hardwareId === image.hardwareId);
    const at = ["images", index];
    if (ecus.length === 0) return [];
    return [
      ...ecus.flatMap((ecu) => checkHardware(image, ecu, at)),
      ...checkConditions("requires", image, { manifest, inventory, forecast }, at),
      ...checkConditions("conflicts", image, { manifest, inventory, forecast }, at),
    ];
  });
  const general = inventoryFaults(manifest, inventory);
  const words = [...answers.map(({ evidence }) => evidence.outcome), ...general.map(() => "unknown" as const)];
  const decision = strength.find((word) => words.includes(word)) ?? "satisfied";
  const reasons = strength.flatMap((word) =>
    answers.flatMap(({ evidence, reason }) => (evidence.outcome === word && reason ? [reason] : [])),
  );
  reasons.push(...general);
  if (decision === "satisfied") {
    reasons.push({ code: "relations_satisfied", message: "Every relation of the release holds in the vehicle" });
  }
  return { decision, reasons, evidence: { relations: answers.map(({ evidence }) => evidence) } };
}

/** What is wrong with the inventory as a whole. */
function inventoryFaults(
  manifest: ReleaseManifest,
  { ecus, complete }: ComponentInventory,
): Reason<ManifestReasonCode>[] {
  const reasons: Reason<ManifestReasonCode>[] = [];
  const seen = new Set<string>();
  for (const [index, { ecuId }] of ecus.entries()) {
    if (seen.has(ecuId)) {
      const message = `ECU "${excerpt(ecuId)}": listed twice in the inventory`;
      reasons.push({ code: "ecu_listed_twice", message, path: `/ecus/${index}` });
    }
    seen.add(ecuId);
  }
  // An ECU that is not listed could get an image, and have its own say about it.
  if (!complete && manifest.images.some(hasRelations)) {
    reasons.push({ code: "inventory_incomplete", message: "The inventory does not list every ECU" });
  }
  return reasons;
}

function hasRelations({ requires = [], conflicts = [], requiresHw, notHw }: ReleaseImage): boolean {
  return requires.length + conflicts.length > 0 || requiresHw !== undefined || notHw !== undefined;
}

/** The relations of an image to the hardware of one ECU that gets it. */
function checkHardware(
  { requiresHw, notHw }: ReleaseImage,
  { ecuId, hardware }: EcuComponents,
  at: readonly (string | number)[],
): Answer[] {
  const answer = (field: "requiresHw" | "notHw", holds: boolean | undefined): Answer => {
    const path = jsonPointer(...at, field);
    if (holds) return { evidence: { path, outcome: "satisfied", ecuId } };
    const known = holds === false;
    return {
      evidence: { path, outcome: known ? "violated" : "unknown", ecuId },
      reason: {
        code: known ? "hardware_variant_excluded" : "hardware_variant_unknown",
        message: `ECU "${excerpt(ecuId)}": its hardware variant is ${known ? "not one that the image is made for" : "not known"}`,
        path,
      },
    };
  };
  return [
    ...(requiresHw
      ? [
          answer(
            "requiresHw",
            hardware?.some((variant) => requiresHw.includes(variant)),
          ),
        ]
      : []),
    ...(notHw ? [answer("notHw", hardware && !hardware.some((variant) => notHw.includes(variant)))] : []),
  ];
}

/** What conditions are checked against. */
interface Vehicle {
  readonly manifest: ReleaseManifest;
  readonly inventory: ComponentInventory;
  readonly forecast: ComponentForecast;
}

function checkConditions(
  kind: "requires" | "conflicts",
  image: ReleaseImage,
  vehicle: Vehicle,
  at: readonly (string | number)[],
): Answer[] {
  return (image[kind] ?? []).map((condition, index) => {
    const { component, range, hardwareId } = condition;
    const instances = (vehicle.forecast.instances.get(component) ?? []).filter((instance) =>
      inScope(condition, instance.hardwareId),
    );
    const outcome = outcomeOf(kind, condition, instances, vehicle);
    const path = jsonPointer(...at, kind, index);
    const evidence: RelationEvidence = { path, outcome, instances };
    if (outcome === "satisfied") return { evidence };
    const place = hardwareId === undefined ? "" : ` on "${hardwareId}"`;
    const found = instances.map(({ ecuId, version = "unknown" }) => `${excerpt(version, 64)} on "${excerpt(ecuId)}"`);
    const shown = found.length === 0 ? "none is known" : `found ${found.slice(0, 3).join(", ")}`;
    const verb = kind === "requires" ? "requires" : "excludes";
    const message = `Image for "${image.hardwareId}" ${verb} "${component}" ${range}${place}: ${shown}`;
    return { evidence, reason: { code: codes[kind][outcome], message, path } };
  });
}

const codes = {
  requires: { violated: "requirement_violated", unknown: "requirement_unknown" },
  conflicts: { violated: "conflict_present", unknown: "conflict_unknown" },
} as const;

function inScope({ hardwareId }: ComponentCondition, found: string): boolean {
  return hardwareId === undefined || hardwareId === found;
}

function outcomeOf(
  kind: "requires" | "conflicts",
  condition: ComponentCondition,
  instances: readonly ComponentInstance[],
  { manifest, inventory, forecast }: Vehicle,
): RelationWord {
  const { component } = condition;
  const range = readComponentRange(schemeOf(manifest, component), condition.range);
  const inside = instances.map(({ version }) => range && inComponentRange(range, version));
  if (inside.includes(kind === "conflicts")) return "violated";
  const mayHaveMore =
    !inventory.complete ||
    forecast.unread.some(({ ecu, image }) => inScope(condition, ecu.hardwareId) && !settles(image, component));
  if (mayHaveMore || inside.includes(undefined)) return "unknown";
  return kind === "requires" && instances.length === 0 ? "violated" : "satisfied";
}
