import { describe, expect, it } from "vitest";
import { createUpdateFloors, decideUpdate, explainVerdict, type VerdictReason } from "../../src/manifest/index.ts";
import { now, verifiedReleaseOf } from "./release-fixture.ts";
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
        'Besides: ECU "gw-1": security epoch 2 is below the floor 3; ECU "gw-1": the installed image is not known. ' +
        'Floors: "gw-1": release counter stays 7, security epoch stays 3. ' +
        "If it is wanted, it needs a rollback authorisation.",
    );
  });

  it("tells how the floors rise, of five ECUs at most", async () => {
    const candidate = await verifiedReleaseOf({ releaseCounter: 8, securityEpoch: 4 });
    const ecuIds = ["a", "b", "c", "d", "e", "f", "g"];
    const floor = { releaseCounter: 7, securityEpoch: 3 };
    const floors = createUpdateFloors(Object.fromEntries(ecuIds.map((ecuId) => [ecuId, floor])));
    const installed = { sha256: "a".repeat(64), ...floor };
    const explain = (ids: readonly string[]): string =>
      explainVerdict(
        decideUpdate({
          candidate,
          ecus: ids.map((ecuId) => ({ ecuId, hardwareId: "gateway-b", installed })),
          floors,
          now,
        }),
      );
    const rise =
      "release counter rises from 7 to 8 when it is installed, security epoch rises from 3 to 4 when it is installed";
    expect(explain(["a"])).toBe(
      `The update may be installed. ECU "a": "2.1.0" with release counter 8 may be installed. Floors: "a": ${rise}.`,
    );
    expect(explain(ecuIds.slice(0, 5))).toMatch(new RegExp(`: "a": ${rise}; "b": .*; "e": ${rise}\\.$`));
    expect(explain(ecuIds)).toMatch(new RegExp(`"e": ${rise}; and of 2 more\\.$`));
  });

  it.each([
    ["time_unknown", "Give the vehicle a verified time."],
    ["floor_unknown", "Provision the ECU; if it had a floor, find out who took it away."],
    ["source_too_old", "Install an image in between first."],
  ] as const)("says what helps against %s", (code, advice) => {
    expect(explainVerdict({ decision: "unknown", reasons: [{ code, message: "x" }] })).toMatch(
      new RegExp(`x\\. ${advice}$`),
    );
  });

  it.each([
    "arbitrary_software",
    "downgrade",
    "endless_data",
    "equivocation",
    "fast_forward",
    "forged_report",
    "freeze",
    "key_compromise",
    "malformed_metadata",
    "mix_and_match",
    "replay",
    "rollback",
    "slow_retrieval",
    "wrong_ecu",
    "wrong_vehicle",
  ] as const)("has words for %s and what helps", (attack) => {
    const text = explainVerdict({ decision: "refuse", reasons: [{ code: "tuf_expired", message: "x", attack }] });
    expect(text).toMatch(/from it\. x\. This can be a sign of [a-z][^.]{15,}\. [A-Z][^.]{15,}\.( [A-Z].+\.)?$/);
  });

  it.each([
    "accept",
    "keep",
    "refuse",
    "needs",
    "update",
    "none",
    "install",
    "up_to_date",
    "not_applicable",
    "complete",
    "partial",
    "unknown",
  ])("has a sentence for %s", (decision) => {
    expect(explainVerdict({ decision, reasons: [] })).toMatch(/^[A-Z](?!he answer is)[^"]{15,}\.$/);
  });

  it.each([
    "uptane_time_missing",
    "time_below_floor",
    "installed_image_unknown",
    "ecu_listed_twice",
    "vehicle_unknown",
    "candidate_expired",
    "image_failed_before",
    "image_changed_at_same_counter",
    "security_epoch_below_floor",
    "rollback_expired",
  ] as const)("says what helps against %s", (code) => {
    expect(explainVerdict({ decision: "refuse", reasons: [{ code, message: "x" }] })).toMatch(/ x\. [A-Z].{15,}\.$/);
  });

  it("tells texts and truth values of the evidence, and which repository", () => {
    const reason = {
      code: "tuf_expired",
      message: "x",
      repository: "director",
      evidence: { had: "a", ok: true },
    } as const;
    expect(explainVerdict({ decision: "refuse", reasons: [reason] })).toMatch(
      /from it\. x\. It concerns Director repository\. Found: had a, ok true\.$/,
    );
  });

  it("takes nothing from a file for granted", () => {
    const reason = { code: "constructor", message: "x.", attack: "toString", evidence: { list: [1], n: 1 } } as never;
    for (const evidence of [
      { ecus: 1 },
      { ecus: [null, 1, {}, { ecuId: "a", floor: null }, { ecuId: "a", floor: { releaseCounter: "1" } }] },
      { ecus: ["a", { ecuId: "a", floor: "b" }, { ecuId: "a", floor: { releaseCounter: 1, securityEpoch: "1" } }] },
      { ecus: [{ ecuId: "a", floor: { releaseCounter: "1", securityEpoch: 1 } }] },
      { ecus: [{ ecuId: 1, floor: { releaseCounter: 1, securityEpoch: 1 } }] },
      { ecus: [{ ecuId: "a", floor: { releaseCounter: 1, securityEpoch: 1 }, floorAfter: 1 }] },
    ]) {
      expect(explainVerdict({ decision: "refuse", reasons: [reason], evidence })).toMatch(
        /from it\. x\. Found: n 1\.$/,
      );
    }
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
    expect(text).toMatch(/No time\. Besides: (No time; ){5}and 994 more\. Give the vehicle a verified time\.$/);
  });
});
