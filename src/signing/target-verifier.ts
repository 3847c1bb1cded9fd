/**
 * Checks a downloaded target, chunk by chunk, against the length and hashes that signed metadata lists for it
 * (TUF 1.0.34 section 5.7). It stores nothing: where the bytes go meanwhile, they must not be used before the verdict.
 */

import {
  assertBytes,
  type Bytes,
  bytesToHex,
  createHash,
  equalBytesConstantTime,
  type HashAlgorithm,
  type HashProvider,
  hexToBytes,
  type Reason,
  type StreamingHash,
} from "../core/index.ts";
import { SigningError } from "./errors.ts";
import type { SigningReasonCode } from "./reasons.ts";
import type { Verified } from "./verified.ts";

/** Hash algorithms that count, in the order in which mismatches are reported. */
const knownAlgorithms = ["sha256", "sha512"] as const satisfies readonly HashAlgorithm[];

/** Hexadecimal digits of a digest. */
const digits: Readonly<Record<HashAlgorithm, number>> = { sha256: 64, sha512: 128 };

/** What signed metadata lists for a target. */
export interface ExpectedTarget {
  /** Length in bytes; without it, `maxBytes` must be given. */
  readonly length?: number;
  /** Digests by algorithm, lower-case hexadecimal. `sha256` and `sha512` count, others are ignored; one must count. */
  readonly hashes: Readonly<Record<string, string>>;
}

/** What a check of a target depends on besides what is expected. */
export interface TargetVerifierOptions {
  /** Most bytes to accept: the room that the caller has. Must be given where no length is expected. */
  readonly maxBytes?: number;
  /** Hash back end; the runtime's default when absent. */
  readonly provider?: HashProvider;
}

/** A target whose length and hashes were checked; as {@link TargetVerifier.finish} and {@link verifyTarget} give it; frozen. */
export interface VerifiedTarget extends Verified<"target"> {
  /** Length in bytes. */
  readonly length: number;
  /** The digests that were compared, lower-case hexadecimal; at least one. */
  readonly hashes: Readonly<Partial<Record<HashAlgorithm, string>>>;
}

/** A check under way, as {@link createTargetVerifier} gives it. */
export interface TargetVerifier {
  /**
   * Takes the next bytes; they are consumed before the call returns.
   *
   * @returns `"too_long"` once there are more bytes than expected or allowed: stop the download. From then on nothing is hashed and
   * the verdict is a refusal.
   * @throws TypeError after {@link TargetVerifier.finish}, or when `chunk` is no Uint8Array
   */
  push(chunk: Uint8Array): "ok" | "too_long";
  /**
   * Ends the check and gives the verdict.
   *
   * @throws {@link SigningError} `ERR_SIGNING_TARGET_LENGTH` or `ERR_SIGNING_TARGET_HASH`; `details.reasons` has one reason for
   * each check that failed
   * @throws TypeError when it was called before
   */
  finish(): VerifiedTarget;
}

/**
 * Starts the check of a target that arrives in chunks; memory does not grow with it.
 *
 * Every listed digest of a known algorithm must match, and the length exactly. The verdict does not depend on how the bytes are cut
 * into chunks. Digests are compared without an early exit.
 *
 * Standard: TUF 1.0.34 section 5.7.3.
 *
 * @throws {@link SigningError} before any byte is taken: `ERR_SIGNING_TARGET_UNVERIFIABLE` when no known algorithm is listed or a
 * digest is malformed, `ERR_SIGNING_TARGET_LENGTH` when the expected length is no integer >= 0 or above `maxBytes`
 * @throws TypeError when neither a length nor `maxBytes` is given; RangeError when `maxBytes` is no integer >= 0
 * @example
 * ```ts
 * const verifier = createTargetVerifier(target, { maxBytes: freeBytes });
 * for await (const chunk of download) if (verifier.push(chunk) === "too_long") break;
 * verifier.finish(); // or an error: only now may the bytes be used
 * ```
 */
export function createTargetVerifier(
  expected: ExpectedTarget & { readonly length: number },
  options?: TargetVerifierOptions,
): TargetVerifier;
export function createTargetVerifier(
  expected: ExpectedTarget,
  options: TargetVerifierOptions & { readonly maxBytes: number },
): TargetVerifier;
export function createTargetVerifier(expected: ExpectedTarget, options: TargetVerifierOptions = {}): TargetVerifier {
  return new StreamingTargetVerifier(expected, options);
}

/**
 * Checks a target that is in memory, by the rules of {@link createTargetVerifier}.
 *
 * Standard: TUF 1.0.34 section 5.7.3.
 *
 * @throws {@link SigningError} `ERR_SIGNING_TARGET_LENGTH`, `ERR_SIGNING_TARGET_HASH` or `ERR_SIGNING_TARGET_UNVERIFIABLE`
 * @throws TypeError when `bytes` is no Uint8Array
 * @example
 * ```ts
 * const { hashes } = verifyTarget(bytes, { length: 491_520, hashes: { sha256: "5f70bf18…" } });
 * ```
 */
export function verifyTarget(
  bytes: Uint8Array,
  expected: ExpectedTarget,
  options: TargetVerifierOptions = {},
): VerifiedTarget {
  // The bytes are in memory, so that without a listed length their own is cap enough.
  const uncapped = expected.length === undefined && options.maxBytes === undefined;
  const cap = uncapped ? { maxBytes: assertBytes(bytes, "bytes").length } : {};
  const verifier = new StreamingTargetVerifier(expected, { ...options, ...cap });
  verifier.push(bytes);
  return verifier.finish();
}

/** A check that failed; `what` completes "the target …". */
interface TargetFault {
  readonly code: SigningReasonCode;
  readonly what: string;
  readonly path: string;
  readonly evidence: Readonly<Record<string, unknown>>;
}

function reasonOf({ code, what, path, evidence }: TargetFault): Reason<SigningReasonCode> {
  return { code, message: `The target ${what}`, path, clause: "TUF 1.0.34 section 5.7.3", evidence };
}

/** One listed digest and the hash that must come to it. */
interface RunningCheck {
  readonly algorithm: HashAlgorithm;
  readonly expected: Bytes;
  readonly hash: StreamingHash;
}

class StreamingTargetVerifier implements TargetVerifier {
  readonly #length: number | undefined;
  /** Most bytes that can be the target. */
  readonly #most: number;
  readonly #checks: readonly RunningCheck[];
  #received = 0;
  #finished = false;

  constructor({ length, hashes }: ExpectedTarget, { maxBytes, provider }: TargetVerifierOptions) {
    this.#length = length;
    this.#most = mostBytes(length, maxBytes);
    this.#checks = startChecks(hashes, provider);
  }

  push(chunk: Uint8Array): "ok" | "too_long" {
    this.#assertRunning();
    const { length } = assertBytes(chunk, "chunk");
    // TUF 1.0.34 section 5.7.3: "up to the number of bytes specified". One byte more decides, how many more is not told.
    this.#received = Math.min(this.#received + length, this.#most + 1);
    if (this.#received > this.#most) return "too_long";
    for (const { hash } of this.#checks) hash.update(chunk);
    return "ok";
  }

  finish(): VerifiedTarget {
    this.#assertRunning();
    this.#finished = true;
    const faults = [...this.#lengthFaults(), ...this.#hashFaults()];
    const [decisive] = faults;
    if (decisive === undefined) {
      const hashes = Object.fromEntries(
        this.#checks.map(({ algorithm, expected }) => [algorithm, bytesToHex(expected)]),
      );
      return Object.freeze({ length: this.#received, hashes: Object.freeze(hashes) }) as VerifiedTarget;
    }
    throw new SigningError(
      decisive.code === "target_hash_mismatch" ? "ERR_SIGNING_TARGET_HASH" : "ERR_SIGNING_TARGET_LENGTH",
      `Cannot accept target: it ${decisive.what}`,
      { path: decisive.path, details: { reasons: faults.map(reasonOf) } },
    );
  }

  #lengthFaults(): TargetFault[] {
    const [length, most, received] = [this.#length, this.#most, this.#received];
    const path = "/length";
    if (received > most) {
      return [{ code: "target_too_long", what: `has more than ${most} bytes`, path, evidence: { most } }];
    }
    if (length === undefined || received === length) return [];
    const what = `has ${received} bytes of ${length}`;
    return [{ code: "target_too_short", what, path, evidence: { expected: length, received } }];
  }

  #hashFaults(): TargetFault[] {
    // What is too long was not hashed to its end.
    if (this.#received > this.#most) return [];
    return this.#checks.flatMap(({ algorithm, expected, hash }) => {
      const found = assertBytes(hash.digest(), "digest");
      if (equalBytesConstantTime(found, expected)) return [];
      const evidence = { expected: bytesToHex(expected), found: bytesToHex(found) };
      const what = `has another ${algorithm}`;
      return [{ code: "target_hash_mismatch", what, path: `/hashes/${algorithm}`, evidence } as const];
    });
  }

  #assertRunning(): void {
    if (this.#finished) throw new TypeError("Cannot use target verifier: it has finished");
  }
}

/** Most bytes that a target may have: what metadata lists, at most what the caller allows. */
function mostBytes(length: number | undefined, maxBytes: number | undefined): number {
  if (maxBytes !== undefined && (!Number.isSafeInteger(maxBytes) || maxBytes < 0)) {
    throw new RangeError(`"maxBytes" expected integer >= 0, got ${maxBytes}`);
  }
  if (length === undefined) {
    // Endless data: nobody but the caller can tell how much is too much.
    if (maxBytes === undefined) throw new TypeError('"maxBytes" expected integer >= 0 for a target without length');
    return maxBytes;
  }
  if (!Number.isSafeInteger(length) || length < 0) {
    throw new SigningError("ERR_SIGNING_TARGET_LENGTH", "Cannot check target: its length is no integer >= 0", {
      path: "/length",
    });
  }
  if (maxBytes !== undefined && length > maxBytes) {
    throw new SigningError(
      "ERR_SIGNING_TARGET_LENGTH",
      `Cannot accept target: it has ${length} bytes, ${maxBytes} are allowed`,
      { path: "/length", details: { length, maxBytes } },
    );
  }
  return length;
}

/** Starts one hash for each listed digest that counts. */
function startChecks(hashes: Readonly<Record<string, string>>, provider: HashProvider | undefined): RunningCheck[] {
  if (typeof hashes !== "object" || hashes === null) throw unverifiable("its hashes are no object", "/hashes");
  const listed = knownAlgorithms.filter((algorithm) => Object.hasOwn(hashes, algorithm));
  // No hash at all must not read as "any content": an empty list is refused like one of unknown algorithms.
  if (listed.length === 0) throw unverifiable("it lists neither sha256 nor sha512", "/hashes");
  return listed.map((algorithm) => {
    const expected: unknown = hashes[algorithm];
    // Lower case alone, as every TUF client compares digests as text.
    if (typeof expected !== "string" || expected.length !== digits[algorithm] || /[^0-9a-f]/.test(expected)) {
      throw unverifiable(
        `its ${algorithm} is not ${digits[algorithm]} lower-case hexadecimal digits`,
        `/hashes/${algorithm}`,
      );
    }
    return { algorithm, expected: hexToBytes(expected), hash: createHash(algorithm, provider) };
  });
}

function unverifiable(what: string, path: string): SigningError {
  return new SigningError("ERR_SIGNING_TARGET_UNVERIFIABLE", `Cannot check target: ${what}`, { path });
}
