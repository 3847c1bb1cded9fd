/** `otakit tuf download`: gives targets as verified files. */

import { type Command, defineCommand, usageError } from "../command.ts";
import { makeFolder } from "../files.ts";
import { parseBaseUrl } from "../http.ts";
import { repositoryOptions, timeoutOf, withTufClient } from "../tuf/session.ts";
import { type DownloadedTarget, downloadTarget } from "../tuf/targets.ts";

export const tufDownload: Command = defineCommand({
  name: "tuf download",
  summary: "refresh, then download targets and verify them",
  details: [
    "A file takes its name only after its length and every listed hash were checked. Its name is the target's name, percent-encoded " +
      "(brake/v2.bin becomes brake%2Fv2.bin). A file that is there and genuine is not fetched again. Targets are taken in their " +
      "order; the first that fails ends the command.",
  ],
  options: {
    ...repositoryOptions,
    "target-name": { value: "PATH", required: true, repeatable: true, help: "target, as the metadata names it" },
    "target-base-url": { value: "URL", required: true, help: "address of the repository's targets" },
    "target-dir": { value: "DIR", required: true, help: "folder of the downloaded files" },
  },
  examples: [
    [
      "otakit tuf --metadata-dir /var/lib/ota --metadata-url https://updates.example/metadata --target-name brake/v2.bin " +
        "--target-base-url https://updates.example/targets --target-dir /var/cache/ota download",
      "download one image",
    ],
  ],
  async run({ options }, terminal) {
    const names = options["target-name"];
    if (names.some((name) => name === "")) throw usageError("--target-name is empty", "tuf download");
    const baseUrl = parseBaseUrl("target-base-url", options["target-base-url"], options["allow-http"]);
    const folder = options["target-dir"];
    makeFolder(folder);
    const timeoutMs = timeoutOf(options.timeout);
    return withTufClient(options, terminal, async (driver) => {
      await driver.refresh();
      const done: DownloadedTarget[] = [];
      for (const name of names) {
        const target = await driver.find(name);
        const hashedNames = driver.client.root.signed.consistent_snapshot === true;
        const downloaded = await downloadTarget(target, { baseUrl, folder, timeoutMs, hashedNames }, terminal);
        done.push(downloaded);
        if (options.json) continue;
        const how = downloaded.cached ? "was there already" : `${downloaded.length} bytes`;
        terminal.print(`${name}: ${downloaded.file} (${how}, verified)`);
      }
      if (options.json) terminal.printJson({ schema: "otakit.tuf.download/1", targets: done });
      return undefined;
    });
  },
});
