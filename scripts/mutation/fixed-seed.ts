/** Gives every property test the same random inputs in each mutation run. */

import * as fc from "fast-check";

fc.configureGlobal({ seed: 20_261_124 });
