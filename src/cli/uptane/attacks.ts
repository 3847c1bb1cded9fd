/** The attack table: every attack on a vehicle, and what must come of it. */

import type { Attack } from "./attack.ts";
import { directorAttacks } from "./attacks-director.ts";
import { imageAttacks } from "./attacks-image.ts";
import { networkAttacks } from "./attacks-network.ts";

/** In the order of what the attacker holds. */
export const attacks: readonly Attack[] = [...networkAttacks, ...directorAttacks, ...imageAttacks];
