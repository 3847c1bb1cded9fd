/** The check of a downloaded image in the ECU (Uptane 5.4.3.4): the right ECU, exact length, every listed hash. */

import {
  createTargetVerifier,
  type TargetVerifier,
  type TargetVerifierOptions,
  type VerifiedTarget,
} from "../../signing/index.ts";
import { ManifestError } from "../errors.ts";
import type { AssignedImage } from "./assignment.ts";
import type { PartialImage } from "./partial.ts";
import type { UptaneEcu } from "./vehicle.ts";

/**
 * Starts the check of an image that arrives in chunks, for the ECU that is going to install it.
 *
 * Length and hashes are those on which both repositories agreed. For an encrypted image give what the Director lists of the plaintext to
 * another check: this one covers the file as it is downloaded.
 *
 * Standard: Uptane 2.1.0 section 5.4.3.4 steps 2, 3 and 7.
 *
 * @throws {@link ManifestError} `ERR_MANIFEST_UPTANE_ECU` when the image is assigned to another ECU or model
 * @throws `SigningError` `ERR_SIGNING_TARGET_UNVERIFIABLE` when no known hash is listed, `ERR_SIGNING_TARGET_LENGTH` when it is longer than
 * `maxBytes`; and those of the verifier at its end
 * @example
 * ```ts
 * const verifier = createUptaneImageVerifier(image, { ecuId: "brake", hardwareId: "brake-mk2" });
 * for await (const chunk of download) if (verifier.push(chunk) === "too_long") break;
 * verifier.finish(); // or an error: only now may the image be installed
 * ```
 */
export function createUptaneImageVerifier(
  image: AssignedImage | PartialImage,
  ecu: UptaneEcu,
  options?: TargetVerifierOptions,
): TargetVerifier {
  for (const name of ["ecuId", "hardwareId"] as const) {
    if (image[name] === ecu[name]) continue;
    throw new ManifestError("ERR_MANIFEST_UPTANE_ECU", `Cannot install image: its "${name}" is not the ECU's`, {
      path: `/${name}`,
      details: { expected: ecu[name], found: image[name] },
    });
  }
  return createTargetVerifier({ length: image.length, hashes: image.hashes }, options);
}

/**
 * Checks an image that is in memory, by the rules of {@link createUptaneImageVerifier}.
 *
 * Standard: Uptane 2.1.0 section 5.4.3.4.
 *
 * @throws {@link ManifestError} `ERR_MANIFEST_UPTANE_ECU`; `SigningError` `ERR_SIGNING_TARGET_LENGTH`, `ERR_SIGNING_TARGET_HASH` or
 * `ERR_SIGNING_TARGET_UNVERIFIABLE`
 */
export function verifyUptaneImage(
  bytes: Uint8Array,
  image: AssignedImage | PartialImage,
  ecu: UptaneEcu,
): VerifiedTarget {
  const verifier = createUptaneImageVerifier(image, ecu);
  verifier.push(bytes);
  return verifier.finish();
}
