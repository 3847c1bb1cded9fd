/** Which back end decodes the blocks of streams, and the memory that it takes. */

import { openApplyCore } from "../wasm/apply-core.ts";
import { pageSize } from "../wasm/core.ts";
import type { Bzip2Block } from "./blocks.ts";
import { openPlainBlocks } from "./plain-block.ts";
import { openWasmBlocks, wasmBlocksOverhead } from "./wasm-block.ts";

/** Makes room for one block of each capacity, for streams that are read side by side. */
export function openBlocks(capacities: readonly number[]): readonly Bzip2Block[] {
  const core = openApplyCore(blocksMemory(capacities));
  return core === undefined ? openPlainBlocks(capacities) : openWasmBlocks(core, capacities);
}

/** Memory in bytes that {@link openBlocks} takes at most, whichever back end runs: four for each entry of the largest block; in whole pages. */
export function blocksMemory(capacities: readonly number[]): number {
  const entries = capacities.reduce((sum, capacity) => sum + capacity, 0);
  return Math.ceil((Math.max(...capacities) * 4 + entries + wasmBlocksOverhead) / pageSize) * pageSize;
}
