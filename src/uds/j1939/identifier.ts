/** The 29-bit identifiers of J1939: which parameter group, from whom, to whom. */

import { type J1939MessageName, j1939Pgns } from "./messages.ts";

/** An identifier taken apart. */
export interface J1939Identifier {
  /** 0 .. 7, the lower the more urgent. */
  readonly priority: number;
  /** Parameter group number, 0 .. 0x3FFFF. */
  readonly pgn: number;
  /** Address of the sender, 0 .. 255. */
  readonly source: number;
  /** Address of the receiver; absent where the group is for everybody. */
  readonly destination?: number;
}

/** Groups below this PDU format byte have a receiver in their second byte. */
const firstBroadcast = 0xf0;

/**
 * Takes a 29-bit identifier apart.
 *
 * Standard: SAE J1939-21 (PDU1 and PDU2 formats).
 *
 * @throws RangeError when `id` is no 29-bit integer
 * @example
 * ```ts
 * decodeJ1939Identifier(0x18feca00); // { priority: 6, pgn: 0xfeca, source: 0 }
 * ```
 */
export function decodeJ1939Identifier(id: number): J1939Identifier {
  requireWithin("id", id, 0x1fffffff);
  const format = (id >>> 16) & 0xff;
  const page = (id >>> 8) & 0x30000;
  const specific = (id >>> 8) & 0xff;
  const common = { priority: id >>> 26, source: id & 0xff };
  if (format >= firstBroadcast) return { ...common, pgn: page | (format << 8) | specific };
  return { ...common, pgn: page | (format << 8), destination: specific };
}

/**
 * Puts a 29-bit identifier together.
 *
 * @throws RangeError for a member out of range, a group with a receiver that is given none, or one for everybody that is given one
 */
export function encodeJ1939Identifier({ priority, pgn, source, destination }: J1939Identifier): number {
  requireWithin("priority", priority, 7);
  requireWithin("pgn", pgn, 0x3ffff);
  requireWithin("source", source, 0xff);
  const isBroadcast = ((pgn >>> 8) & 0xff) >= firstBroadcast;
  if (isBroadcast !== (destination === undefined)) {
    throw new RangeError(`"destination" expected ${isBroadcast ? "none" : "an address"} for group ${pgn}`);
  }
  if (destination !== undefined) {
    requireWithin("destination", destination, 0xff);
    if ((pgn & 0xff) !== 0) throw new RangeError(`"pgn" expected a low byte of 0 beside a receiver, got ${pgn}`);
  }
  return ((priority << 26) | (pgn << 8) | ((destination ?? 0) << 8) | source) >>> 0;
}

/** PGN of the request for another group. */
export const requestPgn = 0xea00;

/**
 * The three bytes that ask for a group, to be sent as {@link requestPgn}.
 *
 * @throws RangeError when `pgn` is none
 * @example
 * ```ts
 * encodeJ1939Request(j1939Pgns.DM2); // bytes cb fe 00
 * ```
 */
export function encodeJ1939Request(pgn: number): Uint8Array<ArrayBuffer> {
  requireWithin("pgn", pgn, 0x3ffff);
  return Uint8Array.of(pgn & 0xff, (pgn >>> 8) & 0xff, pgn >>> 16);
}

/** Name of the diagnostic message of a group, if it is one. */
export function j1939MessageName(pgn: number): J1939MessageName | undefined {
  return (Object.keys(j1939Pgns) as J1939MessageName[]).find((name) => j1939Pgns[name] === pgn);
}

function requireWithin(name: string, value: number, highest: number): void {
  if (Number.isInteger(value) && value >= 0 && value <= highest) return;
  throw new RangeError(`"${name}" expected integer 0..${highest}, got ${value}`);
}
