import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { bytesToHex, isOtaError, sha256 } from "../../src/core/index.ts";
import { releasePayloadType, signRelease, verifyRelease } from "../../src/manifest/index.ts";
import { pureSignatureProvider, type Signer, signDsse } from "../../src/signing/index.ts";
import { errorOf } from "../error-of.ts";
import { imageOf, jsonBytes, manifestOf, now, signers, trust } from "./release-fixture.ts";

const [alice, bob, carol] = signers as [(typeof signers)[0], (typeof signers)[0], (typeof signers)[0]];
const expiry = Date.UTC(2026, 11, 1);

describe("signRelease and verifyRelease", () => {
  it("give back what was signed, with its digest and signers", async () => {
    const manifest = manifestOf({ note: "kept" });
    const release = verifyRelease(await signRelease(manifest, [alice, carol]), trust, { now });
    expect(JSON.parse(JSON.stringify(release.manifest))).toEqual(manifest);
    expect(release.digest).toBe(bytesToHex(sha256(release.origin.envelope.payload)));
    expect(release.origin.envelope.signedBy).toEqual([alice.publicKey.keyId, carol.publicKey.keyId]);
  });

  it("sign equal manifests to equal bytes, whatever the order of their members", async () => {
    const { images, ...rest } = manifestOf();
    expect(await signRelease({ images, ...rest }, [alice])).toEqual(await signRelease({ ...rest, images }, [alice]));
  });

  it("refuse one signature of two, and one key that signs twice", async () => {
    for (const by of [[alice], [alice, alice]]) {
      const envelope = await signRelease(manifestOf(), by);
      expect(errorOf(() => verifyRelease(envelope, trust, { now }))).toMatchObject({ code: "ERR_SIGNING_THRESHOLD" });
    }
  });

  it("refuse a payload of another type, though it is signed by enough keys", async () => {
    const envelope = await signDsse("application/vnd.in-toto+json", jsonBytes(manifestOf()), [alice, bob]);
    expect(() => verifyRelease(envelope, trust, { now })).toThrow(expect.objectContaining({ name: "SigningError" }));
  });

  it("accept until the last millisecond before expiry", async () => {
    const envelope = await signRelease(manifestOf(), [alice, bob]);
    expect(verifyRelease(envelope, trust, { now: expiry - 1 }).manifest.releaseId).toBe("2026-11");
    expect(errorOf(() => verifyRelease(envelope, trust, { now: expiry }))).toMatchObject({
      code: "ERR_MANIFEST_EXPIRED",
      path: "/expires",
      details: { expires: "2026-12-01T00:00:00Z", now: expiry },
    });
  });

  it.each([Number.NaN, undefined, Number.POSITIVE_INFINITY])("refuse to verify at the time %s", async (time) => {
    const envelope = await signRelease(manifestOf(), [alice, bob]);
    expect(() => verifyRelease(envelope, trust, { now: time as number })).toThrow(RangeError);
  });

  it.each([0, -1, 1_790_000_000, Date.UTC(2025, 11, 31)])("refuse the implausible time %d", async (time) => {
    const envelope = await signRelease(manifestOf(), [alice, bob]);
    expect(errorOf(() => verifyRelease(envelope, trust, { now: time }))).toMatchObject({
      code: "ERR_MANIFEST_TIME",
      details: { now: time, earliest: Date.UTC(2026, 0, 1) },
    });
  });

  it("give a value that stays as it was verified", async () => {
    const release = verifyRelease(await signRelease(manifestOf(), [alice, bob]), trust, { now });
    const image = release.manifest.images[0] as { releaseCounter: number };
    expect(() => {
      image.releaseCounter = 999;
    }).toThrow(TypeError);
    expect(() => Object.assign(release, { digest: "" })).toThrow(TypeError);
  });

  it("sign what they checked, not what an odd object shows to one of the two", async () => {
    const inherited = Object.create(Object.assign(Object.create(null), manifestOf()));
    await expect(signRelease(inherited, [alice])).rejects.toMatchObject({ code: "ERR_CORE_JSON_VALUE" });
    const hidden = Object.defineProperty(manifestOf(), "expires", { enumerable: false });
    await expect(signRelease(hidden, [alice])).rejects.toMatchObject({ code: "ERR_MANIFEST_SCHEMA", path: "/expires" });
    const fraction = signRelease(manifestOf({ note: 0.5 }), [alice]);
    await expect(fraction).rejects.toMatchObject({ code: "ERR_CORE_JSON_NOT_INTEGER" });
  });

  it("refuse a provider that answers with a promise, which is truthy", async () => {
    const envelope = await signRelease(manifestOf(), [alice, bob]);
    const provider = {
      ...pureSignatureProvider,
      importPublicKey: () => ({ verify: async () => false }),
    } as unknown as typeof pureSignatureProvider;
    expect(() => verifyRelease(envelope, trust, { now, provider })).toThrow(TypeError);
  });

  it("give every signer the same bytes, whatever one of them does to its own", async () => {
    const mallory: Signer = {
      publicKey: alice.publicKey,
      async sign(message) {
        const signature = await alice.sign(message);
        message.fill(0);
        return signature;
      },
    };
    const envelope = await signRelease(manifestOf(), [mallory, bob]);
    expect(verifyRelease(envelope, trust, { now }).origin.envelope.signedBy).toHaveLength(2);
  });

  it.each(["2030", "2026-12-01T00:00:00+14:00", "2026-02-30T00:00:00Z"])("refuse the expiry %s", async (expires) => {
    const envelope = await signDsse(releasePayloadType, jsonBytes(manifestOf({ expires })), [alice, bob]);
    expect(errorOf(() => verifyRelease(envelope, trust, { now }))).toMatchObject({
      code: "ERR_MANIFEST_SCHEMA",
      path: "/expires",
    });
    await expect(signRelease(manifestOf({ expires }), [alice])).rejects.toMatchObject({ code: "ERR_MANIFEST_SCHEMA" });
  });

  it("do not sign a manifest that a vehicle would refuse", async () => {
    const doubled = manifestOf({ images: [imageOf(), imageOf()] });
    await expect(signRelease(doubled, [alice])).rejects.toMatchObject({ code: "ERR_MANIFEST_DUPLICATE_IMAGE" });
  });

  it("refuse every one-bit change of the envelope that changes what is accepted, by a typed error", async () => {
    const envelope = await signRelease(manifestOf(), [alice, bob]);
    const accepted = verifyRelease(envelope, trust, { now }).digest;
    fc.assert(
      fc.property(fc.nat(envelope.length * 8 - 1), (bit) => {
        const changed = envelope.slice();
        changed[bit >>> 3] = changed[bit >>> 3]! ^ (1 << (bit & 7));
        let digest: string;
        try {
          digest = verifyRelease(changed, trust, { now }).digest;
        } catch (error) {
          return isOtaError(error);
        }
        // A flip may fall on a key id, which is only a hint; what was accepted is what was signed.
        return digest === accepted;
      }),
      { numRuns: 2_000 },
    );
  });
});
