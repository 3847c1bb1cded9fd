/** `otakit delta analyse`: whether compression inside two images keeps a patch large. */

import { analyseImages, type CompressedRegion, type ImageAnalysis } from "otakit/delta";
import { type Command, defineCommand } from "../command.ts";
import { effortOption, levels, maxImageBytes, wordOption } from "../delta/options.ts";
import { progressTo } from "../delta/progress.ts";
import { readUserFile } from "../files.ts";
import { firstOf, indent } from "../inspect/report.ts";
import { reasonLines } from "../terminal.ts";

export const deltaAnalyse: Command = defineCommand({
  name: "delta analyse",
  summary: "tell what keeps a patch between two images large",
  details: [
    "A small change in compressed data changes every byte that follows, so a patch of a compressed image is as large as the image. " +
      "This looks for compressed data in both images, looks into gzip and zip, makes the patch as the images are and with those " +
      "decompressed first, and tells both sizes. Nothing is written.",
  ],
  args: [
    { name: "OLD", help: "the image that vehicles have" },
    { name: "NEW", help: "the image that they are to have" },
  ],
  options: { ...effortOption, json: { help: "write the result as JSON" } },
  examples: [["otakit delta analyse gateway-2.0.img gateway-2.1.img", "see whether decompressing first would pay"]],
  async run({ options, args: [oldFile, newFile] }, terminal) {
    const level = wordOption("level", options.level, levels, "delta analyse");
    const [oldImage, newImage] = [readUserFile(oldFile!, maxImageBytes), readUserFile(newFile!, maxImageBytes)];
    const onProgress = progressTo(terminal);
    const analysis = analyseImages(oldImage, newImage, { onProgress, ...(level === undefined ? {} : { level }) });
    terminal.progress("");
    if (options.json) {
      terminal.printJson({ schema: "otakit.delta.analysis/1", ...analysis });
      return undefined;
    }
    const { patchBytes, expanded, savedBytes, findings } = analysis;
    terminal.print([
      ...imageLines("Old image", analysis.old),
      ...imageLines("New image", analysis.new),
      `Patch of the images as they are: ${patchBytes} bytes`,
      ...(expanded === undefined
        ? []
        : [
            `Patch of the images decompressed (${expanded.oldSize} and ${expanded.newSize} bytes): ` +
              `${expanded.patchBytes} bytes, which saves ${savedBytes}`,
          ]),
      ...(findings.length === 0 ? [] : ["Findings:", ...reasonLines(findings)]),
    ]);
    return undefined;
  },
});

function imageLines(what: string, { size, denseShare, regions }: ImageAnalysis): readonly string[] {
  const first = `${what}: ${size} bytes, of which ${Math.round(100 * denseShare)} % look random`;
  return [first, ...indent(firstOf(regions.map(lineOf)))];
}

function lineOf({ container, offset, bytes, expandedBytes }: CompressedRegion): string {
  const inside = bytes === undefined ? "not looked into" : `${bytes} bytes, ${expandedBytes} decompressed`;
  return `${container} at byte ${offset}: ${inside}`;
}
