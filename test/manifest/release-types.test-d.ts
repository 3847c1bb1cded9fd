import { expectTypeOf, test } from "vitest";
import type * as z from "zod/mini";
import { listOf, objectOf } from "../../src/manifest/bounded-schema.ts";
import type {
  EnvelopeOrigin,
  ReleaseManifest,
  ReleaseOrigin,
  RxswinChange,
  TargetOrigin,
  TufTarget,
  VerifiedImage,
  VerifiedRelease,
} from "../../src/manifest/index.ts";
import { releaseFromTarget, type verifyRelease } from "../../src/manifest/index.ts";
import { shortLine } from "../../src/manifest/release-leaves.ts";
import { releaseSchema } from "../../src/manifest/release-schema.ts";
import { counter } from "../../src/manifest/shapes.ts";

declare const bytes: Uint8Array;

test("the schema gives the type that is written by hand", () => {
  expectTypeOf<z.output<typeof releaseSchema>>().toEqualTypeOf<ReleaseManifest>();
  expectTypeOf(releaseSchema).not.toBeAny();
});

test("a schema has exactly the members of its type", () => {
  interface Pair {
    readonly name: string;
    readonly size?: number;
  }
  // @ts-expect-error a member is missing
  objectOf<Pair>({ name: shortLine });
  // @ts-expect-error an optional member is demanded
  objectOf<Pair>({ name: shortLine, size: counter });
  // @ts-expect-error a member is of another type
  objectOf<RxswinChange>({ regulation: counter, before: shortLine, after: shortLine });
  // @ts-expect-error a list of other elements
  const wrong: z.ZodMiniType<readonly number[]> = listOf(shortLine, 0, 1);
  expectTypeOf(wrong).not.toBeAny();
});

test("a release tells where it comes from", () => {
  expectTypeOf<ReturnType<typeof verifyRelease>>().toEqualTypeOf<VerifiedRelease<EnvelopeOrigin>>();
  expectTypeOf<ReturnType<typeof releaseFromTarget>>().toEqualTypeOf<VerifiedRelease<TargetOrigin>>();
  expectTypeOf<VerifiedRelease["origin"]>().toEqualTypeOf<ReleaseOrigin>();
  expectTypeOf<VerifiedRelease<TargetOrigin>>().toExtend<VerifiedRelease>();
});

test("no literal is a target or a verified image", () => {
  const literal = { path: "a", length: 1, hashes: { sha256: "" }, roles: ["targets"] };
  expectTypeOf(literal).not.toExtend<TufTarget>();
  // @ts-expect-error a literal is no target
  expectTypeOf(releaseFromTarget(bytes, literal, { now: 0 })).toExtend<VerifiedRelease>();
  expectTypeOf<{ plaintext: VerifiedImage["plaintext"] }>().not.toExtend<VerifiedImage>();
});
