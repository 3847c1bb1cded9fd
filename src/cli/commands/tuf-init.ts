/** `otakit tuf init`: starts a client's metadata folder from a root of trust. */

import { join } from "node:path";
import { createTufClient } from "otakit/manifest";
import { type Command, defineCommand } from "../command.ts";
import { CliError } from "../errors.ts";
import { makeFolder, readUserFile } from "../files.ts";
import { storeOption } from "../tuf/session.ts";
import { openMetadataStore, rootFile } from "../tuf/store.ts";

export const tufInit: Command = defineCommand({
  name: "tuf init",
  summary: "trust a root, from which everything else is verified",
  details: [
    "The root must be signed by its own keys. Where you got it from decides everything: take it from the device's factory image " +
      "or another source that you trust, not from the repository itself.",
  ],
  args: [{ name: "ROOT", help: "file of the trusted root metadata" }],
  options: storeOption,
  examples: [["otakit tuf --metadata-dir /var/lib/ota init root.json", "trust the root that came with the device"]],
  async run({ options, args: [root] }, terminal) {
    const folder = options["metadata-dir"];
    const bytes = readUserFile(root!, 4 * 1024 * 1024);
    const { signed, signedBy } = createTufClient(bytes).root;
    makeFolder(folder);
    const store = openMetadataStore(folder);
    try {
      if (store.read(rootFile, 0) !== undefined) {
        throw new CliError("ERR_CLI_FILE_EXISTS", `Cannot start ${folder}: it trusts a root already`, {
          details: { file: join(folder, rootFile) },
        });
      }
      store.apply([{ file: rootFile, bytes }]);
    } finally {
      store.close();
    }
    terminal.note(`Root version ${signed.version} is trusted, signed by ${signedBy.length} of its keys`);
    return undefined;
  },
});
