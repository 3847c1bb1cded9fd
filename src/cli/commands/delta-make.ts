/** `otakit delta make`: from two images to a patch that has been applied once. */

import { bytesToHex, sha256 } from "otakit/core";
import {
  applyPatchSync,
  inspectPatch,
  makeBsdiff40Patch,
  makePatch,
  type PatchProgress,
  readAtFromBytes,
} from "otakit/delta";
import { type Command, defineCommand, usageError } from "../command.ts";
import { effortOption, levels, maxImageBytes, profiles, sizeOption, wordOption } from "../delta/options.ts";
import { progressTo } from "../delta/progress.ts";
import { createFile, readUserFile, refuseExisting } from "../files.ts";
import type { Terminal } from "../terminal.ts";

const command = "delta make";

export const deltaMake: Command = defineCommand({
  name: command,
  summary: "make a patch from an old image to a new one, and apply it once",
  details: [
    "The patch is written only after it made the new image here. Both images are held in memory, with 5 to 10 bytes of working memory " +
      "for each byte of the old one, or less where --max-memory says so. The same images and options always give the same patch.",
    "An otadelta patch is the smaller one, names its images and can be resumed; BSDIFF40 is for vehicles that have bspatch only. Sign " +
      "what --json tells: its `delta` is what a release manifest says of a patch.",
  ],
  args: [
    { name: "OLD", help: "the image that vehicles have" },
    { name: "NEW", help: "the image that they are to have" },
  ],
  options: {
    out: { value: "PATCH", short: "o", required: true, help: "where the patch goes; must not be there yet" },
    format: { value: "WORD", help: "otadelta (default) or bsdiff40" },
    ...effortOption,
    profile: {
      value: "WORD",
      help: "memory of the vehicle's coder: tiny (0.6 MB), default (1.8 MB) or smallest (7.1 MB)",
    },
    "max-apply-memory": {
      value: "BYTES",
      help: "memory that the vehicle has for applying; a smaller profile is taken where need be",
    },
    "max-memory": {
      value: "BYTES",
      help: "memory for making, beside images and patch; the patch grows by some per cent where that is little",
    },
    "block-size": { value: "BYTES", help: "what is verified as one, from 64K to 16M; 1M when absent" },
    json: { help: "write the result as JSON" },
  },
  examples: [
    ["otakit delta make gateway-2.0.bin gateway-2.1.bin -o gateway-2.0-to-2.1.otadelta", "make a patch"],
    [
      "otakit delta make --level smallest --max-apply-memory 2M old.bin new.bin -o patch.otadelta",
      "make the smallest patch that an ECU with 2 MiB can apply",
    ],
  ],
  async run({ options, args: [oldFile, newFile] }, terminal) {
    const make = makerOf(options, terminal);
    refuseExisting(options.out);
    const [oldImage, newImage] = [readUserFile(oldFile!, maxImageBytes), readUserFile(newFile!, maxImageBytes)];
    const patch = make(oldImage, newImage);
    const [base, image] = [fileOf(oldImage), fileOf(newImage)];
    const info = inspectPatch(patch);
    proveByApplying(patch, oldImage, newImage, progressTo(terminal));
    createFile(options.out, patch);
    terminal.progress("");
    const { format, memoryBytes } = info;
    const delta = { format, base, ...fileOf(patch), memoryBytes };
    const profile = info.format === "otadelta" ? info.profile : undefined;
    if (options.json) {
      terminal.printJson({ schema: "otakit.delta.make/1", file: options.out, delta, image, profile });
      return undefined;
    }
    const share = ((100 * patch.length) / Math.max(1, newImage.length)).toFixed(1);
    terminal.print([
      `${options.out}: ${format} patch of ${patch.length} bytes, ${share} % of the new image`,
      `  SHA-256 ${delta.hashes.sha256}`,
      `  old image: ${base.length} bytes, SHA-256 ${base.hashes.sha256}`,
      `  new image: ${image.length} bytes, SHA-256 ${image.hashes.sha256}`,
      `  takes ${memoryBytes} bytes of memory to apply${profile === undefined ? "" : ` (profile ${profile})`}`,
    ]);
    return undefined;
  },
});

/** The maker that the options ask for. */
function makerOf(
  options: {
    readonly format: string | undefined;
    readonly level: string | undefined;
    readonly profile: string | undefined;
    readonly "max-apply-memory": string | undefined;
    readonly "max-memory": string | undefined;
    readonly "block-size": string | undefined;
  },
  terminal: Terminal,
): (oldImage: Uint8Array, newImage: Uint8Array) => Uint8Array {
  const onProgress = progressTo(terminal);
  const format = wordOption("format", options.format, ["otadelta", "bsdiff40"], command);
  const level = wordOption("level", options.level, levels, command);
  const profile = wordOption("profile", options.profile, profiles, command);
  const maxApplyMemory = sizeOption("max-apply-memory", options["max-apply-memory"], command);
  const maxMemory = sizeOption("max-memory", options["max-memory"], command);
  const blockSize = sizeOption("block-size", options["block-size"], command);
  const given = Object.fromEntries(
    Object.entries({ level, profile, maxApplyMemory, maxMemory, blockSize }).filter(([, value]) => value !== undefined),
  );
  if (
    blockSize !== undefined &&
    !(Number.isInteger(Math.log2(blockSize)) && blockSize >= 2 ** 16 && blockSize <= 2 ** 24)
  )
    throw usageError(`--block-size expected a power of two from 64K to 16M, got "${options["block-size"]}"`, command);
  if (format !== "bsdiff40") return (oldImage, newImage) => makePatch(oldImage, newImage, { ...given, onProgress });
  if (Object.keys(given).length > 0)
    throw usageError(
      "--level, --profile, --max-apply-memory, --max-memory and --block-size are of otadelta patches",
      command,
    );
  return (oldImage, newImage) => makeBsdiff40Patch(oldImage, newImage, { onProgress });
}

/** Applies the patch as a vehicle does; throws unless it makes the new image. */
function proveByApplying(
  patch: Uint8Array,
  oldImage: Uint8Array,
  newImage: Uint8Array,
  onProgress: (progress: PatchProgress) => void,
): void {
  const sink = { write: ({ length }: Uint8Array) => length, commit: () => {}, discard: () => {} };
  const unlimited = Number.MAX_SAFE_INTEGER;
  applyPatchSync(patch, readAtFromBytes(oldImage), sink, {
    expected: { oldSha256: sha256(oldImage), newSha256: sha256(newImage), newSize: newImage.length },
    limits: { maxOutput: unlimited, maxMemory: unlimited, maxExpansion: unlimited },
    onProgress,
  });
}

/** What a release manifest says of a file. */
function fileOf(content: Uint8Array): { readonly length: number; readonly hashes: { readonly sha256: string } } {
  return { length: content.length, hashes: { sha256: bytesToHex(sha256(content)) } };
}
