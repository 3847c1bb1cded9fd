/** m-of-n over keys of every scheme. What holds for envelopes is in verify-dsse.test.ts. */

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isOtaError, utf8ToBytes } from "../../src/core/index.ts";
import {
  defaultSignatureProvider,
  type HintedSignature,
  type PublicKey,
  parsePublicKey,
  type SignatureScheme,
  SigningError,
  type ThresholdOptions,
  type ThresholdOutcome,
  type TrustedKeys,
  verifyThreshold,
} from "../../src/signing/index.ts";
import { derOf } from "./ecdsa-inputs.ts";
import { countingProvider, errorOf, partyOf, providers } from "./fixture.ts";
import { p256Key, rsaKey } from "./published-keys.ts";
import { encodePss, pairOf, rawSign } from "./rsa-inputs.ts";

const message = utf8ToBytes("a message");

interface Member {
  readonly key: PublicKey;
  sign(text: Uint8Array): Uint8Array;
}

const edwards: Member[] = [1, 2, 3].map((fill) => {
  const { key, sign } = partyOf(fill);
  return { key, sign };
});

function ecdsaMember(scheme: SignatureScheme, size: number): Member {
  const scalar = new Uint8Array(size).fill(5);
  const { publicKey, sign: signRaw } = defaultSignatureProvider.importPrivateKey(scheme, scalar);
  const numberOf = (bytes: Uint8Array): bigint => BigInt(`0x${Buffer.from(bytes).toString("hex")}`);
  return {
    key: parsePublicKey(Buffer.from(publicKey).toString("hex"), { scheme }),
    sign(text) {
      const raw = signRaw(text);
      return derOf(numberOf(raw.subarray(0, size)), numberOf(raw.subarray(size)));
    },
  };
}

function rsaMember(scheme: "rsassa-pss-sha256" | "rsassa-pss-sha512"): Member {
  const pair = pairOf([0, 1]);
  return {
    key: parsePublicKey(rsaKey.pem, { scheme }),
    sign: (text) => rawSign(pair, BigInt(`0x${Buffer.from(encodePss(scheme, text, 2047)).toString("hex")}`)),
  };
}

const points = [ecdsaMember("ecdsa-sha2-nistp256", 32), ecdsaMember("ecdsa-sha2-nistp384", 48)];
const [rsa256, rsa512] = [rsaMember("rsassa-pss-sha256"), rsaMember("rsassa-pss-sha512")];
const members = [...edwards, ...points, rsa256];

/** Signatures that are reused, because some are slow to make. */
const good = new Map([...members, rsa512].map((member) => [member, member.sign(message)]));
const bad = new Map([...members, rsa512].map((member) => [member, member.sign(utf8ToBytes("else"))]));

function signatureOf(member: Member, keyid = member.key.keyId): HintedSignature {
  return { keyid, sig: good.get(member)! };
}

function verdict(
  signatures: readonly HintedSignature[],
  trust: TrustedKeys,
  options?: ThresholdOptions,
): ThresholdOutcome | string {
  try {
    return verifyThreshold(message, signatures, trust, options);
  } catch (error) {
    if (isOtaError(error)) return error.code;
    throw error;
  }
}

const trust: TrustedKeys = { keys: members.map(({ key }) => key), threshold: members.length };

describe.each(providers)("verifyThreshold with $name", (provider) => {
  it("counts keys of every scheme, with and without key ids", () => {
    const keyIds = members.map(({ key }) => key.keyId);
    const named = members.map((member) => signatureOf(member));
    expect(verifyThreshold(message, named, trust, { provider })).toEqual({ signedBy: keyIds, ignored: [] });
    const nameless = members.map((member) => signatureOf(member, "")).reverse();
    expect(verifyThreshold(message, nameless, trust, { provider })).toEqual({ signedBy: keyIds, ignored: [] });
  });
});

describe("verifyThreshold", () => {
  it("counts an RSA key under two schemes once, however it signs", () => {
    const both = { keys: [rsa256.key, rsa512.key], threshold: 1 };
    expect(errorOf(() => verifyThreshold(message, [], { ...both, threshold: 2 }))).toMatchObject({
      code: "ERR_SIGNING_TRUST_UNSATISFIABLE",
      path: "/threshold",
      message: "Cannot use trust: threshold 2 is above its 1 distinct keys",
      details: { threshold: 2, distinctKeys: 1 },
    });
    const three = { keys: [...both.keys, edwards[0]!.key], threshold: 2 };
    const error = errorOf(() => verifyThreshold(message, [signatureOf(rsa256), signatureOf(rsa512)], three));
    expect(error.code).toBe("ERR_SIGNING_THRESHOLD");
    expect(error.details).toEqual({
      threshold: 2,
      signedBy: [rsa256.key.keyId],
      reasons: [
        {
          code: "same_key_twice",
          message: "Trust lists a key twice",
          path: "/keys/1",
          evidence: { keyId: rsa256.key.keyId, keyid: rsa512.key.keyId },
        },
        {
          code: "same_key_twice",
          message: "A key signed twice",
          path: "/signatures/1",
          evidence: { keyId: rsa256.key.keyId, keyid: rsa512.key.keyId },
        },
      ],
    });
    // Either scheme is enough for the one that it is.
    for (const member of [rsa256, rsa512]) {
      for (const keyid of [member.key.keyId, ""]) {
        const outcome = verifyThreshold(message, [signatureOf(member, keyid)], both);
        expect(outcome.signedBy).toEqual([rsa256.key.keyId]);
      }
    }
  });

  it("tries every scheme of a key under one key id", () => {
    const keys = [rsa256.key, { ...rsa512.key, keyId: rsa256.key.keyId }];
    for (const member of [rsa256, rsa512]) {
      const outcome = verifyThreshold(message, [signatureOf(member, rsa256.key.keyId)], { keys, threshold: 1 });
      expect(outcome.signedBy).toEqual([rsa256.key.keyId]);
    }
    const provider = countingProvider(false);
    verdict([signatureOf(rsa256)], { keys: [...keys, ...keys], threshold: 1 }, { provider });
    expect(provider.asked).toBe(2);
  });

  it("does not take a signature for another scheme than its key's", () => {
    const alone = { keys: [rsa256.key], threshold: 1 };
    expect(verdict([signatureOf(rsa512, "")], alone)).toBe("ERR_SIGNING_THRESHOLD");
    expect(verdict([signatureOf(rsa256, "")], alone)).toMatchObject({ signedBy: [rsa256.key.keyId] });
  });

  it("passes the form of ECDSA signatures and the salt rule on", () => {
    const keys = [p256Key.key];
    const raw = Buffer.from(
      "efd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf3716" +
        "f7cb1c942d657c41d436c7a1b6e29f65f3e900dbb9aff4064dc4ab2f843acda8",
      "hex",
    );
    const sample = utf8ToBytes("sample");
    const signatures = [{ keyid: "", sig: raw }];
    expect(
      verifyThreshold(sample, signatures, { keys, threshold: 1 }, { ecdsaEncoding: "p1363" }).signedBy,
    ).toHaveLength(1);
    expect(errorOf(() => verifyThreshold(sample, signatures, { keys, threshold: 1 })).code).toBe(
      "ERR_SIGNING_THRESHOLD",
    );

    const sig = signWithSalt(20);
    const rsaTrust = { keys: [rsa256.key], threshold: 1 };
    expect(verdict([{ keyid: "", sig }], rsaTrust)).toBe("ERR_SIGNING_THRESHOLD");
    expect(verdict([{ keyid: "", sig }], rsaTrust, { pssSalt: "any" })).toMatchObject({ ignored: [] });
  });

  it.each([0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, "1", null, undefined, 2 ** 53])(
    "refuses threshold %s",
    (threshold) => {
      expect(errorOf(() => verifyThreshold(message, [], { ...trust, threshold: threshold as number }))).toMatchObject({
        code: "ERR_SIGNING_TRUST_THRESHOLD",
        path: "/threshold",
        message: `Cannot use trust: threshold ${threshold} is not >= 1`,
      });
    },
  );

  it("refuses trust with data that is no key by its place", () => {
    const keys = [edwards[0]!.key, { ...points[0]!.key, material: "04" }];
    expect(errorOf(() => verifyThreshold(message, [], { keys, threshold: 1 }))).toMatchObject({
      code: "ERR_SIGNING_KEY_FORMAT",
      path: "/keys/1/material",
      message: "Cannot use public key: its material is not 04 and 128 lower-case hexadecimal digits",
    });
  });

  it("refuses arguments that are no bytes", () => {
    const text = "00" as unknown as Uint8Array;
    expect(() => verifyThreshold(text, [], trust)).toThrow(new TypeError('"message" expected Uint8Array, got String'));
    expect(() => verifyThreshold(message, [{ keyid: "", sig: text }], trust)).toThrow(
      new TypeError('"sig" expected Uint8Array, got String'),
    );
  });

  it("gives errors of its module", () => {
    expect(errorOf(() => verifyThreshold(message, [], trust))).toBeInstanceOf(SigningError);
  });
});

describe("the work of a threshold", () => {
  const three: TrustedKeys = { keys: edwards.map(({ key }) => key), threshold: 1 };
  const nameless = signatureOf(edwards[2]!, "");
  const stranger = { keyid: "stranger", sig: new Uint8Array(64) };

  it("is bounded by checks, at least one for each signature", () => {
    expect(verdict([nameless, stranger], three, { maxChecks: 4 })).toMatchObject({ signedBy: [edwards[2]!.key.keyId] });
    for (const maxChecks of [3, 0, -1, Number.NaN]) {
      const provider = countingProvider();
      expect(
        errorOf(() => verifyThreshold(message, [nameless, stranger], three, { maxChecks, provider })),
      ).toMatchObject({
        code: "ERR_SIGNING_TOO_MANY_SIGNATURES",
        path: "/signatures",
        message: `Cannot check signatures: 4 checks are needed, ${maxChecks} allowed`,
        details: { checks: 4, maxChecks },
      });
      expect(provider.asked).toBe(0);
    }
  });

  it("is bounded by bytes, none for unknown key ids", () => {
    const most = 3 * message.length;
    expect(verdict([nameless, stranger], three, { maxCheckedBytes: most })).toMatchObject({
      ignored: [{ code: "unknown_key" }],
    });
    for (const maxCheckedBytes of [most - 1, 0, Number.NaN]) {
      const provider = countingProvider();
      const refused = errorOf(() =>
        verifyThreshold(message, [nameless, stranger], three, { maxCheckedBytes, provider }),
      );
      expect(refused).toMatchObject({
        code: "ERR_SIGNING_TOO_MANY_BYTES",
        path: "/signatures",
        message: `Cannot check signatures: ${most} bytes would be hashed, ${maxCheckedBytes} allowed`,
        details: { checkedBytes: most, maxCheckedBytes },
      });
      expect(provider.asked).toBe(0);
    }
  });

  it("is 64 checks and 128 MiB when nothing else is said", () => {
    const provider = countingProvider(false);
    const large = new Uint8Array(4 * 1024 * 1024);
    const signatures = (count: number) => Array.from({ length: count }, () => signatureOf(edwards[0]!));
    const codeOf = (text: Uint8Array, count: number) =>
      errorOf(() => verifyThreshold(text, signatures(count), three, { provider })).code;
    expect(codeOf(message, 64)).toBe("ERR_SIGNING_THRESHOLD");
    expect(codeOf(message, 65)).toBe("ERR_SIGNING_TOO_MANY_SIGNATURES");
    expect(codeOf(large, 32)).toBe("ERR_SIGNING_THRESHOLD");
    expect(codeOf(large, 33)).toBe("ERR_SIGNING_TOO_MANY_BYTES");
  });
});

describe("laws", () => {
  /** A signature by its author, whether it is good, and the key id that it claims: its own, another's, none, an unknown one. */
  const claim = fc.record({
    author: fc.integer({ min: 0, max: members.length - 1 }),
    isGood: fc.boolean(),
    hint: fc.integer({ min: -2, max: members.length - 1 }),
  });
  const claims = fc.array(claim, { maxLength: 9 });
  const scenario = fc.record({
    claims,
    trusted: fc.subarray([...members.keys()], { minLength: 1 }),
    threshold: fc.integer({ min: 1, max: 4 }),
  });
  type Claim = { author: number; isGood: boolean; hint: number };

  const toSignature = ({ author, isGood, hint }: Claim): HintedSignature => ({
    keyid: hint === -2 ? "" : hint === -1 ? "stranger" : members[hint]!.key.keyId,
    sig: (isGood ? good : bad).get(members[author]!)!,
  });
  const accepts = (list: readonly Claim[], trusted: readonly number[], threshold: number): boolean => {
    const keys = trusted.map((index) => members[index]!.key);
    return typeof verdict(list.map(toSignature), { keys, threshold }, { maxChecks: 1_000 }) !== "string";
  };

  it("the verdict is that of a simple model", () => {
    fc.assert(
      fc.property(scenario, ({ claims: list, trusted, threshold }) => {
        const signers = list
          .filter(({ author, isGood, hint }) => isGood && trusted.includes(author) && (hint === author || hint === -2))
          .map(({ author }) => author);
        const model = threshold <= trusted.length && new Set(signers).size >= threshold;
        expect(accepts(list, trusted, threshold)).toBe(model);
      }),
    );
  });

  it("order does not matter", () => {
    fc.assert(
      fc.property(scenario, fc.infiniteStream(fc.nat()), ({ claims: list, trusted, threshold }, numbers) => {
        const keyed = list.map((item) => ({ item, at: numbers.next().value as number }));
        const shuffled = keyed.sort((left, right) => left.at - right.at).map(({ item }) => item);
        expect(accepts(shuffled, trusted, threshold)).toBe(accepts(list, trusted, threshold));
      }),
    );
  });

  it("one signature more never turns acceptance into refusal, and a worthless one never the other way", () => {
    fc.assert(
      fc.property(scenario, claim, ({ claims: list, trusted, threshold }, more) => {
        const before = accepts(list, trusted, threshold);
        if (before) expect(accepts([...list, more], trusted, threshold)).toBe(true);
        const worthless = { ...more, isGood: false };
        expect(accepts([...list, worthless], trusted, threshold)).toBe(before);
        expect(accepts([...list, { ...more, hint: -1 }], trusted, threshold)).toBe(before);
      }),
    );
  });

  it("one signature less never turns refusal into acceptance", () => {
    fc.assert(
      fc.property(scenario, fc.nat(), ({ claims: list, trusted, threshold }, at) => {
        fc.pre(list.length > 0);
        const fewer = list.filter((_, index) => index !== at % list.length);
        if (!accepts(list, trusted, threshold)) expect(accepts(fewer, trusted, threshold)).toBe(false);
      }),
    );
  });

  it("any other byte in the message is refused", () => {
    const signatures = members.map((member) => signatureOf(member));
    fc.assert(
      fc.property(fc.nat(message.length - 1), fc.integer({ min: 1, max: 255 }), (at, change) => {
        const changed = Uint8Array.from(message);
        changed[at]! ^= change;
        const { details } = errorOf(() => verifyThreshold(changed, signatures, { ...trust, threshold: 1 }));
        expect(details?.["signedBy"]).toEqual([]);
      }),
      { numRuns: 40 },
    );
  });
});

/** A signature of the message by the RSA key with a salt of another length. */
function signWithSalt(length: number): Uint8Array {
  const encoded = encodePss("rsassa-pss-sha256", message, 2047, { salt: new Uint8Array(length) });
  return rawSign(pairOf([0, 1]), BigInt(`0x${Buffer.from(encoded).toString("hex")}`));
}
