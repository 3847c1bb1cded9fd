#!/usr/bin/env node
/**
 * The `otakit` command.
 *
 * @packageDocumentation
 */

import { run } from "./run.ts";
import { createTerminal } from "./terminal.ts";

// A reader that has seen enough (`otakit inspect … | head`) is no failure.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  process.exit(error.code === "EPIPE" ? 0 : 1);
});
process.exitCode = await run(process.argv.slice(2), createTerminal(process.stdout, process.stderr, process.env));
