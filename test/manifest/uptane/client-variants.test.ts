import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { bytesToUtf8, utf8ToBytes } from "../../../src/core/index.ts";
import type { UptaneRepository, UptaneVehicle } from "../../../src/manifest/index.ts";
import { type Files, testKey } from "../tuf/repository-fixture.ts";
import { assigned, codesOf, keyMaker, keyTypes, type Loose, TestPair, TestPrimary, vehicle } from "./client-fixture.ts";

/** What is wrong with a pair of repositories, and the verdict; none when all is well. */
const scenarios: readonly (readonly [string, (pair: TestPair) => void, readonly string[]])[] = [
  ["nothing is wrong", () => {}, []],
  [
    "another hash",
    ({ image }) =>
      Object.assign(image.delegated.get("supplier")!.document.targets["brake/2.bin"].hashes, {
        sha256: "ab".repeat(32),
      }),
    ["uptane_target_hash_mismatch"],
  ],
  [
    "another model",
    ({ image }) => Object.assign(image.targets.targets["door/3.bin"].custom, { hardwareIds: ["hatch"] }),
    ["uptane_target_hardware_mismatch"],
  ],
  [
    "an ECU of another vehicle",
    ({ director }) => Object.assign(director.targets.targets, { "x.bin": assigned("x", ["radio"]) }),
    ["uptane_ecu_unknown"],
  ],
  [
    "an ECU twice",
    ({ director }) => Object.assign(director.targets.targets, { "x.bin": assigned("x", ["brake"]) }),
    ["uptane_ecu_repeated"],
  ],
  [
    "another vehicle",
    ({ director }) => Object.assign(director.targets.custom, { vehicleIdentifier: "veh-2" }),
    ["uptane_vehicle_mismatch"],
  ],
  [
    "a delegation to another model",
    ({ image }) => Object.assign(image.targets.delegations.roles[0], { hardwareIds: ["door"] }),
    ["uptane_target_not_found"],
  ],
  [
    "expired targets",
    ({ director }) => Object.assign(director.targets, { expires: "2020-01-01T00:00:00Z" }),
    ["tuf_expired"],
  ],
  [
    "a stranger's signature",
    ({ image }) => {
      image.keys.snapshot = [...image.keys.timestamp];
    },
    ["tuf_threshold_not_met"],
  ],
  [
    "a threshold out of reach",
    ({ image }) => Object.assign(image.root.roles.snapshot, { threshold: 2 }),
    ["tuf_threshold_unreachable"],
  ],
];

const layouts = [undefined, 1, 2, "\t", " \n"] as const;

/** The same with other identifiers: in documents and in the vehicle's own description. */
function rename<T>(document: T, names: Readonly<Record<string, string>>): T {
  let text = JSON.stringify(document);
  for (const [before, after] of Object.entries(names)) text = text.replaceAll(`"${before}"`, `"${after}"`);
  return JSON.parse(text);
}

/** Files in another layout; what is signed is the same. */
function relayout(files: Files, layout: string | number | undefined): Files {
  const written = (bytes: Uint8Array) => utf8ToBytes(JSON.stringify(JSON.parse(bytesToUtf8(bytes)), undefined, layout));
  return new Map([...files].map(([file, bytes]) => [file, written(bytes)]));
}

/** Codes of the refusal in one variant of a scenario. */
async function verdictOf(
  keyOf: (name: string) => ReturnType<typeof testKey>,
  change: (pair: TestPair) => void,
  names: Readonly<Record<string, string>>,
  layout: string | number | undefined,
): Promise<readonly string[]> {
  const pair = new TestPair(keyOf);
  change(pair);
  for (const repository of ["director", "image"] as const) {
    pair[repository].withHashes = false;
    pair[repository].targets = rename(pair[repository].targets, names);
    for (const role of pair[repository].delegated.values()) role.document = rename(role.document, names) as Loose;
  }
  await pair.publish();
  const files = { director: relayout(pair.files.director, layout), image: relayout(pair.files.image, layout) };
  const served = { files } as Pick<TestPair, "files"> & { readonly files: Record<UptaneRepository, Files> };
  const primary = new TestPrimary(served as TestPair, { vehicle: rename<UptaneVehicle>(vehicle, names) });
  const step = primary.verify(served);
  return step.decision === "refuse" ? codesOf(step) : [];
}

describe.each(keyTypes)("verdicts with %s keys", (type) => {
  const keyOf = keyMaker(type);
  beforeAll(() => {
    for (const name of ["director", "image"])
      for (const role of ["root", "timestamp", "snapshot", "targets"]) keyOf(`${name} ${role}`);
  }, 30_000);

  it.each(scenarios)("are the same: %s", async (_, change, codes) => {
    expect(await verdictOf(keyOf, change, {}, 1)).toEqual(codes);
  });
});

describe("verdicts", () => {
  const id = fc
    .stringMatching(/^[A-Za-z0-9._:-]{1,40}$/)
    .filter((text) => text !== "__proto__" && !(text in { brake: 1, door: 1, radio: 1, hatch: 1 }));

  it("do not depend on identifiers, layout or keys", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...scenarios),
        fc.uniqueArray(id, { minLength: 5, maxLength: 5 }),
        fc.constantFrom(...layouts),
        fc.nat(3),
        async ([, change, codes], ids, layout, seed) => {
          const [brake, left, right, model, door] = ids as [string, string, string, string, string];
          const names = { brake, "door-left": left, "door-right": right, "brake-mk2": model, door };
          expect(await verdictOf((name) => testKey(`${seed} ${name}`), change, names, layout)).toEqual(codes);
        },
      ),
      { numRuns: 100 },
    );
  });
});
