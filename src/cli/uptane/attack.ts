/** What an attack is: what its attacker holds and does, and what it must come to for a Primary and for a Secondary. */

import type { UptaneAttack } from "otakit/manifest";
import type { LivingPair } from "./pair.ts";

/** The scene of an attack: the vehicle runs the first assignment, and is about to look for updates. */
export interface Stage {
  /** The repositories as they are served: honest, until the attacker changes them. */
  readonly pair: LivingPair;
  /** The time that the ECUs are told, in epoch milliseconds; `undefined` when it is kept from them. */
  time: number | undefined;
  /** Milliseconds that every file takes to arrive. */
  delayMs: number;
  /** Lets the vehicle take what is served now, before the attack goes on. */
  take(): void;
  /** Director's targets that a Secondary is handed in place of those that are served. */
  handed?: Uint8Array;
  /** Bytes that are delivered in place of an image. */
  readonly images: Map<string, Uint8Array>;
}

/** What an attack comes to. */
export type Expected =
  /** The update ends: nothing is installed, and the attack is named. */
  | { readonly outcome: "refuse"; readonly code: string; readonly attack: UptaneAttack }
  /** It is without effect: the vehicle sees nothing new, or only what is genuine. */
  | { readonly outcome: "unharmed"; readonly why: string }
  /** It succeeds, by the design of Uptane; `why` says what else stands against it. */
  | { readonly outcome: "accepted"; readonly why: string };

/** An attack. */
export interface Attack {
  readonly name: string;
  /** What it would achieve. */
  readonly summary: string;
  /** Keys that the attacker holds; everybody on the way can change what is served. */
  readonly holds: string;
  mount(stage: Stage): Promise<void> | void;
  readonly primary: Expected;
  /** The Secondary is the brake ECU. */
  readonly secondary: Expected;
}

/** A refusal. */
export function refused(code: string, attack: UptaneAttack): Expected {
  return { outcome: "refuse", code, attack };
}

/** Without effect. */
export function unharmed(why: string): Expected {
  return { outcome: "unharmed", why };
}

/** Beyond what the design can stop. */
export function accepted(why: string): Expected {
  return { outcome: "accepted", why };
}

/** For rows in which the Secondary never sees what is wrong. */
export const notItsRole: Expected = unharmed(
  "it verifies the Director's root and targets alone, and those are genuine",
);

/** For rows in which the Director is compromised and the Secondary has nothing to hold against it. */
export const byDesign: Expected = accepted(
  "partial verification trusts the Director alone; the Primary, which verifies fully, hands no such image on",
);
