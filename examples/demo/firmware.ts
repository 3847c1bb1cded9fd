/**
 * Real firmware for the demo, the benchmarks and the comparisons: raw images of LEGO hubs by Pybricks (MIT), from the
 * development dependencies `@pybricks/firmware-<version>`. For Node only.
 */

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { type UnzipFileInfo, unzipSync } from "fflate";

/** Controllers that the package has raw images of: Cortex-M4, Cortex-M4, Cortex-M0 and ARM9. */
export const hubs = ["primehub", "technichub", "cityhub", "ev3"] as const;

/** One controller. */
export type Hub = (typeof hubs)[number];

/** Versions of the package that are installed. */
export const firmwareVersions = ["7.22", "7.27", "7.28"] as const;

/** One version, for example `7.28` for package version 7.28.0. */
export type FirmwareVersion = (typeof firmwareVersions)[number];

const { resolve } = createRequire(import.meta.url);

/** Name of the raw image inside each hub's zip. */
const imageName = "firmware-base.bin";

/** Tells whether a version of the package has an image of this hub (7.22 has none of the ev3). */
export function hasFirmware(hub: Hub, version: FirmwareVersion): boolean {
  return hub !== "ev3" || version !== "7.22";
}

/**
 * Loads the raw firmware image of a hub.
 *
 * @throws Error when the development dependencies are not installed or the version has no image of the hub
 * @example
 * ```ts
 * loadFirmware("primehub", "7.28").length; // 296756
 * ```
 */
export function loadFirmware(hub: Hub, version: FirmwareVersion): Uint8Array {
  const zip = readFileSync(resolve(`@pybricks/firmware-${version}/build/${hub}.zip`));
  const image = unzipSync(zip, { filter: ({ name }: UnzipFileInfo) => name === imageName })[imageName];
  if (image === undefined) throw new Error(`Cannot load firmware: no ${imageName} in ${hub}.zip of ${version}`);
  return image;
}
