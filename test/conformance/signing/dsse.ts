/** The example of the DSSE protocol document: the signed bytes, the envelope, and its ECDSA signature. */

import { base64ToBytes, bytesToHex, bytesToUtf8, utf8ToBytes } from "otakit/core";
import { isValidSignature, parseDsseEnvelope, parsePublicKey, preAuthEncoding } from "otakit/signing";
import type { ConformanceSuite, LoadVectors, SuiteOutcome } from "../suite.ts";
import { outcomeOf, providerNames, readJson, verdictFaults } from "./verdicts.ts";

interface DsseVector {
  readonly payload: string;
  readonly payloadType: string;
  readonly pae: string;
  readonly envelope: { readonly signatures: readonly { readonly sig: string }[] };
  /** Coordinates in decimal digits. */
  readonly key: { readonly x: string; readonly y: string };
}

export const dsseSuites: readonly ConformanceSuite[] = [
  { suite: "signing/dsse", file: "signing/dsse.json", run: dsse },
];

/** Three rows: the signed bytes, the envelope, and its signature, r || s. */
function dsse(load: LoadVectors): SuiteOutcome {
  const { key, payload, payloadType, pae, envelope } = readJson(load, "signing/dsse.json") as DsseVector;
  const body = utf8ToBytes(payload);
  const signed = preAuthEncoding(payloadType, body);
  const parsed = parseDsseEnvelope(utf8ToBytes(JSON.stringify(envelope)));
  const signatures = envelope.signatures.map(({ sig }) => base64ToBytes(sig));
  const expected = [payloadType, bytesToHex(body), ...signatures.map(bytesToHex)];
  const found = [
    parsed.payloadType,
    bytesToHex(parsed.payload),
    ...parsed.signatures.map(({ sig }) => bytesToHex(sig)),
  ];
  const [x, y] = [key.x, key.y].map((number) => BigInt(number).toString(16).padStart(64, "0"));
  const publicKey = parsePublicKey(`04${x}${y}`, { scheme: "ecdsa-sha2-nistp256" });
  const verdict = outcomeOf([
    { name: "pre-authentication encoding", faults: bytesToUtf8(signed) === pae ? [] : [`gave ${bytesToUtf8(signed)}`] },
    { name: "envelope", faults: String(found) === String(expected) ? [] : [`gave ${found}`] },
    {
      name: "ECDSA P-256 signature",
      faults: verdictFaults(true, (provider) =>
        isValidSignature(publicKey, signed, signatures[0]!, { provider, ecdsaEncoding: "p1363" }),
      ),
    },
  ]);
  return { ...verdict, why: `encoding, envelope, and the verdict of ${providerNames}` };
}
