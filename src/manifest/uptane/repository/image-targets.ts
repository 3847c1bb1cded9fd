/** Targets of an Image repository: images with the hardware they are for and a release counter (Uptane 2.1.0 section 5.2.3.1). */

import { excerpt, type JsonObject } from "../../../core/index.ts";
import { ManifestError } from "../../errors.ts";
import { requireShape } from "../../require-shape.ts";
import type { TufDelegatedRole, TufHashes, TufTargetFile, TufTargets } from "../../tuf/metadata.ts";
import { delegateTufRole, type TufDelegationInput } from "../../tuf/repository/delegate.ts";
import { addTufTargets, describeTufTarget, isSameContent } from "../../tuf/repository/target-files.ts";
import { isNormal } from "./assignment.ts";
import { type ImageCustom, imageCustomOf, imageCustomSchema } from "./image-custom.ts";

/** An image as it is uploaded. */
export interface UptaneImageInput extends ImageCustom {
  /** Further custom metadata, for example under `otakit`. */
  readonly custom?: JsonObject;
}

/**
 * Describes an image by its bytes, or by length and hashes that were taken elsewhere.
 *
 * Standard: Uptane 2.1.0 section 5.2.3.1.
 *
 * @throws {@link ManifestError} `ERR_MANIFEST_SCHEMA` for a hardware id or a release counter that is none
 * @example
 * ```ts
 * describeUptaneImage(image, { hardwareIds: ["brake-b2"], releaseCounter: 7 });
 * ```
 */
export function describeUptaneImage(
  image: Uint8Array | { readonly length: number; readonly hashes: TufHashes },
  { hardwareIds, releaseCounter, custom }: UptaneImageInput,
): TufTargetFile {
  const known = { hardwareIds, releaseCounter };
  requireShape(imageCustomSchema, "image", known, ["custom"]);
  const { length, hashes } = image instanceof Uint8Array ? describeTufTarget(image) : image;
  return { length, hashes, custom: { ...custom, hardwareIds: [...hardwareIds], releaseCounter } };
}

/**
 * Lists images, in place of what was listed under their paths.
 *
 * A path keeps its place in the order of releases: another content needs a higher release counter, and none may sink. A path for
 * each release, such as `brake/7.bin`, is better still, because vehicles can then be directed to any of them.
 *
 * Standard: Uptane 2.1.0 section 5.2.3.1.
 *
 * @param images - by target path, as {@link describeUptaneImage} makes them
 * @throws {@link ManifestError} `ERR_MANIFEST_UPTANE_IMAGE` for an image without hardware ids or release counter, a counter that
 * sinks, one that stays while the content changes, or a path that is not in Normalization Form C; `ERR_MANIFEST_TUF_TARGET_PATH`
 * @example
 * ```ts
 * addUptaneImages(targets, [["brake/7.bin", describeUptaneImage(image, { hardwareIds: ["brake-b2"], releaseCounter: 7 })]]);
 * ```
 */
export function addUptaneImages(targets: TufTargets, images: Iterable<readonly [string, TufTargetFile]>): TufTargets {
  const added = [...images];
  for (const [path, image] of added) requireRising(targets, path, image);
  return addTufTargets(targets, added);
}

function requireRising({ targets }: TufTargets, path: string, image: TufTargetFile): void {
  if (!isNormal(path)) throw imageError(path, "its path is not in Normalization Form C");
  const custom = imageCustomOf(image);
  if (custom === undefined) throw imageError(path, "it has no hardware ids or no release counter");
  const listed = Object.hasOwn(targets, path) ? targets[path]! : undefined;
  const had = listed && imageCustomOf(listed)?.releaseCounter;
  if (listed === undefined || had === undefined || custom.releaseCounter > had) return;
  const facts = { had, got: custom.releaseCounter };
  if (custom.releaseCounter < had) throw imageError(path, "its release counter sinks", facts);
  if (!isSameContent(image, listed))
    throw imageError(path, "its content changes and its release counter does not", facts);
}

/** To whom is delegated, and what. */
export interface UptaneDelegationInput extends TufDelegationInput {
  /** Hardware identifiers of the images that the role may list; every one when absent. */
  readonly hardwareIds?: readonly string[];
}

/**
 * Delegates paths to a role, for some hardware or for all; see `delegateTufRole`.
 *
 * Standard: Uptane 2.1.0 sections 5.2.3.2 and 5.4.4.7.
 *
 * @throws {@link ManifestError} `ERR_MANIFEST_SCHEMA` for a malformed hardware id or an empty list, which would match no image;
 * `ERR_MANIFEST_TUF_DELEGATION`, `ERR_MANIFEST_TUF_KEYS`
 * @example
 * ```ts
 * delegateUptaneRole(targets, { name: "supplier-a", keys: [supplier], threshold: 1, paths: ["brake/*"], hardwareIds: ["brake-b2"] });
 * ```
 */
export function delegateUptaneRole(delegator: TufTargets, input: UptaneDelegationInput): TufTargets {
  const { hardwareIds, ...delegation } = input;
  if (hardwareIds !== undefined) {
    requireShape(imageCustomSchema, "delegation", { hardwareIds, releaseCounter: 0 });
  }
  const targets = delegateTufRole(delegator, delegation);
  const { delegations } = targets;
  const roles = delegations!.roles!.map((role): TufDelegatedRole => {
    if (role.name !== input.name) return role;
    const { hardwareIds: _, ...kept } = role;
    return hardwareIds === undefined ? kept : { ...kept, hardwareIds: [...hardwareIds] };
  });
  return { ...targets, delegations: { ...delegations!, roles } };
}

function imageError(path: string, what: string, facts: Readonly<Record<string, unknown>> = {}): ManifestError {
  return new ManifestError("ERR_MANIFEST_UPTANE_IMAGE", `Cannot list image: ${what}`, {
    details: { path: excerpt(path), ...facts },
  });
}
