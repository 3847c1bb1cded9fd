/**
 * Path patterns: which target paths a delegation covers.
 *
 * A pattern is authority, so its reading must not be wider than its signer meant: only `*`, `?` and `[...]` are special;
 * braces and the extended globs of some shells stand for themselves.
 */

/**
 * Tells whether a target path matches a pattern of a delegation.
 *
 * Both have the same number of segments between slashes. Within a segment `*` stands for any run of characters, `?` for one
 * character, `[abc]`, `[a-z]` for one of a set and `[!abc]` for one outside of it; case counts, and a leading dot is nothing
 * special. Time is at most proportional to the product of the two lengths, memory to the path's and the pattern's own.
 *
 * Standard: TUF 1.0.34 section 4.5, `PATHPATTERN`: "paths" as shell-style patterns whose `*` and `?` do not match `/`. Where it
 * is silent this follows POSIX `fnmatch` as Python has it; python-tuf agrees.
 *
 * @example
 * ```ts
 * matchesTufPath("firmware/brake/v2.bin", "firmware/*\/*.bin"); // true
 * matchesTufPath("firmware/brake/v2.bin", "firmware/*"); // false
 * ```
 */
export function matchesTufPath(path: string, pattern: string): boolean {
  const segments = path.split("/");
  const patterns = pattern.split("/");
  if (segments.length !== patterns.length) return false;
  return patterns.every((part, index) => matchesPart(segments[index]!, part));
}

/** Most parts are plain text or `*`, and a vehicle asks for hundreds of paths. */
function matchesPart(segment: string, part: string): boolean {
  if (part === "*") return true;
  return /[*?[]/.test(part) ? matchesSegment(codePoints(segment), part) : segment === part;
}

/** Any run of characters, any one, the one with this code point, or one of these of the segment's. */
type Token = "run" | "any" | number | ReadonlySet<number>;

/** Greedy, with one place to come back to: after a further `*` no earlier one can help. */
function matchesSegment(characters: readonly number[], pattern: string): boolean {
  const tokens = readPattern(pattern, characters);
  if (tokens === undefined) return false;
  let character = 0;
  let token = 0;
  let runToken = -1;
  let runEnd = 0;
  while (character < characters.length) {
    const expected = tokens[token];
    if (expected === "run") {
      runToken = token++;
      runEnd = character;
    } else if (expected !== undefined && matchesOne(characters[character]!, expected)) {
      token++;
      character++;
    } else if (runToken >= 0) {
      token = runToken + 1;
      character = ++runEnd;
    } else return false;
  }
  while (tokens[token] === "run") token++;
  return token === tokens.length;
}

function matchesOne(character: number, token: "any" | number | ReadonlySet<number>): boolean {
  return token === character || token === "any" || (typeof token === "object" && token.has(character));
}

/**
 * The tokens of a pattern, or `undefined` when it needs more characters than there are: a hostile pattern of megabytes must
 * cost no more than a look at its start.
 */
function readPattern(pattern: string, characters: readonly number[]): readonly Token[] | undefined {
  const tokens: Token[] = [];
  let needed = 0;
  for (let index = 0; index < pattern.length; ) {
    const character = pattern.codePointAt(index)!;
    const end = pattern[index] === "[" ? setEnd(pattern, index) : -1;
    const isRun = pattern[index] === "*";
    if (!isRun && ++needed > characters.length) return undefined;
    if (end >= 0) tokens.push(readSet(pattern.slice(index + 1, end), characters));
    else if (!isRun) tokens.push(pattern[index] === "?" ? "any" : character);
    else if (tokens.at(-1) !== "run") tokens.push("run");
    index = end >= 0 ? end + 1 : index + widthOf(character);
  }
  return tokens;
}

/** Place of the `]` that ends a set, or -1 when the `[` stands for itself; a `]` that comes first is a member. */
function setEnd(pattern: string, start: number): number {
  const first = pattern[start + 1] === "!" ? start + 2 : start + 1;
  return pattern.indexOf("]", first + 1);
}

/** Those of the segment's characters that a set takes. */
function readSet(set: string, characters: readonly number[]): ReadonlySet<number> {
  const negated = set.startsWith("!");
  const inside = new Set<number>();
  const distinct = new Set(characters);
  for (let index = negated ? 1 : 0; index < set.length; ) {
    const first = set.codePointAt(index)!;
    index += widthOf(first);
    let last = first;
    if (set[index] === "-" && index + 1 < set.length) {
      last = set.codePointAt(index + 1)!;
      index += 1 + widthOf(last);
    }
    // A range that runs backwards holds nothing.
    for (const character of distinct) if (character >= first && character <= last) inside.add(character);
  }
  return negated ? new Set([...distinct].filter((character) => !inside.has(character))) : inside;
}

function codePoints(text: string): readonly number[] {
  return Array.from(text, (character) => character.codePointAt(0)!);
}

/** Code units of a code point. */
function widthOf(codePoint: number): number {
  return codePoint > 0xffff ? 2 : 1;
}
