/** Writes the JSON Schemas of documents that others read and write; compares by default, `--update` writes. Needs `dist/`. */

import { faultEventJsonSchema } from "otakit/uds/events";
import { catalogueJsonSchema, selectorJsonSchema } from "./check/cohort-schema.ts";
import { finish, syncFile } from "./check/generated.ts";
import { releaseJsonSchema } from "./check/release-schema.ts";

/** Schema by file name. */
const schemas: Readonly<Record<string, object>> = {
  "attribute-catalogue-1": catalogueJsonSchema(),
  "fault-event-1": faultEventJsonSchema(),
  "ota-release-1": releaseJsonSchema(),
  "selector-1": selectorJsonSchema(),
};

const update = process.argv.includes("--update");
const faults: string[] = [];
for (const [name, schema] of Object.entries(schemas)) {
  const drift = syncFile(`docs/reference/schemas/${name}.schema.json`, `${JSON.stringify(schema, null, 2)}\n`, update);
  if (drift !== undefined) faults.push(drift);
}
finish(faults, `${Object.keys(schemas).length} JSON Schemas are up to date`);
