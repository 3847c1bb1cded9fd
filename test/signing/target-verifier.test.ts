/** A downloaded target against what signed metadata lists for it. */

import { createHash as nodeHash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  concatBytes,
  defaultHashProvider,
  type HashProvider,
  pureHashProvider,
  utf8ToBytes,
} from "../../src/core/index.ts";
import {
  createTargetVerifier,
  type ExpectedTarget,
  type TargetVerifier,
  type VerifiedTarget,
  verifyTarget,
} from "../../src/signing/index.ts";
import { errorOf } from "./fixture.ts";

const hashProviders: readonly HashProvider[] = [defaultHashProvider, pureHashProvider];

const abc = utf8ToBytes("abc");
/** FIPS 180-4 examples for "abc". */
const sha256 = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
const sha512 =
  "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f";
const clause = "TUF 1.0.34 section 5.7.3";

/** What metadata would list for bytes, by another implementation of the hashes. */
function listingOf(bytes: Uint8Array): { readonly length: number; readonly hashes: Record<string, string> } {
  const hex = (name: string): string => nodeHash(name).update(bytes).digest("hex");
  return { length: bytes.length, hashes: { sha256: hex("sha256"), sha512: hex("sha512") } };
}

/** The verdict as text: what was accepted, or the refusal with everything that it says. */
function verdictOf(check: () => VerifiedTarget): string {
  try {
    return `accepted ${JSON.stringify(check())}`;
  } catch (error) {
    return JSON.stringify(error);
  }
}

function pushAll(verifier: TargetVerifier, chunks: readonly Uint8Array[]): VerifiedTarget {
  for (const chunk of chunks) verifier.push(chunk);
  return verifier.finish();
}

describe("a target that is as listed", () => {
  it.each(hashProviders)("is verified, with what was compared ($name)", (provider) => {
    const verified = verifyTarget(abc, { length: 3, hashes: { sha512, sha256 } }, { provider });
    expect(verified).toEqual({ length: 3, hashes: { sha256, sha512 } });
    expect(Object.isFrozen(verified) && Object.isFrozen(verified.hashes)).toBe(true);
  });

  it("may list one known algorithm and any unknown ones", () => {
    const unknown = { blake3: "00", md5: sha256, SHA256: "x" };
    expect(verifyTarget(abc, { length: 3, hashes: { ...unknown, sha256 } }).hashes).toEqual({ sha256 });
    expect(verifyTarget(abc, { length: 3, hashes: { ...unknown, sha512 } }).hashes).toEqual({ sha512 });
  });

  it("may be empty", () => {
    const nothing = new Uint8Array(0);
    expect(verifyTarget(nothing, listingOf(nothing)).length).toBe(0);
    expect(createTargetVerifier(listingOf(nothing), { maxBytes: 0 }).finish().length).toBe(0);
  });

  it("may fill the room exactly, and with an unknown length leave some", () => {
    expect(verifyTarget(abc, { length: 3, hashes: { sha256 } }, { maxBytes: 3 }).length).toBe(3);
    expect(pushAll(createTargetVerifier({ hashes: { sha256 } }, { maxBytes: 9 }), [abc]).length).toBe(3);
    expect(verifyTarget(abc, { hashes: { sha256 } }).length).toBe(3);
    expect(verifyTarget(abc, { hashes: { sha256 } }, { maxBytes: 3 }).length).toBe(3);
  });
});

describe("a target that is not as listed", () => {
  it("is too long from the first byte that is too many", () => {
    const verifier = createTargetVerifier({ length: 3, hashes: { sha256 } });
    expect([verifier.push(abc), verifier.push(new Uint8Array(0))]).toEqual(["ok", "ok"]);
    expect([verifier.push(abc.subarray(0, 1)), verifier.push(new Uint8Array(0))]).toEqual(["too_long", "too_long"]);
    expect(errorOf(() => verifier.finish())).toMatchObject({
      name: "SigningError",
      code: "ERR_SIGNING_TARGET_LENGTH",
      message: "Cannot accept target: it has more than 3 bytes",
      path: "/length",
      details: {
        reasons: [
          {
            code: "target_too_long",
            message: "The target has more than 3 bytes",
            path: "/length",
            clause,
            evidence: { most: 3 },
          },
        ],
      },
    });
  });

  it("is not hashed any further once it is too long", () => {
    let hashed = 0;
    const counting: HashProvider = {
      ...pureHashProvider,
      create(algorithm) {
        const hash = pureHashProvider.create(algorithm);
        return {
          update(bytes) {
            hashed += bytes.length;
            hash.update(bytes);
            return this;
          },
          digest: () => hash.digest(),
        };
      },
    };
    const verifier = createTargetVerifier({ length: 3, hashes: { sha256 } }, { provider: counting });
    for (let left = 3; left > 0; left--) verifier.push(new Uint8Array(2));
    expect(hashed).toBe(2);
  });

  it("says what is short and every hash that differs, the length first", () => {
    const error = errorOf(() => verifyTarget(abc.subarray(0, 2), { length: 3, hashes: { sha256, sha512 } }));
    expect(error).toMatchObject({
      code: "ERR_SIGNING_TARGET_LENGTH",
      message: "Cannot accept target: it has 2 bytes of 3",
      path: "/length",
    });
    const short = listingOf(abc.subarray(0, 2)).hashes;
    expect(error.details).toEqual({
      reasons: [
        {
          code: "target_too_short",
          message: "The target has 2 bytes of 3",
          path: "/length",
          clause,
          evidence: { expected: 3, received: 2 },
        },
        {
          code: "target_hash_mismatch",
          message: "The target has another sha256",
          path: "/hashes/sha256",
          clause,
          evidence: { expected: sha256, found: short["sha256"] },
        },
        {
          code: "target_hash_mismatch",
          message: "The target has another sha512",
          path: "/hashes/sha512",
          clause,
          evidence: { expected: sha512, found: short["sha512"] },
        },
      ],
    });
  });

  it.each(["sha256", "sha512"] as const)("is refused when %s alone differs", (algorithm) => {
    const hashes = { sha256, sha512, [algorithm]: { sha256, sha512 }[algorithm].replace(/^./, "0") };
    expect(errorOf(() => verifyTarget(abc, { length: 3, hashes }))).toMatchObject({
      code: "ERR_SIGNING_TARGET_HASH",
      message: `Cannot accept target: it has another ${algorithm}`,
      path: `/hashes/${algorithm}`,
      details: { reasons: [{ code: "target_hash_mismatch", path: `/hashes/${algorithm}` }] },
    });
  });

  it("is refused above the cap where no length is listed", () => {
    const verifier = createTargetVerifier({ hashes: { sha256 } }, { maxBytes: 2 });
    expect(verifier.push(abc)).toBe("too_long");
    expect(errorOf(() => verifier.finish())).toMatchObject({
      code: "ERR_SIGNING_TARGET_LENGTH",
      message: "Cannot accept target: it has more than 2 bytes",
    });
    expect(errorOf(() => verifyTarget(abc, { hashes: { sha256 } }, { maxBytes: 2 }))).toMatchObject({
      code: "ERR_SIGNING_TARGET_LENGTH",
    });
  });

  it("is refused when the provider answers with no digest, or a cut one", () => {
    const lying = (digest: unknown): HashProvider => ({
      ...pureHashProvider,
      create: (algorithm) =>
        ({ ...pureHashProvider.create(algorithm), update: () => {}, digest: () => digest }) as never,
    });
    const check = (digest: unknown) => () =>
      verifyTarget(abc, { length: 3, hashes: { sha256 } }, { provider: lying(digest) });
    expect(check(Promise.resolve(abc))).toThrow(new TypeError('"digest" expected Uint8Array, got Promise'));
    expect(errorOf(check(new Uint8Array(0)))).toMatchObject({ code: "ERR_SIGNING_TARGET_HASH" });
  });
});

describe("metadata that cannot be checked against", () => {
  it.each<[string, unknown, string]>([
    ["no hash", {}, "it lists neither sha256 nor sha512"],
    ["unknown algorithms alone", { blake3: "00", sha1: "00" }, "it lists neither sha256 nor sha512"],
    ["inherited names alone", Object.create({ sha256 }), "it lists neither sha256 nor sha512"],
    [
      "prototype names",
      JSON.parse(`{"__proto__":{"sha256":"${sha256}"},"constructor":"x"}`),
      "it lists neither sha256 nor sha512",
    ],
    ["no object of hashes", null, "its hashes are no object"],
    ["text for hashes", sha256, "its hashes are no object"],
  ])("is refused before any byte: %s", (_, hashes, what) => {
    const expected = { length: 3, hashes } as ExpectedTarget & { length: number };
    expect(errorOf(() => createTargetVerifier(expected))).toMatchObject({
      name: "SigningError",
      code: "ERR_SIGNING_TARGET_UNVERIFIABLE",
      message: `Cannot check target: ${what}`,
      path: "/hashes",
    });
  });

  it.each<[string, unknown]>([
    ["upper case", sha256.toUpperCase()],
    ["too short", sha256.slice(1)],
    ["too long", `${sha256}0`],
    ["a line end", `${sha256.slice(1)}\n`],
    ["no text", [sha256]],
    ["undefined", undefined],
  ])("is refused for a malformed digest beside a good one: %s", (_, digest) => {
    const hashes = { sha256: digest, sha512 } as Record<string, string>;
    expect(errorOf(() => createTargetVerifier({ length: 3, hashes }))).toMatchObject({
      code: "ERR_SIGNING_TARGET_UNVERIFIABLE",
      message: "Cannot check target: its sha256 is not 64 lower-case hexadecimal digits",
      path: "/hashes/sha256",
    });
  });

  it("is refused for a sha512 of another length", () => {
    expect(errorOf(() => createTargetVerifier({ length: 3, hashes: { sha512: sha256 } }))).toMatchObject({
      code: "ERR_SIGNING_TARGET_UNVERIFIABLE",
      message: "Cannot check target: its sha512 is not 128 lower-case hexadecimal digits",
      path: "/hashes/sha512",
    });
  });

  it.each([-1, 1.5, Number.NaN, 2 ** 53, "3", null])("is refused for the length %s", (length) => {
    const expected = { length, hashes: { sha256 } } as ExpectedTarget & { length: number };
    expect(errorOf(() => createTargetVerifier(expected))).toMatchObject({
      code: "ERR_SIGNING_TARGET_LENGTH",
      message: "Cannot check target: its length is no integer >= 0",
      path: "/length",
    });
  });

  it("is refused for a length above the room there is", () => {
    const expected = { length: 4, hashes: { sha256 } };
    expect(errorOf(() => createTargetVerifier(expected, { maxBytes: 3 }))).toMatchObject({
      code: "ERR_SIGNING_TARGET_LENGTH",
      message: "Cannot accept target: it has 4 bytes, 3 are allowed",
      path: "/length",
      details: { length: 4, maxBytes: 3 },
    });
  });
});

describe("a mistake of the caller", () => {
  const expected = { length: 3, hashes: { sha256 } };

  it("is an unknown length without a cap", () => {
    // @ts-expect-error the types ask for one, too
    expect(() => createTargetVerifier({ hashes: { sha256 } })).toThrow(
      new TypeError('"maxBytes" expected integer >= 0 for a target without length'),
    );
  });

  it.each([-1, 0.5, Number.NaN])("is a cap of %s", (maxBytes) => {
    expect(() => createTargetVerifier(expected, { maxBytes })).toThrow(
      new RangeError(`"maxBytes" expected integer >= 0, got ${maxBytes}`),
    );
  });

  it("is a use after the end, whatever the verdict was", () => {
    const over = new TypeError("Cannot use target verifier: it has finished");
    for (const bytes of [abc, new Uint8Array(0)]) {
      const verifier = createTargetVerifier(expected);
      verifier.push(bytes);
      verdictOf(() => verifier.finish());
      expect(() => verifier.push(abc)).toThrow(over);
      expect(() => verifier.finish()).toThrow(over);
    }
  });

  it("is a chunk that is no Uint8Array", () => {
    const verifier = createTargetVerifier(expected);
    expect(() => verifier.push("abc" as unknown as Uint8Array)).toThrow(
      new TypeError('"chunk" expected Uint8Array, got String'),
    );
    expect(() => verifyTarget("abc" as unknown as Uint8Array, { hashes: { sha256 } })).toThrow(
      new TypeError('"bytes" expected Uint8Array, got String'),
    );
  });

  it("changes nothing when it is a change of what was expected, or of a chunk, afterwards", () => {
    const changing = { length: 3, hashes: { sha256 } };
    const verifier = createTargetVerifier(changing);
    changing.length = 2;
    changing.hashes.sha256 = "0".repeat(64);
    const chunk = Uint8Array.from(abc);
    verifier.push(chunk);
    chunk.fill(0);
    expect(verifier.finish()).toEqual({ length: 3, hashes: { sha256 } });
  });
});

describe("any target", () => {
  const chunks = fc.array(fc.uint8Array({ maxLength: 80 }), { maxLength: 6 });
  const provider = fc.constantFrom(...hashProviders);

  it("has one verdict, however it is cut into chunks", () => {
    const listed = fc.oneof(fc.constant(undefined), fc.uint8Array({ maxLength: 200 }));
    fc.assert(
      fc.property(chunks, listed, provider, (parts, other, chosen) => {
        const whole = concatBytes(...parts);
        const expected = listingOf(other ?? whole);
        const inParts = verdictOf(() => pushAll(createTargetVerifier(expected, { provider: chosen }), parts));
        expect(inParts).toBe(verdictOf(() => verifyTarget(whole, expected)));
        expect(inParts.startsWith("accepted")).toBe(JSON.stringify(listingOf(whole)) === JSON.stringify(expected));
      }),
    );
  });

  it("is refused with any byte changed, removed or added", () => {
    const bytes = fc.uint8Array({ minLength: 1, maxLength: 100 });
    fc.assert(
      fc.property(bytes, fc.nat(), fc.integer({ min: 1, max: 255 }), provider, (whole, place, change, chosen) => {
        const expected = listingOf(whole);
        const at = place % whole.length;
        const flipped = Uint8Array.from(whole);
        flipped[at]! ^= change;
        const codeOf = (bytes: Uint8Array): string =>
          errorOf(() => verifyTarget(bytes, expected, { provider: chosen })).code;
        expect(codeOf(flipped)).toBe("ERR_SIGNING_TARGET_HASH");
        expect(codeOf(whole.subarray(0, at))).toBe("ERR_SIGNING_TARGET_LENGTH");
        expect(codeOf(concatBytes(whole.subarray(0, at), Uint8Array.of(change), whole.subarray(at)))).toBe(
          "ERR_SIGNING_TARGET_LENGTH",
        );
      }),
    );
  });

  it("is refused with any digit of a listed digest or the length changed", () => {
    const bytes = fc.uint8Array({ maxLength: 100 });
    fc.assert(
      fc.property(bytes, fc.nat({ max: 191 }), fc.integer({ min: 1, max: 15 }), (whole, place, change) => {
        const { length, hashes } = listingOf(whole);
        const algorithm = place < 64 ? "sha256" : "sha512";
        const digits = [...hashes[algorithm]!];
        const at = place < 64 ? place : place - 64;
        digits[at] = (Number.parseInt(digits[at]!, 16) ^ change).toString(16);
        const changed = { length, hashes: { ...hashes, [algorithm]: digits.join("") } };
        expect(errorOf(() => verifyTarget(whole, changed))).toMatchObject({
          code: "ERR_SIGNING_TARGET_HASH",
          path: `/hashes/${algorithm}`,
        });
        for (const wrong of [length + change, length - change].filter((value) => value >= 0)) {
          expect(errorOf(() => verifyTarget(whole, { length: wrong, hashes })).code).toBe("ERR_SIGNING_TARGET_LENGTH");
        }
      }),
    );
  });
});
