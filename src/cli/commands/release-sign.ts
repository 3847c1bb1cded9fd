/** `otakit release sign`: signs a manifest, or adds signatures to a signed one. */

import type { Bytes } from "otakit/core";
import { parseReleaseManifest, releasePayloadType, releaseTrustPayloadType, signRelease } from "otakit/manifest";
import { addDsseSignatures, parseDsseEnvelope, type Signer } from "otakit/signing";
import { type Command, defineCommand, usageError } from "../command.ts";
import { createFile, readUserFile } from "../files.ts";
import { inspectFile } from "../inspect/detect.ts";
import { hasMembers, readJson } from "../inspect/documents.ts";
import { readSigner } from "../repo/keys.ts";
import { countOf } from "../text.ts";

export const releaseSign: Command = defineCommand({
  name: "release sign",
  summary: "sign a manifest, or add a signature to a signed release or trust file",
  details: [
    "Shows what is going to be signed: read it. A manifest becomes a signed release (a DSSE envelope); to one that is signed " +
      "already, signatures are added, so that several people can sign one after another, each where the key is kept.",
  ],
  args: [{ name: "FILE", help: "manifest, signed release or signed trust file" }],
  options: {
    key: { value: "FILE", repeatable: true, required: true, help: "private key to sign with" },
    out: { value: "FILE", required: true, help: "where the signed file goes; must not be there yet" },
  },
  examples: [
    ["otakit release sign release.json --key alice.pem --out release.alice.json", "sign a manifest"],
    ["otakit release sign release.alice.json --key bob.pem --out release.signed.json", "add a second signature"],
  ],
  async run({ options, args: [file] }, terminal) {
    const bytes = readUserFile(file!);
    terminal.note(inspectFile(bytes, Date.now()).lines);
    const signers = options.key.map((path) => readSigner(path, terminal));
    const signed = await sign(bytes, signers);
    createFile(options.out, signed);
    const { signatures } = parseDsseEnvelope(signed);
    terminal.print(`${options.out}: ${countOf(signatures.length, "signature")}`);
    return undefined;
  },
});

/** Only what this command knows how to show is signed. */
async function sign(bytes: Uint8Array, signers: readonly Signer[]): Promise<Bytes> {
  if (!hasMembers(readJson(bytes), "payload", "payloadType")) return signRelease(parseReleaseManifest(bytes), signers);
  const { payloadType } = parseDsseEnvelope(bytes);
  if (payloadType !== releasePayloadType && payloadType !== releaseTrustPayloadType) {
    throw usageError("the file is an envelope of something else than a release or a trust file", "release sign");
  }
  return addDsseSignatures(bytes, signers, { payloadType });
}
