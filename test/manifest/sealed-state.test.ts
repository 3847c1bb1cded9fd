import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { bytesToBase64, concatBytes, encodeJcs, utf8ToBytes } from "../../src/core/index.ts";
import {
  createUpdateFloors,
  floorsDigest,
  loadSealedState,
  openSealedState,
  parseUpdateFloors,
  provisionSealedState,
  sealState,
  storeSealedState,
} from "../../src/manifest/index.ts";
import { hmacSha256, type SymmetricKey } from "../../src/signing/index.ts";
import { errorOf } from "../error-of.ts";
import { jsonBytes } from "./release-fixture.ts";
import { PowerCut, SealedMachine, sealKey } from "./sealed-machine.ts";

const key = sealKey;
const other: SymmetricKey = { ...key, secret: new Uint8Array(32).fill(8) };
const bytes = utf8ToBytes("floors");

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

  it("says where a refusal lies, and what the counts were", () => {
    const faultOf = (counter: number, by = key) =>
      errorOf(() => openSealedState(sealState(bytes, key, 5), by, counter));
    expect(faultOf(6)).toMatchObject({
      message: "Cannot open state: it is number 5, and number 6 was written",
      details: { count: 5, counter: 6 },
    });
    expect(faultOf(3)).toMatchObject({
      message: "Cannot open state: it is number 5, and the counter stands at 3",
      details: { count: 5, counter: 3 },
    });
    expect(faultOf(5, other)).toMatchObject({ code: "ERR_MANIFEST_SEAL", path: "/seal" });
    expect(faultOf(5, { ...key, keyId: "other" })).toMatchObject({ code: "ERR_MANIFEST_SEAL", path: "/keyId" });
    expect(openSealedState(sealState(bytes, key, 0), key, 0).count).toBe(0);
  });

  it("covers count and key id, and nothing else is sealed in its words", () => {
    const document = JSON.parse(text(sealState(bytes, key, 5)));
    const message = [utf8ToBytes("otakit.sealed-state/1\0"), encodeJcs([5, "vehicle"]), bytes];
    expect(document).toEqual({
      schema: "otakit.sealed-state/1",
      count: 5,
      keyId: "vehicle",
      state: bytesToBase64(bytes),
      seal: bytesToBase64(hmacSha256(key.secret, concatBytes(...message))),
    });
    const renumbered = jsonBytes({ ...document, count: 6 });
    expect(errorOf(() => openSealedState(renumbered, key, 6))).toMatchObject({ code: "ERR_MANIFEST_SEAL" });
    const renamed = jsonBytes({ ...document, keyId: "other" });
    expect(errorOf(() => openSealedState(renamed, { ...key, keyId: "other" }, 5))).toMatchObject({
      code: "ERR_MANIFEST_SEAL",
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
    ["no schema", { schema: undefined }, ""],
    ["no count", { count: undefined }, ""],
    ["a state that is no text", { state: 1 }, "/state"],
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
    const machine = new SealedMachine();
    expect(await loadSealedState(machine.store)).toBeUndefined();
    await storeSealedState(machine.store, bytes);
    expect(await loadSealedState(machine.store)).toEqual({ state: bytes, count: 2 });
    machine.stored = undefined;
    await expect(loadSealedState(machine.store)).rejects.toMatchObject({
      code: "ERR_MANIFEST_SEAL_ROLLED_BACK",
      message: "Cannot open state: there is none, and number 2 was written",
      details: { counter: 2 },
    });
  });

  it("notices an older copy, whichever", async () => {
    const machine = new SealedMachine();
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

  it("refuses a successor that was written and cut off, once the vehicle went on without it", async () => {
    const machine = new SealedMachine();
    await storeSealedState(machine.store, utf8ToBytes("old"));
    const old = machine.stored;
    // The new state is written; the power is cut before the counter rises, and the old copy is put back.
    machine.cutAt = 6;
    await expect(storeSealedState(machine.store, utf8ToBytes("revoked"))).rejects.toThrow(PowerCut);
    const [reseal, cutOff] = machine.copies.slice(-2);
    machine.cutAt = Number.POSITIVE_INFINITY;
    machine.stored = old;
    await expect(loadSealedState(machine.store)).rejects.toMatchObject({ code: "ERR_MANIFEST_SEAL_ROLLED_BACK" });
    machine.stored = reseal;
    expect(text((await loadSealedState(machine.store))!.state)).toBe("old");
    await storeSealedState(machine.store, utf8ToBytes("other"));
    machine.stored = cutOff;
    await expect(loadSealedState(machine.store)).rejects.toMatchObject({ code: "ERR_MANIFEST_SEAL_ROLLED_BACK" });
  });

  it("is a new one for good once it was read after a cut", async () => {
    const machine = new SealedMachine();
    await storeSealedState(machine.store, utf8ToBytes("old"));
    machine.cutAt = 6;
    await expect(storeSealedState(machine.store, utf8ToBytes("new"))).rejects.toThrow(PowerCut);
    machine.cutAt = Number.POSITIVE_INFINITY;
    expect(await loadSealedState(machine.store)).toEqual({ state: utf8ToBytes("new"), count: 4 });
    expect(machine.count).toBe(4);
    for (const copy of machine.copies.slice(0, -1)) {
      machine.stored = copy;
      await expect(loadSealedState(machine.store)).rejects.toMatchObject({ code: "ERR_MANIFEST_SEAL_ROLLED_BACK" });
    }
  });

  it("is not written over with anything but a successor of what is there", async () => {
    const machine = new SealedMachine();
    await storeSealedState(machine.store, bytes);
    machine.stored = sealState(bytes, other, 2);
    await expect(storeSealedState(machine.store, bytes)).rejects.toMatchObject({ code: "ERR_MANIFEST_SEAL" });
    expect(machine.count).toBe(2);
    machine.stored = undefined;
    await expect(storeSealedState(machine.store, bytes)).rejects.toMatchObject({
      code: "ERR_MANIFEST_SEAL_ROLLED_BACK",
    });
    await provisionSealedState(machine.store, utf8ToBytes("anew"));
    expect(text((await loadSealedState(machine.store))!.state)).toBe("anew");
    expect(machine.count).toBe(4);
  });

  it("tells a state that was never written to its end from none that is left", async () => {
    const machine = new SealedMachine();
    machine.cutAt = 5;
    await expect(storeSealedState(machine.store, bytes)).rejects.toThrow(PowerCut);
    machine.cutAt = Number.POSITIVE_INFINITY;
    machine.stored = machine.copies[0];
    expect(await loadSealedState(machine.store)).toBeUndefined();
    await storeSealedState(machine.store, bytes);
    expect(await loadSealedState(machine.store)).toEqual({ state: bytes, count: 3 });
  });

  it("takes no empty state, which would look like none", async () => {
    const machine = new SealedMachine();
    await expect(storeSealedState(machine.store, new Uint8Array(0))).rejects.toThrow(RangeError);
    await expect(provisionSealedState(machine.store, new Uint8Array(0))).rejects.toThrow(RangeError);
    await expect(storeSealedState(machine.store, "state" as never)).rejects.toThrow(TypeError);
    expect(machine.count).toBe(0);
  });

  it("keeps to its limits", async () => {
    const machine = new SealedMachine();
    await storeSealedState(machine.store, bytes);
    for (const action of [
      loadSealedState(machine.store, { maxBytes: 9 }),
      storeSealedState(machine.store, bytes, { maxBytes: 9 }),
    ]) {
      await expect(action).rejects.toMatchObject({ code: "ERR_CORE_LIMIT" });
    }
  });

  it("writes nothing that it could not read again", async () => {
    const machine = new SealedMachine();
    await storeSealedState(machine.store, bytes);
    // The smallest limit that lets a state of six bytes through, whatever the count.
    const least = sealState(bytes, key, Number.MAX_SAFE_INTEGER).length;
    for (const [state, limits] of [
      [new Uint8Array(6_291_456), {}],
      [bytes, { maxBytes: least - 1 }],
    ] as const) {
      const copies = machine.copies.length;
      for (const write of [storeSealedState, provisionSealedState]) {
        await expect(write(machine.store, state, limits)).rejects.toMatchObject({ code: "ERR_CORE_LIMIT" });
      }
      expect([machine.copies.length, machine.count]).toEqual([copies, 2]);
    }
    for (const write of [storeSealedState, provisionSealedState]) {
      await write(machine.store, bytes, { maxBytes: least });
      expect((await loadSealedState(machine.store, { maxBytes: least }))?.state).toEqual(bytes);
    }
  });

  it("keeps the longest floors that there are within the default limits", async () => {
    const number = Number.MAX_SAFE_INTEGER;
    const digests = (length: number) => Array.from({ length }, (_, index) => index.toString(16).padStart(64, "0"));
    const floor = {
      releaseCounter: number,
      securityEpoch: number,
      installed: { releaseCounter: number, sha256: "a".repeat(64) },
      failed: digests(32),
    };
    const use = { authorisation: "a".repeat(64), sha256: "b".repeat(64), state: "installed" };
    const record = (item: unknown) =>
      Object.fromEntries(Array.from({ length: 1000 }, (_, index) => [String(index).padStart(128, "e"), item]));
    const ledger = {
      serial: number,
      authorisation: "a".repeat(64),
      leastSerial: number,
      revoked: Array.from({ length: 256 }, (_, index) => number - index),
      nonces: Array.from({ length: 64 }, () => "f".repeat(128)),
      ecus: record(use),
    };
    const keys = Object.fromEntries([..."abcdefgh"].map((name) => [name.repeat(64), digests(512)]));
    const floors = { ...createUpdateFloors({}), timeMs: number, keys, ecus: record(floor), rollback: ledger };
    const machine = new SealedMachine();
    await storeSealedState(machine.store, jsonBytes(floors));
    expect(parseUpdateFloors((await loadSealedState(machine.store))!.state)).toEqual(floors);
  });

  it("keeps floors, which a digest names", async () => {
    const machine = new SealedMachine();
    const floors = createUpdateFloors({ "gw-1": { releaseCounter: 6, securityEpoch: 3 } }, { vehicleId: "veh-1" });
    await storeSealedState(machine.store, jsonBytes(floors));
    const opened = parseUpdateFloors((await loadSealedState(machine.store))!.state);
    expect(floorsDigest(opened)).toBe(floorsDigest(floors));
    expect(floorsDigest({ ...floors, timeMs: 1 })).not.toBe(floorsDigest(floors));
  });
});
