import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { type FaultOrigin, faultId, faultSourceId } from "../../../src/uds/events/index.ts";
import { engine, eventOf } from "./fixture.ts";

const primary = { protocol: "uds", memory: "primary" } as const;

/** The layout of the documentation, written down a second time. */
function expected(fields: readonly (string | undefined)[]): string {
  const hash = createHash("sha256");
  for (const field of ["otakit.fault-id/1", ...fields]) {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(field === undefined ? 0xffffffff : Buffer.byteLength(field));
    hash.update(length).update(field ?? "");
  }
  return hash.digest("hex").slice(0, 32);
}

describe("faultSourceId", () => {
  const vectors: readonly [FaultOrigin, readonly (string | undefined)[], string][] = [
    [
      { ecu: engine, source: primary },
      [undefined, "uds-can", "2024", "uds", "primary", undefined, undefined],
      "56962f405d9607b0dec70b3099709696",
    ],
    [
      { vehicleId: "v-1", ecu: engine, source: primary },
      ["v-1", "uds-can", "2024", "uds", "primary", undefined, undefined],
      "b593ac065782364e9fc35ff504e18b7e",
    ],
    [
      {
        vehicleId: "",
        ecu: { addressing: "doip", address: 0 },
        source: { ...primary, memory: "user", memorySelection: 24 },
      },
      ["", "doip", "0", "uds", "user", "24", undefined],
      "420774230622027670bf75a721416011",
    ],
    [
      {
        vehicleId: "ä",
        ecu: { addressing: "sovd", address: "components/engine" },
        source: { protocol: "sovd", memory: "primary", scope: "Default" },
      },
      ["ä", "sovd", "components/engine", "sovd", "primary", undefined, "Default"],
      "7936f7b1fa72d1bc8b677b68e6305317",
    ],
  ];

  it.each(vectors)("names %j", (origin, fields, id) => {
    expect(faultSourceId(origin)).toBe(expected(fields));
    expect(faultSourceId(origin)).toBe(id);
  });

  it("depends on nothing else", () => {
    const named = { ecu: { ...engine, name: "Motor" }, source: { ...primary, report: "x", formatId: 4 } };
    expect(faultSourceId(named)).toBe(faultSourceId({ ecu: engine, source: primary }));
  });

  it("does not confuse fields that touch", () => {
    const user = (memorySelection: number, vehicleId: string) =>
      faultSourceId({ vehicleId, ecu: engine, source: { protocol: "uds", memory: "user", memorySelection } });
    expect(user(1, "v")).not.toBe(user(1, "v\u0000"));
    expect(new Set([user(1, "v1"), user(11, "v"), user(1, "v11")]).size).toBe(3);
  });
});

describe("faultId", () => {
  const source = "0".repeat(32);

  it("shows native codes of hexadecimal digits", () => {
    expect(faultId(source, "042016")).toBe(`${source}.042016`);
    expect(faultId(source, "0420")).toBe(`${source}.0420`);
    expect(faultId(source, "B8040380")).toBe(`${source}.B8040380`);
  });

  it.each(["042", "B80403800", "04201g", "b80403", "", "x".repeat(256), "042016\n"])("hashes %j", (native) => {
    const digest = createHash("sha256").update(native).digest("hex").slice(0, 32);
    expect(faultId(source, native)).toBe(`${source}.x${digest}`);
  });

  it("is the same whatever the status says, the time and the names", () => {
    const { id } = eventOf("5902ff 042016 2f");
    expect(eventOf("590200 042016 00", { observedAt: 9, ecu: { ...engine, name: "other" } }).id).toBe(id);
    expect(eventOf("5904 042016 2f").id).toBe(id);
    expect(id).toBe("b593ac065782364e9fc35ff504e18b7e.042016");
  });

  it("is another for another code, vehicle, control unit, memory or protocol", () => {
    const ids = [
      eventOf("5902ff 042016 2f"),
      eventOf("5902ff 042017 2f"),
      eventOf("5902ff 042016 2f", { vehicleId: "v-2" }),
      eventOf("5902ff 042016 2f", { ecu: { addressing: "uds-can", address: 0x7e9 } }),
      eventOf("5902ff 042016 2f", { ecu: { addressing: "doip", address: 0x7e8 } }),
      eventOf("5915ff 042016 2f"),
      eventOf("590fff 042016 2f"),
      eventOf("591718ff 042016 2f"),
      eventOf("591719ff 042016 2f"),
      eventOf("594233ffff04 00 042016 2f"),
    ].map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
  });
});
