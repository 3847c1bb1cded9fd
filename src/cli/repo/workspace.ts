/**
 * The folder of a repository: settings, keys, what is staged, and what is published.
 *
 *     otakit-repo.json        settings
 *     keys/                   private keys that this machine may use
 *     staged/                 next metadata, partly signed, and new target files
 *     requests/               signing requests for keys that are elsewhere
 *     outbox/                 a publication under way, until all of it is out
 *     published/metadata/     what clients fetch
 *     published/targets/
 */

import { rmSync } from "node:fs";
import { join } from "node:path";
import { type Bytes, isOtaError, type JsonObject, parseStrictJson, utf8ToBytes } from "otakit/core";
import {
  encodeTufMetadata,
  encodeTufName,
  parseTufMetadata,
  readTufRepository,
  type TufFiles,
  type TufMetadata,
  type TufRepositoryView,
  type TufRoot,
  type TufTargets,
  type TufTopLevelRole,
} from "otakit/manifest";
import { CliError } from "../errors.ts";
import {
  createFile,
  listFolder,
  makeFolder,
  maxFileBytes,
  readPlainFile,
  readUserFile,
  replaceFile,
} from "../files.ts";
import { lockFolder } from "../lock.ts";

/** Days until new metadata expires, by role. */
export type ExpiryDays = Readonly<Record<TufTopLevelRole, number>>;

/** Days where the user gives none: the more often a role is signed by a machine, the fewer. */
export const defaultExpiryDays: ExpiryDays = { root: 365, targets: 90, snapshot: 30, timestamp: 7 };

/** The option of every repository command. */
export const repoOption = { value: "DIR", help: "folder of the repository; the current one when absent" } as const;

const settingsFile = "otakit-repo.json";
const settingsSchema = "otakit.repo/1";

/** Roles that people sign; the others are made anew by every publication. */
export type StagedRole = "root" | "targets";

type StagedSigned<Role extends StagedRole> = Role extends "root" ? TufRoot : TufTargets;

/** A repository folder, for this process alone until it is closed. */
export class Workspace {
  readonly folder: string;
  readonly expiryDays: ExpiryDays;
  readonly #unlock: () => void;

  private constructor(folder: string, expiryDays: ExpiryDays, unlock: () => void) {
    this.folder = folder;
    this.expiryDays = expiryDays;
    this.#unlock = unlock;
  }

  /** Opens a folder that {@link Workspace.create} made. @throws {@link CliError} `ERR_CLI_REPOSITORY` */
  static open(folder = "."): Workspace {
    const bytes = readPlainFile(join(folder, settingsFile), maxFileBytes);
    if (bytes === undefined) {
      throw new CliError(
        "ERR_CLI_REPOSITORY",
        `Cannot use ${folder}: it is no repository (otakit repo init makes one)`,
        {
          details: { file: settingsFile },
        },
      );
    }
    return new Workspace(folder, readSettings(bytes), lockFolder(folder));
  }

  /** Starts a repository in a folder. @throws {@link CliError} `ERR_CLI_FILE_EXISTS` when there is one */
  static create(folder: string, expiryDays: ExpiryDays): Workspace {
    makeFolder(folder);
    const unlock = lockFolder(folder);
    try {
      const settings = { schema: settingsSchema, expiryDays };
      createFile(join(folder, settingsFile), utf8ToBytes(`${JSON.stringify(settings, undefined, 2)}\n`));
    } catch (error) {
      unlock();
      throw error;
    }
    return new Workspace(folder, expiryDays, unlock);
  }

  close(): void {
    this.#unlock();
  }

  path(...segments: readonly string[]): string {
    return join(this.folder, ...segments);
  }

  /** When metadata of a role that is made now expires, in epoch milliseconds. */
  expiryOf(role: TufTopLevelRole, now: number): number {
    return now + this.expiryDays[role] * 86_400_000;
  }

  /** Published metadata by file name. */
  publishedFiles(): TufFiles {
    const folder = this.path("published", "metadata");
    const files = listFolder(folder).filter((name) => name.endsWith(".json"));
    return new Map(files.map((name) => [name, readUserFile(join(folder, name))]));
  }

  /** What is published, if anything is. @throws `ManifestError` `ERR_MANIFEST_TUF_REPOSITORY` */
  published(): TufRepositoryView | undefined {
    const files = this.publishedFiles();
    return files.has("timestamp.json") ? readTufRepository(files) : undefined;
  }

  /** Metadata that waits for signatures or for publication. */
  staged<Role extends StagedRole>(role: Role): TufMetadata<StagedSigned<Role>> | undefined {
    const path = this.path("staged", `${role}.json`);
    const bytes = readPlainFile(path, maxFileBytes);
    if (bytes === undefined) return undefined;
    const metadata = parseTufMetadata(bytes, { maxBytes: maxFileBytes, maxEntries: 2_000_000 });
    if (metadata.signed._type === role) return metadata as TufMetadata<StagedSigned<Role>>;
    throw new CliError("ERR_CLI_REPOSITORY", `Cannot use ${path}: it is ${metadata.signed._type} metadata`, {
      details: { file: path },
    });
  }

  /** Stages metadata with the signatures that it has by now. */
  stage(metadata: TufMetadata<TufRoot | TufTargets>): void {
    makeFolder(this.path("staged"));
    replaceFile(this.path("staged", `${metadata.signed._type}.json`), encodeTufMetadata(metadata));
  }

  /** Where a new target file waits for its publication. */
  stagedTarget(path: string): string {
    const folder = this.path("staged", "targets");
    makeFolder(folder);
    return join(folder, encodeTufName(path));
  }

  /** Writes a file below the folder, durably. */
  write(bytes: Bytes, ...segments: readonly string[]): string {
    makeFolder(this.path(...segments.slice(0, -1)));
    const path = this.path(...segments);
    replaceFile(path, bytes);
    return path;
  }

  remove(...segments: readonly string[]): void {
    rmSync(this.path(...segments), { recursive: true, force: true });
  }
}

/** Runs an action on the repository of a folder. */
export async function withWorkspace<T>(
  folder: string | undefined,
  act: (workspace: Workspace) => Promise<T>,
): Promise<T> {
  const workspace = Workspace.open(folder);
  try {
    return await act(workspace);
  } finally {
    workspace.close();
  }
}

function readSettings(bytes: Uint8Array): ExpiryDays {
  const refuse = (path: string, what: string): CliError =>
    new CliError("ERR_CLI_REPOSITORY", `Cannot read ${settingsFile}: "${path}" expected ${what}`, { path });
  let settings: JsonObject;
  try {
    settings = parseStrictJson(bytes) as JsonObject;
  } catch (cause) {
    if (!isOtaError(cause)) throw cause;
    throw new CliError("ERR_CLI_REPOSITORY", `Cannot read ${settingsFile}: ${cause.message}`, { cause });
  }
  if (settings?.["schema"] !== settingsSchema) throw refuse("/schema", settingsSchema);
  const days = (settings["expiryDays"] ?? {}) as JsonObject;
  const roles = Object.keys(defaultExpiryDays) as TufTopLevelRole[];
  const wrong = roles.find((role) => !isDays(days[role]));
  if (wrong !== undefined) throw refuse(`/expiryDays/${wrong}`, "integer in 1 .. 3650");
  return Object.fromEntries(roles.map((role) => [role, days[role]])) as unknown as ExpiryDays;
}

/** Whether a value is a sensible number of days. */
export function isDays(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 1 && (value as number) <= 3650;
}
