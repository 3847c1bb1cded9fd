/** Lamps of J1939-73: two bits that say whether a lamp is on, and two that say how it flashes. */

/** State of a lamp; `unknown` where the sender does not have the lamp, or sends bits that mean nothing together. */
export type J1939LampState = "on" | "off" | "slow-flash" | "fast-flash" | "unknown";

/** The four lamps. */
export interface J1939Lamps {
  /** Malfunction indicator lamp. */
  readonly mil: J1939LampState;
  /** Red stop lamp. */
  readonly red: J1939LampState;
  /** Amber warning lamp. */
  readonly amber: J1939LampState;
  readonly protect: J1939LampState;
}

/** Two bytes: for each lamp its state in the first and its flashing in the second, the malfunction indicator on top. */
export function lampsOf(status: number, flash: number): J1939Lamps {
  const lamp = (shift: number): J1939LampState => stateOf((status >>> shift) & 3, (flash >>> shift) & 3);
  return { mil: lamp(6), red: lamp(4), amber: lamp(2), protect: lamp(0) };
}

function stateOf(status: number, flash: number): J1939LampState {
  // Some senders leave the flash bits of a lamp zero that is off.
  if (status === 0) return "off";
  if (status !== 1) return "unknown";
  if (flash === 0) return "slow-flash";
  if (flash === 1) return "fast-flash";
  return flash === 3 ? "on" : "unknown";
}

/** Bits of each state: two of status, two of flashing. */
const bitsOf: Readonly<Record<J1939LampState, readonly [number, number]>> = {
  off: [0, 3],
  on: [1, 3],
  "slow-flash": [1, 0],
  "fast-flash": [1, 1],
  unknown: [3, 3],
};

/** Writes lamps as their two bytes. */
export function lampBytes({ mil, red, amber, protect }: J1939Lamps): readonly [number, number] {
  let [status, flash] = [0, 0];
  for (const state of [mil, red, amber, protect]) {
    const [on, how] = bitsOf[state];
    status = (status << 2) | on;
    flash = (flash << 2) | how;
  }
  return [status, flash];
}
