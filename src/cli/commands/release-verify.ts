/** `otakit release verify`: checks a signed release or a bundle, and unpacks a genuine one. */

import { closeSync, openSync, readSync } from "node:fs";
import { join } from "node:path";
import { type BundleEvent, createBundleReader, type VerifiedRelease, verifyRelease } from "otakit/manifest";
import { type Command, defineCommand, usageError } from "../command.ts";
import { fileError, makeFolder, readUserFile } from "../files.ts";
import { beginFile, type NewFile } from "../release/new-file.ts";
import { readTrust, trustOptions } from "../release/trust.ts";
import type { Terminal } from "../terminal.ts";

export const releaseVerify: Command = defineCommand({
  name: "release verify",
  summary: "check a signed release or a bundle, and unpack a genuine one",
  details: [
    "Of a bundle every file is checked too. With --extract, each goes into the folder under its SHA-256 once it is found genuine, " +
      "and release.json with them; trust files in the bundle are followed, and the newest is written as trust.json.",
    "Whether a vehicle may install the release is another question: see `otakit release explain --ecus`.",
  ],
  args: [{ name: "FILE", help: "signed release or bundle" }],
  options: {
    ...trustOptions,
    extract: { value: "DIR", help: "folder for the files of a bundle" },
    json: { help: "write the result as JSON" },
  },
  examples: [
    ["otakit release verify release.signed.json --trust trust.1.json", "check a release"],
    ["otakit release verify update.zip --trust trust.1.json --extract update", "check a bundle and unpack it"],
  ],
  async run({ options, args: [file] }, terminal) {
    const trust = readTrust(options, "release verify", terminal);
    const now = Date.now();
    if (!isArchive(file!)) {
      if (options.extract !== undefined) throw usageError("--extract goes with a bundle", "release verify");
      report(verifyRelease(readUserFile(file!), trust, { now }), undefined, options.json, terminal);
      return undefined;
    }
    const unpacking = new Unpacking(options.extract);
    try {
      const reader = createBundleReader(trust, { now });
      readPieces(file!, (piece) => {
        for (const event of reader.push(piece)) unpacking.take(event);
      });
      reader.finish();
    } finally {
      unpacking.close();
    }
    report(unpacking.release!, unpacking, options.json, terminal);
    return undefined;
  },
});

/** Whether a file begins as archives do; standard input is read as a release. */
function isArchive(path: string): boolean {
  if (path === "-") return false;
  let found = "";
  const look = (piece: Uint8Array): void => {
    found = String.fromCharCode(...piece.subarray(0, 2));
  };
  readPieces(path, look, 1);
  return found === "PK";
}

function readPieces(path: string, take: (piece: Uint8Array) => void, atMost = Number.POSITIVE_INFINITY): void {
  let descriptor: number | undefined;
  const piece = new Uint8Array(1024 * 1024);
  const read = (): number => {
    try {
      descriptor ??= openSync(path, "r");
      return readSync(descriptor, piece);
    } catch (error) {
      throw fileError("read", path, error);
    }
  };
  try {
    let pieces = 0;
    for (let length = read(); length > 0; length = read()) {
      take(piece.subarray(0, length));
      if (++pieces >= atMost) return;
    }
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}

/** Writes the files of a bundle as they are verified. */
class Unpacking {
  readonly #folder: string | undefined;
  #file: NewFile | undefined;
  release: VerifiedRelease | undefined;
  trustVersion: number | undefined;
  files = 0;
  missing: readonly unknown[] = [];

  constructor(folder: string | undefined) {
    this.#folder = folder;
    if (folder !== undefined) makeFolder(folder);
  }

  take(event: BundleEvent): void {
    switch (event.kind) {
      case "trust":
        this.trustVersion = event.trust.trust.version;
        this.#write("trust.json", event.envelope);
        break;
      case "release":
        this.release = event.release;
        this.#write("release.json", event.envelope);
        break;
      case "file":
        if (this.#folder !== undefined) this.#file = beginFile(join(this.#folder, event.file.hashes.sha256), true);
        break;
      case "data":
        this.#file?.write(event.bytes);
        break;
      case "file_verified":
        this.#file?.commit();
        this.files++;
        break;
      case "end":
        this.missing = event.missing;
    }
  }

  #write(name: string, bytes: Uint8Array): void {
    if (this.#folder === undefined) return;
    const file = beginFile(join(this.#folder, name), true);
    try {
      file.write(bytes);
      file.commit();
    } finally {
      file.discard();
    }
  }

  close(): void {
    this.#file?.discard();
  }
}

function report(
  { manifest, digest, origin }: VerifiedRelease,
  bundle: Unpacking | undefined,
  json: boolean,
  terminal: Terminal,
): void {
  const signedBy = origin.kind === "envelope" ? origin.envelope.signedBy : [];
  const { releaseId, expires } = manifest;
  if (json) {
    const { files, missing, trustVersion } = bundle ?? {};
    const contents = bundle === undefined ? {} : { bundle: { files, missing, trustVersion } };
    terminal.printJson({ schema: "otakit.release.verify/1", releaseId, digest, expires, signedBy, ...contents });
    return;
  }
  terminal.print([`Release ${releaseId} is genuine and has not expired`, `Expires: ${expires}`, `Digest: ${digest}`]);
  terminal.print(signedBy.map((keyId) => `Signed by: ${keyId}`));
  if (bundle === undefined) return;
  if (bundle.trustVersion !== undefined) terminal.print(`Newest trust file in the bundle: ${bundle.trustVersion}`);
  terminal.print(`Genuine files: ${bundle.files}; files of the release that are not there: ${bundle.missing.length}`);
}
