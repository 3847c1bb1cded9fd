/** Drives the TUF client: carries its requests to the store or the repository, its changes back to the store. */

import type { Bytes } from "otakit/core";
import {
  createTufClient,
  findTufTarget,
  nextTufRequest,
  stepTufClient,
  type TufClient,
  type TufPolicy,
  type TufRequest,
  type TufStep,
  type TufTarget,
} from "otakit/manifest";
import { CliError } from "../errors.ts";
import { reasonLines, type Terminal } from "../terminal.ts";
import { type MetadataStore, rootFile } from "./store.ts";

/** Where the driver's bytes come from and go to. */
export interface DriverOptions {
  readonly store: MetadataStore;
  /** Fetches metadata from the repository; `undefined` when it has none. */
  fetch(file: string, maxBytes: number): Promise<Bytes | undefined>;
  readonly terminal: Terminal;
  readonly policy?: TufPolicy;
}

/** Longest root that is read from the store: the client's own bound is lower. */
const maxRootBytes = 4 * 1024 * 1024;

/** A client under way. */
export class TufDriver {
  #client: TufClient;
  readonly #options: DriverOptions;

  /** @throws {@link CliError} `ERR_CLI_STORE_EMPTY`; `ManifestError` `ERR_MANIFEST_TUF_ROOT` when the stored root is not genuine */
  constructor(options: DriverOptions) {
    this.#options = options;
    const root = options.store.read(rootFile, maxRootBytes);
    if (root === undefined) throw new CliError("ERR_CLI_STORE_EMPTY", "Cannot start: no root of trust is stored");
    this.#client = createTufClient(root, options.policy);
  }

  /** What is trusted by now. */
  get client(): TufClient {
    return this.#client;
  }

  /**
   * Brings the top-level metadata up to date.
   *
   * @throws {@link CliError} `ERR_CLI_REFUSED` with the client's reasons, `ERR_CLI_TRANSPORT` or `ERR_CLI_STORE`
   */
  async refresh(): Promise<void> {
    for (;;) {
      const request = nextTufRequest(this.#client, this.#options.policy);
      if (request === undefined) return;
      await this.#answer(request);
    }
  }

  /**
   * Searches a target, with the metadata that this needs.
   *
   * @throws {@link CliError} `ERR_CLI_TARGET_NOT_FOUND`, or as {@link TufDriver.refresh}
   */
  async find(path: string): Promise<TufTarget> {
    for (;;) {
      const lookup = findTufTarget(this.#client, path, this.#options.policy);
      switch (lookup.decision) {
        case "found":
          return lookup.target;
        case "needs":
          await this.#answer(lookup.request);
          break;
        case "not_found":
          throw new CliError("ERR_CLI_TARGET_NOT_FOUND", `Cannot find target "${path}"`, {
            details: { target: path, askedRoles: lookup.visited },
          });
        case "refuse":
          throw new CliError("ERR_CLI_REFUSED", `Cannot search target "${path}": the search was given up`, {
            details: { target: path, reasons: lookup.reasons },
          });
      }
    }
  }

  async #answer(request: TufRequest): Promise<void> {
    const { store, terminal, policy } = this.#options;
    const { kind, file, maxBytes } = request;
    const bytes = kind === "load" ? store.read(file, maxBytes) : await this.#options.fetch(file, maxBytes);
    terminal.detail(`${kind} ${file}: ${bytes === undefined ? "none" : `${bytes.length} bytes`}`);
    const step = stepTufClient(this.#client, { request, bytes }, Date.now(), policy);
    this.#report(step);
    if (step.decision === "refuse") {
      throw new CliError("ERR_CLI_REFUSED", `Cannot accept ${request.role} metadata`, {
        details: { file, reasons: step.reasons },
      });
    }
    // On the medium before anything is done that relies on it.
    store.apply(step.persist);
    this.#client = step.state;
  }

  #report({ decision, reasons, equivocation }: TufStep): void {
    const { store, terminal } = this.#options;
    if (decision !== "refuse") for (const line of reasonLines(reasons)) terminal.detail(line);
    if (equivocation === undefined) return;
    const { role, version } = equivocation;
    const folder = store.keepEvidence(equivocation);
    terminal.warn(`${role} version ${version} was signed with two contents; both are kept in ${folder}: report this`);
  }
}
