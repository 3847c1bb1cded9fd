/** The commands of a repository. */

import type { Command } from "../command.ts";
import { repoAdd } from "./repo-add.ts";
import { repoInit } from "./repo-init.ts";
import { repoPublish } from "./repo-publish.ts";
import { repoRotate } from "./repo-rotate.ts";
import { repoSign } from "./repo-sign.ts";
import { repoStatus } from "./repo-status.ts";

/** In the order of use. */
export const repoCommands: readonly Command[] = [repoInit, repoAdd, repoSign, repoPublish, repoRotate, repoStatus];
