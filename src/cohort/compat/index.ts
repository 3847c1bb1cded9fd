/** Buckets of other systems, so that a campaign can take over from one without moving a vehicle. */

export { flagdBucket } from "./flagd.ts";
export { growthbookBucket } from "./growthbook.ts";
export { launchdarklyBucket, posthogBucket } from "./launchdarkly.ts";
export { statsigBucket } from "./statsig.ts";
export { unleashBucket } from "./unleash.ts";
