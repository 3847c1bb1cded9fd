import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { encodeCanonicalJson, type JsonValue } from "../../../src/core/index.ts";
import {
  buildTufRoot,
  buildTufTargets,
  createTufClient,
  nextTufRequest,
  parseTufMetadata,
  requestTufSignatures,
  signTufMetadata,
  stepTufClient,
  type TufRoot,
  tufQuorum,
  tufRootQuorums,
} from "../../../src/manifest/index.ts";
import {
  addSignature,
  createSigningRequest,
  encodeSigningRequest,
  mergeSigningRequests,
  parseSigningRequest,
  type Signer,
  signingProgress,
} from "../../../src/signing/index.ts";
import { day, type Loose, now } from "./repository-fixture.ts";
import { rsaSigner, signerOf } from "./repository-keys.ts";

const [a, b, c, d] = ["a", "b", "c", "d"].map((name) => signerOf(name)) as [Signer, Signer, Signer, Signer];
const expires = now + 30 * day;
const keysOf = (threshold: number, ...signers: Signer[]) => ({
  keys: signers.map(({ publicKey }) => publicKey),
  threshold,
});
const rootOf = (version: number, threshold: number, ...signers: Signer[]): TufRoot =>
  buildTufRoot({
    version,
    expires,
    roles: {
      root: keysOf(threshold, ...signers),
      timestamp: keysOf(1, d),
      snapshot: keysOf(1, d),
      targets: keysOf(2, a, b, c),
    },
  });
const root = rootOf(1, 2, a, b, c);
const targets = buildTufTargets({ expires });
const quorums = [tufQuorum(root, "targets")];

/** The rejection of a promise, as its error. */
async function rejection(promise: Promise<unknown>): Promise<Loose> {
  return promise.then(
    () => expect.fail("expected a rejection"),
    (error) => error,
  );
}

/** A signer that counts how often it is asked. */
function counted({ publicKey, sign }: Signer) {
  const counter = {
    asked: 0,
    publicKey,
    sign(message: Uint8Array) {
      counter.asked++;
      return sign(message);
    },
  };
  return counter;
}

describe("signTufMetadata", () => {
  it("gives a file that clients trust, with one signature for each signer", async () => {
    const file = await signTufMetadata(root, { quorums: [], signers: [c, a] });
    expect(createTufClient(file).root.signedBy.toSorted()).toEqual(
      [a, c].map(({ publicKey }) => publicKey.keyId).sort(),
    );
    expect(parseTufMetadata(file).signatures).toHaveLength(2);
  });

  it("signs with keys of every scheme", async () => {
    const signers = [
      a,
      signerOf("p256", "ecdsa-sha2-nistp256"),
      signerOf("p384", "ecdsa-sha2-nistp384"),
      rsaSigner(),
      rsaSigner("rsassa-pss-sha512"),
    ];
    const mixed = rootOf(1, signers.length, ...signers);
    const file = await signTufMetadata(mixed, { quorums: [], signers });
    expect(createTufClient(file).root.signedBy).toHaveLength(5);
  });

  it("gives the same bytes for any order of signers, quorums and what was collected", async () => {
    const request = requestTufSignatures(targets, { quorums });
    const parts = [await addSignature(request, a), await addSignature(request, b), await addSignature(request, c)];
    const expected = await signTufMetadata(targets, { quorums, signers: [a, b, c] });
    await fc.assert(
      fc.asyncProperty(
        fc.shuffledSubarray([0, 1, 2], { minLength: 3 }),
        fc.nat({ max: 3 }),
        async (order, collected) => {
          const file = await signTufMetadata(targets, {
            quorums,
            collected: order.slice(0, collected).map((index) => parts[index]!),
            signers: order.slice(collected).map((index) => [a, b, c][index]!),
          });
          expect(file).toEqual(expected);
        },
      ),
      { numRuns: 20 },
    );
  });

  it("keeps good signatures of the file as it stands, and drops the rest", async () => {
    const before = parseTufMetadata(await signTufMetadata(targets, { quorums, signers: [a, b] }));
    const ofA = before.signatures.find(({ keyid }) => keyid === a.publicKey.keyId)!;
    const existing = [
      ofA,
      { keyid: b.publicKey.keyId, sig: ofA.sig },
      { keyid: c.publicKey.keyId, sig: "xy" },
      { keyid: "stranger", sig: ofA.sig },
    ];
    const [alice, bob] = [counted(a), counted(b)];
    const file = await signTufMetadata(targets, { quorums, existing, signers: [alice, bob] });
    expect(parseTufMetadata(file).signatures).toEqual(before.signatures);
    expect([alice.asked, bob.asked]).toEqual([0, 1]);
    // Another version: nothing of it is good any more.
    const next = { ...targets, version: 2 };
    const error = await rejection(signTufMetadata(next, { quorums, existing: before.signatures }));
    expect(error.details.quorums[0].signedBy).toEqual([]);
  });

  it("signs for every key id of a signer's key, which counts once", async () => {
    const twin = { ...a.publicKey, keyId: "twin" };
    const twice = [{ name: "twice", keys: [a.publicKey, twin, b.publicKey], threshold: 2 }];
    const file = await signTufMetadata(targets, { quorums: twice, signers: [a, b] });
    expect(parseTufMetadata(file).signatures.map(({ keyid }) => keyid)).toContain("twin");
    const error = await rejection(signTufMetadata(targets, { quorums: twice, signers: [a] }));
    expect(error).toMatchObject({
      code: "ERR_MANIFEST_TUF_UNSIGNED",
      details: { quorums: [{ signedBy: [a.publicKey.keyId] }] },
    });
  });

  it("gives a new root only with both quorums, and a root that clients follow", async () => {
    const first = await signTufMetadata(root, { quorums: [], signers: [a, b] });
    const next = rootOf(2, 1, d);
    const both = tufRootQuorums(next, root);
    const short = await rejection(signTufMetadata(next, { quorums: both, signers: [d, a] }));
    expect(short).toMatchObject({
      code: "ERR_MANIFEST_TUF_UNSIGNED",
      path: "/signatures",
      details: {
        quorums: [
          { name: "root 2", threshold: 1, signedBy: [d.publicKey.keyId], missing: [] },
          {
            name: "root 1",
            threshold: 2,
            signedBy: [a.publicKey.keyId],
            missing: [b.publicKey.keyId, c.publicKey.keyId],
          },
        ],
      },
    });
    const file = await signTufMetadata(next, { quorums: both, signers: [d, a, b] });
    const client = createTufClient(first);
    const step = stepTufClient(client, { request: nextTufRequest(client)!, bytes: file }, now);
    expect(step.decision).toBe("accept");
  });

  it("always asks a root's own quorum, also when another one is given", async () => {
    const next = rootOf(2, 1, d);
    const [, previous] = tufRootQuorums(next, root);
    const error = await rejection(signTufMetadata(next, { quorums: [previous!], signers: [a, b] }));
    expect(error).toMatchObject({
      code: "ERR_MANIFEST_TUF_UNSIGNED",
      details: { quorums: [{ name: "root 2" }, { name: "root 1" }] },
    });
  });

  it("takes a root's own quorum from the root", async () => {
    const wrong = [{ name: "root 1", ...keysOf(1, a) }];
    const error = await rejection(signTufMetadata(root, { quorums: wrong, signers: [a] }));
    expect(error).toMatchObject({
      code: "ERR_MANIFEST_TUF_UNSIGNED",
      details: { quorums: [{ name: "root 1", threshold: 2 }] },
    });
    expect(error.details.quorums).toHaveLength(1);
  });

  it("refuses a signer that is in no quorum before anybody signs", async () => {
    const other = counted(a);
    const error = await rejection(signTufMetadata(targets, { quorums, signers: [other, d] }));
    expect(error).toMatchObject({
      code: "ERR_MANIFEST_TUF_SIGNER",
      details: { keyid: d.publicKey.keyId, quorums: ["targets"] },
    });
    expect(other.asked).toBe(0);
  });

  it("refuses a key that signs in another way than the quorum's", async () => {
    const rsa = rsaSigner("rsassa-pss-sha256");
    const other = { ...rsa, publicKey: { ...rsa.publicKey, scheme: "rsassa-pss-sha512" as const } };
    const error = await rejection(
      signTufMetadata(targets, { quorums: [{ name: "x", ...keysOf(1, rsa) }], signers: [other] }),
    );
    expect(error.code).toBe("ERR_MANIFEST_TUF_SIGNER");
  });

  it("asks nobody to sign what clients could not read", async () => {
    const signer = counted(a);
    const cases: [Loose, string, string][] = [
      [{ ...targets, version: 0 }, "ERR_MANIFEST_TUF_FORMAT", "/signed/version"],
      [{ ...targets, spec_version: "2.0.0" }, "ERR_MANIFEST_TUF_SPEC_VERSION", "/signed/spec_version"],
      [
        { ...targets, targets: { x: { length: 1, hashes: {} } } },
        "ERR_MANIFEST_TUF_FORMAT",
        "/signed/targets/x/hashes",
      ],
      [{ ...targets, note: undefined }, "ERR_CORE_JSON_VALUE", "/signed/note"],
      [{ ...targets, note: 1.5 }, "ERR_CORE_JSON_NOT_INTEGER", "/signed/note"],
    ];
    for (const [signed, code, path] of cases) {
      expect(await rejection(signTufMetadata(signed, { quorums, signers: [signer] }))).toMatchObject({ code, path });
    }
    expect(signer.asked).toBe(0);
  });

  it("refuses one key id for two keys", async () => {
    const wrong = { ...b.publicKey, keyId: a.publicKey.keyId };
    const two = [...quorums, { name: "other", keys: [wrong], threshold: 1 }];
    expect(await rejection(signTufMetadata(targets, { quorums: two, signers: [a] }))).toMatchObject({
      code: "ERR_MANIFEST_TUF_KEYS",
      details: { keyid: a.publicKey.keyId },
    });
  });

  it("refuses a signer whose answer does not verify", async () => {
    const liar = { publicKey: a.publicKey, sign: b.sign };
    expect(await rejection(signTufMetadata(targets, { quorums, signers: [liar] }))).toMatchObject({
      code: "ERR_SIGNING_SIGNER_FAULT",
    });
  });

  it("refuses a quorum that its keys cannot reach", async () => {
    const error = await rejection(
      signTufMetadata(targets, { quorums: [{ name: "x", keys: [a.publicKey], threshold: 2 }], signers: [a] }),
    );
    expect(error.code).toBe("ERR_MANIFEST_TUF_UNSIGNED");
  });
});

describe("collected signatures", () => {
  const next = rootOf(2, 2, b, c, d);
  const both = tufRootQuorums(next, root);

  it("finish a root of two quorums, by files, merged or not", async () => {
    const request = requestTufSignatures(next, { quorums: both });
    expect(signingProgress(request).map(({ name, remaining }) => [name, remaining])).toEqual([
      ["root 2", 2],
      ["root 1", 2],
    ]);
    const returned = await Promise.all(
      [b, c].map(async (signer) => addSignature(parseSigningRequest(encodeSigningRequest(request)), signer)),
    );
    const file = await signTufMetadata(next, { quorums: both, collected: returned });
    expect(
      await signTufMetadata(next, { quorums: both, collected: [mergeSigningRequests(request, returned)] }),
    ).toEqual(file);
    expect(await rejection(signTufMetadata(next, { quorums: both, collected: returned.slice(1) }))).toMatchObject({
      code: "ERR_MANIFEST_TUF_UNSIGNED",
    });
  });

  it("start from what is signed already", async () => {
    const message = encodeCanonicalJson(next as unknown as JsonValue);
    const sig = Buffer.from(await b.sign(message)).toString("hex");
    const existing = [
      { keyid: b.publicKey.keyId, sig },
      { keyid: c.publicKey.keyId, sig },
      { keyid: "stranger", sig },
    ];
    const request = requestTufSignatures(next, { quorums: both, existing });
    expect(request.signatures.map(({ keyid }) => keyid)).toEqual([b.publicKey.keyId]);
  });

  it("of one key are chosen without regard to their order, and never in place of the one that is there", async () => {
    const ecdsa = signerOf("p256", "ecdsa-sha2-nistp256");
    const one = [{ name: "x", ...keysOf(1, ecdsa) }];
    const request = requestTufSignatures(targets, { quorums: one });
    // Two signatures of one message differ, because ECDSA draws a number for each.
    const collected = [await addSignature(request, ecdsa), await addSignature(request, ecdsa)];
    const file = await signTufMetadata(targets, { quorums: one, collected });
    expect(await signTufMetadata(targets, { quorums: one, collected: collected.toReversed() })).toEqual(file);
    for (const answer of collected) {
      const before = await signTufMetadata(targets, { quorums: one, collected: [answer] });
      const existing = parseTufMetadata(before).signatures;
      expect(await signTufMetadata(targets, { quorums: one, existing, collected })).toEqual(before);
    }
  });

  it("tell those who sign what it is", () => {
    const own = requestTufSignatures(next, { quorums: both });
    expect(own.purpose).toBe("TUF root version 2, valid until 2026-12-25T00:00:00Z");
    expect(requestTufSignatures(next, { quorums: both, purpose: "Yearly rotation" }).purpose).toBe("Yearly rotation");
    expect(requestTufSignatures(next, { quorums: [] }).quorums.map(({ name }) => name)).toEqual(["root 2"]);
  });

  it("are refused for other bytes", async () => {
    const other = await addSignature(requestTufSignatures({ ...next, version: 3 }, { quorums: both }), b);
    expect(await rejection(signTufMetadata(next, { quorums: both, collected: [other] }))).toMatchObject({
      code: "ERR_MANIFEST_TUF_REQUEST",
      details: { sha256: other.sha256 },
    });
  });

  it("count by the quorums of the repository, whatever the file says", async () => {
    const message = encodeCanonicalJson(targets as unknown as JsonValue);
    const forged = createSigningRequest({ purpose: "x", message, quorums: [{ name: "targets", ...keysOf(1, d) }] });
    const error = await rejection(signTufMetadata(targets, { quorums, collected: [await addSignature(forged, d)] }));
    expect(error).toMatchObject({ code: "ERR_MANIFEST_TUF_UNSIGNED", details: { quorums: [{ signedBy: [] }] } });
  });
});
