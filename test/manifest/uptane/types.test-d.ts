import { expectTypeOf, test } from "vitest";
import type {
  AssignedImage,
  DirectorOutcome,
  DirectorSigning,
  evaluatePartialVerification,
  PartialImage,
  PartialVerification,
  VerifiedTime,
  verifyUptaneImage,
} from "../../../src/manifest/index.ts";

test("what was verified cannot be made by hand", () => {
  expectTypeOf<{ now: number; source: "clock" }>().not.toExtend<VerifiedTime>();
  expectTypeOf<Omit<PartialImage, "verified">>().not.toExtend<PartialImage>();
  expectTypeOf<PartialImage>().not.toExtend<AssignedImage>();
  expectTypeOf<number>().not.toExtend<Parameters<typeof evaluatePartialVerification>[2]>();
  expectTypeOf<AssignedImage | PartialImage>().toExtend<Parameters<typeof verifyUptaneImage>[1]>();
});

test("an image is there with an update alone, and files with a signing alone", () => {
  expectTypeOf<Extract<PartialVerification, { decision: "update" }>["image"]>().toEqualTypeOf<PartialImage>();
  expectTypeOf<Exclude<PartialVerification, { decision: "update" }>["image"]>().toEqualTypeOf<undefined>();
  expectTypeOf<Exclude<DirectorOutcome, DirectorSigning>["decision"]>().toEqualTypeOf<"failed">();
});
