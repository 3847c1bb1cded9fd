/** A release whose image is encrypted: AES-256-CTR by WebCrypto, decrypted chunk by chunk while both files are checked. */

import { base64ToBytes, bytesToBase64, bytesToHex, sha256 } from "otakit/core";
import { createImageVerifier, type FileReference, signRelease, verifyRelease } from "otakit/manifest";
import { createLocalSigner } from "otakit/signing";

// Backend. The key goes to the vehicles by a way of its own; the release names it and never holds it.
const key = await crypto.subtle.generateKey({ name: "AES-CTR", length: 256 }, false, ["encrypt", "decrypt"]);
// A first counter block that no other file has: the same one twice under one key would give both files away.
const firstBlock = crypto.getRandomValues(new Uint8Array(16)).fill(0, 8);
const firmware = crypto.getRandomValues(new Uint8Array(50_000));
const algorithm = { name: "AES-CTR", counter: firstBlock, length: 64 };
const ciphertext = new Uint8Array(await crypto.subtle.encrypt(algorithm, key, firmware));

const describe = (file: Uint8Array): FileReference => ({
  length: file.length,
  hashes: { sha256: bytesToHex(sha256(file)) },
});
const signer = createLocalSigner(new Uint8Array(32).fill(1));
const image = {
  ...{ hardwareId: "brake-a", version: "4.2.0", releaseCounter: 42, securityEpoch: 3 },
  // Of the image itself, which the ECU is going to run ...
  ...describe(firmware),
  // ... and of what is stored and downloaded.
  encryption: {
    scheme: "aes-256-ctr",
    keyId: "fleet-2026",
    ciphertext: describe(ciphertext),
    parameters: { counter: bytesToBase64(firstBlock), counterBits: 64 },
  },
};
const release = { schema: "ota-release/1", releaseId: "2026-11", expires: "2027-01-01T00:00:00Z" } as const;
const envelope = await signRelease({ ...release, images: [image] }, [signer]);

// Vehicle.
const trust = { keys: [signer.publicKey], threshold: 1 };
const [wanted] = verifyRelease(envelope, trust, { now: Date.UTC(2026, 10, 25) }).manifest.images;
if (wanted?.encryption?.scheme !== "aes-256-ctr") throw new Error("no scheme of ours");
const counter = base64ToBytes(String(wanted.encryption.parameters?.["counter"]));

/** Decrypts chunks of any size, whole blocks at a time; gives the rest at the end. */
async function* decrypt(chunks: Iterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let pending = new Uint8Array();
  let blocks = 0;
  const take = async (bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array> => {
    const block = counter.slice();
    new DataView(block.buffer).setBigUint64(8, BigInt(blocks));
    blocks += Math.ceil(bytes.length / 16);
    return new Uint8Array(await crypto.subtle.decrypt({ name: "AES-CTR", counter: block, length: 64 }, key, bytes));
  };
  for (const chunk of chunks) {
    const joined = new Uint8Array([...pending, ...chunk]);
    const whole = joined.length - (joined.length % 16);
    pending = joined.slice(whole);
    if (whole > 0) yield await take(joined.slice(0, whole));
  }
  if (pending.length > 0) yield await take(pending);
}

/** Runs a download through both checks; what it writes may be used only after it returned. */
async function install(download: Iterable<Uint8Array>, write: (bytes: Uint8Array) => void): Promise<string> {
  const verifier = createImageVerifier(wanted!, { maxBytes: 1_000_000 });
  function* checked(): Generator<Uint8Array> {
    for (const chunk of download) {
      if (verifier.pushCiphertext(chunk) === "too_long") return;
      yield chunk;
    }
  }
  for await (const bytes of decrypt(checked())) {
    if (verifier.pushPlaintext(bytes) === "too_long") break;
    write(bytes);
  }
  return verifier.finish().plaintext.hashes.sha256 ?? "";
}

function* inChunks(file: Uint8Array, size: number): Generator<Uint8Array> {
  for (let at = 0; at < file.length; at += size) yield file.subarray(at, at + size);
}

const slot: Uint8Array[] = [];
const digest = await install(inChunks(ciphertext, 1_000), (bytes) => slot.push(bytes));
if (digest !== image.hashes.sha256) throw new Error("another image");
console.log("the image is genuine, and so is its ciphertext");

// One bit of the download: the ciphertext is not the listed one, whatever it decrypts to.
const damaged = ciphertext.map((byte, at) => (at === 7_777 ? byte ^ 1 : byte));
const refusal = await install(inChunks(damaged, 1_000), () => {}).catch((error: { code: string }) => error.code);
console.log(refusal); // ERR_SIGNING_TARGET_HASH
