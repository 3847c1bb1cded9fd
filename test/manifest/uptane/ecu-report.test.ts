import { describe, expect, it } from "vitest";
import { bytesToHex, bytesToUtf8, encodeCanonicalJson, sha256 } from "../../../src/core/index.ts";
import {
  attackIndicator,
  type EcuReport,
  type ManifestError,
  parseEcuReport,
  signEcuReport,
  uptaneProfiles,
  verifyEcuReport,
} from "../../../src/manifest/index.ts";
import { hmacSha256, pureSignatureProvider } from "../../../src/signing/index.ts";
import { errorOf } from "../../error-of.ts";
import { bytesOf, keyOf, type Loose, looseOf, now, reportOf, signAgain, signers } from "./report-fixture.ts";

const sign = (ecuId: string, change: Loose = {}, options = {}) =>
  signEcuReport(reportOf(ecuId, change), signers[ecuId]!, options);

const verify = (bytes: Uint8Array, ecuId: string, options = {}) =>
  verifyEcuReport(bytes, { ecuId, key: keyOf(ecuId), ...options });

/** A report after a change of the signed object, signed anew. */
async function changed(change: (signed: Loose) => void, ecuId = "brake"): Promise<Uint8Array> {
  const document = looseOf(await sign(ecuId));
  change(document.signed);
  return bytesOf(await signAgain(document, ecuId));
}

function reasonsOf(action: () => unknown) {
  const error = errorOf(action) as ManifestError;
  expect(error.code).toBe("ERR_MANIFEST_UPTANE_REPORT_UNTRUSTED");
  return (error.details!["reasons"] as readonly Loose[]).map(({ code, path, evidence }) => ({ code, path, evidence }));
}

describe("signEcuReport", () => {
  it("writes the form of the POUF", async () => {
    const document = looseOf(await sign("brake", { nonce: "0123456789abcdef" }));
    expect(document.signed).toEqual({
      attacks_detected: "",
      ecu_serial: "brake",
      installed_image: {
        filepath: "brake/7.bin",
        fileinfo: {
          custom: { releaseCounter: 7 },
          hashes: { sha256: bytesToHex(sha256(new TextEncoder().encode("brake"))) },
          length: 4_096,
        },
      },
      nonce: "0123456789abcdef",
      previous_timeserver_time: "2026-11-24T23:59:59Z",
      report_counter: 12,
      timeserver_time: "2026-11-25T00:00:00Z",
    });
    const message = encodeCanonicalJson(document.signed);
    expect(document.signatures).toEqual([
      {
        keyid: "key of brake",
        method: "hmac-sha256",
        hashes: { sha256: bytesToHex(sha256(message)) },
        sig: bytesToHex(hmacSha256((signers["brake"] as { secret: Uint8Array }).secret, message)),
      },
    ]);
  });

  it("writes what aktualizr writes in its profile", async () => {
    const { timeMs, previousTimeMs, ...unclocked } = reportOf("gateway");
    const bytes = await signEcuReport(unclocked, signers["gateway"]!, { profile: "uptane-ats" });
    const document = looseOf(bytes);
    expect(document.signed).toMatchObject({
      report_counter: "12",
      timeserver_time: "1970-01-01T00:00:00Z",
      previous_timeserver_time: "1970-01-01T00:00:00Z",
    });
    expect(Object.keys(document.signatures[0])).toEqual(["keyid", "method", "sig"]);
    expect(parseEcuReport(bytes, { profile: "uptane-ats" }).report).toEqual(unclocked);
  });

  it("rounds times down to whole seconds", async () => {
    const { report } = parseEcuReport(await sign("brake", { timeMs: now + 999 }));
    expect(report.timeMs).toBe(now);
  });

  it.each<[string, Loose, string]>([
    ["a time", { timeMs: undefined }, "/signed/timeserver_time"],
    ["a counter or a nonce", { counter: undefined }, "/signed/report_counter"],
    ["an identifier", { ecuId: "brake 1" }, "/signed/ecu_serial"],
    ["a counter >= 0", { counter: -1 }, "/signed/report_counter"],
    ["a nonce that cannot be guessed", { nonce: "012345678901234" }, "/signed/nonce"],
    ["an indicator of at most 1,024 characters", { attacksDetected: "a".repeat(1_025) }, "/signed/attacks_detected"],
    ["a hash", { installedImage: { path: "a", length: 1, hashes: {} } }, "/signed/installed_image/fileinfo/hashes"],
    [
      "a digest of its algorithm's length",
      { installedImage: { path: "a", length: 1, hashes: { sha256: "00".repeat(31) } } },
      "/signed/installed_image/fileinfo/hashes/sha256",
    ],
  ])("demands %s before anybody signs", async (_, change, path) => {
    const report = reportOf("brake", change) as EcuReport;
    const clean = Object.fromEntries(Object.entries(report).filter(([, value]) => value !== undefined)) as unknown;
    const error = await signEcuReport(clean as EcuReport, signers["brake"]!).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: "ERR_MANIFEST_UPTANE_REPORT", path });
  });

  it("takes an unknown profile for a mistake", async () => {
    await expect(sign("brake", {}, { profile: "uptane-9" as never })).rejects.toThrow(RangeError);
  });
});

describe("verifyEcuReport", () => {
  it.each(["gateway", "brake", "door-left", "door-right"])("gives the report of %s, frozen", async (ecuId) => {
    const verified = verify(await sign(ecuId), ecuId);
    const { signed, ...report } = verified;
    expect(report).toEqual(reportOf(ecuId));
    expect(signed["ecu_serial"]).toBe(ecuId);
    expect(Object.isFrozen(verified) && Object.isFrozen(verified.installedImage.hashes)).toBe(true);
  });

  it("verifies with another back end", async () => {
    expect(verify(await sign("gateway"), "gateway", { provider: pureSignatureProvider }).counter).toBe(12);
  });

  it("keeps members that it does not know, in the signature and in the result", async () => {
    const bytes = await changed((signed) => {
      signed.installation_log = ["é", 1];
    });
    expect(verify(bytes, "brake").signed["installation_log"]).toEqual(["é", 1]);
  });

  it("refuses another ECU's report and another key's signature, and lists both", async () => {
    const reasons = reasonsOf(() => verifyEcuReport(theDoors, { ecuId: "door-right", key: keyOf("door-right") }));
    expect(reasons).toEqual([
      {
        code: "uptane_report_ecu_mismatch",
        path: "/signed/ecu_serial",
        evidence: { had: "door-right", got: "door-left" },
      },
      {
        code: "uptane_report_untrusted",
        path: "/signatures",
        evidence: { ecuId: "door-right", why: "unknown_key" },
      },
    ]);
  });

  it.each<[string, string, (signature: Loose) => void]>([
    [
      "a changed signature",
      "signature_invalid",
      (signature) => {
        signature.sig = signature.sig.replace(/^../, (digits: string) => (digits === "00" ? "01" : "00"));
      },
    ],
    [
      "no hexadecimal",
      "signature_invalid",
      (signature) => {
        signature.sig += "zz";
      },
    ],
    [
      "an empty signature",
      "signature_invalid",
      (signature) => {
        signature.sig = "";
      },
    ],
    [
      "a shortened code",
      "signature_invalid",
      (signature) => {
        signature.sig = signature.sig.slice(0, 32);
      },
    ],
    [
      "another method",
      "method",
      (signature) => {
        signature.method = "ed25519";
      },
    ],
    [
      "another hash",
      "payload_hash",
      (signature) => {
        signature.hashes.sha256 = "00".repeat(32);
      },
    ],
    [
      "a hash of another algorithm alone",
      "payload_hash",
      (signature) => {
        signature.hashes = { sha512: "00".repeat(64) };
      },
    ],
    [
      "another key id",
      "unknown_key",
      (signature) => {
        signature.keyid = "key of gateway";
      },
    ],
  ])("refuses %s", async (_, why, change) => {
    const document = looseOf(await sign("brake"));
    change(document.signatures[0]);
    expect(reasonsOf(() => verify(bytesOf(document), "brake"))).toEqual([
      { code: "uptane_report_untrusted", path: "/signatures", evidence: { ecuId: "brake", why } },
    ]);
  });

  it("takes method and hash for comments where the profile does not demand them", async () => {
    const bytes = await sign("gateway", {}, { profile: "uptane-ats" });
    const document = looseOf(bytes);
    document.signatures[0].method = "rsassa-pss";
    document.signatures[0].sig = Buffer.from(document.signatures[0].sig, "hex").toString("base64");
    expect(verify(bytesOf(document), "gateway", { profile: "uptane-ats" }).ecuId).toBe("gateway");
    expect(errorOf(() => verify(bytesOf(document), "gateway"))).toMatchObject({
      code: "ERR_MANIFEST_UPTANE_REPORT",
      path: "/signatures/0/hashes",
    });
  });

  it("reads base64 in that profile alone", async () => {
    const document = looseOf(await sign("brake"));
    document.signatures[0].sig = Buffer.from(document.signatures[0].sig, "hex").toString("base64");
    expect(verify(bytesOf(document), "brake", { profile: "uptane-ats" }).ecuId).toBe("brake");
    expect(reasonsOf(() => verify(bytesOf(document), "brake"))[0]!.evidence.why).toBe("signature_invalid");
  });

  it("does not let a public key stand in for a secret", async () => {
    const { material } = keyOf("gateway") as { material: string };
    const { message, forged } = await macWith(material);
    expect(message.length).toBeGreaterThan(0);
    expect(reasonsOf(() => verify(forged, "gateway"))[0]!.evidence.why).toBe("method");
    const loose = looseOf(forged);
    loose.signatures[0].method = "ed25519";
    expect(reasonsOf(() => verify(bytesOf(loose), "gateway"))[0]!.evidence.why).toBe("signature_invalid");
  });

  it("refuses a change of any signed member", async () => {
    const document = looseOf(await sign("door-left"));
    for (const name of Object.keys(document.signed)) {
      const copy = structuredClone(document);
      copy.signed[name] =
        name === "report_counter"
          ? 13
          : name === "installed_image"
            ? { ...copy.signed[name], x: 1 }
            : "2026-11-25T00:00:01Z";
      expect(() => verify(bytesOf(copy), "door-left"), name).toThrow();
    }
  });
});

const theDoors = await sign("door-left");

/** A report with an authentication code by the text of a public key. */
async function macWith(material: string) {
  const document = looseOf(await sign("gateway"));
  const message = encodeCanonicalJson(document.signed);
  document.signatures[0].method = "hmac-sha256";
  document.signatures[0].sig = bytesToHex(hmacSha256(Buffer.from(material, "hex"), message));
  return { message, forged: bytesOf(document) };
}

describe("parseEcuReport", () => {
  it("gives the content, unverified", async () => {
    const document = parseEcuReport(await sign("brake"));
    expect(document.report).toEqual(reportOf("brake"));
    expect(document.signatures).toHaveLength(1);
  });

  it.each<[string, string, (document: Loose) => void]>([
    [
      "no signatures",
      "/signatures",
      (document) => {
        document.signatures = [];
      },
    ],
    [
      "17 signatures",
      "/signatures",
      (document) => {
        document.signatures = Array.from({ length: 17 }, (_, index) => ({
          ...document.signatures[0],
          keyid: `${index}`,
        }));
      },
    ],
    [
      "a key id twice",
      "/signatures/1/keyid",
      (document) => {
        document.signatures.push(document.signatures[0]);
      },
    ],
    [
      "an empty key id",
      "/signatures/0/keyid",
      (document) => {
        document.signatures[0].keyid = "";
      },
    ],
    [
      "a signature without method",
      "/signatures/0/method",
      (document) => {
        delete document.signatures[0].method;
      },
    ],
    [
      "a signature that is too long",
      "/signatures/0/sig",
      (document) => {
        document.signatures[0].sig = "0".repeat(2_049);
      },
    ],
    [
      "a signed list",
      "/signed",
      (document) => {
        document.signed = [];
      },
    ],
    [
      "a fraction of a counter as text",
      "/signed/report_counter",
      (document) => {
        document.signed.report_counter = "12";
      },
    ],
    [
      "a time with offset",
      "/signed/timeserver_time",
      (document) => {
        document.signed.timeserver_time = "2026-11-25T00:00:00+00:00";
      },
    ],
    [
      "an impossible time",
      "/signed/previous_timeserver_time",
      (document) => {
        document.signed.previous_timeserver_time = "2026-02-30T00:00:00Z";
      },
    ],
    [
      "an attack indicator that is no text",
      "/signed/attacks_detected",
      (document) => {
        document.signed.attacks_detected = ["rollback"];
      },
    ],
    [
      "no installed image",
      "/signed/installed_image",
      (document) => {
        delete document.signed.installed_image;
      },
    ],
    [
      "a negative length",
      "/signed/installed_image/fileinfo/length",
      (document) => {
        document.signed.installed_image.fileinfo.length = -1;
      },
    ],
    [
      "an empty filename",
      "/signed/installed_image/filepath",
      (document) => {
        document.signed.installed_image.filepath = "";
      },
    ],
    [
      "a release counter that is none",
      "/signed/installed_image/fileinfo/custom/releaseCounter",
      (document) => {
        document.signed.installed_image.fileinfo.custom.releaseCounter = "7";
      },
    ],
    [
      "nine hashes",
      "/signed/installed_image/fileinfo/hashes",
      (document) => {
        document.signed.installed_image.fileinfo.hashes = Object.fromEntries(
          Array.from({ length: 9 }, (_, index) => [`h${index}`, "00".repeat(32)]),
        );
      },
    ],
  ])("refuses %s", async (_, path, change) => {
    const document = looseOf(await sign("brake"));
    change(document);
    expect(errorOf(() => parseEcuReport(bytesOf(document)))).toMatchObject({
      code: "ERR_MANIFEST_UPTANE_REPORT",
      path,
    });
  });

  it("reads digests of either case as lower case", async () => {
    const document = looseOf(await sign("brake"));
    const { hashes } = document.signed.installed_image.fileinfo;
    const digest = hashes.sha256;
    hashes.sha256 = digest.toUpperCase();
    expect(parseEcuReport(bytesOf(document)).report.installedImage.hashes).toEqual({ sha256: digest });
  });

  it("does not take members of an object's prototype for fields", async () => {
    const text = bytesToUtf8(await sign("brake")).replace('"sha256":', '"__proto__":');
    expect(errorOf(() => parseEcuReport(new TextEncoder().encode(text)))).toMatchObject({
      code: "ERR_MANIFEST_UPTANE_REPORT",
    });
  });

  it("shortens hostile names in its message", async () => {
    const document = looseOf(await sign("brake"));
    document.signed.installed_image.fileinfo.hashes = { ["x".repeat(5_000)]: 1 };
    const error = errorOf(() => parseEcuReport(bytesOf(document))) as ManifestError;
    expect(error.message.length).toBeLessThan(400);
  });

  it("keeps its limits", async () => {
    const document = looseOf(await sign("brake"));
    document.signed.padding = "x".repeat(16_384);
    expect(errorOf(() => parseEcuReport(bytesOf(document)))).toMatchObject({
      code: "ERR_CORE_LIMIT",
      details: { limit: "maxBytes", allowed: 16_384 },
    });
    expect(parseEcuReport(bytesOf(document), { limits: { maxBytes: 32_768 } }).report.ecuId).toBe("brake");
  });

  it("refuses every beginning of a report", async () => {
    const bytes = await sign("brake");
    for (let length = 0; length < bytes.length; length++) {
      expect(() => parseEcuReport(bytes.subarray(0, length))).toThrow();
    }
  });

  it("reads counters of 1 to 16 digits from text in the other profile, and nothing else", async () => {
    const profile = "uptane-ats";
    const document = looseOf(await sign("gateway", {}, { profile }));
    const read = (value: unknown) => {
      document.signed.report_counter = value;
      return parseEcuReport(bytesOf(document), { profile }).report.counter;
    };
    expect([read("0"), read("17"), read(18), read("9007199254740991")]).toEqual([0, 17, 18, Number.MAX_SAFE_INTEGER]);
    for (const wrong of ["", "01", "-1", "1e3", " 1", "9007199254740992", 1.5, null]) {
      expect(() => read(wrong), String(wrong)).toThrow();
    }
  });

  it("reads `false` for custom fields as none", async () => {
    const document = looseOf(await sign("gateway"));
    document.signed.installed_image.fileinfo.custom = false;
    expect(parseEcuReport(bytesOf(document)).report.installedImage).not.toHaveProperty("releaseCounter");
    document.signed.installed_image.fileinfo.custom = true;
    expect(errorOf(() => parseEcuReport(bytesOf(document)))).toMatchObject({
      path: "/signed/installed_image/fileinfo/custom",
    });
  });

  it("has both profiles in data", () => {
    expect(uptaneProfiles["uptane-2.1"].reports.replayProtection).toBe("required");
    expect(uptaneProfiles["uptane-ats"].reports.time).toBe("may_be_unset");
  });
});

describe("attackIndicator", () => {
  it("names each attack with its rule once", () => {
    const indicator = attackIndicator([
      { attack: "rollback", code: "tuf_version_rollback" },
      { attack: "none", code: "tuf_root_newest" },
      { attack: "rollback", code: "tuf_version_rollback" },
      { attack: "freeze", code: "tuf_expired" },
    ]);
    expect(indicator).toBe("rollback/tuf_version_rollback freeze/tuf_expired");
    expect(attackIndicator([])).toBe("");
  });

  it("fits into a report", () => {
    const many = Array.from({ length: 200 }, (_, index) => ({ attack: "freeze", code: `tuf_expired_${index}` }));
    const indicator = attackIndicator(many as never);
    expect(indicator.length).toBeLessThanOrEqual(1_024);
    expect(indicator.startsWith("freeze/tuf_expired_0 ")).toBe(true);
  });
});
