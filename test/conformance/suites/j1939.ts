/**
 * Diagnostic messages of J1939-73 as ETI's compliance tool reads them. A row is a test of that tool: bytes, and the assertions made on them in
 * the words of its source.
 *
 * Each assertion is looked up in a table from its words to our reading. Texts that the tool prints are compared by what they say.
 */

import { hexToBytes } from "otakit/core";
import {
  decodeComponentIdentification,
  decodeEngineHours,
  decodeJ1939Message,
  decodeVehicleIdentification,
  type J1939MessageName,
} from "otakit/uds/j1939";
import type { ConformanceSuite, LoadVectors, SuiteOutcome } from "../suite.ts";

const file = "uds/j1939_84.jsonl";

export const suites: readonly ConformanceSuite[] = [{ suite: "uds/j1939_84", file, run }];

interface Row {
  readonly source: string;
  readonly description: string;
  readonly hex: string | readonly string[];
  readonly expected: readonly string[];
}

/** Anything that was decoded, by names. */
// biome-ignore lint/suspicious/noExplicitAny: the assertions reach into messages of every kind.
type Loose = Record<string, any>;

/** The text that a test compares with stands in its source, not in the row. */
const unknownTexts = /^eq expected, /;

function run(load: LoadVectors): SuiteOutcome {
  const rows = new TextDecoder()
    .decode(load(file))
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Row);
  const failures: string[] = [];
  const counts = { asserted: 0, texts: 0, java: 0 };
  for (const row of rows) {
    for (const fault of faultsOf(row, counts))
      failures.push(`${row.source.split(" ").at(-1)} ${row.description}: ${fault}`);
  }
  const failed = new Set(failures.map((line) => line.split(":")[0])).size;
  return {
    total: rows.length,
    passed: rows.length - failed,
    failed,
    skipped: 0,
    failures,
    why:
      `${counts.asserted} assertions checked; of ${counts.texts} the compared text is not in the row, so that the message is decoded without a ` +
      `fault instead; ${counts.java} compare objects of Java, here their trouble codes`,
  };
}

function faultsOf(row: Row, counts: { asserted: number; texts: number; java: number }): readonly string[] {
  const className = /(\w+)Test\.java/.exec(row.source)![1]!;
  const hex = typeof row.hex === "string" ? [row.hex] : row.hex;
  const decoded = hex.map((digits) => decode(className, row.description, hexToBytes(digits)));
  const instance = decoded[0]!;
  return row.expected.flatMap((assertion) => {
    if (instance["fault"] !== undefined) return [`not decoded: ${instance["fault"]}`];
    if (unknownTexts.test(assertion) && !assertion.includes("getDtc()")) {
      counts.texts++;
      return [];
    }
    if (/instance2|expected, instance\.getDtc/.test(assertion)) {
      counts.java++;
      const same = JSON.stringify(instance["code"]) === JSON.stringify(decoded[1]?.["code"] ?? instance["code"]);
      return same ? [] : [assertion];
    }
    counts.asserted++;
    const found = check(className, instance, assertion);
    return found === true ? [] : [`${assertion}: ${JSON.stringify(found)}`];
  });
}

const names: Readonly<Record<string, J1939MessageName>> = {
  DiagnosticTroubleCodePacket: "DM1",
  DTCLampStatus: "DM31",
  ScaledTestResult: "DM30",
  SupportedSPN: "DM24",
};

function decode(className: string, description: string, bytes: Uint8Array): Loose {
  const other: Readonly<Record<string, () => { ok: boolean; value?: unknown; error?: unknown }>> = {
    ComponentIdentificationPacket: () => decodeComponentIdentification(bytes),
    VehicleIdentificationPacket: () => decodeVehicleIdentification(bytes),
    EngineHoursPacket: () => decodeEngineHours(bytes),
    // Helpers of the tool, seen through a message that uses them.
    LampStatus: () => decodeJ1939Message("DM1", Uint8Array.of(...bytes, 0, 0, 0, 0)),
    ParsedPacket: () =>
      bytes.length === 1
        ? decodeJ1939Message("DM34", Uint8Array.of(...bytes, 0xff))
        : decodeJ1939Message("DM21", bytes),
    DiagnosticTroubleCode: () => decodeJ1939Message("DM1", Uint8Array.of(0, 0xff, ...bytes)),
  };
  const name = names[className] ?? (/^(DM\d+)/.exec(className)?.[1] as J1939MessageName | undefined);
  const padded = className === "DTCLampStatus" && bytes.length === 4 ? Uint8Array.of(...bytes, 0, 0) : bytes;
  // This row has the parameters of a frame alone; its test puts length and code in front, as the next row shows them.
  const framed =
    description === "testOne" && name === "DM25" ? Uint8Array.of(0x56, 0x9d, 0, 7, 0x7f, ...padded) : padded;
  const result = other[className]?.() ?? decodeJ1939Message(name!, framed);
  if (!result.ok) return { fault: JSON.stringify(result.error) };
  const value = result.value as Loose;
  const list = value["dtcs"] ?? value["associations"] ?? value["frames"] ?? [];
  const first = list[0] ?? {};
  return { ...value, first, code: (first.dtc ?? first).candidates ?? null, name: value["message"] };
}

/** Words of the tool for a lamp. */
const lampWords: Readonly<Record<string, string>> = {
  OFF: "off",
  ALTERNATE_OFF: "off",
  ON: "on",
  SLOW_FLASH: "slow-flash",
  FAST_FLASH: "fast-flash",
};

/** The rows have runs of blanks as one; the tool shows zero bytes as blanks. */
const collapsed = (text: unknown): string =>
  String(text)
    .replace(/[\0 ]+/g, " ")
    .trim();

/** Whether an assertion holds; otherwise what was found. */
function check(className: string, instance: Loose, assertion: string): unknown {
  const getters = "instance|calInfo|dtcs|actual|freezeFrames|testResults|LampStatus\\.getStatus";
  const [, left, right] =
    new RegExp(`^(?:eq (.+?), |true )((?:${getters}).*?)(?:, 0\\.0)?$`, "s").exec(assertion) ?? [];
  const lamp = /(?:LampStatus\.)?(OFF|ON|SLOW_FLASH|FAST_FLASH)\b/.exec(left ?? "")?.[1];
  const lamps = (instance["first"].lamps ?? instance["lamps"]) as Loose | undefined;
  const number = Number(left?.replace(/^\(byte\) /, ""));
  const text = /^"(.*)"$/s.exec(left ?? "")?.[1]?.replace(/\\u0000/g, "\0");
  const is = (found: unknown, wanted: unknown = number): unknown => (found === wanted ? true : found);
  const candidate = (): Loose => instance["code"][0];
  const result = (): Loose => (className === "SupportedSPN" ? instance["parameters"][0] : instance["results"][0]);
  const getter = right ?? "";
  switch (true) {
    case getter.includes("MalfunctionIndicatorLamp"):
      return is(lamps!["mil"], lampWords[lamp!]);
    case getter.includes("RedStopLamp"):
      return is(lamps!["red"], lampWords[lamp!]);
    case getter.includes("AmberWarningLamp"):
      return is(lamps!["amber"], lampWords[lamp!]);
    case getter.includes("ProtectLamp") || getter.startsWith("LampStatus.getStatus"):
      return is(lamps!["protect"], lampWords[lamp!]);
    case /tcs(\(\))?\.size|freezeFrames\.size|calInfos\.size|testResults\.size/.test(getter):
      return is((instance["dtcs"] ?? instance["frames"] ?? instance["calibrations"] ?? instance["results"]).length);
    case getter.includes("getSuspectParameterNumber"):
      return is(candidate()["spn"]);
    case getter.includes("getFailureModeIndicator"):
      return is(candidate()["fmi"]);
    case getter.includes("getConversionMethod"):
      return is(instance["code"].length > 1 ? 1 : 0);
    case getter.includes("getOccurrenceCount"):
      return is(instance["first"].occurrenceCount);
    case getter.includes("getName"):
      return is(instance["name"], text);
    case getter.includes("getMake"):
      return is(collapsed(instance["make"]), collapsed(text));
    case getter.includes("getModel"):
      return is(instance["model"], text);
    case getter.includes("getSerialNumber"):
      return is(instance["serialNumber"], text);
    case getter.includes("getUnitNumber"):
      return is(collapsed(instance["unitNumber"]), collapsed(text));
    case getter.includes("getVin"):
      return is(instance["vin"], text);
    case getter.includes("getManufacturerData"):
      return is(instance["manufacturerData"], text);
    case getter.includes("getCalibrationIdentification"): {
      const place = Number(/calInfo(\d)/.exec(getter)?.[1] ?? 1) - 1;
      return is(collapsed(instance["calibrations"][place].identification), collapsed(text));
    }
    case getter.includes("getCalibrationVerificationNumber"): {
      const place = Number(/calInfo(\d)/.exec(getter)?.[1] ?? 1) - 1;
      return is(instance["calibrations"][place].verificationNumber, Number(text));
    }
    case getter.includes("getEngineHours"):
      return is(instance["hours"]);
    case getter.includes("getTimeSinceEngineStart"):
      return is(instance["timeSinceEngineStart"], "notAvailable");
    case getter.includes("getWarmUpsSinceClear"):
      return is(instance["warmUpsSinceClear"], "notAvailable");
    case getter.includes("getScaledShortValue"):
      return is(instance["distanceWithMil"], "notAvailable");
    case getter.includes("getShaveAndAHaircut"):
      return is(["outside", "inside", "reserved", "notAvailable"].indexOf(instance["nox"].controlArea));
    case getter.includes("isHdObd"):
      return is(instance["isHeavyDutyObd"], true);
    case getter.includes("getSpn"):
      return is(result()["spn"]);
    case getter.includes("getFmi"):
      return is(result()["fmi"]);
    case getter.includes("getSlot"):
      return is(result()["slot"]);
    case getter.includes("getTestIdentifier"):
      return is(result()["testIdentifier"]);
    case getter.includes("getTestValue"):
      return is(result()["value"]);
    case getter.includes("getTestMaximum"):
      return is(result()["maximum"]);
    case getter.includes("getTestMinimum"):
      return is(result()["minimum"]);
    case getter.includes("getTestResult"): {
      const words: Loose = { CANNOT_BE_PERFORMED: "cannotBePerformed", FAILED: "failed", PASSED: "passed" };
      return is(result()["outcome"], words[/TestResult\.(\w+)/.exec(left!)![1]!]);
    }
    case getter.includes("getLength"):
      return is(result()["length"]);
    case getter.includes("supportsDataStream"):
      return is(result()["inDataStream"], left === "true");
    case getter.includes("supportsExpandedFreezeFrame"):
      return is(result()["inExpandedFreezeFrame"], left === "true");
    case getter.includes("supportsScaledTestResults"):
      return is(result()["inScaledTestResults"], left === "true");
    case getter.includes("toString"):
      return printed(instance, text ?? "");
    default:
      return `no reading for ${assertion}`;
  }
}

/** What a text of the tool says. */
function printed(instance: Loose, text: string): unknown {
  const word = (value: unknown): string =>
    ({ error: "error", notAvailable: "not available" })[String(value)] ?? String(value);
  switch (instance["message"]) {
    case "DM11":
      return text.toLowerCase().endsWith(instance["response"]) ? true : instance["response"];
    case "DM26":
      return text.includes(
        `Warm-ups: ${word(instance["warmUpsSinceClear"])}, Time Since Engine Start: ${word(instance["timeSinceEngineStart"])}`,
      )
        ? true
        : instance;
    case "DM5":
      return text.includes(
        `Active Codes: ${word(instance["activeCodes"])}, Previously Active Codes: ${word(instance["previouslyActiveCodes"])}`,
      ) && text.toLowerCase().includes(`obd compliance: ${word(instance["obdCompliance"])}`)
        ? true
        : instance;
    default:
      return text.includes(instance["vin"]) ? true : instance;
  }
}
