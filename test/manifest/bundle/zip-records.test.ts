import { describe, expect, it } from "vitest";
import { bytesToHex, crc32, utf8ToBytes } from "../../../src/core/index.ts";
import { centralDirectory, localHeader } from "../../../src/manifest/bundle/zip-records.ts";

const little = (value: number, bytes: number): string => {
  let hex = "";
  for (let rest = BigInt(value), index = 0; index < bytes; index++, rest >>= 8n) {
    hex += Number(rest & 0xffn)
      .toString(16)
      .padStart(2, "0");
  }
  return hex;
};

describe("crc32", () => {
  it("gives the check value of the standard, in one piece or several", () => {
    const bytes = utf8ToBytes("123456789");
    expect(crc32(bytes)).toBe(0xcbf43926);
    expect(crc32(bytes.subarray(4), crc32(bytes.subarray(0, 4)))).toBe(0xcbf43926);
    expect(crc32(new Uint8Array(0))).toBe(0);
  });
});

describe("zip records", () => {
  const small = { name: "a", size: 3, crc: 0x352441c2 };

  it("are those of APPNOTE for a small file", () => {
    // Version 2.0, no flags, stored, 1980-01-01, checksum, both sizes, length of the name.
    const shared = "14000000000000002100c241243503000000030000000100";
    expect(bytesToHex(localHeader(small))).toBe(`504b0304${shared}000061`);
    const central = `504b01021400${shared}0000000000000000000000000000000061`;
    const end = "504b050600000000010001002f000000220000000000";
    expect(bytesToHex(centralDirectory([small]))).toBe(central + end);
  });

  it("use zip64 from 0xffffffff bytes on, and no earlier", () => {
    expect(localHeader({ ...small, size: 0xfffffffe })).toHaveLength(31);
    const wide = bytesToHex(localHeader({ ...small, size: 0xffffffff }));
    expect(wide.slice(8, 12)).toBe("2d00");
    expect(wide.slice(36, 52)).toBe("ffffffffffffffff");
    expect(wide.slice(-40)).toBe(`01001000${little(0xffffffff, 8)}${little(0xffffffff, 8)}`);
  });

  it("name a position above 4 GiB in zip64, with the records at the end that say so", () => {
    const large = { name: "b", size: 5 * 2 ** 30, crc: 1 };
    const directory = bytesToHex(centralDirectory([large, small]));
    const position = 30 + 1 + 20 + large.size;
    expect(directory).toContain(`01001000${little(large.size, 8)}${little(large.size, 8)}`);
    expect(directory).toContain(`01000800${little(position, 8)}`);
    const start = position + 31 + 3;
    const size = 46 + 1 + 20 + 46 + 1 + 12;
    expect(directory.slice(-2 * (56 + 20 + 22))).toBe(
      `504b0606${little(44, 8)}2d002d00${little(0, 8)}${little(2, 8)}${little(2, 8)}${little(size, 8)}${little(start, 8)}` +
        `504b0607${little(0, 4)}${little(start + size, 8)}${little(1, 4)}` +
        `504b0506${little(0, 4)}02000200${little(size, 4)}ffffffff0000`,
    );
  });
});
