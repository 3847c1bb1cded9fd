/** Drafts of releases: JSON in which a file's name stands in place of its length and hashes. */

import { createReadStream } from "node:fs";
import { dirname, resolve } from "node:path";
import { bytesToHex, createHash, type JsonObject, type JsonValue, jsonPointer, parseStrictJson } from "otakit/core";
import { CliError } from "../errors.ts";
import { fileError, readUserFile } from "../files.ts";

/** Longest draft. */
const maxDraftBytes = 8 * 1024 * 1024;

/**
 * Reads a draft and puts length and SHA-256 in the place of each `file`, whose name is relative to the draft.
 *
 * @param onFile - told of each file as it is read
 * @throws {@link CliError} `ERR_CLI_FILE`, or `ERR_CLI_RELEASE_DRAFT` when an object names a file and says its length or hashes too
 */
export async function readDraft(path: string, onFile: (file: string, length: number) => void): Promise<JsonValue> {
  const folder = path === "-" ? "." : dirname(path);
  return fill(parseStrictJson(readUserFile(path, maxDraftBytes)), [], async (file) => {
    const described = await describe(resolve(folder, file));
    onFile(file, described.length);
    return described;
  });
}

type Describe = (file: string) => Promise<FileFacts>;

async function fill(value: JsonValue, at: readonly (string | number)[], describeFile: Describe): Promise<JsonValue> {
  if (Array.isArray(value)) {
    const items: JsonValue[] = [];
    for (const [index, item] of value.entries()) items.push(await fill(item, [...at, index], describeFile));
    return items;
  }
  if (typeof value !== "object" || value === null) return value;
  const { file, ...rest } = value as JsonObject;
  const members: (readonly [string, JsonValue])[] = [];
  for (const [name, member] of Object.entries(rest))
    members.push([name, await fill(member, [...at, name], describeFile)]);
  // Not by assignment, which loses a member of the name "__proto__".
  const filled = Object.fromEntries(members);
  if (file === undefined) return filled;
  const known = ["length", "hashes"].find((name) => name in rest);
  if (typeof file !== "string" || known !== undefined) {
    const fault = known === undefined ? "is no text" : `stands beside "${known}", which it replaces`;
    const path = jsonPointer(...at, "file");
    throw new CliError("ERR_CLI_RELEASE_DRAFT", `Cannot read draft: "${path}" ${fault}`, { path });
  }
  return { ...filled, ...(await describeFile(file)) };
}

/** What a release says of a file. */
interface FileFacts {
  readonly length: number;
  readonly hashes: { readonly sha256: string };
}

/** Reads a file once, in pieces. */
export async function describe(path: string): Promise<FileFacts> {
  const hash = createHash("sha256");
  let length = 0;
  try {
    for await (const piece of createReadStream(path)) {
      hash.update(piece as Uint8Array);
      length += (piece as Uint8Array).length;
    }
  } catch (error) {
    throw fileError("read", path, error);
  }
  return { length, hashes: { sha256: bytesToHex(hash.digest()) } };
}
