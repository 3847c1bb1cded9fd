/** Components of a vehicle: as they are, and as they are going to be when a release is installed. */

import type { ReleaseManifest } from "./release.ts";
import type { ReleaseImage } from "./release-image.ts";
import { matchesTufPath } from "./tuf/path-pattern.ts";

/** Memory slot of an ECU. A pending one holds what is going to be active after the next start. */
export type ComponentSlot = "active" | "fallback" | "pending";

/** A component that an ECU has. */
export interface InstalledComponent {
  readonly component: string;
  /** Absent: it is there, in a version that is not known. */
  readonly version?: string;
  /** Where it is: what only a fallback slot holds does not count. */
  readonly slot: ComponentSlot;
}

/** What is known of one ECU. */
export interface EcuComponents {
  /** Uptane ECU identifier, unique in the vehicle. */
  readonly ecuId: string;
  /** Uptane hardware identifier. */
  readonly hardwareId: string;
  /** Its hardware variants or revisions, all of them. Absent: not known. */
  readonly hardware?: readonly string[];
  /** All components that it has. Absent: not read. */
  readonly components?: readonly InstalledComponent[];
}

/** What is known of a vehicle. */
export interface ComponentInventory {
  readonly ecus: readonly EcuComponents[];
  /** Whether every ECU of the vehicle is listed. */
  readonly complete: boolean;
}

/** A component that is going to be active in a vehicle. */
export interface ComponentInstance {
  readonly ecuId: string;
  readonly hardwareId: string;
  readonly version?: string;
  /** Whether the release brings it, or it is there already. */
  readonly by: "release" | "installed";
}

/** A vehicle after the installation of a release, as far as it can be told. */
export interface ComponentForecast {
  /** Instances by component. */
  readonly instances: ReadonlyMap<string, readonly ComponentInstance[]>;
  /** ECUs that were not read, each with the image that it gets. */
  readonly unread: readonly { readonly ecu: EcuComponents; readonly image: ReleaseImage | undefined }[];
}

/** Tells what a vehicle has once every ECU runs the image that the release has for its hardware id. */
export function forecastComponents({ images }: ReleaseManifest, { ecus }: ComponentInventory): ComponentForecast {
  const imageOf = new Map(images.map((image) => [image.hardwareId, image]));
  const instances = new Map<string, ComponentInstance[]>();
  const unread: { ecu: EcuComponents; image: ReleaseImage | undefined }[] = [];
  for (const ecu of ecus) {
    const image = imageOf.get(ecu.hardwareId);
    if (ecu.components === undefined) unread.push({ ecu, image });
    for (const [component, instance] of afterwards(ecu, image)) {
      const known = instances.get(component);
      if (known === undefined) instances.set(component, [instance]);
      else known.push(instance);
    }
  }
  return { instances, unread };
}

/** Tells whether an image settles what becomes of a component on its ECU: it brings or removes it. */
export function settles(image: ReleaseImage | undefined, component: string): boolean {
  return image !== undefined && (Object.hasOwn(image.provides ?? {}, component) || isCleared(image, component));
}

function* afterwards(
  { ecuId, hardwareId, components = [] }: EcuComponents,
  image: ReleaseImage | undefined,
): Generator<readonly [string, ComponentInstance]> {
  for (const { component, version, slot } of components) {
    // An image takes the place of what was waiting; on other ECUs that becomes active too, so that both count.
    const stays = image === undefined ? slot !== "fallback" : slot === "active" && !settles(image, component);
    if (!stays) continue;
    yield [component, { ecuId, hardwareId, ...(version === undefined ? {} : { version }), by: "installed" }];
  }
  for (const [component, version] of Object.entries(image?.provides ?? {})) {
    yield [component, { ecuId, hardwareId, version, by: "release" }];
  }
}

/** Component names have no slash and no other wildcard, so that the patterns of TUF paths are what is wanted. */
function isCleared({ clears = [] }: ReleaseImage, component: string): boolean {
  return clears.some((glob) => matchesTufPath(component, glob));
}
