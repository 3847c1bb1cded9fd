/** Keys of a repository as files: private ones as PKCS #8 PEM that only their owner can read, public ones as SPKI PEM. */

import { randomBytes } from "node:crypto";
import { statSync } from "node:fs";
import { join } from "node:path";
import { utf8ToBytes } from "otakit/core";
import {
  createLocalSigner,
  encodePublicKeyPem,
  type GenerateLocalKeyOptions,
  generateLocalKey,
  type LocalKey,
  type PublicKey,
  parsePublicKey,
  type Quorum,
  type Signer,
  sameKey,
} from "otakit/signing";
import { usageError } from "../command.ts";
import { createFile, listFolder, makeFolder, readUserFile } from "../files.ts";
import { cliReasonCodes } from "../reasons.ts";
import type { Terminal } from "../terminal.ts";

/** A key of a file: one that can sign, or the public half alone. */
export interface KeyFile {
  readonly publicKey: PublicKey;
  readonly signer?: Signer;
}

/** Longest key file. */
const maxKeyBytes = 16_384;

/**
 * Reads a key file, private or public.
 *
 * @throws {@link CliError} `ERR_CLI_FILE`; `SigningError` for a file that is no key
 */
export function readKeyFile(path: string, terminal: Terminal): KeyFile {
  const bytes = readUserFile(path, maxKeyBytes);
  if (!holdsPrivateKey(bytes)) return { publicKey: parsePublicKey(bytes) };
  // Windows has no such permissions.
  if (process.platform !== "win32" && (statSync(path).mode & 0o077) !== 0) {
    terminal.warn(`${path}: ${cliReasonCodes.inspect_unprotected_key} Run: chmod 600 ${path}`);
  }
  const signer = createLocalSigner(bytes);
  return { publicKey: signer.publicKey, signer };
}

function holdsPrivateKey(bytes: Uint8Array): boolean {
  const isDer = bytes[0] === 0x30 && bytes[bytes[1]! < 0x80 ? 2 : 2 + (bytes[1]! & 0x7f)] === 0x02;
  return isDer || /-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----|"d"\s*:/.test(new TextDecoder().decode(bytes));
}

/** Reads a private key file. @throws {@link CliError} `ERR_CLI_USAGE` for a public key */
export function readSigner(path: string, terminal: Terminal): Signer {
  const { signer } = readKeyFile(path, terminal);
  if (signer === undefined) throw usageError(`${path} is a public key, which cannot sign`);
  return signer;
}

/** The private keys of a folder; public ones beside them are passed over. */
export function readSigners(folder: string, terminal: Terminal): readonly Signer[] {
  return listFolder(folder)
    .filter((name) => name.endsWith(".pem") && !name.endsWith(".pub.pem"))
    .flatMap((name) => readKeyFile(join(folder, name), terminal).signer ?? []);
}

/** Makes a private key; nothing is written yet. */
export function makeKey(scheme: GenerateLocalKeyOptions["scheme"]): LocalKey {
  return generateLocalKey((length) => randomBytes(length), scheme === undefined ? {} : { scheme });
}

/** Writes a private key, with its public half beside it; never in place of another. @returns the path of the private one */
export function writeKey(folder: string, name: string, { pem, signer }: LocalKey): string {
  makeFolder(folder, 0o700);
  const path = join(folder, `${name}.pem`);
  createFile(path, utf8ToBytes(pem), 0o600);
  createFile(join(folder, `${name}.pub.pem`), utf8ToBytes(encodePublicKeyPem(signer.publicKey)));
  return path;
}

/** The scheme of new keys that an option names. */
export function newKeyScheme(text: string | undefined): GenerateLocalKeyOptions["scheme"] {
  const schemes = ["ed25519", "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384"] as const;
  if (text === undefined) return undefined;
  const scheme = schemes.find((known) => known === text);
  if (scheme === undefined) throw usageError(`--scheme expected one of ${schemes.join(", ")}, got "${text}"`);
  return scheme;
}

/** The signers that a quorum asks for. */
export function signersOf(quorums: readonly Quorum[], signers: readonly Signer[]): readonly Signer[] {
  const keys = quorums.flatMap((quorum) => quorum.keys);
  return signers.filter(({ publicKey }) =>
    keys.some((key) => key.scheme === publicKey.scheme && sameKey(key, publicKey)),
  );
}
