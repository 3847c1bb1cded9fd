/** The custom metadata of images that Uptane gives a meaning (5.2.3.1.1), read from what anybody may have signed. */

import { excerpt, type JsonObject, type JsonValue, jsonPointer } from "../../core/index.ts";
import { own } from "../own.ts";
import type { TufTargetFile } from "../tuf/metadata.ts";
import type { UptaneProfile } from "./profile.ts";
import { isUptaneId, type UptaneEcu } from "./vehicle.ts";

/** A field of the wrong form: where, and what it should be. */
interface CustomFault {
  readonly path: string;
  readonly expected: string;
}

/** A field, or its fault. */
export type ReadField<T> = { readonly value: T; readonly fault?: undefined } | { readonly fault: CustomFault };

/** The release counter: an integer >= 0, or absent. */
export function readReleaseCounter(
  path: string,
  { custom = {} }: TufTargetFile,
  { releaseCounterNames }: UptaneProfile,
): ReadField<number | undefined> {
  const name = releaseCounterNames.find((member) => own(custom, member) !== undefined);
  if (name === undefined) return { value: undefined };
  const value = own(custom, name);
  if (typeof value === "number" && Number.isSafeInteger(value) && value >= 0) return { value };
  return wrong(path, "integer >= 0", name);
}

/** The ECUs for which the Director means an image; none when the field is absent. */
export function readEcuIdentifiers(path: string, { custom = {} }: TufTargetFile): ReadField<readonly UptaneEcu[]> {
  const value = own(custom, "ecuIdentifiers");
  if (value === undefined) return { value: [] };
  if (!isObject(value)) return wrong(path, "object", "ecuIdentifiers");
  const ecus: UptaneEcu[] = [];
  for (const [ecuId, entry] of Object.entries(value)) {
    if (!isUptaneId(ecuId)) return wrong(path, "an ECU identifier", "ecuIdentifiers", excerpt(ecuId));
    const hardwareId = isObject(entry) ? own(entry, "hardwareId") : undefined;
    if (!isUptaneId(hardwareId)) return wrong(path, "a hardware identifier", "ecuIdentifiers", ecuId, "hardwareId");
    ecus.push({ ecuId, hardwareId });
  }
  return { value: ecus };
}

/** The models with which the Image repository says that an image is compatible; `undefined` when it does not say. */
export function readHardwareIds(
  path: string,
  file: TufTargetFile,
  { hardwareIds }: UptaneProfile,
): ReadField<readonly string[] | undefined> {
  const value = own(file.custom ?? {}, "hardwareIds");
  if (value === undefined) {
    if (hardwareIds === "required") return { value: undefined };
    const ecus = readEcuIdentifiers(path, file);
    if (ecus.fault !== undefined) return ecus;
    return { value: ecus.value.length === 0 ? undefined : ecus.value.map(({ hardwareId }) => hardwareId) };
  }
  if (!Array.isArray(value)) return wrong(path, "array", "hardwareIds");
  const index = value.findIndex((id) => !isUptaneId(id));
  return index < 0 ? { value: value as readonly string[] } : wrong(path, "a hardware identifier", "hardwareIds", index);
}

export function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function wrong(path: string, expected: string, ...at: readonly (string | number)[]): { readonly fault: CustomFault } {
  return { fault: { path: jsonPointer("signed", "targets", excerpt(path), "custom", ...at), expected } };
}
