/**
 * Repository mapping metadata: which repositories must agree about an image, in the form of TAP 4 (Uptane 2.1.0 section 5.2.6).
 *
 * It is provisioned with the vehicle and trusted because of that: nobody signs it, so it must not come over the air by itself.
 */

import * as z from "zod/mini";
import { excerpt, jsonPointer, type Limits, parseStrictJson } from "../../core/index.ts";
import { listOf, objectOf, recordOf, requireDocument } from "../bounded-schema.ts";
import { ManifestError } from "../errors.ts";
import { identifier } from "../shapes.ts";
import { matchesTufPath } from "../tuf/path-pattern.ts";

/** Which repositories must agree about the images of some paths. */
export interface RepositoryMapping {
  /** Path patterns, see `matchesTufPath`; `*` by itself stands for every path, slashes included. */
  readonly paths: readonly string[];
  /** Names, in the order in which they are asked. */
  readonly repositories: readonly string[];
  /** Whether no later mapping is asked when these do not agree. */
  readonly terminating: boolean;
  /** How many of them must list the image alike: 1 .. their number. */
  readonly threshold: number;
}

/** Where metadata and images come from. */
export interface RepositoryMap {
  /** Addresses by repository name, at least one each, without a prototype. */
  readonly repositories: Readonly<Record<string, readonly string[]>>;
  /** The first that matches a path is asked first. */
  readonly mapping: readonly RepositoryMapping[];
}

/** How the two repositories of Uptane are called in a map. */
export interface UptaneRepositoryNames {
  /** `director` when absent. */
  readonly director?: string;
  /** `image` when absent. */
  readonly image?: string;
}

const what = "repository map";

/** An address that can only be read in one way: http or https, with a host, without credentials, query or fragment. */
const url = /* @__PURE__ */ z
  .string()
  .check(
    z.maxLength(2_048),
    z.regex(/^https?:\/\/(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9.-]+)(:\d{1,5})?(\/[!$&'()*+,;=:@%\w.~-]*)*$/),
  );

const pattern = /* @__PURE__ */ z.string().check(z.minLength(1), z.maxLength(1_024));

const mappingSchema = /* @__PURE__ */ objectOf<RepositoryMapping>({
  paths: /* @__PURE__ */ listOf(pattern, 1, 1_000),
  repositories: /* @__PURE__ */ listOf(identifier, 1, 16),
  terminating: z.boolean(),
  threshold: z.int().check(z.gte(1)),
});

const mapSchema = /* @__PURE__ */ objectOf<RepositoryMap>({
  repositories: /* @__PURE__ */ recordOf(identifier, /* @__PURE__ */ listOf(url, 1, 16), 16),
  mapping: /* @__PURE__ */ listOf(mappingSchema, 1, 1_000),
});

/**
 * Reads a repository map.
 *
 * Refused are, beyond wrong types: a mapping to a repository that is not listed or is named twice, and a threshold above their
 * number. Unknown members are kept and mean nothing. At most 16 repositories with 16 addresses each, 1,000 mappings of 1,000 paths.
 *
 * Standard: Uptane 2.1.0 section 5.2.6; TAP 4.
 *
 * @throws `CoreError` `ERR_CORE_JSON_*`, `ERR_CORE_UTF8` or `ERR_CORE_LIMIT` when the bytes are no strict JSON
 * @throws {@link ManifestError} `ERR_MANIFEST_SCHEMA` or `ERR_MANIFEST_UPTANE_MAP`, with the JSON pointer of the fault
 * @example
 * ```ts
 * const map = parseRepositoryMap(bytes);
 * repositoriesFor(map, "brake/7.bin")[0].repositories; // ["director", "image"]
 * ```
 */
export function parseRepositoryMap(bytes: Uint8Array, limits?: Partial<Limits>): RepositoryMap {
  const value: unknown = parseStrictJson(bytes, { maxBytes: 1024 * 1024, maxEntries: 100_000, ...limits });
  requireDocument(mapSchema, what, value);
  value.mapping.forEach(({ repositories, threshold }, index) => {
    repositories.forEach((name, place) => {
      const at = jsonPointer("mapping", index, "repositories", place);
      if (!Object.hasOwn(value.repositories, name)) throw mapError(`"${name}" is not listed`, at);
      // One repository twice would reach a threshold of two by itself.
      if (repositories.indexOf(name) < place) throw mapError(`"${name}" is named twice`, at);
    });
    if (threshold <= repositories.length) return;
    throw mapError("a threshold is above its repositories", jsonPointer("mapping", index, "threshold"));
  });
  return value;
}

/**
 * The mappings to be asked for an image, in their order: of the first of which so many as its `threshold` list the image alike, the
 * image is taken. None: no repository may list the image.
 *
 * The search ends with a mapping that is terminating, agreed or not.
 *
 * Standard: TAP 4, "Searching for Files on Multiple Repositories".
 *
 * @example
 * ```ts
 * for (const { repositories, threshold } of repositoriesFor(map, path)) ask(repositories, threshold);
 * ```
 */
export function repositoriesFor({ mapping }: RepositoryMap, path: string): readonly RepositoryMapping[] {
  const matching = mapping.filter(({ paths }) => paths.some((pattern) => coversPath(pattern, path)));
  const last = matching.findIndex(({ terminating }) => terminating);
  return last < 0 ? matching : matching.slice(0, last + 1);
}

/** TAP 4 writes `*` for every path, where TUF's patterns stay within one segment; as the only character it means what it says. */
function coversPath(pattern: string, path: string): boolean {
  return pattern === "*" || matchesTufPath(path, pattern);
}

/**
 * Requires that a map is that of plain Uptane: a Director and an Image repository, which both sign every image.
 *
 * What asks fewer of them for some path would let one compromised repository install software by itself.
 *
 * Standard: Uptane 2.1.0 sections 5.2.6 and 5.4.4.2.
 *
 * @returns addresses of both
 * @throws {@link ManifestError} `ERR_MANIFEST_UPTANE_MAP` with the JSON pointer of what is missing or asks too few
 * @example
 * ```ts
 * const { director, image } = requireUptaneMap(parseRepositoryMap(bytes));
 * ```
 */
export function requireUptaneMap(
  map: RepositoryMap,
  names: UptaneRepositoryNames = {},
): { readonly director: readonly string[]; readonly image: readonly string[] } {
  const { director = "director", image = "image" } = names;
  for (const name of [director, image]) {
    if (!Object.hasOwn(map.repositories, name)) throw mapError(`"${excerpt(name)}" is not listed`, "/repositories");
  }
  map.mapping.forEach(({ repositories, threshold }, index) => {
    const both = repositories.includes(director) && repositories.includes(image);
    if (!both || threshold < repositories.length) {
      throw mapError("a mapping does not ask both Director and Image repository", jsonPointer("mapping", index));
    }
  });
  return { director: map.repositories[director]!, image: map.repositories[image]! };
}

function mapError(fault: string, path: string): ManifestError {
  return new ManifestError("ERR_MANIFEST_UPTANE_MAP", `Cannot use repository map: ${fault}`, {
    path,
  });
}
