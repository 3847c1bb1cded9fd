/** Shapes that release manifests and stored floors share. */

import * as z from "zod/mini";

/** Hardware and ECU identifiers, release ids; not the one name that plain objects treat apart. */
export const identifier: z.ZodMiniType<string> = /* @__PURE__ */ z
  .string()
  .check(z.regex(/^(?!__proto__$)[A-Za-z0-9._:-]{1,128}$/));

/** Release counters and security epochs. */
export const counter: z.ZodMiniType<number> = /* @__PURE__ */ z.int().check(z.gte(0));
