/** Explains what a signed release is about: the manifest, and the trust file beside it. */

import { parseReleaseManifest, parseReleaseTrust, type ReleaseImage, type ReleaseManifest } from "otakit/manifest";
import { countOf } from "../text.ts";
import { asJson, expiryOf, firstOf, indent, type Report } from "./report.ts";

/** Explains a release manifest. */
export function inspectRelease(bytes: Uint8Array, now: number): Report {
  const { schema: _, ...manifest } = parseReleaseManifest(bytes);
  const { releaseId, sequence, issued, expires, images, groups = [], rxswin = [], critical = [] } = manifest;
  const expiry = expiryOf(expires, now);
  return {
    kind: "release-manifest",
    lines: [
      `Release ${releaseId}${sequence === undefined ? "" : `, number ${sequence}`}`,
      ...(issued === undefined ? [] : [`Issued: ${issued}`]),
      expiry.line,
      ...(critical.length === 0 ? [] : [`Readers must understand: ${critical.join(", ")}`]),
      `Images: ${images.length}`,
      ...indent(firstOf(images.flatMap(imageLines))),
      ...groups.map(({ name, hardwareIds }) => `Change together (${name}): ${hardwareIds.join(", ")}`),
      ...rxswin.map(
        ({ regulation, before, after }) => `RXSWIN of ${regulation}: ${before ?? "none"} before, ${after} after`,
      ),
      ...referenceLines(manifest),
    ],
    data: asJson({ ...manifest, critical }),
    warnings: expiry.warnings,
  };
}

function imageLines(image: ReleaseImage): readonly string[] {
  const { hardwareId, version, releaseCounter, securityEpoch, length, deltas = [], encryption } = image;
  const { minimumSource: source, dataFormat, requires = [], conflicts = [] } = image;
  const least = [
    ...(source?.releaseCounter === undefined ? [] : [`release counter ${source.releaseCounter}`]),
    ...(source?.version === undefined ? [] : [`version ${source.version}`]),
  ];
  return [
    `${hardwareId} ${version}: ${length} bytes, release counter ${releaseCounter}, security epoch ${securityEpoch}, ` +
      countOf(deltas.length, "delta"),
    ...indent([
      ...(encryption === undefined ? [] : [`encrypted: ${encryption.scheme}`]),
      ...(least.length === 0 ? [] : [`replaces at least ${least.join(" and ")}`]),
      ...(dataFormat === undefined
        ? []
        : [`leaves data of format ${dataFormat.produced}, reads from ${dataFormat.minimumRead} on`]),
      ...requires.map(({ component, range }) => `requires ${component} ${range}`),
      ...conflicts.map(({ component, range }) => `conflicts with ${component} ${range}`),
    ]),
  ];
}

function referenceLines(manifest: Omit<ReleaseManifest, "schema">): readonly string[] {
  const { conditions, recovery, approvals = [], evidence = [], notices = {} } = manifest;
  const locales = Object.keys(notices);
  return [
    ...(conditions === undefined ? [] : [`Install conditions: ${conditions.uri}`]),
    ...(recovery === undefined ? [] : [`Recovery: ${recovery.uri}`]),
    ...(approvals.length === 0 ? [] : [`Approvals: ${approvals.length}`]),
    ...(evidence.length === 0 ? [] : [`Evidence: ${countOf(evidence.length, "statement")}`]),
    ...(locales.length === 0 ? [] : [`Notices to the customer: ${locales.join(", ")}`]),
  ];
}

/** Explains a trust file. */
export function inspectTrust(bytes: Uint8Array, now: number): Report {
  const { version, expires, roles } = parseReleaseTrust(bytes);
  const expiry = expiryOf(expires, now);
  return {
    kind: "release-trust",
    lines: [
      `Trust file ${version}`,
      expiry.line,
      ...Object.entries(roles).flatMap(([role, { keys, threshold }]) => [
        `${role}: ${threshold} of ${countOf(keys.length, "key")}`,
        ...indent(keys.map(({ scheme, keyId }) => `${keyId} (${scheme})`)),
      ]),
    ],
    data: asJson({ version, expires, roles }),
    warnings: expiry.warnings,
  };
}
