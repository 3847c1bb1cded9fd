/**
 * The TUF client's own metadata on the disk: one plain file for each role, exactly as received.
 *
 * What is read back is as untrusted as what is fetched; the client checks it anew. A crash leaves whole files only, in the order
 * in which they were to be written.
 */

import { join } from "node:path";
import type { Bytes } from "otakit/core";
import { encodeTufName, type TufEquivocation, type TufFileChange, tufMetadataFile } from "otakit/manifest";
import { CliError } from "../errors.ts";
import { type Disk, fileError, makeFolder, nodeDisk, readPlainFile, removeFile, replaceFile } from "../files.ts";
import { lockFolder } from "../lock.ts";

/** Metadata files of a client, for this process alone until it is closed. */
export interface MetadataStore {
  /**
   * Reads a file.
   *
   * @returns at most one byte more than `maxBytes`; `undefined` when there is none
   */
  read(file: string, maxBytes: number): Bytes | undefined;
  /** Carries out changes in their order, each on the medium before the next. */
  apply(changes: readonly TufFileChange[]): void;
  /** Keeps both files of an equivocation, as evidence. @returns the folder */
  keepEvidence(evidence: TufEquivocation): string;
  close(): void;
}

/**
 * Opens the folder of a client and locks it.
 *
 * @throws {@link CliError} `ERR_CLI_STORE_LOCKED` or `ERR_CLI_FILE`; the functions of the store throw `ERR_CLI_STORE`
 */
export function openMetadataStore(folder: string, disk: Disk = nodeDisk): MetadataStore {
  const unlock = lockFolder(folder);
  const guarded = <T>(what: string, path: string, act: () => T): T => {
    try {
      return act();
    } catch (error) {
      throw fileError(what, path, error, "ERR_CLI_STORE");
    }
  };
  return {
    read(file, maxBytes) {
      const path = pathOf(folder, file);
      return guarded("read", path, () => readPlainFile(path, maxBytes + 1));
    },
    apply(changes) {
      for (const { file, bytes } of changes) {
        const path = pathOf(folder, file);
        if (bytes === undefined) guarded("remove", path, () => removeFile(path, disk));
        else guarded("write", path, () => replaceFile(path, bytes, disk));
      }
    },
    keepEvidence({ role, version, files }) {
      const evidence = join(folder, "evidence");
      makeFolder(evidence);
      files.forEach((text, index) => {
        const path = join(evidence, `${version}.${encodeTufName(role)}.${index === 0 ? "had" : "got"}.json`);
        guarded("write", path, () => replaceFile(path, new TextEncoder().encode(text), disk));
      });
      return evidence;
    },
    close: unlock,
  };
}

/** The client names files safely; this is the second look, at the last place before the disk. */
function pathOf(folder: string, file: string): string {
  if (/^[A-Za-z0-9._~%-]+\.json$/.test(file)) return join(folder, file);
  throw new CliError("ERR_CLI_STORE", `Cannot store ${file.slice(0, 128)}: it is not the name of one file`, {
    details: { file: file.slice(0, 128) },
  });
}

/** Name of the root of trust in a store. */
export const rootFile: string = tufMetadataFile("root");
