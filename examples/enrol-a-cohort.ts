import {
  type AdmissionCandidate,
  admit,
  bucketOf,
  campaignSalt,
  compileSelector,
  enrolVehicles,
  planStratifiedRings,
  previewCohort,
} from "otakit/cohort";

const now = Date.parse("2026-11-30T12:00:00Z");
const catalogue = {
  schema: "otakit.attribute-catalogue/1",
  attributes: {
    region: { type: "enum", values: ["EU", "US", "JP"] },
    firmware: { type: "version", scheme: "semver", observedAtField: "seenAt", maxAgeMs: 30 * 86_400_000 },
    riskProfile: { type: "enum", values: ["low", "high"] },
    dealer: { type: "string" },
  },
} as const;
const selector = compileSelector(
  {
    schema: "otakit.selector/1",
    include: { op: "ver", attr: "firmware", rel: "lt", value: "2.0.0" },
    exclude: { op: "eq", attr: "riskProfile", value: "high" },
  },
  catalogue,
);

// The fleet, as a database or a file would give it: once for each reading, one vehicle at a time.
async function* fleet() {
  for (let index = 0; index < 10_000; index++) {
    yield {
      vehicleId: `SIM${index}`,
      region: index % 100 < 70 ? "EU" : index % 100 < 98 ? "US" : "JP",
      dealer: `D${index % 37}`,
      firmware: "1.8.2",
      seenAt: index % 20 === 0 ? now - 90 * 86_400_000 : now,
      ...(index % 50 === 1 ? {} : { riskProfile: index % 10 === 3 ? "high" : "low" }),
    };
  }
}

// A pilot that looks like the vehicles to be updated: their share of each region, and of the smallest at least five.
const salt = campaignSalt("ota-2026-11");
async function* selected() {
  for await (const vehicle of fleet()) {
    if (selector.truth(vehicle, now) === 2) yield { id: vehicle.vehicleId, stratum: vehicle.region };
  }
}
const plan = await planStratifiedRings(selected, {
  salt,
  rings: [
    { name: "pilot", vehicles: 100 },
    { name: "early", vehicles: 1_000 },
    { name: "all", vehicles: 10_000 },
  ],
  shares: { JP: { floor: 5 } },
});

// What would happen, before it does. The ledger says who is enrolled already; SIM3 has become a risk since.
const ledger = new Map([["SIM3", 0]]);
const rings = { plan, stratumOf: ({ region }: { readonly region?: unknown }) => region as string | undefined };
const enrolment = { selector, rings, openRing: 0, now, ledger };
const preview = await previewCohort(fleet(), enrolment);
console.log(preview.in, preview.out, preview.unknown, preview.rings);
// 8300 1000 700 [ 101, 900, 7300 ]: a hundred in the pilot, and the one of the ledger
for (const { attribute, missing, stale } of preview.unknownAttributes) console.log(attribute, missing, stale);
// firmware 0 500
// riskProfile 200 0
console.log(preview.drift);
// { enrolled: 1, out: 1, unknown: 0, notSeen: 0 }

// Who takes part now: the pilot ring, and whoever was enrolled before, drifted or not.
const candidates: AdmissionCandidate[] = [];
for await (const { vehicleId, member, ring } of enrolVehicles(fleet(), enrolment)) {
  if (!member || vehicleId === undefined || ring === undefined) continue;
  const dealer = `D${Number(vehicleId.slice(3)) % 37}`;
  candidates.push({ vehicleId, ring, bucket: bucketOf(salt, vehicleId), keys: { dealer } });
}
console.log(
  candidates.length,
  candidates.some(({ vehicleId }) => vehicleId === "SIM3"),
);
// 101 true

// Who may start today: at most 50 altogether, and at most two of one dealer.
const { admitted, held } = admit(candidates, [], [{ max: 50 }, { by: "dealer", max: 2 }]);
console.log(admitted.length, held[0]?.reasons[0]?.message);
// 50 2 vehicles of dealer "D23" are under way or admitted; 2 may be.
