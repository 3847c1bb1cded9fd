/** Reads one parameter, wherever its data stand. */

import { isBitmap, readField, supportedIn } from "./layout.ts";
import type { ObdParameter } from "./messages.ts";
import type { parameterLayout } from "./parameters.ts";
import { readReadiness } from "./readiness.ts";

/** Reads the data of a parameter, which are as long as its layout says. */
export function readParameter(
  pid: number,
  { name, fields }: NonNullable<ReturnType<typeof parameterLayout>>,
  data: Uint8Array,
): ObdParameter {
  const parameter = { pid, name, data, readings: fields.map((field) => readField(field, data, 0)) };
  if (isBitmap(pid)) return { ...parameter, supported: supportedIn(pid, data) };
  return pid === 0x01 || pid === 0x41 ? { ...parameter, readiness: readReadiness(pid, data, 0) } : parameter;
}
