/** Keeps an eye on the WebAssembly memories that a run makes. */

import { vi } from "vitest";

interface Memory {
  readonly buffer: ArrayBuffer;
}
declare const WebAssembly: { Memory: new (descriptor: object) => Memory };

/** Runs and gives the memories that were made; the caller has globals unstubbed after each test. */
export function memoriesOf(run: () => void): readonly Memory[] {
  const made: Memory[] = [];
  const Real = WebAssembly.Memory;
  class Watched extends Real {
    constructor(descriptor: object) {
      super(descriptor);
      made.push(this);
    }
  }
  vi.stubGlobal("WebAssembly", Object.assign(Object.create(WebAssembly), { Memory: Watched }));
  run();
  return made;
}
