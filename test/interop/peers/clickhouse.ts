/** ClickHouse, as chdb carries it: selectors pushed into the database. Heavy: only in the long run. */

import { findPython } from "../environment.ts";
import type { InteropPeer } from "../peer.ts";
import { askEngine } from "../selectors/ask-python.ts";
import { compareSelectors } from "../selectors/compare.ts";

export const peers: readonly InteropPeer[] = [
  {
    name: "ClickHouse",
    heavy: true,
    find: () => findPython("chdb"),
    run: () => compareSelectors("clickhouse", askEngine("clickhouse"), 50),
  },
];
