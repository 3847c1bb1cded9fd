/** Fuzz targets of statements, signing requests, private keys and targets. */

import { encodeJcs, equalBytes, isOtaError, pureHashProvider, utf8ToBytes } from "otakit/core";
import {
  addSignature,
  createLocalSigner,
  createSigningRequest,
  createTargetVerifier,
  encodeSigningRequest,
  explainSigningRequest,
  finishSigningRequest,
  generateLocalKey,
  mergeSigningRequests,
  parseDsseEnvelope,
  parseSigningRequest,
  parseStatement,
  preAuthEncoding,
  type SigningRequest,
  signingProgress,
  signStatement,
  statementType,
  verifyStatement,
  verifyTarget,
} from "otakit/signing";
import { seededRandom } from "../../../scripts/random.ts";
import type { FuzzTarget } from "../target.ts";

function check(law: boolean, what: string): void {
  if (!law) throw new Error(`broken law: ${what}`);
}

/** The value, or the code of a typed refusal; any other error is a finding. */
function attempt<T extends object>(action: () => T): T | string {
  try {
    return action();
  } catch (error) {
    if (!isOtaError(error)) throw error;
    return error.code;
  }
}

const signers = [1, 2, 3].map((fill) => createLocalSigner(new Uint8Array(32).fill(fill)));
const keys = signers.map(({ publicKey }) => publicKey);
const trust = { keys, threshold: 2 };
const digest = { sha256: "ab".repeat(32), sha512: "cd".repeat(64) };
const predicateType = "https://example.com/approval/v1";

const statement = parseStatement(
  utf8ToBytes(
    JSON.stringify({
      _type: statementType,
      subject: [{ name: "a", digest, uri: "pkg:a", annotations: { a: 1 } }, { digest: { gitCommit: "x" } }],
      predicateType,
      predicate: { approved: true },
    }),
  ),
);
const statements = [await signStatement(statement, signers), await signStatement(statement, signers.slice(1))];
const statementTokens = [
  ...[
    '"_type":',
    '"subject":',
    '"digest":',
    '"sha256":',
    '"predicateType":',
    '"predicate":',
    '"content":',
    '"__proto__":',
  ],
  ...[`"${statementType}"`, `"${digest.sha256}"`, "null", "{}", "[]", '""', "1.5"],
].map(utf8ToBytes);

const parseTarget: FuzzTarget = {
  name: "signing/parseStatement",
  seeds: [utf8ToBytes(JSON.stringify(statement)), ...statements.map((envelope) => parseDsseEnvelope(envelope).payload)],
  dictionary: statementTokens,
  run(input) {
    const parsed = attempt(() => parseStatement(input));
    if (typeof parsed === "string") return check(/^ERR_(SIGNING_STATEMENT|CORE_)/.test(parsed), `code ${parsed}`);
    check(parsed._type === statementType && parsed.predicateType !== "", "type and kind");
    check(parsed.subject.length > 0, "a subject");
    check(
      parsed.subject.every(({ digest }) => Object.keys(digest).length > 0),
      "a digest for every subject",
    );
    const again = parseStatement(utf8ToBytes(JSON.stringify(parsed)));
    check(JSON.stringify(again) === JSON.stringify(parsed), "round trip");
  },
};

const verifyStatementTarget: FuzzTarget = {
  name: "signing/verifyStatement",
  seeds: statements,
  dictionary: [...statementTokens, ...keys.map(({ keyId }) => utf8ToBytes(keyId))],
  run(input) {
    const verified = attempt(() => verifyStatement(input, trust, { predicateType, subject: digest }));
    if (typeof verified === "string") return;
    // Nobody here can forge: whatever is accepted was signed.
    check(equalBytes(encodeJcs(verified.statement), encodeJcs(statement)), "the statement that was signed");
    check(verified.matched.length === 1, "the one subject of that digest");
  },
};

const message = preAuthEncoding("application/vnd.example+json", utf8ToBytes('{"release":7}'));
const p256 = generateLocalKey((length) => new Uint8Array(length).fill(7), { scheme: "ecdsa-sha2-nistp256" }).signer;
const request = createSigningRequest({
  purpose: "Release 7",
  message,
  quorums: [
    { name: "old", keys, threshold: 2 },
    { name: "new", keys: [keys[0]!, p256.publicKey], threshold: 1 },
  ],
});
const byOne = await addSignature(request, signers[0]!);
const byTwo = await addSignature(byOne, p256);
const complete = await addSignature(byTwo, signers[1]!);

const requestTarget: FuzzTarget = {
  name: "signing/parseSigningRequest",
  seeds: [request, byOne, byTwo, complete].map(encodeSigningRequest),
  dictionary: [
    ...[
      '"schema":',
      '"message":',
      '"sha256":',
      '"quorums":',
      '"keys":',
      '"threshold":',
      '"signatures":',
      '"keyid":',
      '"sig":',
    ],
    ...['"__proto__":', "null", "{}", "[]", '""', "0", "-1", "\u202e", "\u0085", ...keys.map(({ keyId }) => keyId)],
  ].map(utf8ToBytes),
  run(input) {
    const parsed = attempt(() => parseSigningRequest(input));
    if (typeof parsed === "string") return check(/^ERR_(SIGNING_|CORE_)/.test(parsed), `code ${parsed}`);
    check(
      equalBytes(encodeSigningRequest(parseSigningRequest(encodeSigningRequest(parsed))), encodeSigningRequest(parsed)),
      "round trip",
    );
    check(/^[ -~\n]*$/.test(explainSigningRequest(parsed)), "an explanation in ASCII");
    const open = signingProgress(parsed).some(({ remaining }) => remaining > 0);
    const finished = attempt(() => finishSigningRequest(parsed));
    check((finished === "ERR_SIGNING_REQUEST_INCOMPLETE") === open, "finished exactly if nothing is missing");
    checkMerge(parsed);
  },
};

/** What a stranger sends back can add signatures that verify, and change nothing else. */
function checkMerge(returned: SigningRequest): void {
  const merged = attempt(() => mergeSigningRequests(byOne, [returned]));
  if (typeof merged === "string") {
    check(merged === "ERR_SIGNING_REQUEST_OTHER", `code ${merged}`);
    return;
  }
  check(merged.message === request.message && merged.purpose === request.purpose, "the request that was sent out");
  check(JSON.stringify(merged.quorums) === JSON.stringify(request.quorums), "the quorums that were asked");
  const known = new Set(complete.signatures.map(({ sig }) => sig));
  check(
    merged.signatures.every(({ sig }) => known.has(sig)),
    "signatures of those who signed",
  );
}

const random = (length: number): Uint8Array => new Uint8Array(length).fill(9);
const privateKeys = (["ed25519", "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384"] as const).flatMap((scheme) => {
  const { pem, seed } = generateLocalKey(random, { scheme });
  const der = Uint8Array.from(atob(pem.replace(/-----[A-Z ]+-----|\n/g, "")), (character) => character.charCodeAt(0));
  return [utf8ToBytes(pem), der, seed];
});
const jwk = {
  kty: "OKP",
  crv: "Ed25519",
  d: "nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A",
  x: "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo",
};

const privateKeyTarget: FuzzTarget = {
  name: "signing/createLocalSigner",
  seeds: [...privateKeys, utf8ToBytes(JSON.stringify(jwk))],
  dictionary: [
    utf8ToBytes("-----BEGIN PRIVATE KEY-----\n"),
    utf8ToBytes('"d":'),
    utf8ToBytes('"kty":"EC"'),
    Uint8Array.of(0x30, 0x2e, 0x02, 0x01, 0x00),
    Uint8Array.of(0xa1, 0x23),
  ],
  run(input) {
    const signer = attempt(() => createLocalSigner(input));
    if (typeof signer === "string") return check(/^ERR_SIGNING_(PRIVATE_)?KEY/.test(signer), `code ${signer}`);
    check(/^[0-9a-f]{64}$/.test(signer.publicKey.keyId), "key id");
  },
};

const files = seededRandom("targets");
const wanted = new Uint8Array(files.bytes(300));
const listing = {
  length: wanted.length,
  hashes: { sha256: hexOf("sha256"), sha512: hexOf("sha512"), blake3: "unknown" },
};

function hexOf(algorithm: "sha256" | "sha512"): string {
  return [...pureHashProvider.digest(algorithm, wanted)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

const targetTarget: FuzzTarget = {
  name: "signing/createTargetVerifier",
  seeds: [wanted, wanted.subarray(1), new Uint8Array(0)],
  maxLength: 700,
  run(input) {
    // The first byte chooses where the input is cut; the verdict must not depend on it.
    const cut = (input[0] ?? 0) % (input.length + 1);
    const verifier = createTargetVerifier(listing);
    for (const chunk of [input.subarray(0, cut), input.subarray(cut)]) verifier.push(chunk);
    const inParts = attempt(() => verifier.finish());
    const whole = attempt(() => verifyTarget(input, listing, { provider: pureHashProvider }));
    check(JSON.stringify(inParts) === JSON.stringify(whole), "one verdict for every cut and provider");
    check((typeof whole !== "string") === equalBytes(input, wanted), "accepted exactly if it is the target");
  },
};

export const targets: readonly FuzzTarget[] = [
  parseTarget,
  verifyStatementTarget,
  requestTarget,
  privateKeyTarget,
  targetTarget,
];
