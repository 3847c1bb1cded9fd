/**
 * Sealed state: floors in storage that others can write, so that changing them or putting an older copy back is noticed.
 *
 * A seal is an HMAC over the state and a count; the count must be that of a monotonic counter in secure hardware. Writing takes two
 * steps, first the state with the next count, then the counter itself, so that a power cut between them leaves a state that is one
 * ahead: it is genuine, and the counter is brought up when it is opened. No cut can leave a vehicle without a state it may use.
 *
 * Whoever cuts the power between the two steps and puts the old copy back holds a genuine state of a count that is still to come. So
 * that it never stands beside another one of that count, a count is spent on the old state before the new one is sealed.
 */

import {
  assertBytes,
  type Bytes,
  base64ToBytes,
  bytesToBase64,
  concatBytes,
  encodeJcs,
  enforceLimit,
  type JsonObject,
  type Limits,
  parseStrictJson,
  resolveLimits,
  utf8ToBytes,
} from "../core/index.ts";
import { hmacSha256, isValidHmacSha256, type SymmetricKey } from "../signing/index.ts";
import { ManifestError } from "./errors.ts";
import { requireSchemaId } from "./require-shape.ts";

/** A counter that only rises: of a secure element, a replay-protected memory block, fuses. */
export interface MonotonicCounter {
  /** Present value, an integer >= 0. */
  read(): number | Promise<number>;
  /** Adds one, durably before it returns. */
  increment(): void | Promise<void>;
}

/** Where sealed state is kept; others may read and write it. */
export interface StateStorage {
  /** What was written last; `undefined` when nothing ever was. */
  read(): Uint8Array | undefined | Promise<Uint8Array | undefined>;
  /** Replaces it as a whole: after a power cut the old or the new bytes are there. */
  write(sealed: Bytes): void | Promise<void>;
}

/** What sealing takes. */
export interface SealedStore {
  readonly storage: StateStorage;
  readonly counter: MonotonicCounter;
  /** Secret of this vehicle alone, never seen outside of it. */
  readonly key: SymmetricKey;
}

/** State that was opened. */
export interface OpenedState {
  /** The bytes that were sealed; parse them as untrusted input all the same. */
  readonly state: Bytes;
  /** Its count. */
  readonly count: number;
}

const schema = "otakit.sealed-state/1";

/** What the seal covers besides the state: nothing else is sealed with these words in front. */
const domain: Bytes = /* @__PURE__ */ utf8ToBytes(`${schema}\0`);

/**
 * Seals a state under a count. For stores of the caller's own; {@link storeSealedState} keeps the order of the two steps.
 *
 * @param count - an integer >= 0
 * @throws RangeError when the count is none, or the key is shorter than 16 bytes
 */
export function sealState(state: Uint8Array, key: SymmetricKey, count: number): Bytes {
  if (!Number.isSafeInteger(count) || count < 0) throw new RangeError(`"count" expected integer >= 0, got ${count}`);
  return encodeJcs({
    schema,
    count,
    keyId: key.keyId,
    state: bytesToBase64(state),
    seal: bytesToBase64(hmacSha256(key.secret, sealedMessage(state, key, count))),
  });
}

/**
 * Opens a sealed state and compares its count with the counter.
 *
 * @param counter - present value of the monotonic counter
 * @returns the state, and whether the counter must be incremented now because a power cut came before that
 * @throws {@link ManifestError} `ERR_MANIFEST_SEAL` when the seal is wrong or of another key, `ERR_MANIFEST_SEAL_ROLLED_BACK` when the
 * state is older than the counter says, `ERR_MANIFEST_SEAL_AHEAD` when it is more than one ahead: the counter is not the one it was
 * sealed by; `ERR_MANIFEST_SCHEMA`, `ERR_MANIFEST_SCHEMA_VERSION` for bytes that are no sealed state
 * @throws `CoreError` `ERR_CORE_JSON_*`, `ERR_CORE_UTF8` or `ERR_CORE_LIMIT`
 */
export function openSealedState(
  sealed: Uint8Array,
  key: SymmetricKey,
  counter: number,
  limits?: Partial<Limits>,
): OpenedState & { readonly mustIncrement: boolean } {
  const { count, state, seal } = readSealed(sealed, key, limits);
  // The seal first: nothing that a stranger wrote is compared or told apart.
  if (!isValidHmacSha256(key, sealedMessage(state, key, count), seal)) {
    throw new ManifestError("ERR_MANIFEST_SEAL", "Cannot open state: its seal is not of this key", { path: "/seal" });
  }
  const details = { count, counter };
  if (!(count >= counter)) {
    const message = `Cannot open state: it is number ${count}, and number ${counter} was written`;
    throw new ManifestError("ERR_MANIFEST_SEAL_ROLLED_BACK", message, { path: "/count", details });
  }
  if (count > counter + 1) {
    const message = `Cannot open state: it is number ${count}, and the counter stands at ${counter}`;
    throw new ManifestError("ERR_MANIFEST_SEAL_AHEAD", message, { path: "/count", details });
  }
  return { state, count, mustIncrement: count > counter };
}

/**
 * Reads the state of a store, and finishes the step that a power cut may have left undone.
 *
 * What {@link storeSealedState} has acknowledged is never lost. A state that was merely read after a write was cut off can still be
 * exchanged for the one before it by whoever kept both: where that matters, store what was read again after each start.
 *
 * @returns `undefined` for a store that was never written to its end; when its counter was used otherwise, that is an error
 * @throws {@link ManifestError} as {@link openSealedState}, and `ERR_MANIFEST_SEAL_ROLLED_BACK` when a state is missing that must be there
 * @example
 * ```ts
 * const opened = await loadSealedState(store);
 * const floors = opened === undefined ? factoryFloors : parseUpdateFloors(opened.state);
 * ```
 */
export async function loadSealedState(store: SealedStore, limits?: Partial<Limits>): Promise<OpenedState | undefined> {
  const { storage, counter, key } = store;
  const value = await counter.read();
  const sealed = await storage.read();
  if (sealed === undefined) {
    if (value === 0) return undefined;
    const message = `Cannot open state: there is none, and number ${value} was written`;
    throw new ManifestError("ERR_MANIFEST_SEAL_ROLLED_BACK", message, { details: { counter: value } });
  }
  const { state, count, mustIncrement } = openSealedState(sealed, key, value, limits);
  // Before the state is used: from here on its predecessor is void.
  if (mustIncrement) await counter.increment();
  return state.length === 0 ? undefined : { state, count };
}

/**
 * Writes a state, one call at a time. When it returns, every earlier one is void; act on the new state only then.
 *
 * It takes two counts: the first is spent on the state that is there, the second on the new one.
 *
 * @param state - not empty
 * @param limits - those of whoever reads it; `maxBytes` is that of the sealed state, some 4/3 of the state
 * @throws RangeError when the state is empty
 * @throws `CoreError` `ERR_CORE_LIMIT` when it could not be read back; nothing is written then
 * @throws {@link ManifestError} as {@link loadSealedState}: over a state that is not genuine nothing is written
 * @throws whatever storage or counter throw; the store then holds the old or the new state, and {@link loadSealedState} tells which
 * @example
 * ```ts
 * await storeSealedState(store, encodeJcs(raiseFloors(floors, ecu, release)));
 * ```
 */
export async function storeSealedState(store: SealedStore, state: Uint8Array, limits?: Partial<Limits>): Promise<void> {
  requireState(state, store, limits);
  const present = await loadSealedState(store, limits);
  await replaceState(store, present?.state ?? emptyState, state);
}

/**
 * Writes a state over whatever is there, genuine or not: for a workshop that provisions a vehicle anew, never as an answer to an error.
 *
 * @param state - not empty
 * @param limits - as for {@link storeSealedState}
 * @throws RangeError when the state is empty
 * @throws `CoreError` `ERR_CORE_LIMIT` when it could not be read back; nothing is written then
 * @throws whatever storage or counter throw; {@link loadSealedState} then gives the new state or `undefined`, or the error that it gave
 */
export async function provisionSealedState(
  store: SealedStore,
  state: Uint8Array,
  limits?: Partial<Limits>,
): Promise<void> {
  requireState(state, store, limits);
  await replaceState(store, emptyState, state);
}

/** Stands for "none yet". */
const emptyState: Bytes = /* @__PURE__ */ new Uint8Array(0);

async function replaceState(store: SealedStore, old: Uint8Array, state: Uint8Array): Promise<void> {
  // What was sealed for the next count in an attempt that was cut off is void with the first step; only this call seals for the second.
  await writeState(store, old);
  await writeState(store, state);
}

async function writeState({ storage, counter, key }: SealedStore, state: Uint8Array): Promise<void> {
  const next = (await counter.read()) + 1;
  await storage.write(sealState(state, key, next));
  await counter.increment();
}

/** Refuses a state that is none, or that would be stored and never read again. */
function requireState(state: Uint8Array, { key }: SealedStore, limits: Partial<Limits> | undefined): void {
  if (assertBytes(state, "state").length === 0) throw new RangeError('"state" expected bytes, got none');
  // Of the longest count, so that a state which fits once always does.
  const around = sealState(emptyState, key, Number.MAX_SAFE_INTEGER).length;
  enforceLimit("maxBytes", around + 4 * Math.ceil(state.length / 3), resolveLimits(limits));
}

function sealedMessage(state: Uint8Array, { keyId }: SymmetricKey, count: number): Bytes {
  // JSON of the two, because a key id may hold any separator.
  return concatBytes(domain, encodeJcs([count, keyId]), state);
}

function readSealed(
  sealed: Uint8Array,
  { keyId }: SymmetricKey,
  limits: Partial<Limits> | undefined,
): { readonly count: number; readonly state: Bytes; readonly seal: Bytes } {
  const value = parseStrictJson(sealed, limits);
  requireSchemaId(schema, "sealed state", value);
  const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
  const document = (isObject ? value : {}) as JsonObject;
  const { count } = document;
  const known = ["schema", "count", "keyId", "state", "seal"];
  const isWhole = document["schema"] === schema && Object.keys(document).every((name) => known.includes(name));
  if (!isWhole || !Number.isSafeInteger(count) || (count as number) < 0) throw malformed("");
  if (document["keyId"] !== keyId) {
    throw new ManifestError("ERR_MANIFEST_SEAL", "Cannot open state: it was sealed by another key", { path: "/keyId" });
  }
  return { count: count as number, state: bytesOf(document, "state"), seal: bytesOf(document, "seal") };
}

function bytesOf(document: JsonObject, name: string): Bytes {
  const text = document[name];
  if (typeof text !== "string") throw malformed(`/${name}`);
  try {
    return base64ToBytes(text);
  } catch {
    throw malformed(`/${name}`);
  }
}

function malformed(path: string): ManifestError {
  return new ManifestError("ERR_MANIFEST_SCHEMA", `Cannot use sealed state: "${path}" is wrong`, { path });
}
