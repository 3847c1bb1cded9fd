/** Remedies of all error codes; loaded only when something failed, because the tables bring their modules with them. */

import { cohortErrorCodes } from "otakit/cohort";
import { coreErrorCodes } from "otakit/core";
import { deltaErrorCodes } from "otakit/delta";
import { manifestErrorCodes } from "otakit/manifest";
import { signingErrorCodes } from "otakit/signing";
import { udsErrorCodes } from "otakit/uds";
import { cliErrorCodes } from "./errors.ts";

/** What to do about an error, if its code is one of ours. */
export function remedyOf(code: string): string | undefined {
  const tables: Readonly<Record<string, string>> = {
    ...coreErrorCodes,
    ...cohortErrorCodes,
    ...deltaErrorCodes,
    ...manifestErrorCodes,
    ...signingErrorCodes,
    ...udsErrorCodes,
    ...cliErrorCodes,
  };
  return Object.hasOwn(tables, code) ? tables[code]!.split(" Remedy: ")[1] : undefined;
}
