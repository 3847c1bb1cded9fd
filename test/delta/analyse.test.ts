import { deflateRawSync, gzipSync, constants as zlib } from "node:zlib";
import fc from "fast-check";
import { zipSync } from "fflate";
import { describe, expect, test } from "vitest";
import { loadFirmware } from "../../examples/demo/firmware.ts";
import { seededRandom } from "../../scripts/random.ts";
import { concatBytes } from "../../src/core/index.ts";
import { analyseImages } from "../../src/delta/index.ts";

const [oldFirmware, newFirmware] = [loadFirmware("cityhub", "7.27"), loadFirmware("cityhub", "7.28")];
const gzip = (bytes: Uint8Array): Uint8Array => new Uint8Array(gzipSync(bytes, { level: 9 }));
const header = Uint8Array.from({ length: 64 }, (_, index) => index);
const around = (inside: Uint8Array): Uint8Array => concatBytes(header, inside, header);
const codes = ({ findings }: ReturnType<typeof analyseImages>): string[] => findings.map(({ code }) => code);

describe("analyseImages", () => {
  test("finds nothing in plain firmware", () => {
    const found = analyseImages(oldFirmware, newFirmware);
    expect(found.new).toEqual({ size: newFirmware.length, regions: [], denseShare: 0 });
    expect(found).toMatchObject({ savedBytes: 0, findings: [] });
    expect(found.expanded).toBeUndefined();
  });

  test("tells what decompressing gzip inside an image would save", () => {
    const [compressedOld, compressedNew] = [gzip(oldFirmware), gzip(newFirmware)];
    const found = analyseImages(around(compressedOld), around(compressedNew));
    expect(found.new.regions).toEqual([
      { container: "gzip", offset: 64, bytes: compressedNew.length, expandedBytes: newFirmware.length },
    ]);
    expect(found.expanded).toMatchObject({ oldSize: oldFirmware.length + 128, newSize: newFirmware.length + 128 });
    expect(found.patchBytes).toBeGreaterThan(compressedNew.length / 2);
    expect(found.savedBytes).toBe(found.patchBytes - found.expanded!.patchBytes);
    expect(found.expanded!.patchBytes).toBeLessThan(found.patchBytes / 10);
    expect(codes(found)).toEqual(["delta_compressed_inside", "delta_decompress_first", "delta_dense_image"]);
  });

  test("looks into zip archives, stored and deflated entries, with a comment", () => {
    const archive = (bytes: Uint8Array): Uint8Array =>
      zipSync(
        { "firmware.bin": bytes, "readme.txt": [header, { level: 0 }], "empty.bin": new Uint8Array(0) },
        { comment: "a" },
      );
    const found = analyseImages(archive(oldFirmware), archive(newFirmware));
    expect(found.new.regions).toEqual([
      { container: "zip", offset: 0, bytes: found.new.size, expandedBytes: newFirmware.length + 64 },
    ]);
    expect(found.savedBytes).toBeGreaterThan(found.patchBytes / 2);
  });

  test("finds members with names, comments, extra fields and header checks, one behind the other", () => {
    const body = deflateRawSync(newFirmware);
    const trailer = gzipSync(newFirmware).subarray(-8);
    const dressed = concatBytes(
      Uint8Array.of(0x1f, 0x8b, 8, 0x1e, 0, 0, 0, 0, 0, 3, 3, 0, 1, 2, 3),
      new TextEncoder().encode("name\0comment\0"),
      Uint8Array.of(9, 9),
      body,
      trailer,
    );
    const image = concatBytes(dressed, gzip(oldFirmware), Uint8Array.of(0x1f, 0x8b, 8));
    const { regions } = analyseImages(new Uint8Array(0), image).new;
    expect(regions.map(({ offset, bytes, expandedBytes }) => [offset, bytes, expandedBytes])).toEqual([
      [0, dressed.length, newFirmware.length],
      [dressed.length, gzip(oldFirmware).length, oldFirmware.length],
    ]);
  });

  test.each([
    ["a bit of the data", (member: Uint8Array) => flip(member, 5_000)],
    ["a bit of the CRC", (member: Uint8Array) => flip(member, member.length - 8)],
    ["its end", (member: Uint8Array) => member.subarray(0, -4)],
    ["all but its header", (member: Uint8Array) => member.subarray(0, 10)],
  ])("does not count a gzip member that lost %s", (_name, damage) => {
    const { regions } = analyseImages(oldFirmware, damage(gzip(newFirmware))).new;
    expect(regions).toEqual([]);
  });

  test("stops at its bound: what expands too far stays as it is", () => {
    const bomb = gzip(new Uint8Array(50_000_000));
    const found = analyseImages(oldFirmware, bomb, { maxExpanded: 1_000_000 });
    expect(found.new.regions).toEqual([]);
    const archive = zipSync({ a: new Uint8Array(2_000_000), b: new Uint8Array(2_000_000) });
    expect(analyseImages(oldFirmware, archive, { maxExpanded: 3_000_000 }).expanded).toBeUndefined();
    expect(analyseImages(oldFirmware, archive).expanded).toMatchObject({ newSize: 4_000_000 });
  });

  test("names what it can not look into", () => {
    const marks = [
      ["xz", [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0]],
      ["zstd", [0x28, 0xb5, 0x2f, 0xfd]],
      ["lz4", [0x04, 0x22, 0x4d, 0x18]],
      ["lz4", [0x02, 0x21, 0x4c, 0x18]],
      ["bzip2", [0x42, 0x5a, 0x68, 0x39, 0x31, 0x41, 0x59, 0x26, 0x53, 0x59]],
      ["lzma", [0x5d, 0, 0, 0x80, 0, 255, 255, 255, 255, 255, 255, 255, 255]],
      ["lzop", [0x89, 0x4c, 0x5a, 0x4f, 0, 0x0d, 0x0a, 0x1a, 0x0a]],
      ["squashfs", [0x68, 0x73, 0x71, 0x73]],
      ["zip", [0x50, 0x4b, 3, 4]],
    ] as const;
    const image = concatBytes(...marks.flatMap(([, bytes]) => [header, Uint8Array.from(bytes), header]));
    const { regions } = analyseImages(oldFirmware, image).new;
    expect(regions.map(({ container }) => container)).toEqual(marks.map(([container]) => container));
    for (const [, bytes] of marks.filter(([container]) => container === "bzip2" || container === "lzma")) {
      expect(analyseImages(oldFirmware, Uint8Array.from(bytes.slice(0, 4))).new.regions).toEqual([]);
    }
  });

  test("tells an image that looks random from one that does not", () => {
    const noise = seededRandom("noise").bytes(1 << 18);
    const found = analyseImages(oldFirmware, noise);
    expect(found.new.denseShare).toBe(1);
    expect(codes(found)).toContain("delta_dense_image");
    const half = concatBytes(noise, new Uint8Array(1 << 18));
    expect(analyseImages(oldFirmware, half).new.denseShare).toBe(0.5);
    expect(codes(analyseImages(oldFirmware, half))).not.toContain("delta_dense_image");
  });

  test("never fails, whatever follows a mark", () => {
    const member = gzipSync(newFirmware.subarray(0, 3_000), { strategy: zlib.Z_FIXED });
    fc.assert(
      fc.property(fc.nat(member.length), fc.array(fc.tuple(fc.nat(member.length - 1), fc.nat(255))), (cut, changes) => {
        const image = new Uint8Array(member);
        for (const [at, value] of changes) image[at] = value;
        const { regions } = analyseImages(header, image.subarray(0, cut), { maxExpanded: 10_000 }).new;
        for (const { offset, bytes = 0 } of regions) expect(offset + bytes).toBeLessThanOrEqual(cut);
      }),
      { numRuns: 200 },
    );
  });

  test("refuses what is no image and no option", () => {
    expect(() => analyseImages("a" as unknown as Uint8Array, header)).toThrow(TypeError);
    expect(() => analyseImages(header, header, { maxExpanded: -1 })).toThrow(RangeError);
    expect(() => analyseImages(header, header, { level: "best" as "fast" })).toThrow(RangeError);
  });
});

function flip(bytes: Uint8Array, at: number): Uint8Array {
  const flipped = bytes.slice();
  flipped[at]! ^= 1;
  return flipped;
}
