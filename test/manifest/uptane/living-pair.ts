/** The living pair with keys that depend on their names alone, at the time at which tests run. */

import { LivingPair, type PairKeys, type PairSigners } from "../../../src/cli/uptane/pair.ts";
import { now } from "../tuf/repository-fixture.ts";
import { signerOf } from "../tuf/repository-keys.ts";

export {
  assigned,
  catalogue,
  contentOf,
  demoVehicle,
  firstAssignment,
  LivingPair,
  listing,
  nextAssignment,
} from "../../../src/cli/uptane/pair.ts";
export { day, now } from "../tuf/repository-fixture.ts";

/** Keys of one repository. */
export function signersOf(repository: string): PairSigners {
  return {
    root: signerOf(`${repository}/root`),
    targets: signerOf(`${repository}/targets`),
    snapshot: signerOf(`${repository}/snapshot`),
    timestamp: signerOf(`${repository}/timestamp`),
  };
}

/** Keys of a pair. */
export function pairKeys(name = "pair"): PairKeys {
  return {
    director: signersOf(`${name}/director`),
    image: signersOf(`${name}/image`),
    supplier: signerOf(`${name}/supplier`),
    ecus: {
      "gw-1": signerOf(`${name}/gw-1`),
      "brake-1": signerOf(`${name}/brake-1`),
      "door-1": signerOf(`${name}/door-1`),
    },
  };
}

/** A new pair, to which the first assignment was directed. */
export function livingPair(): Promise<LivingPair> {
  return LivingPair.create(pairKeys(), now);
}
