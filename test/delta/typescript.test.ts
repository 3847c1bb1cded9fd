/** The tests of applying and decompressing once more, without WebAssembly. */

import { expect, test } from "vitest";
import { deltaBackend, initDelta } from "../../src/delta/index.ts";

initDelta("typescript");
await import("./apply.test.ts");
await import("./bzip2.test.ts");
await import("./firmware.test.ts");
await import("./hostile.test.ts");
await import("./inspect.test.ts");

test("ran without WebAssembly", () => {
  expect(deltaBackend()).toBe("typescript");
});
