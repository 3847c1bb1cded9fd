/** The commands of a TUF client. */

import type { Command } from "../command.ts";
import { tufDownload } from "./tuf-download.ts";
import { tufInit } from "./tuf-init.ts";
import { tufRefresh } from "./tuf-refresh.ts";

/** In the order of use. */
export const tufCommands: readonly Command[] = [tufInit, tufRefresh, tufDownload];
