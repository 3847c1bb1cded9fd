/** Laws of m-of-n verification, for any set of signatures. */

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isOtaError } from "../../src/core/index.ts";
import {
  type DsseSignature,
  encodeDsseEnvelope,
  parseDsseEnvelope,
  type TrustedKeys,
  verifyDsse,
} from "../../src/signing/index.ts";
import {
  alice,
  badSignatureOf,
  bob,
  carol,
  envelopeOf,
  mallory,
  payload,
  payloadType,
  providers,
  signatureOf,
} from "./fixture.ts";

const keys = [alice.key, bob.key, { ...alice.key, keyId: "second" }, carol.key];

/** Signatures that count for a key, made once. */
const good = [
  signatureOf(alice),
  signatureOf(alice, "second"),
  signatureOf(alice, ""),
  signatureOf(bob),
  signatureOf(bob, ""),
  signatureOf(carol),
];
const owners = [alice, alice, alice, bob, bob, carol];

/** Signatures that count for no key. */
const bad = [
  badSignatureOf(alice),
  badSignatureOf(bob, ""),
  signatureOf(alice, carol.key.keyId),
  signatureOf(carol, "nobody"),
  signatureOf(mallory),
  signatureOf(mallory, ""),
  { keyid: bob.key.keyId, sig: new Uint8Array(64) },
  { keyid: "", sig: new Uint8Array(3) },
];

const goodSignatures = fc.array(fc.constantFrom(...good), { maxLength: 4 });
const badSignature = fc.constantFrom(...bad);
const signatures = fc.array(fc.constantFrom(...good, ...bad), { maxLength: 5 });
const threshold = fc.integer({ min: 1, max: 3 });
const provider = fc.constantFrom(...providers);

/** The verdict as text: who signed, or the code of the refusal and who signed nevertheless. */
function verdictOf(list: readonly DsseSignature[], needed: number, chosen = providers[0]!): string {
  const trust: TrustedKeys = { keys, threshold: needed };
  try {
    return `accepted ${verifyDsse(envelopeOf(...list), trust, { payloadType, provider: chosen }).signedBy}`;
  } catch (error) {
    if (!isOtaError(error)) throw error;
    return `${error.code} ${error.details?.["signedBy"]}`;
  }
}

function accepts(list: readonly DsseSignature[], needed: number): boolean {
  return verdictOf(list, needed).startsWith("accepted");
}

describe("a verdict", () => {
  it("is acceptance exactly if enough different parties signed", () => {
    fc.assert(
      fc.property(signatures, threshold, (list, needed) => {
        const signed = new Set(
          list.filter((entry) => good.includes(entry)).map((entry) => owners[good.indexOf(entry)]),
        );
        expect(accepts(list, needed)).toBe(signed.size >= needed);
      }),
    );
  });

  it("is the same for every order of the signatures", () => {
    const orders = signatures.chain((list) =>
      fc.tuple(fc.constant(list), fc.shuffledSubarray(list, { minLength: list.length })),
    );
    fc.assert(
      fc.property(orders, threshold, ([list, shuffled], needed) => {
        expect(verdictOf(shuffled, needed)).toBe(verdictOf(list, needed));
      }),
    );
  });

  it("is not changed by a signature that counts for nobody", () => {
    fc.assert(
      fc.property(signatures, badSignature, fc.nat({ max: 5 }), threshold, (list, extra, place, needed) => {
        expect(verdictOf(list.toSpliced(place, 0, extra), needed)).toBe(verdictOf(list, needed));
      }),
    );
  });

  it("is not changed by a signature that is there already", () => {
    fc.assert(
      fc.property(signatures, threshold, (list, needed) => {
        expect(verdictOf([...list, ...list], needed)).toBe(verdictOf(list, needed));
      }),
    );
  });

  it("never becomes acceptance when a signature is removed", () => {
    fc.assert(
      fc.property(signatures, fc.nat({ max: 4 }), threshold, (list, place, needed) => {
        fc.pre(!accepts(list, needed));
        expect(accepts(list.toSpliced(place, 1), needed)).toBe(false);
      }),
    );
  });

  it("never becomes acceptance when the threshold rises", () => {
    fc.assert(
      fc.property(signatures, (list) => {
        const verdicts = [1, 2, 3].map((needed) => accepts(list, needed));
        expect(verdicts).toEqual([...verdicts].sort().reverse());
      }),
    );
  });

  it("is the same with every provider", () => {
    fc.assert(
      fc.property(signatures, threshold, provider, (list, needed, chosen) => {
        expect(verdictOf(list, needed, chosen)).toBe(verdictOf(list, needed));
      }),
      { numRuns: 40 },
    );
  });

  it("lists every signature as counted or ignored", () => {
    fc.assert(
      fc.property(goodSignatures, fc.array(badSignature, { maxLength: 3 }), (counting, others) => {
        fc.pre(counting.length > 0);
        const { signedBy, ignored } = verifyDsse(
          envelopeOf(...others, ...counting),
          { keys, threshold: 1 },
          { payloadType },
        );
        const ofSignatures = ignored.filter(({ path }) => path?.startsWith("/signatures/"));
        expect(signedBy.length + ofSignatures.length).toBe(others.length + counting.length);
        expect(ofSignatures.map(({ path }) => path)).toEqual([...new Set(ofSignatures.map(({ path }) => path))]);
      }),
    );
  });
});

describe("a flipped bit", () => {
  const signed = { payloadType, payload, signatures: [signatureOf(alice), signatureOf(bob)] };
  const trust = { keys, threshold: 2 };

  function flipped(bytes: Uint8Array, bit: number): Uint8Array<ArrayBuffer> {
    const copy = Uint8Array.from(bytes);
    copy[bit >> 3]! ^= 1 << (bit & 7);
    return copy;
  }

  function codeOf(envelope: Uint8Array, wantedType = payloadType): string {
    try {
      verifyDsse(envelope, trust, { payloadType: wantedType });
      return "accepted";
    } catch (error) {
      return isOtaError(error) ? error.code : String(error);
    }
  }

  it("in the payload refuses", () => {
    for (let bit = 0; bit < payload.length * 8; bit++) {
      expect(codeOf(encodeDsseEnvelope({ ...signed, payload: flipped(payload, bit) }))).toBe("ERR_SIGNING_THRESHOLD");
    }
  });

  it("in the payload type refuses, also when that type is asked for", () => {
    for (let bit = 0; bit < payloadType.length * 7; bit++) {
      const place = Math.floor(bit / 7);
      const code = payloadType.charCodeAt(place) ^ (1 << (bit % 7));
      const changed = payloadType.slice(0, place) + String.fromCharCode(code) + payloadType.slice(place + 1);
      const envelope = encodeDsseEnvelope({ ...signed, payloadType: changed });
      expect(codeOf(envelope)).toBe("ERR_SIGNING_DSSE_PAYLOAD_TYPE");
      expect(codeOf(envelope, changed)).toBe("ERR_SIGNING_THRESHOLD");
    }
  });

  it("in a signature that is needed refuses", () => {
    for (let bit = 0; bit < 512; bit++) {
      const broken = { keyid: bob.key.keyId, sig: flipped(signatureOf(bob).sig, bit) };
      expect(codeOf(encodeDsseEnvelope({ ...signed, signatures: [signatureOf(alice), broken] }))).toBe(
        "ERR_SIGNING_THRESHOLD",
      );
    }
  });

  it("anywhere in the bytes of the envelope gives the signed payload or refuses", () => {
    const envelope = encodeDsseEnvelope(signed);
    for (let bit = 0; bit < envelope.length * 8; bit++) {
      const changed = flipped(envelope, bit);
      const code = codeOf(changed);
      // What a changed byte leaves valid (a field name that is now unknown, base64's other alphabet) means the same.
      if (code === "accepted") expect(parseDsseEnvelope(changed)).toMatchObject({ payloadType, payload });
      else expect(code).toMatch(/^ERR_(SIGNING|CORE)_/);
    }
  });
});
