import { describe, expect, it } from "vitest";
import { bytesToHex, sha256, sha512 } from "../../src/core/index.ts";
import { createImageVerifier, type DownloadFile, type FileReference } from "../../src/manifest/index.ts";
import { errorOf } from "../error-of.ts";

const plain = Uint8Array.from({ length: 300 }, (_, index) => index & 255);
const cipher = plain.map((byte) => byte ^ 0x5a);
const referenceTo = (bytes: Uint8Array): FileReference => ({
  length: bytes.length,
  hashes: { sha256: bytesToHex(sha256(bytes)), sha512: bytesToHex(sha512(bytes)) },
});
const encrypted: DownloadFile = {
  ...referenceTo(plain),
  encryption: { scheme: "xor", ciphertext: referenceTo(cipher) },
};

function verdictOf(file: DownloadFile, downloaded: Uint8Array | undefined, decrypted: Uint8Array) {
  const verifier = createImageVerifier(file);
  for (let at = 0; at < (downloaded?.length ?? 0); at += 7) verifier.pushCiphertext(downloaded!.subarray(at, at + 7));
  for (let at = 0; at < decrypted.length; at += 11) verifier.pushPlaintext(decrypted.subarray(at, at + 11));
  return verifier.finish();
}

describe("createImageVerifier", () => {
  it("gives both files that it checked", () => {
    const verified = verdictOf(encrypted, cipher, plain);
    expect(JSON.parse(JSON.stringify(verified))).toEqual({
      plaintext: referenceTo(plain),
      ciphertext: referenceTo(cipher),
    });
    expect(Object.isFrozen(verified)).toBe(true);
  });

  it("checks a file that is not encrypted by its plaintext alone", () => {
    const verified = verdictOf(referenceTo(plain), undefined, plain);
    expect(JSON.parse(JSON.stringify(verified))).toEqual({ plaintext: referenceTo(plain) });
  });

  const other = (bytes: Uint8Array): Uint8Array => bytes.map((byte, index) => (index === 150 ? byte ^ 1 : byte));
  const refused: readonly [string, Uint8Array, Uint8Array, string, string][] = [
    ["another ciphertext", other(cipher), plain, "ERR_SIGNING_TARGET_HASH", "/hashes/sha256"],
    ["another plaintext", cipher, other(plain), "ERR_SIGNING_TARGET_HASH", "/hashes/sha256"],
    ["a short ciphertext", cipher.subarray(1), plain, "ERR_SIGNING_TARGET_LENGTH", "/length"],
    ["a short plaintext", cipher, plain.subarray(1), "ERR_SIGNING_TARGET_LENGTH", "/length"],
    ["no ciphertext", new Uint8Array(), plain, "ERR_SIGNING_TARGET_LENGTH", "/length"],
    ["no plaintext", cipher, new Uint8Array(), "ERR_SIGNING_TARGET_LENGTH", "/length"],
    ["the two exchanged", plain, cipher, "ERR_SIGNING_TARGET_HASH", "/hashes/sha256"],
  ];
  it.each(refused)("refuses %s", (_, downloaded, decrypted, code, path) => {
    expect(errorOf(() => verdictOf(encrypted, downloaded, decrypted))).toMatchObject({ code, path });
  });

  it("judges the ciphertext first, so that a damaged download is told from a wrong key", () => {
    const fault = errorOf(() => verdictOf(encrypted, other(cipher), plain.subarray(1)));
    expect(fault).toMatchObject({ code: "ERR_SIGNING_TARGET_HASH" });
  });

  it("stops at the first byte too many", () => {
    const verifier = createImageVerifier(encrypted);
    expect(verifier.pushCiphertext(cipher)).toBe("ok");
    expect(verifier.pushCiphertext(new Uint8Array(1))).toBe("too_long");
    expect(verifier.pushPlaintext(plain)).toBe("ok");
    expect(verifier.pushPlaintext(new Uint8Array(1))).toBe("too_long");
    expect(errorOf(() => verifier.finish())).toMatchObject({ code: "ERR_SIGNING_TARGET_LENGTH" });
  });

  it("takes no ciphertext of a file that is not encrypted, and nothing after the verdict", () => {
    const verifier = createImageVerifier(referenceTo(plain));
    expect(errorOf(() => verifier.pushCiphertext(cipher))).toEqual(
      new TypeError("Cannot take ciphertext: the file is not encrypted"),
    );
    verifier.pushPlaintext(plain);
    verifier.finish();
    expect(() => verifier.pushPlaintext(plain)).toThrow(TypeError);
    expect(() => verifier.finish()).toThrow(TypeError);
  });

  it("refuses at once what is larger than the room for it", () => {
    for (const length of [299, 300]) {
      const start = () => createImageVerifier(encrypted, { maxBytes: length });
      if (length === 300) expect(start().pushCiphertext(cipher)).toBe("ok");
      else expect(errorOf(start)).toMatchObject({ code: "ERR_SIGNING_TARGET_LENGTH", details: { maxBytes: 299 } });
    }
    const large = { ...encrypted, encryption: { scheme: "x", ciphertext: { ...referenceTo(cipher), length: 301 } } };
    expect(errorOf(() => createImageVerifier(large, { maxBytes: 300 }))).toMatchObject({
      code: "ERR_SIGNING_TARGET_LENGTH",
    });
  });
});
