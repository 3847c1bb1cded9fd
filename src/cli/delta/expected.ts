/** What both images of a patch must be: from the command line, or, when the user says so, from the patch itself. */

import { hexToBytes } from "otakit/core";
import { type ExpectedImages, inspectPatch, type PatchInfo } from "otakit/delta";
import { usageError } from "../command.ts";
import { digestOption, sizeOption } from "./options.ts";

/** Options that say it. */
export const expectedOptions = {
  "old-sha256": { value: "HEX", help: "SHA-256 that the old image must have, from the verified release" },
  "new-sha256": { value: "HEX", help: "SHA-256 that the new image must have, from the verified release" },
  "new-size": { value: "BYTES", help: "size that the new image must have; when absent the digest alone says it" },
  "trust-patch": { help: "take digests that are not given from the otadelta patch, UNVERIFIED" },
} as const;

/** What the images must be, and whether somebody other than the patch says so. */
export interface Expectation {
  readonly format: PatchInfo["format"];
  readonly images: ExpectedImages;
  readonly unverified: boolean;
}

/**
 * Reads the options; what they leave open is asked of the patch only where the digests prove it, or with `--trust-patch`.
 *
 * @throws {@link CliError} `ERR_CLI_USAGE`
 * @throws `DeltaError` when the patch is malformed
 */
export function expectationOf(
  options: {
    readonly "old-sha256": string | undefined;
    readonly "new-sha256": string | undefined;
    readonly "new-size": string | undefined;
    readonly "trust-patch": boolean;
  },
  patch: Uint8Array,
  command: string,
): Expectation {
  const oldSha256 = digestOption("old-sha256", options["old-sha256"], command);
  const newSha256 = digestOption("new-sha256", options["new-sha256"], command);
  const newSize = sizeOption("new-size", options["new-size"], command);
  const info = inspectPatch(patch);
  const { format } = info;
  if (oldSha256 !== undefined && newSha256 !== undefined) {
    return { format, images: { oldSha256, newSha256, newSize: newSize ?? info.newSize }, unverified: false };
  }
  if (!options["trust-patch"]) {
    throw usageError(
      "--old-sha256 and --new-sha256 are needed: take them from the verified release, or say --trust-patch",
      command,
    );
  }
  if (info.format !== "otadelta") {
    throw usageError("--trust-patch is for otadelta patches: BSDIFF40 carries no digests, give both", command);
  }
  const images = {
    oldSha256: oldSha256 ?? hexToBytes(info.oldSha256),
    newSha256: newSha256 ?? hexToBytes(info.newSha256),
    newSize: newSize ?? info.newSize,
  };
  // With the new digest given, a wrong base can only fail.
  return { format, images, unverified: newSha256 === undefined };
}
