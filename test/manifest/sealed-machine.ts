/** A store of sealed state in memory whose power can be cut before and after each effect: the double of storage and counter. */

import type { SealedStore } from "../../src/manifest/index.ts";
import type { SymmetricKey } from "../../src/signing/index.ts";

export const sealKey: SymmetricKey = { scheme: "hmac-sha256", keyId: "vehicle", secret: new Uint8Array(32).fill(7) };

/** What a cut of the power looks like to the code that runs. */
export class PowerCut extends Error {}

/** Storage that anybody may write, and a counter that only rises. */
export class SealedMachine {
  stored: Uint8Array | undefined;
  count = 0;
  /** Every copy that ever lay in the storage. */
  readonly copies: Uint8Array[] = [];
  /** The point at which the power is cut: two for each effect, before it and after it. */
  cutAt: number = Number.POSITIVE_INFINITY;

  get store(): SealedStore {
    return {
      key: sealKey,
      storage: {
        read: () => this.stored,
        write: (sealed) =>
          this.#effect(() => {
            this.stored = sealed;
            this.copies.push(sealed);
          }),
      },
      counter: { read: () => this.count, increment: () => this.#effect(() => this.count++) },
    };
  }

  #effect(act: () => void): void {
    if (this.cutAt-- === 0) throw new PowerCut();
    act();
    if (this.cutAt-- === 0) throw new PowerCut();
  }
}
