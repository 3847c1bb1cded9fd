/** `otakit repo add`: stages targets. */

import { closeSync, fsyncSync, openSync, readSync, renameSync, rmSync } from "node:fs";
import { basename } from "node:path";
import { bytesToHex, createHash, isOtaError, type JsonObject, parseStrictJson } from "otakit/core";
import {
  addTufTargets,
  bumpTufVersion,
  encodeTufName,
  removeTufTargets,
  type TufTargetFile,
  type TufTargets,
  tufTargetFile,
} from "otakit/manifest";
import { type Command, defineCommand, usageError } from "../command.ts";
import { CliError } from "../errors.ts";
import { fileError, writeAll } from "../files.ts";
import { readSigners } from "../repo/keys.ts";
import { collectSignatures, reportSignings } from "../repo/signatures.ts";
import { repoOption, type Workspace, withWorkspace } from "../repo/workspace.ts";

export const repoAdd: Command = defineCommand({
  name: "repo add",
  summary: "stage files as targets, or take targets off the list",
  details: [
    "The files are copied and hashed now and listed in the next version of the targets metadata, which the targets keys then sign. " +
      "Without files the next version lists what the last one does and expires later.",
  ],
  args: [{ name: "FILE", help: "file to distribute", optional: true, repeatable: true }],
  options: {
    repo: repoOption,
    as: { value: "PATH", help: "target path of a single file; its name when absent" },
    below: { value: "PATH", help: "folder of the target paths, for example brake" },
    custom: { value: "JSON", help: "custom object of the targets, covered by the signature" },
    remove: { value: "PATH", repeatable: true, help: "target path to take off the list" },
  },
  examples: [
    ["otakit repo add --repo fleet --as brake/v2.bin build/brake.bin", "distribute a file as brake/v2.bin"],
    ["otakit repo add --repo fleet --remove brake/v1.bin", "stop distributing one"],
    ["otakit repo add --repo fleet", "renew the targets metadata before it expires"],
  ],
  async run({ options, args }, terminal) {
    if (options.as !== undefined && args.length !== 1) throw usageError("--as is for one FILE", "repo add");
    if (options.as !== undefined && options.below !== undefined) {
      throw usageError("--as and --below contradict each other", "repo add");
    }
    const custom = options.custom === undefined ? undefined : parseCustom(options.custom);
    return withWorkspace(options.repo, async (workspace) => {
      const files = args.map((file): readonly [string, TufTargetFile] => {
        const below = options.below === undefined ? "" : `${options.below.replace(/\/$/, "")}/`;
        const path = options.as ?? `${below}${basename(file)}`;
        const described = stageFile(workspace, path, file);
        return [path, custom === undefined ? described : { ...described, custom }];
      });
      const listed = addTufTargets(nextTargets(workspace), files);
      const targets = removeTufTargets(listed, options.remove);
      workspace.stage({ signed: targets, signatures: [] });
      for (const path of options.remove)
        rmSync(workspace.path("staged", "targets", encodeTufName(path)), { force: true });
      for (const [path, { length }] of files) terminal.print(`${path}: ${length} bytes staged`);
      for (const path of options.remove) terminal.print(`${path}: taken off the list`);
      const signings = await collectSignatures(workspace, readSigners(workspace.path("keys"), terminal));
      reportSignings(workspace, signings, terminal);
      return undefined;
    });
  },
});

/** The targets metadata to change: the staged one, or the version after the published one. */
function nextTargets(workspace: Workspace): TufTargets {
  const expires = workspace.expiryOf("targets", Date.now());
  const staged = workspace.staged("targets")?.signed;
  const published = workspace.published()?.targets["targets"]?.signed;
  if (staged === undefined && published !== undefined) return bumpTufVersion(published, { expires });
  if (staged === undefined) {
    throw new CliError("ERR_CLI_REPOSITORY", "Cannot add targets: there are no targets, neither published nor staged");
  }
  const version = published === undefined ? staged.version : published.version + 1;
  // The version is still free; only the expiry is renewed.
  return bumpTufVersion({ ...staged, version: version - 1 }, { expires });
}

/** Copies a file to where it waits, and describes what was copied. */
function stageFile(workspace: Workspace, path: string, file: string): TufTargetFile {
  // Refused here, before anything is copied.
  tufTargetFile(path);
  const staged = workspace.stagedTarget(path);
  const temporary = workspace.path("staged", ".otakit-copy");
  const hash = createHash("sha256");
  let length = 0;
  try {
    rmSync(temporary, { force: true });
    const from = openSync(file, "r");
    const to = openSync(temporary, "wx", 0o644);
    try {
      const chunk = new Uint8Array(1024 * 1024);
      for (let read = readSync(from, chunk); read > 0; read = readSync(from, chunk)) {
        hash.update(chunk.subarray(0, read));
        writeAll(to, chunk.subarray(0, read));
        length += read;
      }
      fsyncSync(to);
    } finally {
      closeSync(from);
      closeSync(to);
    }
    renameSync(temporary, staged);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw fileError("copy", file, error);
  }
  return { length, hashes: { sha256: bytesToHex(hash.digest()) } };
}

function parseCustom(text: string): JsonObject {
  try {
    const value = parseStrictJson(text);
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as JsonObject;
  } catch (error) {
    if (!isOtaError(error)) throw error;
    throw usageError(`--custom is no JSON: ${error.message}`, "repo add");
  }
  throw usageError("--custom expected a JSON object", "repo add");
}
