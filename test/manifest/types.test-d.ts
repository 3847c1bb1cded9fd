import { expectTypeOf, test } from "vitest";
import type { ReleaseManifest, VerifiedRelease } from "../../src/manifest/index.ts";
import type { VerifiedDsse } from "../../src/signing/index.ts";

declare const manifest: ReleaseManifest;
declare const envelope: VerifiedDsse;
declare const release: VerifiedRelease;

test("only verifyRelease makes a verified release", () => {
  const literal = { manifest, digest: "", envelope };
  expectTypeOf(literal).not.toExtend<VerifiedRelease>();
  const spread = { ...release, manifest };
  expectTypeOf(spread).not.toExtend<VerifiedRelease>();
  expectTypeOf(release).toExtend<VerifiedRelease>();
});
