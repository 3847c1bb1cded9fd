/** `otakit repo sign`: signs what is staged, or a signing request of another machine. */

import { addSignature, encodeSigningRequest, explainSigningRequest, parseSigningRequest } from "otakit/signing";
import { type Command, defineCommand, usageError } from "../command.ts";
import { createFile, readUserFile } from "../files.ts";
import { readSigner, readSigners } from "../repo/keys.ts";
import { collectSignatures, reportSignings } from "../repo/signatures.ts";
import { repoOption, withWorkspace } from "../repo/workspace.ts";
import type { Terminal } from "../terminal.ts";

export const repoSign: Command = defineCommand({
  name: "repo sign",
  summary: "sign what is staged, bring signatures back, or sign a request offline",
  details: [
    "In the repository: signs the staged metadata with every private key in keys/ and with each --key, takes in the files of " +
      "--import, and writes a request file for what is still missing.",
    "Where a key is kept, without the repository: --request FILE shows what is going to be signed, signs it with --key and writes " +
      "--out. Read what is shown before you send the file back: by its bytes, not by what the requester says.",
  ],
  options: {
    repo: repoOption,
    key: { value: "FILE", repeatable: true, help: "private key to sign with" },
    import: { value: "FILE", repeatable: true, help: "signing request that came back signed" },
    request: { value: "FILE", help: "signing request to sign, without a repository" },
    out: { value: "FILE", help: "where the signed request goes" },
  },
  examples: [
    ["otakit repo sign --repo fleet", "sign with the keys of the folder"],
    ["otakit repo sign --request root-2.json --key alice.pem --out root-2.alice.json", "sign offline"],
    ["otakit repo sign --repo fleet --import root-2.alice.json", "bring the signature back"],
  ],
  async run({ options }, terminal) {
    const signers = options.key.map((file) => readSigner(file, terminal));
    if (options.request !== undefined) {
      if (options.repo !== undefined || options.import.length > 0) {
        throw usageError("--request is signed without a repository", "repo sign");
      }
      if (signers.length === 0) throw usageError("--key is missing", "repo sign");
      if (options.out === undefined) throw usageError("--out is missing", "repo sign");
      return signRequest(options.request, signers, options.out, terminal);
    }
    if (options.out !== undefined) throw usageError("--out goes with --request", "repo sign");
    return withWorkspace(options.repo, async (workspace) => {
      const returned = options.import.map((file) => parseSigningRequest(readUserFile(file)));
      const all = [...readSigners(workspace.path("keys"), terminal), ...signers];
      const signings = await collectSignatures(workspace, all, returned);
      const strangers = returned.filter(({ sha256 }) => !signings.some(({ request }) => request.sha256 === sha256));
      for (const { purpose } of strangers) terminal.warn(`A returned file is for nothing that is staged: "${purpose}"`);
      if (signings.length === 0) terminal.print("Nothing is staged");
      reportSignings(workspace, signings, terminal);
      return strangers.length > 0 ? "negative" : undefined;
    });
  },
});

async function signRequest(
  file: string,
  signers: readonly Parameters<typeof addSignature>[1][],
  out: string,
  terminal: Terminal,
): Promise<undefined> {
  let request = parseSigningRequest(readUserFile(file));
  terminal.print(explainSigningRequest(request).trimEnd().split("\n"));
  for (const signer of signers) request = await addSignature(request, signer);
  createFile(out, encodeSigningRequest(request));
  terminal.print(`Signed: ${out}`);
}
