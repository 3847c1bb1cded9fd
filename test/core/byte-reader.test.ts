import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ByteReader, concatBytes, hexToBytes } from "../../src/core/index.ts";

describe("ByteReader", () => {
  const input = hexToBytes("ff01fe02fd03fc04");
  const integers = [
    ["u8", 1, 0xff],
    ["u16be", 2, 0xff01],
    ["u16le", 2, 0x01ff],
    ["u24be", 3, 0xff01fe],
    ["u24le", 3, 0xfe01ff],
    ["u32be", 4, 0xff01fe02],
    ["u32le", 4, 0x02fe01ff],
    ["u64be", 8, 0xff01fe02fd03fc04n],
    ["u64le", 8, 0x04fc03fd02fe01ffn],
  ] as const;

  it.each(integers)("reads %s", (method, size, value) => {
    const reader = new ByteReader(input);
    expect(reader[method]()).toBe(value);
    expect(reader.position).toBe(size);
    expect(reader.remaining).toBe(8 - size);
  });

  it("reads the top bit of every size as a magnitude", () => {
    const high = hexToBytes("ffffffffffffffff");
    expect(new ByteReader(high).u32be()).toBe(0xffffffff);
    expect(new ByteReader(high).u32le()).toBe(0xffffffff);
    expect(new ByteReader(high).u64be()).toBe(2n ** 64n - 1n);
    expect(new ByteReader(high).u64le()).toBe(2n ** 64n - 1n);
  });

  it.each(integers)("refuses %s in fewer bytes and stays where it was", (method, size) => {
    for (let length = 0; length < size; length++) {
      const reader = new ByteReader(concatBytes(Uint8Array.of(0), input.subarray(0, length)), 100);
      reader.u8();
      expect(() => reader[method]()).toThrow(
        expect.objectContaining({
          code: "ERR_CORE_BYTES_SHORT",
          message: `Cannot read ${size} bytes at offset 101: ${length} remain`,
          offset: 101 + length,
          details: { wanted: size, remaining: length },
        }),
      );
      expect(reader.position).toBe(1);
    }
  });

  it("reads in order", () => {
    const reader = new ByteReader(input);
    expect([reader.u8(), reader.u16be(), reader.u24le(), reader.u16le()]).toEqual([0xff, 0x01fe, 0x03fd02, 0x04fc]);
    expect(reader.remaining).toBe(0);
  });

  it("takes views, also an empty one at the end", () => {
    const reader = new ByteReader(input.subarray(2));
    const view = reader.take(2);
    expect(view).toEqual(hexToBytes("fe02"));
    expect(view.buffer).toBe(input.buffer);
    expect(reader.take(4)).toEqual(hexToBytes("fd03fc04"));
    expect(reader.take(0)).toEqual(new Uint8Array(0));
    expect(() => reader.take(1)).toThrow(
      expect.objectContaining({ name: "CoreError", code: "ERR_CORE_BYTES_SHORT", offset: 6 }),
    );
  });

  it.each([-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53])("has no length %d", (length) => {
    expect(() => new ByteReader(input).take(length)).toThrow(RangeError);
    expect(() => new ByteReader(input).take(length)).toThrow(`"length" expected integer >= 0, got ${length}`);
  });

  it("agrees with DataView", () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 8, maxLength: 8 }), (drawn) => {
        const view = new DataView(drawn.buffer, drawn.byteOffset);
        const reader = () => new ByteReader(drawn);
        expect(reader().u16be()).toBe(view.getUint16(0));
        expect(reader().u16le()).toBe(view.getUint16(0, true));
        expect(reader().u24be()).toBe(view.getUint32(0) >>> 8);
        expect(reader().u24le()).toBe(view.getUint32(0, true) & 0xffffff);
        expect(reader().u32be()).toBe(view.getUint32(0));
        expect(reader().u32le()).toBe(view.getUint32(0, true));
        expect(reader().u64be()).toBe(view.getBigUint64(0));
        expect(reader().u64le()).toBe(view.getBigUint64(0, true));
      }),
    );
  });
});
