/** The values of a release manifest that have no inner parts: each with the words for what it must be. */

import * as z from "zod/mini";
import { isOtaError, parseUtcTime, parseVersionScheme } from "../core/index.ts";
import type { ReleaseVersionScheme } from "./release-relation.ts";

/** Text that a pattern accepts. */
function text(pattern: RegExp, words: string): z.ZodMiniType<string> {
  return z.string(words).check(z.regex(pattern, words));
}

function passes(read: () => unknown): boolean {
  try {
    read();
    return true;
  } catch (error) {
    if (!isOtaError(error)) throw error;
    return false;
  }
}

/** Sizes and durations. */
export const positive: z.ZodMiniType<number> = /* @__PURE__ */ (() => {
  const words = "integer 1 .. 2^53-1";
  return z.int(words).check(z.gte(1, words));
})();

export const sha256Hex: z.ZodMiniType<string> = /* @__PURE__ */ text(
  /^[0-9a-f]{64}$/,
  "64 lower-case hexadecimal digits",
);
export const sha512Hex: z.ZodMiniType<string> = /* @__PURE__ */ text(
  /^[0-9a-f]{128}$/,
  "128 lower-case hexadecimal digits",
);

/** Names of patch formats and encryption schemes. */
export const formatName: z.ZodMiniType<string> = /* @__PURE__ */ text(/^[a-z0-9.-]{1,64}$/, "1 to 64 of a-z 0-9 . -");

/** Text of one line: no control character could forge a line of a log. */
export const versionText: z.ZodMiniType<string> = /* @__PURE__ */ line(256);
export const shortLine: z.ZodMiniType<string> = /* @__PURE__ */ line(128);
export const regulationName: z.ZodMiniType<string> = /* @__PURE__ */ line(32);
export const titleText: z.ZodMiniType<string> = /* @__PURE__ */ line(200);
export const rangeText: z.ZodMiniType<string> = /* @__PURE__ */ line(1_024);
export const uri: z.ZodMiniType<string> = /* @__PURE__ */ line(2_048);

function line(longest: number): z.ZodMiniType<string> {
  return text(new RegExp(`^\\P{Cc}{1,${longest}}$`, "u"), `1 to ${longest} characters without control characters`);
}

/** Text of several lines. */
export const itemText: z.ZodMiniType<string> = /* @__PURE__ */ paragraphs(500);
export const longText: z.ZodMiniType<string> = /* @__PURE__ */ paragraphs(8_000);

function paragraphs(longest: number): z.ZodMiniType<string> {
  return text(
    new RegExp(`^[\\P{Cc}\\n]{1,${longest}}$`, "u"),
    `1 to ${longest} characters without control characters but line feeds`,
  );
}

/** A path that stays inside its folder. */
export const filePath: z.ZodMiniType<string> = /* @__PURE__ */ text(
  /^(?!(?:.*\/)?\.{0,2}(?:\/|$))[^\p{Cc}\\]{1,512}$/u,
  "path of 1 to 512 characters without backslash and without empty, . or .. segment",
);

/**
 * Made of the subtags of RFC 5646 section 2.1 that follow a language; whether a tag is registered is not asked. Tags that begin
 * with `i-` or `x-` name no language that a text could be chosen by.
 */
export const languageTag: z.ZodMiniType<string> = /* @__PURE__ */ text(
  /^(?=.{1,35}$)[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8})*$/,
  "language tag of BCP 47, at most 35 characters",
);

/** A component name in which `*` stands for any run of characters; eight of them at most. */
export const componentGlob: z.ZodMiniType<string> = /* @__PURE__ */ text(
  /^(?=.{1,128}$)[A-Za-z0-9._:-]*(?:\*[A-Za-z0-9._:-]*){0,8}$/,
  "1 to 128 of A-Z a-z 0-9 . _ : - and at most eight *",
);

/** A member name, or a JSON pointer in which `*` stands for every element or member. */
export const criticalPath: z.ZodMiniType<string> = /* @__PURE__ */ text(
  /^(?=.{1,256}$)(?:[^/\p{Cc}]+|(?:\/[^/\p{Cc}]+){1,8})$/u,
  "member name or path of 1 to 256 characters and at most eight segments",
);

export const utcTime: z.ZodMiniType<string> = /* @__PURE__ */ (() => {
  const words = "UTC time of the form YYYY-MM-DDTHH:MM:SSZ";
  const form = z.string(words).check(z.regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/, words));
  return form.check(z.refine((time) => passes(() => parseUtcTime(time)), words));
})();

export const versionScheme: z.ZodMiniType<ReleaseVersionScheme> = /* @__PURE__ */ (() => {
  const words = "version scheme, or opaque";
  const names = z.enum(["semver", "dotted", "calver", "alnum", "ilevel", "opaque"]);
  const shape = z.union([names, z.strictObject({ custom: z.array(z.unknown()).check(z.maxLength(16)) })], words);
  const isScheme = (value: unknown): boolean => value === "opaque" || passes(() => parseVersionScheme(value));
  return shape.check(z.refine(isScheme, words)) as z.ZodMiniType<unknown> as z.ZodMiniType<ReleaseVersionScheme>;
})();
