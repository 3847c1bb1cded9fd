/** `otakit release verify`: checks a signed release or a bundle, and unpacks a genuine one. */

import { closeSync, openSync, readSync, rmdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { concatBytes } from "otakit/core";
import { type BundleEvent, createBundleReader, type VerifiedRelease, verifyRelease } from "otakit/manifest";
import { type Command, defineCommand, usageError } from "../command.ts";
import { CliError } from "../errors.ts";
import { fileError, listFolder, makeFolder, maxFileBytes, tooLong } from "../files.ts";
import { beginFile, type NewFile } from "../release/new-file.ts";
import { readTrust, trustOptions } from "../release/trust.ts";
import type { Terminal } from "../terminal.ts";

export const releaseVerify: Command = defineCommand({
  name: "release verify",
  summary: "check a signed release or a bundle, and unpack a genuine one",
  details: [
    "Of a bundle every file is checked too. With --extract, each goes into the folder under its SHA-256 once it is found genuine, " +
      "and release.json with them; trust files in the bundle are followed, and the newest is written as trust.json. The folder must " +
      "be new or empty, and is so again when the bundle is refused at any place.",
    "Whether a vehicle may install the release is another question: see `otakit release explain --ecus`.",
  ],
  args: [{ name: "FILE", help: "signed release or bundle" }],
  options: {
    ...trustOptions,
    extract: { value: "DIR", help: "folder for the files of a bundle, new or empty" },
    json: { help: "write the result as JSON" },
  },
  examples: [
    ["otakit release verify release.signed.json --trust trust.1.json", "check a release"],
    ["otakit release verify update.zip --trust trust.1.json --extract update", "check a bundle and unpack it"],
  ],
  async run({ options, args: [file] }, terminal) {
    const trust = readTrust(options, "release verify", terminal);
    const now = Date.now();
    const pieces = piecesOf(file!);
    try {
      const start = startOf(pieces);
      if (!isArchive(start)) {
        if (options.extract !== undefined) throw usageError("--extract goes with a bundle", "release verify");
        report(verifyRelease(wholeOf(start, pieces, file!), trust, { now }), undefined, options.json, terminal);
        return undefined;
      }
      const unpacking = new Unpacking(options.extract);
      unpacking.orDiscard(() => {
        const reader = createBundleReader(trust, { now });
        const push = (piece: Uint8Array): void => {
          for (const event of reader.push(piece)) unpacking.take(event);
        };
        push(start);
        for (const piece of pieces) push(piece);
        reader.finish();
      });
      report(unpacking.release!, unpacking, options.json, terminal);
      return undefined;
    } finally {
      pieces.return();
    }
  },
});

/** A file in pieces, each good until the next; it is opened once, because it may be a pipe. */
function* piecesOf(path: string): Generator<Uint8Array, void> {
  const guarded = <T>(act: () => T): T => {
    try {
      return act();
    } catch (error) {
      throw fileError("read", path, error);
    }
  };
  const descriptor = path === "-" ? 0 : guarded(() => openSync(path, "r"));
  try {
    const piece = new Uint8Array(1024 * 1024);
    const read = (): number => guarded(() => readSync(descriptor, piece));
    for (let length = read(); length > 0; length = read()) yield piece.subarray(0, length);
  } finally {
    if (path !== "-") closeSync(descriptor);
  }
}

/** The first bytes of a file: two at least, if it has as many. */
function startOf(pieces: Iterator<Uint8Array>): Uint8Array {
  let start = new Uint8Array();
  while (start.length < 2) {
    const { value } = pieces.next();
    if (value === undefined) break;
    start = concatBytes(start, value);
  }
  return start;
}

/** Whether a file begins as archives do. */
function isArchive([first, second]: Uint8Array): boolean {
  return first === 0x50 && second === 0x4b;
}

function wholeOf(start: Uint8Array, rest: Iterable<Uint8Array>, path: string): Uint8Array {
  const pieces = [start];
  let length = start.length;
  for (const piece of rest) {
    length += piece.length;
    if (length > maxFileBytes) throw tooLong(path, maxFileBytes);
    pieces.push(piece.slice());
  }
  return concatBytes(...pieces);
}

/** Writes the files of a bundle as they are verified, into a folder of their own. */
class Unpacking {
  readonly #folder: string | undefined;
  readonly #isNew: boolean = false;
  readonly #written: string[] = [];
  #file: NewFile | undefined;
  #name = "";
  #trust: Uint8Array | undefined;
  release: VerifiedRelease | undefined;
  trustVersion: number | undefined;
  files = 0;
  missing: readonly unknown[] = [];

  constructor(folder: string | undefined) {
    this.#folder = folder;
    if (folder === undefined) return;
    this.#isNew = makeFolder(folder);
    if (listFolder(folder).length === 0) return;
    const message = `Cannot unpack into ${folder}: it is not empty`;
    throw new CliError("ERR_CLI_FILE_EXISTS", message, { details: { file: folder } });
  }

  take(event: BundleEvent): void {
    switch (event.kind) {
      case "trust":
        this.trustVersion = event.trust.trust.version;
        this.#trust = event.envelope;
        break;
      case "release":
        this.release = event.release;
        if (this.#trust !== undefined) this.#write("trust.json", this.#trust);
        this.#write("release.json", event.envelope);
        break;
      case "file":
        this.#begin(event.file.hashes.sha256);
        break;
      case "data":
        this.#file?.write(event.bytes);
        break;
      case "file_verified":
        this.#commit();
        this.files++;
        break;
      case "end":
        this.missing = event.missing;
    }
  }

  #begin(name: string): void {
    if (this.#folder !== undefined) this.#file = beginFile(join(this.#folder, name));
    this.#name = name;
  }

  #commit(): void {
    this.#file?.commit();
    this.#written.push(this.#name);
  }

  #write(name: string, bytes: Uint8Array): void {
    this.#begin(name);
    this.#file?.write(bytes);
    this.#commit();
  }

  /** Lets an action unpack; when it fails, nothing of it stays: a part of an update must not look like one. */
  orDiscard(act: () => void): void {
    let isWhole = false;
    try {
      act();
      isWhole = true;
    } finally {
      if (!isWhole) this.#discard();
    }
  }

  #discard(): void {
    if (this.#folder === undefined) return;
    this.#file?.discard();
    for (const name of this.#written) rmSync(join(this.#folder, name), { force: true });
    try {
      if (this.#isNew) rmdirSync(this.#folder);
    } catch {
      // Somebody else has put a file there: that stays.
    }
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
