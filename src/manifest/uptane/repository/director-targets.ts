/** Targets metadata of a Director: what one vehicle is to run, in its own words (Uptane 2.1.0 section 5.2.3.1). */

import type { TufTargets } from "../../tuf/metadata.ts";
import { buildTufTargets, type TufSignedInput } from "../../tuf/repository/build-metadata.ts";
import { addTufTargets } from "../../tuf/repository/target-files.ts";
import { type DirectorAssignment, entriesOf, requireAssignment, requireConsistent } from "./assignment.ts";

/** Targets of a Director: of one vehicle, and without delegations. */
export interface DirectorTargets extends TufTargets {
  readonly custom: {
    /** Also there when no image is listed: such targets could be replayed to any vehicle otherwise. */
    readonly vehicleIdentifier: string;
  };
}

/**
 * Makes the targets of one vehicle, to be signed.
 *
 * Each image path is one entry, with the ECUs that are to run it in `custom.ecuIdentifiers` and its release counter; the vehicle
 * identifier is always there.
 *
 * Standard: Uptane 2.1.0 sections 5.2.3.1 and 5.3.2.1.
 *
 * @throws {@link ManifestError} `ERR_MANIFEST_SCHEMA` for a malformed assignment; `ERR_MANIFEST_UPTANE_ASSIGNMENT` for one that names
 * an ECU twice or describes one path in two ways; `ERR_MANIFEST_TUF_TARGET_PATH`
 * @throws RangeError when `version` or `expires` is out of range
 * @example
 * ```ts
 * buildDirectorTargets({ vehicleId: "veh-17", images: [] }, { version: 4, expires }); // change nothing
 * ```
 */
export function buildDirectorTargets(assignment: DirectorAssignment, input: TufSignedInput): DirectorTargets {
  requireAssignment(assignment);
  requireConsistent(assignment);
  return directorTargets(assignment, input);
}

/** {@link buildDirectorTargets} for an assignment that was checked. */
export function directorTargets(assignment: DirectorAssignment, input: TufSignedInput): DirectorTargets {
  const targets = addTufTargets(buildTufTargets(input), entriesOf(assignment));
  return { ...targets, custom: { vehicleIdentifier: assignment.vehicleId } };
}
