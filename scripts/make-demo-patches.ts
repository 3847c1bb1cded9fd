/**
 * Makes the patches in `examples/demo/fixtures` with Debian's bsdiff, from and to the firmware of the development
 * dependencies, and writes down what they were made of. Run by hand: `node scripts/make-demo-patches.ts`.
 */

import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type FirmwareVersion, hubs, loadFirmware } from "../examples/demo/firmware.ts";

const oldVersion = "7.27";
const newVersion = "7.28";
const folder = fileURLToPath(new URL("../examples/demo/fixtures/", import.meta.url));
const scratch = mkdtempSync(join(tmpdir(), "otakit-patches-"));

function run(command: string, ...args: string[]): string {
  const { status, stdout, stderr, error } = spawnSync(command, args, { encoding: "utf8" });
  if (error !== undefined || status !== 0) throw error ?? new Error(`${command} exited with ${status}: ${stderr}`);
  return stdout;
}

function describe(bytes: Uint8Array) {
  return { size: bytes.length, sha256: createHash("sha256").update(bytes).digest("hex") };
}

/** Exact version of the package behind an alias. */
function packageVersion(version: FirmwareVersion): string {
  const file = createRequire(import.meta.url).resolve(`@pybricks/firmware-${version}/package.json`);
  const { name, version: exact, license } = JSON.parse(readFileSync(file, "utf8"));
  if (license !== "MIT") throw new Error(`${name} ${exact} is no longer MIT but ${license}`);
  return `${name}@${exact}`;
}

try {
  const patches = hubs.map((hub) => {
    const [oldImage, newImage] = [loadFirmware(hub, oldVersion), loadFirmware(hub, newVersion)];
    const [oldFile, newFile] = [join(scratch, `${hub}.old`), join(scratch, `${hub}.new`)];
    const file = `${hub}-${oldVersion}-to-${newVersion}.bsdiff`;
    writeFileSync(oldFile, oldImage);
    writeFileSync(newFile, newImage);
    run("bsdiff", oldFile, newFile, join(folder, file));
    const patch = describe(readFileSync(join(folder, file)));
    console.log(`${file}: ${patch.size} bytes for ${newImage.length}`);
    return { hub, file, old: describe(oldImage), new: describe(newImage), patch };
  });
  const fixtures = {
    schema: "otakit-demo-fixtures/1",
    format: "bsdiff40",
    tool: `Debian bsdiff ${run("dpkg-query", "-W", "-f", "$" + "{Version}", "bsdiff")}`,
    license: "MIT",
    from: { version: oldVersion, package: packageVersion(oldVersion) },
    to: { version: newVersion, package: packageVersion(newVersion) },
    patches,
  };
  writeFileSync(join(folder, "fixtures.json"), `${JSON.stringify(fixtures, null, 2)}\n`);
} finally {
  rmSync(scratch, { recursive: true });
}
