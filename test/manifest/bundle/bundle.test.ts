import fc from "fast-check";
import { unzipSync } from "fflate";
import { describe, expect, it } from "vitest";
import { bytesToHex, concatBytes, sha256, utf8ToBytes } from "../../../src/core/index.ts";
import {
  type BundleContent,
  type BundleEvent,
  createBundleReader,
  openReleaseTrust,
  type ReleaseManifest,
  releaseFiles,
  signRelease,
  signReleaseTrust,
  writeBundle,
} from "../../../src/manifest/index.ts";
import { errorOf } from "../../error-of.ts";
import { trust as bareKeys, imageOf, manifestOf, now, signers } from "../release-fixture.ts";

const [alice, bob] = signers.slice(0, 2) as [(typeof signers)[0], (typeof signers)[0]];

/** Files of the release; the second one looks like a zip archive inside. */
const contents = ["first image", "PK\x03\x04PK\x07\x08PK\x01\x02PK\x05\x06 inside", "a patch"].map(utf8ToBytes);
const references = contents.map((bytes) => ({ length: bytes.length, hashes: { sha256: bytesToHex(sha256(bytes)) } }));
const [first, second, patch] = references as [(typeof references)[0], (typeof references)[0], (typeof references)[0]];

const manifest: ReleaseManifest = manifestOf({
  images: [
    imageOf({ hardwareId: "a", ...first, deltas: [{ ...patch, format: "bsdiff40", base: second }] }),
    imageOf({ hardwareId: "b", ...second }),
  ],
});
const keys = { keys: [alice.publicKey, bob.publicKey], threshold: 2 };
const trustFile = (version: number) =>
  signReleaseTrust(
    { schema: "ota-release-trust/1", version, expires: "2027-01-01T00:00:00Z", roles: { trust: keys, release: keys } },
    [alice, bob],
  );
const history = await Promise.all([1, 2, 3].map(trustFile));
const release = await signRelease(manifest, [alice, bob]);
const shipped = openReleaseTrust(history[0]!);

const sources = contents.map((bytes) => ({ sha256: bytesToHex(sha256(bytes)), open: () => [bytes] }));

async function bundleOf(content: Partial<BundleContent> = {}): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  await writeBundle({ trust: history, release, files: sources, ...content }, (piece) => pieces.push(piece));
  return concatBytes(...pieces);
}

/** Reads an archive in pieces of a size, to its end. */
function read(archive: Uint8Array, size = archive.length, trust: Parameters<typeof createBundleReader>[0] = shipped) {
  const reader = createBundleReader(trust, { now });
  const events: BundleEvent[] = [];
  for (let at = 0; at < archive.length; at += size) events.push(...reader.push(archive.subarray(at, at + size)));
  reader.finish();
  return events;
}

/** What the events say, with the bytes of each file as one text. */
function summary(events: readonly BundleEvent[]): readonly string[] {
  const lines: string[] = [];
  let data = "";
  for (const event of events) {
    if (event.kind === "trust") lines.push(`trust ${event.trust.trust.version}`);
    if (event.kind === "release") lines.push(`release ${event.release.manifest.releaseId}`);
    if (event.kind === "file") data = "";
    if (event.kind === "data") data += new TextDecoder().decode(event.bytes);
    if (event.kind === "file_verified") lines.push(`file ${data}`);
    if (event.kind === "end") lines.push(`missing ${event.missing.length}`);
  }
  return lines;
}

const archive = await bundleOf();
const whole = ["trust 2", "trust 3", "release 2026-11", "file first image", "file a patch"];
const complete = [...whole, `file ${new TextDecoder().decode(contents[1])}`, "missing 0"];

describe("writeBundle and createBundleReader", () => {
  it("carry trust, release and files, in this order", () => {
    expect(summary(read(archive))).toEqual(complete);
  });

  it("do so however the archive is cut into pieces", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: archive.length }), (size) => {
        expect(summary(read(archive, size))).toEqual(complete);
      }),
    );
  });

  it("write equal contents to equal bytes, whatever the order and pieces of the sources", async () => {
    const inPieces = sources.map(({ sha256, open }) => ({
      sha256,
      async *open() {
        for (const byte of open()[0]!) yield Uint8Array.of(byte);
      },
    }));
    expect(await bundleOf({ files: inPieces.reverse() })).toEqual(archive);
  });

  it("make an archive that other tools read", () => {
    const files = unzipSync(archive);
    expect(Object.keys(files)).toEqual([
      "trust/1.json",
      "trust/2.json",
      "trust/3.json",
      "release.json",
      `files/${first.hashes.sha256}`,
      `files/${patch.hashes.sha256}`,
      `files/${second.hashes.sha256}`,
    ]);
    expect(files["release.json"]).toEqual(release);
    expect(files[`files/${second.hashes.sha256}`]).toEqual(contents[1]);
  });

  it("tell which files of the release are not there, before and behind those that are", async () => {
    const pieces: Uint8Array[] = [];
    const only = { release, files: [sources[2]!] };
    const { missing } = await writeBundle(only, (piece) => pieces.push(piece));
    expect(missing).toEqual([first, second]);
    expect(read(concatBytes(...pieces)).at(-1)).toEqual({ kind: "end", missing: [first, second] });
  });

  it("need no trust files, and pass over them when bare keys are trusted", async () => {
    expect(summary(read(await bundleOf({ trust: [] })))).toEqual(complete.slice(2));
    expect(summary(read(archive, archive.length, bareKeys))).toEqual(complete.slice(2));
  });

  it("wait for a slow sink", async () => {
    let writing = 0;
    await writeBundle({ release, files: sources }, async () => {
      expect(++writing).toBe(1);
      await new Promise((resolve) => setTimeout(resolve, 1));
      writing--;
    });
  });
});

describe("writeBundle", () => {
  const refusal = (content: Partial<BundleContent>) => bundleOf(content).catch((error: unknown) => error);
  const stranger = { sha256: "0".repeat(64), open: () => [] };

  it.each([
    ["a file that the release does not list", { files: [...sources, stranger] }],
    ["a file twice", { files: [...sources, sources[0]!] }],
  ])("refuses %s before anything is written", async (_, content) => {
    const pieces: Uint8Array[] = [];
    const error = await writeBundle({ release, ...content }, (piece) => pieces.push(piece)).catch((e) => e);
    expect(error).toMatchObject({ code: "ERR_MANIFEST_BUNDLE_CONTENT", path: "/files/3" });
    expect(pieces).toEqual([]);
  });

  it("refuses a file with other bytes than it is named by, and one that changes while it is read", async () => {
    const wrong = { sha256: first.hashes.sha256, open: () => [utf8ToBytes("other image")] };
    expect(await refusal({ files: [wrong] })).toMatchObject({ code: "ERR_SIGNING_TARGET_HASH" });
    const long = { sha256: first.hashes.sha256, open: () => Array(1000).fill(contents[0]) };
    expect(await refusal({ files: [long] })).toMatchObject({ code: "ERR_SIGNING_TARGET_LENGTH" });
    let reads = 0;
    const changing = { sha256: first.hashes.sha256, open: () => [reads++ === 0 ? contents[0]! : contents[2]!] };
    expect(await refusal({ files: [changing] })).toMatchObject({ code: "ERR_SIGNING_TARGET_LENGTH" });
  });

  it("refuses trust files that no vehicle could follow, before anything is written", async () => {
    const [one, two, three] = history as [Uint8Array, Uint8Array, Uint8Array];
    for (const [trust, at, expected, found] of [
      [[one, three], 1, 2, 3],
      [[two, one], 1, 3, 1],
      [[one, one], 1, 2, 1],
      [[one, two, one], 2, 3, 1],
    ] as const) {
      const pieces: Uint8Array[] = [];
      const write = writeBundle({ trust, release, files: [] }, (piece) => pieces.push(piece));
      await expect(write).rejects.toMatchObject({
        code: "ERR_MANIFEST_BUNDLE_CONTENT",
        path: `/trust/${at}`,
        details: { expected, found },
      });
      expect(pieces).toEqual([]);
    }
    expect(summary(read(await bundleOf({ trust: [two, three] })))).toEqual(complete);
    expect(await refusal({ trust: [utf8ToBytes("junk")] })).toMatchObject({ code: "ERR_CORE_JSON_SYNTAX" });
    expect(await refusal({ trust: [one, release] })).toMatchObject({ code: expect.stringMatching(/^ERR_MANIFEST_/) });
  });

  it("refuses a release that is none, and too many trust files", async () => {
    expect(await refusal({ release: utf8ToBytes("{}") })).toMatchObject({ code: "ERR_SIGNING_DSSE_ENVELOPE" });
    expect(await refusal({ trust: Array(257).fill(history[0]) })).toBeInstanceOf(RangeError);
  });
});

describe("createBundleReader", () => {
  it("refuses an archive cut off at any byte", () => {
    fc.assert(
      fc.property(fc.nat(archive.length - 1), (length) => {
        expect(errorOf(() => read(archive.subarray(0, length)))).toMatchObject({ code: "ERR_MANIFEST_BUNDLE_FORMAT" });
      }),
    );
  });

  it("refuses an archive with any byte changed", () => {
    fc.assert(
      fc.property(fc.nat(archive.length - 1), fc.integer({ min: 1, max: 255 }), (at, change) => {
        const changed = archive.slice();
        changed[at]! ^= change;
        expect(errorOf(() => read(changed))).toMatchObject({ code: expect.stringMatching(/^ERR_/) });
      }),
      { numRuns: 200 },
    );
  });

  it("refuses bytes behind the end, in front, and between entries", () => {
    const junk = utf8ToBytes("junk");
    const middle = 30 + "trust/1.json".length + history[0]!.length;
    for (const at of [0, middle, archive.length]) {
      const spoilt = concatBytes(archive.subarray(0, at), junk, archive.subarray(at));
      expect(errorOf(() => read(spoilt))).toMatchObject({ code: "ERR_MANIFEST_BUNDLE_FORMAT", offset: at });
    }
  });

  it("refuses what another tool packed", () => {
    const empty = Uint8Array.of(0x50, 0x4b, 5, 6, ...new Array(18).fill(0));
    expect(errorOf(() => read(concatBytes(empty, new Uint8Array(10))))).toMatchObject({
      code: "ERR_MANIFEST_BUNDLE_FORMAT",
      offset: 0,
    });
  });

  it("refuses a file that the verified release does not list", async () => {
    const other = await signRelease(manifestOf({ images: [imageOf({ hardwareId: "b", ...second })] }), [alice, bob]);
    const small = await bundleOf({ trust: [], release: other, files: [sources[1]!] });
    const tail = small.subarray(30 + "release.json".length + other.length);
    const head = (await bundleOf({ trust: [], files: [] })).subarray(0, 30 + "release.json".length + release.length);
    // The same file twice: once in its place, once more behind it.
    const own = tail.subarray(0, 30 + 70 + second.length);
    expect(errorOf(() => read(concatBytes(head, own, own)))).toMatchObject({
      code: "ERR_MANIFEST_BUNDLE_CONTENT",
      offset: head.length + own.length,
      details: { sha256: second.hashes.sha256 },
    });
  });

  it("refuses a release of other keys before any file of it is taken", async () => {
    const forged = await signRelease(manifest, [alice, alice]);
    const reader = createBundleReader(shipped, { now });
    const bytes = await bundleOf({ release: forged });
    expect(errorOf(() => reader.push(bytes))).toMatchObject({ code: "ERR_SIGNING_THRESHOLD" });
    expect(errorOf(() => reader.push(new Uint8Array(1)))).toMatchObject({ code: "ERR_SIGNING_THRESHOLD" });
    expect(errorOf(() => reader.finish())).toMatchObject({ code: "ERR_SIGNING_THRESHOLD" });
  });

  it("refuses a document above the limit from its header alone", () => {
    const reader = createBundleReader(shipped, { now, limits: { maxBytes: 100 } });
    expect(errorOf(() => reader.push(archive.subarray(0, 42)))).toMatchObject({
      code: "ERR_MANIFEST_BUNDLE_FORMAT",
      details: { name: "trust/1.json", allowed: 100 },
    });
  });

  it("refuses what is no bytes", () => {
    expect(() => createBundleReader(shipped, { now }).push("PK" as never)).toThrow(TypeError);
  });
});

describe("releaseFiles", () => {
  it("lists each content once, an image with its patches behind it, and of an encrypted file the ciphertext", () => {
    expect(releaseFiles(manifest)).toEqual([first, patch, second]);
    const encryption = { scheme: "aes-256-ctr", ciphertext: second };
    const encrypted = manifestOf({
      images: [imageOf({ ...first, encryption }), imageOf({ hardwareId: "b", ...second })],
    });
    expect(releaseFiles(encrypted)).toEqual([second]);
  });
});
