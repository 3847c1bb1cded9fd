/**
 * Selection over columns: each leaf fills a block of rows, and the blocks are joined four rows at a time.
 *
 * Within a block, truths are written 0, 1 and 3, so that `and` is the bitwise and, `or` the bitwise or, and `not` swaps two bits.
 */

import { ageTruth, bucketTest, type IdLookup, isFresh, isUncontradicted, listTest } from "./closures.ts";
import { type Column, type ColumnTable, columnReader, hasBit, requireColumn } from "./column-readers.ts";
import { type CompiledSelector, compiledParts } from "./compile.ts";
import { type ValueTest, valueTest } from "./leaves.ts";
import { isValueLeaf, type KnownAttribute, type Leaf, type TreeNode, wholeTree } from "./tree.ts";

/** Rows of a block: small enough for the cache of a core, large enough that calls do not count. A multiple of four. */
const blockRows = 2_048;
const ones = 0x01010101;
const codes = [0, 1, 3] as const;
const truths = [0, 1, 1, 2] as const;

/** Fills a block with the truths of rows `from` .. `to - 1`. */
type BlockTest = (block: Uint8Array, from: number, to: number) => void;

/**
 * Answers for a whole table of columns at once: 2 in, 1 unknown, 0 out for each row, as `truth` of the selector answers.
 *
 * Texts are fastest in dictionary columns: each different text is looked at once.
 *
 * @param now - epoch milliseconds; with NaN nothing is fresh
 * @returns a truth for each row
 * @throws {@link CohortError} `ERR_COHORT_COLUMNS` when a column that the selector reads is not there or too short
 * @example
 * ```ts
 * const table = {
 *   length: 3,
 *   columns: { model: { kind: "dictionary", indices: Uint8Array.of(0, 1, 2), values: ["A3", "A4", null] } },
 * } as const;
 * selectColumns(compiled, table, now); // for model == "A3": Uint8Array [2, 0, 1]
 * ```
 */
export function selectColumns(compiled: CompiledSelector, table: ColumnTable, now: number): Uint8Array<ArrayBuffer> {
  const parts = compiledParts(compiled);
  const test = blockTest(wholeTree(parts.tree), { table, now, ids: parts });
  const result = new Uint8Array(table.length);
  const block = new Uint8Array(blockRows);
  for (let from = 0; from < table.length; from += blockRows) {
    const to = Math.min(from + blockRows, table.length);
    test(block, from, to);
    for (let row = from; row < to; row++) result[row] = truths[block[row - from]!]!;
  }
  return result;
}

interface Context {
  readonly table: ColumnTable;
  readonly now: number;
  readonly ids: IdLookup;
}

function blockTest(node: TreeNode, context: Context): BlockTest {
  switch (node.kind) {
    case "and":
    case "or":
      return junction(
        node.args.map((arg) => blockTest(arg, context)),
        node.kind === "and",
      );
    case "not": {
      const test = blockTest(node.arg, context);
      return (block, from, to) => {
        test(block, from, to);
        forWords(block, (word) => {
          const flipped = ~word & (3 * ones);
          return ((flipped & ones) << 1) | ((flipped >>> 1) & ones);
        });
      };
    }
    case "truth": {
      const test = blockTest(node.arg, context);
      const wanted = codes[node.wanted];
      return (block, from, to) => {
        test(block, from, to);
        for (let index = 0; index < to - from; index++) block[index] = block[index] === wanted ? 3 : 0;
      };
    }
    default:
      return leafBlock(node, context);
  }
}

function forWords(block: Uint8Array, change: (word: number) => number): void {
  const words = new Uint32Array(block.buffer);
  for (let index = 0; index < words.length; index++) words[index] = change(words[index]!);
}

function junction(tests: readonly BlockTest[], isAnd: boolean): BlockTest {
  const other = new Uint8Array(blockRows);
  const otherWords = new Uint32Array(other.buffer);
  return (block, from, to) => {
    const words = new Uint32Array(block.buffer);
    tests[0]!(block, from, to);
    for (let next = 1; next < tests.length; next++) {
      // Rows behind the last one are whatever they are; their words only cost the early end.
      if (isAnd && isZero(words)) return;
      tests[next]!(other, from, to);
      if (isAnd) for (let index = 0; index < words.length; index++) words[index]! &= otherWords[index]!;
      else for (let index = 0; index < words.length; index++) words[index]! |= otherWords[index]!;
    }
  };
}

function isZero(words: Uint32Array): boolean {
  for (let index = 0; index < words.length; index++) if (words[index] !== 0) return false;
  return true;
}

function leafBlock(leaf: Leaf, context: Context): BlockTest {
  const { table, now, ids } = context;
  if (isValueLeaf(leaf)) {
    const { attribute } = leaf;
    const otherwise = leaf.kind === "has" ? 0 : 1;
    const column = requireColumn(table, attribute.field);
    const values = valueBlock(column, valueTest(leaf), otherwise);
    return currentBlock(values, attribute, context, otherwise);
  }
  if (leaf.kind === "age") {
    const { attribute, maxMs } = leaf;
    const [earliest, latest] = [now - maxMs, now + attribute.maxAheadMs];
    const read = columnReader(requireColumn(table, attribute.observedAt!.field));
    return rowBlock(read, (value) => ageTruth(value, earliest, latest));
  }
  const read = columnReader(requireColumn(table, ids.idField));
  return rowBlock(
    read,
    leaf.kind === "list" ? listTest(ids.lists.get(leaf.listId)!) : bucketTest(leaf.salt, leaf.lo, leaf.hi),
  );
}

function rowBlock(read: (row: number) => unknown, test: ValueTest): BlockTest {
  return (block, from, to) => {
    for (let row = from; row < to; row++) block[row - from] = codes[test(read(row))];
  };
}

function valueBlock(column: Column, test: ValueTest, otherwise: 0 | 1): BlockTest {
  const { validity } = column;
  if (column.kind === "values") return rowBlock(columnReader(column), test);
  const plain = plainBlock(column, test, otherwise);
  if (validity === undefined) return plain;
  return (block, from, to) => {
    plain(block, from, to);
    for (let row = from; row < to; row++) if (!hasBit(validity, row)) block[row - from] = otherwise;
  };
}

function plainBlock(column: Exclude<Column, { kind: "values" }>, test: ValueTest, otherwise: 0 | 1): BlockTest {
  if (column.kind === "dictionary") {
    const { indices } = column;
    const answers = Uint8Array.from(column.values, (value) => codes[test(value)]);
    return (block, from, to) => {
      // An index outside the dictionary is undefined here, which a typed array would store as 0: out, not unknown.
      for (let row = from; row < to; row++) block[row - from] = answers[indices[row]!] ?? otherwise;
    };
  }
  if (column.kind === "booleans") {
    const { bits } = column;
    const [no, yes] = [false, true].map((value) => codes[test(value)]) as [number, number];
    return (block, from, to) => {
      for (let row = from; row < to; row++) block[row - from] = hasBit(bits, row) ? yes : no;
    };
  }
  const { values } = column;
  if (values instanceof BigInt64Array || values instanceof BigUint64Array) return rowBlock(columnReader(column), test);
  return (block, from, to) => {
    for (let row = from; row < to; row++) block[row - from] = codes[test(values[row])];
  };
}

/** Unknown where the value is stale or contradicted. */
function currentBlock(
  values: BlockTest,
  attribute: KnownAttribute,
  { table, now }: Context,
  otherwise: 0 | 1,
): BlockTest {
  const { freshness, contradiction, maxAheadMs } = attribute;
  const checks: ((row: number) => boolean)[] = [];
  if (freshness !== undefined) {
    const [earliest, latest] = [now - freshness.maxAgeMs, now + maxAheadMs];
    const observedAt = columnReader(requireColumn(table, freshness.field));
    checks.push((row) => isFresh(observedAt(row), earliest, latest));
  }
  if (contradiction !== undefined) {
    const flag = columnReader(requireColumn(table, contradiction.field));
    checks.push((row) => isUncontradicted(flag(row)));
  }
  if (checks.length === 0) return values;
  return (block, from, to) => {
    values(block, from, to);
    for (const holds of checks) {
      for (let row = from; row < to; row++) if (!holds(row)) block[row - from] = otherwise;
    }
  };
}
