/** `otakit uds decode`: reads diagnostic messages. */

import { type Command, defineCommand } from "../command.ts";
import { decodeMessages } from "../uds/decode.ts";
import { isIncomplete, readInput, warnOfInput } from "../uds/input.ts";
import { messageToJson } from "../uds/json.ts";
import { idsOf, inputOptions, readingOf, readingOptions } from "../uds/options.ts";
import { messageLines } from "../uds/report.ts";

export const udsDecode: Command = defineCommand({
  name: "uds decode",
  summary: "read requests and responses of ISO 14229-1",
  details: [
    "The words of the command line make one message. Without them, messages come from a file or standard input: one a line in " +
      "hexadecimal digits, a log of candump, or a dump for text2pcap. From a log, the identifiers of ISO 15765-4 are read, or those " +
      "that --id names; messages of several frames are put together when all frames are there, in order.",
    "The data of an identifier have no length of their own: say it in a dictionary, or give the request. In a file, the last " +
      "request counts.",
    "The exit code is 1 when a message is malformed or incomplete; what an ECU refuses is an answer like any other.",
  ],
  args: [{ name: "HEX", help: "one message", optional: true, repeatable: true }],
  options: { ...inputOptions, ...readingOptions, json: { help: "write one JSON object a line" } },
  examples: [
    ["otakit uds decode 59 02 ff 04 20 16 2f", "read a fault memory"],
    ["otakit uds decode --request 22f190 --dictionary ecu.json 62f190574442", "read data with their context"],
    ["candump -L can0 | otakit uds decode --json", "read a bus when the log has ended"],
    ["otakit uds decode --file drive.log --id 6F1 --id 612", "read a log of other identifiers"],
  ],
  async run({ options, args }, terminal) {
    const reading = readingOf(options, "uds decode");
    const input = readInput(args, options.file ?? "-", idsOf(options, "uds decode"));
    const read = decodeMessages(input.messages, reading);
    for (const item of read) {
      const { place, bytes, message, fault, warnings } = item;
      if (options.json) {
        const value = messageToJson({ ok: fault === undefined, bytes, message, fault, warnings });
        terminal.printJsonLine({ schema: "otakit.uds.message/1", ...place, ...(value as object) });
      } else terminal.print(messageLines(item));
    }
    warnOfInput(input, terminal);
    return isIncomplete(input) || read.some(({ fault }) => fault !== undefined) ? "negative" : undefined;
  },
});
