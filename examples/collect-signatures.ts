import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { utf8ToBytes } from "otakit/core";
import {
  addSignature,
  createSigningRequest,
  encodeDsseEnvelope,
  encodeSigningRequest,
  explainSigningRequest,
  finishSigningRequest,
  generateLocalKey,
  mergeSigningRequests,
  parseSigningRequest,
  preAuthEncoding,
  type SigningRequest,
  signingProgress,
  verifyDsse,
} from "otakit/signing";

const folder = mkdtempSync(join(tmpdir(), "otakit-ceremony-"));
const read = (name: string): SigningRequest => parseSigningRequest(new Uint8Array(readFileSync(join(folder, name))));
const write = (name: string, request: SigningRequest): void =>
  writeFileSync(join(folder, name), encodeSigningRequest(request));

// Three people; in production each has a token of their own, here a key in memory.
const random = (length: number): Uint8Array => crypto.getRandomValues(new Uint8Array(length));
const people = ["alice", "bob", "carol"].map((keyId) => generateLocalKey(random, { keyId }).signer);

// The requester writes down what is to be signed and by whom, and sends the file to all of them.
const payloadType = "application/vnd.example+json";
const payload = utf8ToBytes('{"schema":"example/1","release":7}');
const quorum = { name: "release", keys: people.map(({ publicKey }) => publicKey), threshold: 2 };
write(
  "release-7.json",
  createSigningRequest({ purpose: "Release 7", message: preAuthEncoding(payloadType, payload), quorums: [quorum] }),
);

// Each of them, offline and whenever it suits: read, look at what the bytes are, sign, send back.
for (const signer of [people[2]!, people[0]!]) {
  const request = read("release-7.json");
  console.log(explainSigningRequest(request));
  write(`release-7.${signer.publicKey.keyId}.json`, await addSignature(request, signer));
}

// The requester merges what came back, in any order, into the file that was sent out.
const merged = mergeSigningRequests(read("release-7.json"), [
  read("release-7.alice.json"),
  read("release-7.carol.json"),
]);
for (const { name, signedBy, remaining } of signingProgress(merged))
  console.log(name, signedBy, `${remaining} missing`);
// release [ 'alice', 'carol' ] 0 missing

const envelope = encodeDsseEnvelope({ payloadType, payload, signatures: finishSigningRequest(merged) });
console.log(verifyDsse(envelope, quorum, { payloadType }).signedBy); // [ 'alice', 'carol' ]
rmSync(folder, { recursive: true });
