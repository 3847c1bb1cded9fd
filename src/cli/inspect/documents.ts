/** Explains envelopes and the documents in them, signing requests and floors. */

import { bytesToHex, isOtaError, type JsonValue, parseStrictJson, sha256 } from "otakit/core";
import { parseUpdateFloors, releasePayloadType, releaseTrustPayloadType } from "otakit/manifest";
import {
  explainSigningRequest,
  parseDsseEnvelope,
  parseSigningRequest,
  parseStatement,
  signingProgress,
  statementPayloadType,
} from "otakit/signing";
import { inspectRelease, inspectTrust } from "./release.ts";
import { asJson, firstOf, indent, isObject, type Report, warning } from "./report.ts";

/** Explains a DSSE envelope and, as far as it is understood, its payload. Nothing is verified. */
export function inspectEnvelope(bytes: Uint8Array, now: number): Report {
  const { payloadType, payload, signatures } = parseDsseEnvelope(bytes);
  const content = inspectPayload(payloadType, payload, now);
  return {
    kind: "dsse-envelope",
    lines: [
      `DSSE envelope of type ${payloadType}, payload of ${payload.length} bytes`,
      `Payload SHA-256: ${bytesToHex(sha256(payload))}`,
      `Signatures: ${signatures.length}`,
      ...indent(firstOf(signatures.map(({ keyid }) => (keyid === "" ? "without key id" : keyid)))),
      "NOT VERIFIED: an envelope does not say whose keys to trust.",
      "Payload:",
      ...indent(content.lines),
    ],
    data: {
      payloadType,
      payloadLength: payload.length,
      payloadSha256: bytesToHex(sha256(payload)),
      signatures: signatures.map(({ keyid }) => ({ keyid })),
      verified: null,
      payload: { kind: content.kind, ...content.data },
    },
    warnings: [...(signatures.length === 0 ? [warning("inspect_no_signature")] : []), ...content.warnings],
  };
}

function inspectPayload(payloadType: string, payload: Uint8Array, now: number): Report {
  if (payloadType === releasePayloadType) return inspectRelease(payload, now);
  if (payloadType === releaseTrustPayloadType) return inspectTrust(payload, now);
  if (payloadType === statementPayloadType) return inspectStatement(payload);
  return { kind: "unknown", lines: ["of a type that is not explained here"], data: {}, warnings: [] };
}

/** Explains an in-toto statement. */
export function inspectStatement(bytes: Uint8Array): Report {
  const { subject, predicateType } = parseStatement(bytes);
  const subjects = subject.map(({ name, digest }) => {
    const digests = Object.entries(digest).map(([algorithm, text]) => `${algorithm} ${text}`);
    return `${name ?? "without name"}: ${digests.join(", ")}`;
  });
  return {
    kind: "in-toto-statement",
    lines: [`in-toto statement ${predicateType} about ${subject.length} artifacts:`, ...indent(firstOf(subjects))],
    data: asJson({ predicateType, subject }),
    warnings: [],
  };
}

/** Explains a signing request; its signatures are verified by reading it. */
export function inspectSigningRequest(bytes: Uint8Array): Report {
  const request = parseSigningRequest(bytes, { limits: { maxBytes: bytes.length } });
  const { purpose, sha256: digest } = request;
  return {
    kind: "signing-request",
    lines: [
      "Signing request, of which every signature was verified with the keys that it names itself",
      ...explainSigningRequest(request).trimEnd().split("\n"),
    ],
    data: asJson({ purpose, sha256: digest, quorums: signingProgress(request) }),
    warnings: [],
  };
}

/** Explains floors against downgrades. */
export function inspectFloors(bytes: Uint8Array): Report {
  const { ecus } = parseUpdateFloors(bytes);
  const lines = Object.entries(ecus).map(
    ([ecuId, { releaseCounter, securityEpoch }]) =>
      `${ecuId}: release counter ${releaseCounter}, security epoch ${securityEpoch}`,
  );
  return {
    kind: "update-floors",
    lines: [`Floors against downgrades of ${lines.length} ECUs:`, ...indent(firstOf(lines))],
    data: asJson({ ecus }),
    warnings: [],
  };
}

/** Reads JSON, if it is some. */
export function readJson(bytes: Uint8Array): JsonValue | undefined {
  try {
    return parseStrictJson(bytes, { maxBytes: bytes.length, maxEntries: 5_000_000 });
  } catch (error) {
    // Bytes that cannot be JSON are something else; JSON with a fault is to be told about.
    if (!isOtaError(error) || /^\s*[{[]/.test(new TextDecoder().decode(bytes.subarray(0, 64)))) throw error;
    return undefined;
  }
}

/** Whether an object has exactly the members that tell a kind of document. */
export function hasMembers(value: JsonValue | undefined, ...names: readonly string[]): boolean {
  return isObject(value) && names.every((name) => value[name] !== undefined);
}
