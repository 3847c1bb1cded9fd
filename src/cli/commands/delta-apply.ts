/** `otakit delta apply`: makes the new image beside the old one; what was interrupted goes on. */

import { resolve } from "node:path";
import { bytesToHex } from "otakit/core";
import { type ApplyLimits, applyPatch } from "otakit/delta";
import { type Command, defineCommand, usageError } from "../command.ts";
import { type Expectation, expectationOf, expectedOptions } from "../delta/expected.ts";
import { interruptible } from "../delta/interrupt.ts";
import { openOldFile } from "../delta/old-file.ts";
import { sizeOption } from "../delta/options.ts";
import { PartialFile } from "../delta/partial-file.ts";
import { progressTo } from "../delta/progress.ts";
import { readUserFile, refuseExisting } from "../files.ts";
import { lockFile } from "../lock.ts";
import type { Terminal } from "../terminal.ts";
import { isGenuine } from "../verified-file.ts";

const command = "delta apply";

export const deltaApply: Command = defineCommand({
  name: command,
  summary: "make the new image from the old one and a patch",
  details: [
    "The old image is checked first. The new one grows in NEW.partial and takes its name only when it has the expected digest. After a " +
      "kill, a power cut or SIGINT the same command goes on behind the last block that is whole; a BSDIFF40 patch has no blocks and " +
      "starts anew. A new image that is there already and genuine is left alone.",
    "The digests come from a verified release. An otadelta patch names its images, but whoever made the patch wrote that too: with " +
      "--trust-patch the result is what the patch wants, and nobody has said that it may be installed.",
  ],
  args: [
    { name: "PATCH", help: "the patch; - is standard input" },
    { name: "OLD", help: "file of the old image" },
  ],
  options: {
    out: {
      value: "NEW",
      short: "o",
      required: true,
      help: "file of the new image; must not be there, but for a genuine one",
    },
    ...expectedOptions,
    "max-output": { value: "BYTES", help: "largest new image that is made; 1G when absent" },
    "max-memory": { value: "BYTES", help: "most working memory beside the patch; 64M when absent" },
    json: { help: "write the result as JSON" },
  },
  examples: [
    [
      "otakit delta apply patch.otadelta gateway-2.0.bin -o gateway-2.1.bin --old-sha256 54b3…73f3 --new-sha256 975c…5a9d",
      "apply a patch, or go on with it",
    ],
    ["otakit delta apply --trust-patch patch.otadelta old.bin -o new.bin", "try a patch out"],
  ],
  async run({ options, args: [patchFile, oldFile] }, terminal) {
    const limits = {
      maxOutput: sizeOption("max-output", options["max-output"], command) ?? 1024 ** 3,
      maxMemory: sizeOption("max-memory", options["max-memory"], command) ?? 64 * 1024 ** 2,
    };
    const patch = readUserFile(patchFile!);
    const expected = expectationOf(options, patch, command);
    const out = options.out;
    const partial = `${out}.partial`;
    if ([patchFile!, oldFile!].some((file) => resolve(file) === resolve(partial)))
      throw usageError(`${partial} is where the new image grows`, command);
    if (expected.unverified)
      terminal.warn("the digests come from the patch itself: only signed metadata can tell that the image is genuine");
    const unlock = lockFile(partial);
    try {
      const { newSha256, newSize } = expected.images;
      const sha256 = bytesToHex(newSha256);
      const cached = isGenuine(out, { length: newSize, hashes: { sha256 } });
      const resumedBytes = cached
        ? 0
        : await applyToFile({ patch, oldFile: oldFile!, out, partial, expected, limits }, terminal);
      const { format, unverified } = expected;
      const image = { length: newSize, hashes: { sha256 } };
      if (options.json) {
        terminal.printJson({
          schema: "otakit.delta.apply/1",
          file: out,
          format,
          image,
          cached,
          resumedBytes,
          unverified,
        });
        return undefined;
      }
      const how = [
        ...(cached ? ["was there already"] : []),
        ...(resumedBytes > 0 ? [`went on at byte ${resumedBytes}`] : []),
        unverified ? "NOT VERIFIED against anything but the patch" : "verified",
      ];
      terminal.print(`${out}: ${newSize} bytes, SHA-256 ${sha256} (${how.join(", ")})`);
      return undefined;
    } finally {
      unlock();
    }
  },
});

interface Application {
  readonly patch: Uint8Array;
  readonly oldFile: string;
  readonly out: string;
  readonly partial: string;
  readonly expected: Expectation;
  readonly limits: ApplyLimits;
}

/** Applies the patch and gives the number of bytes that an earlier run had made. */
async function applyToFile(
  { patch, oldFile, out, partial, expected, limits }: Application,
  terminal: Terminal,
): Promise<number> {
  refuseExisting(out);
  const old = await openOldFile(oldFile);
  const sink = await PartialFile.open(partial, out, expected.format === "otadelta");
  try {
    await interruptible((signal) =>
      applyPatch(patch, old, sink, { expected: expected.images, limits, signal, onProgress: progressTo(terminal) }),
    );
    return sink.takenBytes;
  } catch (error) {
    if (sink.verifiedBytes > 0)
      terminal.note(
        `${partial} keeps ${sink.verifiedBytes} bytes of the new image; the same command goes on from there`,
      );
    throw error;
  } finally {
    terminal.progress("");
    await old.close();
  }
}
