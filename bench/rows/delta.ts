/** Patches and bzip2 streams of real firmware against Debian's programs; a process that does nothing shows their start. */

import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { bytesToHex, sha256 } from "otakit/core";
import {
  applyPatchSync,
  createMemorySink,
  decompressBzip2,
  initDelta,
  makeBsdiff40Patch,
  readAtFromBytes,
} from "otakit/delta";
import { type Hub, loadFirmware } from "../../examples/demo/firmware.ts";
import { words } from "../../test/delta/samples.ts";
import type { BenchRow, BenchRowFactory, Contender } from "../row.ts";

const processNote =
  "the peer is a process that reads and writes files; `true` is a process that does nothing: subtract it from the peer";
const startOnly: Contender = { name: "start of a process (true)", run: () => start("true", []) };

function start(program: string, args: readonly string[], input?: Uint8Array): Uint8Array {
  const { status, stdout, error } = spawnSync(program, args, { ...(input ? { input } : {}), maxBuffer: 2 ** 30 });
  if (error !== undefined || status !== 0) throw error ?? new Error(`${program} ended with ${status}`);
  return stdout;
}

function installed(program: string): boolean {
  return spawnSync(program).error === undefined;
}

/** What otakit does, with WebAssembly and without. */
function bothBackends(run: () => Uint8Array | undefined): readonly Contender[] {
  return (["embedded", "typescript"] as const).map((backend) => ({
    name: `otakit (${backend === "embedded" ? "WebAssembly" : "TypeScript"})`,
    run() {
      initDelta(backend);
      return run();
    },
  }));
}

/** A folder that is gone when the run is over. */
function scratchFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "otakit-bench-"));
  process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

function applyRow(hub: Hub): BenchRow {
  const [oldImage, newImage] = [loadFirmware(hub, "7.27"), loadFirmware(hub, "7.28")];
  const fixture = new URL(`../../examples/demo/fixtures/${hub}-7.27-to-7.28.bsdiff`, import.meta.url);
  const patch = new Uint8Array(readFileSync(fixture));
  const expected = { oldSha256: sha256(oldImage), newSha256: sha256(newImage), newSize: newImage.length };
  const limits = { maxOutput: newImage.length, maxMemory: 2 ** 24 };
  const folder = scratchFolder();
  const [oldFile, newFile] = [join(folder, "old"), join(folder, "new")];
  writeFileSync(oldFile, oldImage);
  const available = installed("bspatch");
  const bspatch = {
    name: "Debian bspatch",
    run: () => start("bspatch", [oldFile, newFile, fileURLToPath(fixture)]),
  };
  return {
    name: `delta/bsdiff40-apply-${hub}`,
    work: { bytes: newImage.length },
    contenders: [
      ...bothBackends(() => {
        const sink = createMemorySink();
        applyPatchSync(patch, readAtFromBytes(oldImage), sink, { expected, limits });
        return sink.committed;
      }),
      ...(available ? [bspatch, startOnly] : []),
    ],
    check(result, contender) {
      if (contender === startOnly.name) return;
      const made = contender === bspatch.name ? readFileSync(newFile) : (result as Uint8Array);
      if (bytesToHex(sha256(made)) !== bytesToHex(expected.newSha256))
        throw new Error(`${contender} made a wrong image`);
    },
    note: `${processNote}; otakit also hashes both images, bspatch neither`,
    ...(available ? {} : { missing: ["Debian bspatch is not installed"] }),
  };
}

function makeRow(hub: Hub): BenchRow {
  const [oldImage, newImage] = [loadFirmware(hub, "7.27"), loadFirmware(hub, "7.28")];
  const folder = scratchFolder();
  const [oldFile, newFile, patchFile] = ["old", "new", "patch"].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ];
  writeFileSync(oldFile, oldImage);
  writeFileSync(newFile, newImage);
  const available = installed("bsdiff");
  const bsdiff = { name: "Debian bsdiff", run: () => start("bsdiff", [oldFile, newFile, patchFile]) };
  return {
    name: `delta/bsdiff40-make-${hub}`,
    work: { bytes: newImage.length },
    contenders: [
      { name: "otakit (WebAssembly)", run: () => makeBsdiff40Patch(oldImage, newImage) },
      ...(available ? [bsdiff, startOnly] : []),
    ],
    check(result, contender) {
      if (contender === startOnly.name) return;
      const patch = contender === bsdiff.name ? readFileSync(patchFile) : (result as Uint8Array);
      const sink = createMemorySink();
      const expected = { oldSha256: sha256(oldImage), newSha256: sha256(newImage), newSize: newImage.length };
      const limits = { maxOutput: newImage.length, maxMemory: 2 ** 24 };
      applyPatchSync(patch, readAtFromBytes(oldImage), sink, { expected, limits });
    },
    note: processNote,
    ...(available ? {} : { missing: ["Debian bsdiff is not installed"] }),
  };
}

function bzip2Row(): BenchRow {
  const available = installed("bzip2");
  // Without the program there is still a stream that it once made, only a small one.
  const stream = available
    ? start("bzip2", ["-9", "-c"], loadFirmware("ev3", "7.28"))
    : readFileSync(new URL("../../test/delta/fixtures/words-120000.bz2", import.meta.url));
  const image = available ? loadFirmware("ev3", "7.28") : words(120_000);
  const expected = bytesToHex(sha256(image));
  return {
    name: "delta/bzip2-decode",
    work: { bytes: image.length },
    contenders: [
      ...bothBackends(() => decompressBzip2(stream, image.length)),
      ...(available ? [{ name: "bzip2 -dc", run: () => start("bzip2", ["-dc"], stream) }, startOnly] : []),
    ],
    check(result, contender) {
      if (contender === startOnly.name) return;
      if (bytesToHex(sha256(result as Uint8Array)) !== expected) throw new Error(`${contender} gave wrong bytes`);
    },
    note: processNote,
    ...(available ? {} : { missing: ["bzip2 is not installed"] }),
  };
}

export const rows: Readonly<Record<string, BenchRowFactory>> = {
  "delta/bsdiff40-apply-primehub": () => applyRow("primehub"),
  "delta/bsdiff40-apply-ev3": () => applyRow("ev3"),
  "delta/bsdiff40-make-primehub": () => makeRow("primehub"),
  "delta/bsdiff40-make-ev3": () => makeRow("ev3"),
  "delta/bzip2-decode": bzip2Row,
};
