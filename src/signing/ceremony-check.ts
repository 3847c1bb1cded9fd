/**
 * The checks of a signing request, the same for a file of a stranger and for an object of the caller, and the document that a
 * checked one makes.
 */

import {
  type Bytes,
  bytesToBase64,
  bytesToHex,
  freezeJson,
  type JsonObject,
  type JsonValue,
  type SignatureProvider,
  type SignatureScheme,
  sha256,
} from "../core/index.ts";
import { type Quorum, type SigningRequest, signingRequestSchema } from "./ceremony-types.ts";
import { FieldReader } from "./document-fields.ts";
import { SigningError } from "./errors.ts";
import { shortened } from "./hostile-text.ts";
import type { PublicKey } from "./keys-material.ts";
import { isValidSignature } from "./signature.ts";
import { checkTrust } from "./threshold.ts";

/** A request after its checks. */
export interface CheckedRequest {
  readonly purpose: string;
  readonly message: Bytes;
  readonly quorums: readonly Quorum[];
  /** Every key of a quorum by its key id, in order of first appearance. */
  readonly keys: ReadonlyMap<string, PublicKey>;
  /** Valid signatures by key id. */
  readonly signatures: ReadonlyMap<string, Bytes>;
}

const most = { quorums: 16, keys: 100, purpose: 1000, name: 128, keyId: 256 } as const;

/**
 * One line of text that shows itself as it is: no control characters, nothing that reorders what stands beside it or takes no
 * room, but for the joiners that scripts and emoji need.
 */
const plainLine =
  /^[^\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\u00ad\u180e\u200b\u2060-\u2064\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}]+$/u;

const fields = /* @__PURE__ */ new FieldReader("ERR_SIGNING_REQUEST", "signing request");

/** The document of a checked request. */
export function requestOf({ purpose, message, quorums, keys, signatures }: CheckedRequest): SigningRequest {
  return freezeJson({
    schema: signingRequestSchema,
    purpose,
    message: bytesToBase64(message),
    sha256: bytesToHex(sha256(message)),
    quorums: quorums.map(({ name, keys, threshold }) => ({ name, keys: keys.map((key) => ({ ...key })), threshold })),
    signatures: [...keys.keys()].flatMap((keyid) => {
      const sig = signatures.get(keyid);
      return sig === undefined ? [] : [{ keyid, sig: bytesToBase64(sig) }];
    }),
  });
}

/**
 * Checks a request, whether it was read from a file or is the caller's.
 *
 * @param path - JSON pointer of the request, for errors
 */
export function checkRequest(
  value: SigningRequest | JsonValue,
  provider?: SignatureProvider,
  path = "",
): CheckedRequest {
  const request = fields.object(value as JsonValue, path);
  checkSchema(fields.text(request["schema"], `${path}/schema`), `${path}/schema`);
  onlyMembers(request, ["schema", "purpose", "message", "sha256", "quorums", "signatures"], path);
  const purpose = line(request["purpose"], most.purpose, `${path}/purpose`);
  const message = fields.bytes(request["message"], `${path}/message`);
  if (request["sha256"] !== bytesToHex(sha256(message))) {
    throw fields.fault("SHA-256 of the message", `${path}/sha256`);
  }
  const quorums = checkQuorums(request["quorums"], `${path}/quorums`);
  const keys = keysOf(quorums, `${path}/quorums`);
  const signatures = checkSignatures(request["signatures"], keys, message, provider, `${path}/signatures`);
  return { purpose, message, quorums, keys, signatures };
}

function checkSchema(found: string, path: string): void {
  if (found === signingRequestSchema) return;
  throw new SigningError(
    "ERR_SIGNING_REQUEST_VERSION",
    `Cannot read signing request: schema is not "${signingRequestSchema}"`,
    { path, details: { expected: signingRequestSchema, found: shortened(found) } },
  );
}

function checkQuorums(value: JsonValue | undefined, path: string): Quorum[] {
  const quorums = fields.list(value, path);
  if (quorums.length < 1 || quorums.length > most.quorums) throw fields.fault(`1 to ${most.quorums} quorums`, path);
  return quorums.map((item, index) => checkQuorum(item, `${path}/${index}`));
}

function checkQuorum(value: JsonValue, path: string): Quorum {
  const quorum = fields.object(value, path);
  onlyMembers(quorum, ["name", "keys", "threshold"], path);
  const name = line(quorum["name"], most.name, `${path}/name`);
  const list = fields.list(quorum["keys"], `${path}/keys`);
  if (list.length > most.keys) throw fields.fault(`at most ${most.keys} keys`, `${path}/keys`);
  const keys = list.map((item, index) => readKey(item, `${path}/keys/${index}`));
  const threshold = quorum["threshold"] as number;
  checkTrust({ keys, threshold }, path);
  return { name, keys, threshold };
}

/** The members of a key; whether they make a usable one is for {@link checkTrust}. */
function readKey(value: JsonValue, path: string): PublicKey {
  const key = fields.object(value, path);
  onlyMembers(key, ["scheme", "keyId", "material"], path);
  return {
    scheme: fields.text(key["scheme"], `${path}/scheme`) as SignatureScheme,
    keyId: line(key["keyId"], most.keyId, `${path}/keyId`),
    material: fields.text(key["material"], `${path}/material`),
  };
}

/** A signature names its key by key id alone, so that an id for two keys would leave open who signed. */
function keysOf(quorums: readonly Quorum[], path: string): Map<string, PublicKey> {
  const byId = new Map<string, PublicKey>();
  quorums.forEach(({ keys }, quorum) => {
    keys.forEach((key, index) => {
      const known = byId.get(key.keyId) ?? key;
      if (known.scheme !== key.scheme || known.material !== key.material) {
        throw fields.fault("key id of one key", `${path}/${quorum}/keys/${index}/keyId`);
      }
      byId.set(key.keyId, known);
    });
  });
  // Each of them may have signed, and each signature costs a pass over the message.
  if (byId.size > most.keys) throw fields.fault(`at most ${most.keys} keys`, path);
  return byId;
}

function checkSignatures(
  value: JsonValue | undefined,
  keys: ReadonlyMap<string, PublicKey>,
  message: Bytes,
  provider: SignatureProvider | undefined,
  path: string,
): Map<string, Bytes> {
  const signatures = new Map<string, Bytes>();
  fields.list(value, path).forEach((item, index) => {
    const at = `${path}/${index}`;
    const entry = fields.object(item, at);
    onlyMembers(entry, ["keyid", "sig"], at);
    const keyid = fields.text(entry["keyid"], `${at}/keyid`);
    const sig = fields.bytes(entry["sig"], `${at}/sig`);
    const key = keys.get(keyid);
    if (key === undefined) throw foreignKey(keyid, `${at}/keyid`);
    if (signatures.has(keyid)) throw fields.fault("one signature for each key id", `${at}/keyid`);
    if (!isValidSignature(key, message, sig, provider === undefined ? {} : { provider })) {
      throw new SigningError(
        "ERR_SIGNING_REQUEST_SIGNATURE",
        `Cannot accept signature: key ${keyid} does not verify it`,
        {
          path: `${at}/sig`,
          details: { keyid },
        },
      );
    }
    signatures.set(keyid, sig);
  });
  return signatures;
}

/** The refusal of a key that is in no quorum. */
export function foreignKey(keyid: string, path?: string): SigningError {
  return new SigningError(
    "ERR_SIGNING_REQUEST_KEY",
    "Cannot accept signature: its key is in no quorum of the request",
    {
      ...(path === undefined ? {} : { path }),
      details: { keyid: shortened(keyid) },
    },
  );
}

/** A member that is not understood could be what somebody else relies on. */
function onlyMembers(object: JsonObject, names: readonly string[], path: string): void {
  const unknown = Object.keys(object).find((name) => !names.includes(name));
  if (unknown !== undefined) throw fields.fault(`no other member than ${names.join(", ")}`, path);
}

function line(value: JsonValue | undefined, atMost: number, path: string): string {
  const text = fields.text(value, path);
  if (text.length <= atMost && plainLine.test(text)) return text;
  throw fields.fault(`one line of 1 to ${atMost} characters without control characters`, path);
}
