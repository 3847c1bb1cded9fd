/**
 * Reports the public types of each entry point to `etc/<entry>.api.md`, so that a change of the public face shows in a review.
 * Compares by default; `--update` writes. Needs `dist/`.
 */

import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Extractor, ExtractorConfig, ExtractorLogLevel } from "@microsoft/api-extractor";
import { finish, syncFile } from "./check/generated.ts";
import { publicEntries } from "./check/package-entries.ts";
import { projectRoot } from "./evidence.ts";

const update = process.argv.includes("--update");
const scratch = mkdtempSync(join(tmpdir(), "otakit-api-"));
const faults: string[] = [];
// The root entry has namespaces of the others and nothing of its own.
const entries = publicEntries().filter(({ name }) => name !== "index");
for (const { name, types } of entries) {
  const report = makeReport(name, types);
  const drift = syncFile(`etc/${name}.api.md`, report, update);
  if (drift !== undefined) faults.push(drift);
}
rmSync(scratch, { recursive: true });
finish(faults, `${entries.length} entry points match their reports`);

/** The report of one entry point; what api-extractor finds wrong is added to `faults`. */
function makeReport(name: string, types: string): string {
  const config = ExtractorConfig.prepare({
    configObject: {
      projectFolder: projectRoot,
      mainEntryPointFilePath: join(projectRoot, types),
      apiReport: {
        enabled: true,
        reportFileName: `${name}.api.md`,
        reportFolder: scratch,
        reportTempFolder: join(scratch, "temp"),
      },
      docModel: { enabled: false },
      dtsRollup: { enabled: false },
      tsdocMetadata: { enabled: false },
      compiler: { tsconfigFilePath: join(projectRoot, "tsconfig.json") },
      newlineKind: "lf",
      // Missing exports and comments are typedoc's to find.
      messages: {
        compilerMessageReporting: { default: { logLevel: ExtractorLogLevel.Error } },
        extractorMessageReporting: { default: { logLevel: ExtractorLogLevel.None } },
        tsdocMessageReporting: { default: { logLevel: ExtractorLogLevel.None } },
      },
    },
    configObjectFullPath: undefined,
    packageJsonFullPath: join(projectRoot, "package.json"),
  });
  Extractor.invoke(config, {
    localBuild: true,
    messageCallback: (message) => {
      if (message.logLevel === ExtractorLogLevel.Error) faults.push(`${name}: ${message.text}`);
      message.handled = true;
    },
  });
  return readFileSync(join(scratch, `${name}.api.md`), "utf8");
}
