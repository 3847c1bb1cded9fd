/**
 * Writes `docs/reference/uds-disagreements.md` from reports of `npm run interop -- --json FILE`: how often otakit and the other
 * decoders of diagnostic messages read the same, and why not.
 */

import { readFileSync } from "node:fs";
import { finish, syncFile } from "./check/generated.ts";

interface Report {
  readonly peers: readonly {
    readonly peer: string;
    readonly version?: string;
    readonly comparisons: readonly { readonly what: string; readonly total: number; readonly failed: number }[];
  }[];
}

const isOfUds = /py-uds|udsoncan|scapy|tshark|doipclient|python obd/;
const files = process.argv.slice(2).filter((argument) => !argument.startsWith("--"));
const peers = files
  .flatMap((file) => (JSON.parse(readFileSync(file, "utf8")) as Report).peers)
  .filter(({ peer, comparisons }) => isOfUds.test(peer) && comparisons.length > 0)
  .sort((left, right) => (left.peer < right.peer ? -1 : 1));
if (peers.length === 0) {
  console.error("usage: npm run disagreements -- REPORT... [--update], reports of npm run interop -- --json");
  process.exit(64);
}
const unexplained = peers.filter(({ comparisons }) => comparisons.some(({ failed }) => failed > 0));
if (unexplained.length > 0) {
  console.error(`Unexplained: ${unexplained.map(({ peer }) => peer).join(", ")}`);
  process.exit(1);
}

/** A class begins with who is right; what does not is agreement. */
const verdict = /^(?:apart from it, )?(otakit right|both): (.*)$/;

const rows = peers.map(({ peer, version, comparisons }) => {
  const classes = comparisons.flatMap(({ what, total }) => {
    const [, who, why] = verdict.exec(what) ?? [];
    return who === undefined ? [] : [{ who: who === "both" ? "both are possible" : who, why: why!, total }];
  });
  const total = comparisons.reduce((sum, each) => sum + each.total, 0);
  // The distribution corrects tshark without a word of ours.
  return {
    peer,
    version: peer.startsWith("tshark") ? version?.replace(/\.\d+$/, "") : version,
    total,
    classes,
    differs: classes.reduce((sum, each) => sum + each.total, 0),
  };
});
const cell = (text: string): string => text.replaceAll("|", "\\|");
const total = rows.reduce((sum, each) => sum + each.total, 0);

const page = `# Where decoders of diagnostic messages disagree

Six other programs read the messages of UDS, DoIP and OBD-II that otakit reads, live, in \`npm run interop\`: many are damaged on purpose. Every
difference belongs to a class below, or the run fails. *otakit right* means that the standard or the bytes leave no choice, and that a second
program reads as otakit does; *both are possible* means that the standard leaves it open, or that one of the two says less.

Counts are those of one run of ${total.toLocaleString("en")} messages; the messages are the same in every run.

| peer | version | messages | the same | different |
|---|---|---|---|---|
${rows.map((row) => `| ${row.peer} | ${row.version} | ${row.total} | ${row.total - row.differs} | ${row.differs} |`).join("\n")}

${rows
  .map(({ peer, classes }) =>
    [
      `## ${peer}`,
      "",
      "| messages | who is right | what differs |",
      "|---|---|---|",
      ...classes.map(({ total: count, who, why }) => `| ${count} | ${who} | ${cell(why)} |`),
    ].join("\n"),
  )
  .join("\n\n")}

This page is written by \`npm run interop -- --json report.json\` and \`npm run disagreements -- report.json --update\`.
`;

const drift = syncFile("docs/reference/uds-disagreements.md", page, process.argv.includes("--update"));
finish(drift === undefined ? [] : [drift], "The page of disagreements shows the report");
