/** Laws that no sequence of manifests may break, whatever the ECUs and the Primary say. */

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  createReportState,
  evaluateVehicleManifest,
  signEcuReport,
  signVehicleManifest,
  type UptaneReportState,
} from "../../../src/manifest/index.ts";
import {
  bytesOf,
  ecuIds,
  inventory,
  type Loose,
  looseOf,
  manifestOf,
  now,
  reportOf,
  signAgain,
  signers,
} from "./report-fixture.ts";

const fresh = createReportState("veh-1");
const evaluate = (bytes: Uint8Array, state: UptaneReportState = fresh) =>
  evaluateVehicleManifest(bytes, inventory, state, { now });

/** What one ECU says: nothing, or a report with these numbers. */
const saying = fc.option(
  fc.record({
    counter: fc.option(fc.integer({ min: 0, max: 6 }), { nil: undefined }),
    nonce: fc.option(fc.constantFrom("nonce-number-one", "nonce-number-two"), { nil: undefined }),
    seconds: fc.integer({ min: -3, max: 3 }),
  }),
  { nil: undefined },
);

type Saying = Record<string, { counter?: number | undefined; nonce?: string | undefined; seconds: number } | undefined>;

const sayings: fc.Arbitrary<Saying> = fc.record(Object.fromEntries(ecuIds.map((ecuId) => [ecuId, saying])));

/** The manifest of what the ECUs say; `undefined` when it cannot be made. */
async function manifest(said: Saying): Promise<Uint8Array | undefined> {
  const reports: Uint8Array[] = [];
  for (const [ecuId, says] of Object.entries(said)) {
    if (says === undefined) continue;
    const { counter, nonce, seconds } = says;
    if (counter === undefined && nonce === undefined) continue;
    const { counter: _, ...report } = reportOf(ecuId, { timeMs: now + seconds * 1_000 });
    const novelty = { ...(counter === undefined ? {} : { counter }), ...(nonce === undefined ? {} : { nonce }) };
    reports.push(await signEcuReport({ ...report, ...novelty }, signers[ecuId]!));
  }
  return signVehicleManifest({ vehicleId: "veh-1", primary: "gateway", reports }, signers["gateway"]!);
}

describe("vehicle version manifests", () => {
  it("lower no counter and no time, and are accepted once", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(sayings, { maxLength: 12 }), async (history) => {
        let state = fresh;
        const accepted: Uint8Array[] = [];
        for (const said of history) {
          const bytes = (await manifest(said))!;
          const verdict = evaluate(bytes, state);
          if (verdict.decision === "refuse") expect(verdict.state).toBe(state);
          else {
            accepted.push(bytes);
            expect(verdict.decision === "complete").toBe(verdict.manifest.missing.length === 0);
          }
          for (const [ecuId, before] of Object.entries(state.ecus)) {
            const after = verdict.state.ecus[ecuId]!;
            expect(after.counter ?? -1).toBeGreaterThanOrEqual(before.counter ?? -1);
            expect(after.timeMs ?? -1).toBeGreaterThanOrEqual(before.timeMs ?? -1);
          }
          state = verdict.state;
          for (const old of accepted) expect(evaluate(old, state).decision).toBe("refuse");
        }
      }),
      { numRuns: 60 },
    );
  });

  it("do not depend on the order of reports, nor on the layout of the file", async () => {
    const bytes = await manifestOf({ brake: undefined, "door-left": { attacksDetected: "x" } });
    const verdict = evaluate(bytes);
    await fc.assert(
      fc.asyncProperty(
        fc.shuffledSubarray(ecuIds.slice(), { minLength: ecuIds.length }),
        fc.nat(3),
        async (order, indent) => {
          const { signatures, signed } = looseOf(bytes);
          const reports = signed.ecu_version_manifests;
          const shuffled = Object.fromEntries(
            order.filter((ecuId) => ecuId in reports).map((ecuId) => [ecuId, reports[ecuId]]),
          );
          const document = {
            signed: { vin: signed.vin, ecu_version_manifests: shuffled, primary_ecu_serial: signed.primary_ecu_serial },
            signatures,
          };
          const other = evaluate(new TextEncoder().encode(JSON.stringify(document, undefined, indent)));
          expect(other).toEqual(verdict);
          expect(JSON.stringify(other.reasons)).toBe(JSON.stringify(verdict.reasons));
        },
      ),
    );
  });

  it("are not complete without a report, whichever it is", async () => {
    await fc.assert(
      fc.asyncProperty(fc.subarray(ecuIds.slice(), { minLength: 1 }), async (removed) => {
        const document = looseOf(await manifestOf());
        for (const ecuId of removed) delete document.signed.ecu_version_manifests[ecuId];
        const verdict = evaluate(bytesOf(await signAgain(document, "gateway")));
        expect(verdict.decision).toBe(removed.length === ecuIds.length ? "refuse" : "partial");
        expect(verdict.quality).not.toBe("good");
      }),
    );
  });

  it("are refused after a change of any one character of what is signed", async () => {
    const document = looseOf(await manifestOf());
    const text = JSON.stringify(document.signed);
    const signatures = JSON.stringify(document.signatures);
    const bytesWith = (signed: string) => new TextEncoder().encode(`{"signatures":${signatures},"signed":${signed}}`);
    expect(evaluate(bytesWith(text)).decision).toBe("complete");
    fc.assert(
      fc.property(fc.nat(text.length - 1), fc.constantFrom(...'09afzZ{}[]":,-'), (index, character) => {
        fc.pre(text[index] !== character);
        expect(evaluate(bytesWith(text.slice(0, index) + character + text.slice(index + 1))).decision).toBe("refuse");
      }),
      { numRuns: 400 },
    );
  });

  it("of any JSON at all are judged, and no stranger's is accepted", () => {
    const anyReport = fc.record({ signatures: fc.jsonValue(), signed: fc.jsonValue() }, { requiredKeys: [] });
    const anyManifest = fc.record({
      signatures: fc.array(
        fc.record({
          keyid: fc.constantFrom("key of gateway", "x"),
          method: fc.constant("ed25519"),
          hashes: fc.constant({ sha256: "00".repeat(32) }),
          sig: fc.constant("00"),
        }),
        { maxLength: 2 },
      ),
      signed: fc.record({
        vin: fc.constantFrom("veh-1", "veh-2"),
        primary_ecu_serial: fc.constantFrom("gateway", "brake"),
        ecu_version_manifests: fc.dictionary(
          fc.constantFrom(...ecuIds, "__proto__", "constructor"),
          fc.oneof(anyReport, fc.jsonValue()),
        ),
      }),
    });
    fc.assert(
      fc.property(fc.oneof(fc.jsonValue(), anyManifest as fc.Arbitrary<Loose>), (document) => {
        const verdict = evaluate(bytesOf(document ?? null));
        expect(verdict.decision).toBe("refuse");
        expect(verdict.reasons.length).toBeGreaterThan(0);
      }),
      { numRuns: 300 },
    );
  });
});
