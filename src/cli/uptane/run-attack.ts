/** Mounts an attack on a vehicle that lives with the pair, and tells what came of it. */

import { equalBytes, isOtaError, type Reason } from "otakit/core";
import { type AssignedImage, type PartialImage, verifyUptaneImage } from "otakit/manifest";
import type { Attack, Expected, Stage } from "./attack.ts";
import { catalogue, contentOf, LivingPair, type PairKeys } from "./pair.ts";
import { DemoPrimary, DemoSecondary, type PrimaryOutcome, type SecondaryOutcome } from "./vehicle.ts";

/** What came of an attack for one victim. */
export interface VictimOutcome {
  readonly decision: "update" | "none" | "refuse";
  /** Why; for a refusal the first decides. */
  readonly reasons: readonly Reason[];
  /** Attack that the first reason names. */
  readonly attack: string;
  /** Whether everything that would be installed is genuine. */
  readonly genuine: boolean;
  /** Whether evidence of two contents under one version was handed out. */
  readonly equivocation: boolean;
}

/** What came of an attack. */
export interface AttackOutcome {
  readonly attack: Attack;
  readonly primary: VictimOutcome;
  readonly secondary: VictimOutcome;
}

/** The victims, as an outcome names them. */
export const victims = ["primary", "secondary"] as const;

/** A cap far above honest versions, so that a fast-forward is told from progress. */
const policy = { maxVersion: 2 ** 31 };

/**
 * Plays an attack on a new pair with the given keys: the vehicle takes the first assignment, the attack is mounted, the vehicle looks for
 * updates.
 */
export async function runAttack(attack: Attack, keys: PairKeys, now: number): Promise<AttackOutcome> {
  const pair = await LivingPair.create(keys, now);
  const { director, image } = pair.roots;
  const store = { director: new Map([["root.json", director]]), image: new Map([["root.json", image]]) };
  const primary = new DemoPrimary(store, policy);
  const secondary = new DemoSecondary(director, policy);
  const take = () => {
    const taken = [primary.verify(pair.files, pair.now), secondary.verify(pair.files, undefined, pair.now)];
    const refusal = taken.find(({ decision }) => decision !== "update");
    if (refusal !== undefined) throw new Error(`The stage is not set: ${refusal.reasons[0]?.message}`);
  };
  take();
  const stage: Stage = { pair, time: pair.now, delayMs: 0, take, images: new Map() };
  await attack.mount(stage);
  const full = primary.verify(pair.files, stage.time, stage.delayMs);
  const partial = secondary.verify(pair.files, stage.handed, stage.time);
  const images = full.assignment?.images ?? [];
  return {
    attack,
    primary: outcomeOf(full, install(images, stage)),
    secondary: outcomeOf(partial, install(partial.image === undefined ? [] : [partial.image], stage)),
  };
}

/** What the delivered images came to: the first that does not verify, and whether all are genuine. */
interface Delivery {
  readonly refusal?: Reason;
  readonly genuine: boolean;
}

function install(images: readonly (AssignedImage | PartialImage)[], { images: delivered }: Stage): Delivery {
  let genuine = true;
  for (const image of images) {
    const bytes = delivered.get(image.path) ?? contentOf(image.path);
    try {
      verifyUptaneImage(bytes, image, image);
    } catch (error) {
      if (!isOtaError(error)) throw error;
      const [refusal] = (error.details?.["reasons"] ?? []) as readonly Reason[];
      return { refusal: refusal ?? { code: error.code, message: error.message }, genuine };
    }
    genuine &&= isGenuine(image.path, image.ecuId, bytes);
  }
  return { genuine };
}

/** The newest two releases of each ECU are what its owner wants; everything else an attacker does. */
function isGenuine(path: string, ecuId: string, bytes: Uint8Array): boolean {
  const { gateway, gatewayNext, brake, brakeNext, door } = catalogue;
  const wanted: Readonly<Record<string, readonly string[]>> = {
    "gw-1": [gateway[0], gatewayNext[0]],
    "brake-1": [brake[0], brakeNext[0]],
    "door-1": [door[0]],
  };
  return (wanted[ecuId] ?? []).includes(path) && equalBytes(bytes, contentOf(path));
}

function outcomeOf(
  { decision, reasons, equivocation }: PrimaryOutcome | SecondaryOutcome,
  { refusal, genuine }: Delivery,
): VictimOutcome {
  const told = { genuine, equivocation: equivocation !== undefined };
  if (refusal === undefined) return { decision, reasons, attack: reasons[0]?.attack ?? "none", ...told };
  const attack = refusal.code === "target_too_long" ? "endless_data" : "arbitrary_software";
  return { decision: "refuse", reasons: [refusal], attack, ...told };
}

/** Whether an outcome is the one that the table promises. */
export function isAsExpected(expected: Expected, { decision, reasons, attack, genuine }: VictimOutcome): boolean {
  switch (expected.outcome) {
    case "refuse":
      return decision === "refuse" && reasons[0]?.code === expected.code && attack === expected.attack;
    case "unharmed":
      return decision !== "refuse" && genuine;
    case "accepted":
      return decision === "update";
  }
}
