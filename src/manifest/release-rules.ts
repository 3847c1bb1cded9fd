/** The rules of `ota-release/1` that go across fields; each has a code of its own. */

import { excerpt, parseUtcTime } from "../core/index.ts";
import type { ManifestErrorCode } from "./errors.ts";
import type { ReleaseManifest } from "./release.ts";
import { contradiction, type Place } from "./release-contradiction.ts";
import { requireCriticalPresent } from "./release-critical.ts";
import type { FileReference, StatementReference } from "./release-file.ts";
import type { ReleaseImage } from "./release-image.ts";
import { requireImageRules } from "./release-image-rules.ts";

/**
 * Refuses a release that contradicts itself; it has the shape of the schema already.
 *
 * @throws `ManifestError` with the code of the rule and the JSON pointer of the fault
 */
export function requireReleaseRules(manifest: ReleaseManifest): void {
  const { issued, expires, images, approvals, evidence } = manifest;
  if (issued !== undefined && parseUtcTime(issued) >= parseUtcTime(expires)) {
    throw contradiction("ERR_MANIFEST_VALIDITY", "it expires before it was issued", "issued");
  }
  const files = new FileRegister();
  const hardwareIds = new Set<string>();
  images.forEach((image, index) => {
    const at = ["images", index];
    requireNew(hardwareIds, image.hardwareId, "ERR_MANIFEST_DUPLICATE_IMAGE", "two images for hardware id", [
      ...at,
      "hardwareId",
    ]);
    addFiles(files, image, at);
    requireImageRules(manifest, image, at);
    requireDistinctStatements(image.evidence, [...at, "evidence"]);
  });
  requireGroupRules(manifest, hardwareIds);
  requireRxswinRules(manifest);
  requireDistinctLanguages(manifest);
  requireDistinctStatements(approvals, ["approvals"]);
  requireDistinctStatements(evidence, ["evidence"]);
  requireCriticalPresent(manifest);
}

/** Refuses what is there already. */
function requireNew(seen: Set<string>, name: string, code: ManifestErrorCode, what: string, at: Place): void {
  if (seen.has(name)) throw contradiction(code, `${what} "${excerpt(name)}"`, ...at);
  seen.add(name);
}

function requireGroupRules({ groups }: ReleaseManifest, hardwareIds: ReadonlySet<string>): void {
  const names = new Set<string>();
  const grouped = new Set<string>();
  groups?.forEach((group, index) => {
    requireNew(names, group.name, "ERR_MANIFEST_GROUP", "two groups are named", ["groups", index, "name"]);
    group.hardwareIds.forEach((hardwareId, member) => {
      const at = ["groups", index, "hardwareIds", member];
      if (!hardwareIds.has(hardwareId)) {
        throw contradiction("ERR_MANIFEST_GROUP", `a group has no image for "${hardwareId}"`, ...at);
      }
      requireNew(grouped, hardwareId, "ERR_MANIFEST_GROUP", "twice in the groups is", at);
    });
  });
}

function requireRxswinRules({ rxswin }: ReleaseManifest): void {
  const regulations = new Set<string>();
  rxswin?.forEach(({ regulation, before, after }, index) => {
    const at = ["rxswin", index];
    requireNew(regulations, regulation, "ERR_MANIFEST_RXSWIN", "two changes for regulation", [...at, "regulation"]);
    if (before === after) {
      throw contradiction("ERR_MANIFEST_RXSWIN", "a number that does not change is no change", ...at, "after");
    }
  });
}

/** Tags do not differ by case (RFC 5646 section 2.1.1). */
function requireDistinctLanguages({ notices = {} }: ReleaseManifest): void {
  const languages = new Set<string>();
  for (const tag of Object.keys(notices)) {
    requireNew(languages, tag.toLowerCase(), "ERR_MANIFEST_NOTICE", "two notices for language", ["notices", tag]);
  }
}

/** One statement must not count twice. */
function requireDistinctStatements(statements: readonly StatementReference[] | undefined, at: Place): void {
  const seen = new Set<string>();
  statements?.forEach(({ hashes }, index) => {
    requireNew(seen, hashes.sha256, "ERR_MANIFEST_STATEMENT", "two references to statement", [...at, index]);
  });
}

/** Registers every file of an image. */
function addFiles(files: FileRegister, image: ReleaseImage, at: Place): void {
  [image, ...(image.deltas ?? [])].forEach((file, index) => {
    const place = index === 0 ? at : [...at, "deltas", index - 1];
    files.add(file, place);
    const { ciphertext } = file.encryption ?? {};
    if (ciphertext !== undefined) files.add(ciphertext, [...place, "encryption", "ciphertext"]);
    if (file.path !== undefined) files.locate(file.path, ciphertext ?? file, [...place, "path"]);
    if ("base" in file) files.add(file.base, [...place, "base"]);
    if ("result" in file && file.result !== undefined) files.add(file.result, [...place, "result"]);
  });
}

/** What was said of each file so far: one content has one length, one path has one content. */
class FileRegister {
  readonly #contents = new Map<string, FileReference>();
  readonly #paths = new Map<string, string>();

  add(file: FileReference, at: Place): void {
    const { sha256, sha512 } = file.hashes;
    const known = this.#contents.get(sha256);
    if (known === undefined) {
      this.#contents.set(sha256, file);
      return;
    }
    if (known.length !== file.length) {
      throw contradiction("ERR_MANIFEST_FILE", `file ${sha256} has two lengths`, ...at, "length");
    }
    if (sha512 === undefined) return;
    const other = known.hashes.sha512;
    // The first one that is said holds for all, wherever it stands.
    if (other === undefined) this.#contents.set(sha256, file);
    else if (sha512 !== other) {
      throw contradiction("ERR_MANIFEST_FILE", `file ${sha256} has two values of sha512`, ...at, "hashes", "sha512");
    }
  }

  locate(path: string, { hashes }: FileReference, at: Place): void {
    const known = this.#paths.get(path);
    if (known !== undefined && known !== hashes.sha256) {
      throw contradiction("ERR_MANIFEST_FILE", `two files have the path "${excerpt(path)}"`, ...at);
    }
    this.#paths.set(path, hashes.sha256);
  }
}
