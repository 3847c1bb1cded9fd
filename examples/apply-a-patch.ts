import {
  closeSync,
  fsyncSync,
  openSync,
  readFileSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { hexToBytes } from "otakit/core";
import { applyPatchSync } from "otakit/delta";
import { loadFirmware } from "./demo/firmware.ts";

// A vehicle with the old firmware in one file; the new one grows beside it and takes its name only when it is proven right.
const slot = join(tmpdir(), `otakit-slot-${process.pid}.bin`);
writeFileSync(slot, loadFirmware("cityhub", "7.27"));

const old = openSync(slot, "r");
const scratch = openSync(`${slot}.new`, "w");
const patch = readFileSync(new URL("demo/fixtures/cityhub-7.27-to-7.28.bsdiff", import.meta.url));

const applied = applyPatchSync(
  patch,
  { size: statSync(slot).size, readAt: (offset, target) => readSync(old, target, 0, target.length, offset) },
  {
    write: (block) => writeSync(scratch, block), // the number of bytes written: a full disk is noticed
    commit: () => {
      fsyncSync(scratch); // on the medium before the name moves, or a power cut leaves an empty file
      renameSync(`${slot}.new`, slot);
    },
    discard: () => rmSync(`${slot}.new`, { force: true }),
  },
  {
    // From the verified release, never from the patch: BSDIFF40 does not say which images it belongs to.
    expected: {
      oldSha256: hexToBytes("54b34fb2035cc22f57eaec48e54b9a38d6772e563f0bfcf9b084e45a88d073f3"),
      newSha256: hexToBytes("975ce4b16a24f7de4deccd87157cc96fd4cc15a6eb01c5f72c80e174d9d45a9d"),
      newSize: 187_772,
    },
    limits: { maxOutput: 1 << 20, maxMemory: 8 << 20 },
  },
);
console.log(`committed ${applied.newSize} bytes`); // committed 187772 bytes

closeSync(old);
closeSync(scratch);
rmSync(slot);
