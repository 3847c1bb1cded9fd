import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type ComponentInventory,
  checkRelations,
  type EcuComponents,
  type InstalledComponent,
  type ReleaseImage,
} from "../../src/manifest/index.ts";
import { imageOf, manifestOf } from "./release-fixture.ts";

const has = (component: string, version?: string, slot: InstalledComponent["slot"] = "active"): InstalledComponent => ({
  component,
  ...(version === undefined ? {} : { version }),
  slot,
});
const gateway = (...components: InstalledComponent[]): EcuComponents => ({
  ecuId: "gw",
  hardwareId: "gateway-b",
  components,
});
const brake = (...components: InstalledComponent[]): EcuComponents => ({
  ecuId: "br",
  hardwareId: "brake",
  components,
});
const unreadBrake: EcuComponents = { ecuId: "br", hardwareId: "brake" };

/** Checks a release with one image for the gateway; components `fw` and `map` have dotted versions. */
function check(image: Partial<ReleaseImage>, ecus: readonly EcuComponents[], complete = true, ...more: ReleaseImage[]) {
  const versionSchemes = { fw: "dotted", map: "dotted" } as const;
  return checkRelations(manifestOf({ images: [imageOf(image), ...more], versionSchemes }), { complete, ecus });
}
const wordOf = (...input: Parameters<typeof check>): string => check(...input).decision;
const codesOf = (...input: Parameters<typeof check>): string[] => check(...input).reasons.map(({ code }) => code);

describe("checkRelations", () => {
  const requires = [{ component: "fw", range: ">=2 <3" }];
  const conflicts = requires;

  it("is satisfied by a release without relations", () => {
    expect(check({}, [gateway()])).toEqual({
      decision: "satisfied",
      reasons: [{ code: "relations_satisfied", message: "Every relation of the release holds in the vehicle" }],
      evidence: { relations: [] },
    });
    expect(wordOf({}, [], false)).toBe("satisfied");
  });

  const table: readonly [string, readonly EcuComponents[], string, string][] = [
    ["in the range", [gateway(), brake(has("fw", "2.4"))], "satisfied", "violated"],
    ["below it", [gateway(), brake(has("fw", "1.9"))], "violated", "satisfied"],
    ["above it", [gateway(), brake(has("fw", "3"))], "violated", "satisfied"],
    ["absent", [gateway(), brake()], "violated", "satisfied"],
    ["of unknown version", [gateway(), brake(has("fw"))], "unknown", "unknown"],
    ["of no version", [gateway(), brake(has("fw", "two"))], "unknown", "unknown"],
    ["in the fallback slot alone", [gateway(), brake(has("fw", "2", "fallback"))], "violated", "satisfied"],
    ["pending", [gateway(), brake(has("fw", "2", "pending"))], "satisfied", "violated"],
    ["active in, pending out", [gateway(), brake(has("fw", "2"), has("fw", "3", "pending"))], "violated", "violated"],
    ["on one of two ECUs", [gateway(has("fw", "2")), brake(has("fw", "1"))], "violated", "violated"],
    ["on both ECUs", [gateway(has("fw", "2")), brake(has("fw", "2.9"))], "satisfied", "violated"],
    ["known on one, unread on the other", [gateway(has("fw", "2")), unreadBrake], "unknown", "violated"],
    ["out on one, unread on the other", [gateway(has("fw", "1")), unreadBrake], "violated", "unknown"],
    ["nowhere known", [gateway(), unreadBrake], "unknown", "unknown"],
  ];
  it.each(table)("component %s", (_, ecus, required, excluded) => {
    expect(wordOf({ requires }, ecus)).toBe(required);
    expect(wordOf({ conflicts }, ecus)).toBe(excluded);
  });

  it("never calls a vehicle satisfied whose ECUs are not all listed", () => {
    expect(codesOf({ requires }, [gateway(), brake(has("fw", "2"))], false)).toEqual([
      "requirement_unknown",
      "inventory_incomplete",
    ]);
    expect(wordOf({ requires }, [gateway(), brake(has("fw", "1"))], false)).toBe("violated");
    expect(codesOf({ conflicts }, [gateway(), brake()], false)).toEqual(["conflict_unknown", "inventory_incomplete"]);
    expect(codesOf({ requires }, [], false)).toEqual(["inventory_incomplete"]);
  });

  it("does not ask for the relations of an image that no ECU gets", () => {
    expect(wordOf({ requires }, [brake()])).toBe("satisfied");
  });

  it("looks only at the hardware that a relation names", () => {
    const scoped = [{ component: "fw", range: ">=2", hardwareId: "brake" }];
    expect(wordOf({ requires: scoped }, [gateway(has("fw", "1")), brake(has("fw", "2"))])).toBe("satisfied");
    expect(wordOf({ requires: scoped }, [gateway(has("fw", "2")), brake()])).toBe("violated");
    expect(
      wordOf({ requires: scoped }, [{ ...gateway(), components: undefined } as never, brake(has("fw", "2"))]),
    ).toBe("satisfied");
  });

  it("looks at the vehicle as it is going to be", () => {
    const upgrade = imageOf({ hardwareId: "brake", provides: { fw: "2.5" } });
    const before = [gateway(), brake(has("fw", "1"))];
    expect(wordOf({ requires }, before)).toBe("violated");
    const after = check({ requires }, before, true, upgrade);
    expect(after.decision).toBe("satisfied");
    expect(after.evidence.relations).toEqual([
      {
        path: "/images/0/requires/0",
        outcome: "satisfied",
        instances: [{ ecuId: "br", hardwareId: "brake", version: "2.5", by: "release" }],
      },
    ]);
    // An unread ECU is no gap where its image settles what becomes of the component.
    expect(wordOf({ requires }, [gateway(), unreadBrake], true, upgrade)).toBe("satisfied");
    // Its image takes the place of what was pending.
    expect(wordOf({ requires }, [gateway(), brake(has("fw", "9", "pending"))], true, upgrade)).toBe("satisfied");
    const other = imageOf({ hardwareId: "brake" });
    expect(wordOf({ requires }, [gateway(), brake(has("fw", "2", "pending"))], true, other)).toBe("violated");
  });

  it("removes what an image clears, unless it provides it", () => {
    const clearing = (clears: string[], provides = {}) => imageOf({ hardwareId: "brake", clears, provides });
    const vehicle = [gateway(), brake(has("fw", "2"))];
    expect(wordOf({ conflicts }, vehicle, true, clearing([]))).toBe("violated");
    expect(wordOf({ conflicts }, vehicle, true, clearing(["f*"]))).toBe("satisfied");
    expect(wordOf({ conflicts }, vehicle, true, clearing(["*"]))).toBe("satisfied");
    expect(wordOf({ conflicts }, vehicle, true, clearing(["w*", "x"]))).toBe("violated");
    expect(wordOf({ conflicts }, vehicle, true, clearing(["*"], { fw: "2.1" }))).toBe("violated");
    expect(wordOf({ conflicts }, [gateway(), unreadBrake], true, clearing(["fw"]))).toBe("satisfied");
    expect(wordOf({ conflicts }, [gateway(), unreadBrake], true, clearing(["map"]))).toBe("unknown");
  });

  it("compares versions without order for equality alone", () => {
    const licence = (range: string) => [{ component: "licence", range }];
    const vehicle = [gateway(has("licence", "B"))];
    expect(wordOf({ requires: licence("=B") }, vehicle)).toBe("satisfied");
    expect(wordOf({ requires: licence("=A") }, vehicle)).toBe("violated");
    expect(wordOf({ conflicts: licence("*") }, vehicle)).toBe("violated");
    expect(wordOf({ requires: licence("*") }, [gateway(has("licence"))])).toBe("satisfied");
    expect(wordOf({ requires: licence("=B") }, [gateway(has("licence"))])).toBe("unknown");
    // Cannot come from a parsed release; a range that cannot be read must not hold.
    expect(wordOf({ requires: licence(">=B") }, vehicle)).toBe("unknown");
  });

  it("asks for the variant of the ECU that gets the image", () => {
    const withHardware = (hardware?: string[]): EcuComponents[] => [
      { ...gateway(), ...(hardware === undefined ? {} : { hardware }) },
      { ...brake(), hardware: ["rev A"] },
    ];
    const requiresHw = ["rev B", "rev C"];
    expect(wordOf({ requiresHw }, withHardware(["rev C", "x"]))).toBe("satisfied");
    expect(codesOf({ requiresHw }, withHardware(["rev A"]))).toEqual(["hardware_variant_excluded"]);
    expect(codesOf({ requiresHw }, withHardware([]))).toEqual(["hardware_variant_excluded"]);
    expect(codesOf({ requiresHw }, withHardware())).toEqual(["hardware_variant_unknown"]);
    expect(wordOf({ notHw: ["rev A"] }, withHardware(["rev B"]))).toBe("satisfied");
    expect(codesOf({ notHw: ["rev A"] }, withHardware(["rev B", "rev A"]))).toEqual(["hardware_variant_excluded"]);
    expect(check({ notHw: ["rev A"] }, withHardware())).toEqual({
      decision: "unknown",
      reasons: [
        {
          code: "hardware_variant_unknown",
          message: 'ECU "gw": its hardware variant is not known',
          path: "/images/0/notHw",
        },
      ],
      evidence: { relations: [{ path: "/images/0/notHw", outcome: "unknown", ecuId: "gw" }] },
    });
  });

  it("does not trust an inventory that contradicts itself", () => {
    const { decision, reasons } = check({}, [gateway(), gateway()]);
    expect(decision).toBe("unknown");
    expect(reasons).toEqual([
      { code: "ecu_listed_twice", message: 'ECU "gw": listed twice in the inventory', path: "/ecus/1" },
    ]);
  });

  it("lists every failing relation, the violated ones first, with what was found", () => {
    const relations = {
      requires: [
        { component: "map", range: ">=1" },
        { component: "fw", range: ">=2", hardwareId: "brake" },
      ],
      conflicts: [{ component: "fw", range: "<2" }],
    };
    const { decision, reasons } = check(relations, [gateway(), brake(has("fw", "1"), has("map"))]);
    expect(decision).toBe("violated");
    expect(reasons).toEqual([
      {
        code: "requirement_violated",
        message: 'Image for "gateway-b" requires "fw" >=2 on "brake": found 1 on "br"',
        path: "/images/0/requires/1",
      },
      {
        code: "conflict_present",
        message: 'Image for "gateway-b" excludes "fw" <2: found 1 on "br"',
        path: "/images/0/conflicts/0",
      },
      {
        code: "requirement_unknown",
        message: 'Image for "gateway-b" requires "map" >=1: found unknown on "br"',
        path: "/images/0/requires/0",
      },
    ]);
    expect(check({ requires }, [gateway()]).reasons[0]!.message).toBe(
      'Image for "gateway-b" requires "fw" >=2 <3: none is known',
    );
  });

  it("never answers differently once more is known, but from unknown", () => {
    const version = fc.constantFrom("1", "2", "3", undefined);
    const ecu = fc.record({
      hardwareId: fc.constantFrom("gateway-b", "brake"),
      fw: fc.option(version, { nil: null }),
      read: fc.boolean(),
    });
    const property = fc.property(
      fc.array(ecu, { minLength: 1, maxLength: 4 }),
      fc.constantFrom("*", ">=2", "<2", "=3"),
      fc.boolean(),
      fc.boolean(),
      (drawn, range, complete, isConflict) => {
        const image = isConflict
          ? { conflicts: [{ component: "fw", range }] }
          : { requires: [{ component: "fw", range }] };
        const ecus = drawn.map(({ hardwareId, fw, read }, index): EcuComponents => {
          const components = fw === null ? [] : [has("fw", fw)];
          return { ecuId: `e${index}`, hardwareId, ...(read ? { components } : {}) };
        });
        // Everything that was open becomes known: unread ECUs have nothing, unknown versions are 2, nothing more is there.
        const known = ecus.map((entry) => ({
          ...entry,
          components: (entry.components ?? []).map((found) => ({ ...found, version: found.version ?? "2" })),
        }));
        const answer = wordOf(image, ecus, complete);
        if (answer !== "unknown") expect(wordOf(image, known)).toBe(answer);
        expect(wordOf(image, known)).not.toBe("unknown");
      },
    );
    fc.assert(property, { numRuns: 2_000 });
  });

  it("is total for whatever ECUs say of themselves", () => {
    const odd = {
      ecuId: "x".repeat(9_999),
      hardwareId: "gateway-b",
      components: [{ component: "fw", version: 2, slot: 1 }],
    };
    const { decision, reasons } = check({ requires }, [odd as never as EcuComponents]);
    expect(decision).toBe("violated");
    expect(reasons[0]!.message.length).toBeLessThan(500);
    const inventory: ComponentInventory = {
      complete: true,
      ecus: [gateway(has("__proto__", "1"), has("constructor", "1"))],
    };
    expect(checkRelations(manifestOf({ images: [imageOf({ requires })] }), inventory).decision).toBe("violated");
  });
});
