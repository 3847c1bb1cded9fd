/**
 * OBD-II as python-OBD and scapy read it, DoIP as tshark and doipclient have it, frames of ISO-TP from scapy, and two messages of J1939 from
 * pretty_j1939.
 *
 * python-OBD's rows are tests of its helpers, so each is given to a parameter that has that layout. Where a source is wrong, the row passes by
 * the right answer; those rows are listed with the reason. Of scapy's file, protocols that otakit does not have are counted and left out.
 */

import { bytesToHex, hexToBytes } from "otakit/core";
import { decodeJ1939Message } from "otakit/uds/j1939";
import { decodeObdRequest, decodeObdResponse } from "otakit/uds/obd";
import type { ConformanceSuite, LoadVectors, SuiteOutcome } from "../suite.ts";
import { checkDoip } from "../uds/doip.ts";
import { isoTpDistrust, isoTpRow } from "../uds/isotp.ts";

const misc = "uds/misc.jsonl";
const scapy = "uds/scapy_other.jsonl";

export const suites: readonly ConformanceSuite[] = [
  { suite: "uds/misc", file: misc, run: (load) => score(load, misc, miscRow, miscDistrust) },
  { suite: "uds/scapy_other", file: scapy, run: (load) => score(load, scapy, scapyRow, isoTpDistrust) },
];

/** Anything that was read from a row or decoded. */
// biome-ignore lint/suspicious/noExplicitAny: the rows reach into messages of every kind.
type Loose = Record<string, any>;

/** True: as the row says. A text: why it is left out. Anything else is what was found. */
type Outcome = true | { readonly skip: string } | { readonly found: unknown };

/** What a pass covers. */
const miscDistrust =
  "The bits of 6 oxygen sensor rows are compared in python-OBD's order, which is the reverse of ours and of public tables. " +
  "Rows not to trust pass by the right answer: python-OBD reads the power take-off in bit 7, public tables have it in bit 0; " +
  "it reads a message count that is missing as zero; its helper reads a temperature of two bytes, and no parameter has one";

function score(load: LoadVectors, file: string, check: (row: Loose) => Outcome, note: string): SuiteOutcome {
  const rows = new TextDecoder()
    .decode(load(file))
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Loose);
  const skipped = new Map<string, number>();
  const failures: string[] = [];
  let passed = 0;
  for (const row of rows) {
    const outcome = check(row);
    if (outcome === true) passed++;
    else if ("skip" in outcome) skipped.set(outcome.skip, (skipped.get(outcome.skip) ?? 0) + 1);
    else failures.push(`${row["description"]} ${row["hex"]}: found ${JSON.stringify(outcome.found)}`);
  }
  const left = [...skipped].map(([why, count]) => `${count} ${why}`);
  return {
    total: rows.length,
    passed,
    failed: failures.length,
    skipped: rows.length - passed - failures.length,
    failures,
    why: left.length === 0 ? note : `${note}. Left out: ${left.join("; ")}`,
  };
}

const is = (found: unknown, wanted: unknown): Outcome =>
  JSON.stringify(found) === JSON.stringify(wanted) ? true : { found };

function decoded(hex: string, uncounted = false): Loose {
  const result = decodeObdResponse(hexToBytes(hex), uncounted ? { codeList: "uncounted" } : {});
  return (result.ok ? result.value : (result.partial ?? { fault: result.error.code })) as Loose;
}

/** Parameter that has the layout of a helper of python-OBD. */
const pidOf: Readonly<Record<string, string>> = {
  pid: "00",
  percent: "04",
  percent_centered: "06",
  temp: "05",
  sensor_voltage_big: "24",
  fuel_pressure: "0a",
  timing_advance: "0e",
  fuel_status: "03",
  air_status: "12",
  obd_compliance: "1c",
  o2_sensors: "13",
  o2_sensors_alt: "1d",
};

const fuelWords: Loose = { "Open loop due to system failure": "openLoopFault" };
const airWords: Loose = { Upstream: "upstream", "Pump commanded on for diagnostics": "diagnosticPumping" };

function miscRow(row: Loose): Outcome {
  const source = String(row["source"]);
  if (source.includes("pretty_j1939")) return j1939Row(row);
  if (!source.includes("python-OBD")) {
    const wrong = checkDoip(row["hex"], row["expected"], row["udsHex"]);
    return wrong === undefined ? true : { found: wrong };
  }
  const helper = String(row["description"]).split("d.")[1]!;
  const expected = String(row["expected"]);
  if (helper === "aux_input_status") return is(decoded("411e80")["parameters"][0].readings[0].value, false);
  if (helper === "count") return is(decoded("4901")["information"], []);
  if (helper === "dtc" || helper === "single_dtc") return codesRow(row, expected);
  const data = String(row["hex"]).slice(4);
  // The second byte would begin another parameter, so that the message is not read to its end.
  if (helper === "temp" && data.length === 4) {
    const { parameters, undecoded } = decoded(`4105${data}`);
    return is([parameters[0].readings[0].value, undecoded?.offset], [3 - 40, 3]);
  }
  const parameter = decoded(`41${pidOf[helper]}${data}`)["parameters"]?.[0];
  if (parameter === undefined) return { found: "no parameter" };
  const values = parameter.readings.map((reading: Loose) => reading["value"]);
  switch (helper) {
    case "pid": {
      const bits = Array.from({ length: 32 }, (_, index) => (parameter.supported.includes(index + 1) ? "1" : "0"));
      return is(bits.join(""), expected.slice(1, -1));
    }
    case "o2_sensors":
    case "o2_sensors_alt":
      // python-OBD numbers the sensors from the highest bit, public tables from the lowest: the bits are compared.
      return is(
        values.reverse().map((value: boolean) => (value ? "True" : "False")),
        expected.match(/True|False/g),
      );
    case "fuel_status": {
      const texts = expected.match(/'([^']+)'/g)?.map((text) => fuelWords[text.slice(1, -1)]);
      return is(values, texts ?? ["reserved", "reserved"]);
    }
    case "air_status":
    case "obd_compliance":
      return is(values[0], airWords[expected.slice(1, -1)] ?? "reserved");
    default: {
      const wanted = Number(/-?\d+(\.\d+)?/.exec(expected)![0]);
      const value = values[helper === "sensor_voltage_big" ? 1 : 0] as number;
      return Math.abs(value - wanted) < 0.05 ? true : { found: value };
    }
  }
}

function codesRow(row: Loose, expected: string): Outcome {
  const messages: readonly string[] = Array.isArray(row["hex"]) ? row["hex"] : [row["hex"]];
  const found = messages.flatMap((hex) => decoded(`43${hex.slice(4)}`, true)["dtcs"] ?? []);
  return is(
    found.map((dtc: Loose) => dtc["display"]),
    expected.match(/[PBCU]\d{4}/g) ?? [],
  );
}

function j1939Row(row: Loose): Outcome {
  // The second row ends with two bytes that are no part of the layout.
  const result = decodeJ1939Message("DM1", hexToBytes(row["hex"]), { leniency: { trailing: "report" } });
  if (!result.ok) return { found: result.error };
  const { lamps, dtcs } = result.value;
  const expected: Loose = row["expected"];
  const on = (lamp: string): number => (lamp === "off" ? 0 : 1);
  return is(
    [
      [on(lamps.mil), on(lamps.red), on(lamps.amber), on(lamps.protect)],
      dtcs.map(({ candidates, occurrenceCount }) => [candidates[0]!.spn, candidates[0]!.fmi, occurrenceCount]),
    ],
    [
      [expected["mil"], expected["rsl"], expected["awl"], expected["pl"]],
      expected["dtcs"].map((dtc: Loose) => [dtc["spn"], dtc["fmi"], dtc["oc"]]),
    ],
  );
}

function scapyRow(row: Loose): Outcome {
  if (String(row["source"]).includes("isotp_packet")) return isoTpRow(row["hex"], row["expr"], row["expected"]);
  if (row["class"] !== "OBD") {
    const protocol = /(\w+)\.uts/.exec(row["source"])![1];
    return { skip: `${protocol} messages, a protocol that is not decoded here` };
  }
  const bytes = hexToBytes(row["hex"]);
  const result = bytes[0]! < 0x40 ? decodeObdRequest(bytes) : decodeObdResponse(bytes);
  if (!result.ok) return { found: result.error };
  const value = result.value as Loose;
  const wrong = Object.entries(row["expected"] as Loose).filter(([name, wanted]) => {
    return JSON.stringify(scapyMember(value, name)) !== JSON.stringify(hexOf(wanted));
  });
  return wrong.length === 0 ? true : { found: wrong.map(([name]) => [name, scapyMember(value, name)]) };
}

const hexOf = (value: unknown): unknown => (value as Loose | null)?.["$hex"] ?? value;

const rounded = (value: number): number => Math.round(value * 1e6) / 1e6;

/** Member of scapy's message in ours. */
function scapyMember(value: Loose, name: string): unknown {
  if (name === "service") return value["kind"] === "request" ? value["service"] : value["service"] + 0x40;
  const [, list, place, member = ""] = /^(\w+)\[(\d+)\](?:\.(.+))?$/.exec(name) ?? [];
  const index = Number(place);
  const records = value["parameters"] ?? value["results"] ?? value["information"] ?? [value];
  if (list === "pid") return value["pids"][index];
  if (list === "mid") return value["monitorIds"][index];
  if (list === "iid") return value["infoTypes"][index];
  if (name === "len(self.data_records)") return records.length;
  const record = records[index] as Loose;
  const reading = (at: number): number => record["readings"][at].raw;
  const sensor = /^sensor(\d)(_supported)?$/.exec(member);
  if (sensor !== null) {
    const at = Number(sensor[1]) - 1;
    if (sensor[2] !== undefined) return record["readings"][at].value === "notAvailable" ? 0 : 1;
    // scapy scales the sensors that the vehicle does not have, too.
    return rounded(reading(at) / 10 - 40);
  }
  const [, item] = /\[(\d+)\]$/.exec(member) ?? [];
  if (member.startsWith("data[")) return record["counters"][Number(item)].value;
  if (item !== undefined) return bytesToHex(record["items"][Number(item)]);
  switch (member) {
    case "pid":
      return record["pid"];
    case "frame_no":
      return record["frame"];
    case "mid":
      return record["monitorId"];
    case "tid":
      return record["testId"];
    case "iid":
      return record["infoType"];
    case "count":
      return record["count"];
    case "data":
      return record["readings"][0].value;
    case "reserved":
      return record["data"][0] >>> 4;
    case "outputVoltage":
      return rounded(record["readings"][0].value);
    case "trim":
      return rounded(record["readings"][1].value);
    case "fuel_system1":
      return reading(0);
    case "fuel_system2":
      return reading(1);
    default: {
      const kind = /^supported_(\w)\w+s$/.exec(member)?.[1]?.toUpperCase();
      const prefix = kind === "P" ? "PID" : kind === "M" ? "MID" : kind === "T" ? "TID" : "IID";
      const names = record["supported"].map(
        (number: number) => prefix + number.toString(16).toUpperCase().padStart(2, "0"),
      );
      return names.reverse().join("+");
    }
  }
}
