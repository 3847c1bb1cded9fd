import { describe, expect, it } from "vitest";
import { bytesToHex, encodeJcs, sha256 } from "../../src/core/index.ts";
import {
  attackEvidencePayloadType,
  buildAttackEvidence,
  parseAttackEvidence,
  signAttackEvidence,
  verifyAttackEvidence,
} from "../../src/manifest/index.ts";
import { signDsse, verifyDsse } from "../../src/signing/index.ts";
import { errorOf } from "../error-of.ts";
import { jsonBytes, now, signers, trust } from "./release-fixture.ts";

describe("attack evidence", () => {
  const verdict = {
    decision: "refuse",
    reasons: [{ code: "tuf_equivocation", message: "targets: two contents", attack: "equivocation" }],
  } as const;

  it("holds both contents of an equivocation, signed", async () => {
    const equivocation = { role: "targets", version: 7, files: ["old", "new"] } as const;
    const files = { "director/root.json": new Uint8Array([1, 2, 3]) };
    const evidence = buildAttackEvidence({ verdict, observedAt: now + 999, vehicleId: "veh-1", equivocation, files });
    expect(evidence).toMatchObject({
      schema: "otakit.attack-evidence/1",
      observedAt: "2026-11-01T00:00:00Z",
      vehicleId: "veh-1",
      decision: "refuse",
      reasons: verdict.reasons,
    });
    expect(evidence.files.map(({ name, content }) => [name, content])).toEqual([
      ["targets version 7, content 1", "b2xk"],
      ["targets version 7, content 2", "bmV3"],
      ["director/root.json", "AQID"],
    ]);
    const envelope = await signAttackEvidence(evidence, signers.slice(0, 2));
    const { payload } = verifyDsse(envelope, trust, { payloadType: attackEvidencePayloadType });
    expect(payload).toEqual(encodeJcs(evidence));
  });

  it("keeps the digest alone of what is long, and stays within bounds", () => {
    const files = Object.fromEntries(
      Array.from({ length: 9 }, (_, index) => [`f${index}`, new Uint8Array(index === 0 ? 1_048_577 : 1_048_576)]),
    );
    const evidence = buildAttackEvidence({ verdict, observedAt: now, files });
    expect(evidence.files.map(({ content }) => content !== undefined)).toEqual([
      false,
      ...Array(5).fill(true),
      ...Array(3).fill(false),
    ]);
    expect(evidence.files[0]).toMatchObject({ length: 1_048_577, sha256: expect.stringMatching(/^[0-9a-f]{64}$/) });
  });

  it("is JSON whatever a reason carries", () => {
    const reasons = [
      { code: "time_unknown", message: "x", evidence: { found: Number.NaN, big: 2n ** 70n, none: undefined } },
    ] as const;
    const { reasons: plain } = buildAttackEvidence({ verdict: { decision: "unknown", reasons }, observedAt: now });
    expect(plain[0]).toEqual({
      code: "time_unknown",
      message: "x",
      evidence: { found: "NaN", big: "1180591620717411303424" },
    });
  });

  it("is bounded, readable and signed, whatever an ECU said", async () => {
    const deep: { inner?: object } = {};
    deep.inner = deep;
    const hostile = {
      code: "installed_below_floor",
      message: `half a pair: \ud800, a pair: \u{1f697}, ${"\u0000".repeat(1e6)}`,
      evidence: {
        lone: "\udc00".repeat(1e6),
        ["\ud800"]: 1,
        list: Array.from({ length: 1e5 }, () => "\u0001".repeat(1e4)),
        deep,
        act: () => 1,
      },
    } as const;
    const reasons = Array.from({ length: 300 }, () => hostile);
    const files = Object.fromEntries(Array.from({ length: 1200 }, (_, index) => [`\udc00${index}`, new Uint8Array(9)]));
    const full = Object.fromEntries(Array.from({ length: 8 }, (_, index) => [`f${index}`, new Uint8Array(1_048_576)]));
    const evidence = buildAttackEvidence({
      verdict: { decision: "refuse", reasons },
      observedAt: now,
      files: { ...full, ...files },
    });
    expect([evidence.reasons.length, evidence.files.length]).toEqual([100, 1000]);
    expect(evidence.reasons[0]!["message"]).toMatch(/^half a pair: \ufffd, a pair: \u{1f697}, /u);
    expect(JSON.stringify(evidence.reasons).length).toBeLessThan(100 * 6 * 10_000);
    expect(evidence.files[8]!.name).toBe("\ufffd0");
    const envelope = await signAttackEvidence(evidence, signers.slice(0, 2));
    expect(verifyAttackEvidence(envelope, trust).evidence).toEqual(evidence);
  });

  it("keeps the members of a reason in their order, as deep as reasons are", () => {
    const reason = { code: "time_unknown", message: "x", evidence: { list: [1, [true, null], { a: "b" }], half: 0.5 } };
    const verdict = { decision: "unknown", reasons: [reason as never] };
    expect(buildAttackEvidence({ verdict, observedAt: now }).reasons).toEqual([
      { ...reason, evidence: { ...reason.evidence, half: "0.5" } },
    ]);
  });

  it("is not signed when nobody could read it", async () => {
    const evidence = buildAttackEvidence({ verdict, observedAt: now, vehicleId: "no identifier" });
    await expect(signAttackEvidence(evidence, signers)).rejects.toMatchObject({
      code: "ERR_MANIFEST_SCHEMA",
      path: "/vehicleId",
    });
  });

  it("names the repository of two contents", () => {
    const equivocation = { repository: "director", role: "targets", version: 7, files: ["old", "new"] } as const;
    const { files } = buildAttackEvidence({ verdict, observedAt: now, equivocation });
    expect(files.map(({ name }) => name)).toEqual([
      "director targets version 7, content 1",
      "director targets version 7, content 2",
    ]);
  });
});

describe("attack evidence that arrives", () => {
  const file = new Uint8Array([1, 2, 3]);
  const evidence = buildAttackEvidence({
    verdict: { decision: "refuse", reasons: [{ code: "tuf_expired", message: "targets: expired" }] },
    observedAt: now,
    vehicleId: "veh-1",
    files: { "targets.json": file },
  });

  it("is what was signed, by whom it was", async () => {
    const envelope = await signAttackEvidence(evidence, signers.slice(0, 2));
    const verified = verifyAttackEvidence(envelope, trust);
    expect(verified.evidence).toEqual(evidence);
    expect(verified.signedBy).toEqual(signers.slice(0, 2).map(({ publicKey }) => publicKey.keyId));
    expect(verified.digest).toBe(bytesToHex(sha256(encodeJcs(evidence))));
    expect(Object.isFrozen(verified.evidence.files)).toBe(true);
    const alone = await signAttackEvidence(evidence, signers.slice(0, 1));
    expect(errorOf(() => verifyAttackEvidence(alone, trust))).toMatchObject({ code: "ERR_SIGNING_THRESHOLD" });
    const other = await signDsse("application/json", encodeJcs(evidence), signers);
    expect(errorOf(() => verifyAttackEvidence(other, trust))).toMatchObject({ code: "ERR_SIGNING_DSSE_PAYLOAD_TYPE" });
    expect(errorOf(() => verifyAttackEvidence(envelope, trust, { limits: { maxBytes: 99 } }))).toMatchObject({
      code: "ERR_CORE_LIMIT",
    });
  });

  it("may be as long as evidence gets", async () => {
    const files = Object.fromEntries(Array.from({ length: 6 }, (_, index) => [`f${index}`, new Uint8Array(1_048_576)]));
    const long = buildAttackEvidence({ verdict: { decision: "refuse", reasons: [] }, observedAt: now, files });
    const envelope = await signAttackEvidence(long, signers);
    expect(verifyAttackEvidence(envelope, trust).evidence.files).toHaveLength(6);
  });

  it.each([
    ["another kind", { schema: "otakit.attack-evidence/2" }, "ERR_MANIFEST_SCHEMA_VERSION", "/schema"],
    ["no time", { observedAt: "yesterday" }, "ERR_MANIFEST_SCHEMA", "/observedAt"],
    ["reasons that are none", { reasons: ["x"] }, "ERR_MANIFEST_SCHEMA", "/reasons/0"],
    ["a file without a digest", { files: [{ name: "x", length: 1 }] }, "ERR_MANIFEST_SCHEMA", "/files/0/sha256"],
    ["no base64", { files: [{ ...evidence.files[0], content: "?" }] }, "ERR_MANIFEST_SCHEMA", "/files/0/content"],
    ["another length", { files: [{ ...evidence.files[0], length: 4 }] }, "ERR_MANIFEST_SCHEMA", "/files/0/length"],
    [
      "another content",
      { files: [{ ...evidence.files[0], content: "AQIE" }] },
      "ERR_MANIFEST_SCHEMA",
      "/files/0/sha256",
    ],
  ])("is refused as %s", (_, change, code, path) => {
    expect(errorOf(() => parseAttackEvidence(jsonBytes({ ...evidence, ...change })))).toMatchObject({ code, path });
  });

  it("may leave a long file out", () => {
    const files = [{ name: "x", sha256: "a".repeat(64), length: 9 }];
    expect(parseAttackEvidence(jsonBytes({ ...evidence, files })).files).toEqual(files);
  });
});
