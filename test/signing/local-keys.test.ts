/** Private keys as `node:crypto` writes them, read by the local signer; and what it refuses, without a word of the key. */

import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  sign as nodeSign,
  verify as nodeVerify,
} from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  bytesToHex,
  concatBytes,
  hexToBytes,
  isOtaError,
  type SignatureScheme,
  utf8ToBytes,
} from "../../src/core/index.ts";
import {
  createLocalSigner,
  defaultSignatureProvider,
  encodePublicKeyPem,
  generateLocalKey,
  isValidSignature,
  pureSignatureProvider,
} from "../../src/signing/index.ts";
import { errorOf, providers } from "./fixture.ts";

const message = utf8ToBytes("firmware 2.1.0");

interface Kind {
  readonly scheme: SignatureScheme;
  readonly key: KeyObject;
}

const rsa = generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey;
const kinds: readonly Kind[] = [
  { scheme: "ed25519", key: generateKeyPairSync("ed25519").privateKey },
  { scheme: "ecdsa-sha2-nistp256", key: generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey },
  { scheme: "ecdsa-sha2-nistp384", key: generateKeyPairSync("ec", { namedCurve: "P-384" }).privateKey },
  { scheme: "rsassa-pss-sha256", key: rsa },
];
const [ed25519, p256, p384] = kinds as [Kind, Kind, Kind, Kind];

function der(key: KeyObject): Uint8Array<ArrayBuffer> {
  return new Uint8Array(key.export({ type: "pkcs8", format: "der" }));
}

function pem(key: KeyObject): string {
  return key.export({ type: "pkcs8", format: "pem" }) as string;
}

function jwk(key: KeyObject): Record<string, unknown> {
  return { ...key.export({ format: "jwk" }) };
}

function spki(key: KeyObject): string {
  return createPublicKey(key).export({ type: "spki", format: "pem" }) as string;
}

/** The seed or scalar of a key. */
function raw(key: KeyObject): Uint8Array<ArrayBuffer> {
  return new Uint8Array(Buffer.from(jwk(key)["d"] as string, "base64url"));
}

function signs(scheme: SignatureScheme): (provider: (typeof providers)[number]) => boolean {
  return (provider) => provider !== pureSignatureProvider || !scheme.startsWith("rsa");
}

describe.each(kinds)("a private key for $scheme", ({ scheme, key }) => {
  const spaced = JSON.stringify(jwk(key), undefined, 2);
  const documents: readonly (readonly [string, Uint8Array | string])[] = [
    ["PKCS #8 DER", der(key)],
    ["PKCS #8 PEM", pem(key)],
    ["PKCS #8 PEM with CR LF", pem(key).replaceAll("\n", "\r\n")],
    ["PKCS #8 PEM as a file", utf8ToBytes(pem(key))],
    ["JWK", JSON.stringify(jwk(key))],
    ["JWK as a file", utf8ToBytes(`\n${spaced}\n`)],
    ["JWK of WebCrypto", JSON.stringify({ ...jwk(key), key_ops: ["sign"], ext: true, use: "sig" })],
  ];

  it.each(documents)("is read from %s", async (_, document) => {
    for (const provider of providers.filter(signs(scheme))) {
      const signer = createLocalSigner(document, { provider });
      expect(signer.publicKey.scheme).toBe(scheme);
      expect(encodePublicKeyPem(signer.publicKey)).toBe(spki(key));
      const signature = await signer.sign(message);
      expect(isValidSignature(signer.publicKey, message, signature)).toBe(true);
    }
  });

  it("keeps the caller's key id, else has the one of TUF", () => {
    expect(createLocalSigner(der(key), { keyId: "release" }).publicKey.keyId).toBe("release");
    expect(createLocalSigner(der(key)).publicKey.keyId).toMatch(/^[0-9a-f]{64}$/);
  });

  it("is copied", async () => {
    const document = der(key);
    const signer = createLocalSigner(document);
    document.fill(0);
    expect(isValidSignature(signer.publicKey, message, await signer.sign(message))).toBe(true);
  });

  it("shows its public key alone", () => {
    const signer = createLocalSigner(der(key));
    expect(JSON.parse(JSON.stringify(signer))).toEqual({ publicKey: signer.publicKey });
  });

  it("is refused when its DER is cut or continued anywhere, and no error repeats it", () => {
    const whole = der(key);
    for (let length = 0; length < whole.length; length++) {
      expectSilentRefusal(() => createLocalSigner(whole.slice(0, length), { scheme }), whole);
    }
    const longer = concatBytes(whole, Uint8Array.of(0));
    expect(expectSilentRefusal(() => createLocalSigner(longer), whole)).toBe("ERR_SIGNING_PRIVATE_KEY");
  });

  it("is refused or harmless when a byte of its DER is changed, and no error repeats it", () => {
    const whole = der(key);
    const own = createLocalSigner(whole).publicKey.material;
    fc.assert(
      fc.property(fc.nat({ max: whole.length - 1 }), fc.integer({ min: 1, max: 255 }), (place, change) => {
        const changed = Uint8Array.from(whole);
        changed[place]! ^= change;
        try {
          // What is still a key is another one, or (RSA) one whose private half is another: signWith refuses its signatures.
          const { publicKey } = createLocalSigner(changed);
          expect(publicKey.material === own && !scheme.startsWith("rsa")).toBe(false);
        } catch (error) {
          if (!isOtaError(error)) throw error;
          expect(error.code).toMatch(/^ERR_SIGNING_(PRIVATE_)?KEY/);
          expect(leaks(error, whole)).toEqual([]);
        }
      }),
      { numRuns: 150 },
    );
  });
});

/** The code of the typed refusal, after a look for pieces of the key in everything that the error says. */
function expectSilentRefusal(action: () => unknown, secret: Uint8Array): string {
  const error = errorOf(action);
  expect(error.name).toBe("SigningError");
  expect(leaks(error, secret)).toEqual([]);
  return error.code;
}

/** Pieces of a secret, in hexadecimal or base64, that an error shows. */
function leaks(error: unknown, secret: Uint8Array): string[] {
  const texts: string[] = [];
  for (let at: unknown = error; at instanceof Error; at = at.cause)
    texts.push(at.message, JSON.stringify(at), String(at.stack));
  const shown = texts.join("\n");
  const tail = secret.subarray(24);
  const forms = [
    Buffer.from(tail).toString("hex"),
    Buffer.from(secret).toString("base64"),
    Buffer.from(tail).toString("base64url"),
  ];
  return forms.flatMap((form) => form.match(/.{12}/g) ?? []).filter((piece) => shown.includes(piece));
}

describe("the scheme of a private key", () => {
  it.each(["sha256", "sha384", "sha512"] as const)("may be asked for: RSA with %s", async (hash) => {
    const scheme = `rsassa-pss-${hash}` as const;
    const signer = createLocalSigner(pem(rsa), { scheme });
    expect(signer.publicKey.scheme).toBe(scheme);
    const saltLength = Number(hash.slice(3)) / 8;
    const options = { key: createPublicKey(rsa), padding: 6, saltLength };
    expect(nodeVerify(hash, message, options, await signer.sign(message))).toBe(true);
  });

  it.each([
    ["PS256", "rsassa-pss-sha256"],
    ["PS384", "rsassa-pss-sha384"],
    ["PS512", "rsassa-pss-sha512"],
  ])("may be in a JWK: %s", (alg, scheme) => {
    const document = JSON.stringify({ ...jwk(rsa), alg });
    expect(createLocalSigner(document).publicKey.scheme).toBe(scheme);
    expect(createLocalSigner(document, { scheme: scheme as SignatureScheme }).publicKey.scheme).toBe(scheme);
    const other = scheme === "rsassa-pss-sha256" ? "rsassa-pss-sha512" : "rsassa-pss-sha256";
    expect(errorOf(() => createLocalSigner(document, { scheme: other }))).toMatchObject({
      code: "ERR_SIGNING_PRIVATE_KEY_ALGORITHM",
      message: `Cannot use private key: it is not for ${other}`,
    });
  });

  it("must be one of the key's kind", () => {
    for (const { scheme, key } of kinds) {
      for (const other of kinds.filter((kind) => kind.scheme !== scheme)) {
        for (const document of [pem(key), JSON.stringify(jwk(key)), der(key)]) {
          expect(errorOf(() => createLocalSigner(document, { scheme: other.scheme })).code).toBe(
            "ERR_SIGNING_PRIVATE_KEY_ALGORITHM",
          );
        }
      }
    }
  });

  it("of raw bytes is Ed25519 unless it is said", () => {
    expect(encodePublicKeyPem(createLocalSigner(raw(ed25519.key)).publicKey)).toBe(spki(ed25519.key));
    for (const { scheme, key } of [p256, p384]) {
      for (const provider of providers) {
        expect(encodePublicKeyPem(createLocalSigner(raw(key), { scheme, provider }).publicKey)).toBe(spki(key));
      }
    }
    expect(errorOf(() => createLocalSigner(raw(p384.key)))).toMatchObject({ code: "ERR_SIGNING_PRIVATE_KEY" });
    expect(errorOf(() => createLocalSigner(raw(p384.key), { scheme: p256.scheme })).code).toBe(
      "ERR_SIGNING_PRIVATE_KEY",
    );
  });

  it("of raw bytes that begin as a PKCS #8 document is none, of others any", () => {
    const begins = (hex: string): Uint8Array<ArrayBuffer> => hexToBytes(hex.padEnd(64, "5"));
    for (const head of ["302e02010030", "303002010130", "30819002010030", "3082010002010130"]) {
      expect(errorOf(() => createLocalSigner(begins(head))).code).toBe("ERR_SIGNING_PRIVATE_KEY");
    }
    for (const head of ["01302e02010030", "302e02010230", "302e02020030", "302e02010031", "30839002010030"]) {
      expect(createLocalSigner(begins(head)).publicKey.scheme).toBe("ed25519");
    }
  });

  it("cannot be one that does not exist", () => {
    expect(() => createLocalSigner(raw(ed25519.key), { scheme: "rsa-pkcs1v15-sha256" as SignatureScheme })).toThrow(
      new TypeError('"scheme" expected signature scheme, got rsa-pkcs1v15-sha256'),
    );
  });

  it("cannot be one that the provider has no private keys of", () => {
    expect(errorOf(() => createLocalSigner(pem(rsa), { provider: pureSignatureProvider }))).toMatchObject({
      code: "ERR_SIGNING_PRIVATE_KEY_ALGORITHM",
      message: 'Cannot use private key: provider "noble" cannot sign with rsassa-pss-sha256',
    });
  });
});

describe("a scalar", () => {
  const order = {
    "ecdsa-sha2-nistp256": "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551",
    "ecdsa-sha2-nistp384":
      "ffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973",
  };

  it.each(Object.entries(order))("of %s is below the order and not zero", (scheme, n) => {
    for (const provider of providers) {
      const options = { scheme: scheme as SignatureScheme, provider };
      for (const bad of ["00".repeat(n.length / 2), n, "ff".repeat(n.length / 2)]) {
        expect(errorOf(() => createLocalSigner(hexToBytes(bad), options))).toMatchObject({
          code: "ERR_SIGNING_PRIVATE_KEY",
          message: `Cannot use private key: it is no private key of ${scheme}`,
        });
      }
      expect(createLocalSigner(hexToBytes(`${n.slice(0, -1)}0`), options).publicKey.scheme).toBe(scheme);
    }
  });
});

describe("PKCS #8", () => {
  const swap = (document: Uint8Array, from: string, to: string): Uint8Array<ArrayBuffer> => {
    const text = bytesToHex(document);
    expect(text.split(from)).toHaveLength(2);
    return hexToBytes(text.replace(from, to));
  };
  const refusal = (document: Uint8Array | string): unknown => errorOf(() => createLocalSigner(document)).toJSON();

  it("may carry the public key and attributes, as other tools write them", () => {
    // RFC 8410 section 10.3: the example with attributes and public key.
    const example =
      "-----BEGIN PRIVATE KEY-----\nMHICAQEwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC\n" +
      "oB8wHQYKKoZIhvcNAQkJFDEPDA1DdXJkbGUgQ2hhaXJzgSEAGb9ECWmEzf6FQbrB\nZ9w7lshQhqowtrbLDFw4rXAxZuE=\n-----END PRIVATE KEY-----\n";
    expect(createLocalSigner(example).publicKey.material).toBe(
      "19bf44096984cdfe8541bac167dc3b96c85086aa30b6b6cb0c5c38ad703166e1",
    );
    // The same key without them (section 10.3, first example).
    const plain =
      "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC\n-----END PRIVATE KEY-----\n";
    expect(createLocalSigner(plain).publicKey).toEqual(createLocalSigner(example).publicKey);
    const wrong = Buffer.from(example.replace(/-----[A-Z ]+-----/g, ""), "base64");
    wrong[wrong.length - 1]! ^= 1;
    expect(errorOf(() => createLocalSigner(new Uint8Array(wrong)))).toMatchObject({
      code: "ERR_SIGNING_PRIVATE_KEY_MISMATCH",
      message: "Cannot use private key: the public key in its document is another one",
    });
  });

  it("of an EC key may name the curve twice, leave the point out, or have it compressed", () => {
    const scalar = raw(p256.key);
    const point = hexToBytes(createLocalSigner(der(p256.key)).publicKey.material);
    const compressed = concatBytes(Uint8Array.of(2 + (point[64]! & 1)), point.slice(1, 33));
    const curve = "06082a8648ce3d030107";
    const documentOf = (parts: string): Uint8Array<ArrayBuffer> => {
      const key = element("30", `020101${element("04", bytesToHex(scalar))}${parts}`);
      return hexToBytes(element("30", `020100${element("30", `06072a8648ce3d0201${curve}`)}${element("04", key)}`));
    };
    const own = createLocalSigner(scalar, { scheme: p256.scheme }).publicKey;
    const pointPart = (bytes: Uint8Array): string => element("a1", element("03", `00${bytesToHex(bytes)}`));
    for (const parts of ["", element("a0", curve), element("a0", curve) + pointPart(point), pointPart(compressed)]) {
      expect(createLocalSigner(documentOf(parts)).publicKey).toEqual(own);
    }
    expect(errorOf(() => createLocalSigner(documentOf(element("a0", "06052b81040022")))).message).toMatch(
      /^Cannot use private key: another curve inside at offset \d+$/,
    );
    const other = hexToBytes(
      createLocalSigner(Uint8Array.from(scalar).fill(1), { scheme: p256.scheme }).publicKey.material,
    );
    const broken = Uint8Array.from(point);
    broken[64]! ^= 1;
    for (const wrong of [other, broken, new Uint8Array(0), compressed.slice(0, 32)]) {
      expect(errorOf(() => createLocalSigner(documentOf(pointPart(wrong)))).code).toBe(
        "ERR_SIGNING_PRIVATE_KEY_MISMATCH",
      );
    }
  });

  it("of P-384 may name its own curve twice, and no other", () => {
    const scalar = bytesToHex(raw(p384.key));
    const documentOf = (curve: string): Uint8Array<ArrayBuffer> => {
      const key = element("30", `020101${element("04", scalar)}${element("a0", curve)}`);
      return hexToBytes(
        element("30", `020100${element("30", "06072a8648ce3d020106052b81040022")}${element("04", key)}`),
      );
    };
    expect(encodePublicKeyPem(createLocalSigner(documentOf("06052b81040022")).publicKey)).toBe(spki(p384.key));
    expect(refusal(documentOf("06082a8648ce3d030107"))).toMatchObject({ code: "ERR_SIGNING_PRIVATE_KEY" });
  });

  it("has nothing after what belongs into an element", () => {
    const ed = "300506032b6570";
    const ec = "301306072a8648ce3d020106082a8648ce3d030107";
    const seed = element("04", bytesToHex(raw(ed25519.key)));
    const scalar = element("04", bytesToHex(raw(p256.key)));
    const point = element("03", `00${createLocalSigner(der(p256.key)).publicKey.material}`);
    const rsaKey = bytesToHex(new Uint8Array(rsa.export({ type: "pkcs1", format: "der" })));
    const rsaAlgorithm = "300d06092a864886f70d0101010500";
    const rsaNumbers = rsaKey.slice(8);
    const documentOf = (algorithm: string, key: string): Uint8Array<ArrayBuffer> =>
      hexToBytes(element("30", `020100${algorithm}${element("04", key)}`));
    for (const sound of [
      documentOf(ed, seed),
      documentOf(ec, element("30", `020101${scalar}${element("a1", point)}`)),
      documentOf(rsaAlgorithm, rsaKey),
    ]) {
      expect(createLocalSigner(sound).publicKey.keyId).toMatch(/^[0-9a-f]{64}$/);
    }
    for (const continued of [
      documentOf(ed, `${seed}0500`),
      documentOf(ec, `${element("30", `020101${scalar}`)}0500`),
      documentOf(ec, element("30", `020101${scalar}0500`)),
      documentOf(ec, element("30", `020101${scalar}${element("a0", "06082a8648ce3d0301070500")}`)),
      documentOf(ec, element("30", `020101${scalar}${element("a1", `${point}0500`)}`)),
      documentOf(ec, element("30", `020101${scalar}${element("a1", point)}0500`)),
      documentOf(rsaAlgorithm, `${rsaKey}0500`),
      documentOf(rsaAlgorithm, element("30", `${rsaNumbers}0500`)),
    ]) {
      expect(refusal(continued)).toMatchObject({
        code: "ERR_SIGNING_PRIVATE_KEY",
        message: expect.stringMatching(/^Cannot use private key: malformed DER at offset \d+$/),
      });
    }
  });

  it("of version 2 has a public key of whole bytes, whatever the algorithm", () => {
    const seed = element("04", element("04", bytesToHex(raw(ed25519.key))));
    const point = createLocalSigner(raw(ed25519.key)).publicKey.material;
    const documentOf = (attached: string): Uint8Array<ArrayBuffer> =>
      hexToBytes(element("30", `020101300506032b6570${seed}${attached}`));
    expect(createLocalSigner(documentOf(element("81", `00${point}`))).publicKey.material).toBe(point);
    for (const [attached, message] of [
      ["", /malformed DER/],
      [element("81", ""), /malformed DER/],
      [element("81", `01${point}`), /malformed public key/],
      [element("81", "00"), /another one$/],
    ] as const) {
      expect(errorOf(() => createLocalSigner(documentOf(attached))).message).toMatch(message);
    }
    const rsaDer = bytesToHex(new Uint8Array(rsa.export({ type: "pkcs1", format: "der" })));
    const rsaPublic = createLocalSigner(der(rsa)).publicKey.material;
    const rsaDocument = (attached: string): Uint8Array<ArrayBuffer> =>
      hexToBytes(
        element("30", `020101300d06092a864886f70d0101010500${element("04", rsaDer)}${element("81", `00${attached}`)}`),
      );
    expect(createLocalSigner(rsaDocument(rsaPublic)).publicKey.material).toBe(rsaPublic);
    expect(errorOf(() => createLocalSigner(rsaDocument(rsaPublic.slice(2)))).code).toBe(
      "ERR_SIGNING_PRIVATE_KEY_MISMATCH",
    );
  });

  it("is refused with another version, algorithm, or length of the key", () => {
    const ed = der(ed25519.key);
    expect(refusal(swap(ed, "302e020100", "302e020102"))).toMatchObject({
      code: "ERR_SIGNING_PRIVATE_KEY",
      message: "Cannot use private key: unknown version at offset 4",
      offset: 4,
    });
    const long = hexToBytes(element("30", `02020000${bytesToHex(ed).slice(10)}`));
    expect(refusal(long)).toMatchObject({ message: "Cannot use private key: unknown version at offset 4" });
    // X25519, 1.3.101.110.
    expect(refusal(swap(ed, "06032b6570", "06032b656e"))).toMatchObject({
      code: "ERR_SIGNING_PRIVATE_KEY_ALGORITHM",
      message: "Cannot use private key: its algorithm is not supported",
      details: { objectIdentifier: "2b656e" },
    });
    const short = hexToBytes(element("30", `020100300506032b6570${element("04", element("04", "00".repeat(31)))}`));
    expect(refusal(short)).toMatchObject({
      code: "ERR_SIGNING_PRIVATE_KEY",
      message: "Cannot use private key: 31 bytes where 32 belong at offset 16",
      offset: 16,
    });
    // A public key belongs to version 1 only.
    const v1 = hexToBytes(
      element(
        "30",
        `020100300506032b6570${element("04", element("04", "01".repeat(32)))}${element("81", "00".repeat(33))}`,
      ),
    );
    expect(refusal(v1)).toMatchObject({
      code: "ERR_SIGNING_PRIVATE_KEY",
      message: expect.stringContaining("malformed DER"),
    });
  });

  it.each([
    ["secp256k1", () => generateKeyPairSync("ec", { namedCurve: "secp256k1" }).privateKey],
    ["P-521", () => generateKeyPairSync("ec", { namedCurve: "P-521" }).privateKey],
    ["Ed448", () => generateKeyPairSync("ed448").privateKey],
    ["X25519", () => generateKeyPairSync("x25519").privateKey],
    ["RSA-PSS with parameters", () => generateKeyPairSync("rsa-pss", { modulusLength: 2048 }).privateKey],
  ])("of another algorithm is refused: %s", (_, make) => {
    expect(expectSilentRefusal(() => createLocalSigner(pem(make())), new Uint8Array(0))).toBe(
      "ERR_SIGNING_PRIVATE_KEY_ALGORITHM",
    );
  });

  it("of an RSA key out of bounds is refused", () => {
    const weak = generateKeyPairSync("rsa", { modulusLength: 1024 }).privateKey;
    expect(refusal(pem(weak))).toMatchObject({
      code: "ERR_SIGNING_PRIVATE_KEY",
      message: "Cannot use private key: its modulus has 1024 bits, not 2048 to 8192",
    });
    expect(refusal(JSON.stringify(jwk(weak)))).toMatchObject({
      code: "ERR_SIGNING_PRIVATE_KEY",
      message: "Cannot use private key: its modulus has 1024 bits, not 2048 to 8192",
    });
    const cubic = generateKeyPairSync("rsa", { modulusLength: 2048, publicExponent: 3 }).privateKey;
    expect(refusal(der(cubic))).toMatchObject({ code: "ERR_SIGNING_PRIVATE_KEY" });
  });

  it("in other containers is refused, with how to convert it", () => {
    const others = [
      ...[
        rsa.export({ type: "pkcs1", format: "pem" }),
        p256.key.export({ type: "sec1", format: "pem" }),
        rsa.export({ type: "pkcs8", format: "pem", cipher: "aes-256-cbc", passphrase: "x" }),
      ].map(String),
      spki(p256.key),
      `${pem(p256.key)}${pem(p256.key)}`,
      ` ${pem(p256.key)}`,
    ];
    for (const document of others) {
      expect(expectSilentRefusal(() => createLocalSigner(document), der(rsa))).toBe("ERR_SIGNING_PRIVATE_KEY");
    }
    expect(refusal(others[0]!)).toMatchObject({
      message: "Cannot use private key: no strict PEM of an unencrypted PKCS #8 document",
      details: { line: 1 },
    });
    for (const document of ["", "secret", "0".repeat(64), Uint8Array.of(255), new Uint8Array(0), new Uint8Array(31)]) {
      expect(refusal(document)).toMatchObject({
        code: "ERR_SIGNING_PRIVATE_KEY",
        message: "Cannot use private key: neither raw key, PKCS #8 nor JWK",
      });
    }
    expect(refusal("x".repeat(16_385))).toMatchObject({
      code: "ERR_SIGNING_PRIVATE_KEY",
      message: "Cannot use private key: longer than 16384 characters",
    });
    for (const document of ["x".repeat(16_384), `x${JSON.stringify(jwk(p256.key))}`]) {
      expect(refusal(document)).toMatchObject({ message: "Cannot use private key: neither raw key, PKCS #8 nor JWK" });
    }
  });
});

/** A DER element of hexadecimal contents. */
function element(tag: string, contents: string): string {
  const length = contents.length / 2;
  const head = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 255];
  return tag + bytesToHex(Uint8Array.from(head)) + contents;
}

describe("a private JWK", () => {
  const refusal = (document: unknown): unknown =>
    errorOf(() => createLocalSigner(typeof document === "string" ? document : JSON.stringify(document))).toJSON();

  it.each<[string, object, string | undefined]>([
    ["without private member", { d: undefined }, "/d"],
    ["with a short private member", { d: "AAAA" }, "/d"],
    ["with padding", { d: `${Buffer.alloc(32, 1).toString("base64url")}=` }, "/d"],
    ["without public member", { x: undefined }, "/x"],
    ["for encryption", { use: "enc" }, "/use"],
    ["for verifying alone", { key_ops: ["verify"] }, "/key_ops"],
    ["with operations that are no list", { key_ops: "sign" }, "/key_ops"],
  ])("is refused %s", (_, changes, path) => {
    const found = refusal({ ...jwk(p256.key), ...changes }) as { message: string };
    expect(found).toMatchObject({ code: "ERR_SIGNING_PRIVATE_KEY", path });
    expect(found.message).toBe(`Cannot use private key: malformed JWK at "${path}"`);
  });

  it.each<[object, string]>([
    [{ kty: "oct" }, "/kty"],
    [{ kty: undefined }, "/kty"],
    [{ crv: "P-521" }, "/crv"],
    [{ alg: "RS256" }, "/alg"],
    [{ alg: 7 }, "/alg"],
  ])("of another algorithm is refused: %j", (changes, path) => {
    expect(refusal({ ...jwk(p256.key), ...changes })).toMatchObject({
      code: "ERR_SIGNING_PRIVATE_KEY_ALGORITHM",
      message: "Cannot use private key: its algorithm is not supported",
      path,
    });
  });

  it("is refused with the public half of another key", () => {
    for (const make of [
      () => generateKeyPairSync("ed25519").privateKey,
      () => generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey,
    ]) {
      const [one, other] = [jwk(make()), jwk(make())];
      expect(refusal({ ...one, x: other["x"], y: other["y"] })).toMatchObject({
        code: "ERR_SIGNING_PRIVATE_KEY_MISMATCH",
      });
    }
  });

  it("of RSA is refused with more than two primes, a missing number, or one with a zero in front", () => {
    expect(refusal({ ...jwk(rsa), oth: [] })).toMatchObject({ code: "ERR_SIGNING_PRIVATE_KEY", path: "/oth" });
    for (const name of ["n", "e", "d", "p", "q", "dp", "dq", "qi"]) {
      expect(refusal({ ...jwk(rsa), [name]: undefined })).toMatchObject({
        code: "ERR_SIGNING_PRIVATE_KEY",
        path: `/${name}`,
      });
      const zero = Buffer.concat([Buffer.alloc(1), Buffer.from(jwk(rsa)[name] as string, "base64url")]).toString(
        "base64url",
      );
      expect(refusal({ ...jwk(rsa), [name]: zero })).toMatchObject({
        code: "ERR_SIGNING_PRIVATE_KEY",
        path: `/${name}`,
      });
    }
  });

  it("that is no JSON is refused without a piece of it", () => {
    const secret = raw(ed25519.key);
    const text = JSON.stringify({ [Buffer.from(secret).toString("base64url")]: 1 });
    for (const document of [text.slice(0, -1), text.replace(":1", ":1.5"), `[${text}]`, `{"d":"${"A".repeat(43)}"`]) {
      const code = expectSilentRefusal(() => createLocalSigner(document), concatBytes(new Uint8Array(24), secret));
      expect(code).toBe("ERR_SIGNING_PRIVATE_KEY");
    }
    expect(refusal(`{"a":`)).toEqual({
      name: "SigningError",
      code: "ERR_SIGNING_PRIVATE_KEY",
      message: "Cannot use private key: malformed JWK",
    });
  });
});

describe("generateLocalKey", () => {
  const random = (length: number): Uint8Array => crypto.getRandomValues(new Uint8Array(length));

  it.each(["ed25519", "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384"] as const)(
    "makes %s keys, and documents of them",
    async (scheme) => {
      for (const provider of providers) {
        const { seed, pem: document, signer } = generateLocalKey(random, { scheme, provider, keyId: "new" });
        expect(signer.publicKey).toMatchObject({ scheme, keyId: "new" });
        const key = createPrivateKey(document);
        // Byte for byte what OpenSSL writes.
        expect(pem(key)).toBe(document);
        expect(encodePublicKeyPem(signer.publicKey)).toBe(spki(key));
        expect(createLocalSigner(document, { keyId: "new" }).publicKey).toEqual(signer.publicKey);
        expect(createLocalSigner(seed, { scheme, keyId: "new" }).publicKey).toEqual(signer.publicKey);
        expect(isValidSignature(signer.publicKey, message, await signer.sign(message))).toBe(true);
      }
    },
  );

  it("draws again what is no scalar, and gives up on a source that is not random", () => {
    let draws = 0;
    const poor = (length: number): Uint8Array => new Uint8Array(length).fill(draws++ === 0 ? 0 : draws === 2 ? 255 : 7);
    const { seed } = generateLocalKey(poor, { scheme: "ecdsa-sha2-nistp256" });
    expect([draws, seed]).toEqual([3, new Uint8Array(32).fill(7)]);
    const order = "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551";
    let first = true;
    const atOrder = (length: number): Uint8Array => {
      const drawn = first ? hexToBytes(order) : new Uint8Array(length).fill(7);
      first = false;
      return drawn;
    };
    expect(generateLocalKey(atOrder, { scheme: "ecdsa-sha2-nistp256" }).seed).toEqual(new Uint8Array(32).fill(7));
    let given = 0;
    const never = (length: number): Uint8Array => {
      given++;
      return new Uint8Array(length);
    };
    expect(() => generateLocalKey(never, { scheme: "ecdsa-sha2-nistp256" })).toThrow(RangeError);
    expect(given).toBe(16);
    for (const byte of [0, 255]) {
      expect(() =>
        generateLocalKey((length) => new Uint8Array(length).fill(byte), { scheme: "ecdsa-sha2-nistp384" }),
      ).toThrow(new RangeError('"randomBytes()" expected random bytes'));
    }
  });

  it("makes no other keys", () => {
    for (const scheme of ["rsassa-pss-sha256", "x"]) {
      expect(() => generateLocalKey(random, { scheme: scheme as "ed25519" })).toThrow(
        new TypeError(`"scheme" expected ed25519 or ECDSA scheme, got ${scheme}`),
      );
    }
  });
});

describe("an ECDSA signature", () => {
  it("has the lower s, in DER, from every provider", async () => {
    const half = { "ecdsa-sha2-nistp256": 2n ** 255n, "ecdsa-sha2-nistp384": 2n ** 383n };
    for (const { scheme, key } of [p256, p384]) {
      for (const provider of providers) {
        const signer = createLocalSigner(der(key), { provider });
        for (let count = 0; count < 8; count++) {
          const text = utf8ToBytes(`message ${count}`);
          const signature = await signer.sign(text);
          expect(nodeVerify(scheme.endsWith("256") ? "sha256" : "sha384", text, createPublicKey(key), signature)).toBe(
            true,
          );
          const size = scheme.endsWith("256") ? 32 : 48;
          const s = BigInt(`0x${bytesToHex(signature.slice(-size))}`) % 2n ** BigInt(8 * size);
          expect(s < half[scheme as keyof typeof half]).toBe(true);
        }
      }
    }
    expect(nodeSign("sha256", message, p256.key)[0]).toBe(0x30);
    expect(defaultSignatureProvider.name).toBe("node");
  });
});
