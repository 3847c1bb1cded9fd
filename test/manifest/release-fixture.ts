/** A small release, its signers and its trust, for the tests of `otakit/manifest`. */

import { utf8ToBytes } from "../../src/core/index.ts";
import type { ReleaseImage, ReleaseManifest, VerifiedRelease } from "../../src/manifest/index.ts";
import { signRelease, verifyRelease } from "../../src/manifest/index.ts";
import { createLocalSigner, type Signer, type TrustedKeys } from "../../src/signing/index.ts";

/** 2026-11-01T00:00:00Z, a month before the fixture's release expires. */
export const now: number = Date.UTC(2026, 10, 1);

export const signers: readonly Signer[] = [1, 2, 3].map((seed) => createLocalSigner(new Uint8Array(32).fill(seed)));

export const trust: TrustedKeys = { keys: signers.map(({ publicKey }) => publicKey), threshold: 2 };

export function digestOf(letter: string): string {
  return letter.repeat(64);
}

export function imageOf(changes: Partial<ReleaseImage> = {}): ReleaseImage {
  return {
    hardwareId: "gateway-b",
    version: "2.1.0",
    releaseCounter: 7,
    securityEpoch: 3,
    length: 1024,
    hashes: { sha256: digestOf("b") },
    ...changes,
  };
}

export function manifestOf(changes: Partial<ReleaseManifest> & Record<string, unknown> = {}): ReleaseManifest {
  return {
    schema: "ota-release/1",
    releaseId: "2026-11",
    expires: "2026-12-01T00:00:00Z",
    images: [imageOf()],
    ...changes,
  };
}

export async function verifiedReleaseOf(...images: readonly Partial<ReleaseImage>[]): Promise<VerifiedRelease> {
  const manifest = manifestOf({ images: images.map(imageOf) });
  return verifyRelease(await signRelease(manifest, signers.slice(0, 2)), trust, { now });
}

export function jsonBytes(value: unknown): Uint8Array {
  return utf8ToBytes(JSON.stringify(value));
}
