/** Signatures collected over time: requests as files, in any order, from anybody. */

import { generateKeyPairSync } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  bytesToBase64,
  bytesToHex,
  bytesToUtf8,
  encodeCanonicalJson,
  type JsonValue,
  sha256,
  utf8ToBytes,
} from "../../src/core/index.ts";
import {
  addSignature,
  createLocalSigner,
  createSigningRequest,
  encodeDsseEnvelope,
  encodeSigningRequest,
  explainSigningRequest,
  finishSigningRequest,
  mergeSigningRequests,
  parsePublicKey,
  parseSigningRequest,
  preAuthEncoding,
  type Quorum,
  type Signer,
  type SigningRequest,
  signingProgress,
  verifyDsse,
} from "../../src/signing/index.ts";
import {
  alice,
  bob,
  carol,
  countingProvider,
  errorOf,
  json,
  mallory,
  payload,
  payloadType,
  providers,
} from "./fixture.ts";

const message = preAuthEncoding(payloadType, payload);
const release: Quorum = { name: "release", keys: [alice.key, bob.key, carol.key], threshold: 2 };
const request = createSigningRequest({ purpose: "Release 7", message, quorums: [release] });
const signedBy = async (...signers: readonly Signer[]): Promise<SigningRequest> => {
  let signed = request;
  for (const signer of signers) signed = await addSignature(signed, signer);
  return signed;
};
const [byAlice, byBob, byCarol] = [
  await signedBy(alice.signer),
  await signedBy(bob.signer),
  await signedBy(carol.signer),
];

/** A request with changes that nobody would make by the functions. */
function spoiled(changes: Record<string, unknown>, from: SigningRequest = byAlice): SigningRequest {
  return { ...structuredClone(from), ...changes } as SigningRequest;
}

function ids(...parties: readonly { readonly key: { readonly keyId: string } }[]): string[] {
  return parties.map(({ key }) => key.keyId);
}

describe("a signing request", () => {
  it("is plain JSON with everything that a signer needs", () => {
    expect(request).toEqual({
      schema: "otakit.signing-request/1",
      purpose: "Release 7",
      message: bytesToBase64(message),
      sha256: bytesToHex(sha256(message)),
      quorums: [release],
      signatures: [],
    });
    expect(parseSigningRequest(encodeSigningRequest(request))).toEqual(request);
    expect(bytesToUtf8(encodeSigningRequest(request))).toMatch(/^{"message":"RFNTRXYx/);
  });

  it("may have a purpose of 1,000 characters and a key id of 256", () => {
    const keys = [{ ...alice.key, keyId: "k".repeat(256) }];
    const quorums = [{ name: "n".repeat(128), keys, threshold: 1 }];
    expect(createSigningRequest({ purpose: "é".repeat(1000), message, quorums }).quorums).toEqual(quorums);
    const longer = [{ ...alice.key, keyId: "k".repeat(257) }];
    expect(
      errorOf(() => createSigningRequest({ purpose: "x", message, quorums: [{ ...quorums[0]!, keys: longer }] })).path,
    ).toBe("/quorums/0/keys/0/keyId");
  });

  it("has one scheme for a key id, too", () => {
    const pem = generateKeyPairSync("rsa", { modulusLength: 2048 }).publicKey.export({
      type: "spki",
      format: "pem",
    }) as string;
    const [one, other] = (["rsassa-pss-sha256", "rsassa-pss-sha512"] as const).map((scheme) =>
      parsePublicKey(pem, { scheme, keyId: "rsa" }),
    );
    const quorums = [{ name: "q", keys: [one!, other!], threshold: 1 }];
    expect(errorOf(() => createSigningRequest({ purpose: "x", message, quorums }))).toMatchObject({
      code: "ERR_SIGNING_REQUEST",
      path: "/quorums/0/keys/1/keyId",
    });
  });

  it("cannot be changed by accident", () => {
    const input = {
      purpose: "x",
      message: Uint8Array.from(message),
      quorums: [{ ...release, keys: [...release.keys] }],
    };
    const made = createSigningRequest(input);
    input.message.fill(0);
    input.quorums[0]!.keys.pop();
    expect(made).toEqual({ ...request, purpose: "x" });
    for (const part of [made, made.quorums, made.quorums[0], made.quorums[0]?.keys[0], made.signatures]) {
      expect(Object.isFrozen(part)).toBe(true);
    }
  });

  it("stays readable: a file of version 1", () => {
    const file =
      '{"message":"aGVsbG8=","purpose":"Greeting","quorums":[{"keys":[{"keyId":"rfc8032-1","material":' +
      '"d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a","scheme":"ed25519"}],"name":"greeters","threshold":1}],' +
      '"schema":"otakit.signing-request/1","sha256":"2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824",' +
      '"signatures":[{"keyid":"rfc8032-1","sig":"SIG"}]}';
    const seed = Buffer.from("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60", "hex");
    const signer = createLocalSigner(new Uint8Array(seed), { keyId: "rfc8032-1" });
    return signer.sign(utf8ToBytes("hello")).then((sig) => {
      const bytes = utf8ToBytes(file.replace("SIG", bytesToBase64(new Uint8Array(sig))));
      expect(encodeSigningRequest(parseSigningRequest(bytes))).toEqual(bytes);
      expect(finishSigningRequest(parseSigningRequest(bytes))).toEqual([{ keyid: "rfc8032-1", sig }]);
    });
  });

  it("is made of bytes, and at least one quorum that can be reached", () => {
    const make = (changes: object) => () =>
      createSigningRequest({ purpose: "x", message, quorums: [release], ...changes });
    expect(make({ message: "text" })).toThrow(new TypeError('"message" expected Uint8Array, got String'));
    expect(errorOf(make({ quorums: [] }))).toMatchObject({
      code: "ERR_SIGNING_REQUEST",
      path: "/quorums",
      message: 'Cannot read signing request: "/quorums" expected 1 to 16 quorums',
    });
    expect(errorOf(make({ quorums: Array(17).fill(release) })).path).toBe("/quorums");
    expect(make({ quorums: Array(16).fill(release) })().quorums).toHaveLength(16);
    expect(errorOf(make({ quorums: [{ ...release, threshold: 0 }] }))).toMatchObject({
      code: "ERR_SIGNING_TRUST_THRESHOLD",
      path: "/quorums/0/threshold",
    });
    const hostile = json(spoiled({ quorums: [{ ...release, threshold: {} }] }));
    expect(errorOf(() => parseSigningRequest(hostile))).toMatchObject({
      code: "ERR_SIGNING_TRUST_THRESHOLD",
      message: "Cannot use trust: threshold object is not >= 1",
      path: "/quorums/0/threshold",
    });
    expect(errorOf(make({ quorums: [release, { ...release, threshold: 4 }] }))).toMatchObject({
      code: "ERR_SIGNING_TRUST_UNSATISFIABLE",
      path: "/quorums/1/threshold",
    });
    const many = Array.from({ length: 101 }, (_, index) => ({ ...alice.key, keyId: `${index}` }));
    expect(errorOf(make({ quorums: [{ ...release, keys: many, threshold: 1 }] }))).toMatchObject({
      code: "ERR_SIGNING_REQUEST",
      path: "/quorums/0/keys",
      message: 'Cannot read signing request: "/quorums/0/keys" expected at most 100 keys',
    });
    const hundred = { ...release, keys: many.slice(1), threshold: 1 };
    expect(make({ quorums: [hundred, hundred] })().quorums[1]?.keys).toHaveLength(100);
    expect(errorOf(make({ quorums: [hundred, { ...hundred, keys: [bob.key] }] }))).toMatchObject({
      code: "ERR_SIGNING_REQUEST",
      path: "/quorums",
      message: 'Cannot read signing request: "/quorums" expected at most 100 keys',
    });
  });
});

describe("a file that is refused", () => {
  const wrong: readonly (readonly [what: string, document: unknown, path: string, expected: string])[] = [
    ["a list", [], "", "object"],
    ["no schema", spoiled({ schema: undefined }), "/schema", "text"],
    [
      "another member",
      spoiled({ note: "x" }),
      "",
      "no other member than schema, purpose, message, sha256, quorums, signatures",
    ],
    ["no purpose", spoiled({ purpose: undefined }), "/purpose", "text"],
    [
      "an empty purpose",
      spoiled({ purpose: "" }),
      "/purpose",
      "one line of 1 to 1000 characters without control characters",
    ],
    [
      "a long purpose",
      spoiled({ purpose: "x".repeat(1001) }),
      "/purpose",
      "one line of 1 to 1000 characters without control characters",
    ],
    ...["a\nb", "\u001b[2J", "a\u2028b", "\u202egnp.exe", "\u2066x", "\u200fx"].map(
      (purpose) =>
        [
          "a purpose that shows another",
          spoiled({ purpose }),
          "/purpose",
          "one line of 1 to 1000 characters without control characters",
        ] as const,
    ),
    ["a message that is no base64", spoiled({ message: "*" }), "/message", "base64"],
    ["another message", spoiled({ message: bytesToBase64(utf8ToBytes("x")) }), "/sha256", "SHA-256 of the message"],
    ["another digest", spoiled({ sha256: "00".repeat(32) }), "/sha256", "SHA-256 of the message"],
    ["a digest in upper case", spoiled({ sha256: request.sha256.toUpperCase() }), "/sha256", "SHA-256 of the message"],
    ["no quorums", spoiled({ quorums: {} }), "/quorums", "array"],
    ["a quorum that is none", spoiled({ quorums: [1] }), "/quorums/0", "object"],
    [
      "a quorum with another member",
      spoiled({ quorums: [{ ...release, weight: 2 }] }),
      "/quorums/0",
      "no other member than name, keys, threshold",
    ],
    [
      "a quorum without name",
      spoiled({ quorums: [{ ...release, name: "" }] }),
      "/quorums/0/name",
      "one line of 1 to 128 characters without control characters",
    ],
    [
      "a quorum with a long name",
      spoiled({ quorums: [{ ...release, name: "x".repeat(129) }] }),
      "/quorums/0/name",
      "one line of 1 to 128 characters without control characters",
    ],
    ["a quorum without keys", spoiled({ quorums: [{ ...release, keys: undefined }] }), "/quorums/0/keys", "array"],
    [
      "a key that is none",
      spoiled({ quorums: [{ ...release, keys: [alice.key, null] }] }),
      "/quorums/0/keys/1",
      "object",
    ],
    [
      "a key with another member",
      spoiled({ quorums: [{ ...release, keys: [{ ...alice.key, owner: "x" }] }] }),
      "/quorums/0/keys/0",
      "no other member than scheme, keyId, material",
    ],
    [
      "a key without scheme",
      spoiled({ quorums: [{ ...release, keys: [{ ...alice.key, scheme: 1 }] }] }),
      "/quorums/0/keys/0/scheme",
      "text",
    ],
    [
      "a key without material",
      spoiled({ quorums: [{ ...release, keys: [{ ...alice.key, material: 1 }] }] }),
      "/quorums/0/keys/0/material",
      "text",
    ],
    [
      "a key without key id",
      spoiled({ quorums: [{ ...release, keys: [{ ...alice.key, keyId: "" }] }] }),
      "/quorums/0/keys/0/keyId",
      "one line of 1 to 256 characters without control characters",
    ],
    [
      "a key id of two keys",
      spoiled({ quorums: [release, { ...release, keys: [bob.key, { ...carol.key, keyId: alice.key.keyId }] }] }),
      "/quorums/1/keys/1/keyId",
      "key id of one key",
    ],
    ["no signatures", spoiled({ signatures: undefined }), "/signatures", "array"],
    ["a signature that is none", spoiled({ signatures: ["x"] }), "/signatures/0", "object"],
    [
      "a signature with another member",
      spoiled({ signatures: [{ ...byAlice.signatures[0], cert: "x" }] }),
      "/signatures/0",
      "no other member than keyid, sig",
    ],
    ["a signature without key id", spoiled({ signatures: [{ sig: "" }] }), "/signatures/0/keyid", "text"],
    [
      "a signature that is no base64",
      spoiled({ signatures: [{ keyid: alice.key.keyId, sig: "?" }] }),
      "/signatures/0/sig",
      "base64",
    ],
    [
      "a second signature of a key",
      spoiled({ signatures: [byAlice.signatures[0], byAlice.signatures[0]] }),
      "/signatures/1/keyid",
      "one signature for each key id",
    ],
  ];

  it.each(wrong)("has %s", (_, document, path, expected) => {
    expect(errorOf(() => parseSigningRequest(json(document)))).toMatchObject({
      name: "SigningError",
      code: "ERR_SIGNING_REQUEST",
      path,
      message: `Cannot read signing request: "${path}" expected ${expected}`,
    });
  });

  it("is of another version, with its own code", () => {
    expect(errorOf(() => parseSigningRequest(json(spoiled({ schema: "otakit.signing-request/2" }))))).toMatchObject({
      code: "ERR_SIGNING_REQUEST_VERSION",
      path: "/schema",
      message: 'Cannot read signing request: schema is not "otakit.signing-request/1"',
      details: { expected: "otakit.signing-request/1", found: "otakit.signing-request/2" },
    });
  });

  it("has a signature of a stranger", () => {
    const sig = bytesToBase64(mallory.sign(message));
    const keyid = `${"m".repeat(200)}`;
    expect(errorOf(() => parseSigningRequest(json(spoiled({ signatures: [{ keyid, sig }] }))))).toMatchObject({
      code: "ERR_SIGNING_REQUEST_KEY",
      message: "Cannot accept signature: its key is in no quorum of the request",
      path: "/signatures/0/keyid",
      details: { keyid: `${"m".repeat(128)}…` },
    });
  });

  it("has a signature that does not verify, which is named", () => {
    const [keyid] = ids(bob);
    for (const sig of [mallory.sign(message), bob.sign(payload), new Uint8Array(0), new Uint8Array(64)]) {
      const signatures = [...byAlice.signatures, { keyid, sig: bytesToBase64(sig) }];
      for (const provider of providers) {
        expect(errorOf(() => parseSigningRequest(json(spoiled({ signatures })), { provider }))).toMatchObject({
          code: "ERR_SIGNING_REQUEST_SIGNATURE",
          message: `Cannot accept signature: key ${keyid} does not verify it`,
          path: "/signatures/1/sig",
          details: { keyid },
        });
      }
    }
  });

  it("has a key that is none", () => {
    const keys = [{ ...alice.key, material: "00".repeat(31) }, bob.key];
    expect(
      errorOf(() => parseSigningRequest(json(spoiled({ quorums: [{ ...release, keys }], signatures: [] })))),
    ).toMatchObject({
      code: "ERR_SIGNING_KEY_FORMAT",
      path: "/quorums/0/keys/0/material",
    });
    const odd = [{ ...alice.key, scheme: "__proto__" }, bob.key];
    expect(
      errorOf(() => parseSigningRequest(json(spoiled({ quorums: [{ ...release, keys: odd }], signatures: [] })))),
    ).toMatchObject({
      code: "ERR_SIGNING_KEY_ALGORITHM",
      path: "/quorums/0/keys/0/scheme",
    });
  });

  it("is no strict JSON, or above the limits", () => {
    const text = JSON.stringify(byAlice);
    expect(errorOf(() => parseSigningRequest(utf8ToBytes(text.replace("{", '{"purpose":"y",')))).code).toBe(
      "ERR_CORE_JSON_DUPLICATE_KEY",
    );
    expect(errorOf(() => parseSigningRequest(utf8ToBytes(text), { limits: { maxBytes: 100 } })).code).toBe(
      "ERR_CORE_LIMIT",
    );
    const entries = json(spoiled({ quorums: Array.from({ length: 10_001 }, () => 1) }));
    expect(errorOf(() => parseSigningRequest(entries)).code).toBe("ERR_CORE_LIMIT");
  });

  it("is cut anywhere, or has any byte changed that matters", () => {
    const bytes = encodeSigningRequest(byAlice);
    for (let length = 0; length < bytes.length; length += 3) {
      expect(errorOf(() => parseSigningRequest(bytes.subarray(0, length))).code).toBe("ERR_CORE_JSON_SYNTAX");
    }
    fc.assert(
      fc.property(fc.nat({ max: bytes.length - 1 }), fc.integer({ min: 1, max: 127 }), (place, change) => {
        const changed = Uint8Array.from(bytes);
        changed[place]! ^= change;
        let parsed: SigningRequest;
        try {
          parsed = parseSigningRequest(changed);
        } catch {
          return;
        }
        // What is left to change: words for people, the key ids of keys that have not signed, how many must, base64's alphabet.
        expect(parsed.message).toBe(byAlice.message);
        expect(parsed.signatures.map(({ sig }) => sig)).toEqual(byAlice.signatures.map(({ sig }) => sig));
      }),
      { numRuns: 300 },
    );
  });
});

describe("addSignature", () => {
  it("adds the signature of a key in a quorum, in the order of its keys", async () => {
    const both = await signedBy(carol.signer, alice.signer);
    expect(both).toEqual({
      ...request,
      signatures: [alice, carol].map(({ key, sign }) => ({ keyid: key.keyId, sig: bytesToBase64(sign(message)) })),
    });
    expect(parseSigningRequest(encodeSigningRequest(both))).toEqual(both);
  });

  it("does not ask a key again", async () => {
    const never = { publicKey: alice.key, sign: () => Promise.reject(new Error("asked again")) };
    expect(await addSignature(byAlice, never)).toEqual(byAlice);
  });

  it("asks nobody whose key is in no quorum, and nobody about a request that is refused", async () => {
    const asked = { publicKey: mallory.key, sign: () => Promise.reject(new Error("asked")) };
    await expect(addSignature(request, asked)).rejects.toMatchObject({
      code: "ERR_SIGNING_REQUEST_KEY",
      message: "Cannot accept signature: its key is in no quorum of the request",
      path: undefined,
      details: { keyid: mallory.key.keyId },
    });
    const alsoAsked = { publicKey: alice.key, sign: asked.sign };
    await expect(addSignature(spoiled({ sha256: "" }), alsoAsked)).rejects.toMatchObject({
      code: "ERR_SIGNING_REQUEST",
    });
  });

  it("finds a signer out that holds another key", async () => {
    await expect(addSignature(request, { publicKey: alice.key, sign: bob.signer.sign })).rejects.toMatchObject({
      code: "ERR_SIGNING_SIGNER_FAULT",
    });
  });

  it("goes by the key, not by its label, and signs for every label that it has", async () => {
    const renamed = { ...alice.key, keyId: "old-name" };
    const two = createSigningRequest({
      purpose: "rotation",
      message,
      quorums: [
        { name: "old root", keys: [renamed, bob.key], threshold: 1 },
        { name: "new root", keys: [alice.key, carol.key], threshold: 1 },
      ],
    });
    const signed = await addSignature(two, {
      publicKey: { ...alice.key, keyId: "third name" },
      sign: alice.signer.sign,
    });
    expect(signed.signatures.map(({ keyid }) => keyid)).toEqual(["old-name", alice.key.keyId]);
    expect(finishSigningRequest(signed)).toHaveLength(2);
    // With one of the labels signed already, the other is added.
    const half = spoiled({ signatures: [signed.signatures[1]] }, signed);
    expect(await addSignature(half, alice.signer)).toEqual(signed);
  });

  it("serves every scheme", async () => {
    const signers = (["ed25519", "ecdsa-sha2-nistp256"] as const).map((scheme) =>
      createLocalSigner(new Uint8Array(32).fill(9), { scheme }),
    );
    const quorums = [{ name: "mixed", keys: signers.map(({ publicKey }) => publicKey), threshold: 2 }];
    let mixed = createSigningRequest({ purpose: "x", message, quorums });
    for (const signer of signers) mixed = await addSignature(mixed, signer);
    const read = parseSigningRequest(encodeSigningRequest(mixed));
    const envelope = encodeDsseEnvelope({ payloadType, payload, signatures: finishSigningRequest(read) });
    expect(verifyDsse(envelope, quorums[0]!, { payloadType }).signedBy).toHaveLength(2);
  });
});

describe("mergeSigningRequests", () => {
  it("gives one result for every order, repetition and grouping of the files", () => {
    const all = mergeSigningRequests(request, [byAlice, byBob, byCarol]);
    expect(all.signatures.map(({ keyid }) => keyid)).toEqual(ids(alice, bob, carol));
    const files = fc.array(fc.constantFrom(request, byAlice, byBob, byCarol), { maxLength: 6 });
    fc.assert(
      fc.property(files, files, (left, right) => {
        const merged = mergeSigningRequests(request, [...left, ...right]);
        const expected = all.signatures.filter((signature) =>
          [...left, ...right].some(({ signatures }) => signatures[0]?.keyid === signature.keyid),
        );
        expect(merged).toEqual({ ...request, signatures: expected });
        const grouped = [mergeSigningRequests(request, left), mergeSigningRequests(request, right)];
        expect(mergeSigningRequests(request, grouped)).toEqual(merged);
        expect(mergeSigningRequests(grouped[1]!, [...left].reverse())).toEqual(merged);
      }),
      { numRuns: 60 },
    );
  });

  it("keeps the bytewise smaller of two valid signatures of one key", async () => {
    // ECDSA signs deterministically here, so the second is made of a file where the other s stands.
    const signer = createLocalSigner(new Uint8Array(32).fill(9), { scheme: "ecdsa-sha2-nistp256" });
    const own = createSigningRequest({
      purpose: "x",
      message,
      quorums: [{ name: "one", keys: [signer.publicKey], threshold: 1 }],
    });
    const low = await addSignature(own, signer);
    const sig = highS(Buffer.from(low.signatures[0]!.sig, "base64"));
    const high = parseSigningRequest(
      json(spoiled({ signatures: [{ keyid: signer.publicKey.keyId, sig: sig.toString("base64") }] }, low)),
    );
    expect(high.signatures).not.toEqual(low.signatures);
    const merged = mergeSigningRequests(own, [low, high]);
    expect(mergeSigningRequests(own, [high, low])).toEqual(merged);
    expect(mergeSigningRequests(high, [low])).toEqual(merged);
    const smaller = [low, high].sort((a, b) =>
      Buffer.compare(Buffer.from(a.signatures[0]!.sig, "base64"), Buffer.from(b.signatures[0]!.sig, "base64")),
    )[0];
    expect(merged).toEqual(smaller);
  });

  it.each<[string, SigningRequest]>([
    ["message", createSigningRequest({ purpose: "Release 7", message: payload, quorums: [release] })],
    ["purpose", createSigningRequest({ purpose: "Release 8", message, quorums: [release] })],
    ["quorums", createSigningRequest({ purpose: "Release 7", message, quorums: [{ ...release, threshold: 1 }] })],
    [
      "quorums",
      createSigningRequest({
        purpose: "Release 7",
        message,
        quorums: [{ ...release, keys: [...release.keys, mallory.key] }],
      }),
    ],
    ["quorums", createSigningRequest({ purpose: "Release 7", message, quorums: [release, release] })],
  ])("refuses an answer to a request with another %s", (member, other) => {
    expect(errorOf(() => mergeSigningRequests(request, [byAlice, other]))).toMatchObject({
      code: "ERR_SIGNING_REQUEST_OTHER",
      message: `Cannot merge file: it answers a request with another ${member}`,
      path: `/1/${member}`,
    });
  });

  it("checks every file as if it came from a stranger, its own too", () => {
    const forged = spoiled({ signatures: [{ keyid: bob.key.keyId, sig: bytesToBase64(mallory.sign(message)) }] });
    expect(errorOf(() => mergeSigningRequests(request, [byAlice, forged]))).toMatchObject({
      code: "ERR_SIGNING_REQUEST_SIGNATURE",
      path: "/1/signatures/0/sig",
      details: { keyid: bob.key.keyId },
    });
    expect(errorOf(() => mergeSigningRequests(forged, []))).toMatchObject({ path: "/signatures/0/sig" });
    expect(errorOf(() => mergeSigningRequests(request, [null as unknown as SigningRequest]))).toMatchObject({
      code: "ERR_SIGNING_REQUEST",
      path: "/0",
    });
  });
});

describe("signingProgress", () => {
  it("tells who has signed, who has not, and how many are missing", async () => {
    const at = (signed: SigningRequest) => signingProgress(signed)[0];
    const base = { name: "release", threshold: 2 };
    expect(at(request)).toEqual({ ...base, signedBy: [], notSignedBy: ids(alice, bob, carol), remaining: 2 });
    expect(at(byBob)).toEqual({ ...base, signedBy: ids(bob), notSignedBy: ids(alice, carol), remaining: 1 });
    const all = await signedBy(carol.signer, bob.signer, alice.signer);
    expect(at(all)).toEqual({ ...base, signedBy: ids(alice, bob, carol), notSignedBy: [], remaining: 0 });
  });

  it("counts keys by their material, under their first key id", async () => {
    const twice = [alice.key, { ...alice.key, keyId: "again" }, bob.key];
    const own = createSigningRequest({ purpose: "x", message, quorums: [{ name: "q", keys: twice, threshold: 2 }] });
    const signed = await addSignature(own, alice.signer);
    expect(signed.signatures).toHaveLength(2);
    expect(signingProgress(signed)).toEqual([
      { name: "q", threshold: 2, signedBy: ids(alice), notSignedBy: ids(bob), remaining: 1 },
    ]);
    expect(errorOf(() => finishSigningRequest(signed)).code).toBe("ERR_SIGNING_REQUEST_INCOMPLETE");
  });
});

describe("finishSigningRequest", () => {
  it("gives the signatures of the envelope once every quorum is reached", () => {
    const merged = mergeSigningRequests(request, [byCarol, byAlice]);
    const signatures = finishSigningRequest(merged);
    expect(signatures).toEqual([alice, carol].map(({ key, sign }) => ({ keyid: key.keyId, sig: sign(message) })));
    const envelope = encodeDsseEnvelope({ payloadType, payload, signatures });
    expect(verifyDsse(envelope, release, { payloadType }).signedBy).toEqual(ids(alice, carol));
  });

  it("refuses before, and says who is missing in which quorum", async () => {
    const root = { name: "new root", keys: [carol.key, mallory.key], threshold: 2 };
    const own = createSigningRequest({ purpose: "rotation", message, quorums: [{ ...release, threshold: 1 }, root] });
    const signed = await addSignature(own, carol.signer);
    expect(errorOf(() => finishSigningRequest(signed))).toMatchObject({
      code: "ERR_SIGNING_REQUEST_INCOMPLETE",
      message: 'Cannot finish signing request: quorum "new root" has 1 of 2 signatures',
      path: "/signatures",
      details: { quorums: signingProgress(signed) },
    });
    expect(finishSigningRequest(await addSignature(signed, mallory.signer))).toHaveLength(2);
  });

  it("never finishes with what was not signed, whatever is in the object", () => {
    const forged = spoiled({
      signatures: ids(alice, bob).map((keyid) => ({ keyid, sig: bytesToBase64(mallory.sign(message)) })),
    });
    expect(errorOf(() => finishSigningRequest(forged)).code).toBe("ERR_SIGNING_REQUEST_SIGNATURE");
    const lowered = spoiled({ quorums: [{ ...release, threshold: Number.NaN }] });
    expect(errorOf(() => finishSigningRequest(lowered)).code).toBe("ERR_SIGNING_TRUST_THRESHOLD");
  });

  it("verifies each signature once", () => {
    const provider = countingProvider();
    finishSigningRequest(mergeSigningRequests(request, [byAlice, byBob]), { provider });
    expect(provider.asked).toBe(2);
  });
});

describe("explainSigningRequest", () => {
  const explain = (bytes: Uint8Array, purpose = "Release 7"): string =>
    explainSigningRequest(createSigningRequest({ purpose, message: bytes, quorums: [release] }));
  const found = (bytes: Uint8Array): string => /^Found in it: (.*)$/m.exec(explain(bytes))![1]!;

  it("says what is asked, what the bytes are, and who has signed", () => {
    expect(explainSigningRequest(byBob)).toBe(
      [
        'Purpose, as the requester says: "Release 7"',
        `Message: ${message.length} bytes, SHA-256 ${bytesToHex(sha256(message))}`,
        'Found in it: DSSE payload of type "application/vnd.example+json": a JSON object',
        'Quorum "release": 1 of 2 signed, 1 more must sign',
        `  signed "${bob.key.keyId}"`,
        `  not signed "${alice.key.keyId}"`,
        `  not signed "${carol.key.keyId}"`,
        "",
      ].join("\n"),
    );
    expect(explainSigningRequest(mergeSigningRequests(byBob, [byAlice]))).toContain(
      'Quorum "release": 2 of 2 signed, reached\n',
    );
  });

  it("recognises TUF metadata, releases and statements by their members", () => {
    const root: JsonValue = { _type: "root", version: 3, expires: "2027-01-01T00:00:00Z", keys: {} };
    expect(found(encodeCanonicalJson(root))).toBe(
      'a JSON object with _type "root", version 3, expires "2027-01-01T00:00:00Z"',
    );
    const statement = json({ _type: "https://in-toto.io/Statement/v1", predicateType: "p" });
    expect(found(preAuthEncoding("application/vnd.in-toto+json", statement))).toBe(
      'DSSE payload of type "application/vnd.in-toto+json": a JSON object with _type "https://in-toto.io/Statement/v1", predicateType "p"',
    );
    expect(found(json({ schema: "ota-release/1", releaseId: "r" }))).toBe(
      'a JSON object with schema "ota-release/1", releaseId "r"',
    );
  });

  it.each<[string, string]>([
    ["DSSEv1 1 t 2 x", "14 bytes that are no JSON object"],
    ["DSSEv1 1 t 01 x", "15 bytes that are no JSON object"],
    ["DSSEv1 9 t 1 x", "14 bytes that are no JSON object"],
    ["DSSEv1 01 t 1 x", "15 bytes that are no JSON object"],
    ["DSSEv1 x t 1 x", "14 bytes that are no JSON object"],
    ["DSSEv1 1 t 1 x", 'DSSE payload of type "t": 1 bytes that are no JSON object'],
    ["DSSEv1 0  2 {}", 'DSSE payload of type "": a JSON object'],
    ["DSSEv1 3 \ufeff 2 {}", 'DSSE payload of type "\\ufeff": a JSON object'],
    [" DSSEv1 1 t 1 x", "15 bytes that are no JSON object"],
    ["[1]", "3 bytes that are no JSON object"],
    ["null", "4 bytes that are no JSON object"],
    ["7", "1 bytes that are no JSON object"],
    ['"_type"', "7 bytes that are no JSON object"],
    ["", "0 bytes that are no JSON object"],
    ['{"_type":1.5}', "13 bytes that are no JSON object"],
    ['{"_type":["root"],"version":true}', "a JSON object"],
  ])("takes nothing for what it is not: %j", (text, words) => {
    expect(found(utf8ToBytes(text))).toBe(words);
  });

  it("takes a type that is no UTF-8 for what it is", () => {
    expect(found(Uint8Array.from([...utf8ToBytes("DSSEv1 1 "), 255, ...utf8ToBytes(" 1 x")]))).toBe(
      "14 bytes that are no JSON object",
    );
  });

  it("reads a message of any length", () => {
    const large = json({ _type: "targets", custom: "x".repeat(8 * 1024 * 1024) });
    expect(found(large)).toBe('a JSON object with _type "targets"');
  });

  it("shows the texts of a request in quotation marks and in ASCII, and cuts those of the message", () => {
    const text = explain(json({ _type: `"\n${"é".repeat(200)}` }), 'é"\\');
    expect(text).toContain('Purpose, as the requester says: "\\u00e9\\"\\\\"\n');
    expect(text).toContain(`_type "\\"\\n${"\\u00e9".repeat(126)}\\u2026"\n`);
    expect(text).toMatch(/^[ -~\n]*$/);
  });

  it("shows binary types and payloads of DSSE without fault", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 40 }), fc.uint8Array({ maxLength: 40 }), (type, body) => {
        fc.pre(type.isWellFormed());
        const words = found(preAuthEncoding(type, body));
        expect(words).toMatch(/^DSSE payload of type "[ -~]*": (a JSON object|\d+ bytes that are no JSON object)/);
      }),
    );
  });

  it("refuses what the other functions refuse", () => {
    expect(errorOf(() => explainSigningRequest(spoiled({ sha256: "" }))).code).toBe("ERR_SIGNING_REQUEST");
  });
});

/** The DER of an ECDSA signature on P-256 with the other s. */
function highS(der: Buffer): Buffer {
  const order = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
  const start = 4 + der[3]!;
  const s = order - BigInt(`0x${der.subarray(start + 2).toString("hex")}`);
  const digits = s.toString(16).padStart(64, "0");
  const number = Buffer.from(digits >= "8" ? `00${digits}` : digits, "hex");
  const body = Buffer.concat([der.subarray(2, start), Buffer.of(2, number.length), number]);
  return Buffer.concat([Buffer.of(0x30, body.length), body]);
}
