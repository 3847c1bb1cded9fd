/** Checks what bundles of each entry point hold: device code must not drag in a validator, cryptography or WebAssembly it does not use. */

import { bundleContent } from "./check/bundle-content.ts";
import { finish } from "./check/generated.ts";
import { publicEntries } from "./check/package-entries.ts";
import { projectRoot } from "./evidence.ts";
import { printTable } from "./terminal-table.ts";

const noble = ["@noble/curves", "@noble/hashes"];

/** The only packages that a bundle of an entry may hold; a new entry point needs a line. */
const allowedPackages: Readonly<Record<string, readonly string[]>> = {
  otakit: [...noble, "fflate", "zod"],
  "otakit/core": ["@noble/hashes"],
  "otakit/signing": noble,
  "otakit/manifest": [...noble, "zod"],
  "otakit/delta": ["@noble/hashes", "fflate"],
  "otakit/uds": [],
  "otakit/uds/doip": [],
  "otakit/uds/events": ["@noble/hashes", "zod"],
  "otakit/uds/isotp": [],
  "otakit/uds/j1939": [],
  "otakit/uds/obd": [],
  "otakit/statistics": [],
  "otakit/cohort": ["@noble/hashes"],
};
const mayUseWebAssembly = ["otakit", "otakit/delta"];

/** What a vehicle imports; the server half must stay out of it. */
const deviceHalf = "{ applyPatch, applyPatchSync, inspectPatch, deltaBackend, initDelta }";

const faults: string[] = [];
const lines: (readonly string[])[] = [];
const cases = [
  ...publicEntries().map(({ specifier }) => ({ specifier, names: "*" })),
  { specifier: "otakit/uds", names: "{ decodeResponse, formatDtc }" },
  { specifier: "otakit/cohort", names: "{ bucketOf }" },
  { specifier: "otakit/delta", names: deviceHalf },
];
for (const { specifier, names } of cases) {
  const title = `${names} from ${specifier}`;
  const { packages, externals, usesWebAssembly, makesPatches } = await bundleContent(projectRoot, specifier, names);
  const allowed = allowedPackages[specifier];
  if (allowed === undefined) faults.push(`${specifier} has no line in the table of scripts/bundles.ts`);
  const unwanted = [...packages.filter((name) => !allowed?.includes(name)), ...externals];
  if (usesWebAssembly && !mayUseWebAssembly.includes(specifier)) unwanted.push("WebAssembly");
  if (makesPatches && names === deviceHalf) unwanted.push("the module that makes patches");
  faults.push(...unwanted.map((name) => `${title} holds ${name}`));
  lines.push([title, packages.join(", ") || "none", usesWebAssembly ? "yes" : "no"]);
}
printTable(["bundle", "packages", "WebAssembly"], lines);
finish(faults, "No bundle holds more than it may");
