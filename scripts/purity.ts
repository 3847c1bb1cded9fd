/** Checks the purity rule (`check/purity.ts`) over the library. */

import { finish } from "./check/generated.ts";
import { findImpurities, isCovered, loadProgram } from "./check/purity.ts";
import { projectRoot } from "./evidence.ts";

const program = loadProgram(projectRoot);
const covered = program.getSourceFiles().filter(({ fileName }) => isCovered(fileName, projectRoot));
const faults = findImpurities(program, projectRoot).map(({ file, line, what }) => `${file}:${line} ${what}`);
if (covered.length === 0) faults.push("No file of the library was checked");
finish(faults, `${covered.length} files of the library use no clock, chance, host object or node: module`);
