/** `otakit uds explain`: tells what a fault memory, or a refusal, says. */

import { type Command, defineCommand } from "../command.ts";
import { decodeMessages } from "../uds/decode.ts";
import { explainMessage } from "../uds/explain.ts";
import { isIncomplete, readInput, warnOfInput } from "../uds/input.ts";
import { idsOf, inputOptions, readingOf, readingOptions } from "../uds/options.ts";
import { messageLines } from "../uds/report.ts";

export const udsExplain: Command = defineCommand({
  name: "uds explain",
  summary: "tell in sentences what trouble codes, their status and refusals say",
  details: [
    "For each trouble code of a response of ReadDTCInformation: what its structure says, the story of its status bits in the order of " +
      "events, combinations that cannot be, and where each sentence comes from. Titles come from the dictionary, if it has some.",
    "Other messages are passed over. The input is that of otakit uds decode, and so is the exit code.",
  ],
  args: [{ name: "HEX", help: "one message", optional: true, repeatable: true }],
  options: { ...inputOptions, ...readingOptions, json: { help: "write one JSON object a line" } },
  examples: [
    ["otakit uds explain 59 02 7f 04 20 16 2f", "explain a fault memory"],
    ["otakit uds explain --dictionary ecu.json --file drive.log", "explain those of a log, with titles"],
    ["otakit uds explain 7f 22 31", "explain a refusal"],
  ],
  async run({ options, args }, terminal) {
    const reading = readingOf(options, "uds explain");
    const input = readInput(args, options.file ?? "-", idsOf(options, "uds explain"));
    const read = decodeMessages(input.messages, reading);
    let explained = 0;
    for (const item of read) {
      if (item.fault !== undefined && !options.json) terminal.print(messageLines({ ...item, warnings: [] }));
      if (item.message === undefined) continue;
      for (const { data, lines } of explainMessage(item.message, item.place, reading)) {
        explained++;
        if (options.json) terminal.printJsonLine({ schema: "otakit.uds.explanation/1", ...item.place, ...data });
        else terminal.print(lines);
      }
    }
    warnOfInput(input, terminal);
    if (explained === 0) terminal.note("No trouble code and no refusal is there to explain");
    return isIncomplete(input) || read.some(({ fault }) => fault !== undefined) ? "negative" : undefined;
  },
});
