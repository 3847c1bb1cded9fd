/**
 * Rules of a release that look at one installed value: source, data format and RXSWIN. Each gives the reasons against it; none
 * when the rule holds. What is not known never holds: those reasons end in `_unknown`.
 */

import { compareVersions, excerpt, type Reason } from "../core/index.ts";
import type { ReleaseManifest } from "./release.ts";
import type { ReleaseImage } from "./release-image.ts";

/**
 * Why an image may not replace the installed one because that is too old; none when the image has no minimum source.
 *
 * @param installed - release counter and version of what the ECU runs, as far as they are known
 * @example
 * ```ts
 * minimumSourceReasons(image, { releaseCounter: 3 })[0]?.code; // "source_too_old"
 * ```
 */
export function minimumSourceReasons(
  { minimumSource, versionScheme }: Pick<ReleaseImage, "minimumSource" | "versionScheme">,
  installed: { readonly releaseCounter?: number; readonly version?: string } | undefined,
): readonly Reason<"source_too_old" | "source_unknown">[] {
  const reasons: Reason<"source_too_old" | "source_unknown">[] = [];
  const check = (field: "releaseCounter" | "version", least: number | string, isOld: boolean | undefined): void => {
    if (isOld === false) return;
    const found = installed?.[field];
    const evidence = { field, minimum: least, ...(found === undefined ? {} : { found: brief(found) }) };
    reasons.push(
      isOld
        ? { code: "source_too_old", message: `The installed ${field} ${brief(found)} is below ${least}`, evidence }
        : { code: "source_unknown", message: `The installed ${field} cannot be compared with ${least}`, evidence },
    );
  };
  const { releaseCounter: least, version: oldest } = minimumSource ?? {};
  if (least !== undefined) {
    const counter = installed?.releaseCounter;
    check("releaseCounter", least, isCounter(counter) ? counter < least : undefined);
  }
  if (oldest !== undefined) {
    const version = installed?.version;
    const ordered = versionScheme !== undefined && versionScheme !== "opaque" && version !== undefined;
    const order = ordered ? compareVersions(versionScheme, version, oldest) : undefined;
    check("version", oldest, order === undefined ? undefined : order < 0);
  }
  return reasons;
}

/**
 * Why an image may not run with the data that the installed software left behind; none when the image has no data format.
 *
 * @param installedFormat - format of the stored data, `dataFormat.produced` of the image that wrote it
 * @example
 * ```ts
 * dataFormatReasons({ produced: 5, minimumRead: 3 }, 6)[0]?.code; // "data_format_too_new": a downgrade that would lose data
 * ```
 */
export function dataFormatReasons(
  dataFormat: ReleaseImage["dataFormat"],
  installedFormat: number | undefined,
): readonly Reason<"data_format_too_new" | "data_format_too_old" | "data_format_unknown">[] {
  if (dataFormat === undefined) return [];
  const { produced, minimumRead } = dataFormat;
  if (!isCounter(installedFormat)) {
    const message = "The format of the stored data is not known";
    return [{ code: "data_format_unknown", message, evidence: { produced, minimumRead } }];
  }
  const evidence = { produced, minimumRead, found: installedFormat };
  if (installedFormat > produced) {
    const message = `The stored data has format ${installedFormat}, the image knows none above ${produced}`;
    return [{ code: "data_format_too_new", message, evidence }];
  }
  if (installedFormat < minimumRead) {
    const message = `The stored data has format ${installedFormat}, the image reads none below ${minimumRead}`;
    return [{ code: "data_format_too_old", message, evidence }];
  }
  return [];
}

/**
 * Why a release may not be installed because the vehicle shows other RX software identification numbers than it starts from.
 *
 * Standard: UN Regulation No. 156 (RXSWIN).
 *
 * @param installed - number by regulation, as read from the vehicle; `undefined` when it was not read
 * @example
 * ```ts
 * rxswinReasons([{ regulation: "R79", before: "79-A", after: "79-B" }], { R79: "79-X" })[0]?.code; // "rxswin_mismatch"
 * ```
 */
export function rxswinReasons(
  changes: ReleaseManifest["rxswin"],
  installed: Readonly<Record<string, string>> | undefined,
): readonly Reason<"rxswin_mismatch" | "rxswin_unknown">[] {
  return (changes ?? []).flatMap<Reason<"rxswin_mismatch" | "rxswin_unknown">>(({ regulation, before }, index) => {
    const path = `/rxswin/${index}`;
    const wanted = before === undefined ? {} : { expected: before };
    // What is no record was not read either, whatever the caller's types say.
    if (typeof installed !== "object" || installed === null) {
      const message = `The number for regulation ${regulation} was not read from the vehicle`;
      return [{ code: "rxswin_unknown", message, path, evidence: { regulation, ...wanted } } as const];
    }
    const found = Object.hasOwn(installed, regulation) ? installed[regulation] : undefined;
    if (found === before) return [];
    const shown = found === undefined ? {} : { found: brief(found) };
    const message = `The vehicle shows ${brief(found)} for regulation ${regulation}, the release starts from ${before ?? "none"}`;
    return [{ code: "rxswin_mismatch", message, path, evidence: { regulation, ...wanted, ...shown } } as const];
  });
}

function isCounter(value: number | undefined): value is number {
  return Number.isSafeInteger(value) && value! >= 0;
}

/** A reported value in a message: short, whatever the vehicle said. */
function brief(value: unknown): string {
  return value === undefined ? "none" : excerpt(String(value), 64);
}
