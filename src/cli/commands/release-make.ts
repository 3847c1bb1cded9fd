/** `otakit release make`: from a draft and its files to a release manifest. */

import { encodeRelease, parseReleaseManifest, type ReleaseManifest } from "otakit/manifest";
import { type Command, defineCommand } from "../command.ts";
import { createFile } from "../files.ts";
import { readDraft } from "../release/draft.ts";
import { countOf } from "../text.ts";

export const releaseMake: Command = defineCommand({
  name: "release make",
  summary: "make a release manifest from a draft and its files",
  details: [
    'The draft is a release manifest (JSON) in which "file" may stand wherever a length and hashes do: ' +
      '{ "hardwareId": "gateway-b", "file": "gateway-2.1.bin", "version": "2.1.0", "releaseCounter": 7, "securityEpoch": 3 }. ' +
      "The name is relative to the draft; the command reads the file and writes its length and SHA-256 in its place. The same " +
      "works for deltas, their bases and ciphertexts. Whatever the release breaks of its rules is told with its place.",
  ],
  args: [{ name: "DRAFT", help: "draft of the release; - is standard input" }],
  options: { out: { value: "FILE", required: true, help: "where the manifest goes; must not be there yet" } },
  examples: [["otakit release make draft.json --out release.json", "read the files and write the manifest"]],
  async run({ options, args: [draft] }, terminal) {
    const document = await readDraft(draft!, (file, length) => terminal.detail(`${file}: ${length} bytes`));
    const bytes = encodeRelease(document as unknown as ReleaseManifest);
    const { releaseId, images } = parseReleaseManifest(bytes);
    createFile(options.out, bytes);
    terminal.print(`${options.out}: release ${releaseId} with ${countOf(images.length, "image")}`);
    return undefined;
  },
});
