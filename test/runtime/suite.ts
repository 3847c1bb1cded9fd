/**
 * What must hold on every runtime, checked through the public entry points with known answers. Uses the language alone: no test
 * framework, no `node:` import; `check.ts` has the assertions.
 */

import * as otakit from "otakit";
import { bucketOf, campaignSalt, ringThreshold } from "otakit/cohort";
import {
  bytesToHex,
  createHash,
  defaultHashProvider,
  encodeJcs,
  hexToBytes,
  parseStrictJson,
  pureHashProvider,
  sha256,
  sha512,
  utf8ToBytes,
} from "otakit/core";
import {
  applyPatchSync,
  createMemorySink,
  type DeltaBackend,
  deltaBackend,
  initDelta,
  makeBsdiff40Patch,
  makePatch,
  readAtFromBytes,
} from "otakit/delta";
import { createUpdateFloors, decideUpdate, signRelease, verifyRelease } from "otakit/manifest";
import {
  createLocalSigner,
  defaultSignatureProvider,
  encodePublicKeyJwk,
  encodePublicKeyPem,
  encodeTufKey,
  hmacSha256,
  isValidEd25519,
  isValidSignature,
  parsePublicKey,
  parseTufKey,
  pureSignatureProvider,
  signDsse,
  verifyDsse,
} from "otakit/signing";
import { createGoTest, createStopTest, goBoundary, logEGo, logEStop, stopBoundary } from "otakit/statistics";
import { decodeResponse, formatDtc } from "otakit/uds";
import { DoipSplitter, decodeDoip, encodeDoip } from "otakit/uds/doip";
import { createFaultState, faultSummary, parseFaultEvent, reduceFaults, toFaultReport } from "otakit/uds/events";
import { decodeIsoTpFrame } from "otakit/uds/isotp";
import { decodeJ1939Message } from "otakit/uds/j1939";
import { decodeObdResponse } from "otakit/uds/obd";
import { seededRandom } from "../../scripts/random.ts";
import { architectures, assemble } from "../delta/otadelta/assemble.ts";
import { imagesOfTypes } from "../delta/type-tables.ts";
import { ecdsaEdgeInputs } from "../signing/ecdsa-inputs.ts";
import { craftedSignatures, pairOf } from "../signing/rsa-inputs.ts";
import { assertClose, assertEqual, assertRefused, type RuntimeCheck } from "./check.ts";
import { rolloutGateChecks } from "./rollout-gate.ts";

/**
 * All checks; `provider` is the name of the providers that must be the runtime's default, `backend` what must apply patches, `module`
 * a compiled module where the runtime imports one.
 */
export function runtimeChecks(provider: string, backend: DeltaBackend, module?: object): readonly RuntimeCheck[] {
  const checks: RuntimeCheck[] = [];
  const check = (subpath: string, what: string, run: RuntimeCheck["run"]): number =>
    checks.push({ subpath, what, run });

  check("otakit", "has every module as a namespace", () => {
    assertEqual(otakit.core.bytesToHex(otakit.core.sha256(new Uint8Array())), emptySha256);
    assertEqual(otakit.uds.formatDtc(0x042016), "P0420-16");
  });

  check("otakit/core", "the default hash provider is the runtime's", () => {
    assertEqual(defaultHashProvider.name, provider);
  });
  for (const hashProvider of [defaultHashProvider, pureHashProvider]) {
    const { name } = hashProvider;
    check("otakit/core", `SHA-2 known answers (${name})`, () => {
      assertEqual(bytesToHex(sha256(new Uint8Array(), hashProvider)), emptySha256);
      assertEqual(bytesToHex(sha256(utf8ToBytes("abc"), hashProvider)), abcSha256);
      assertEqual(bytesToHex(sha512(utf8ToBytes("abc"), hashProvider)), abcSha512);
    });
    check("otakit/core", `SHA-256 of a million letters in chunks (${name})`, () => {
      const hash = createHash("sha256", hashProvider);
      const chunk = new Uint8Array(997).fill(0x61);
      let left = 1_000_000;
      for (; left >= chunk.length; left -= chunk.length) hash.update(chunk);
      assertEqual(bytesToHex(hash.update(chunk.subarray(0, left)).digest()), millionSha256);
    });
  }
  check("otakit/core", "strict JSON refuses what readers disagree about", () => {
    assertRefused(() => parseStrictJson(utf8ToBytes('{"a":1,"a":2}')), "ERR_CORE_JSON_DUPLICATE_KEY");
    assertRefused(() => parseStrictJson(utf8ToBytes("[1.5]")), "ERR_CORE_JSON_NOT_INTEGER");
    assertRefused(() => parseStrictJson(utf8ToBytes("[9007199254740992]")), "ERR_CORE_JSON_UNSAFE_INTEGER");
    assertRefused(() => parseStrictJson(utf8ToBytes("\ufeff[]")), "ERR_CORE_JSON_BOM");
    assertRefused(() => parseStrictJson(Uint8Array.of(0x22, 0xff, 0x22)), "ERR_CORE_UTF8");
    assertEqual(Object.keys(parseStrictJson(utf8ToBytes('{"__proto__":[]}')) as object), ["__proto__"]);
  });
  check("otakit/core", "canonical JSON sorts and escapes", () => {
    assertEqual(bytesToHex(encodeJcs({ b: "\n", a: [1, true] })), bytesToHex(utf8ToBytes('{"a":[1,true],"b":"\\n"}')));
  });

  check("otakit/signing", "the default signature provider is the runtime's", () => {
    assertEqual(defaultSignatureProvider.name, provider);
  });
  for (const signatureProvider of [defaultSignatureProvider, pureSignatureProvider]) {
    const { name } = signatureProvider;
    check("otakit/signing", `Ed25519 of RFC 8032 section 7.1 test 2 (${name})`, async () => {
      const signer = createLocalSigner(rfc8032.seed, { provider: signatureProvider });
      assertEqual(bytesToHex(await signer.sign(rfc8032.message)), bytesToHex(rfc8032.signature));
      const valid = (key: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean =>
        isValidEd25519(key, message, signature, signatureProvider);
      assertEqual(valid(rfc8032.publicKey, rfc8032.message, rfc8032.signature), true);
      assertEqual(valid(rfc8032.publicKey, Uint8Array.of(0x73), rfc8032.signature), false);
      for (const at of [0, 31, 32, 63]) {
        assertEqual(valid(rfc8032.publicKey, rfc8032.message, flipBit(rfc8032.signature, at)), false);
      }
      // The neutral element as A and R makes the equation true for S = 0; the strict rule refuses it.
      const neutral = Uint8Array.of(1, ...new Uint8Array(31));
      assertEqual(valid(neutral, rfc8032.message, Uint8Array.of(...neutral, ...new Uint8Array(32))), false);
    });
    check("otakit/signing", `ECDSA of RFC 6979 appendices A.2.5 and A.2.6, and at the edges (${name})`, () => {
      for (const { scheme, compressed, signature } of rfc6979) {
        const key = parsePublicKey(compressed, { scheme });
        const options = { provider: signatureProvider, ecdsaEncoding: "p1363" } as const;
        assertEqual(isValidSignature(key, utf8ToBytes("sample"), signature, options), true);
        assertEqual(isValidSignature(key, utf8ToBytes("simple"), signature, options), false);
        const next = ecdsaEdgeInputs(scheme, seededRandom(scheme));
        for (let left = 120; left > 0; left--) {
          const { kind, key, message, signature, ecdsaEncoding, valid } = next();
          const verdict = isValidSignature(key, message, signature, { provider: signatureProvider, ecdsaEncoding });
          assertEqual([kind, verdict], [kind, valid]);
        }
      }
    });
    check("otakit/signing", `RSASSA-PSS with crafted encodings (${name})`, () => {
      for (const factors of [
        [0, 1],
        [0, 8],
        [0, 1, 2, 3, 4],
      ]) {
        const inputs = craftedSignatures("rsassa-pss-sha256", pairOf(factors), seededRandom("rsa"));
        for (const { kind, key, message, signature, pssSalt, valid } of inputs) {
          const verdict = isValidSignature(key, message, signature, { provider: signatureProvider, pssSalt });
          assertEqual([kind, verdict], [kind, valid]);
        }
      }
    });
    check("otakit/signing", `DSSE with two of three keys (${name})`, async () => {
      const signers = [1, 2, 3].map((byte) =>
        createLocalSigner(new Uint8Array(32).fill(byte), { provider: signatureProvider }),
      );
      const trust = { keys: signers.map(({ publicKey }) => publicKey), threshold: 2 };
      const options = { payloadType: "text/plain", provider: signatureProvider };
      const payload = utf8ToBytes("release");
      const envelope = await signDsse("text/plain", payload, signers.slice(1), options);
      assertEqual(bytesToHex(verifyDsse(envelope, trust, options).payload), bytesToHex(payload));
      const single = await signDsse("text/plain", payload, signers.slice(2), options);
      assertRefused(() => verifyDsse(single, trust, options), "ERR_SIGNING_THRESHOLD");
    });
  }
  check("otakit/signing", "HMAC-SHA-256 of RFC 4231 test case 1", () => {
    const secret = new Uint8Array(20).fill(0x0b);
    assertEqual(bytesToHex(hmacSha256(secret, utf8ToBytes("Hi There"))), rfc4231);
  });
  check("otakit/signing", "keys of every kind are read in every form", () => {
    for (const { scheme, compressed } of rfc6979) {
      const key = parsePublicKey(compressed, { scheme });
      for (const form of [encodePublicKeyPem(key), JSON.stringify(encodePublicKeyJwk(key))]) {
        assertEqual(parsePublicKey(form), key);
      }
      assertEqual(parseTufKey(encodeTufKey(key), key.keyId), key);
    }
    assertRefused(() => parsePublicKey("02".padEnd(64, "0")), "ERR_SIGNING_KEY_NOT_ON_CURVE");
  });

  check("otakit/manifest", "a release is signed, verified, decided upon, and expires", async () => {
    const signer = createLocalSigner(rfc8032.seed);
    const trust = { keys: [signer.publicKey], threshold: 1 };
    const image = { version: "2", releaseCounter: 2, securityEpoch: 1, length: 1, hashes: { sha256: abcSha256 } };
    const envelope = await signRelease(
      {
        schema: "ota-release/1",
        releaseId: "r2",
        expires: "2026-12-01T00:00:00Z",
        images: [{ hardwareId: "hub", ...image }],
      },
      [signer],
    );
    const now = Date.UTC(2026, 10, 30);
    const candidate = verifyRelease(envelope, trust, { now });
    const installed = { sha256: emptySha256, releaseCounter: 1, securityEpoch: 1 };
    const ecus = [{ ecuId: "hub-1", hardwareId: "hub", installed }];
    const decide = (releaseCounter: number): string => {
      const floors = createUpdateFloors({ "hub-1": { releaseCounter, securityEpoch: 1 } });
      return decideUpdate({ candidate, ecus, floors, now }).decision;
    };
    assertEqual([decide(1), decide(3)], ["install", "refuse"]);
    assertRefused(() => verifyRelease(envelope, trust, { now: Date.UTC(2026, 11, 1) }), "ERR_MANIFEST_EXPIRED");
  });

  check("otakit/delta", `patches are applied by ${backend}, and by what initDelta is given`, () => {
    const found = [deltaBackend()];
    for (const source of [...(module === undefined ? [] : [module]), "typescript" as const, "embedded" as const]) {
      initDelta(source);
      found.push(deltaBackend());
    }
    assertEqual(found, [backend, ...(module === undefined ? [] : ["wasm-simd"]), "typescript", backend]);
  });
  for (const source of module === undefined ? (["embedded", "typescript"] as const) : [module, "typescript" as const]) {
    const how = typeof source === "string" ? source : "compiled module";
    check("otakit/delta", `a patch of Debian's bsdiff applies, and a damaged one does not (${how})`, () => {
      initDelta(source);
      const old = Uint8Array.from({ length: 600 }, (_, index) => index * 7);
      const expected = { oldSha256: sha256(old), newSha256: hexToBytes(bsdiffExample.newSha256), newSize: 609 };
      const options = { expected, limits: { maxOutput: 1_000, maxMemory: 16 << 20 } };
      const patch = hexToBytes(bsdiffExample.patch);
      const sink = createMemorySink();
      applyPatchSync(patch, readAtFromBytes(old), sink, options);
      assertEqual(bytesToHex(sha256(sink.committed!)), bsdiffExample.newSha256);
      const spoiled = createMemorySink();
      assertRefused(() => applyPatchSync(flipBit(patch, 60), readAtFromBytes(old), spoiled, options), /^ERR_DELTA_/);
      assertEqual(spoiled.committed, undefined);
      initDelta("embedded");
    });
  }

  check("otakit/delta", "patches are made the same everywhere, or not at all", () => {
    const random = seededRandom("runtime/delta");
    const old = random.bytes(9_000);
    const image = Uint8Array.from([...old.subarray(4_000), ...random.bytes(50), ...old.subarray(0, 4_100)]);
    const make = (): Uint8Array => makeBsdiff40Patch(old, image);
    if (backend === "typescript") assertRefused(make, "ERR_DELTA_NO_WASM");
    else assertEqual(bytesToHex(sha256(make())), madePatchSha256);
  });

  for (const source of [...(module === undefined ? [] : [module]), "embedded" as const, "typescript" as const]) {
    const how = typeof source === "string" ? source : "compiled module";
    check("otakit/delta", `an otadelta patch applies, and a damaged one does not (${how})`, () => {
      initDelta(source);
      const [old, image] = [assemble(x86Call, false), assemble(x86Call, true)];
      const expected = { oldSha256: sha256(old), newSha256: sha256(image), newSize: image.length };
      const options = { expected, limits: { maxOutput: 1 << 20, maxMemory: 1 << 20 } };
      const sink = createMemorySink();
      const patch = hexToBytes(otadeltaExample);
      applyPatchSync(patch, readAtFromBytes(old), sink, options);
      assertEqual(bytesToHex(sha256(sink.committed!)), bytesToHex(sha256(image)));
      const damaged = flipBit(patch, patch.length - 40);
      assertRefused(
        () => applyPatchSync(damaged, readAtFromBytes(old), createMemorySink(), options),
        /^ERR_DELTA_BLOCK_/,
      );
      initDelta("embedded");
    });
  }

  check("otakit/delta", "references are predicted alike where patches are made and applied", () => {
    const pairs = Object.entries(architectures).map(
      ([name, architecture]) => [name, assemble(architecture, false), assemble(architecture, true)] as const,
    );
    for (const [name, old, image] of [...pairs, ["types by number", ...imagesOfTypes(600)] as const]) {
      const make = (): Uint8Array => makePatch(old, image, { profile: "tiny", blockSize: 1 << 16 });
      if (backend === "typescript") {
        assertRefused(make, "ERR_DELTA_NO_WASM");
        continue;
      }
      const patch = make();
      assertEqual([name, bytesToHex(sha256(patch)).slice(0, 16)], [name, otadeltaPatches[name]]);
      const expected = { oldSha256: sha256(old), newSha256: sha256(image), newSize: image.length };
      for (const source of ["embedded", "typescript"] as const) {
        initDelta(source);
        const sink = createMemorySink();
        const limits = { maxOutput: 1 << 20, maxMemory: 1 << 20 };
        applyPatchSync(patch, readAtFromBytes(old), sink, { expected, limits });
        assertEqual(bytesToHex(sha256(sink.committed!)), bytesToHex(sha256(image)));
      }
      initDelta("embedded");
    }
  });

  check("otakit/uds", "responses decode, and a short one says where it ends", () => {
    const result = decodeResponse(hexToBytes("59027f04201609"));
    assertEqual(result.ok && "dtcs" in result.value && result.value.dtcs[0]?.display, "P0420-16");
    const negative = decodeResponse(hexToBytes("7f1978"));
    assertEqual(negative.ok && negative.value.kind, "negative");
    const short = decodeResponse(hexToBytes("59027f0420"));
    assertEqual(!short.ok && [short.error.code, short.error.offset], ["ERR_UDS_SHORT", 5]);
    assertEqual(formatDtc(0xd00186), "U1001-86");
  });

  check("otakit/uds/events", "faults have their reference names, and fold into a summary", () => {
    const ecu = { addressing: "uds-can", address: 0x7e8 } as const;
    const context = { observedAt: 1, vehicleId: "v-1", ecu, statusMask: 0xff };
    const report = toFaultReport(decodeResponse(hexToBytes("5902ff0420162f")), context);
    const event = parseFaultEvent(JSON.parse(JSON.stringify(report.events[0])));
    assertEqual(event.id, "b593ac065782364e9fc35ff504e18b7e.042016");
    assertEqual(faultSummary(reduceFaults(createFaultState(), [report]).state, { now: 1 }).verdict, "faults");
    assertRefused(() => parseFaultEvent({ ...event, condition: "passive" }), /^ERR_UDS_EVENT$/);
  });

  check("otakit/uds/doip", "messages are cut out of a stream and written again", () => {
    const stream = hexToBytes("02fd00070000000002fd8001000000060e8040101002");
    const split = new DoipSplitter().push(stream);
    const messages = split.ok ? split.value.map((bytes) => decodeDoip(bytes)) : [];
    assertEqual(
      messages.map((result) => (result.ok ? result.value.message : result.error.code)),
      ["aliveCheckRequest", "diagnosticMessage"],
    );
    const last = messages[1]!;
    assertEqual(last.ok && bytesToHex(encodeDoip(last.value)), "02fd8001000000060e8040101002");
  });

  check("otakit/uds/isotp", "the long form of a length", () => {
    const result = decodeIsoTpFrame(hexToBytes("1000ffff00006201"));
    assertEqual(result.ok && result.value.frame === "first" && result.value.length, 0xffff_0000);
  });

  check("otakit/uds/j1939", "a trouble code keeps all its readings, and lamps their own state", () => {
    const result = decodeJ1939Message("DM1", hexToBytes("40ff61021381ffff"));
    const value = result.ok ? result.value : undefined;
    assertEqual([value?.lamps.mil, value?.dtcs[0]?.candidates.map(({ spn }) => spn)], ["on", [198672, 4872, 609]]);
  });

  check("otakit/uds/obd", "parameters have units, and what is not available is no number", () => {
    const result = decodeObdResponse(hexToBytes("410c1af814ffff"));
    if (!result.ok || result.value.kind !== "positive" || result.value.service !== 0x01) throw new Error("not decoded");
    const readings = result.value.parameters.flatMap((parameter) => parameter.readings);
    assertEqual(
      readings.map(({ value, unit }) => [value, unit]),
      [
        [1726, "rpm"],
        [1.275, "V"],
        ["notAvailable", "%"],
      ],
    );
  });

  check("otakit/cohort", "buckets and ring thresholds have their reference values", () => {
    assertEqual(campaignSalt("ota-2026-07"), "192289bceb0360f2");
    assertEqual(bucketOf("192289bceb0360f2", "WVWZZZ1KZAW000001"), 470461254);
    assertEqual(bucketOf(campaignSalt("Kampagne-Ü"), "veh-日本-1"), 2384861487);
    assertEqual([1, 333_333, 1_000_000].map(ringThreshold), [4294, 1431654333, 4294967296]);
  });

  check("otakit/statistics", "e-processes and boundaries have their reference values", () => {
    const stop = createStopTest({ p0: 0.005, pMax: 0.02, alpha: 0.05 });
    const go = createGoTest({ p1: 0.02, beta: 0.05 });
    assertClose(logEStop(40, 2, stop), 2.16643991400729);
    assertClose(logEStop(250, 0, stop), -1.791759469228055);
    assertClose(logEGo(250, 0, go), 3.939341665325417);
    assertClose(logEGo(700, 6, go), 2.049799752127565);
    assertEqual([stopBoundary(1_000, stop), stopBoundary(20_000, stop)], [13, 136]);
    assertEqual([goBoundary(194, go), goBoundary(20_000, go)], [undefined, 333]);
  });

  checks.push(...rolloutGateChecks);
  return checks;
}

const madePatchSha256 = "0fa25e5bc36335a019b4cb571b4779147856aa00a2e3030adbaacfdad848a16a";
const emptySha256 = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
const abcSha256 = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
const abcSha512 =
  "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a" +
  "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f";
const millionSha256 = "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0";

const rfc8032 = {
  seed: hexToBytes("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb"),
  publicKey: hexToBytes("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c"),
  message: hexToBytes("72"),
  signature: hexToBytes(
    "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da" +
      "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
  ),
};

const rfc6979 = [
  {
    scheme: "ecdsa-sha2-nistp256",
    compressed: "0360fed4ba255a9d31c961eb74c6356d68c049b8923b61fa6ce669622e60f29fb6",
    signature: hexToBytes(
      "efd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf3716" +
        "f7cb1c942d657c41d436c7a1b6e29f65f3e900dbb9aff4064dc4ab2f843acda8",
    ),
  },
  {
    scheme: "ecdsa-sha2-nistp384",
    compressed: "02ec3a4e415b4e19a4568618029f427fa5da9a8bc4ae92e02e06aae5286b300c64def8f0ea9055866064a254515480bc13",
    signature: hexToBytes(
      "94edbb92a5ecb8aad4736e56c691916b3f88140666ce9fa73d64c4ea95ad133c81a648152e44acf96e36dd1e80fabe46" +
        "99ef4aeb15f178cea1fe40db2603138f130e740a19624526203b6351d0a3a94fa329c145786e679e7b82c71a38628ac8",
    ),
  },
] as const;

const rfc4231 = "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7";

/** The start of the SHA-256 of the patch for each kind of reference. */
const otadeltaPatches: Readonly<Record<string, string>> = {
  "AArch64 BL": "463b6cdf2d82a906",
  "AArch64 CBZ": "1dba5f6bcf947b81",
  "AArch64 ADRP and ADD": "2b1400c39968be69",
  "AArch64 ADRP and LDR": "fbc76981c4d44d60",
  "ARM BL": "1074c5180340a843",
  "ARM MOVW and MOVT": "6578b919062b6677",
  "Thumb-2 BL": "e5735d6daa081473",
  "x86 CALL": "5323fec2aa81b8a0",
  "x86 LEA relative to RIP": "9bdea383b09384ef",
  "pointers of 64 bits": "25b358a02965383b",
  "pointers of 32 bits": "e8e5f27b63f00b54",
  "relative words": "fc4e93acf1309636",
  "types by number": "6df858579dfc9e26",
};

const x86Call = architectures["x86 CALL"]!;

/** The patch between the images of x86 calls. */
const otadeltaExample =
  "4f544144454c5441010e0c0b030e1080ee0537e481dbad4f47ea48006cb3776af74e5d44067005187dbfdf42f77c457d1d7cb0fc051b8c8024f2" +
  "cf15a9830b0bf0b25b4b3bb5d2b6e94a272aa0fac1bf64ba6267f4010080ee050000b0fc050000000000ff00000000000000ff00000000000000" +
  "0000000080ee05001e2b52340b970b16de42305ab9ae20c699ce2aa71537fbb1511afe93f3a6b3e467c6280bdfb51f1e23ade9f12aa833257e98" +
  "ffffe3639e331a5e4ae8d0fe2b625c47da50498fcbfffffffeca581733a5005a980fb5f229a7c2b1b6cc12026e894a957cbb0dbb87966b9a570c" +
  "ea709e896ae40b4fffb18cd8ed784b7440dbe725d244540b235cecebc83f";

/** Made by Debian's bsdiff 4.3 from 600 bytes `7 n mod 256` with two changed bytes and nine inserted ones. */
const bsdiffExample = {
  newSha256: "8f662f26f117e04afcc59488dcbc81ac5812cddbdea58b2d0701d966f50ac36f",
  patch:
    "42534449464634303b0000000000000033000000000000006102000000000000425a6839314159265359caaf24c1000012704074301800000440" +
    "002000212a7a9ea6688400c1175d19c098461162d1cf8bb9229c28486557926080425a6839314159265359553548d80000004808c10100600008" +
    "00082000310c00941a7a99118502e1e2ee48a70a120aa6a91b00425a683931415926535983ae526f000003998040001000220418002000310c01" +
    "0d31a8d228e9e2ee48a70a121075ca4de0",
};

function flipBit(bytes: Uint8Array, at: number): Uint8Array {
  const flipped = Uint8Array.from(bytes);
  flipped[at]! ^= 1;
  return flipped;
}
