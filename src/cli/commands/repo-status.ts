/** `otakit repo status`: what is published, staged and about to expire. */

import { reportTufExpiry } from "otakit/manifest";
import { signingProgress } from "otakit/signing";
import { type Command, defineCommand, usageError } from "../command.ts";
import { spanText } from "../inspect/report.ts";
import { parseCount } from "../repo/options.ts";
import { hasOutbox } from "../repo/publication.ts";
import { progressLine, stagedSignings } from "../repo/signatures.ts";
import { repoOption, withWorkspace } from "../repo/workspace.ts";

export const repoStatus: Command = defineCommand({
  name: "repo status",
  summary: "tell what is published, what is staged, and what expires soon",
  details: [
    "The exit code is 1 when something expires within the given days, so that a timer can raise an alarm; each line then says who " +
      "has to sign what.",
  ],
  options: {
    repo: repoOption,
    within: { value: "DAYS", help: "what counts as soon; 3 when absent" },
    json: { help: "write the result as JSON" },
  },
  examples: [
    ["otakit repo status --repo fleet", "see how things stand"],
    ["otakit repo status --repo fleet --within 14", "fail when something expires in the next two weeks"],
  ],
  async run({ options }, terminal) {
    const days = options.within === undefined ? 3 : parseCount(options.within);
    if (days === undefined) throw usageError(`--within expected days >= 1, got "${options.within}"`, "repo status");
    return withWorkspace(options.repo, async (workspace) => {
      const published = workspace.published();
      const staged = stagedSignings(workspace).map(({ role, metadata, request }) => ({
        role,
        version: metadata.signed.version,
        quorums: signingProgress(request),
      }));
      const roles =
        published === undefined
          ? []
          : Object.entries({
              root: published.root,
              timestamp: published.timestamp,
              snapshot: published.snapshot,
              ...published.targets,
            }).map(([role, { signed }]) => ({ role, version: signed.version, expires: signed.expires }));
      const expiring = published === undefined ? [] : reportTufExpiry(published, Date.now(), days * 86_400_000);
      const interrupted = hasOutbox(workspace);
      if (options.json) {
        terminal.printJson({ schema: "otakit.repo.status/1", published: roles, staged, expiring, interrupted });
      } else {
        if (roles.length === 0) terminal.print("Nothing is published yet");
        for (const { role, version, expires } of roles) {
          terminal.print(`published: ${role} version ${version}, valid until ${expires}`);
        }
        for (const { role, version, quorums } of staged) {
          for (const quorum of quorums) terminal.print(`staged: ${role} version ${version}, ${progressLine(quorum)}`);
        }
        if (interrupted) terminal.print("A publication was interrupted; otakit repo publish completes it");
        for (const { role, expired, leftMs, resign } of expiring) {
          const when = expired ? `expired ${spanText(leftMs)} ago` : `expires in ${spanText(leftMs)}`;
          terminal.warn(`${role} ${when}; to be signed again: ${resign.map((item) => item.role).join(", ")}`);
        }
      }
      return expiring.length > 0 ? "negative" : undefined;
    });
  },
});
