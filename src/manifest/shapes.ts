/** Shapes that release manifests and stored floors share. */

import * as z from "zod/mini";

/** Hardware and ECU identifiers, release ids; not the one name that plain objects treat apart. */
export const identifier: z.ZodMiniType<string> = /* @__PURE__ */ (() => {
  const words = "1 to 128 of A-Z a-z 0-9 . _ : -";
  return z.string(words).check(z.regex(/^(?!__proto__$)[A-Za-z0-9._:-]{1,128}$/, words));
})();

/** Release counters and security epochs. */
export const counter: z.ZodMiniType<number> = /* @__PURE__ */ (() => {
  const words = "integer 0 .. 2^53-1";
  return z.int(words).check(z.gte(0, words));
})();
