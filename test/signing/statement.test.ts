/** in-toto statements: their shape, and their verification for one artifact and one kind of claim. */

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type Bytes,
  bytesToHex,
  bytesToUtf8,
  concatBytes,
  isOtaError,
  sha256,
  sha512,
  utf8ToBytes,
} from "../../src/core/index.ts";
import {
  buildStatement,
  parseDsseEnvelope,
  parseStatement,
  type Statement,
  signDsse,
  signStatement,
  statementPayloadType,
  statementType,
  type VerifyStatementOptions,
  verifyStatement,
  verifyTarget,
} from "../../src/signing/index.ts";
import { alice, bob, carol, errorOf, json, mallory, providers } from "./fixture.ts";

const image = utf8ToBytes("firmware 2.1.0");
const digest = { sha256: bytesToHex(sha256(image)), sha512: bytesToHex(sha512(image)) };
const otherImage = utf8ToBytes("another image");
const other = { sha256: bytesToHex(sha256(otherImage)), sha512: bytesToHex(sha512(otherImage)) };
const predicateType = "https://slsa.dev/verification_summary/v1";
const predicate = { verificationResult: "PASSED" };
const trust = { keys: [alice.key, bob.key, carol.key], threshold: 2 };

/** The statement of the standard's schema, as a document that a test can spoil. */
function document(changes: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    _type: "https://in-toto.io/Statement/v1",
    subject: [{ name: "gateway-b.bin", digest }],
    predicateType,
    predicate,
    ...changes,
  };
}

const statement = parseStatement(json(document()));

function options(changes: Partial<VerifyStatementOptions> = {}): VerifyStatementOptions {
  return { predicateType, subject: { sha256: digest.sha256 }, ...changes };
}

describe("parseStatement", () => {
  it("reads the standard's fields and keeps all others", () => {
    const full = document({
      subject: [
        {
          name: "a",
          uri: "pkg:generic/a@1",
          digest: { sha256: digest.sha256, gitCommit: "d61b27b8", somecoolhash: "abcd" },
          content: "AP8=",
          downloadLocation: "https://example.com/a",
          mediaType: "application/octet-stream",
          annotations: { twoPartyReview: false },
          extension: [1],
        },
        { digest: { md5: "x" } },
      ],
      extension: { __proto__: null, a: 1 },
    });
    expect(JSON.parse(JSON.stringify(parseStatement(json(full))))).toEqual(JSON.parse(JSON.stringify(full)));
  });

  it("takes an absent predicate", () => {
    const { predicate: _, ...without } = document();
    expect(parseStatement(json(without))).not.toHaveProperty("predicate");
  });

  it("gives a document that nobody can change", () => {
    const parsed = parseStatement(json(document()));
    for (const part of [parsed, parsed.subject, parsed.subject[0], parsed.subject[0]?.digest, parsed.predicate]) {
      expect(Object.isFrozen(part)).toBe(true);
    }
  });

  const wrong: readonly (readonly [path: string, expected: string, document: unknown])[] = [
    ["", "object", []],
    ["", "object", null],
    ["/_type", "text", document({ _type: 1 })],
    ["/subject", "array", document({ subject: { 0: {} } })],
    ["/subject", "array", document({ subject: undefined })],
    ["/subject", "at least one artifact", document({ subject: [] })],
    ["/subject/1", "object", document({ subject: [{ digest }, "x"] })],
    ["/subject/0/digest", "object", document({ subject: [{ name: "x" }] })],
    ["/subject/0/digest", "at least one digest", document({ subject: [{ digest: {} }] })],
    ["/subject/0/digest/a~1b", "text", document({ subject: [{ digest: { "a/b": 1 } }] })],
    ["/subject/0/digest/constructor", "text", document({ subject: [{ digest: { constructor: 1 } }] })],
    [
      "/subject/0/digest/sha256",
      "64 lower-case hexadecimal digits",
      document({ subject: [{ digest: { sha256: digest.sha256.toUpperCase() } }] }),
    ],
    [
      "/subject/0/digest/sha256",
      "64 lower-case hexadecimal digits",
      document({ subject: [{ digest: { sha256: `${digest.sha256}\n` } }] }),
    ],
    [
      "/subject/0/digest/sha512",
      "128 lower-case hexadecimal digits",
      document({ subject: [{ digest: { sha512: digest.sha256 } }] }),
    ],
    ...["name", "uri", "downloadLocation", "mediaType"].map(
      (name) => [`/subject/0/${name}`, "text", document({ subject: [{ digest, [name]: null }] })] as const,
    ),
    ["/subject/0/content", "base64", document({ subject: [{ digest, content: "*" }] })],
    ["/subject/0/annotations", "object", document({ subject: [{ digest, annotations: [] }] })],
    ["/predicateType", "text", document({ predicateType: undefined })],
    ["/predicateType", "URI", document({ predicateType: "" })],
    ["/predicate", "object", document({ predicate: null })],
    ["/predicate", "object", document({ predicate: [] })],
  ];

  it.each(wrong)("refuses what is wrong at %j: expected %s", (path, expected, value) => {
    expect(errorOf(() => parseStatement(json(value)))).toMatchObject({
      name: "SigningError",
      code: "ERR_SIGNING_STATEMENT",
      path,
      message: `Cannot read statement: "${path}" expected ${expected}`,
    });
  });

  it("refuses another version by its own code, and quotes no more than the start of it", () => {
    const older = "https://in-toto.io/Statement/v0.1";
    expect(errorOf(() => parseStatement(json(document({ _type: older }))))).toMatchObject({
      code: "ERR_SIGNING_STATEMENT_VERSION",
      path: "/_type",
      message: "Cannot read statement: its type is not https://in-toto.io/Statement/v1",
      details: { expected: statementType, found: older },
    });
    const long = errorOf(() => parseStatement(json(document({ _type: "x".repeat(10_000) }))));
    expect(JSON.stringify(long.details).length).toBeLessThan(300);
  });

  it("refuses what is not strict JSON", () => {
    const text = JSON.stringify(document());
    const refused = (bytes: Uint8Array): string => errorOf(() => parseStatement(bytes)).code;
    expect(refused(utf8ToBytes(text.replace("{", '{"predicateType":"x",')))).toBe("ERR_CORE_JSON_DUPLICATE_KEY");
    expect(refused(json(document({ predicate: { score: 9.8 } })))).toBe("ERR_CORE_JSON_NOT_INTEGER");
    expect(errorOf(() => parseStatement(utf8ToBytes(text), { maxBytes: 10 })).code).toBe("ERR_CORE_LIMIT");
  });

  it("refuses a document that is cut anywhere", () => {
    const bytes = json(document());
    for (let length = 0; length < bytes.length; length++) {
      expect(errorOf(() => parseStatement(bytes.subarray(0, length))).code).toBe("ERR_CORE_JSON_SYNTAX");
    }
  });
});

describe("buildStatement", () => {
  it("adds the type, checks, and keeps no object of the caller", () => {
    const subject = [{ name: "gateway-b.bin", digest: { ...digest } }];
    const built = buildStatement({ subject, predicateType, predicate });
    subject[0]!.digest.sha256 = other.sha256;
    expect(JSON.parse(JSON.stringify(built))).toEqual(document());
    expect(Object.isFrozen(built)).toBe(true);
  });

  it("lets nobody choose another type", () => {
    const built = buildStatement({ ...document(), _type: "other" } as unknown as Statement);
    expect(built._type).toBe(statementType);
  });

  it("refuses what a reader would refuse", () => {
    expect(errorOf(() => buildStatement({ subject: [], predicateType }))).toMatchObject({
      code: "ERR_SIGNING_STATEMENT",
      path: "/subject",
    });
    expect(errorOf(() => buildStatement({ ...statement, predicate: { score: 9.8 } })).code).toBe(
      "ERR_CORE_JSON_NOT_INTEGER",
    );
  });
});

describe("signStatement", () => {
  it("signs the canonical form under the in-toto payload type", async () => {
    const envelope = parseDsseEnvelope(await signStatement(statement, [alice.signer, bob.signer]));
    expect(envelope.payloadType).toBe("application/vnd.in-toto+json");
    expect(bytesToUtf8(envelope.payload)).toBe(
      `{"_type":"https://in-toto.io/Statement/v1","predicate":{"verificationResult":"PASSED"},"predicateType":"${predicateType}",` +
        `"subject":[{"digest":{"sha256":"${digest.sha256}","sha512":"${digest.sha512}"},"name":"gateway-b.bin"}]}`,
    );
    expect(envelope.signatures.map(({ keyid }) => keyid)).toEqual([alice.key.keyId, bob.key.keyId]);
  });

  it("asks no signer about what is no statement", async () => {
    const never = { publicKey: alice.key, sign: () => Promise.reject(new Error("asked")) };
    const older = { ...statement, _type: "https://in-toto.io/Statement/v0.1" } as unknown as Statement;
    await expect(signStatement(older, [never])).rejects.toMatchObject({ code: "ERR_SIGNING_STATEMENT_VERSION" });
  });
});

describe("verifyStatement", async () => {
  const envelope = await signStatement(statement, [alice.signer, bob.signer]);
  const signed = (value: unknown): Promise<Bytes> =>
    signDsse(statementPayloadType, json(value), [alice.signer, bob.signer]);

  it.each(providers)("gives statement, subject and signers ($name)", (provider) => {
    const verified = verifyStatement(envelope, trust, options({ provider }));
    expect(verified.statement).toEqual(statement);
    expect(verified.matched).toEqual([{ name: "gateway-b.bin", digest }]);
    expect(verified.envelope.signedBy).toEqual([alice.key.keyId, bob.key.keyId]);
    for (const part of [verified, verified.statement, verified.matched]) expect(Object.isFrozen(part)).toBe(true);
  });

  it("takes the hashes of a verified target", () => {
    const target = verifyTarget(image, { length: image.length, hashes: digest });
    expect(verifyStatement(envelope, trust, options({ subject: target.hashes })).matched).toHaveLength(1);
  });

  it("refuses a claim of another kind", () => {
    expect(
      errorOf(() => verifyStatement(envelope, trust, options({ predicateType: "https://slsa.dev/provenance/v1" }))),
    ).toMatchObject({
      code: "ERR_SIGNING_STATEMENT_PREDICATE",
      message: "Cannot accept statement: its predicate type is not https://slsa.dev/provenance/v1",
      path: "/predicateType",
      details: { expected: "https://slsa.dev/provenance/v1", found: predicateType },
    });
  });

  it("refuses a claim about another artifact", () => {
    expect(
      errorOf(() => verifyStatement(envelope, trust, options({ subject: { sha256: other.sha256 } }))),
    ).toMatchObject({
      code: "ERR_SIGNING_STATEMENT_SUBJECT",
      message: "Cannot accept statement: none of its subjects is the artifact",
      path: "/subject",
      details: { expected: { sha256: other.sha256 }, subjects: 1 },
    });
  });

  it("refuses what too few sign, before it reads the statement", async () => {
    const byOne = await signDsse(statementPayloadType, utf8ToBytes("no JSON"), [alice.signer, mallory.signer]);
    expect(errorOf(() => verifyStatement(byOne, trust, options())).code).toBe("ERR_SIGNING_THRESHOLD");
  });

  it("refuses an envelope of another payload type", async () => {
    const wrong = await signDsse("application/json", json(document()), [alice.signer, bob.signer]);
    expect(errorOf(() => verifyStatement(wrong, trust, options())).code).toBe("ERR_SIGNING_DSSE_PAYLOAD_TYPE");
  });

  it("refuses a signed payload that is no statement", async () => {
    expect(errorOf(await thrower({ a: 1 })).code).toBe("ERR_SIGNING_STATEMENT");
    expect(errorOf(await thrower(document({ _type: "x" }))).code).toBe("ERR_SIGNING_STATEMENT_VERSION");

    async function thrower(value: unknown): Promise<() => unknown> {
      const bytes = await signed(value);
      return () => verifyStatement(bytes, trust, options());
    }
  });

  it("keeps the caller's limits, for envelope and statement", async () => {
    const deep = await signed(document({ predicate: { a: [[[[1]]]] } }));
    expect(verifyStatement(deep, trust, options()).matched).toHaveLength(1);
    expect(errorOf(() => verifyStatement(deep, trust, options({ limits: { maxDepth: 5 } })))).toMatchObject({
      code: "ERR_CORE_LIMIT",
      path: "/predicate/a/0/0/0",
    });
    expect(errorOf(() => verifyStatement(envelope, trust, options({ maxChecks: 1 }))).code).toBe(
      "ERR_SIGNING_TOO_MANY_SIGNATURES",
    );
  });

  it.each<[string, unknown, string]>([
    ["no digest", {}, '"subject" expected sha256 or sha512 of the artifact, got neither'],
    ["unknown digests alone", { md5: "x" }, '"subject" expected sha256 or sha512 of the artifact, got neither'],
    [
      "upper case",
      { sha256: digest.sha256.toUpperCase() },
      '"subject.sha256" expected digest in lower-case hexadecimal',
    ],
    ["one malformed", { ...digest, sha512: "" }, '"subject.sha512" expected digest in lower-case hexadecimal'],
    ["a list", { sha256: [digest.sha256] }, '"subject.sha256" expected digest in lower-case hexadecimal'],
  ])("is asked wrongly with %s", (_, subject, message) => {
    const wrong = options({ subject: subject as VerifyStatementOptions["subject"] });
    expect(() => verifyStatement(envelope, trust, wrong)).toThrow(new TypeError(message));
  });

  it.each([undefined, "", 1])("is asked wrongly for the kind %j", (kind) => {
    const wrong = options({ predicateType: kind as string });
    expect(() => verifyStatement(envelope, trust, wrong)).toThrow(
      new TypeError('"predicateType" expected text that is not empty'),
    );
  });

  it("matches a subject exactly if a known digest is on both sides and none on both sides differs", async () => {
    const choices = {
      sha256: [undefined, digest.sha256, other.sha256],
      sha512: [undefined, digest.sha512, other.sha512],
    };
    const set = fc
      .tuple(fc.constantFrom(...choices.sha256), fc.constantFrom(...choices.sha512), fc.boolean())
      .map(([a, b, unknown]) => ({
        ...(a === undefined ? {} : { sha256: a }),
        ...(b === undefined ? {} : { sha512: b }),
        ...(unknown ? { md5: "same" } : {}),
      }));
    const named = set.filter((digests) => Object.keys(digests).length > 0);
    await fc.assert(
      fc.asyncProperty(fc.array(named, { minLength: 1, maxLength: 4 }), set, async (subjects, subject) => {
        fc.pre("sha256" in subject || "sha512" in subject);
        const value = document({ subject: subjects.map((digests) => ({ digest: digests })) });
        const wanted = subjects.filter((digests) => {
          const both = (["sha256", "sha512"] as const).filter((name) => name in digests && name in subject);
          return both.length > 0 && both.every((name) => (digests as typeof digest)[name] === subject[name]);
        });
        const bytes = await signed(value);
        try {
          const { matched } = verifyStatement(bytes, trust, options({ subject }));
          expect(matched.map((entry) => ({ ...entry.digest }))).toEqual(wanted);
        } catch (error) {
          if (!isOtaError(error)) throw error;
          expect([error.code, wanted.length]).toEqual(["ERR_SIGNING_STATEMENT_SUBJECT", 0]);
        }
      }),
      { numRuns: 60 },
    );
  });

  it("never matches an artifact by its name", async () => {
    const value = document({
      subject: [{ name: "gateway-b.bin", uri: digest.sha256, digest: { gitCommit: digest.sha256 } }],
    });
    const bytes = await signed(value);
    expect(errorOf(() => verifyStatement(bytes, trust, options())).code).toBe("ERR_SIGNING_STATEMENT_SUBJECT");
  });

  it("refuses an envelope that is cut anywhere", () => {
    for (let length = 0; length < envelope.length; length++) {
      const code = errorOf(() => verifyStatement(concatBytes(envelope.subarray(0, length)), trust, options())).code;
      expect(code).toBe("ERR_CORE_JSON_SYNTAX");
    }
  });
});
