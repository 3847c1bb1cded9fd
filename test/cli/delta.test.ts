import {
  chmodSync,
  existsSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { gzipSync } from "fflate";
import { describe, expect, it } from "vitest";
import { seededRandom } from "../../scripts/random.ts";
import { bytesToHex, sha256 } from "../../src/core/index.ts";
import { parseReleaseManifest } from "../../src/manifest/index.ts";
import { words } from "../delta/samples.ts";
import { type Outcome, useCommand } from "./command.ts";

const command = useCommand();
const delta = (...args: readonly string[]) => command.run("delta", ...args);
const digestOf = (bytes: Uint8Array) => bytesToHex(sha256(bytes));
const codeOf = ({ stderr }: Outcome) => /code: (\w+)/.exec(stderr)?.[1];

const blockSize = 64 * 1024;
const blocks = 6;

/** Two images of six blocks of 64 KiB, the last of them not whole: moved text with changes, and some noise. */
const [oldImage, newImage] = ((): readonly [Uint8Array, Uint8Array] => {
  const random = seededRandom("cli/delta");
  const old = words(blocks * blockSize);
  const changed = old.map((byte, index) => (index % 911 === 7 ? byte ^ 1 : byte));
  return [old, Uint8Array.from([...changed.subarray(70_000), ...random.bytes(9_000), ...changed.subarray(0, 50_000)])];
})();

/** Both images and a patch between them as files of a new folder, and what `apply` is told of them. */
async function scene(format: "otadelta" | "bsdiff40" = "otadelta") {
  const folder = command.folder();
  const at = (name: string): string => join(folder, name);
  writeFileSync(at("old"), oldImage);
  writeFileSync(at("new"), newImage);
  const more = format === "otadelta" ? ["--block-size", "64K", "--profile", "tiny"] : [];
  const made = await delta("make", at("old"), at("new"), "-o", at("patch"), "--format", format, ...more, "--json");
  expect([made.code, made.stderr]).toEqual([0, ""]);
  const digests = ["--old-sha256", digestOf(oldImage), "--new-sha256", digestOf(newImage)];
  const apply = [at("patch"), at("old"), "-o", at("out"), ...digests, "--json"];
  return { at, folder, made: JSON.parse(made.stdout), apply: ["apply", ...apply], digests };
}

const leftIn = (folder: string) =>
  readdirSync(folder).filter((name) => !["old", "new", "patch", "hook.mjs"].includes(name));

/** Options of a process in which the n-th call of a method of open files is replaced. */
function hooked(folder: string, method: "write" | "datasync" | "sync", count: number, body: string) {
  const hook = join(folder, "hook.mjs");
  writeFileSync(
    hook,
    `import { open } from "node:fs/promises";
    const file = await open(process.execPath);
    const methods = Object.getPrototypeOf(file);
    await file.close();
    const original = methods.${method};
    let calls = 0;
    const die = () => { process.kill(process.pid, "SIGKILL"); for (;;); };
    methods.${method} = async function (...args) {
      const call = () => original.apply(this, args);
      if (++calls !== ${count}) return call();
      ${body}
    };`,
  );
  return { env: { NODE_OPTIONS: `--import=${pathToFileURL(hook)}` } };
}

describe("otakit delta make", () => {
  it("makes what a release manifest says, and what apply makes the new image of", async () => {
    for (const format of ["otadelta", "bsdiff40"] as const) {
      const { at, folder, made, apply } = await scene(format);
      const patch = readFileSync(at("patch"));
      expect(made).toMatchObject({
        schema: "otakit.delta.make/1",
        file: at("patch"),
        delta: { format, base: { length: oldImage.length, hashes: { sha256: digestOf(oldImage) } } },
        image: { length: newImage.length, hashes: { sha256: digestOf(newImage) } },
      });
      expect(made.delta).toMatchObject({ length: patch.length, hashes: { sha256: digestOf(patch) } });
      expect(made.profile).toBe(format === "otadelta" ? "tiny" : undefined);
      const image = { hardwareId: "gateway-b", version: "2.1.0", releaseCounter: 7, securityEpoch: 3, ...made.image };
      const document = { schema: "ota-release/1", releaseId: "r", expires: "2027-01-01T00:00:00Z" };
      const text = JSON.stringify({ ...document, images: [{ ...image, deltas: [made.delta] }] });
      expect(parseReleaseManifest(new TextEncoder().encode(text)).images[0]!.deltas).toHaveLength(1);

      const { code, stdout, stderr } = await delta(...apply);
      expect([code, stderr]).toEqual([0, ""]);
      expect(JSON.parse(stdout)).toEqual({
        schema: "otakit.delta.apply/1",
        file: at("out"),
        format,
        image: made.image,
        cached: false,
        resumedBytes: 0,
        unverified: false,
      });
      expect(readFileSync(at("out")).equals(newImage)).toBe(true);
      expect(leftIn(folder)).toEqual(["out"]);
    }
  });

  it("tells people, overwrites nothing, and obeys the room of the vehicle", async () => {
    const { at, made } = await scene();
    const again = await delta("make", at("old"), at("new"), "-o", at("patch"));
    expect([again.code, codeOf(again)]).toEqual([1, "ERR_CLI_FILE_EXISTS"]);
    const room = await delta("make", at("old"), at("new"), "-o", at("p2"), "--max-apply-memory", "1M");
    expect([room.code, room.stderr]).toEqual([0, ""]);
    expect(room.stdout).toContain(`p2: otadelta patch of ${statSync(at("p2")).size} bytes`);
    expect(room.stdout).toContain(`new image: ${newImage.length} bytes, SHA-256 ${digestOf(newImage)}`);
    expect(room.stdout).toContain("(profile tiny)");
    const none = await delta("make", at("old"), at("new"), "-o", at("p3"), "--max-apply-memory", "100K");
    expect([none.code, codeOf(none), existsSync(at("p3"))]).toEqual([1, "ERR_DELTA_MEMORY_LIMIT", false]);
    const little = await delta("make", at("old"), at("new"), "-o", at("p4"), "--max-memory", "100K");
    expect([little.code, codeOf(little), existsSync(at("p4"))]).toEqual([1, "ERR_DELTA_MEMORY_LIMIT", false]);
    const enough = await delta("make", at("old"), at("new"), "-o", at("p5"), "--max-memory", "16M");
    expect([enough.code, existsSync(at("p5"))]).toEqual([0, true]);
    expect(made.delta.memoryBytes).toBeLessThan(1024 ** 2);
  });

  it("refuses options that it does not understand", async () => {
    const { at } = await scene();
    const make = ["make", at("old"), at("new"), "-o", at("p2")];
    for (const [more, what] of [
      [["--level", "best"], '--level expected one of fast, default, smallest, got "best"'],
      [["--profile", "fast"], "--profile expected one of tiny, default, smallest"],
      [["--format", "vcdiff"], "--format expected one of otadelta, bsdiff40"],
      [["--max-apply-memory", "1.5M"], "--max-apply-memory expected bytes"],
      [["--max-memory", "1.5M"], "--max-memory expected bytes"],
      [["--format", "bsdiff40", "--max-memory", "1G"], "are of otadelta patches"],
      [["--block-size", "65537"], "--block-size expected a power of two from 64K to 16M"],
      [["--block-size", "32M"], "--block-size expected a power of two from 64K to 16M"],
      [["--format", "bsdiff40", "--level", "fast"], "are of otadelta patches"],
    ] as const) {
      const { code, stderr } = await delta(...make, ...more);
      expect([code, existsSync(at("p2"))]).toEqual([2, false]);
      expect(stderr).toContain(what);
    }
  });
});

describe("otakit delta apply", () => {
  it("goes on after a kill at every block, also in the middle of a write", async () => {
    const { at, folder, apply } = await scene();
    const wholeBlocks = Math.floor(newImage.length / blockSize);
    for (let block = 1; block <= wholeBlocks + 1; block++) {
      const killed = await command.runWith(hooked(folder, "datasync", block, "die();"), "delta", ...apply);
      expect([killed.code, existsSync(at("out"))]).toEqual([-1, false]);
      const next = await delta(...apply);
      expect([next.code, next.stderr]).toEqual([0, ""]);
      // The killed run had written the block and not asked yet for it to be on the medium; here it is.
      expect(JSON.parse(next.stdout).resumedBytes).toBe(Math.min(block * blockSize, newImage.length));
      expect(readFileSync(at("out")).equals(newImage)).toBe(true);
      expect(leftIn(folder)).toEqual(["out"]);
      rmSync(at("out"));
    }
    const torn = "await original.call(this, args[0], args[1], args[2] >> 1, args[3]); die();";
    expect((await command.runWith(hooked(folder, "write", 7, torn), "delta", ...apply)).code).toBe(-1);
    expect(statSync(at("out.partial")).size % blockSize).not.toBe(0);
    const next = await delta(...apply);
    expect(JSON.parse(next.stdout).resumedBytes).toBe(blockSize);
    expect(readFileSync(at("out")).equals(newImage)).toBe(true);
  });

  it("goes on from any bytes that are there, trusting none of them", async () => {
    const { at, folder, apply } = await scene();
    const torn = Uint8Array.from(newImage);
    torn[2 * blockSize + 5]! ^= 1;
    for (const [kept, resumedBytes] of [
      [torn, 2 * blockSize],
      [new Uint8Array(3 * blockSize), 0],
      [Uint8Array.from([...newImage, 1, 2, 3]), newImage.length],
      [newImage.subarray(0, blockSize - 1), 0],
    ] as const) {
      writeFileSync(at("out.partial"), kept);
      const { code, stdout } = await delta(...apply);
      expect([code, JSON.parse(stdout).resumedBytes]).toEqual([0, resumedBytes]);
      expect(readFileSync(at("out")).equals(newImage)).toBe(true);
      rmSync(at("out"));
    }
    expect(leftIn(folder)).toEqual([]);
  });

  it("stops cleanly at SIGINT and SIGTERM, says what is kept, and goes on", async () => {
    for (const signal of ["SIGINT", "SIGTERM"]) {
      const { at, folder, apply } = await scene();
      const interrupt = `await call(); process.kill(process.pid, "${signal}");`;
      const stopped = await command.runWith(hooked(folder, "datasync", 2, interrupt), "delta", ...apply);
      expect([stopped.code, codeOf(stopped)]).toEqual([1, "ERR_DELTA_CANCELLED"]);
      expect(JSON.parse(stopped.stdout)).toMatchObject({ schema: "otakit.error/1", code: "ERR_DELTA_CANCELLED" });
      const kept = Number(/out\.partial keeps (\d+) bytes/.exec(stopped.stderr)![1]);
      expect(kept).toBeGreaterThanOrEqual(2 * blockSize);
      expect(leftIn(folder)).toEqual(["out.partial"]);
      const next = await delta(...apply);
      expect([next.code, JSON.parse(next.stdout).resumedBytes]).toEqual([0, kept]);
      expect(readFileSync(at("out")).equals(newImage)).toBe(true);
    }
  });

  it("starts a BSDIFF40 patch anew and keeps nothing of it", async () => {
    const { at, folder, apply } = await scene("bsdiff40");
    writeFileSync(at("out.partial"), newImage.subarray(0, 3 * blockSize));
    const interrupt =
      'process.kill(process.pid, "SIGINT"); await new Promise((done) => setTimeout(done, 50)); return call();';
    const stopped = await command.runWith(hooked(folder, "write", 1, interrupt), "delta", ...apply);
    expect([stopped.code, codeOf(stopped), leftIn(folder)]).toEqual([1, "ERR_DELTA_CANCELLED", []]);
    expect(stopped.stderr).not.toContain("keeps");
    const { code, stdout } = await delta(...apply);
    expect([code, JSON.parse(stdout).resumedBytes]).toEqual([0, 0]);
    expect(readFileSync(at("out")).equals(newImage)).toBe(true);
  });

  it("keeps what is verified when the disk is full, and goes on when it is not", async () => {
    const { at, folder, apply } = await scene();
    // Files of at most 200 KiB, in units of 512 bytes: as on a full disk the last write is short, and the next one fails.
    writeFileSync(at("hook.mjs"), `#!/bin/sh\nulimit -f 400\nexec "${process.execPath}" "$@"\n`);
    chmodSync(at("hook.mjs"), 0o755);
    const full = await command.runWith({ node: at("hook.mjs") }, "delta", ...apply);
    expect([full.code, codeOf(full)]).toEqual([1, "ERR_CLI_FILE"]);
    expect(full.stderr).toContain(`Cannot write ${at("out.partial")}: EFBIG`);
    expect(full.stderr).toContain(`keeps ${3 * blockSize} bytes`);
    expect(leftIn(folder)).toEqual(["out.partial"]);
    const { code, stdout } = await delta(...apply);
    expect([code, JSON.parse(stdout).resumedBytes]).toEqual([0, 3 * blockSize]);
    expect(readFileSync(at("out")).equals(newImage)).toBe(true);
  });

  it("refuses a wrong base, a wrong result and what breaks a limit, and leaves nothing", async () => {
    for (const format of ["otadelta", "bsdiff40"] as const) {
      const { at, folder, digests } = await scene(format);
      const wrong = Uint8Array.from(oldImage);
      wrong[100]! ^= 1;
      writeFileSync(join(folder, "new"), wrong);
      const apply = (old: string, ...more: readonly string[]) =>
        delta("apply", at("patch"), old, "-o", at("out"), ...more);
      const other = digestOf(wrong);
      for (const [outcome, code] of [
        [await apply(at("new"), ...digests), "ERR_DELTA_OLD_HASH"],
        [await apply(at("old"), "--old-sha256", other, ...digests.slice(2)), "ERR_DELTA_OLD_HASH"],
        [await apply(at("old"), ...digests.slice(0, 2), "--new-sha256", other), "ERR_DELTA_NEW_HASH"],
        [await apply(at("old"), ...digests, "--new-size", "5"), "ERR_DELTA_NEW_SIZE"],
        [await apply(at("old"), ...digests, "--max-output", "256K"), "ERR_DELTA_OUTPUT_LIMIT"],
        [await apply(at("old"), ...digests, "--max-memory", "64K"), "ERR_DELTA_MEMORY_LIMIT"],
        [await apply(at("none"), ...digests), "ERR_CLI_FILE"],
        [await apply(folder, ...digests), "ERR_CLI_FILE"],
      ] as const) {
        expect([outcome.code, codeOf(outcome), outcome.stdout]).toEqual([1, code, ""]);
        expect(leftIn(folder)).toEqual([]);
      }
    }
  });

  it("takes digests from the patch only when told to, and says that nobody verified them", async () => {
    const { at, folder } = await scene();
    const apply = ["apply", at("patch"), at("old"), "-o", at("out")];
    const plain = await delta(...apply);
    expect([plain.code, leftIn(folder)]).toEqual([2, []]);
    expect(plain.stderr).toContain("--old-sha256 and --new-sha256 are needed");
    expect((await delta(...apply, "--new-sha256", digestOf(newImage))).code).toBe(2);
    const trusting = await delta(...apply, "--trust-patch");
    expect(trusting.code).toBe(0);
    expect(trusting.stderr).toContain("warning: the digests come from the patch itself");
    expect(trusting.stdout).toContain("(NOT VERIFIED against anything but the patch)");
    // With the new digest given, only the base is taken from the patch.
    const proven = await delta(...apply, "--trust-patch", "--new-sha256", digestOf(newImage), "--json");
    expect([proven.stderr, JSON.parse(proven.stdout)]).toMatchObject(["", { cached: true, unverified: false }]);
    const bsdiff = await scene("bsdiff40");
    const refused = await delta("apply", bsdiff.at("patch"), bsdiff.at("old"), "-o", bsdiff.at("out"), "--trust-patch");
    expect([refused.code, leftIn(bsdiff.folder)]).toEqual([2, []]);
    expect(refused.stderr).toContain("BSDIFF40 carries no digests");
  });

  it("leaves a genuine image alone, and overwrites no other file and none through a link", async () => {
    const { at, folder, apply } = await scene();
    writeFileSync(at("out"), oldImage);
    const taken = await delta(...apply);
    expect([taken.code, codeOf(taken)]).toEqual([1, "ERR_CLI_FILE_EXISTS"]);
    expect(readFileSync(at("out")).equals(oldImage)).toBe(true);
    const inPlace = await delta("apply", at("patch"), at("old"), "-o", at("old"), ...apply.slice(5));
    expect([inPlace.code, codeOf(inPlace)]).toEqual([1, "ERR_CLI_FILE_EXISTS"]);
    writeFileSync(at("out"), newImage);
    const cached = await delta(...apply);
    expect([cached.code, JSON.parse(cached.stdout).cached, leftIn(folder)]).toEqual([0, true, ["out"]]);
    writeFileSync(at("victim"), "untouched");
    symlinkSync(at("victim"), at("next.partial"));
    const linked = await delta("apply", at("patch"), at("old"), "-o", at("next"), ...apply.slice(5));
    expect([linked.code, codeOf(linked)]).toEqual([1, "ERR_CLI_FILE"]);
    expect(readFileSync(at("victim"), "utf8")).toBe("untouched");
    writeFileSync(at("out.partial"), readFileSync(at("patch")));
    const swallowed = await delta("apply", at("out.partial"), ...apply.slice(2));
    expect([swallowed.code, readFileSync(at("out.partial")).equals(readFileSync(at("patch")))]).toEqual([2, true]);
  });

  it("lets one process at a time make an image, and takes over from one before a reboot", async () => {
    const { at, apply } = await scene();
    const lock = at("out.partial.lock");
    writeFileSync(lock, `${process.pid}\n`);
    const second = await delta(...apply);
    expect([second.code, codeOf(second)]).toEqual([1, "ERR_CLI_STORE_LOCKED"]);
    expect(second.stderr).toContain(`Cannot use ${at("out.partial")}: process ${process.pid} uses it`);
    const boot = "/proc/sys/kernel/random/boot_id";
    if (!existsSync(boot)) return;
    writeFileSync(lock, `${process.pid}\n${readFileSync(boot, "utf8")}`);
    expect((await delta(...apply)).code).toBe(1);
    writeFileSync(lock, `${process.pid}\n00000000-0000-0000-0000-000000000000\n`);
    expect((await delta(...apply)).code).toBe(0);
    expect(existsSync(lock)).toBe(false);
  });
});

describe("otakit delta inspect and analyse", () => {
  it("explains a patch as inspect does, and refuses what is none", async () => {
    const { at } = await scene();
    const { code, stdout } = await delta("inspect", at("patch"), "--json");
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      schema: "otakit.inspect/1",
      kind: "delta-patch",
      format: "otadelta",
      newSha256: digestOf(newImage),
      blocks,
      verified: null,
    });
    expect(await delta("inspect", at("patch"))).toEqual(await command.run("inspect", at("patch")));
    const none = await delta("inspect", at("old"));
    expect([none.code, codeOf(none)]).toEqual([1, "ERR_DELTA_FORMAT"]);
  });

  it("tells what decompressing first would save", async () => {
    const { at } = await scene();
    writeFileSync(at("old.gz"), gzipSync(oldImage, { mtime: 0 }));
    writeFileSync(at("new.gz"), gzipSync(newImage, { mtime: 0 }));
    const told = await delta("analyse", at("old.gz"), at("new.gz"), "--json");
    expect([told.code, told.stderr]).toEqual([0, ""]);
    const analysis = JSON.parse(told.stdout);
    expect(analysis).toMatchObject({
      schema: "otakit.delta.analysis/1",
      new: { regions: [{ container: "gzip", offset: 0, expandedBytes: newImage.length }] },
      expanded: { oldSize: oldImage.length, newSize: newImage.length },
    });
    expect(analysis.savedBytes).toBe(analysis.patchBytes - analysis.expanded.patchBytes);
    const { stdout } = await delta("analyse", at("old.gz"), at("new.gz"));
    expect(stdout).toContain(`gzip at byte 0: ${statSync(at("new.gz")).size} bytes, ${newImage.length} decompressed`);
    expect(stdout).toContain(`which saves ${analysis.savedBytes}\n`);
    expect(stdout).toContain("[delta_decompress_first]");
    const plain = await delta("analyse", at("old"), at("new"), "--level", "default");
    expect([plain.code, plain.stdout.includes("decompressed")]).toEqual([0, false]);
  });
});
