/** `otakit uptane simulate`: a vehicle looks for updates, alone or with an attacker on the way. */

import { type Command, defineCommand, usageError } from "../command.ts";
import { reasonLines, type Terminal } from "../terminal.ts";
import { demoOption, loadInstalled, loadPair, loadVehicle, saveInstalled, saveVehicle } from "../uptane/folder.ts";
import type { LivingPair } from "../uptane/pair.ts";
import { allAttacks, type PlayedAttack, playAttacks } from "../uptane/play.ts";
import { DemoPrimary } from "../uptane/vehicle.ts";

export const uptaneSimulate: Command = defineCommand({
  name: "uptane simulate",
  summary: "have the vehicle look for updates, or play an attack on it",
  details: [
    "Without --attack the Primary verifies what both repositories serve, stores what it verified, installs what is assigned and tells what; the " +
      "exit code is 1 when it refuses. With --attack a new pair with the folder's keys is attacked by somebody who holds some of them, and it " +
      "is told which rule stops it: in the Primary, which verifies fully, in the brake ECU, which verifies partially, or in the Director, where " +
      "the attack is on what vehicles report. Nothing in the folder changes, and the exit code is 1 when an attack does not come to what the " +
      "table of attacks says. `all` plays every one.",
  ],
  options: {
    dir: demoOption,
    attack: { value: "NAME", help: "play this attack, or `all`" },
    list: { help: "list the attacks" },
    json: { help: "write the result as JSON" },
  },
  examples: [
    ["otakit uptane simulate --dir try", "look for updates"],
    ["otakit uptane simulate --dir try --list", "see which attacks there are"],
    ["otakit uptane simulate --dir try --attack image-rollback", "a compromised Director assigns an old image"],
  ],
  async run({ options }, terminal) {
    if (options.list) {
      terminal.print(allAttacks.map(({ name, summary }) => `${name.padEnd(30)} ${summary}`));
      return undefined;
    }
    const pair = loadPair(options.dir, Date.now(), terminal);
    if (options.attack === undefined) return lookForUpdates(options.dir, pair, options.json, terminal);
    const { attack } = options;
    if (attack === "all" || allAttacks.some(({ name }) => name === attack)) {
      return play(attack, pair, options.json, terminal);
    }
    throw usageError(`"${attack}" is no attack (--list shows them)`, "uptane simulate");
  },
});

function lookForUpdates(folder: string, pair: LivingPair, json: boolean, terminal: Terminal): "negative" | undefined {
  const primary = new DemoPrimary(loadVehicle(folder), {}, loadInstalled(folder));
  const { decision, reasons, assignment } = primary.verify(pair.files, pair.now);
  saveVehicle(folder, primary.store);
  saveInstalled(folder, primary.installed);
  if (json)
    terminal.printJson({ schema: "otakit.uptane.simulation/1", decision, reasons, ...(assignment && { assignment }) });
  else {
    terminal.print(decision);
    terminal.print((assignment?.images ?? []).map(({ ecuId, path }) => `  ${ecuId.padEnd(8)} ${path}`));
    terminal.print(reasonLines(reasons));
  }
  return decision === "refuse" ? "negative" : undefined;
}

async function play(
  name: string,
  { keys, now }: LivingPair,
  json: boolean,
  terminal: Terminal,
): Promise<"negative" | undefined> {
  const played = [];
  for await (const attack of playAttacks(name, keys, now)) {
    played.push(attack);
    if (!json) tell(attack, terminal);
  }
  if (json) terminal.printJson({ schema: "otakit.uptane.attacks/1", attacks: played });
  return played.every(({ asExpected }) => asExpected) ? undefined : "negative";
}

function tell({ name, summary, holds, asExpected, outcomes }: PlayedAttack, terminal: Terminal): void {
  terminal.print([`${name}: ${summary}`, `  keys of the attacker: ${holds}`]);
  for (const { victim, decision, reasons, note } of outcomes) {
    terminal.print(`  ${victim}: ${decision}`);
    terminal.print(reasonLines(reasons).map((line) => `  ${line}`));
    if (note !== undefined) terminal.print(`    ${note}`);
  }
  if (!asExpected) terminal.warn(`${name} did not come to what the table of attacks says`);
}
