import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type Bytes,
  bytesToBase64,
  bytesToHex,
  concatBytes,
  hexToBytes,
  sha256,
  utf8ToBytes,
} from "../../src/core/index.ts";
import { encodePublicKeyPem, type PublicKey, parsePublicKey, SigningError, sameKey } from "../../src/signing/index.ts";
import { nonCanonicalEncodings, smallOrderEncodings } from "./ed25519-inputs.ts";
import { alice, bob, errorOf, partyOf } from "./fixture.ts";
import { pairOf, rsaKey } from "./rsa-inputs.ts";

/** RFC 8032 section 7.1 TEST 1, and what other software makes of it: OpenSSL's PEM, securesystemslib's key id. */
const material = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a";
const body = "MCowBQYDK2VwAyEA11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=";
const pem = `-----BEGIN PUBLIC KEY-----\n${body}\n-----END PUBLIC KEY-----\n`;
const key: PublicKey = {
  scheme: "ed25519",
  keyId: "74c181c7ad8a0855d4b55e44d2ba87aabdddb196832571f15f92fece332e4916",
  material,
};
const der = hexToBytes(`302a300506032b6570032100${material}`);

function pemOf(bytes: Uint8Array): string {
  const lines = bytesToBase64(bytes).match(/.{1,64}/g) ?? [];
  return ["-----BEGIN PUBLIC KEY-----", ...lines, "-----END PUBLIC KEY-----", ""].join("\n");
}

function refusalOf(text: string | Uint8Array): SigningError {
  const error = errorOf(() => parsePublicKey(text));
  expect(error).toBeInstanceOf(SigningError);
  return error as SigningError;
}

/** The error of a key given as hexadecimal DER. */
function derRefusal(hex: string): SigningError {
  return refusalOf(pemOf(hexToBytes(hex)));
}

describe("parsePublicKey", () => {
  it("reads hexadecimal text of either case", () => {
    expect(parsePublicKey(material)).toEqual(key);
    expect(parsePublicKey(material.toUpperCase())).toEqual(key);
    for (const end of ["\n", "\r\n", "\r"]) expect(parsePublicKey(material + end)).toEqual(key);
    expect(parsePublicKey(utf8ToBytes(`${material}\n`))).toEqual(key);
  });

  it("reads SPKI PEM, with every line end of RFC 7468, the last one optional", () => {
    for (const end of ["\n", "\r\n", "\r"]) expect(parsePublicKey(pem.replaceAll("\n", end))).toEqual(key);
    expect(parsePublicKey(pem.trimEnd())).toEqual(key);
    expect(parsePublicKey(utf8ToBytes(pem))).toEqual(key);
  });

  it("gives plain data that survives JSON", () => {
    expect(JSON.parse(JSON.stringify(parsePublicKey(pem)))).toEqual(key);
  });

  it("labels a key by the rule of TUF", () => {
    const canonical = `{"keytype":"ed25519","keyval":{"public":"${material}"},"scheme":"ed25519"}`;
    expect(parsePublicKey(material).keyId).toBe(bytesToHex(sha256(utf8ToBytes(canonical))));
  });

  it.each([
    ["nothing", ""],
    ["63 digits", material.slice(1)],
    ["65 digits", `${material}0`],
    ["another letter", `g${material.slice(1)}`],
    ["a prefix", `0x${material.slice(2)}`],
    ["white space before", ` ${material}`],
    ["white space after", `${material} `],
    ["two line ends", `${material}\n\n`],
    ["a line before", `\n${material}`],
    ["a byte order mark", `\ufeff${pem}`],
    ["text before PEM", `# alice\n${pem}`],
    ["full-width digits", "１".repeat(64)],
  ])("refuses %s", (_, text) => {
    const error = refusalOf(text);
    expect(error.code).toBe("ERR_SIGNING_KEY_FORMAT");
    expect(error.message).toBe("Cannot use public key: neither 64 hexadecimal digits nor PEM, DER or JWK");
  });

  it("refuses long text unread", () => {
    const long = "-----BEGIN ".padEnd(4097);
    expect(refusalOf(long.slice(0, 4096)).code).toBe("ERR_SIGNING_KEY_PEM");
    for (const text of [long, utf8ToBytes(long)]) {
      expect(refusalOf(text).message).toBe("Cannot use public key: longer than 4096 characters");
      expect(refusalOf(text).code).toBe("ERR_SIGNING_KEY_FORMAT");
    }
  });

  it("refuses bytes that are no text", () => {
    expect(errorOf(() => parsePublicKey(hexToBytes(material))).code).toBe("ERR_CORE_UTF8");
  });

  it("refuses points of small order and non-canonical ones, in both forms", () => {
    const cases = [
      ...smallOrderEncodings.map(({ bytes }) => bytes),
      ...nonCanonicalEncodings.filter((bytes) => bytes[0]! > 0xee || bytes[0] === 0),
    ];
    for (const raw of cases) {
      const lifted = raw[1] === 0xff && raw[0]! >= 0xed;
      const code = lifted ? "ERR_SIGNING_KEY_NON_CANONICAL" : "ERR_SIGNING_KEY_SMALL_ORDER";
      const what = lifted ? "its point is not encoded canonically" : "its point is of small order";
      for (const text of [bytesToHex(raw), pemOf(concatBytes(der.subarray(0, 12), raw))]) {
        expect(refusalOf(text)).toMatchObject({ code, message: `Cannot use public key: ${what}` });
      }
    }
  });

  it("refuses bytes that are no point of the curve", () => {
    expect(refusalOf(`02${"00".repeat(31)}`)).toMatchObject({
      code: "ERR_SIGNING_KEY_NOT_ON_CURVE",
      message: "Cannot use public key: it is no point of the curve",
    });
  });

  it("round-trips what it accepts", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 255 }), (fill) => {
        // 32 times "{" is refused as the start of a JWK.
        fc.pre(fill !== 0x7b);
        const { key: made } = partyOf(fill);
        expect(parsePublicKey(made.material)).toEqual(made);
        expect(parsePublicKey(encodePublicKeyPem(made))).toEqual(made);
      }),
      { numRuns: 20 },
    );
  });
});

describe("PEM", () => {
  const begin = "-----BEGIN PUBLIC KEY-----";
  const end = "-----END PUBLIC KEY-----";
  const full = "A".repeat(64);

  it.each<readonly [string, string, number, string]>([
    ["another label", pem.replaceAll("PUBLIC", "RSA PUBLIC"), 1, `first line is not ${begin}`],
    ["a private key", pem.replaceAll("PUBLIC", "PRIVATE"), 1, `first line is not ${begin}`],
    ["a space after the first line", pem.replace(begin, `${begin} `), 1, `first line is not ${begin}`],
    ["no last line", `${begin}\n${body}\n`, 2, `last line is not ${end}`],
    ["another last label", `${begin}\n${body}\n-----END KEY-----\n`, 3, `last line is not ${end}`],
    ["text after the last line", `${pem}x`, 4, `last line is not ${end}`],
    ["an empty line after the last", `${pem}\n`, 4, `last line is not ${end}`],
    ["two keys", pem + pem, 2, "a line has 60 characters"],
    ["the first line alone", begin, 1, `last line is not ${end}`],
    ["an empty line", `${begin}\n\n${body}\n${end}\n`, 2, "a line is not standard base64"],
    ["a header", `${begin}\nProc-Type: 4\n${body}\n${end}\n`, 2, "a line is not standard base64"],
    ["a space in a line", `${begin}\n${body.slice(1)} \n${end}\n`, 2, "a line is not standard base64"],
    ["the URL-safe alphabet", pem.replace("fVS/", "fVS_"), 2, "a line is not standard base64"],
    ["a short line that is not the last", `${begin}\n${full.slice(4)}\nAAAA\n${end}\n`, 2, "a line has 60 characters"],
    ["a long line that is not the last", `${begin}\n${full}AAAA\nAAAA\n${end}\n`, 2, "a line has 68 characters"],
    ["a long last line", `${begin}\n${full}\n${full}A\n${end}\n`, 3, "a line has 65 characters"],
    ["missing padding", pem.replace("Ro=", "Ro"), 2, "wrong base64 padding"],
    ["padding before the end", `${begin}\n${full.slice(1)}=\nAAAA\n${end}\n`, 3, "wrong base64 padding"],
    ["three padding signs", pem.replace("Ro=", "R==="), 2, "a line is not standard base64"],
    ["stray bits", pem.replace("Ro=", "Rp="), 2, "wrong base64 padding"],
  ])("with %s is refused", (_, text, line, what) => {
    expect(refusalOf(text)).toMatchObject({
      code: "ERR_SIGNING_KEY_PEM",
      message: `Cannot read key: ${what} (line ${line})`,
      details: { line },
    });
  });

  it("keeps the cause of wrong base64 and adds no cause otherwise", () => {
    expect(refusalOf(pem.replace("Ro=", "Rp=")).cause).toMatchObject({ code: "ERR_CORE_BASE64" });
    expect("cause" in refusalOf(pem.replace("Ro=", "R==="))).toBe(false);
  });

  it("of a private key is not quoted in the error", () => {
    const secret = "MC4CAQAwBQYDK2VwBCIEIJ1hsZ3v";
    const error = refusalOf(`-----BEGIN PRIVATE KEY-----\n${secret}\n-----END PRIVATE KEY-----\n`);
    expect(JSON.stringify(error) + error.message).not.toContain(secret.slice(0, 8));
  });

  it("cut at any character is refused", () => {
    const text = pem.trimEnd();
    for (let length = 0; length < text.length; length++) {
      expect(refusalOf(text.slice(0, length)).code).toMatch(/^ERR_SIGNING_KEY_(PEM|FORMAT)$/);
    }
  });

  it("is written with lines of 64 characters", () => {
    expect(encodePublicKeyPem(key)).toBe(pem);
  });
});

describe("DER", () => {
  it("cut at any byte is refused with the place", () => {
    for (let length = 0; length < der.length; length++) {
      const error = refusalOf(pemOf(der.subarray(0, length)));
      expect(error).toMatchObject({ code: "ERR_SIGNING_KEY_DER", offset: 0 });
    }
    expect(refusalOf(pemOf(der.subarray(0, 0))).message).toBe("Cannot read key: truncated element at offset 0");
    expect(refusalOf(pemOf(der.subarray(0, 43))).message).toBe(
      "Cannot read key: 42 bytes declared, 41 left at offset 0",
    );
  });

  it.each<readonly [string, string, number, string]>([
    ["bytes after it", `302a300506032b6570032100${material}00`, 44, "1 bytes too many"],
    ["a wrong outer tag", `312a300506032b6570032100${material}`, 0, "tag 49 where 48 belongs"],
    ["a wrong inner tag", `302a310506032b6570032100${material}`, 2, "tag 49 where 48 belongs"],
    ["no object identifier", `302a300505032b6570032100${material}`, 4, "tag 5 where 6 belongs"],
    ["an octet string", `302a300506032b6570042100${material}`, 9, "tag 4 where 3 belongs"],
    ["NULL parameters", `302c300706032b65700500032100${material}`, 9, "2 bytes too many"],
    ["bytes after the key", `302c300506032b6570032100${material}0500`, 44, "2 bytes too many"],
    ["unused bits", `302a300506032b6570032101${material}`, 11, "bit string is not of whole bytes"],
    ["an empty bit string", "3009300506032b65700300", 11, "bit string is not of whole bytes"],
    ["a missing bit string", "3007300506032b6570", 9, "truncated element"],
    ["an indefinite length", `3080300506032b6570032100${material}0000`, 1, "length of 0 octets"],
    ["a length of three octets", `308300002a300506032b6570032100${material}`, 1, "length of 3 octets"],
    ["a reserved length", `30ff300506032b6570032100${material}`, 1, "length of 127 octets"],
    ["a long form of 42", `30812a300506032b6570032100${material}`, 1, "length is not in its shortest form"],
    ["a long form of 127", `30817f${"00".repeat(127)}`, 1, "length is not in its shortest form"],
    ["a longer form of 255", `308200ff${"00".repeat(255)}`, 1, "length is not in its shortest form"],
    ["a truncated length", "3082", 1, "truncated length"],
    ["a half length", "308201", 1, "truncated length"],
    ["a length and no more", "3081ff", 0, "255 bytes declared, 0 left"],
    ["an inner element that ends late", `302a302b06032b6570032100${material}`, 2, "43 bytes declared, 40 left"],
    ["an OID that ends late", `302a300506042b6570032100${material}`, 4, "4 bytes declared, 3 left"],
    ["a bit string that ends late", `302a300506032b6570032200${material}`, 9, "34 bytes declared, 33 left"],
  ])("with %s is refused", (_, hex, offset, what) => {
    expect(derRefusal(hex)).toMatchObject({
      code: "ERR_SIGNING_KEY_DER",
      offset,
      message: `Cannot read key: ${what} at offset ${offset}`,
    });
  });

  it("takes the long forms where they are the shortest", () => {
    // The first element of each is an OID that is none of ours, so the length before it was understood.
    for (const [head, length] of [
      ["308180", 128],
      ["3081ff", 255],
      ["30820100", 256],
    ] as const) {
      const filling = "00".repeat(length - 7);
      expect(derRefusal(`${head}300506032b656e${filling}`).code).toBe("ERR_SIGNING_KEY_ALGORITHM");
    }
  });

  it.each([
    ["X25519", "MCowBQYDK2VuAyEAeeQENcTFY4xeVbATjjz16+L1WheBAwZoynvB4zH+wyc=", "2b656e"],
    ["Ed448", "MEMwBQYDK2VxAzoAs4wz8OYbOOIuEnb8bFrh3QsWi5dAKuUzavos2wo+s4U3zsTuASsvldlP7avahky1El6UrlE40OIA", "2b6571"],
    ["secp256k1", "MBUwEAYHKoZIzj0CAQYFK4EEAAoDAQA=", "2b8104000a"],
    ["P-521", "MBUwEAYHKoZIzj0CAQYFK4EEACMDAQA=", "2b81040023"],
    ["id-RSASSA-PSS", "MBIwCwYJKoZIhvcNAQEKAwMAAAA=", "2a864886f70d01010a"],
    ["DSA", "MBEwCwYHKoZIzjgEAQUAAwIAAA==", "2a8648ce380401"],
  ])("of a %s key is refused as another algorithm", (_, base64, objectIdentifier) => {
    const lines = base64.match(/.{1,64}/g) ?? [];
    const text = ["-----BEGIN PUBLIC KEY-----", ...lines, "-----END PUBLIC KEY-----"].join("\n");
    expect(refusalOf(text)).toMatchObject({
      code: "ERR_SIGNING_KEY_ALGORITHM",
      message: "Cannot use public key: its algorithm is not supported",
      details: { objectIdentifier },
    });
  });

  it.each([0, 31, 33])("of a key of %i bytes is refused", (length) => {
    const bits = `03${(length + 1).toString(16).padStart(2, "0")}00${"11".repeat(length)}`;
    const inner = `300506032b6570${bits}`;
    expect(derRefusal(`30${(inner.length / 2).toString(16).padStart(2, "0")}${inner}`)).toMatchObject({
      code: "ERR_SIGNING_KEY_FORMAT",
      message: `Cannot use public key: an Ed25519 key has 32 bytes, this one has ${length}`,
    });
  });

  it("with any bit changed outside the key is refused", () => {
    for (let bit = 0; bit < 12 * 8; bit++) {
      const bytes: Bytes = Uint8Array.from(der);
      bytes[bit >> 3]! ^= 1 << (bit & 7);
      expect(refusalOf(pemOf(bytes)).code).toMatch(/^ERR_SIGNING_KEY_(DER|ALGORITHM)$/);
    }
  });
});

describe("sameKey", () => {
  it("looks at the material alone", () => {
    expect(sameKey(alice.key, { ...alice.key, keyId: "another label" })).toBe(true);
    expect(sameKey(alice.key, { ...bob.key, keyId: alice.key.keyId })).toBe(false);
  });

  it("refuses material in another spelling", () => {
    const shouting = { ...alice.key, material: alice.key.material.toUpperCase() };
    for (const action of [
      () => sameKey(alice.key, shouting),
      () => sameKey(shouting, alice.key),
      () => encodePublicKeyPem(shouting),
    ]) {
      expect(errorOf(action)).toMatchObject({
        code: "ERR_SIGNING_KEY_FORMAT",
        path: "/material",
        message: "Cannot use public key: its material is not 64 lower-case hexadecimal digits",
      });
    }
  });

  it.each([
    ["an unknown scheme", { ...key, scheme: "rsa-pkcs1v15-sha256" }, "ERR_SIGNING_KEY_ALGORITHM", "/scheme"],
    ["a scheme of objects", { ...key, scheme: "constructor" }, "ERR_SIGNING_KEY_ALGORITHM", "/scheme"],
    ["a scheme of shared secrets", { ...key, scheme: "hmac-sha256" }, "ERR_SIGNING_KEY_ALGORITHM", "/scheme"],
    ["a scheme of other keys", { ...key, scheme: "rsassa-pss-sha256" }, "ERR_SIGNING_KEY_FORMAT", "/material"],
    ["a scheme of points", { ...key, scheme: "ecdsa-sha2-nistp256" }, "ERR_SIGNING_KEY_FORMAT", "/material"],
    ["no scheme", { keyId: "", material }, "ERR_SIGNING_KEY_ALGORITHM", "/scheme"],
    ["a key id that is no text", { ...key, keyId: 7 }, "ERR_SIGNING_KEY_FORMAT", "/keyId"],
    ["no material", { scheme: "ed25519", keyId: "" }, "ERR_SIGNING_KEY_FORMAT", "/material"],
    ["a list as material", { ...key, material: [material] }, "ERR_SIGNING_KEY_FORMAT", "/material"],
    ["short material", { ...key, material: material.slice(2) }, "ERR_SIGNING_KEY_FORMAT", "/material"],
    ["long material", { ...key, material: `${material}00` }, "ERR_SIGNING_KEY_FORMAT", "/material"],
    ["material with a line end", { ...key, material: `${material}\n` }, "ERR_SIGNING_KEY_FORMAT", "/material"],
  ])("refuses a key with %s", (_, data, code, path) => {
    expect(errorOf(() => encodePublicKeyPem(data as PublicKey))).toMatchObject({ code, path });
  });

  it("says what is wrong with a key id", () => {
    const data = { ...key, keyId: null } as unknown as PublicKey;
    expect(errorOf(() => encodePublicKeyPem(data)).message).toBe("Cannot use public key: its key id is not text");
  });

  it("joins the schemes of one RSA key", () => {
    const rsa = rsaKey("rsassa-pss-sha256", pairOf([0, 1]));
    expect(sameKey(rsa, { ...rsa, scheme: "rsassa-pss-sha512" })).toBe(true);
    expect(sameKey(rsa, rsaKey("rsassa-pss-sha256", pairOf([0, 2])))).toBe(false);
    expect(sameKey(rsa, alice.key)).toBe(false);
  });
});
