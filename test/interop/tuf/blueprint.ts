/** Random TUF repositories as plans that any writer can carry out: roles, keys by number, delegations, targets. */

import type { TufTopLevelRole } from "otakit/manifest";
import type { Random } from "../../../scripts/random.ts";

/** Keys of a role, by their numbers in the pool, and how many must sign. */
export interface PlannedKeys {
  readonly keys: readonly number[];
  readonly threshold: number;
}

/** A delegated role. */
interface PlannedDelegation extends PlannedKeys {
  readonly name: string;
  readonly terminating: boolean;
  readonly paths?: readonly string[];
  readonly prefixes?: readonly string[];
}

/** Bins of TAP 15. */
interface PlannedBins extends PlannedKeys {
  readonly bitLength: number;
  readonly namePrefix: string;
}

/** A target by its description. */
interface PlannedTarget {
  readonly length: number;
  readonly hashes: Readonly<Record<string, string>>;
  readonly custom?: { readonly [name: string]: string | number };
}

/** A targets role; its signers are those of all who delegate to it. */
export interface PlannedRole {
  readonly name: string;
  readonly version: number;
  readonly signers: readonly number[];
  readonly targets: Readonly<Record<string, PlannedTarget>>;
  readonly delegations?: readonly PlannedDelegation[];
  readonly bins?: PlannedBins;
}

/** A repository. */
export interface Blueprint {
  readonly name: string;
  readonly consistent: boolean;
  readonly listHashes: boolean;
  readonly expires: string;
  /** Chain of roots; the first is version 1. */
  readonly roots: readonly Readonly<Record<TufTopLevelRole, PlannedKeys>>[];
  /** Delegators in front of those to whom they delegate. */
  readonly roles: readonly PlannedRole[];
}

/** Plans a repository. */
export function planRepository(
  name: string,
  random: Random,
  poolSize: number,
  pathHash: (path: string) => string,
): Blueprint {
  const keys = (most: number): PlannedKeys => {
    const chosen = new Set(Array.from({ length: 1 + random.below(most) }, () => random.below(poolSize)));
    return { keys: [...chosen], threshold: 1 + random.below(chosen.size) };
  };
  const root = () => ({ root: keys(3), timestamp: keys(2), snapshot: keys(2), targets: keys(3) });
  const roots = [root()];
  while (random.below(3) === 0 && roots.length < 4) {
    const last = roots.at(-1)!;
    roots.push(random.below(2) === 0 ? root() : { ...last, timestamp: keys(2) });
  }
  const shape = random.below(4);
  const paths = Array.from({ length: 1 + random.below(8) }, () => randomPath(random));
  const roles = shape === 0 ? binRoles() : delegatedRoles(shape);
  return {
    name,
    consistent: random.below(4) > 0,
    listHashes: random.below(2) === 0,
    expires: "2030-01-01T00:00:00Z",
    roots,
    roles,
  };

  function listed(which: readonly string[]): PlannedRole["targets"] {
    return Object.fromEntries(which.map((path) => [path, randomTarget(random)]));
  }

  function binRoles(): PlannedRole[] {
    const bins = { ...keys(2), bitLength: 1 + random.below(5), namePrefix: random.pick(["bin", "hash-bins"]) };
    const digits = Math.ceil(bins.bitLength / 4);
    const names = Array.from(
      { length: 2 ** bins.bitLength },
      (_, number) => `${bins.namePrefix}-${number.toString(16).padStart(digits, "0")}`,
    );
    const binOf = (path: string) => names[Number.parseInt(pathHash(path).slice(0, 8), 16) >>> (32 - bins.bitLength)];
    return [
      { name: "targets", version: 1 + random.below(9), signers: roots.at(-1)!.targets.keys, targets: {}, bins },
      ...names.map((bin) => ({
        name: bin,
        version: 1 + random.below(9),
        signers: bins.keys,
        targets: listed(paths.filter((path) => binOf(path) === bin)),
      })),
    ];
  }

  /** Shape 1 is flat; others are graphs, in which one role may have several delegators. */
  function delegatedRoles(flat: number): PlannedRole[] {
    const names = [
      "targets",
      ...Array.from({ length: flat === 1 ? 0 : 1 + random.below(5) }, (_, index) => randomName(random, index)),
    ];
    const signersOf = new Map<string, Set<number>>([["targets", new Set(roots.at(-1)!.targets.keys)]]);
    return names.map((role, index) => {
      const below = names.slice(index + 1).filter((_, next) => next === 0 || random.below(2) === 0);
      const delegations = below.map((child) => {
        const planned = keys(2);
        const signers = signersOf.get(child) ?? new Set();
        for (const key of planned.keys) signers.add(key);
        signersOf.set(child, signers);
        const scope =
          random.below(3) === 0
            ? { prefixes: Array.from({ length: 1 + random.below(8) }, () => random.below(16).toString(16)) }
            : { paths: Array.from({ length: 1 + random.below(3) }, () => randomPattern(random)) };
        return { name: child, ...planned, terminating: random.below(4) === 0, ...scope };
      });
      return {
        name: role,
        version: 1 + random.below(9),
        signers: [...(signersOf.get(role) ?? [])],
        targets: listed(paths.filter(() => random.below(3) === 0)),
        ...(delegations.length > 0 ? { delegations } : {}),
      };
    });
  }
}

/** Paths to look up: some that are listed, some that are not. */
export function pathsToLookUp({ roles }: Blueprint, random: Random): readonly string[] {
  const listed = roles.flatMap(({ targets }) => Object.keys(targets));
  const some = listed.length === 0 ? [] : Array.from({ length: 4 }, () => random.pick(listed));
  return [...new Set([...some, randomPath(random), "absent/file"])];
}

const folders = ["a", "b", "firmware", "ü"];
const files = ["x.bin", "y.bin", "z 1.hex", "v2.0+rc", "long-name_~!$'()"];

function randomPath(random: Random): string {
  const depth = random.below(3);
  return [...Array.from({ length: depth }, () => random.pick(folders)), random.pick(files)].join("/");
}

/** Patterns on whose meaning all agree. */
function randomPattern(random: Random): string {
  return random.pick([
    "*",
    "*/*",
    "*/*/*",
    "a/*",
    "*.bin",
    "*/x.bin",
    "firmware/?.bin",
    "b/[xy].bin",
    "a/b/*",
    randomPath(random).replace(/[()!+]/g, "?"),
  ]);
}

function randomName(random: Random, index: number): string {
  return `${random.pick(["role", "supplier a", "../up", "q?x=1", "#", "ünit"])}${index}`;
}

function randomTarget(random: Random): PlannedTarget {
  const hex = (length: number) => Buffer.from(random.bytes(length)).toString("hex");
  const hashes = random.pick([{ sha256: hex(32) }, { sha512: hex(64) }, { sha256: hex(32), sha512: hex(64) }]);
  const custom = random.below(3) === 0 ? { custom: { hardwareId: "gw-ü", release: random.below(99) } } : {};
  return { length: random.below(1_000_000), hashes, ...custom };
}
