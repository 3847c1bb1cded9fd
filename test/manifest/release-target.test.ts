import { beforeAll, describe, expect, it } from "vitest";
import { bytesToHex, bytesToUtf8, sha256 } from "../../src/core/index.ts";
import {
  type AssignedImage,
  buildRelease,
  buildTufRepository,
  createTufClient,
  encodeRelease,
  findTufTarget,
  nextTufRequest,
  releaseFromTarget,
  signRelease,
  stepTufClient,
  type TufTarget,
  verifyRelease,
} from "../../src/manifest/index.ts";
import { errorOf } from "../error-of.ts";
import { imageOf, jsonBytes, manifestOf, now, signers, trust } from "./release-fixture.ts";
import { assigned, listed, TestPair, TestPrimary } from "./uptane/client-fixture.ts";

const bytes = encodeRelease(manifestOf());
const day = 86_400_000;

/** The target of a repository that lists these bytes as `releases/2026-11.json`. */
async function targetOf(content: Uint8Array): Promise<TufTarget> {
  const path = "releases/2026-11.json";
  const role = { signers: signers.slice(0, 1) };
  const expires = { root: now + day, targets: now + day, snapshot: now + day, timestamp: now + day };
  const repository = await buildTufRepository({
    targets: { [path]: content },
    roles: { root: role, targets: role, snapshot: role, timestamp: role },
    expires,
  });
  let client = createTufClient(repository.root);
  for (;;) {
    const request = nextTufRequest(client);
    if (request === undefined) break;
    const answer = request.kind === "load" ? undefined : repository.metadata.get(request.file);
    const step = stepTufClient(client, { request, bytes: answer }, now);
    if (step.decision === "refuse") throw new Error(step.reasons[0]?.message);
    client = step.state;
  }
  const lookup = findTufTarget(client, path);
  if (lookup.decision !== "found") throw new Error(lookup.decision);
  return lookup.target;
}

describe("releaseFromTarget", () => {
  let target: TufTarget;
  beforeAll(async () => {
    target = await targetOf(bytes);
  });

  it("gives what verifyRelease gives, but for the origin", async () => {
    const { manifest, digest, origin } = releaseFromTarget(bytes, target, { now });
    const signed = verifyRelease(await signRelease(manifestOf(), signers), trust, { now });
    expect(manifest).toEqual(signed.manifest);
    expect(digest).toBe(signed.digest);
    expect(digest).toBe(bytesToHex(sha256(bytes)));
    expect(origin).toEqual({ kind: "target", path: "releases/2026-11.json", roles: ["targets"] });
    expect(signed.origin.kind).toBe("envelope");
  });

  it("gives a value that stays as it was checked", () => {
    const own = bytes.slice();
    const release = releaseFromTarget(own, target, { now });
    own.fill(0);
    expect(release.manifest.releaseId).toBe("2026-11");
    for (const part of [release, release.origin, release.manifest, release.manifest.images[0]]) {
      expect(Object.isFrozen(part)).toBe(true);
    }
  });

  it("refuses other bytes, however little they differ", () => {
    for (const changed of [
      bytes.subarray(1),
      Uint8Array.of(...bytes, 10),
      bytes.map((byte, at) => byte ^ (at === 9 ? 1 : 0)),
    ]) {
      const code = changed.length === bytes.length ? "ERR_SIGNING_TARGET_HASH" : "ERR_SIGNING_TARGET_LENGTH";
      expect(errorOf(() => releaseFromTarget(changed, target, { now }))).toMatchObject({ code });
    }
  });

  it("refuses what is listed and no release, or expired, or critical beyond this reader", async () => {
    const refusalOf = async (content: unknown, options: { now: number } = { now }) => {
      const odd = jsonBytes(content);
      const listing = await targetOf(odd);
      return errorOf(() => releaseFromTarget(odd, listing, options));
    };
    expect(await refusalOf({ schema: "ota-release/2" })).toMatchObject({ code: "ERR_MANIFEST_SCHEMA_VERSION" });
    expect(await refusalOf(manifestOf({ images: [imageOf(), imageOf()] }))).toMatchObject({
      code: "ERR_MANIFEST_DUPLICATE_IMAGE",
    });
    expect(await refusalOf(manifestOf({ "x-rule": 1, critical: ["x-rule"] }))).toMatchObject({
      code: "ERR_MANIFEST_CRITICAL",
    });
    expect(await refusalOf(manifestOf(), { now: Date.UTC(2026, 11, 1) })).toMatchObject({
      code: "ERR_MANIFEST_EXPIRED",
    });
    expect(await refusalOf(manifestOf(), { now: 0 })).toMatchObject({ code: "ERR_MANIFEST_TIME" });
    expect(() => releaseFromTarget(bytes, target, { now: Number.NaN })).toThrow(RangeError);
  });

  it("keeps limits and what the application understands", async () => {
    const content = jsonBytes(manifestOf({ "x-rule": 1, critical: ["x-rule"] }));
    const listing = await targetOf(content);
    expect(releaseFromTarget(content, listing, { now, understands: ["x-rule"] }).manifest.critical).toEqual(["x-rule"]);
    const limits = { maxBytes: content.length - 1 };
    expect(errorOf(() => releaseFromTarget(content, listing, { now, limits }))).toMatchObject({
      code: "ERR_CORE_LIMIT",
    });
  });

  it("takes an image that an Uptane Director gave to the Primary", async () => {
    const text = bytesToUtf8(bytes);
    const pair = new TestPair();
    pair.director.targets.targets = { "releases/11.json": assigned(text, ["gateway"]) };
    pair.image.targets.targets = { "releases/11.json": listed(text, ["gateway-a"]) };
    const primary = new TestPrimary(await pair.publish());
    primary.verify(pair);
    const { outcome } = primary;
    if (outcome.decision !== "update") throw new Error(outcome.decision);
    const image = outcome.assignment.images[0] as AssignedImage;
    expect(releaseFromTarget(bytes, image, { now }).origin).toEqual({
      kind: "target",
      path: "releases/11.json",
      roles: ["targets"],
      ecuId: "gateway",
    });
    expect(errorOf(() => releaseFromTarget(bytes.subarray(1), image, { now }))).toMatchObject({
      code: "ERR_SIGNING_TARGET_LENGTH",
    });
  });
});

describe("buildRelease and encodeRelease", () => {
  const { schema: _, ...draft } = manifestOf();

  it("give equal bytes for equal releases, whatever the order of their members", () => {
    const { releaseId, ...rest } = draft;
    const built = buildRelease({ ...rest, releaseId });
    expect(encodeRelease(built)).toEqual(bytes);
    expect(JSON.parse(JSON.stringify(built))).toEqual(manifestOf());
    expect(Object.isFrozen(built.images[0])).toBe(true);
  });

  it("say where a mistake is", () => {
    expect(errorOf(() => buildRelease({ ...draft, images: [imageOf({ releaseCounter: -1 })] }))).toMatchObject({
      code: "ERR_MANIFEST_SCHEMA",
      path: "/images/0/releaseCounter",
      message: 'Cannot use release manifest: "/images/0/releaseCounter" expected integer 0 .. 2^53-1',
    });
    expect(errorOf(() => encodeRelease(manifestOf({ images: [imageOf(), imageOf()] })))).toMatchObject({
      code: "ERR_MANIFEST_DUPLICATE_IMAGE",
    });
  });

  it("write their own schema, whatever the draft says", () => {
    expect(buildRelease({ ...draft, schema: "ota-release/9" } as never).schema).toBe("ota-release/1");
  });
});
