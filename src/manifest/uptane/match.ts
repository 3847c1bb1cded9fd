/** Whether the Image repository says of an image what the Director says (Uptane 5.4.4.2 step 10). */

import { encodeCanonicalJson, equalBytes, excerpt, type JsonValue } from "../../core/index.ts";
import { own } from "../own.ts";
import type { TufHashes, TufTargetFile } from "../tuf/metadata.ts";
import { readHardwareIds, readReleaseCounter } from "./custom-fields.ts";
import type { DirectorEntry } from "./director-entry.ts";
import { countsForImages } from "./image-hashes.ts";
import type { UptaneProfile } from "./profile.ts";
import { type UptaneReason, type UptaneReasonCode, uptaneReason } from "./reasons.ts";
import type { ResolvedTarget } from "./resolve.ts";

/** Compares the two descriptions of an image; gives every difference that refuses it. */
export function compareTarget(
  image: DirectorEntry,
  { hardwareId, file, roles }: ResolvedTarget,
  profile: UptaneProfile,
): readonly UptaneReason[] {
  const role = roles.at(-1)!;
  const faults: UptaneReason[] = [];
  const fault = (code: UptaneReasonCode, clause: string, evidence: UptaneReason["evidence"], path?: string): void => {
    const place = { repository: "image", role, ...(path === undefined ? {} : { path }) } as const;
    faults.push(uptaneReason(code, clause, place, { ...evidence, target: excerpt(image.path) }));
  };
  // 5.4.4.2 step 10.2.1: non-custom metadata.
  if (image.file.length !== file.length) {
    fault("uptane_target_length_mismatch", "5.4.4.2", { had: image.file.length, got: file.length });
  }
  for (const difference of compareHashes(image.file.hashes, file.hashes, profile)) {
    fault("uptane_target_hash_mismatch", "5.4.4.2", difference);
  }
  // Step 10.2.2: hardware id, release counter, and the section that SHALL match.
  const hardwareIds = readHardwareIds(image.path, file, profile);
  if (hardwareIds.fault !== undefined) malformed(hardwareIds.fault);
  else if (!(hardwareIds.value ?? []).includes(hardwareId)) {
    const got = hardwareIds.value === undefined ? {} : { got: excerpt(hardwareIds.value.join(" ")) };
    fault("uptane_target_hardware_mismatch", "5.4.4.2", { had: hardwareId, ...got });
  }
  const counter = readReleaseCounter(image.path, file, profile);
  if (counter.fault !== undefined) malformed(counter.fault);
  else if (counter.value === undefined && profile.releaseCounter === "required") {
    fault("uptane_release_counter_missing", "5.2.3.1.1", {});
  } else if (counter.value !== image.releaseCounter) {
    fault("uptane_custom_mismatch", "5.4.4.2", {
      ...(image.releaseCounter === undefined ? {} : { had: image.releaseCounter }),
      ...(counter.value === undefined ? {} : { got: counter.value }),
      field: "releaseCounter",
    });
  }
  for (const name of profile.shared) {
    if (!sameMember(image.file, file, name)) fault("uptane_custom_mismatch", "5.4.4.2", { field: name });
  }
  return faults;

  function malformed({ path, expected }: { readonly path: string; readonly expected: string }): void {
    fault("uptane_custom_malformed", "5.2.3.1.1", { had: expected }, path);
  }
}

/** Each algorithm on which the two disagree; the digests as text, as every TUF client compares them. */
function compareHashes(had: TufHashes, got: TufHashes, { hashes }: UptaneProfile): readonly UptaneReason["evidence"][] {
  const differences: UptaneReason["evidence"][] = [];
  const algorithms = [...new Set([...Object.keys(had), ...Object.keys(got)])];
  let common = 0;
  for (const algorithm of algorithms) {
    const left = Object.hasOwn(had, algorithm) ? had[algorithm]! : undefined;
    const right = Object.hasOwn(got, algorithm) ? got[algorithm]! : undefined;
    const both = left !== undefined && right !== undefined;
    // Only what a download is checked with is an agreement; one on MD5 could be met by two images.
    if (both && countsForImages(algorithm)) common++;
    if (left === right || (!both && hashes === "common")) continue;
    differences.push({
      ...(left === undefined ? {} : { had: excerpt(left) }),
      ...(right === undefined ? {} : { got: excerpt(right) }),
      algorithm: excerpt(algorithm),
    });
    if (differences.length >= 4) break;
  }
  // Nothing in common is nothing compared.
  if (common === 0 && differences.length === 0) {
    differences.push({ had: excerpt(Object.keys(had).join(" ")), got: excerpt(Object.keys(got).join(" ")) });
  }
  return differences;
}

function sameMember(left: TufTargetFile, right: TufTargetFile, name: string): boolean {
  const had = own(left.custom ?? {}, name);
  const got = own(right.custom ?? {}, name);
  if (had === undefined || got === undefined) return had === got;
  return equalBytes(canonical(had), canonical(got));
}

function canonical(value: JsonValue): Uint8Array {
  return encodeCanonicalJson(value, { maxEntries: Number.MAX_SAFE_INTEGER });
}
