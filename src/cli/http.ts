/**
 * Fetching files over HTTP, with a bound on bytes and on time.
 *
 * What a server does wrong here is a fault of transport and never a refusal: nothing was said about the content yet.
 * Redirections are not followed: they would let one server choose the address of another.
 */

import type { IncomingMessage } from "node:http";
import { type Bytes, concatBytes } from "otakit/core";
import packageJson from "../../package.json" with { type: "json" };
import { usageError } from "./command.ts";
import { CliError } from "./errors.ts";

/** Bounds of one transfer. */
export interface TransferLimits {
  /** Most bytes that are of any use. */
  readonly maxBytes: number;
  /** Longest silence in milliseconds; the whole transfer may take so long and a second more for each 10,000 of `maxBytes`. */
  readonly timeoutMs: number;
}

/** Slowest average rate of a transfer, in bytes for each millisecond. */
const slowest = 10;

/**
 * Reads the address of a folder on a server; plain HTTP only on this machine, or when it is allowed.
 *
 * @throws {@link CliError} `ERR_CLI_USAGE`
 */
export function parseBaseUrl(option: string, text: string, allowHttp: boolean): URL {
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    throw usageError(`--${option} expected an address like https://updates.example/metadata`);
  }
  const isLocal = /^(localhost|127(\.\d+){3}|\[::1\])$/.test(url.hostname);
  if (url.protocol !== "https:" && url.protocol !== "http:") throw usageError(`--${option} expected https or http`);
  if (url.protocol === "http:" && !isLocal && !allowHttp) {
    throw usageError(`--${option} is plain http, which lets others watch and withhold; --allow-http allows it`);
  }
  return url;
}

/** Address of a file below a folder's. The name is encoded already and stays as it is; a query of the folder is kept. */
export function fileUrl(base: URL, file: string): URL {
  const url = new URL(base);
  url.pathname = `${base.pathname.replace(/\/$/, "")}/${file}`;
  return url;
}

/**
 * Fetches a file into memory.
 *
 * @returns its bytes, at most one more than allowed; `undefined` when the server has none (403 or 404)
 * @throws {@link CliError} `ERR_CLI_TRANSPORT`
 */
export async function fetchBytes(url: URL, limits: TransferLimits): Promise<Bytes | undefined> {
  const chunks: Uint8Array[] = [];
  let missing = limits.maxBytes + 1;
  const found = await transfer(url, limits, (chunk) => {
    chunks.push(chunk.subarray(0, missing));
    missing -= chunk.length;
    return missing > 0;
  });
  return found ? concatBytes(...chunks) : undefined;
}

/**
 * Fetches a file chunk by chunk, until it ends or `take` says that it has enough.
 *
 * @param take - gives whether more is wanted; what it throws ends the transfer
 * @returns false when the server has no such file (403 or 404)
 * @throws {@link CliError} `ERR_CLI_TRANSPORT`
 */
export async function transfer(
  url: URL,
  limits: TransferLimits,
  take: (chunk: Uint8Array) => boolean,
): Promise<boolean> {
  for (let attempt = 0; ; attempt++) {
    try {
      return await transferOnce(url, limits, take);
    } catch (error) {
      // A server may close an idle connection just when it is used again.
      if (attempt > 0 || !(error instanceof StaleConnection)) throw error;
    }
  }
}

class StaleConnection extends Error {}

async function transferOnce(
  url: URL,
  { maxBytes, timeoutMs }: TransferLimits,
  take: (chunk: Uint8Array) => boolean,
): Promise<boolean> {
  // Loaded here, because it takes longer than all the rest of a command that fetches nothing.
  const { get } = url.protocol === "https:" ? await import("node:https") : await import("node:http");
  return new Promise((resolve, reject) => {
    const headers = { "user-agent": `otakit/${packageJson.version}`, accept: "*/*", "accept-encoding": "identity" };
    const request = get(url, { headers, timeout: timeoutMs }, (response) => {
      const { statusCode = 0 } = response;
      if (statusCode === 403 || statusCode === 404) return settle(() => resolve(false));
      const fault = faultOf(response);
      if (fault !== undefined) return settle(() => reject(transportError(url, fault)));
      response.on("data", (chunk: Uint8Array) => {
        try {
          if (!take(chunk)) settle(() => resolve(true));
        } catch (error) {
          settle(() => reject(error));
        }
      });
      response.on("end", () => settle(() => resolve(true), false));
      response.on("error", (error) => settle(() => reject(transportError(url, "the answer broke off", error))));
    });
    const allowedMs = timeoutMs + maxBytes / slowest;
    const deadline = setTimeout(
      () => settle(() => reject(transportError(url, `it took longer than ${Math.ceil(allowedMs / 1000)} s`))),
      Math.min(allowedMs, 2 ** 31 - 1),
    );
    let settled = false;
    function settle(finish: () => void, close = true): void {
      if (settled) return;
      settled = true;
      clearTimeout(deadline);
      finish();
      if (close) request.destroy();
    }
    request.on("timeout", () => {
      settle(() => reject(transportError(url, `nothing came for ${timeoutMs / 1000} s`)));
    });
    request.on("error", (error: NodeJS.ErrnoException) => {
      const stale = request.reusedSocket && error.code === "ECONNRESET";
      settle(() => reject(stale ? new StaleConnection() : transportError(url, faultInWords(error), error)));
    });
  });
}

function faultOf({ statusCode = 0, headers }: IncomingMessage): string | undefined {
  if (statusCode >= 300 && statusCode < 400) {
    return `it redirects (status ${statusCode}) to ${String(headers.location ?? "nowhere").slice(0, 200)}`;
  }
  if (statusCode !== 200) return `status ${statusCode}`;
  const encoding = headers["content-encoding"] ?? "identity";
  return encoding === "identity" ? undefined : `its content is encoded as ${encoding.slice(0, 40)}`;
}

/** What the system or the parser says, without words that a refusal would use. */
function faultInWords({ code = "", message }: NodeJS.ErrnoException): string {
  if (code === "ECONNREFUSED") return "nothing answers there";
  if (code === "ENOTFOUND" || code === "EAI_AGAIN") return `the name of the server is not known (${code})`;
  if (code.startsWith("HPE_")) return "it speaks no HTTP";
  if (/CERT|TLS|SSL/.test(code)) return `its certificate is not accepted (${code})`;
  return code === "" ? message : `the connection failed (${code})`;
}

function transportError({ href }: URL, why: string, cause?: unknown): CliError {
  return new CliError("ERR_CLI_TRANSPORT", `Cannot fetch ${withoutSecrets(href)}: ${why}`, {
    ...(cause === undefined ? {} : { cause }),
  });
}

/** Addresses can carry a password or a signed query, which have no place in a log. */
function withoutSecrets(href: string): string {
  const url = new URL(href);
  const query = url.search === "" ? "" : "?…";
  return `${url.protocol}//${url.host}${url.pathname}${query}`;
}
