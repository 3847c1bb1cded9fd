/** `otakit release explain`: what a release does, and what a vehicle answers to it. */

import { parseStrictJson } from "otakit/core";
import {
  decideUpdate,
  explainVerdict,
  parseUpdateFloors,
  type UpdateDecision,
  type VehicleEcu,
  verifyRelease,
} from "otakit/manifest";
import { type Command, defineCommand, usageError } from "../command.ts";
import { readUserFile } from "../files.ts";
import { inspectFile } from "../inspect/detect.ts";
import { readAuthorisations } from "../release/authorisations.ts";
import { readTrust, trustOptions } from "../release/trust.ts";
import { reasonLines, type Terminal } from "../terminal.ts";

/** Longest inventory. */
const maxInventoryBytes = 64 * 1024 * 1024;

export const releaseExplain: Command = defineCommand({
  name: "release explain",
  summary: "explain what a release does and, given a vehicle, whether that may install it and why",
  details: [
    "Without --ecus the file is explained as it is, and nothing is verified.",
    "With --ecus the release is verified by --trust or --key, and the vehicle's answer is told in a paragraph and by its reasons; the " +
      'exit code is 1 when it is neither "install" nor "up_to_date". The inventory is a JSON list of ECUs: { "ecuId", "hardwareId", ' +
      '"installed": { "sha256", "releaseCounter", "securityEpoch" } }. Without --floors none are known, which never counts as a yes; a trust file below theirs is refused.',
  ],
  args: [{ name: "FILE", help: "release, signed or not" }],
  options: {
    ...trustOptions,
    ecus: { value: "FILE", help: "inventory of the vehicle" },
    floors: { value: "FILE", help: "floors of the vehicle" },
    authorisation: { value: "FILE", repeatable: true, help: "signed authorisation to go back; needs --trust" },
    json: { help: "write the result as JSON" },
  },
  examples: [
    ["otakit release explain release.json", "what it does"],
    [
      "otakit release explain release.signed.json --trust trust.1.json --ecus vehicle.json --floors floors.json",
      "may this vehicle install it?",
    ],
  ],
  async run({ options, args: [file] }, terminal) {
    if (options.ecus === undefined) {
      const idle = (["floors", "trust", "key", "threshold", "authorisation"] as const).find(
        (name) => options[name] !== undefined && options[name].length > 0,
      );
      if (idle !== undefined) throw usageError(`--${idle} goes with --ecus`, "release explain");
    }
    const bytes = readUserFile(file!);
    const now = Date.now();
    const { lines, kind, data, warnings } = inspectFile(bytes, now);
    if (options.ecus === undefined) {
      if (options.json) terminal.printJson({ schema: "otakit.release.explain/1", kind, ...data, warnings });
      else terminal.print(lines);
      for (const { message } of warnings) terminal.warn(message);
      return undefined;
    }
    const floors = readFloors(options.floors);
    const trust = readTrust(options, "release explain", terminal, floors.metadata["trust"]);
    const decision = decideUpdate({
      candidate: verifyRelease(bytes, trust, { now }),
      ecus: readInventory(options.ecus),
      floors,
      now,
      authorisations: readAuthorisations(options.authorisation, trust, now, "release explain"),
    });
    return report(decision, options.json, terminal);
  },
});

function report(verdict: UpdateDecision, json: boolean, terminal: Terminal): "negative" | undefined {
  const { decision, reasons } = verdict;
  const explanation = explainVerdict(verdict);
  if (json) terminal.printJson({ schema: "otakit.release.explain/1", decision, explanation, reasons });
  else terminal.print([explanation, "Reasons:", ...reasonLines(reasons)]);
  return decision === "install" || decision === "up_to_date" ? undefined : "negative";
}

function readInventory(file: string): readonly VehicleEcu[] {
  const value = parseStrictJson(readUserFile(file, maxInventoryBytes), { maxBytes: maxInventoryBytes });
  const isEcu = (ecu: unknown): boolean =>
    typeof ecu === "object" &&
    ecu !== null &&
    ["ecuId", "hardwareId"].every((name) => typeof (ecu as Record<string, unknown>)[name] === "string");
  if (Array.isArray(value) && value.every(isEcu)) return value as unknown as readonly VehicleEcu[];
  throw usageError("--ecus expected a JSON list of objects with ecuId and hardwareId", "release explain");
}

/** No floors are none of any ECU. */
function readFloors(file: string | undefined) {
  const none = { schema: "otakit.update-floors/1", ecus: {} };
  return parseUpdateFloors(file === undefined ? new TextEncoder().encode(JSON.stringify(none)) : readUserFile(file));
}
