/** The commands of cohorts. */

import type { Command } from "../command.ts";
import { cohortCheck } from "./cohort-check.ts";
import { cohortExplain } from "./cohort-explain.ts";
import { cohortSelect } from "./cohort-select.ts";
import { cohortSql } from "./cohort-sql.ts";

/** In the order of use. */
export const cohortCommands: readonly Command[] = [cohortCheck, cohortSelect, cohortExplain, cohortSql];
