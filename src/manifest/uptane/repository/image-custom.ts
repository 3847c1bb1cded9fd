/** Custom metadata of an image on the Image repository (Uptane 2.1.0 section 5.2.3.1). */

import * as z from "zod/mini";
import { counter, identifier } from "../../shapes.ts";
import type { TufTargetFile } from "../../tuf/metadata.ts";

/** What the Image repository says of an image besides its content. */
export interface ImageCustom {
  /** Hardware identifiers of the ECUs that can run it; at least one. */
  readonly hardwareIds: readonly string[];
  /** Integer >= 0 that rises with each release of the image. */
  readonly releaseCounter: number;
}

export const imageCustomSchema: z.ZodMiniType<ImageCustom> = /* @__PURE__ */ z.looseObject({
  hardwareIds: z.array(identifier).check(z.minLength(1), z.maxLength(1_000)),
  releaseCounter: counter,
});

/** The custom metadata of a listed image, or `undefined` when it is not all there or malformed. */
export function imageCustomOf({ custom }: TufTargetFile): ImageCustom | undefined {
  const result = imageCustomSchema.safeParse(custom);
  return result.success ? result.data : undefined;
}
