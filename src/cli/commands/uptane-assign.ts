/** `otakit uptane assign`: has the Director of a demonstration assign images. */

import type { DirectorImage } from "otakit/manifest";
import { type Command, defineCommand, usageError } from "../command.ts";
import { reasonLines } from "../terminal.ts";
import { demoOption, loadPair, savePair } from "../uptane/folder.ts";
import { assigned, catalogue, demoVehicle } from "../uptane/pair.ts";

export const uptaneAssign: Command = defineCommand({
  name: "uptane assign",
  summary: "have the Director assign images to the vehicle's ECUs",
  details: [
    "The Director signs targets, snapshot and timestamp under the next versions. What is assigned already is not signed again, and only " +
      "the timestamp is renewed. It refuses what its vehicle would refuse: an image of another model, a lower release counter than before.",
  ],
  args: [
    {
      name: "ECU=IMAGE",
      help: "ECU and image path; without any, nothing is assigned",
      optional: true,
      repeatable: true,
    },
  ],
  options: { dir: demoOption, json: { help: "write the result as JSON" } },
  examples: [
    ["otakit uptane assign --dir try brake-1=brake/8.bin gw-1=gateway/4.bin", "direct two ECUs to new images"],
    ["otakit uptane assign --dir try", "direct nothing: targets without an image"],
  ],
  async run({ options, args }, terminal) {
    const images = args.map(readImage);
    const pair = loadPair(options.dir, Date.now(), terminal);
    const { decision, reasons, files, state } = await pair.direct({ vehicleId: demoVehicle.vehicleId, images });
    if (decision !== "refused") savePair(options.dir, pair);
    if (options.json) {
      terminal.printJson({
        schema: "otakit.uptane.assign/1",
        decision,
        reasons,
        files: [...files.keys()],
        versions: state.versions,
      });
    } else
      terminal.print([
        `${decision}${files.size === 0 ? "" : `: ${[...files.keys()].join(", ")}`}`,
        ...reasonLines(reasons),
      ]);
    return decision === "refused" ? "negative" : undefined;
  },
});

/** Reads `ECU=IMAGE`. The hardware id is the ECU's own, so that a wrong image is refused by the Director and not here. */
function readImage(text: string): DirectorImage {
  const [ecuId, path] = text.split(/=(.*)/s);
  const ecu = demoVehicle.ecus.find((each) => each.ecuId === ecuId);
  const image = Object.values(catalogue).find(([listed]) => listed === path);
  if (ecu === undefined) throw usageError(`"${ecuId}" is no ECU of the vehicle`, "uptane assign");
  if (image === undefined) throw usageError(`"${path ?? ""}" is no image of the demonstration`, "uptane assign");
  return assigned(ecu.ecuId, image);
}
