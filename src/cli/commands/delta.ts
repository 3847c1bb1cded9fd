/** The commands of patches. */

import type { Command } from "../command.ts";
import { deltaAnalyse } from "./delta-analyse.ts";
import { deltaApply } from "./delta-apply.ts";
import { deltaInspect } from "./delta-inspect.ts";
import { deltaMake } from "./delta-make.ts";

/** In the order of use. */
export const deltaCommands: readonly Command[] = [deltaAnalyse, deltaMake, deltaInspect, deltaApply];
