import { expectTypeOf, test } from "vitest";
import type { ReleaseManifest, ReleaseOrigin, VerifiedRelease } from "../../src/manifest/index.ts";

declare const manifest: ReleaseManifest;
declare const origin: ReleaseOrigin;
declare const release: VerifiedRelease;

test("only verifyRelease and releaseFromTarget make a verified release", () => {
  const literal = { manifest, digest: "", origin };
  expectTypeOf(literal).not.toExtend<VerifiedRelease>();
  const spread = { ...release, manifest };
  expectTypeOf(spread).not.toExtend<VerifiedRelease>();
  expectTypeOf(release).toExtend<VerifiedRelease>();
});
