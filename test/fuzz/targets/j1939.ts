/** Fuzz target of the diagnostic messages of J1939. */

import { hexToBytes } from "otakit/core";
import { decodeJ1939Message, type J1939MessageName, j1939Pgns } from "otakit/uds/j1939";
import type { FuzzTarget } from "../target.ts";

const names = Object.keys(j1939Pgns) as J1939MessageName[];

export const targets: readonly FuzzTarget[] = [
  {
    name: "uds/decodeJ1939Message",
    // The first byte chooses the message.
    seeds: ["0040ffb8040301ffff", "020c9d00077f010203040506070809", "0b51bafebd30313233343536373839303132333435"].map(
      hexToBytes,
    ),
    run(input) {
      const name = names[(input[0] ?? 0) % names.length]!;
      const bytes = input.subarray(1);
      const result = decodeJ1939Message(name, bytes);
      if (!result.ok && !(result.error.offset >= 0 && result.error.offset <= bytes.length))
        throw new Error("offset outside");
      if (result.ok && result.value.message !== name) throw new Error("another message");
    },
  },
];
