/** Chooses a cohort for the release: a selector with data that are missing and stale, a representative pilot, caps, and another campaign. */

import {
  type AdmissionCandidate,
  admit,
  bucketOf,
  campaignSalt,
  compileEnrolment,
  compileSelector,
  conflicts,
  planStratifiedRings,
  previewCohort,
} from "otakit/cohort";
import { seededRandom } from "../../scripts/random.ts";
import type { Report } from "./report.ts";

const vehicles = 50_000;
const now = Date.parse("2026-11-26T12:00:00Z");
const dayMs = 86_400_000;
const catalogue = {
  schema: "otakit.attribute-catalogue/1",
  attributes: {
    model: { type: "enum", values: ["primehub", "technichub", "cityhub"] },
    region: { type: "enum", values: ["EU", "US", "JP"] },
    firmware: { type: "version", scheme: "semver", observedAtField: "seenAt", maxAgeMs: 30 * dayMs },
    riskProfile: { type: "enum", values: ["low", "high"] },
  },
} as const;

/** Records as a fleet has them: one in ten without a risk profile, one in twenty not seen for three months. */
function* fleet() {
  const random = seededRandom("demo fleet");
  for (let index = 0; index < vehicles; index++) {
    yield {
      vehicleId: `SIM${String(index).padStart(14, "0")}`,
      model: random.pick(["primehub", "primehub", "technichub", "cityhub"] as const),
      region: random.below(100) < 2 ? "JP" : random.pick(["EU", "EU", "US"] as const),
      firmware: random.pick(["7.26.0", "7.27.0", "7.27.0", "7.28.0"]),
      seenAt: random.below(20) === 0 ? now - 90 * dayMs : now,
      ...(random.below(10) === 0 ? {} : { riskProfile: random.below(5) === 0 ? "high" : "low" }),
    };
  }
}

export async function showCohort(report: Report, progress: (text: string) => void): Promise<void> {
  report.section(
    `Cohort: whom the release 7.28.0 is for, among ${vehicles.toLocaleString("en-US")} simulated vehicles`,
  );
  const selector = compileSelector(
    {
      schema: "otakit.selector/1",
      include: {
        op: "and",
        args: [
          { op: "eq", attr: "model", value: "primehub" },
          { op: "ver", attr: "firmware", rel: "lt", value: "7.28.0" },
        ],
      },
      exclude: { op: "eq", attr: "riskProfile", value: "high" },
    },
    catalogue,
  );
  const salt = campaignSalt("release 7.28.0");
  const selected = () => [...fleet()].filter((vehicle) => selector.truth(vehicle, now) === 2);
  const plan = await planStratifiedRings(
    () => selected().map(({ vehicleId, region }) => ({ id: vehicleId, stratum: region })),
    {
      salt,
      rings: [
        { name: "pilot", vehicles: 100 },
        { name: "early", vehicles: 2_000 },
        { name: "all", vehicles: selected().length },
      ],
      shares: { JP: { floor: 10 } },
      onProgress: ({ read }) => progress(`counted ${read} vehicles`),
    },
  );
  progress("");
  const rings = { plan, stratumOf: ({ region }: { readonly region?: unknown }) => region as string };
  const enrolment = { selector, rings, openRing: 0, now };
  const preview = await previewCohort(fleet(), enrolment);
  report.line(`${preview.in} are in, ${preview.out} out, of ${preview.unknown} it is not known:`);
  for (const { attribute, missing, stale } of preview.unknownAttributes) {
    report.line(`       ${attribute}: ${missing} not delivered, ${stale} too old`);
  }
  report.expect("members of each ring", "100, 1900, and the rest", describeRings(preview.rings, preview.in));
  const enrol = compileEnrolment(enrolment);
  const unknownMembers = [...fleet()].filter((vehicle) => {
    const { member, selection } = enrol(vehicle);
    return member && selection !== "in";
  }).length;
  report.expect("vehicles of which something is not known, in the pilot", "0", String(unknownMembers));
  const ofJapan = preview.strata.find(({ key }) => key === "JP")!.rings[0];
  report.expect("of the smallest region in the pilot", "10", String(ofJapan));
  const candidates = candidatesOf(enrolment, salt);
  const { admitted } = admit(candidates, [], [{ by: "region", max: 20, maxOf: { JP: 3 } }]);
  report.expect("admitted today under caps of 20 a region, 3 in Japan", "43", String(admitted.length));
  const other = compileSelector(
    { schema: "otakit.selector/1", include: { op: "ver", attr: "firmware", rel: "ge", value: "7.28.0" } },
    catalogue,
  );
  const judgement = conflicts(
    { campaign: "release 7.28.0", targets: ["firmware"], selector },
    { campaign: "hot fix 7.28.1", targets: ["firmware"], selector: other },
  );
  report.expect("a hot fix for those who have 7.28.0 already", "clear", judgement.decision);
  report.line(`       ${judgement.reasons[0]!.message} [${judgement.reasons[0]!.code}]`);
  const { in: taken, out, unknown, unknownAttributes } = preview;
  report.facts["cohort"] = {
    in: taken,
    out,
    unknown,
    unknownAttributes,
    rings: preview.rings,
    admitted: admitted.length,
  };
}

function describeRings([pilot, early, all]: readonly number[], total: number): string {
  return `${pilot}, ${early}, and ${pilot! + early! + all! === total ? "the rest" : all}`;
}

function candidatesOf(enrolment: Parameters<typeof compileEnrolment>[0], salt: string): readonly AdmissionCandidate[] {
  const enrol = compileEnrolment(enrolment);
  return [...fleet()].flatMap((vehicle) => {
    const { vehicleId, member, ring } = enrol(vehicle);
    if (!member || vehicleId === undefined || ring === undefined) return [];
    return [{ vehicleId, ring, bucket: bucketOf(salt, vehicleId), keys: { region: vehicle.region } }];
  });
}
