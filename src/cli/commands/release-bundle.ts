/** `otakit release bundle`: puts a signed release and its files into one archive. */

import { createReadStream } from "node:fs";
import { type BundleSource, writeBundle } from "otakit/manifest";
import { type Command, defineCommand } from "../command.ts";
import { readUserFile } from "../files.ts";
import { describe } from "../release/draft.ts";
import { writingFile } from "../release/new-file.ts";
import { readTrustFile } from "../release/trust.ts";
import { countOf } from "../text.ts";

export const releaseBundle: Command = defineCommand({
  name: "release bundle",
  summary: "put a signed release and its files into one archive, for a USB stick or a workshop tester",
  details: [
    "The archive is a zip of a fixed form that any tool can unpack; `otakit release verify` reads it as a stream. Files are told " +
      "by their content, whatever their names; one that is not of the release is refused. Those that are missing are told: a " +
      "bundle may leave out what its vehicles do not need.",
  ],
  args: [
    { name: "RELEASE", help: "signed release" },
    { name: "FILE", help: "image or patch", repeatable: true, optional: true },
  ],
  options: {
    out: { value: "FILE", required: true, help: "where the bundle goes; must not be there yet" },
    trust: {
      value: "FILE",
      repeatable: true,
      help: "trust file, the first version first, for vehicles that were away",
    },
    json: { help: "write the result as JSON" },
  },
  examples: [
    ["otakit release bundle release.signed.json gateway-2.1.bin --trust trust.1.json --out update.zip", "one image"],
  ],
  async run({ options, args: [release, ...files] }, terminal) {
    const sources: BundleSource[] = [];
    for (const file of files) {
      const { hashes } = await describe(file);
      sources.push({ sha256: hashes.sha256, open: () => createReadStream(file) });
    }
    const content = { trust: options.trust.map(readTrustFile), release: readUserFile(release!), files: sources };
    const { missing } = await writingFile(options.out, (write) => writeBundle(content, write));
    if (options.json) {
      terminal.printJson({ schema: "otakit.release.bundle/1", file: options.out, files: files.length, missing });
      return undefined;
    }
    terminal.print(`${options.out}: ${countOf(files.length, "file")}`);
    for (const { hashes, length } of missing) terminal.note(`Not in the bundle: ${hashes.sha256}, ${length} bytes`);
    return undefined;
  },
});
