/**
 * The folder of a demonstration: both repositories, the keys of all, and the vehicle's store.
 *
 *     otakit-uptane.json      that it is one, and what the Director remembers of the vehicle
 *     keys/                   private keys of both repositories, of the supplier and of the ECUs
 *     director/metadata/      what the vehicle is served by the Director
 *     image/metadata/         what the Image repository serves
 *     image/targets/          images, under their hashes
 *     vehicle/                what the Primary has stored, by repository
 */

import { join } from "node:path";
import { encodeJcs, type JsonObject, parseStrictJson } from "otakit/core";
import { type DirectorVehicleState, parseDirectorState, tufTargetFile, type UptaneInstalled } from "otakit/manifest";
import type { Signer } from "otakit/signing";
import { CliError } from "../errors.ts";
import { createFile, listFolder, makeFolder, maxFileBytes, readPlainFile, removeFile, replaceFile } from "../files.ts";
import { makeKey, readSigner, writeKey } from "../repo/keys.ts";
import type { Terminal } from "../terminal.ts";
import {
  catalogue,
  contentOf,
  demoVehicle,
  LivingPair,
  type PairFiles,
  type PairKeys,
  type PairSigners,
} from "./pair.ts";

/** The option of every command. */
export const demoOption = { value: "DIR", required: true, help: "folder of the demonstration" } as const;

const installedFile = "vehicle/installed.json";
const settingsFile = "otakit-uptane.json";
const schema = "otakit.uptane-demo/1";
const repositories = ["director", "image"] as const;
const roles = ["root", "targets", "snapshot", "timestamp"] as const;

/** Starts a folder: new keys, both repositories, the first assignment. */
export async function createDemo(folder: string, now: number): Promise<LivingPair> {
  makeFolder(folder);
  if (readPlainFile(join(folder, settingsFile), 1) !== undefined) {
    throw new CliError("ERR_CLI_FILE_EXISTS", `Cannot start ${folder}: there is a demonstration already`, {
      details: { file: settingsFile },
    });
  }
  const write = (name: string): Signer => {
    const key = makeKey(undefined);
    writeKey(join(folder, "keys"), name, key);
    return key.signer;
  };
  const pair = await LivingPair.create(keysOf(write), now);
  for (const [path, { hashes }] of Object.values(catalogue)) {
    const file = join(folder, "image", "targets", tufTargetFile(path, hashes["sha256"]!));
    makeFolder(join(file, ".."));
    createFile(file, new Uint8Array(contentOf(path)));
  }
  saveVehicle(folder, {
    director: new Map([["root.json", pair.roots.director]]),
    image: new Map([["root.json", pair.roots.image]]),
  });
  savePair(folder, pair);
  return pair;
}

/** Writes what the repositories serve, and the Director's memory last: until it is there, the folder is no demonstration. */
export function savePair(folder: string, pair: LivingPair): void {
  for (const repository of repositories) saveFiles(join(folder, repository, "metadata"), pair.files[repository]);
  const settings = { schema, director: pair.state! };
  replaceFile(join(folder, settingsFile), encodeJcs(settings));
}

/** Reads a folder back. @throws {@link CliError} `ERR_CLI_REPOSITORY` */
export function loadPair(folder: string, now: number, terminal: Terminal): LivingPair {
  const settings = readPlainFile(join(folder, settingsFile), maxFileBytes);
  if (settings === undefined) {
    throw new CliError(
      "ERR_CLI_REPOSITORY",
      `Cannot use ${folder}: it is no demonstration (otakit uptane demo makes one)`,
      {
        details: { file: settingsFile },
      },
    );
  }
  return new LivingPair({
    keys: keysOf((name) => readSigner(join(folder, "keys", `${name}.pem`), terminal)),
    files: {
      director: loadFiles(join(folder, "director", "metadata")),
      image: loadFiles(join(folder, "image", "metadata")),
    },
    state: stateOf(settings),
    now,
  });
}

function stateOf(settings: Uint8Array): DirectorVehicleState {
  const { director } = parseStrictJson(settings) as JsonObject;
  return parseDirectorState(encodeJcs(director ?? null));
}

/** What the Primary has stored. */
export function loadVehicle(folder: string): { readonly director: PairFiles; readonly image: PairFiles } {
  return {
    director: loadFiles(join(folder, "vehicle", "director")),
    image: loadFiles(join(folder, "vehicle", "image")),
  };
}

/** Stores what the Primary has verified. */
export function saveVehicle(folder: string, store: Readonly<Record<(typeof repositories)[number], PairFiles>>): void {
  for (const repository of repositories) {
    const path = join(folder, "vehicle", repository);
    saveFiles(path, store[repository]);
    // What a revocation dropped must not come back.
    for (const name of listFolder(path)) if (!store[repository].has(name)) removeFile(join(path, name));
  }
}

/** What the vehicle's ECUs run, by ECU id; nothing is known of an ECU before its first update. */
export function loadInstalled(folder: string): Readonly<Record<string, UptaneInstalled>> {
  const bytes = readPlainFile(join(folder, installedFile), maxFileBytes);
  return bytes === undefined ? {} : (parseStrictJson(bytes) as unknown as Readonly<Record<string, UptaneInstalled>>);
}

export function saveInstalled(folder: string, installed: Readonly<Record<string, UptaneInstalled>>): void {
  replaceFile(join(folder, installedFile), encodeJcs(installed as unknown as JsonObject));
}

function saveFiles(folder: string, files: PairFiles): void {
  makeFolder(folder);
  for (const [name, bytes] of files) replaceFile(join(folder, name), bytes);
}

function loadFiles(folder: string): PairFiles {
  const names = listFolder(folder).filter((name) => name.endsWith(".json"));
  return new Map(
    names.flatMap((name) => {
      const bytes = readPlainFile(join(folder, name), maxFileBytes);
      return bytes === undefined ? [] : [[name, bytes] as const];
    }),
  );
}

/** The keys of a pair, each had by its name. */
function keysOf(signer: (name: string) => Signer): PairKeys {
  const ofRepository = (repository: string): PairSigners =>
    Object.fromEntries(roles.map((role) => [role, signer(`${repository}-${role}`)])) as unknown as PairSigners;
  const ecus = Object.fromEntries(demoVehicle.ecus.map(({ ecuId }) => [ecuId, signer(`ecu-${ecuId}`)]));
  return {
    director: ofRepository("director"),
    image: ofRepository("image"),
    supplier: signer("supplier"),
    ecus: ecus as PairKeys["ecus"],
  };
}
