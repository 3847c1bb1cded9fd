/** Attacks on signing that a second reading found: each is mounted here, and refused. */

import { generateKeyPairSync } from "node:crypto";
import { describe, expect, it } from "vitest";
import {
  bytesToBase64,
  bytesToUtf8,
  encodeJcs,
  hexToBytes,
  type JsonValue,
  pureHashProvider,
  utf8ToBytes,
} from "../../src/core/index.ts";
import {
  addSignature,
  createLocalSigner,
  createSigningRequest,
  createWebCryptoSigner,
  encodeSigningRequest,
  explainSigningRequest,
  finishSigningRequest,
  generateLocalKey,
  hmacSha256,
  isValidHmacSha256,
  isValidSignature,
  type PublicKey,
  parseSigningRequest,
  parseStatement,
  pureSignatureProvider,
  type SigningRequest,
  type SigningRequestOptions,
  signingProgress,
  statementType,
  verifyThreshold,
} from "../../src/signing/index.ts";
import { alice, bob, errorOf, json, providers } from "./fixture.ts";

const message = utf8ToBytes("root 8");
const random = (length: number): Uint8Array => crypto.getRandomValues(new Uint8Array(length));

function requestFor(...keys: readonly PublicKey[]): SigningRequest {
  return createSigningRequest({
    purpose: "Root 8",
    message,
    quorums: keys.map((key, index) => ({ name: `quorum ${index}`, keys: [key], threshold: 1 })),
  });
}

describe("a signing request", () => {
  const old = { ...alice.key, keyId: "old" };
  const own = { ...alice.key, keyId: "new" };

  it("is not complete while a quorum's verifier would find no signature under its own key id", async () => {
    const sent = requestFor(old, own);
    const signature = { keyid: "old", sig: bytesToBase64(alice.sign(message)) };
    const returned = parseSigningRequest(json({ ...sent, signatures: [signature] }));
    expect(signingProgress(returned).map(({ signedBy, remaining }) => [signedBy, remaining])).toEqual([
      [["old"], 0],
      [[], 1],
    ]);
    expect(errorOf(() => finishSigningRequest(returned)).code).toBe("ERR_SIGNING_REQUEST_INCOMPLETE");
    const complete = finishSigningRequest(await addSignature(returned, alice.signer));
    for (const key of [old, own]) {
      expect(verifyThreshold(message, complete, { keys: [key], threshold: 1 }).signedBy).toEqual([key.keyId]);
    }
  });

  it("takes an RSA key's signature under the scheme that it lists alone", async () => {
    const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
    const pem = privateKey.export({ format: "pem", type: "pkcs8" });
    const [sha256, sha512] = (["rsassa-pss-sha256", "rsassa-pss-sha512"] as const).map((scheme) =>
      createLocalSigner(pem, { scheme }),
    ) as [typeof alice.signer, typeof alice.signer];
    await expect(addSignature(requestFor(sha512.publicKey), sha256)).rejects.toMatchObject({
      code: "ERR_SIGNING_REQUEST_KEY",
    });
    const both = requestFor(sha256.publicKey, { ...sha512.publicKey, keyId: "512" });
    const half = await addSignature(both, sha256);
    expect(half.signatures.map(({ keyid }) => keyid)).toEqual([sha256.publicKey.keyId]);
    const whole = await addSignature(half, createLocalSigner(pem, { scheme: "rsassa-pss-sha512" }));
    expect(parseSigningRequest(encodeSigningRequest(whole)).signatures).toHaveLength(2);
  });

  it("has its signatures in DER, whatever else is asked for", async () => {
    const { signer } = generateLocalKey(random, { scheme: "ecdsa-sha2-nistp256" });
    const options = { ecdsaEncoding: "p1363" } as SigningRequestOptions;
    const signed = await addSignature(requestFor(signer.publicKey), signer, options);
    expect(parseSigningRequest(encodeSigningRequest(signed))).toEqual(signed);
  });

  it("cannot speak to a terminal through a threshold", () => {
    const { quorums, ...rest } = requestFor(alice.key);
    const thresholds = ["\u001b[2J\u202e\n", "9".repeat(200)].map((threshold) =>
      json({ ...rest, quorums: [{ ...quorums[0], threshold }] }),
    );
    expect(thresholds.map((bytes) => errorOf(() => parseSigningRequest(bytes)).message)).toEqual([
      "Cannot use trust: threshold \\u001b[2J\\u202e\\u000a is not >= 1",
      `Cannot use trust: threshold ${"9".repeat(128)}\\u2026 is not >= 1`,
    ]);
    const symbol = Symbol("2") as unknown as number;
    expect(errorOf(() => verifyThreshold(message, [], { keys: [bob.key], threshold: symbol })).message).toBe(
      "Cannot use trust: threshold Symbol(2) is not >= 1",
    );
  });

  it("has no text that takes no room, but for joiners", () => {
    const named = (purpose: string): SigningRequest =>
      createSigningRequest({ ...requestFor(alice.key), purpose, message });
    for (const hidden of ["\u00ad", "\u180e", "\u200b", "\u2060", "\ufeff", "\ufff9", "\u{e0041}"]) {
      expect(errorOf(() => named(`Root${hidden}`))).toMatchObject({ code: "ERR_SIGNING_REQUEST", path: "/purpose" });
    }
    for (const text of ["می\u200cخواهم", "👩\u200d🔧", "Straße 東京"]) expect(named(text).purpose).toBe(text);
  });

  it("cannot pass one key off as another by its label", () => {
    const lines = (key: PublicKey): readonly string[] => explainSigningRequest(requestFor(key)).split("\n").slice(4);
    expect(lines(alice.key)).toEqual([`  not signed "${alice.key.keyId}"`, ""]);
    expect(lines({ ...bob.key, keyId: alice.key.keyId })).toEqual([
      `  not signed "${alice.key.keyId}", which is key ${bob.key.keyId}`,
      "",
    ]);
  });

  it("cannot push a line of its own to the start of a terminal's line", () => {
    const purpose = `Root 8${" ".repeat(3)}Message: 1 bytes`;
    const text = explainSigningRequest(createSigningRequest({ ...requestFor(alice.key), purpose, message }));
    expect(text.split("\n")[0]).toBe('Purpose, as the requester says: "Root 8\\u0020\\u0020\\u0020Message: 1 bytes"');
  });
});

describe("a private key", () => {
  const { pem } = generateLocalKey(random);
  const jwk = '{\n  "kty": "OKP", "crv": "Ed25519", "d": "n1n1n1n1n1n1n1n1n1n1n1n1n1n1n1n1n1n1n1n1n1n"}';

  it.each([
    ["PEM document", pem],
    ["JWK", jwk],
    ["JWK after white space", `\r\n\t ${jwk}`],
  ])("is not the start of a %s, which everybody can guess", (_, document) => {
    for (const [length, scheme] of [
      [32, "ed25519"],
      [32, "ecdsa-sha2-nistp256"],
      [48, "ecdsa-sha2-nistp384"],
    ] as const) {
      const cut = utf8ToBytes(document).subarray(0, length);
      expect(errorOf(() => createLocalSigner(cut, { scheme })).code).toBe("ERR_SIGNING_PRIVATE_KEY");
    }
  });

  it("has one public key, though PKCS #8 has two places for that of an EC key", () => {
    const [own, other] = [1, 2].map((fill) =>
      createLocalSigner(new Uint8Array(32).fill(fill), { scheme: "ecdsa-sha2-nistp256" }),
    ) as [typeof alice.signer, typeof alice.signer];
    const document = (inner: string, outer: string): Uint8Array<ArrayBuffer> => {
      const octets = `306b0201010420${"01".repeat(32)}a144034200${inner}`;
      const algorithm = "301306072a8648ce3d020106082a8648ce3d030107";
      return hexToBytes(`3081cb020101${algorithm}046d${octets}814200${outer}`);
    };
    const [right, wrong] = [own.publicKey.material, other.publicKey.material];
    expect(createLocalSigner(document(right, right)).publicKey).toEqual(own.publicKey);
    for (const [inner, outer] of [
      [wrong, right],
      [right, wrong],
      [wrong, wrong],
    ] as const) {
      expect(errorOf(() => createLocalSigner(document(inner, outer))).code).toBe("ERR_SIGNING_PRIVATE_KEY_MISMATCH");
    }
  });

  it("may begin like text all the same", () => {
    for (const start of ["-----BEGIN ", "{"]) {
      const seed = new Uint8Array(32).fill(200);
      seed.set(utf8ToBytes(start));
      expect(createLocalSigner(seed).publicKey.scheme).toBe("ed25519");
    }
  });

  it("is not what a generator gives that fills nothing", () => {
    expect(() => generateLocalKey((length) => new Uint8Array(length))).toThrow(
      new RangeError('"randomBytes()" expected random bytes'),
    );
  });
});

describe("the pure provider by itself", () => {
  it("takes an Ed25519 signature of 64 bytes only", () => {
    const signature = alice.sign(message);
    const key = pureSignatureProvider.importPublicKey("ed25519", hexToBytes(alice.key.material))!;
    expect(key.verify(message, signature)).toBe(true);
    expect(key.verify(message, Uint8Array.of(...signature, 0))).toBe(false);
    // S is below 2^253, so that its last byte can be zero and seem superfluous.
    const [text, ending] = Array.from(
      { length: 256 },
      (_, index) => [Uint8Array.of(index), alice.sign(Uint8Array.of(index))] as const,
    ).find(([, { 63: last }]) => last === 0)!;
    expect(key.verify(text, ending)).toBe(true);
    expect(key.verify(text, ending.subarray(0, 63))).toBe(false);
  });

  it("has no RSA key without numbers", () => {
    for (const der of ["30040200" + "0200", "30060201000201" + "03", "3006020103" + "020100", "3000", ""]) {
      expect(pureSignatureProvider.importPublicKey("rsassa-pss-sha256", hexToBytes(der))).toBeUndefined();
    }
  });
});

describe("a hash back end that is broken", () => {
  const key = { scheme: "hmac-sha256", keyId: "ecu", secret: new Uint8Array(32) } as const;
  const answering = (digest: unknown) => ({
    ...pureHashProvider,
    create: () => ({
      update() {
        return this;
      },
      digest: () => digest as Uint8Array<ArrayBuffer>,
    }),
  });

  it("does not make an authentication code of no bytes valid", () => {
    const provider = answering(new Uint8Array(0));
    for (const length of [0, 32]) {
      expect(isValidHmacSha256(key, message, new Uint8Array(length), { provider })).toBe(false);
    }
  });

  it("is told when it answers with a promise", () => {
    const provider = answering(Promise.resolve(new Uint8Array(32)));
    const refusal = new TypeError('"digest" expected Uint8Array, got Promise');
    expect(() => hmacSha256(key.secret, message, provider)).toThrow(refusal);
    expect(() => isValidHmacSha256(key, message, new Uint8Array(32), { provider })).toThrow(refusal);
  });
});

describe("arguments and names", () => {
  it("refuses to sign what is no bytes: a text would be signed as nothing, a number as zeros", async () => {
    const pair = await crypto.subtle.generateKey({ name: "ECDSA", namedCurve: "P-256" }, false, ["sign", "verify"]);
    for (const signer of [alice.signer, await createWebCryptoSigner(crypto.subtle, pair)]) {
      for (const [value, kind] of [
        ["text", "String"],
        [5, "Number"],
      ]) {
        await expect(signer.sign(value as unknown as Uint8Array)).rejects.toThrow(
          new TypeError(`"message" expected Uint8Array, got ${kind}`),
        );
      }
    }
  });

  it("gives reasons that a log can write, wherever a long text is cut", () => {
    const good = { keyid: "", sig: alice.sign(message) };
    for (const [keyid, start] of [
      [`${"a".repeat(127)}😀`, `${"a".repeat(127)}…`],
      [`${"a".repeat(126)}😀b`, `${"a".repeat(126)}😀…`],
      ["a".repeat(128), "a".repeat(128)],
    ] as const) {
      const trust = { keys: [alice.key], threshold: 1 };
      const { ignored } = verifyThreshold(message, [{ keyid, sig: good.sig }, good], trust);
      expect(ignored[0]!.evidence).toEqual({ keyid: start });
      expect(bytesToUtf8(encodeJcs(ignored as unknown as JsonValue))).toContain(start);
    }
  });

  it("refuses an object that calls itself bytes", () => {
    const fake = { [Symbol.toStringTag]: "Uint8Array", length: 64 } as unknown as Uint8Array;
    for (const provider of providers) {
      const refusal = (name: string): TypeError => new TypeError(`"${name}" expected Uint8Array, got Uint8Array`);
      expect(() => isValidSignature(alice.key, fake, alice.sign(message), { provider })).toThrow(refusal("message"));
      expect(() => isValidSignature(alice.key, message, fake, { provider })).toThrow(refusal("signature"));
    }
  });

  it("escapes what a document calls its members", () => {
    const subject = [{ digest: { "a\u001b[2J\n\u202e": 1 } }];
    const statement = json({ _type: statementType, predicateType: "https://example.com/x", subject });
    expect(errorOf(() => parseStatement(statement))).toMatchObject({
      code: "ERR_SIGNING_STATEMENT",
      message: 'Cannot read statement: "/subject/0/digest/a\\u001b[2J\\u000a\\u202e" expected text',
      path: "/subject/0/digest/a\u001b[2J\n\u202e",
    });
  });
});
