import { describe, expect, it } from "vitest";
import { encodeJcs } from "../../src/core/index.ts";
import {
  attackEvidencePayloadType,
  buildAttackEvidence,
  createUpdateFloors,
  decideUpdate,
  explainVerdict,
  signAttackEvidence,
  type VerdictReason,
} from "../../src/manifest/index.ts";
import { verifyDsse } from "../../src/signing/index.ts";
import { now, signers, trust, verifiedReleaseOf } from "./release-fixture.ts";
import { TestPair, TestPrimary } from "./uptane/client-fixture.ts";

describe("explainVerdict", () => {
  it("tells a refusal with rule, numbers and what it may be a sign of", async () => {
    const candidate = await verifiedReleaseOf({ releaseCounter: 5, securityEpoch: 2 });
    const floors = createUpdateFloors({ "gw-1": { releaseCounter: 7, securityEpoch: 3 } });
    const ecus = [{ ecuId: "gw-1", hardwareId: "gateway-b" }];
    expect(explainVerdict(decideUpdate({ candidate, ecus, floors, now }))).toBe(
      "Refused: nothing was changed, and nothing may be installed from it. " +
        'ECU "gw-1": release counter 5 is below the floor 7. The rule is Uptane 2.1.0 5.4.3.4. ' +
        "Found: floor 7, found 5. This can be a sign of somebody who wants older software installed, with its known weaknesses. " +
        'Besides: ECU "gw-1": security epoch 2 is below the floor 3; ECU "gw-1": the installed image is not known.',
    );
  });

  it("names repository and role of an Uptane refusal", async () => {
    const pair = await new TestPair().publish();
    const primary = new TestPrimary(pair);
    pair.image.files.delete("timestamp.json");
    const step = primary.verify(pair);
    const text = explainVerdict(step);
    expect(text).toContain("It concerns Image repository, role timestamp.");
    expect(text).toContain("This can be a sign of somebody who withholds newer metadata.");
  });

  it.each([
    ["install", "The update may be installed."],
    ["needs", "Not decided: something must be fetched first."],
    ["toString", 'The answer is "toString".'],
  ])("knows the word %s, and no reasons", (decision, text) => {
    expect(explainVerdict({ decision, reasons: [] })).toBe(text);
  });

  it("stays one paragraph, however many reasons there are", () => {
    const reason: VerdictReason = { code: "time_unknown", message: "No time." };
    const text = explainVerdict({ decision: "unknown", reasons: Array(1000).fill(reason) });
    expect(text).toMatch(/No time\. Besides: (No time; ){5}and 994 more\.$/);
  });
});

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
      ["targets version 7, content 1", "bmV3"],
      ["targets version 7, content 2", "b2xk"],
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
});
