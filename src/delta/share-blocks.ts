/** Shares the blocks of a patch among workers. */

import { assertBytes, defaultHashProvider, type HashProvider } from "../core/index.ts";
import { DeltaError } from "./errors.ts";
import { detectPatchFormat } from "./format.ts";
import { enforceInteger } from "./limits.ts";
import { blockEnd, blockStart, openOtadelta } from "./otadelta/header.ts";

/** So many new bytes take as long to predict, copy and hash as decoding one byte of the patch does; measured on two kernels. */
const newBytesPerCoded = 128;

/**
 * Shares the blocks of an `otadelta` patch among `workers`, for {@link applyBlocks}, so that all of them take about as long.
 *
 * Time goes with the coded bytes of a block, which the header tells, far more than with its size: of a kernel, one half may take three times as
 * long as the other. The costliest block that is left goes to the worker that has least.
 *
 * @returns for each worker the indexes of its blocks, ascending; none when there are fewer blocks than workers
 * @throws {@link DeltaError} `ERR_DELTA_FORMAT` for a patch without blocks, and the codes of a malformed header as in {@link applyPatchSync}
 * @throws TypeError when `patch` is no Uint8Array
 * @throws RangeError when `workers` is not an integer >= 1
 * @example
 * ```ts
 * const [mine, yours] = shareBlocks(patch, 2);
 * applyBlocksSync(patch, oldSlot, newSlot, { blocks: mine!, expected, limits });
 * ```
 */
export function shareBlocks(
  patch: Uint8Array,
  workers: number,
  hashProvider: HashProvider = defaultHashProvider,
): readonly (readonly number[])[] {
  enforceInteger("workers", workers);
  if (workers === 0) throw new RangeError('"workers" expected integer >= 1, got 0');
  if (detectPatchFormat(assertBytes(patch, "patch")) !== "otadelta") {
    throw new DeltaError("ERR_DELTA_FORMAT", "Cannot share blocks: only otadelta patches have them", { offset: 0 });
  }
  const opened = openOtadelta(patch, hashProvider);
  const costs = opened.blocks.map(({ coded, stored }, index) => {
    const size = blockEnd(opened, index) - blockStart(opened, index);
    return { index, cost: (stored ? 0 : coded.length) + size / newBytesPerCoded };
  });
  const shares = Array.from({ length: workers }, () => ({ cost: 0, blocks: [] as number[] }));
  for (const { index, cost } of costs.sort((left, right) => right.cost - left.cost || left.index - right.index)) {
    const least = shares.reduce((lowest, share) => (share.cost < lowest.cost ? share : lowest));
    least.blocks.push(index);
    least.cost += cost;
  }
  return shares.map(({ blocks }) => blocks.sort((left, right) => left - right));
}
