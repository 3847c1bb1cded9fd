/** Runs the command as a user does: bundled, in a process of its own, against a server of the test. */

import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll } from "vitest";
import { buildCli } from "../../scripts/build-cli.ts";
import { type BuildRepositoryInput, type BuiltRepository, buildTufRepository } from "../../src/manifest/index.ts";
import { createLocalSigner, type Signer } from "../../src/signing/index.ts";

/** What a run gave. */
export interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** The command and a folder of its own, for one test file. */
export interface Command {
  /** An empty folder for files of the test. */
  readonly folder: () => string;
  readonly run: (...args: readonly string[]) => Promise<Outcome>;
  readonly runWith: (options: RunOptions, ...args: readonly string[]) => Promise<Outcome>;
  /** Bundles and loads another file of `src/cli`. */
  readonly load: <Module>(entry: string) => Promise<Module>;
}

interface RunOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly stdin?: string | Uint8Array;
  readonly node?: string;
}

/** Builds the command before the tests of a file, and removes everything after them. */
export function useCommand(): Command {
  let base = "";
  let folders = 0;
  beforeAll(async () => {
    base = mkdtempSync(join(tmpdir(), "otakit-cli-"));
    writeFileSync(join(base, "package.json"), '{ "type": "module" }');
    await buildCli(join(base, "cli.js"));
  });
  afterAll(() => rmSync(base, { recursive: true, force: true }));
  const runWith = ({ env = {}, stdin = "", node = process.execPath }: RunOptions, ...args: readonly string[]) =>
    new Promise<Outcome>((resolve, reject) => {
      const child = spawn(node, [join(base, "cli.js"), ...args], {
        cwd: base,
        env: { PATH: process.env["PATH"], ...env },
      });
      let stdout = "";
      let stderr = "";
      child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
      child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
      child.stdin.on("error", () => {});
      child.stdin.end(stdin);
      child.on("error", reject);
      child.on("close", (code) => resolve({ code: code ?? -1, stdout, stderr }));
    });
  return {
    folder: () => mkdtempSync(join(base, `f${folders++}-`)),
    run: (...args) => runWith({}, ...args),
    runWith,
    load: async (entry) => {
      const file = join(base, `${entry.replaceAll("/", "-")}.js`);
      await buildCli(file, entry);
      return await import(pathToFileURL(file).href);
    },
  };
}

/** A server of the test. */
export interface TestServer {
  readonly url: string;
  /** Paths that were asked for, in order. */
  readonly requests: string[];
}

/** Serves while an action runs. */
export async function serving<T>(
  handle: (request: IncomingMessage, response: ServerResponse) => void,
  act: (server: TestServer) => Promise<T>,
): Promise<T> {
  const requests: string[] = [];
  const server = createServer((request, response) => {
    requests.push(request.url!);
    handle(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  try {
    return await act({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, requests });
  } finally {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
}

/** Serves `metadata/` and `targets/` from maps of files. */
export function fromFiles(files: Pick<BuiltRepository, "metadata" | "targets">) {
  return (request: IncomingMessage, response: ServerResponse): void => {
    const [, kind, ...rest] = request.url!.split("/");
    const found = (kind === "metadata" ? files.metadata : files.targets).get(rest.join("/"));
    response.writeHead(found === undefined ? 404 : 200).end(found);
  };
}

/** A signer that is the same in every run. */
export function signerOf(seed: number): Signer {
  return createLocalSigner(new Uint8Array(32).fill(seed));
}

export const day = 86_400_000;

/** A small repository, valid today. */
export function buildRepository(input: Partial<BuildRepositoryInput> = {}): Promise<BuiltRepository> {
  const online = { signers: [signerOf(9)] };
  const now = Date.now();
  return buildTufRepository({
    targets: { "brake/v2.bin": new Uint8Array(5000).fill(7), "note.txt": new TextEncoder().encode("hello") },
    roles: {
      root: { signers: [signerOf(1), signerOf(2)] },
      targets: { signers: [signerOf(3)] },
      snapshot: online,
      timestamp: online,
    },
    expires: { root: now + 300 * day, targets: now + 90 * day, snapshot: now + 30 * day, timestamp: now + 7 * day },
    ...input,
  });
}
