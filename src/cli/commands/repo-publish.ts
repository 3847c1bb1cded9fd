/** `otakit repo publish`: brings the next state out. */

import { type Command, defineCommand } from "../command.ts";
import { readSigner, readSigners } from "../repo/keys.ts";
import { emptyOutbox, fillOutbox, hasOutbox, preparePublication, uploadPath } from "../repo/publication.ts";
import { repoOption, withWorkspace } from "../repo/workspace.ts";
import { reasonLines } from "../terminal.ts";

export const repoPublish: Command = defineCommand({
  name: "repo publish",
  summary: "rehearse the next state with clients and bring it out in a safe order",
  details: [
    "Completes the staged metadata with the keys at hand, makes a new snapshot and timestamp, and takes new and returning clients " +
      "through the result; what one of them would refuse is not published. Then the files go to published/, each durable before the " +
      "next, so that no client ever meets metadata that names a file which is not there yet. The printed order is the one in which " +
      "to upload them. A publication that was interrupted is completed by the next.",
    "With nothing staged, the timestamp is renewed, and the snapshot when half of its time is over: run it from a timer.",
  ],
  options: {
    repo: repoOption,
    key: { value: "FILE", repeatable: true, help: "private key to sign with, beside those in keys/" },
    "dry-run": { help: "tell what would be published, and publish nothing" },
    json: { help: "write the result as JSON" },
  },
  examples: [
    ["otakit repo publish --repo fleet", "publish what is staged"],
    ["otakit repo publish --repo fleet --dry-run", "see whether clients would accept it"],
  ],
  async run({ options }, terminal) {
    return withWorkspace(options.repo, async (workspace) => {
      const files: string[] = [];
      const tell = (file: string): void => {
        files.push(file);
        if (!options.json) terminal.print(file);
      };
      const resumed = hasOutbox(workspace);
      if (resumed) terminal.note("A publication was interrupted; it is completed first");
      else {
        const signers = [
          ...readSigners(workspace.path("keys"), terminal),
          ...options.key.map((file) => readSigner(file, terminal)),
        ];
        const publication = await preparePublication(workspace, signers, Date.now());
        terminal.note(reasonLines(publication.reasons));
        if (!options["dry-run"]) fillOutbox(workspace, publication);
        else for (const { kind, file } of publication.uploads) tell(uploadPath(kind, file));
      }
      if (!options["dry-run"]) emptyOutbox(workspace, tell);
      const published = !options["dry-run"];
      if (options.json) terminal.printJson({ schema: "otakit.repo.publish/1", published, resumed, files });
      return undefined;
    });
  },
});
