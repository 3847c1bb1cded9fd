/** The commands of the simple door: signed releases without a repository. */

import type { Command } from "../command.ts";
import { releaseBundle } from "./release-bundle.ts";
import { releaseExplain } from "./release-explain.ts";
import { releaseMake } from "./release-make.ts";
import { releaseSign } from "./release-sign.ts";
import { releaseTrust } from "./release-trust.ts";
import { releaseVerify } from "./release-verify.ts";

/** In the order of use. */
export const releaseCommands: readonly Command[] = [
  releaseTrust,
  releaseMake,
  releaseSign,
  releaseVerify,
  releaseBundle,
  releaseExplain,
];
