import { expectTypeOf, test } from "vitest";
import type {
  EcuReport,
  VehicleManifestVerdict,
  VerifiedEcuReport,
  VerifiedVehicleManifest,
} from "../../../src/manifest/index.ts";

declare const verdict: VehicleManifestVerdict;
declare const report: EcuReport;
declare const manifest: VerifiedVehicleManifest;

test("a verdict must be looked at before its manifest", () => {
  expectTypeOf(verdict).not.toHaveProperty("manifest");
  if (verdict.decision !== "refuse") expectTypeOf(verdict.manifest).toEqualTypeOf<VerifiedVehicleManifest>();
});

test("only verification makes verified reports and manifests", () => {
  expectTypeOf({ ...report, signed: {} }).not.toExtend<VerifiedEcuReport>();
  expectTypeOf({ ...manifest, complete: true }).not.toExtend<VerifiedVehicleManifest>();
  expectTypeOf<VerifiedEcuReport>().toExtend<EcuReport>();
});
