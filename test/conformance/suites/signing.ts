/**
 * Ed25519 and DSSE against published vectors. A row passes only if the default and the pure provider both give the expected
 * verdict.
 */

import { base64ToBytes, bytesToHex, bytesToUtf8, hexToBytes, type SignatureProvider, utf8ToBytes } from "otakit/core";
import {
  defaultSignatureProvider,
  isValidEd25519,
  parseDsseEnvelope,
  parsePublicKey,
  preAuthEncoding,
  pureSignatureProvider,
} from "otakit/signing";
import { seededRandom } from "../../../scripts/random.ts";
import { type Ed25519Input, edgeInputs, hopelessInputs } from "../../signing/ed25519-inputs.ts";
import type { ConformanceSuite, LoadVectors, SuiteOutcome } from "../suite.ts";

/** Only one on runtimes whose default is the pure one. */
const providers =
  defaultSignatureProvider.name === pureSignatureProvider.name
    ? [pureSignatureProvider]
    : [defaultSignatureProvider, pureSignatureProvider];
const providerNames = providers.map(({ name }) => name).join(" and ");

interface WycheproofFile {
  readonly testGroups: readonly {
    readonly publicKey: { readonly pk: string };
    readonly publicKeyPem: string;
    readonly tests: readonly {
      readonly tcId: number;
      readonly comment: string;
      readonly msg: string;
      readonly sig: string;
      readonly result: string;
    }[];
  }[];
}

interface CctvRow {
  readonly number: number;
  readonly key: string;
  readonly sig: string;
  readonly msg: string;
  readonly flags: readonly string[] | null;
}

interface DsseVector {
  readonly payload: string;
  readonly payloadType: string;
  readonly pae: string;
  readonly envelope: { readonly signatures: readonly { readonly sig: string }[] };
}

/** Flags of CCTV whose inputs the strict rule refuses; all other inputs of the file are valid. */
const strictlyRefused = ["low_order_A", "low_order_R", "non_canonical_A", "non_canonical_R", "low_order_residue"];

export const suites: readonly ConformanceSuite[] = [
  { suite: "signing/ed25519_test", file: "signing/ed25519_test.json", run: wycheproof },
  { suite: "signing/cctv-ed25519-even", file: "signing/cctv-ed25519-even.json", run: cctv },
  { suite: "signing/ed25519-differential", run: differential },
  { suite: "signing/dsse", file: "signing/dsse.json", run: dsse },
];

function wycheproof(load: LoadVectors): SuiteOutcome {
  const { testGroups } = readJson(load, "signing/ed25519_test.json") as WycheproofFile;
  const verdicts = testGroups.flatMap(({ publicKey, publicKeyPem, tests }) => {
    const samePem = parsePublicKey(publicKeyPem).material === publicKey.pk;
    return tests.map(({ tcId, comment, msg, sig, result }) => {
      const faults = verdictFaults({
        publicKey: hexToBytes(publicKey.pk),
        message: hexToBytes(msg),
        signature: hexToBytes(sig),
        valid: result === "valid",
      });
      if (!samePem) faults.push("the PEM of the key is read as another key");
      return { name: `tcId ${tcId} ${comment}`, faults };
    });
  });
  return outcomeOf(verdicts, `verdicts of ${providerNames}; keys also read from their PEM form`);
}

function cctv(load: LoadVectors): SuiteOutcome {
  const rows = readJson(load, "signing/cctv-ed25519-even.json") as readonly CctvRow[];
  const verdicts = rows.map(({ number, key, sig, msg, flags }) => ({
    name: `number ${number} ${flags}`,
    faults: verdictFaults({
      publicKey: hexToBytes(key),
      message: utf8ToBytes(msg),
      signature: hexToBytes(sig),
      valid: !flags?.some((flag) => strictlyRefused.includes(flag)),
    }),
  }));
  return outcomeOf(verdicts, `verdicts of ${providerNames}; expected is the strict rule, from the flags`);
}

/** Inputs made here: the expected verdict is known because the discrete logarithms are. */
function differential(): SuiteOutcome {
  const [edges, hopeless] = [20_000, 1_000_000];
  const random = seededRandom("signing/ed25519-differential");
  const verdicts = many(edges, edgeInputs(random), verdictFaults);
  verdicts.push(...many(hopeless, hopelessInputs(random), byteCheckFaults));
  return outcomeOf(
    verdicts,
    `${edges} edge inputs (torsion, S + n L, y >= p, sign flips): verdicts of ${providerNames} equal the known one; ` +
      `${hopeless} inputs that bytes alone refuse: no provider is asked`,
    edges + hopeless,
  );
}

/** Three rows: the signed bytes, the envelope, and its ECDSA signature. */
function dsse(load: LoadVectors): SuiteOutcome {
  const vector = readJson(load, "signing/dsse.json") as DsseVector;
  const body = utf8ToBytes(vector.payload);
  const pae = bytesToUtf8(preAuthEncoding(vector.payloadType, body));
  const envelope = parseDsseEnvelope(utf8ToBytes(JSON.stringify(vector.envelope)));
  const expected = [vector.payloadType, bytesToHex(body), ...vector.envelope.signatures.map(({ sig }) => hexOf(sig))];
  const found = [
    envelope.payloadType,
    bytesToHex(envelope.payload),
    ...envelope.signatures.map(({ sig }) => bytesToHex(sig)),
  ];
  const checked = outcomeOf([
    { name: "pre-authentication encoding", faults: pae === vector.pae ? [] : [`gave ${pae}`] },
    { name: "envelope", faults: String(found) === String(expected) ? [] : [`gave ${found}`] },
  ]);
  return {
    ...checked,
    total: checked.total + 1,
    skipped: 1,
    why: "encoding and envelope; the ECDSA P-256 signature is skipped, because ECDSA is not yet implemented",
  };
}

interface Verdict {
  readonly name: string;
  readonly faults: readonly string[];
}

/** What is wrong with the verdict of any provider. */
function verdictFaults(input: Omit<Ed25519Input, "kind">): string[] {
  const { publicKey, message, signature, valid } = input;
  return providers
    .filter((provider) => isValidEd25519(publicKey, message, signature, provider) !== valid)
    .map(({ name }) => `${name} ${valid ? "refuses" : "accepts"} it`);
}

/** What is wrong with the refusal of an input that no provider may see. */
function byteCheckFaults({ publicKey, message, signature }: Ed25519Input): string[] {
  const faults: string[] = [];
  const provider: SignatureProvider = {
    ...pureSignatureProvider,
    ed25519Equation: () => {
      faults.push("a provider is asked");
      return false;
    },
  };
  if (isValidEd25519(publicKey, message, signature, provider)) faults.push("it is accepted");
  return faults;
}

/** The faulty ones of many inputs. */
function many(
  count: number,
  next: () => Ed25519Input,
  faultsOf: (input: Ed25519Input) => readonly string[],
): Verdict[] {
  const faulty: Verdict[] = [];
  for (let index = 0; index < count; index++) {
    const input = next();
    const faults = faultsOf(input);
    if (faults.length > 0) faulty.push({ name: nameOf(index, input), faults });
  }
  return faulty;
}

function nameOf(index: number, { kind, publicKey, message, signature }: Ed25519Input): string {
  return `input ${index} (${kind}) ${[publicKey, message, signature].map(bytesToHex).join(" ")}`;
}

/** Counts verdicts; `total` when faultless ones are not among them. */
function outcomeOf(verdicts: readonly Verdict[], why = "", total = verdicts.length): SuiteOutcome {
  const failures = verdicts.filter(({ faults }) => faults.length > 0).map(describe);
  const failed = failures.length;
  return { total, passed: total - failed, failed, skipped: 0, failures: failures.slice(0, 100), why };
}

function describe({ name, faults }: Verdict): string {
  return `${name}: ${faults.join(", ")}`;
}

function hexOf(base64: string): string {
  return bytesToHex(base64ToBytes(base64));
}

function readJson(load: LoadVectors, path: string): unknown {
  return JSON.parse(bytesToUtf8(load(path)));
}
