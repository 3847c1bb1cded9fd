import { bucketOf, claimLayer, compileSelector, conflicts, createLayer, layerSlot } from "otakit/cohort";

// One layer for everything that writes the brake controller; one percent of the fleet is never touched, to compare with.
let layer = createLayer("brake controller", 10_000);
const names = Array.from({ length: 10 }, (_, index) => `trial ${index + 1}`);
for (const campaign of names) ({ layer } = claimLayer(layer, campaign, 90_000));

// Before anything starts: no two of them can meet in a vehicle, and every answer has its reason.
const reach = names.map((campaign) => ({ campaign, targets: ["brake controller"], layer }));
const judged = reach.flatMap((left, index) => reach.slice(index + 1).map((right) => conflicts(left, right)));
console.log(judged.length, new Set(judged.map(({ decision, reasons }) => `${decision}: ${reasons[0]?.code}`)));
// 45 Set(1) { 'clear: campaigns_layer_apart' }

// In the fleet: each vehicle belongs to one campaign, to the holdback, or to nobody.
const counts = new Map<string, number>();
for (let index = 0; index < 100_000; index++) {
  const slot = layerSlot(layer, bucketOf(layer.salt, `SIM${index}`));
  const whose = slot.slot === "claimed" ? slot.campaign : slot.slot;
  counts.set(whose, (counts.get(whose) ?? 0) + 1);
}
console.log(counts.get("trial 1"), counts.get("trial 10"), counts.get("held_back"), counts.get("free"));
// 8920 8965 1031 9185

// Campaigns outside of the layer are apart if their targets are, or if no vehicle can fit both selectors.
const fleet = {
  schema: "otakit.attribute-catalogue/1",
  attributes: { region: { type: "enum", values: ["EU", "US"] }, firmware: { type: "version", scheme: "semver" } },
} as const;
const taking = (firmware: string) =>
  compileSelector(
    { schema: "otakit.selector/1", include: { op: "ver", attr: "firmware", rel: "in", range: firmware } },
    fleet,
  );
const older = { campaign: "catch up", targets: ["brake controller"], selector: taking("<4.0.0") };
const newer = { campaign: "fix 4.1", targets: ["brake controller"], selector: taking(">=4.0.0 <4.1.0") };
console.log(conflicts(older, newer).decision, conflicts(older, newer).evidence.disagreement);
// clear { attribute: 'firmware' }
const everyone = { campaign: "radio and brakes", targets: ["radio", "brake controller"] };
console.log(
  conflicts(older, everyone).decision,
  conflicts(older, everyone).reasons.map(({ code }) => code),
);
// conflict [ 'campaigns_targets_shared', 'campaigns_selectors_may_meet' ]
