/** `otakit tuf refresh`: brings a client's metadata up to date. */

import { type Command, defineCommand } from "../command.ts";
import { repositoryOptions, trustedRoles, withTufClient } from "../tuf/session.ts";

export const tufRefresh: Command = defineCommand({
  name: "tuf refresh",
  summary: "bring the trusted metadata up to date",
  details: [
    "Carries out the client workflow of TUF 1.0.34 section 5. A refusal names each rule that refused, its clause and the attack " +
      "that it may be a sign of; what was trusted before stays trusted, and the next refresh starts from it.",
  ],
  options: repositoryOptions,
  examples: [
    [
      "otakit tuf --metadata-dir /var/lib/ota --metadata-url https://updates.example/metadata refresh",
      "refresh, and fail if anything is wrong",
    ],
  ],
  async run({ options }, terminal) {
    return withTufClient(options, terminal, async (driver) => {
      await driver.refresh();
      const roles = trustedRoles(driver);
      if (options.json) terminal.printJson({ schema: "otakit.tuf.refresh/1", roles });
      else {
        for (const { role, version, expires } of roles) {
          terminal.print(`${role.padEnd(9)} version ${version}, valid until ${expires}`);
        }
      }
      return undefined;
    });
  },
});
