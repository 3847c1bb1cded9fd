import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { utf8ToBytes } from "../../src/core/index.ts";
import {
  createUpdateFloors,
  floorsDigest,
  loadSealedState,
  openSealedState,
  parseUpdateFloors,
  type SealedStore,
  sealState,
  storeSealedState,
} from "../../src/manifest/index.ts";
import type { SymmetricKey } from "../../src/signing/index.ts";
import { errorOf } from "../error-of.ts";
import { jsonBytes } from "./release-fixture.ts";

const key: SymmetricKey = { scheme: "hmac-sha256", keyId: "vehicle", secret: new Uint8Array(32).fill(7) };
const other: SymmetricKey = { ...key, secret: new Uint8Array(32).fill(8) };
const bytes = utf8ToBytes("floors");

/** A store in memory in which the n-th effect from now on is where the power is cut. */
class Machine {
  stored: Uint8Array | undefined;
  count = 0;
  cutAt = Number.POSITIVE_INFINITY;

  get store(): SealedStore {
    return {
      key,
      storage: { read: () => this.stored, write: (sealed) => this.#effect(() => (this.stored = sealed)) },
      counter: { read: () => this.count, increment: () => this.#effect(() => this.count++) },
    };
  }

  /** The power is cut before an effect, or right after it. */
  #effect(act: () => void): void {
    if (this.cutAt-- === 0) throw new Error("power cut");
    act();
    if (this.cutAt-- === 0) throw new Error("power cut");
  }
}

const text = (state: Uint8Array): string => new TextDecoder().decode(state);

describe("sealed state", () => {
  it("opens with its key at its count, and one ahead of the counter", () => {
    const sealed = sealState(bytes, key, 5);
    expect(openSealedState(sealed, key, 5)).toEqual({ state: bytes, count: 5, mustIncrement: false });
    expect(openSealedState(sealed, key, 4)).toEqual({ state: bytes, count: 5, mustIncrement: true });
  });

  it.each([
    [6, "ERR_MANIFEST_SEAL_ROLLED_BACK"],
    [3, "ERR_MANIFEST_SEAL_AHEAD"],
    [Number.NaN, "ERR_MANIFEST_SEAL_ROLLED_BACK"],
  ])("is refused when the counter stands at %d", (counter, code) => {
    expect(errorOf(() => openSealedState(sealState(bytes, key, 5), key, counter))).toMatchObject({
      code,
      path: "/count",
    });
  });

  it("is refused with another key, before anything is said of its count", () => {
    const sealed = sealState(bytes, key, 5);
    for (const stranger of [other, { ...other, keyId: "other" }]) {
      expect(errorOf(() => openSealedState(sealed, stranger, 9))).toMatchObject({ code: "ERR_MANIFEST_SEAL" });
    }
  });

  it("is refused with any byte changed", () => {
    const sealed = sealState(bytes, key, 5);
    fc.assert(
      fc.property(fc.nat(sealed.length - 1), fc.integer({ min: 1, max: 255 }), (at, change) => {
        const changed = sealed.slice();
        changed[at]! ^= change;
        expect(errorOf(() => openSealedState(changed, key, 5))).toMatchObject({ code: expect.stringMatching(/^ERR_/) });
      }),
    );
  });

  it.each([
    ["no object", [], ""],
    ["another schema", { schema: "otakit.sealed-state/2" }, "/schema"],
    ["a negative count", { count: -1 }, ""],
    ["a state that is no base64", { state: "?" }, "/state"],
    ["a seal that is no text", { seal: 1 }, "/seal"],
    ["a member that is not known", { extra: 1 }, ""],
  ])("is refused as %s", (_, change, path) => {
    const document = JSON.parse(text(sealState(bytes, key, 5)));
    const value = Array.isArray(change) ? change : { ...document, ...change };
    expect(errorOf(() => openSealedState(jsonBytes(value), key, 5))).toMatchObject({ name: "ManifestError", path });
  });

  it("refuses counts and keys that are none", () => {
    for (const count of [-1, 0.5, Number.NaN]) expect(() => sealState(bytes, key, count)).toThrow(RangeError);
    expect(() => sealState(bytes, { ...key, secret: new Uint8Array(8) }, 1)).toThrow(RangeError);
  });
});

describe("a store of sealed state", () => {
  it("is empty at first, and not empty again", async () => {
    const machine = new Machine();
    expect(await loadSealedState(machine.store)).toBeUndefined();
    await storeSealedState(machine.store, bytes);
    expect(await loadSealedState(machine.store)).toEqual({ state: bytes, count: 1 });
    machine.stored = undefined;
    await expect(loadSealedState(machine.store)).rejects.toMatchObject({ code: "ERR_MANIFEST_SEAL_ROLLED_BACK" });
  });

  it("notices an older copy, whichever", async () => {
    const machine = new Machine();
    const copies: Uint8Array[] = [];
    for (const word of ["a", "b", "c"]) {
      await storeSealedState(machine.store, utf8ToBytes(word));
      copies.push(machine.stored!);
    }
    for (const copy of copies.slice(0, 2)) {
      machine.stored = copy;
      await expect(loadSealedState(machine.store)).rejects.toMatchObject({ code: "ERR_MANIFEST_SEAL_ROLLED_BACK" });
    }
    machine.stored = copies[2]!;
    expect(text((await loadSealedState(machine.store))!.state)).toBe("c");
  });

  it("holds the old or the new state after a power cut anywhere, and never both", async () => {
    const cut = fc.integer({ min: 0, max: 5 });
    const step = fc.record({ cutAt: fc.option(cut), replay: fc.boolean() });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 12 }), async (steps) => {
        const machine = new Machine();
        let newest = 0;
        let accepted: string | undefined;
        const copies: (Uint8Array | undefined)[] = [undefined];
        for (const { cutAt, replay } of steps) {
          machine.cutAt = cutAt ?? Number.POSITIVE_INFINITY;
          const word = String(++newest);
          const before = accepted;
          const done = await storeSealedState(machine.store, utf8ToBytes(word)).then(
            () => true,
            () => false,
          );
          machine.cutAt = Number.POSITIVE_INFINITY;
          copies.push(machine.stored);
          const opened = await loadSealedState(machine.store);
          accepted = opened === undefined ? undefined : text(opened.state);
          expect(done ? [word] : [before, word]).toContain(accepted);
          if (!replay) continue;
          // Once a state was accepted, no other one ever written is.
          const present = machine.stored;
          for (const copy of copies) {
            machine.stored = copy;
            const found = await loadSealedState(machine.store).catch(() => "refused" as const);
            if (found !== "refused") expect(found === undefined ? undefined : text(found.state)).toBe(accepted);
          }
          machine.stored = present;
        }
      }),
    );
  });

  it("keeps floors, which a digest names", async () => {
    const machine = new Machine();
    const floors = createUpdateFloors({ "gw-1": { releaseCounter: 6, securityEpoch: 3 } }, { vehicleId: "veh-1" });
    await storeSealedState(machine.store, jsonBytes(floors));
    const opened = parseUpdateFloors((await loadSealedState(machine.store))!.state);
    expect(floorsDigest(opened)).toBe(floorsDigest(floors));
    expect(floorsDigest({ ...floors, timeMs: 1 })).not.toBe(floorsDigest(floors));
  });
});
