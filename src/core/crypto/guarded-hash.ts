/**
 * The checks in front of every hash back end, so that a misuse is answered alike by all: unguarded, one back end hashes a
 * string where another throws, and each has its own error for a hash that is used after its end.
 */

import type { Bytes } from "../bytes.ts";
import { assertBytes } from "./assert-bytes.ts";
import type { HashAlgorithm, HashProvider, StreamingHash } from "./provider.ts";

/** A hash under way in a back end. */
interface RunningHash {
  update(bytes: Uint8Array): unknown;
  digest(): Bytes;
}

/** The two functions that a back end brings; they are given valid arguments only. */
export interface HashBackEnd {
  create(algorithm: HashAlgorithm): RunningHash;
  digest(algorithm: HashAlgorithm, message: Uint8Array): Bytes;
}

class GuardedHash implements StreamingHash {
  #running: RunningHash | undefined;

  constructor(running: RunningHash) {
    this.#running = running;
  }

  update(bytes: Uint8Array): this {
    this.#stillRunning().update(assertBytes(bytes, "bytes"));
    return this;
  }

  digest(): Bytes {
    const running = this.#stillRunning();
    this.#running = undefined;
    return running.digest();
  }

  #stillRunning(): RunningHash {
    if (this.#running === undefined) throw new TypeError("Cannot use hash: its digest was already taken");
    return this.#running;
  }
}

/** Makes a provider of a back end by checking what callers pass. */
export function guardedHashProvider(name: string, backEnd: HashBackEnd): HashProvider {
  return {
    name,
    create: (algorithm) => new GuardedHash(backEnd.create(assertAlgorithm(algorithm))),
    digest: (algorithm, message) => backEnd.digest(assertAlgorithm(algorithm), assertBytes(message, "message")),
  };
}

function assertAlgorithm(algorithm: HashAlgorithm): HashAlgorithm {
  if (algorithm === "sha256" || algorithm === "sha512") return algorithm;
  throw new TypeError(`"algorithm" expected "sha256" or "sha512", got ${typeof algorithm} ${String(algorithm)}`);
}
