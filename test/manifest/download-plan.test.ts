import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type DownloadEcu,
  type DownloadLimits,
  type FileReference,
  planDownload,
  type ReleaseDelta,
  type ReleaseImage,
} from "../../src/manifest/index.ts";
import { errorOf } from "../error-of.ts";
import { digestOf, imageOf } from "./release-fixture.ts";

/** Images a, b, c … have lengths 1000, 1001 …; the release's image is "f". */
const letters = ["a", "b", "c", "d", "e", "f"] as const;
type Letter = (typeof letters)[number];
const imageLength = (letter: Letter): number => 1_000 + letters.indexOf(letter);
const contentOf = (letter: Letter): FileReference => ({
  length: imageLength(letter),
  hashes: { sha256: digestOf(letter) },
});

let patches = 0;
function deltaOf(base: Letter, result: Letter, length: number, changes: Partial<ReleaseDelta> = {}): ReleaseDelta {
  const sha256 = (patches++).toString(16).padStart(64, "0");
  const to = result === "f" ? {} : { result: contentOf(result) };
  return { format: "bsdiff40", base: contentOf(base), ...to, length, hashes: { sha256 }, ...changes };
}

const releaseImage = (deltas: readonly ReleaseDelta[], changes: Partial<ReleaseImage> = {}): ReleaseImage =>
  imageOf({ ...contentOf("f"), deltas, ...changes });
const gateway = (installed?: Letter, limits?: DownloadLimits): DownloadEcu => ({
  ecuId: "gw-1",
  hardwareId: "gateway-b",
  ...(installed === undefined ? {} : { installed: { sha256: digestOf(installed) } }),
  ...(limits === undefined ? {} : { limits }),
});
const bsdiff: DownloadLimits = { formats: ["bsdiff40"] };

/** What the only ECU does, in short: its word, the places of its steps, and the codes of its reasons. */
function planOne(
  deltas: readonly ReleaseDelta[],
  ecu: DownloadEcu,
  limits = bsdiff,
  image: Partial<ReleaseImage> = {},
) {
  const { evidence } = planDownload({ images: [releaseImage(deltas, image)] }, [ecu], limits);
  const { decision, steps, bytes, reasons } = evidence.ecus[0]!;
  return { decision, bytes, paths: steps.map(({ path }) => path), codes: reasons.map(({ code }) => code) };
}

describe("planDownload", () => {
  it("takes one delta where it is the smallest", () => {
    expect(planOne([deltaOf("a", "f", 300), deltaOf("b", "f", 100)], gateway("a"))).toEqual({
      decision: "deltas",
      bytes: 300,
      paths: ["/images/0/deltas/0"],
      codes: ["download_deltas"],
    });
  });

  it("takes a chain where that is smaller than one delta, in the order of application", () => {
    const deltas = [deltaOf("c", "f", 100), deltaOf("a", "f", 500), deltaOf("a", "c", 200)];
    const plan = planDownload({ images: [releaseImage(deltas)] }, [gateway("a")], bsdiff);
    expect(plan.decision).toBe("download");
    expect(plan.evidence.bytes).toBe(300);
    expect(plan.evidence.ecus[0]!.steps).toEqual([
      {
        kind: "delta",
        file: { length: 200, hashes: deltas[2]!.hashes },
        bytes: 200,
        path: "/images/0/deltas/2",
        result: contentOf("c"),
        format: "bsdiff40",
        base: contentOf("a"),
      },
      {
        kind: "delta",
        file: { length: 100, hashes: deltas[0]!.hashes },
        bytes: 100,
        path: "/images/0/deltas/0",
        result: contentOf("f"),
        format: "bsdiff40",
        base: contentOf("c"),
      },
    ]);
  });

  it("prefers fewer steps, then the order of the manifest, at equal bytes", () => {
    const chain = [deltaOf("a", "b", 100), deltaOf("b", "f", 200), deltaOf("a", "f", 300)];
    expect(planOne(chain, gateway("a")).paths).toEqual(["/images/0/deltas/2"]);
    const twins = [deltaOf("a", "f", 300), deltaOf("a", "f", 300)];
    expect(planOne(twins, gateway("a")).paths).toEqual(["/images/0/deltas/0"]);
    const forks = [deltaOf("c", "f", 50), deltaOf("a", "c", 50), deltaOf("a", "b", 50), deltaOf("b", "f", 50)];
    expect(planOne(forks, gateway("a")).paths).toEqual(["/images/0/deltas/1", "/images/0/deltas/0"]);
    const later = [deltaOf("c", "f", 50), deltaOf("a", "b", 50), deltaOf("a", "c", 50), deltaOf("b", "f", 50)];
    expect(planOne(later, gateway("a")).paths).toEqual(["/images/0/deltas/1", "/images/0/deltas/3"]);
  });

  it.each<[string, readonly ReleaseDelta[], DownloadEcu, DownloadLimits, string[]]>([
    ["no deltas", [], gateway("a"), bsdiff, ["download_full"]],
    ["an unknown base", [deltaOf("a", "f", 1)], gateway(), bsdiff, ["download_full", "delta_base_unknown"]],
    ["another base", [deltaOf("b", "f", 1)], gateway("a"), bsdiff, ["download_full", "delta_base_other"]],
    ["no formats", [deltaOf("a", "f", 1)], gateway("a"), {}, ["download_full", "delta_format_unsupported"]],
    ["a larger delta", [deltaOf("a", "f", 1_006)], gateway("a"), bsdiff, ["download_full", "delta_larger"]],
    ["an equal delta", [deltaOf("a", "f", 1_005)], gateway("a"), bsdiff, ["download_full", "delta_larger"]],
    [
      "memory that is not said",
      [deltaOf("a", "f", 1)],
      gateway("a"),
      { ...bsdiff, memoryBytes: 10 },
      ["download_full", "delta_memory_unknown"],
    ],
    [
      "too little memory",
      [deltaOf("a", "f", 1, { memoryBytes: 11 })],
      gateway("a"),
      { ...bsdiff, memoryBytes: 10 },
      ["download_full", "delta_memory_exceeded"],
    ],
    [
      "too many steps",
      [deltaOf("a", "b", 1), deltaOf("b", "f", 1)],
      gateway("a"),
      { ...bsdiff, maxSteps: 1 },
      ["download_full", "delta_steps_exceeded"],
    ],
    [
      "no steps at all",
      [deltaOf("a", "f", 1)],
      gateway("a"),
      { ...bsdiff, maxSteps: 0 },
      ["download_full", "delta_steps_exceeded"],
    ],
  ])("takes the full image for %s", (_, deltas, ecu, limits, codes) => {
    expect(planOne(deltas, ecu, limits)).toEqual({ decision: "full", bytes: 1_005, paths: ["/images/0"], codes });
  });

  it("names the delta that an obstacle is about", () => {
    const deltas = [deltaOf("a", "f", 2), deltaOf("a", "f", 1, { format: "vcdiff" })];
    const plan = planDownload({ images: [releaseImage(deltas)] }, [gateway("a")], { formats: [] });
    expect(plan.reasons).toEqual([
      { code: "download_full", message: 'ECU "gw-1": the full image of 1005 bytes', path: "/images/0" },
      {
        code: "delta_format_unsupported",
        message: 'ECU "gw-1": it cannot apply patches of format bsdiff40',
        path: "/images/0/deltas/0",
      },
      {
        code: "delta_format_unsupported",
        message: 'ECU "gw-1": it cannot apply patches of format vcdiff',
        path: "/images/0/deltas/1",
      },
    ]);
  });

  it("takes what exactly fits, and refuses what is one byte too large", () => {
    const deltas = [deltaOf("a", "f", 300, { memoryBytes: 64 })];
    const fits = { ...bsdiff, imageBytes: 1_005, memoryBytes: 64, stagingBytes: 300 };
    expect(planOne(deltas, gateway("a"), fits)).toMatchObject({
      decision: "deltas",
      codes: ["download_deltas", "staging_too_small"],
    });
    expect(planOne(deltas, gateway("a"), { ...fits, stagingBytes: 299 })).toEqual({
      decision: "refuse",
      bytes: 0,
      paths: [],
      codes: ["download_does_not_fit", "staging_too_small", "staging_too_small"],
    });
    expect(planOne(deltas, gateway("a"), { ...fits, imageBytes: 1_004 })).toMatchObject({
      decision: "refuse",
      codes: ["download_does_not_fit", "image_too_large", "image_too_large"],
    });
    expect(planOne([], gateway(), { stagingBytes: 1_005 })).toMatchObject({ decision: "full" });
    expect(planOne([], gateway(), { stagingBytes: 1_004 })).toMatchObject({ decision: "refuse" });
    expect(planOne([], gateway(), { stagingBytes: 0, streamsFullImages: true })).toMatchObject({ decision: "full" });
  });

  it("takes a larger delta where the full image does not fit", () => {
    const limits = { ...bsdiff, stagingBytes: 2_000 };
    const encryption = { scheme: "x", ciphertext: { length: 5_000, hashes: { sha256: digestOf("9") } } };
    expect(planOne([deltaOf("a", "f", 2_000)], gateway("a"), limits, { encryption })).toMatchObject({
      decision: "deltas",
      bytes: 2_000,
    });
  });

  it("counts the images between two deltas as room, those in their slots not", () => {
    // Step 1 stores the patch and image b (100 + 1001), step 2 the patch, b and c, step 3 the patch and c.
    const deltas = [deltaOf("a", "b", 100), deltaOf("b", "c", 10), deltaOf("c", "f", 100)];
    expect(planOne(deltas, gateway("a"), { ...bsdiff, stagingBytes: 2_013 })).toMatchObject({ decision: "deltas" });
    expect(planOne(deltas, gateway("a"), { ...bsdiff, stagingBytes: 2_012 })).toMatchObject({
      decision: "full",
      codes: ["download_full", "staging_too_small"],
    });
  });

  it("goes around a step that does not fit", () => {
    const deltas = [deltaOf("a", "b", 1), deltaOf("b", "f", 1, { format: "vcdiff" }), deltaOf("b", "f", 400)];
    expect(planOne(deltas, gateway("a")).paths).toEqual(["/images/0/deltas/0", "/images/0/deltas/2"]);
  });

  it("counts the bytes of a ciphertext, and hands on how to decrypt it", () => {
    const encryption = { scheme: "aes-256-ctr", ciphertext: { length: 700, hashes: { sha256: digestOf("8") } } };
    const small = [deltaOf("a", "f", 600, { encryption, path: "patches/1" })];
    expect(planOne(small, gateway("a"))).toMatchObject({ decision: "deltas", bytes: 700 });
    const { evidence } = planDownload({ images: [releaseImage(small)] }, [gateway("a")], bsdiff);
    expect(evidence.ecus[0]!.steps[0]!.file).toEqual({
      length: 600,
      hashes: small[0]!.hashes,
      path: "patches/1",
      encryption,
    });
  });

  it("downloads nothing for an ECU that runs the image or has none in the release", () => {
    expect(planOne([], gateway("f"))).toEqual({
      decision: "none",
      bytes: 0,
      paths: [],
      codes: ["image_already_installed"],
    });
    const other = planDownload({ images: [releaseImage([])] }, [{ ecuId: "x", hardwareId: "other" }]);
    expect(other).toMatchObject({ decision: "none", evidence: { bytes: 0 } });
    expect(other.reasons.map(({ code }) => code)).toEqual(["hardware_not_in_release"]);
  });

  it("counts a file that two ECUs share once, and refuses when one of them has to", () => {
    const images = [releaseImage([])];
    const twins = [gateway(), { ...gateway(), ecuId: "gw-2" }];
    expect(planDownload({ images }, twins)).toMatchObject({ decision: "download", evidence: { bytes: 1_005 } });
    const small = [gateway(), { ...gateway(undefined, { imageBytes: 1 }), ecuId: "gw-2" }];
    const plan = planDownload({ images }, small);
    expect(plan.decision).toBe("refuse");
    expect(plan.reasons[0]).toEqual({
      code: "download_does_not_fit",
      message: 'ECU "gw-2": nothing that leads to the image fits',
      path: "/images/0",
    });
    expect(plan.evidence.ecus.map(({ decision }) => decision)).toEqual(["full", "refuse"]);
  });

  it.each(["imageBytes", "memoryBytes", "stagingBytes", "maxSteps"] as const)("refuses a %s that is none", (name) => {
    for (const value of [-1, 0.5, Number.NaN]) {
      const plan = () => planDownload({ images: [releaseImage([])] }, [gateway()], { [name]: value });
      expect(errorOf(plan)).toEqual(new RangeError(`"${name}" expected integer >= 0, got ${value}`));
    }
  });

  it("agrees with trying every chain", () => {
    const edge = fc.record({
      base: fc.constantFrom(...letters),
      result: fc.constantFrom(...letters),
      bytes: fc.integer({ min: 1, max: 900 }),
      memory: fc.integer({ min: 0, max: 4 }),
      format: fc.constantFrom("bsdiff40", "vcdiff"),
    });
    const property = fc.property(
      fc.array(edge, { maxLength: 7 }),
      fc.constantFrom(...letters.slice(0, 5)),
      fc.record({
        formats: fc.constantFrom(["bsdiff40"], ["bsdiff40", "vcdiff"]),
        memoryBytes: fc.integer({ min: 1, max: 4 }),
        stagingBytes: fc.integer({ min: 500, max: 3_000 }),
        imageBytes: fc.constantFrom(1_005, 1_010),
        maxSteps: fc.integer({ min: 0, max: 4 }),
      }),
      (edges, installed, limits) => {
        const deltas = edges
          .filter(({ base, result }) => base !== result)
          .map(({ base, result, bytes, memory, format }) =>
            deltaOf(base, result, bytes, { memoryBytes: memory, format }),
          );
        const { decision, bytes, paths } = planOne(deltas, gateway(installed), limits);
        const best = cheapestByTrying(deltas, installed, limits);
        const full = 1_005 <= limits.stagingBytes ? 1_005 : Number.POSITIVE_INFINITY;
        if (best === undefined || best.bytes >= full) {
          expect(decision).toBe(full === 1_005 ? "full" : "refuse");
        } else {
          expect({ decision, bytes }).toEqual({ decision: "deltas", bytes: best.bytes });
          expect(paths).toEqual(best.deltas.map((index) => `/images/0/deltas/${index}`));
        }
      },
    );
    fc.assert(property, { numRuns: 3_000 });
  });
});

type Tried = { readonly bytes: number; readonly deltas: readonly number[] };

/** The best of all chains without a repeated delta, by bytes, then steps, then the order of the manifest. */
function cheapestByTrying(
  deltas: readonly ReleaseDelta[],
  installed: Letter,
  limits: {
    formats: readonly string[];
    memoryBytes: number;
    stagingBytes: number;
    imageBytes: number;
    maxSteps: number;
  },
): Tried | undefined {
  const target = digestOf("f");
  const found: Tried[] = [];
  const walk = (at: string, taken: readonly number[], bytes: number): void => {
    if (at === target) {
      found.push({ bytes, deltas: taken });
      return;
    }
    if (taken.length === limits.maxSteps) return;
    deltas.forEach((delta, index) => {
      if (delta.base.hashes.sha256 !== at || taken.includes(index)) return;
      const result = delta.result ?? contentOf("f");
      const between = (at === digestOf(installed) ? 0 : delta.base.length) + (delta.result ? delta.result.length : 0);
      if (!limits.formats.includes(delta.format) || delta.memoryBytes! > limits.memoryBytes) return;
      if (result.length > limits.imageBytes || delta.length + between > limits.stagingBytes) return;
      walk(result.hashes.sha256, [...taken, index], bytes + delta.length);
    });
  };
  walk(digestOf(installed), [], 0);
  const byOrder = (left: Tried, right: Tried): number => {
    const first = left.deltas.findIndex((index, step) => index !== right.deltas[step]);
    const order = first < 0 ? 0 : left.deltas[first]! - right.deltas[first]!;
    return left.bytes - right.bytes || left.deltas.length - right.deltas.length || order;
  };
  return found.sort(byOrder)[0];
}
