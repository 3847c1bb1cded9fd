/** Drives a client in memory, and keeps what it asked for and why it refused. */

import {
  createTufClient,
  findTufTarget,
  nextTufRequest,
  stepTufClient,
  type TufClient,
  type TufLookup,
  type TufPolicy,
  type TufRequest,
  type TufStep,
} from "../../../src/manifest/index.ts";
import { type Files, now } from "./repository-fixture.ts";

/** A vehicle: a store that survives, and a client for each refresh. */
export class TestVehicle {
  readonly store: Files;
  readonly policy: TufPolicy;
  /** Names of fetched files, in order. */
  fetched: string[] = [];
  steps: TufStep[] = [];
  client: TufClient;

  constructor(trustedRoot: Uint8Array, policy: TufPolicy = {}) {
    this.store = new Map([["root.json", trustedRoot]]);
    this.policy = policy;
    this.client = createTufClient(trustedRoot, policy);
  }

  /** Refreshes from the store on; gives the last step, which is a refusal if the refresh failed. */
  refresh(files: Files, at: number = now): TufStep {
    this.fetched = [];
    this.steps = [];
    this.client = createTufClient(this.store.get("root.json")!, this.policy);
    for (;;) {
      const request = nextTufRequest(this.client, this.policy);
      if (request === undefined) return this.steps.at(-1)!;
      const step = this.#answer(request, files, at);
      if (step.decision === "refuse") return step;
    }
  }

  /** Searches a target in the refreshed state; gives the refusing step's reasons as a refused lookup. */
  find(path: string, files: Files, at: number = now): Exclude<TufLookup, { decision: "needs" }> {
    for (;;) {
      const lookup = findTufTarget(this.client, path, this.policy);
      if (lookup.decision !== "needs") return lookup;
      const step = this.#answer(lookup.request, files, at);
      if (step.decision === "refuse") return { decision: "refuse", reasons: step.reasons };
    }
  }

  #answer(request: TufRequest, files: Files, at: number): TufStep {
    if (request.kind === "fetch") this.fetched.push(request.file);
    const bytes = (request.kind === "load" ? this.store : files).get(request.file);
    const step = stepTufClient(this.client, { request, bytes }, at, this.policy);
    for (const change of step.persist) {
      if (change.bytes === undefined) this.store.delete(change.file);
      else this.store.set(change.file, change.bytes);
    }
    this.steps.push(step);
    this.client = step.state;
    return step;
  }
}

/** Codes of a step's or lookup's reasons, the decisive one first. */
export function codesOf({ reasons }: { readonly reasons: readonly { readonly code: string }[] }): string[] {
  return reasons.map(({ code }) => code);
}
