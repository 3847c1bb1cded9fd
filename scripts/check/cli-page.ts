/** The reference page of the command line, made from the command's own help. */

/** Words of every help text, in the order of the page. */
const pages: readonly (readonly string[])[] = [
  [],
  ["tuf", "init"],
  ["tuf", "refresh"],
  ["tuf", "download"],
  ["inspect"],
  ["repo", "init"],
  ["repo", "add"],
  ["repo", "sign"],
  ["repo", "publish"],
  ["repo", "rotate"],
  ["repo", "status"],
];

const introduction = `# The command line

\`npx otakit\` or, when the package is installed, \`otakit\`. It needs Node 20.19 or later and nothing else.

- Results go to standard output, everything else to standard error. With \`--json\` the result is one JSON object with a \`schema\`; a refusal
  is one too, \`otakit.error/1\` with \`code\`, \`message\` and \`details\`.
- Every error has a stable code, see [error codes](error-codes.md), and says what to do about it. Warnings and the reasons of refusals have
  codes too, see [reason codes](reason-codes.md).
- A fault of the network is \`ERR_CLI_TRANSPORT\`, a refusal of what came over it is \`ERR_CLI_REFUSED\`: one may be tried again, the other should be
  looked at.
- Names in metadata and answers of servers are hostile text: what could steer a terminal is shown as an escape.
- Key files are read and written; their content is never shown.

This page is generated from the help texts by \`node scripts/cli-page.ts --update\`.`;

/** The page; `help` gives the help text for the words of a command. */
export async function cliPage(help: (words: readonly string[]) => Promise<string>): Promise<string> {
  const sections = [introduction];
  for (const words of pages) {
    const title = ["otakit", ...words].join(" ");
    sections.push(`## ${title}\n\n\`\`\`text\n${(await help(words)).trimEnd()}\n\`\`\``);
  }
  return `${sections.join("\n\n")}\n`;
}
