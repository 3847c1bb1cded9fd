import {
  closeSync,
  constants,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  openSync,
  readFileSync,
  readSync,
  renameSync,
  rmSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { equalBytes, sha256 } from "otakit/core";
import { applyPatchSync, makePatch, type ResumableSink } from "otakit/delta";
import { loadFirmware } from "./demo/firmware.ts";

const [oldImage, newImage] = [loadFirmware("ev3", "7.27"), loadFirmware("ev3", "7.28")];
const slot = join(tmpdir(), `otakit-resume-${process.pid}.bin`);
writeFileSync(slot, oldImage);

// Backend: with small blocks a power cut costs little, and the patch grows by some bytes for each of them.
const patch = makePatch(oldImage, newImage, { blockSize: 64 * 1024 });
// Of the verified release; a patch says this of itself, which proves nothing.
const expected = { oldSha256: sha256(oldImage), newSha256: sha256(newImage), newSize: newImage.length };

/** Vehicle: the new image grows in a file beside the slot. Nothing is noted beside its bytes, and nothing about them is trusted. */
function openScratch(path: string, power: { bytes: number }): ResumableSink {
  const file = openSync(path, constants.O_RDWR | constants.O_CREAT, 0o600);
  let position = 0;
  return {
    keptBytes: fstatSync(file).size,
    readKept: (offset, target) => readSync(file, target, 0, target.length, offset),
    truncate(size) {
      ftruncateSync(file, size);
      position = size;
    },
    write(bytes) {
      const torn = power.bytes < bytes.length;
      // A power cut tears a write: some bytes are there, others are whatever the flash held.
      const landed = torn ? bytes.map((byte, at) => (at < power.bytes ? byte : 0xff)) : bytes;
      const written = writeSync(file, landed, 0, landed.length, position);
      if (torn) throw new Error("the power is gone");
      power.bytes -= written;
      position += written;
      return written; // a full disk is noticed
    },
    flush: () => fsyncSync(file), // a block counts only when it is on the medium
    suspend: () => closeSync(file),
    commit() {
      fsyncSync(file);
      closeSync(file);
      renameSync(path, slot);
      const folder = openSync(dirname(slot), "r");
      fsyncSync(folder); // the name too
      closeSync(folder);
    },
    discard() {
      closeSync(file);
      rmSync(path);
    },
  };
}

/** One start of the vehicle with power for so many bytes; tells whether it was enough. */
function start(power: number): boolean {
  const old = openSync(slot, "r");
  let kept = 0;
  try {
    applyPatchSync(
      patch,
      { size: fstatSync(old).size, readAt: (offset, target) => readSync(old, target, 0, target.length, offset) },
      openScratch(`${slot}.new`, { bytes: power }),
      {
        expected,
        limits: { maxOutput: 1 << 20, maxMemory: 4 << 20 },
        onProgress: ({ phase, doneBytes }) => {
          if (phase === "verify-kept") kept = doneBytes;
        },
      },
    );
    console.log(`went on at byte ${kept}, committed`);
    return true;
  } catch (error) {
    console.log(`went on at byte ${kept}: ${(error as Error).message}`);
    return false;
  } finally {
    closeSync(old);
  }
}

// Nothing written yet, inside a first block, just before the end of a block, after some, and at last to the end.
for (const power of [0, 50_000, 65_535, 200_000, 400_000, Number.POSITIVE_INFINITY]) {
  const whole = start(power);
  const expectedNow = whole ? newImage : oldImage;
  // At every moment the slot holds one image or the other, whole.
  if (!equalBytes(readFileSync(slot), expectedNow)) throw new Error("the slot holds neither image");
}
rmSync(slot);
// went on at byte 0: the power is gone
// went on at byte 0: the power is gone
// went on at byte 0: the power is gone
// went on at byte 0: the power is gone
// went on at byte 196608: the power is gone
// went on at byte 589824, committed
