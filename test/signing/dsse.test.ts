import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { base64ToBytes, bytesToUtf8, concatBytes, parseStrictJson, utf8ToBytes } from "../../src/core/index.ts";
import {
  addDsseSignatures,
  createLocalSigner,
  type DsseEnvelope,
  encodeDsseEnvelope,
  parseDsseEnvelope,
  preAuthEncoding,
  SigningError,
  signDsse,
  type TrustedKeys,
  verifyDsse,
} from "../../src/signing/index.ts";
import { alice, bob, carol, errorOf, json, payload, payloadType, providers, signatureOf } from "./fixture.ts";

/** The example of DSSE 1.0.2, whose signature is ECDSA. */
const published = {
  payload: "aGVsbG8gd29ybGQ=",
  payloadType: "http://example.com/HelloWorld",
  signatures: [{ sig: "A3JqsQGtVsJ2O2xqrI5IcnXip5GToJ3F+FnZ+O88SjtR6rDAajabZKciJTfUiHqJPcIAriEGAHTVeCUjW2JIZA==" }],
};

const anyBytes = fc.uint8Array({ maxLength: 80 });
const anyText = fc.string({ unit: "grapheme", maxLength: 20 });
const anyEnvelope: fc.Arbitrary<DsseEnvelope> = fc.record({
  payloadType: anyText,
  payload: anyBytes,
  signatures: fc.array(fc.record({ keyid: anyText, sig: anyBytes }), { maxLength: 4 }),
});

describe("preAuthEncoding", () => {
  it("gives the published example", () => {
    expect(bytesToUtf8(preAuthEncoding(published.payloadType, utf8ToBytes("hello world")))).toBe(
      "DSSEv1 29 http://example.com/HelloWorld 11 hello world",
    );
  });

  it("counts bytes, not characters", () => {
    expect(preAuthEncoding("€", Uint8Array.of(255, 0))).toEqual(
      concatBytes(utf8ToBytes("DSSEv1 3 € 2 "), Uint8Array.of(255, 0)),
    );
    expect(bytesToUtf8(preAuthEncoding("", new Uint8Array(0)))).toBe("DSSEv1 0  0 ");
  });

  it("refuses a type that has no UTF-8 form", () => {
    expect(errorOf(() => preAuthEncoding("\ud800", payload)).code).toBe("ERR_CORE_UTF8");
  });

  it("differs for every two pairs of type and payload", () => {
    // A small alphabet of what the encoding itself uses, so that a collision would be found if there were one.
    const piece = fc.stringMatching(/^[ 0-9]{0,6}$/);
    fc.assert(
      fc.property(piece, piece, piece, piece, (type, body, otherType, otherBody) => {
        fc.pre(type !== otherType || body !== otherBody);
        const text = bytesToUtf8(preAuthEncoding(type, utf8ToBytes(body)));
        expect(text).not.toBe(bytesToUtf8(preAuthEncoding(otherType, utf8ToBytes(otherBody))));
      }),
    );
  });
});

describe("parseDsseEnvelope", () => {
  it("reads the published example; a missing key id is an empty one", () => {
    expect(parseDsseEnvelope(json(published))).toEqual({
      payloadType: "http://example.com/HelloWorld",
      payload: utf8ToBytes("hello world"),
      signatures: [{ keyid: "", sig: base64ToBytes(published.signatures[0]!.sig) }],
    });
  });

  it("reads the URL-safe alphabet too", () => {
    const bytes = Uint8Array.of(251, 255, 254, 1);
    const envelope = { payload: "-__-AQ==", payloadType: "t", signatures: [{ keyid: "k", sig: "-__-AQ==" }] };
    expect(parseDsseEnvelope(json(envelope))).toEqual({
      payloadType: "t",
      payload: bytes,
      signatures: [{ keyid: "k", sig: bytes }],
    });
  });

  it("ignores fields that it does not know", () => {
    const extended = {
      ...published,
      future: { a: [1] },
      signatures: [{ ...published.signatures[0], cert: "x", toString: 1 }],
    };
    expect(parseDsseEnvelope(json(extended))).toEqual(parseDsseEnvelope(json(published)));
  });

  it("takes empty fields and no signatures as they are", () => {
    expect(parseDsseEnvelope(json({ payload: "", payloadType: "", signatures: [] }))).toEqual({
      payloadType: "",
      payload: new Uint8Array(0),
      signatures: [],
    });
  });

  it.each<readonly [string, unknown, string, string]>([
    ["a list", [], "", "object"],
    ["null", null, "", "object"],
    ["text", "x", "", "object"],
    ["no payload", { ...published, payload: undefined }, "/payload", "text"],
    ["a payload that is no text", { ...published, payload: 1 }, "/payload", "text"],
    ["a payload with white space", { ...published, payload: "aGVs bG8=" }, "/payload", "base64"],
    ["a payload without padding", { ...published, payload: "aGVsbG8" }, "/payload", "base64"],
    ["a payload of mixed alphabets", { ...published, payload: "+_+_" }, "/payload", "base64"],
    ["a payload with stray bits", { ...published, payload: "aGVsbG9=" }, "/payload", "base64"],
    ["no payload type", { ...published, payloadType: undefined }, "/payloadType", "text"],
    ["a payload type that is null", { ...published, payloadType: null }, "/payloadType", "text"],
    ["no signatures", { ...published, signatures: undefined }, "/signatures", "array"],
    [
      "signatures that are an object",
      { ...published, signatures: { 0: { sig: "" }, length: 1 } },
      "/signatures",
      "array",
    ],
    ["a signature that is text", { ...published, signatures: [{ sig: "" }, "x"] }, "/signatures/1", "object"],
    ["a signature that is null", { ...published, signatures: [null] }, "/signatures/0", "object"],
    ["a signature that is a list", { ...published, signatures: [[]] }, "/signatures/0", "object"],
    ["a signature without bytes", { ...published, signatures: [{ keyid: "k" }] }, "/signatures/0/sig", "text"],
    ["a signature that is hex", { ...published, signatures: [{ sig: "0g" }] }, "/signatures/0/sig", "base64"],
    ["a key id that is null", { ...published, signatures: [{ keyid: null, sig: "" }] }, "/signatures/0/keyid", "text"],
    ["a key id that is a number", { ...published, signatures: [{ keyid: 7, sig: "" }] }, "/signatures/0/keyid", "text"],
  ])("refuses %s with its place", (_, document, path, expected) => {
    const error = errorOf(() => parseDsseEnvelope(json(document)));
    expect(error).toBeInstanceOf(SigningError);
    expect(error).toMatchObject({
      code: "ERR_SIGNING_DSSE_ENVELOPE",
      path,
      message: `Cannot read envelope: "${path}" expected ${expected}`,
    });
    expect(error.cause).toEqual(
      expected === "base64" ? expect.objectContaining({ code: "ERR_CORE_BASE64" }) : undefined,
    );
    expect("cause" in error).toBe(expected === "base64");
  });

  it("never takes a field from a prototype", () => {
    const text = '{"__proto__":{"payload":"","payloadType":"t","signatures":[]},"payload":"","signatures":[]}';
    expect(errorOf(() => parseDsseEnvelope(utf8ToBytes(text))).path).toBe("/payloadType");
    const signature = '{"payload":"","payloadType":"t","signatures":[{"__proto__":{"sig":""}}]}';
    expect(errorOf(() => parseDsseEnvelope(utf8ToBytes(signature))).path).toBe("/signatures/0/sig");
  });

  it("refuses a document that two readers could understand differently", () => {
    const twice = '{"payload":"","payload":"AA==","payloadType":"t","signatures":[]}';
    expect(errorOf(() => parseDsseEnvelope(utf8ToBytes(twice))).code).toBe("ERR_CORE_JSON_DUPLICATE_KEY");
    expect(errorOf(() => parseDsseEnvelope(Uint8Array.of(0xff))).code).toBe("ERR_CORE_UTF8");
  });

  it("keeps the caller's limits", () => {
    const bytes = json(published);
    expect(() => parseDsseEnvelope(bytes, { maxBytes: bytes.length, maxDepth: 3, maxEntries: 5 })).not.toThrow();
    for (const limits of [{ maxBytes: bytes.length - 1 }, { maxDepth: 2 }, { maxEntries: 4 }]) {
      expect(errorOf(() => parseDsseEnvelope(bytes, limits)).code).toBe("ERR_CORE_LIMIT");
    }
  });

  it("has at most 10,000 members unless the caller says otherwise", () => {
    // Three members and a signature of two entries each.
    const crowded = json({ ...published, signatures: Array.from({ length: 4_999 }, () => ({ sig: "" })) });
    expect(errorOf(() => parseDsseEnvelope(crowded))).toMatchObject({
      code: "ERR_CORE_LIMIT",
      details: { limit: "maxEntries", allowed: 10_000, found: 10_001 },
    });
    expect(parseDsseEnvelope(crowded, { maxEntries: 10_001 }).signatures).toHaveLength(4_999);
  });

  it("refuses an envelope cut at any byte", async () => {
    const envelope = await signDsse(payloadType, payload, [alice.signer]);
    for (let length = 0; length < envelope.length; length++) {
      expect(errorOf(() => parseDsseEnvelope(envelope.subarray(0, length))).code).toBe("ERR_CORE_JSON_SYNTAX");
    }
  });

  it("reads back what encodeDsseEnvelope wrote", () => {
    fc.assert(
      fc.property(anyEnvelope, (envelope) => {
        expect(parseDsseEnvelope(encodeDsseEnvelope(envelope))).toEqual(envelope);
      }),
    );
  });
});

describe("encodeDsseEnvelope", () => {
  it("writes standard base64 and leaves empty key ids out", () => {
    const envelope = encodeDsseEnvelope({
      payloadType: "t",
      payload: Uint8Array.of(251, 255),
      signatures: [
        { keyid: "", sig: Uint8Array.of(1) },
        { keyid: "k", sig: Uint8Array.of(2) },
      ],
    });
    expect(bytesToUtf8(envelope)).toBe(
      '{"payload":"+/8=","payloadType":"t","signatures":[{"sig":"AQ=="},{"keyid":"k","sig":"Ag=="}]}',
    );
  });

  it("refuses text that has no UTF-8 form", () => {
    const signatures = [{ keyid: "\ud800", sig: payload }];
    expect(errorOf(() => encodeDsseEnvelope({ payloadType: "\udc00", payload, signatures: [] }))).toMatchObject({
      code: "ERR_CORE_JSON_SURROGATE",
      path: "/payloadType",
    });
    expect(errorOf(() => encodeDsseEnvelope({ payloadType, payload, signatures }))).toMatchObject({
      code: "ERR_CORE_JSON_SURROGATE",
      path: "/signatures/0/keyid",
    });
  });
});

describe("signDsse", () => {
  it("signs with every signer, in their order", async () => {
    const envelope = await signDsse(payloadType, payload, [bob.signer, alice.signer]);
    expect(parseDsseEnvelope(envelope)).toEqual({
      payloadType,
      payload,
      signatures: [signatureOf(bob), signatureOf(alice)],
    });
  });

  it("sends what was signed, although the caller's array changes meanwhile", async () => {
    const changing = Uint8Array.from(payload);
    const signing = signDsse(payloadType, changing, [alice.signer]);
    changing.fill(0);
    const verified = verifyDsse(await signing, { keys: [alice.key], threshold: 1 }, { payloadType });
    expect(verified.payload).toEqual(payload);
  });

  it("copies the signature that a signer gives", async () => {
    const shared = alice.sign(preAuthEncoding(payloadType, payload));
    const signer = { publicKey: alice.key, sign: async () => shared };
    const slow = {
      publicKey: bob.key,
      sign: async (message: Uint8Array) => {
        await new Promise((resolve) => setTimeout(resolve, 1));
        shared.fill(0);
        return bob.sign(message);
      },
    };
    const envelope = await signDsse(payloadType, payload, [signer, slow]);
    expect(parseDsseEnvelope(envelope).signatures).toEqual([signatureOf(alice), signatureOf(bob)]);
  });

  it("refuses to sign with nobody or without a type", async () => {
    await expect(signDsse(payloadType, payload, [])).rejects.toThrow(
      new RangeError('"signers" expected at least one signer, got none'),
    );
    await expect(signDsse("", payload, [alice.signer])).rejects.toThrow(
      new TypeError('"payloadType" expected text that is not empty, got ""'),
    );
    await expect(signDsse(undefined as unknown as string, payload, [alice.signer])).rejects.toThrow(
      new TypeError('"payloadType" expected text that is not empty, got undefined'),
    );
    await expect(signDsse(payloadType, "text" as unknown as Uint8Array, [alice.signer])).rejects.toThrow(
      new TypeError('"payload" expected Uint8Array, got String'),
    );
  });
});

describe("addDsseSignatures", () => {
  it("adds to what is there", async () => {
    const one = await signDsse(payloadType, payload, [alice.signer]);
    const three = await addDsseSignatures(one, [bob.signer, carol.signer], { payloadType });
    expect(three).toEqual(await signDsse(payloadType, payload, [alice.signer, bob.signer, carol.signer]));
  });

  it("keeps fields that it does not know, and foreign signatures as they were written", async () => {
    const document = {
      payload: "-__-",
      payloadType,
      extra: { note: "kept" },
      signatures: [{ cert: "kept", sig: "-__-" }],
    };
    const added = await addDsseSignatures(json(document), [alice.signer], { payloadType });
    const { keyid, sig } = parseDsseEnvelope(added).signatures[1]!;
    expect(keyid).toBe(alice.key.keyId);
    expect(sig).toEqual(alice.sign(preAuthEncoding(payloadType, Uint8Array.of(251, 255, 254))));
    const { signatures, ...fields } = parseStrictJson(added) as Record<string, unknown>;
    expect(fields).toEqual({ payload: "-__-", payloadType, extra: { note: "kept" } });
    expect((signatures as unknown[])[0]).toEqual({ cert: "kept", sig: "-__-" });
  });

  it("signs no other type than the one that is meant", async () => {
    const one = await signDsse(payloadType, payload, [alice.signer]);
    await expect(addDsseSignatures(one, [bob.signer], { payloadType: "application/x" })).rejects.toMatchObject({
      code: "ERR_SIGNING_DSSE_PAYLOAD_TYPE",
      path: "/payloadType",
      message: "Cannot accept envelope: its payload type is not application/x",
      details: { found: payloadType, wanted: "application/x" },
    });
    await expect(
      addDsseSignatures(one, [bob.signer], {} as unknown as { readonly payloadType: string }),
    ).rejects.toThrow(new TypeError('"payloadType" expected text that is not empty, got undefined'));
  });

  it("refuses an envelope that is none, one over the limits, and to add nothing", async () => {
    const one = await signDsse(payloadType, payload, [alice.signer]);
    await expect(addDsseSignatures(json({}), [bob.signer], { payloadType })).rejects.toMatchObject({
      code: "ERR_SIGNING_DSSE_ENVELOPE",
    });
    await expect(
      addDsseSignatures(one, [bob.signer], { payloadType, limits: { maxEntries: 5 } }),
    ).rejects.toMatchObject({ code: "ERR_CORE_LIMIT" });
    await expect(addDsseSignatures(one, [], { payloadType })).rejects.toThrow(RangeError);
  });
});

describe("an envelope of several schemes", async () => {
  const p256 = createLocalSigner(new Uint8Array(32).fill(9), { scheme: "ecdsa-sha2-nistp256" });
  const p384 = createLocalSigner(new Uint8Array(48).fill(9), { scheme: "ecdsa-sha2-nistp384" });
  const signers = [alice.signer, p256, p384];
  const trust = { keys: signers.map(({ publicKey }) => publicKey), threshold: 3 };
  const inDer = await signDsse(payloadType, payload, signers);
  const raw = await signDsse(payloadType, payload, signers, { ecdsaEncoding: "p1363" });

  it("has ECDSA signatures in the form that was asked for, DER unless it was", () => {
    expect(parseDsseEnvelope(inDer).signatures.map(({ sig }) => sig[0] === 0x30)).toEqual([false, true, true]);
    expect(parseDsseEnvelope(raw).signatures.map(({ sig }) => sig.length)).toEqual([64, 64, 96]);
  });

  it("is verified in the form that is expected, and in no other", () => {
    for (const provider of providers) {
      expect(verifyDsse(inDer, trust, { payloadType, provider }).signedBy).toHaveLength(3);
      expect(verifyDsse(raw, trust, { payloadType, provider, ecdsaEncoding: "p1363" }).signedBy).toHaveLength(3);
      for (const [envelope, ecdsaEncoding] of [
        [inDer, "p1363"],
        [raw, "der"],
      ] as const) {
        expect(errorOf(() => verifyDsse(envelope, trust, { payloadType, provider, ecdsaEncoding }))).toMatchObject({
          code: "ERR_SIGNING_THRESHOLD",
          details: { signedBy: [alice.key.keyId] },
        });
      }
    }
  });

  it("is added to in the form that was asked for", async () => {
    const options = { payloadType, ecdsaEncoding: "p1363" } as const;
    const envelope = await addDsseSignatures(await signDsse(payloadType, payload, [alice.signer]), [p384], options);
    expect(parseDsseEnvelope(envelope).signatures[1]?.sig).toHaveLength(96);
    expect(verifyDsse(envelope, { ...trust, threshold: 2 }, options).signedBy).toHaveLength(2);
  });
});

describe("trust that is none", () => {
  it.each<[string, unknown]>([
    ["no keys", { threshold: 1 }],
    ["a key for keys", { keys: alice.key, threshold: 1 }],
    ["nothing among the keys", { keys: [alice.key, null], threshold: 1 }],
    ["text among the keys", { keys: [alice.key.material], threshold: 1 }],
  ])("is refused before the envelope is read: %s", (_, trust) => {
    expect(errorOf(() => verifyDsse(new Uint8Array(0), trust as TrustedKeys, { payloadType }))).toMatchObject({
      code: "ERR_SIGNING_TRUST_KEYS",
      message: "Cannot use trust: its keys are no list of keys",
      path: "/keys",
    });
  });
});

describe("what is no bytes", () => {
  const text = "text" as unknown as Uint8Array<ArrayBuffer>;

  it("is neither encoded nor wrapped", () => {
    expect(() => preAuthEncoding(payloadType, text)).toThrow(
      new TypeError('"payload" expected Uint8Array, got String'),
    );
    expect(() => encodeDsseEnvelope({ payloadType, payload: text, signatures: [] })).toThrow(
      new TypeError('"payload" expected Uint8Array, got String'),
    );
    expect(() => encodeDsseEnvelope({ payloadType, payload, signatures: [{ keyid: "", sig: text }] })).toThrow(
      new TypeError('"sig" expected Uint8Array, got String'),
    );
  });
});
