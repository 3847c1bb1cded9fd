/** Whom the commands of a release believe: a trust file, or keys on the command line. */

import { openReleaseTrust, type VerifiedReleaseTrust } from "otakit/manifest";
import type { TrustedKeys } from "otakit/signing";
import { usageError } from "../command.ts";
import { readUserFile } from "../files.ts";
import { readKeyFile } from "../repo/keys.ts";
import { parseCount } from "../repo/options.ts";
import type { Terminal } from "../terminal.ts";

/** Options that name trust. */
export const trustOptions = {
  trust: { value: "FILE", help: "trust file that you have; its own keys must have signed it" },
  key: { value: "FILE", repeatable: true, help: "instead of a trust file: key that may have signed" },
  threshold: { value: "N", help: "with --key: how many distinct keys must have signed; all of them when absent" },
} as const;

/** Values of {@link trustOptions}. */
interface TrustValues {
  readonly trust: string | undefined;
  readonly key: readonly string[];
  readonly threshold: string | undefined;
}

/** Longest trust file. */
const maxTrustBytes = 1024 * 1024;

/**
 * Reads whom to believe.
 *
 * @param leastVersion - floor of the trust file's version, where the vehicle's are known
 * @throws {@link CliError} `ERR_CLI_USAGE` for neither, for both, or for a threshold that cannot be
 */
export function readTrust(
  values: TrustValues,
  command: string,
  terminal: Terminal,
  leastVersion = 1,
): VerifiedReleaseTrust | TrustedKeys {
  const { trust, key, threshold } = values;
  if ((trust === undefined) === (key.length === 0)) throw usageError("give --trust or --key", command);
  if (trust !== undefined) {
    if (threshold !== undefined) throw usageError("--threshold goes with --key; a trust file has its own", command);
    return openReleaseTrust(readTrustFile(trust), { leastVersion });
  }
  const count = threshold === undefined ? key.length : parseCount(threshold);
  if (count === undefined || count > key.length) {
    throw usageError(`--threshold expected 1 to ${key.length}, got "${threshold}"`, command);
  }
  return { keys: key.map((file) => readKeyFile(file, terminal).publicKey), threshold: count };
}

/** Reads a trust file as bytes. */
export function readTrustFile(path: string): Uint8Array {
  return readUserFile(path, maxTrustBytes);
}
