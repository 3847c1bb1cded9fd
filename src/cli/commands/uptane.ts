/** The commands of Uptane. */

import type { Command } from "../command.ts";
import { uptaneAssign } from "./uptane-assign.ts";
import { uptaneDemo } from "./uptane-demo.ts";
import { uptaneExplain } from "./uptane-explain.ts";
import { uptaneSimulate } from "./uptane-simulate.ts";

/** In the order of use. */
export const uptaneCommands: readonly Command[] = [uptaneDemo, uptaneAssign, uptaneSimulate, uptaneExplain];
