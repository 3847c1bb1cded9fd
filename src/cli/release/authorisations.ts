/** Signed authorisations to go back, as the command line names them. */

import {
  type VerifiedReleaseTrust,
  type VerifiedRollbackAuthorisation,
  verifyRollbackAuthorisation,
} from "otakit/manifest";
import type { TrustedKeys } from "otakit/signing";
import { usageError } from "../command.ts";
import { readUserFile } from "../files.ts";

/** Longest authorisation: it may name 100,000 vehicles. */
const maxBytes = 32 * 1024 * 1024;

/**
 * Reads and verifies authorisations by the role `rollback` of a trust file.
 *
 * @throws {@link CliError} `ERR_CLI_USAGE` when bare keys are trusted, which have no such role
 */
export function readAuthorisations(
  files: readonly string[],
  trust: VerifiedReleaseTrust | TrustedKeys,
  now: number,
  command: string,
): readonly VerifiedRollbackAuthorisation[] {
  if (files.length === 0) return [];
  if (!("trust" in trust)) throw usageError("--authorisation needs --trust, whose role rollback signs it", command);
  return files.map((file) =>
    verifyRollbackAuthorisation(readUserFile(file, maxBytes), trust, { now, limits: { maxBytes } }),
  );
}
