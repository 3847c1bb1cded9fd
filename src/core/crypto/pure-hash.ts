/** SHA-2 by `@noble/hashes`: runs everywhere. */

import { sha256, sha512 } from "@noble/hashes/sha2.js";
import { guardedHashProvider } from "./guarded-hash.ts";
import type { HashProvider } from "./provider.ts";

const functions = { sha256, sha512 };

/** The pure hash back end (`@noble/hashes`), whatever the runtime's default is. */
export const pureHashProvider: HashProvider = /* @__PURE__ */ guardedHashProvider("noble", {
  create: (algorithm) => functions[algorithm].create(),
  digest: (algorithm, message) => functions[algorithm](message),
});
