/**
 * Checks a file of a release while it is downloaded and decrypted: the ciphertext and the plaintext, each by its own length and
 * hashes. Decryption itself is the caller's.
 */

import type { HashProvider } from "../core/index.ts";
import { createTargetVerifier, type Verified, type VerifiedTarget } from "../signing/index.ts";
import type { DownloadFile, FileReference } from "./release-file.ts";

/** A file of a release that was checked as a whole; as {@link ImageVerifier.finish} gives it; frozen. */
export interface VerifiedImage extends Verified<"image"> {
  /** The file itself. */
  readonly plaintext: VerifiedTarget;
  /** The file as it was downloaded, if it is encrypted. */
  readonly ciphertext?: VerifiedTarget;
}

/** A check under way, as {@link createImageVerifier} gives it. */
export interface ImageVerifier {
  /**
   * Takes the next bytes of an encrypted file as downloaded, before they are decrypted.
   *
   * @returns `"too_long"` once there are more than the release lists: stop the download
   * @throws TypeError when the file is not encrypted, after {@link ImageVerifier.finish}, or when `chunk` is no Uint8Array
   */
  pushCiphertext(chunk: Uint8Array): "ok" | "too_long";
  /**
   * Takes the next bytes of the file itself.
   *
   * @returns `"too_long"` once there are more than the release lists: stop writing
   * @throws TypeError after {@link ImageVerifier.finish}, or when `chunk` is no Uint8Array
   */
  pushPlaintext(chunk: Uint8Array): "ok" | "too_long";
  /**
   * Ends the check and gives the verdict. The ciphertext is judged first, so that a damaged download is told from a wrong key.
   *
   * @throws `SigningError` `ERR_SIGNING_TARGET_LENGTH` or `ERR_SIGNING_TARGET_HASH`, see `createTargetVerifier`
   * @throws TypeError when it was called before
   */
  finish(): VerifiedImage;
}

/** What a check depends on besides the file. */
export interface ImageVerifierOptions {
  /** Most bytes to accept of the ciphertext and of the plaintext: the room that the caller has. */
  readonly maxBytes?: number;
  /** Hash back end; the runtime's default when absent. */
  readonly provider?: HashProvider;
}

/**
 * Starts the check of an image or patch that arrives in chunks; memory does not grow with it.
 *
 * The verdict needs both: a ciphertext that is not the listed one is refused although it decrypts to the right image, and an
 * image that is not the listed one although its ciphertext is. Neither may be used before {@link ImageVerifier.finish}.
 *
 * Standard: TUF 1.0.34 section 5.7.3; Uptane 2.1.0 section 5.4.3.4 (decrypt, then check hashes and length).
 *
 * @param file - an image or a delta of a verified release
 * @throws `SigningError` before any byte is taken: `ERR_SIGNING_TARGET_UNVERIFIABLE` when a hash is malformed,
 * `ERR_SIGNING_TARGET_LENGTH` when a length is above `maxBytes`
 * @example
 * ```ts
 * const verifier = createImageVerifier(image);
 * for await (const chunk of download) {
 *   if (verifier.pushCiphertext(chunk) === "too_long") break;
 *   verifier.pushPlaintext(await decrypt(chunk));
 * }
 * verifier.finish(); // or an error: only now may the image be used
 * ```
 */
export function createImageVerifier(file: DownloadFile, options: ImageVerifierOptions = {}): ImageVerifier {
  const verifierOf = ({ length, hashes }: FileReference) =>
    createTargetVerifier({ length, hashes: { ...hashes } }, options);
  const plaintext = verifierOf(file);
  const ciphertext = file.encryption && verifierOf(file.encryption.ciphertext);
  return {
    pushCiphertext(chunk) {
      if (ciphertext === undefined) throw new TypeError("Cannot take ciphertext: the file is not encrypted");
      return ciphertext.push(chunk);
    },
    pushPlaintext: (chunk) => plaintext.push(chunk),
    finish() {
      const downloaded = ciphertext?.finish();
      const verified = plaintext.finish();
      return Object.freeze({
        plaintext: verified,
        ...(downloaded === undefined ? {} : { ciphertext: downloaded }),
      }) as VerifiedImage;
    },
  };
}
