import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { matchesTufPath } from "../../../src/manifest/index.ts";

describe("matchesTufPath", () => {
  it.each([
    // The examples of TUF 1.0.34 section 4.5.
    ["targets/foo.tgz", "targets/*.tgz", true],
    ["targets/bar.tgz", "targets/*.tgz", true],
    ["targets/foo.txt", "targets/*.tgz", false],
    ["foo-version-a.tgz", "foo-version-?.tgz", true],
    ["foo-version-2.tgz", "foo-version-?.tgz", true],
    ["foo-version-alpha.tgz", "foo-version-?.tgz", false],
    ["foo.tgz", "*.tgz", true],
    ["targets/foo.tgz", "*.tgz", false],
    ["foo.tgz", "foo.tgz", true],
    // Segments.
    ["a/b", "a/*", true],
    ["a/b/c", "a/*", false],
    ["a/b/c", "a/**", false],
    ["a", "a/*", false],
    ["a/", "a/*", true],
    ["", "", true],
    ["", "*", true],
    ["/a", "*/a", true],
    // A leading dot is nothing special, and case counts.
    ["a/.x", "a/*", true],
    ["a/X", "a/x", false],
    // The highest character of one code unit.
    ["\uffffa", "\uffffa", true],
    // Sets.
    ["b", "[bc]", true],
    ["b", "[acx]", false],
    ["d", "[bc]", false],
    ["d", "[!bc]", true],
    ["b", "[!bc]", false],
    ["m", "[a-z]", true],
    ["M", "[a-z]", false],
    ["-", "[a-]", true],
    ["-", "[-a]", true],
    ["b", "[a-]", false],
    ["b", "[c-a]", false],
    ["]", "[]]", true],
    ["a", "[]a]", true],
    ["]", "[!]]", false],
    ["x", "[!]]", true],
    ["^", "[^a]", true],
    ["b", "[^a]", false],
    ["[", "[", true],
    ["[a", "[a", true],
    ["[]", "[]", true],
    ["[!]", "[!]", true],
    ["\\", "[\\]", true],
    ["😀", "[😀-😂]", true],
    ["😁", "?", true],
    ["\n", "?", true],
    // What other readers give more authority to stands for itself.
    ["a/b", "a/{b,c}", false],
    ["a/{b,c}", "a/{b,c}", true],
    ["y", "!(x)", false],
    ["!(x)", "!(x)", true],
    ["ab", "+(ab)", false],
    ["a+b", "a+b", true],
    ["aab", "a+b", false],
    [".", ".", true],
    ["x", ".", false],
    // Runs.
    ["abcbd", "a*b*d", true],
    ["abcb", "a*b*d", false],
    ["aXbYbZd", "a*b?Z*d", false],
    ["aXbYbZd", "a*b?*d", true],
    ["ab", "a**b", true],
    ["ab", "ab*", true],
    ["ab", "*ab*", true],
  ])("%j, %j: %s", (path, pattern, expected) => {
    expect(matchesTufPath(path, pattern)).toBe(expected);
  });

  const character = fc.constantFrom("a", "b", "-", "]", "é", "😀", ".");
  const segment = fc.array(character, { maxLength: 6 }).map((list) => list.join(""));

  it("agrees with the backtracking definition of a pattern", () => {
    const patternPart = fc.constantFrom("a", "b", "*", "?", "[ab]", "[!a]", "😀", ".");
    const pattern = fc.array(patternPart, { maxLength: 6 }).map((list) => list.join(""));
    fc.assert(
      fc.property(segment, pattern, (text, wanted) => {
        expect(matchesTufPath(text, wanted)).toBe(matches(Array.from(text), wanted));
      }),
      { numRuns: 2_000 },
    );
  });

  it("never matches another number of segments", () => {
    fc.assert(
      fc.property(fc.array(segment, { minLength: 1, maxLength: 4 }), fc.nat({ max: 5 }), (segments, stars) => {
        const path = segments.join("/");
        const pattern = new Array(stars + 1).fill("*").join("/");
        expect(matchesTufPath(path, pattern)).toBe(segments.length === stars + 1);
      }),
    );
  });

  it("takes no exponential time", () => {
    expect(matchesTufPath("a".repeat(2_000), `${"*a".repeat(200)}b`)).toBe(false);
  });
});

/** The definition, without any cleverness; sets are `[ab]` and `[!a]` only. */
function matches(text: readonly string[], pattern: string): boolean {
  if (pattern === "") return text.length === 0;
  if (pattern.startsWith("*")) {
    return matches(text, pattern.slice(1)) || (text.length > 0 && matches(text.slice(1), pattern));
  }
  const [first, ...rest] = text;
  if (first === undefined) return false;
  if (pattern.startsWith("[ab]")) return "ab".includes(first) && matches(rest, pattern.slice(4));
  if (pattern.startsWith("[!a]")) return first !== "a" && matches(rest, pattern.slice(4));
  const next = Array.from(pattern)[0]!;
  return (next === "?" || next === first) && matches(rest, pattern.slice(next.length));
}
