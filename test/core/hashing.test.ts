import { describe, expect, it } from "vitest";
import {
  bytesToHex,
  createHash,
  defaultHashProvider,
  type HashProvider,
  pureHashProvider,
  sha256,
  sha512,
  utf8ToBytes,
} from "../../src/core/index.ts";

const message = utf8ToBytes("abc");
const abc256 = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
const abc512 =
  "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a" +
  "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f";

/** A back end whose digests name what it was asked. */
function spyProvider(): HashProvider {
  const digestOf = (text: string) => utf8ToBytes(text);
  return {
    name: "spy",
    create: (algorithm) => ({
      update() {
        return this;
      },
      digest: () => digestOf(`${algorithm} chunks`),
    }),
    digest: (algorithm) => digestOf(`${algorithm} whole`),
  };
}

describe("sha256 and sha512", () => {
  it("give the digests of FIPS 180-4's example", () => {
    expect(bytesToHex(sha256(message))).toBe(abc256);
    expect(bytesToHex(sha512(message))).toBe(abc512);
  });

  it("use the runtime's provider unless another is passed", () => {
    expect(defaultHashProvider.name).toBe("node");
    expect(pureHashProvider.name).toBe("noble");
    expect(sha256(message, spyProvider())).toEqual(utf8ToBytes("sha256 whole"));
    expect(sha512(message, spyProvider())).toEqual(utf8ToBytes("sha512 whole"));
  });
});

describe("createHash", () => {
  it("hashes chunks", () => {
    const hash = createHash("sha256");
    for (const letter of "abc") hash.update(utf8ToBytes(letter));
    expect(bytesToHex(hash.digest())).toBe(abc256);
    expect(bytesToHex(createHash("sha512").update(message).digest())).toBe(abc512);
  });

  it("uses the provider that is passed", () => {
    expect(createHash("sha512", spyProvider()).digest()).toEqual(utf8ToBytes("sha512 chunks"));
  });
});
