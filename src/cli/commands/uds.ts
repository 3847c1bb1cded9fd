/** The commands of vehicle diagnostics. */

import type { Command } from "../command.ts";
import { udsDecode } from "./uds-decode.ts";
import { udsEncode } from "./uds-encode.ts";
import { udsExplain } from "./uds-explain.ts";

/** In the order of use. */
export const udsCommands: readonly Command[] = [udsDecode, udsExplain, udsEncode];
