import { describe, expect, it } from "vitest";
import { base64ToBytes, utf8ToBytes } from "../../src/core/index.ts";
import {
  type DsseSignature,
  encodeDsseEnvelope,
  type PublicKey,
  preAuthEncoding,
  SigningError,
  type TrustedKeys,
  verifyDsse,
} from "../../src/signing/index.ts";
import {
  alice,
  badSignatureOf,
  bob,
  carol,
  countingProvider,
  envelopeOf,
  errorOf,
  json,
  mallory,
  payload,
  payloadType,
  providers,
  signatureOf,
} from "./fixture.ts";

const twoOfThree: TrustedKeys = { keys: [alice.key, bob.key, carol.key], threshold: 2 };
const options = { payloadType };

function verify(signatures: readonly DsseSignature[], trust: TrustedKeys = twoOfThree) {
  return verifyDsse(envelopeOf(...signatures), trust, options);
}

function refusalOf(signatures: readonly DsseSignature[], trust: TrustedKeys = twoOfThree): SigningError {
  const error = errorOf(() => verify(signatures, trust));
  expect(error).toBeInstanceOf(SigningError);
  return error as SigningError;
}

/** Places and codes of reasons. */
function brief(reasons: unknown): readonly string[] {
  return (reasons as { readonly code: string; readonly path: string }[]).map(({ code, path }) => `${path} ${code}`);
}

function renamed(key: PublicKey, keyId: string): PublicKey {
  return { ...key, keyId };
}

describe.each(providers)("verifyDsse with $name", (provider) => {
  it("gives the payload that enough keys signed", () => {
    const envelope = envelopeOf(signatureOf(carol), signatureOf(alice));
    expect(verifyDsse(envelope, twoOfThree, { payloadType, provider })).toEqual({
      payloadType,
      payload,
      signedBy: [alice.key.keyId, carol.key.keyId],
      ignored: [],
    });
  });

  it("refuses below the threshold", () => {
    const envelope = envelopeOf(signatureOf(carol), badSignatureOf(alice));
    expect(errorOf(() => verifyDsse(envelope, twoOfThree, { payloadType, provider })).code).toBe(
      "ERR_SIGNING_THRESHOLD",
    );
  });
});

describe("a threshold", () => {
  it("is met exactly or exceeded", () => {
    const all = [alice, bob, carol].map((party) => signatureOf(party));
    expect(verify(all).signedBy).toEqual([alice, bob, carol].map(({ key }) => key.keyId));
    expect(verify(all, { ...twoOfThree, threshold: 3 }).ignored).toEqual([]);
    expect(refusalOf(all.slice(1), { ...twoOfThree, threshold: 3 }).details).toMatchObject({ threshold: 3 });
  });

  it("that is not met says why for every signature", () => {
    const error = refusalOf([
      signatureOf(alice),
      badSignatureOf(bob),
      signatureOf(mallory),
      signatureOf(alice),
      { keyid: carol.key.keyId, sig: new Uint8Array(0) },
    ]);
    expect(error.toJSON()).toEqual({
      name: "SigningError",
      code: "ERR_SIGNING_THRESHOLD",
      message: "Cannot accept signatures: 1 distinct trusted keys signed, 2 must",
      offset: undefined,
      path: "/signatures",
      details: {
        threshold: 2,
        signedBy: [alice.key.keyId],
        reasons: [
          {
            code: "signature_invalid",
            message: "No trusted key verifies the signature",
            path: "/signatures/1",
            evidence: { keyid: bob.key.keyId },
          },
          {
            code: "unknown_key",
            message: "The signature names a key that is not trusted",
            path: "/signatures/2",
            evidence: { keyid: mallory.key.keyId },
          },
          {
            code: "same_key_twice",
            message: "A key signed twice",
            path: "/signatures/3",
            evidence: { keyId: alice.key.keyId, keyid: alice.key.keyId },
          },
          {
            code: "signature_invalid",
            message: "No trusted key verifies the signature",
            path: "/signatures/4",
            evidence: { keyid: carol.key.keyId },
          },
        ],
      },
    });
    expect(JSON.parse(JSON.stringify(error))).toMatchObject({ code: "ERR_SIGNING_THRESHOLD" });
  });

  it("is not met by an envelope without signatures", () => {
    expect(refusalOf([]).details).toEqual({ threshold: 2, signedBy: [], reasons: [] });
  });

  it.each([0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53, "2", undefined, null])(
    "of %s is refused before anything else",
    (threshold) => {
      const trust = { keys: [alice.key], threshold } as unknown as TrustedKeys;
      const error = errorOf(() => verifyDsse(utf8ToBytes("not an envelope"), trust, options));
      expect(error).toMatchObject({
        code: "ERR_SIGNING_TRUST_THRESHOLD",
        path: "/threshold",
        message: `Cannot use trust: threshold ${threshold} is not >= 1`,
      });
    },
  );

  it("above the number of distinct keys is refused, whoever signed", () => {
    expect(refusalOf([], { keys: [], threshold: 1 })).toMatchObject({
      code: "ERR_SIGNING_TRUST_UNSATISFIABLE",
      path: "/threshold",
      message: "Cannot use trust: threshold 1 is above its 0 distinct keys",
      details: { threshold: 1, distinctKeys: 0, reasons: [] },
    });
    const error = refusalOf([signatureOf(alice), signatureOf(alice, "second")], {
      keys: [alice.key, renamed(alice.key, "second")],
      threshold: 2,
    });
    expect(error).toMatchObject({
      code: "ERR_SIGNING_TRUST_UNSATISFIABLE",
      message: "Cannot use trust: threshold 2 is above its 1 distinct keys",
    });
    expect(brief(error.details?.["reasons"])).toEqual(["/keys/1 same_key_twice"]);
  });
});

describe("the same key", () => {
  it("that signs twice counts once", () => {
    const error = refusalOf([signatureOf(alice), signatureOf(alice)]);
    expect(error.code).toBe("ERR_SIGNING_THRESHOLD");
    expect(brief(error.details?.["reasons"])).toEqual(["/signatures/1 same_key_twice"]);
  });

  it("under two key ids counts once", () => {
    const keys = [alice.key, renamed(alice.key, "second"), bob.key];
    const signatures = [signatureOf(alice, "second"), signatureOf(alice)];
    const error = refusalOf(signatures, { keys, threshold: 2 });
    expect(error.code).toBe("ERR_SIGNING_THRESHOLD");
    expect(error.details?.["reasons"]).toEqual([
      {
        code: "same_key_twice",
        message: "Trust lists a key twice",
        path: "/keys/1",
        evidence: { keyId: alice.key.keyId, keyid: "second" },
      },
      {
        code: "same_key_twice",
        message: "A key signed twice",
        path: "/signatures/1",
        evidence: { keyId: alice.key.keyId, keyid: alice.key.keyId },
      },
    ]);
    const verified = verify([...signatures, signatureOf(bob)], { keys, threshold: 2 });
    expect(verified.signedBy).toEqual([alice.key.keyId, bob.key.keyId]);
    expect(brief(verified.ignored)).toEqual(["/keys/1 same_key_twice", "/signatures/1 same_key_twice"]);
  });

  it("with and without a key id counts once", () => {
    expect(brief(refusalOf([signatureOf(alice, ""), signatureOf(alice)]).details?.["reasons"])).toEqual([
      "/signatures/1 same_key_twice",
    ]);
    expect(brief(refusalOf([signatureOf(alice), signatureOf(alice, "")]).details?.["reasons"])).toEqual([
      "/signatures/1 same_key_twice",
    ]);
  });

  it("cannot be listed in another spelling", () => {
    const shouting = { ...alice.key, material: alice.key.material.toUpperCase(), keyId: "second" };
    expect(refusalOf([], { keys: [alice.key, shouting], threshold: 2 })).toMatchObject({
      code: "ERR_SIGNING_KEY_FORMAT",
      path: "/keys/1/material",
    });
  });
});

describe("a key id", () => {
  it("may be missing: every trusted key is tried", () => {
    expect(verify([signatureOf(carol, ""), signatureOf(alice, "")]).signedBy).toEqual([
      alice.key.keyId,
      carol.key.keyId,
    ]);
    expect(brief(refusalOf([signatureOf(mallory, "")]).details?.["reasons"])).toEqual([
      "/signatures/0 signature_invalid",
    ]);
  });

  it("that no trusted key has makes the signature unknown, whoever made it", () => {
    const error = refusalOf([signatureOf(alice, "elsewhere"), signatureOf(bob, "constructor"), signatureOf(carol)]);
    expect(brief(error.details?.["reasons"])).toEqual(["/signatures/0 unknown_key", "/signatures/1 unknown_key"]);
  });

  it("of another trusted key makes the signature invalid", () => {
    const error = refusalOf([signatureOf(alice, bob.key.keyId), signatureOf(carol)]);
    expect(brief(error.details?.["reasons"])).toEqual(["/signatures/0 signature_invalid"]);
  });

  it("is a label that trust chooses, and two keys may share one", () => {
    const keys = [renamed(alice.key, "team"), renamed(bob.key, "team"), renamed(carol.key, "__proto__")];
    const signatures = [signatureOf(bob, "team"), signatureOf(alice, "team"), signatureOf(carol, "__proto__")];
    expect(verify(signatures, { keys, threshold: 3 }).signedBy).toEqual(["team", "team", "__proto__"]);
  });

  it("of any length is shortened in reasons", () => {
    const [short, long] = ["x".repeat(128), "x".repeat(129)];
    const { ignored } = verify([
      signatureOf(alice),
      signatureOf(bob),
      signatureOf(mallory, short),
      signatureOf(mallory, long),
    ]);
    expect(ignored.map(({ evidence }) => evidence?.["keyid"])).toEqual([short, `${short}…`]);
  });
});

describe("an extra signature", () => {
  it("that is invalid or unknown is listed and does no harm", () => {
    const { signedBy, ignored } = verify([
      badSignatureOf(carol),
      signatureOf(alice),
      signatureOf(mallory),
      { keyid: "", sig: new Uint8Array(64) },
      signatureOf(bob),
    ]);
    expect(signedBy).toEqual([alice.key.keyId, bob.key.keyId]);
    expect(brief(ignored)).toEqual([
      "/signatures/0 signature_invalid",
      "/signatures/2 unknown_key",
      "/signatures/3 signature_invalid",
    ]);
  });
});

describe("the work of a verification", () => {
  it("is one check with a key id, none for an unknown one, and one for each distinct key without", () => {
    const keys = [alice.key, renamed(alice.key, "second"), alice.key, bob.key];
    const check = (signature: DsseSignature) => {
      const provider = countingProvider();
      const envelope = envelopeOf(signatureOf(alice), signature);
      verifyDsse(envelope, { keys, threshold: 1 }, { payloadType, provider });
      return provider.asked - 1;
    };
    expect(check(badSignatureOf(alice))).toBe(1);
    expect(check(badSignatureOf(alice, "elsewhere"))).toBe(0);
    expect(check(badSignatureOf(alice, ""))).toBe(2);
  });

  it("is refused in advance beyond 64 checks", () => {
    const provider = countingProvider();
    const unknown = (count: number) => Array.from({ length: count }, () => signatureOf(mallory, "elsewhere"));
    const verifyWith = (...signatures: readonly DsseSignature[]) =>
      verifyDsse(envelopeOf(...signatures), twoOfThree, { payloadType, provider });
    const two = [signatureOf(alice), signatureOf(bob, "")];
    expect(verifyWith(...two, ...unknown(60)).ignored).toHaveLength(60);
    provider.asked = 0;
    expect(errorOf(() => verifyWith(...two, ...unknown(61)))).toMatchObject({
      code: "ERR_SIGNING_TOO_MANY_SIGNATURES",
      path: "/signatures",
      message: "Cannot check signatures: 65 checks are needed, 64 allowed",
      details: { checks: 65, maxChecks: 64 },
    });
    expect(provider.asked).toBe(0);
  });

  it("is bounded by the caller", () => {
    const envelope = envelopeOf(signatureOf(alice, ""), signatureOf(bob, ""));
    expect(verifyDsse(envelope, twoOfThree, { payloadType, maxChecks: 6 }).signedBy).toHaveLength(2);
    for (const maxChecks of [5, 0, -1, Number.NaN]) {
      expect(errorOf(() => verifyDsse(envelope, twoOfThree, { payloadType, maxChecks })).code).toBe(
        "ERR_SIGNING_TOO_MANY_SIGNATURES",
      );
    }
  });
});

describe("the payload type", () => {
  it("must be the one that is asked for", () => {
    const envelope = envelopeOf(signatureOf(alice), signatureOf(bob));
    for (const wanted of ["application/vnd.example", `${payloadType} `, payloadType.toUpperCase()]) {
      expect(errorOf(() => verifyDsse(envelope, twoOfThree, { payloadType: wanted }))).toMatchObject({
        code: "ERR_SIGNING_DSSE_PAYLOAD_TYPE",
        path: "/payloadType",
        message: `Cannot accept envelope: its payload type is not ${wanted}`,
        details: { found: payloadType, wanted },
      });
    }
  });

  it("is shortened in the error", () => {
    const hostile = encodeDsseEnvelope({ payloadType: "x".repeat(500), payload, signatures: [] });
    expect(errorOf(() => verifyDsse(hostile, twoOfThree, options)).details?.["found"]).toBe(`${"x".repeat(128)}…`);
  });

  it("is covered by the signatures", () => {
    const otherType = "application/vnd.other+json";
    const signatures = [signatureOf(alice), signatureOf(bob)];
    const relabelled = encodeDsseEnvelope({ payloadType: otherType, payload, signatures });
    expect(errorOf(() => verifyDsse(relabelled, twoOfThree, { payloadType: otherType })).code).toBe(
      "ERR_SIGNING_THRESHOLD",
    );
  });

  it.each([undefined, "", null, 7])("must be said: %s is refused", (missing) => {
    const envelope = envelopeOf(signatureOf(alice), signatureOf(bob));
    const forgotten = { payloadType: missing } as unknown as { readonly payloadType: string };
    expect(() => verifyDsse(envelope, twoOfThree, forgotten)).toThrow(
      new TypeError(`"payloadType" expected text that is not empty, got ${JSON.stringify(missing)}`),
    );
  });
});

describe("an envelope", () => {
  it("is read within the caller's limits", () => {
    const envelope = envelopeOf(signatureOf(alice), signatureOf(bob));
    const limits = { maxBytes: envelope.length - 1 };
    expect(errorOf(() => verifyDsse(envelope, twoOfThree, { payloadType, limits })).code).toBe("ERR_CORE_LIMIT");
  });

  it("with other base64 and unknown fields verifies alike", () => {
    const urlSafe = (bytes: Uint8Array) =>
      Buffer.from(bytes).toString("base64").replaceAll("+", "-").replaceAll("/", "_");
    const body = base64ToBytes("-__-_w==");
    const message = preAuthEncoding(payloadType, body);
    const signatures = [alice, bob].map((party) => ({ sig: urlSafe(party.sign(message)), cert: "x" }));
    const envelope = json({ signatures, more: 1, payloadType, payload: "-__-_w==" });
    expect(verifyDsse(envelope, twoOfThree, options).payload).toEqual(body);
  });

  it("with an empty payload verifies", () => {
    const message = preAuthEncoding(payloadType, new Uint8Array(0));
    const signatures = [{ keyid: "", sig: alice.sign(message) }];
    const envelope = encodeDsseEnvelope({ payloadType, payload: new Uint8Array(0), signatures });
    expect(verifyDsse(envelope, { ...twoOfThree, threshold: 1 }, options).payload).toHaveLength(0);
  });
});
