/** What the commands of a TUF client share: their options, and a client over store and repository. */

import { usageError } from "../command.ts";
import { fetchBytes, fileUrl, parseBaseUrl } from "../http.ts";
import type { Terminal } from "../terminal.ts";
import { TufDriver } from "./driver.ts";
import { openMetadataStore } from "./store.ts";

/** The option of every TUF command. */
export const storeOption = {
  "metadata-dir": { value: "DIR", required: true, help: "folder of the trusted metadata" },
} as const;

/** Options of the commands that ask a repository. */
export const repositoryOptions = {
  "metadata-dir": { value: "DIR", required: true, help: "folder of the trusted metadata" },
  "metadata-url": { value: "URL", required: true, help: "address of the repository's metadata" },
  "allow-http": { help: "allow plain http to other machines; what is fetched is verified all the same" },
  timeout: { value: "SECONDS", help: "longest silence of the server; 30 when absent" },
  json: { help: "write the result as JSON" },
} as const;

/** Values of {@link repositoryOptions}. */
export interface RepositoryOptionValues {
  readonly "metadata-dir": string;
  readonly "metadata-url": string;
  readonly "allow-http": boolean;
  readonly timeout: string | undefined;
}

/** The timeout of an option in milliseconds. */
export function timeoutOf(seconds: string | undefined): number {
  if (seconds === undefined) return 30_000;
  const value = /^\d{1,5}(\.\d{1,3})?$/.test(seconds) ? Number(seconds) : 0;
  if (value <= 0) throw usageError(`--timeout expected seconds above 0, got "${seconds}"`);
  return value * 1000;
}

/** Runs an action with a client that has the folder for itself; the client is not refreshed yet. */
export async function withTufClient<T>(
  options: RepositoryOptionValues,
  terminal: Terminal,
  act: (driver: TufDriver) => Promise<T>,
): Promise<T> {
  const timeoutMs = timeoutOf(options.timeout);
  const base = parseBaseUrl("metadata-url", options["metadata-url"], options["allow-http"]);
  const store = openMetadataStore(options["metadata-dir"]);
  try {
    const fetch = (file: string, maxBytes: number) => fetchBytes(fileUrl(base, file), { maxBytes, timeoutMs });
    return await act(new TufDriver({ store, fetch, terminal }));
  } finally {
    store.close();
  }
}

/** Versions and expiries of the top-level roles. */
export function trustedRoles({ client }: TufDriver): readonly {
  readonly role: string;
  readonly version: number;
  readonly expires: string;
}[] {
  const roles = { root: client.root, timestamp: client.timestamp, snapshot: client.snapshot };
  const all = Object.entries({ ...roles, targets: client.targets["targets"]?.trusted });
  return all.flatMap(([role, trusted]) =>
    trusted === undefined ? [] : [{ role, version: trusted.signed.version, expires: trusted.signed.expires }],
  );
}
