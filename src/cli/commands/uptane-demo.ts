/** `otakit uptane demo`: a Director and an Image repository with all their keys, for a vehicle of three ECUs. */

import { type Command, defineCommand } from "../command.ts";
import { createDemo, demoOption } from "../uptane/folder.ts";
import { catalogue, demoVehicle } from "../uptane/pair.ts";

export const uptaneDemo: Command = defineCommand({
  name: "uptane demo",
  summary: "start a Director and an Image repository for one vehicle, in a folder",
  details: [
    "The vehicle has a gateway, which is its Primary, a brake and a door ECU; brake images are delegated to a supplier. All keys lie in " +
      "the folder keys/: this is for learning and tests, no fleet may keep them so.",
  ],
  options: { dir: demoOption },
  examples: [["otakit uptane demo --dir try", "make the folder try"]],
  async run({ options }, terminal) {
    await createDemo(options.dir, Date.now());
    const { vehicleId, ecus } = demoVehicle;
    terminal.print([
      `Vehicle ${vehicleId}`,
      ...ecus.map(({ ecuId, hardwareId }) => `  ${ecuId.padEnd(8)} ${hardwareId}`),
      "Images",
      ...Object.values(catalogue).map(([path, { custom = {} }]) => {
        const { hardwareIds, releaseCounter } = custom as { hardwareIds: readonly string[]; releaseCounter: number };
        return `  ${path.padEnd(14)} release counter ${releaseCounter}, for ${hardwareIds.join(", ")}`;
      }),
    ]);
    terminal.note(`Next: otakit uptane simulate --dir ${options.dir}`);
    return undefined;
  },
});
