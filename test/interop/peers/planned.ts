/** Peers that the plan names and nothing is compared with yet: listed, so that the table only ever fills. */

import type { InteropPeer } from "../peer.ts";

const arrives: Readonly<Record<string, string>> = {
  xdelta3: "VCDIFF support",
};

export const peers: readonly InteropPeer[] = Object.entries(arrives).map(([name, what]) => ({
  name,
  find: () => ({ missing: `not compared yet: arrives with ${what}` }),
  run: () => [],
}));
