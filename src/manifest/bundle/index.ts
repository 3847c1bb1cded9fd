/** A release and its files as one archive, for a USB stick or a workshop tester. */

export { type BundleEvent, type BundleReader, createBundleReader } from "./read-bundle.ts";
export { type BundleContent, type BundleSource, writeBundle } from "./write-bundle.ts";
