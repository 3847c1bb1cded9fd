/** Every history of three boots: the attacker chooses what lies in the storage, and where the power is cut. */

import { describe, expect, it } from "vitest";
import { isOtaError, utf8ToBytes } from "../../src/core/index.ts";
import { loadSealedState, storeSealedState } from "../../src/manifest/index.ts";
import { PowerCut, SealedMachine } from "./sealed-machine.ts";

/** A state says what came before it, so that a lost one is missed: `/`, `/a`, `/ab`. */
const text = (state: Uint8Array | undefined): string => (state === undefined ? "" : new TextDecoder().decode(state));

interface World {
  readonly count: number;
  readonly stored: Uint8Array | undefined;
  readonly copies: readonly Uint8Array[];
  /** The last state that the vehicle was told is stored. */
  readonly told: string;
}

interface Tally {
  histories: number;
  refused: number;
  stored: number;
}

/** One boot: it reads, and writes a successor of what it read. */
async function boot(world: World, stored: Uint8Array | undefined, letter: string, cutAt: number, tally: Tally) {
  const machine = new SealedMachine();
  machine.count = world.count;
  machine.stored = stored;
  machine.copies.push(...world.copies);
  machine.cutAt = cutAt;
  let { told } = world;
  try {
    const found = text((await loadSealedState(machine.store))?.state);
    // The law: whoever reads, reads everything that was ever said to be stored.
    if (!found.startsWith(told)) throw new Error(`"${told}" was stored, and "${found}" is read`);
    await storeSealedState(machine.store, utf8ToBytes(found + letter));
    told = found + letter;
    tally.stored++;
  } catch (error) {
    if (error instanceof PowerCut) return { ...machine, told };
    if (!isOtaError(error)) throw error;
    // A vehicle whose storage nobody touched is never locked out.
    if (stored === world.stored) throw new Error("locked out");
    tally.refused++;
    return undefined;
  }
  return { ...machine, told };
}

/** Cuts at and after every effect of one boot (at most an increment, then two writes with one each), and none. */
const cuts = [...Array(10).keys(), Number.POSITIVE_INFINITY];

async function explore(world: World, letters: string, tally: Tally): Promise<void> {
  tally.histories++;
  if (letters === "") return;
  for (const stored of new Set([undefined, world.stored, ...world.copies])) {
    for (const cutAt of cuts) {
      const next = await boot(world, stored, letters[0]!, cutAt, tally);
      if (next === undefined) break;
      await explore(next, letters.slice(1), tally);
    }
  }
}

describe("sealed state against whoever has storage and power switch", () => {
  it("loses nothing that was said to be stored, and locks nobody out, in any history of three boots", async () => {
    const tally: Tally = { histories: 0, refused: 0, stored: 0 };
    await explore({ count: 0, stored: undefined, copies: [], told: "" }, "abc", tally);
    expect(tally.histories).toBeGreaterThan(1000);
    expect(tally.refused).toBeGreaterThan(100);
    expect(tally.stored).toBeGreaterThan(100);
  });
});
