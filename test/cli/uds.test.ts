import { writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { bytesToHex, hexToBytes } from "../../src/core/index.ts";
import {
  decodeRequest,
  decodeResponse,
  encodeRequest,
  encodeResponse,
  type UdsRequest,
  type UdsResponse,
} from "../../src/uds/index.ts";
import { requests, responses } from "../uds/arbitraries.ts";
import { type Outcome, useCommand } from "./command.ts";

const command = useCommand();

const uds = (...args: readonly string[]) => command.run("uds", ...args);
const udsOn = (stdin: string, ...args: readonly string[]) => command.runWith({ stdin }, "uds", ...args);
const jsonLines = ({ stdout }: Outcome) =>
  stdout
    .split("\n")
    .slice(0, -1)
    .map((line) => JSON.parse(line));

const memory = "59027f0420162fc1008708";

/** A file in a folder of its own. */
function fileOf(content: string): string {
  const file = join(command.folder(), "input");
  writeFileSync(file, content);
  return file;
}

const dictionary = JSON.stringify({
  schema: "otakit.uds-dictionary/1",
  dids: {
    "0xF190": { name: "VIN", layout: [{ name: "vin", type: "ascii", length: 3 }] },
    "0x1001": { name: "battery", layout: [{ name: "voltage", type: "u16", divisor: 1000, unit: "V" }] },
  },
  dtcs: { "P0420-16": { title: "Converter: signal too low" } },
});

describe("otakit uds decode", () => {
  it("reads the words of the command line as one message", async () => {
    const { code, stdout, stderr } = await uds("decode", "59 02", "7f042016", "2f", "C1008708");
    expect([code, stderr]).toEqual([0, ""]);
    expect(stdout.split("\n")).toEqual([
      "readDTCInformation reportDTCByStatusMask (0x02): positive response",
      "  availabilityMask: 127 (0x7f)",
      "  dtcs: 2",
      "    P0420-16, status 0x2f: testFailed, testFailedThisOperationCycle, pendingDTC, confirmedDTC, testFailedSinceLastClear" +
        " (unsupported: warningIndicatorRequested)",
      "    U0100-87, status 0x08: confirmedDTC (unsupported: warningIndicatorRequested)",
      "",
    ]);
  });

  it("reads lines of hexadecimal digits, tells requests from responses, and goes on after a fault", async () => {
    const { code, stdout } = await udsOn("# a comment\n\n22F190\n5902\n7f 22 31\n998877\r\n", "decode");
    expect(code).toBe(1);
    expect(stdout.split("\n")).toEqual([
      "line 3: readDataByIdentifier: request",
      "  dataIdentifiers: 61840 (0xf190)",
      "line 4: cannot be read: 5902",
      "  fault at byte 2: Cannot decode /availabilityMask: the message is too short [ERR_UDS_SHORT]",
      "line 5: readDataByIdentifier: negative response requestOutOfRange (0x31, permanent)",
      "line 6: service 0x99: not decoded",
      "  bytes: 998877",
      "",
    ]);
  });

  it("writes JSON lines, with what was complete before a fault", async () => {
    const outcome = await udsOn(`${memory}\n${memory.slice(0, -2)}\n`, "decode", "--json");
    expect(outcome.code).toBe(1);
    const [whole, cut] = jsonLines(outcome);
    expect(whole).toMatchObject({ schema: "otakit.uds.message/1", line: 1, ok: true, bytes: memory, warnings: [] });
    expect(whole.message.dtcs).toHaveLength(2);
    expect(whole).not.toHaveProperty("fault");
    expect(cut).toMatchObject({
      line: 2,
      ok: false,
      fault: { code: "ERR_UDS_SHORT", offset: 10, path: "/dtcs/1/status" },
    });
    expect(cut.message.dtcs).toMatchObject([{ code: 0x042016, display: "P0420-16", status: 0x2f }]);
  });

  it("takes the request of the option, or the last one of the input, as context", async () => {
    const asked = await uds(
      "decode",
      "--json",
      "--request",
      "22 f190 f186",
      "62f190574442f18601",
      "--dictionary",
      fileOf(dictionary),
    );
    expect(jsonLines(asked)[0].message.records).toEqual([
      { dataIdentifier: 0xf190, dataRecord: "574442", name: "VIN", values: [{ name: "vin", value: "WDB" }] },
      { dataIdentifier: 0xf186, dataRecord: "01" },
    ]);
    const file = fileOf("22f18a\n62f18aaabb\n62f190aa\n");
    const [, first, second] = jsonLines(await uds("decode", "--json", "--file", file));
    expect(first.message.records).toEqual([{ dataIdentifier: 0xf18a, dataRecord: "aabb" }]);
    expect(second.message.undecoded).toMatchObject({ offset: 1, bytes: "f190aa" });
    const other = await uds("decode", "--request", "22f190", "5101");
    expect(other.stdout).toContain("another service than that of the request. [uds_request_mismatch]");
    expect((await uds("decode", "--request", "22f190", "7f2231")).stdout).not.toContain("warning");
    expect((await uds("decode", "--request", "22f190", "7f1031")).stdout).toContain("uds_request_mismatch");
  });

  it("shows the values of a dictionary in their units", async () => {
    const { stdout } = await uds("decode", "--dictionary", fileOf(dictionary), "6210013039");
    expect(stdout).toContain("voltage: 12.345 V\n");
  });

  it("tolerates what it is told to, and says so", async () => {
    const strict = await uds("decode", "5101 0000");
    expect([strict.code, strict.stdout.includes("ERR_UDS_TRAILING_BYTES")]).toEqual([1, true]);
    const trimmed = await uds("decode", "5101 0000", "--zero-padding", "trim");
    expect([trimmed.code, trimmed.stdout.includes("zero_padding_trimmed")]).toEqual([0, true]);
    const reported = await uds("decode", "510107", "--trailing", "report");
    expect([reported.code, reported.stdout.includes("trailing_bytes_ignored")]).toEqual([0, true]);
    const dropped = await uds("decode", "5902ff00000000", "--all-zero-dtc", "drop");
    expect([dropped.code, dropped.stdout.includes("dtcs: none")]).toEqual([0, true]);
    const masked = await uds("decode", "5906042016ff01", "--availability-mask", "7f");
    expect(masked.stdout).toContain("(unsupported: warningIndicatorRequested)");
  });

  it.each([
    [["--zero-padding", "maybe"], '--zero-padding expected reject or trim, got "maybe"'],
    [["--request", "22f1"], "--request is no request: Cannot decode /dataIdentifiers/0: the message is too short"],
    [["--id", "xyz"], '--id expected hexadecimal digits, got "xyz"'],
    [["--availability-mask", "1ff"], '--availability-mask expected two hexadecimal digits, got "1ff"'],
  ])("refuses %j", async (args, what) => {
    const { code, stderr } = await uds("decode", "5101", ...args);
    expect([code, stderr.includes(what)]).toEqual([2, true]);
  });

  it.each([
    ["", "there are none"],
    ["5101\n51x1\n", "line 2: expected hexadecimal digits"],
    ["(1.0) can0 7E8#0251\nnonsense\n", "line 2: expected a frame"],
    ["(1.0) can0 7E8#02510\n", "line 1: expected pairs"],
    ["can0  7E8   [3]  02 51\n", "line 1: expected 3 bytes"],
    ["0000 59 02\n0003 ff\n", "line 2: expected offset 2, got 3"],
    ["0000 59 02\nnonsense\n", "line 2: expected an offset and bytes"],
    ["\u00ff", "line 1: expected hexadecimal digits"],
  ])("refuses an input of %j", async (input, what) => {
    const { code, stdout, stderr } = await udsOn(input, "decode");
    expect([code, stdout]).toEqual([1, ""]);
    expect(stderr).toContain(what);
    expect(stderr).toContain("code: ERR_CLI_UDS_INPUT\n");
  });

  it("refuses bytes that are no text", async () => {
    const outcome = await command.runWith({ stdin: Uint8Array.of(0xff, 0xfe) }, "uds", "decode");
    expect([outcome.code, outcome.stderr.includes("the input is no text")]).toEqual([1, true]);
  });
});

describe("logs of candump", () => {
  const log = [
    "(1700000000.000000) can0 7E0#0319020D00000000",
    "(1700000000.010000) can0 7E8#100B59027F042016",
    "(1700000000.011000) can0 7E0#3000000000000000",
    "(1700000000.012000) can0 7E8#212FC1008708AAAA",
    "(1700000000.020000) can0 123#0011",
  ];

  it("are put together to messages, in both forms", async () => {
    const outcome = await udsOn(`${log.join("\n")}\n`, "decode", "--json");
    expect(outcome.code).toBe(0);
    expect(jsonLines(outcome)).toMatchObject([
      { line: 1, channel: "can0", id: "7E0", bytes: "19020d" },
      { line: 2, channel: "can0", id: "7E8", bytes: memory },
    ]);
    expect(outcome.stderr).toContain('[uds_frames_of_other_ids] {"frames":1,"ids":["123"]}');
    const screen = "  can0  18DAF110   [8]  02 51 01 AA AA AA AA AA   '.Q......'\n  can0  18DAF110   [2]  02 51\n";
    const shown = await udsOn(screen, "decode");
    expect(shown.code).toBe(1);
    expect(shown.stdout).toContain("line 1, can0 18DAF110: ecuReset hardReset (0x01): positive response");
    expect(shown.stderr).toContain("Line 2, can0 18DAF110: A frame has no form of ISO 15765-2");
  });

  it("are read for the identifiers that are named", async () => {
    const named = await udsOn("(1.0) can0 6F1#023E00\n(1.1) can0 7E8#025101\n", "decode", "--json", "--id", "0x6f1");
    expect(jsonLines(named)).toMatchObject([{ id: "6F1", bytes: "3e00" }]);
  });

  it("keep the transfers of buses and identifiers apart", async () => {
    const mixed = [
      "(1.0) can0 7E8#100859027F042016",
      "(1.0) can1 7E8#100859027FC10087",
      "(1.0) can0 7E9#100859027F123456",
      "(1.0) can1 7E8#210800",
      "(1.0) can0 7E9#210877",
      "(1.0) can0 7E8#212F11",
    ];
    const outcome = await udsOn(mixed.join("\n"), "decode", "--json");
    expect(jsonLines(outcome).map(({ line, bytes }) => [line, bytes])).toEqual([
      [2, "59027fc100870800"],
      [3, "59027f1234560877"],
      [1, "59027f0420162f11"],
    ]);
    expect(outcome.stderr).toBe("");
  });

  it("count through sixteen consecutive frames and begin again at 0", async () => {
    const payload = Array.from({ length: 6 + 7 * 17 }, (_, index) => index & 0xff);
    payload[0] = 0x63;
    const frames = [`(1.0) can0 7E8#10${bytesToHex(Uint8Array.of(payload.length, ...payload.slice(0, 6)))}`];
    for (let index = 0; index < 17; index++) {
      const part = payload.slice(6 + 7 * index, 13 + 7 * index);
      frames.push(`(1.0) can0 7E8#${bytesToHex(Uint8Array.of(0x20 | ((index + 1) & 15), ...part))}`);
    }
    const outcome = await udsOn(frames.join("\n"), "decode", "--json");
    expect(jsonLines(outcome)).toMatchObject([{ bytes: bytesToHex(Uint8Array.from(payload)) }]);
    expect(outcome.code).toBe(0);
  });

  it.each([
    ["a lost frame", [log[1]!, "(1.0) can0 7E8#222FC100870800"], "uds_transfer_incomplete", 1],
    ["the end of the log", [log[1]!], "uds_transfer_incomplete", 1],
    ["a new message before the end of the last", [log[1]!, "(1.0) can0 7E8#025101"], "uds_transfer_incomplete", 1],
    ["a frame that is too short", [log[1]!, "(1.0) can0 7E8#212FC1"], "uds_transfer_incomplete", 1],
    ["a frame without a start", [log[3]!], "uds_frame_without_start", 1],
    ["a first frame of a short message", ["(1.0) can0 7E8#1007590200000000"], "uds_frame_malformed", 1],
    ["a single frame without a message", ["(1.0) can0 7E8#00"], "uds_frame_malformed", 1],
    ["a single frame that ends too soon", ["(1.0) can0 7E8#0359"], "uds_frame_malformed", 1],
    ["an unknown form", ["(1.0) can0 7E8#4059"], "uds_frame_malformed", 1],
    ["an empty frame", ["(1.0) can0 7E8#"], "uds_frame_malformed", 1],
    ["a frame of CAN FD", ["(1.0) can0 7E8##0025101"], "uds_frame_not_classic", 1],
    ["a remote frame", ["(1.0) can0 7E8#R"], "uds_frame_not_classic", 1],
    ["frames of other identifiers alone", ["(1.0) can0 100#025101"], "uds_frames_of_other_ids", 0],
  ] as const)("say what is missing: %s", async (_, lines, warning, code) => {
    const outcome = await udsOn(lines.join("\n"), "decode", "--json");
    expect([outcome.code, outcome.stderr.includes(`[${warning}]`)]).toEqual([code, true]);
    expect(jsonLines(outcome).every(({ bytes }) => bytes === "5101")).toBe(true);
  });
});

it("reads dumps for text2pcap, with text beside the bytes and several messages", async () => {
  const dump = "0000  59 02 7f 04 20 16 2f c1  Y... ./.\n0008  00 87 08  ...\n0000 51 01\n";
  const outcome = await udsOn(dump, "decode", "--json");
  expect(outcome.code).toBe(0);
  expect(jsonLines(outcome)).toMatchObject([
    { line: 1, bytes: memory },
    { line: 3, bytes: "5101" },
  ]);
});

describe("otakit uds explain", () => {
  it("tells the story of each code, with the title of the dictionary", async () => {
    const { code, stdout } = await uds("explain", memory, "--dictionary", fileOf(dictionary));
    expect(code).toBe(0);
    const lines = stdout.split("\n");
    expect(lines[0]).toBe(
      "P0420-16 (Converter: signal too low), status 0x2f: Active and confirmed: the last test failed",
    );
    expect(lines).toContain("  The last test failed. [ISO 14229-1]");
    expect(stdout).toContain("U0100-87, status 0x08: Stored, not active");
    expect(stdout).not.toContain("indicator");
  });

  it("gives the same as JSON lines, also for codes with records", async () => {
    const [first, second] = jsonLines(await uds("explain", memory, "--json"));
    expect(first).toMatchObject({
      schema: "otakit.uds.explanation/1",
      display: "P0420-16",
      status: 0x2f,
      availabilityMask: 0x7f,
    });
    expect(second.story.length).toBeGreaterThan(3);
    const [stored] = jsonLines(await uds("explain", "--json", "--availability-mask", "0f", "5904042016080101f1900102"));
    expect(stored).toMatchObject({ display: "P0420-16", status: 8, availabilityMask: 0x0f });
    const [severe] = jsonLines(await uds("explain", "--json", "594233ffff04200420162f"));
    expect(severe.story.map(({ text }: { text: string }) => text)).toContain("It matters for maintenance only.");
  });

  it("explains refusals, and says when there is nothing to explain", async () => {
    const refused = await udsOn("7f2231\n7f2278\n", "explain");
    expect(refused.stdout.split("\n")).toEqual([
      "line 1: readDataByIdentifier: negative response requestOutOfRange (0x31, permanent)",
      "  The request as such is wrong for this ECU.",
      "line 2: readDataByIdentifier: negative response requestCorrectlyReceivedResponsePending (0x78, pending)",
      "  Wait: the final response is still to come.",
      "",
    ]);
    expect(jsonLines(await uds("explain", "--json", "7f2231"))[0]).toMatchObject({ nrc: 0x31, nrcKind: "permanent" });
    const none = await uds("explain", "5101");
    expect([none.code, none.stdout, none.stderr]).toEqual([
      0,
      "",
      "No trouble code and no refusal is there to explain\n",
    ]);
  });

  it("explains what was complete before a fault, and fails", async () => {
    const { code, stdout } = await uds("explain", memory.slice(0, -2));
    expect(code).toBe(1);
    expect(stdout).toContain("fault at byte 10");
    expect(stdout).toContain("P0420-16, status 0x2f: Active");
  });
});

describe("otakit uds encode", () => {
  const request = '{"service":"readDTCInformation","subFunction":"reportDTCByStatusMask","statusMask":255}';

  it("writes a message of a file or of standard input, over several lines or not", async () => {
    expect(await uds("encode", fileOf(JSON.stringify(JSON.parse(request), undefined, 2)))).toEqual({
      code: 0,
      stdout: "1902ff\n",
      stderr: "",
    });
    const refusal = '{"kind":"negative","requestSid":34,"nrc":49}';
    expect((await udsOn(`${request}\n\n${refusal}\n`, "encode", "-")).stdout).toBe("1902ff\n7f2231\n");
    expect(jsonLines(await udsOn(request, "encode", "-", "--json"))).toEqual([
      { schema: "otakit.uds.bytes/1", bytes: "1902ff" },
    ]);
  });

  it("reads what decode writes", async () => {
    const messages = [
      memory,
      "3400ff0102030405060708090a0b0c0d0e0f0102030405060708090a0b0c0d0e0f",
      "9911",
      "22f190",
      "7f1012",
    ];
    const decoded = await udsOn(messages.join("\n"), "decode", "--json");
    const encoded = await udsOn(decoded.stdout, "encode", "-");
    expect(encoded.stdout.split("\n").slice(0, -1)).toEqual(messages);
  });

  it.each([
    ["no JSON", "", "the input is no JSON"],
    ["{", "", "the input is no JSON"],
    [`${request}\n{`, "", "Cannot read line 2: the text is no JSON"],
    ["[1]", "", "expected an object"],
    ['{"service":"writeDataByIdentifier","dataIdentifier":1,"dataRecord":"0g"}', "", "/dataRecord: expected pairs"],
    [
      '{"service":"requestDownload","dataFormatIdentifier":0,"memoryAddress":"0x1","memorySize":1}',
      "",
      "expected decimal",
    ],
    ['{"service":"readDataByIdentifier"}', "", "a member is missing or of another type"],
  ])("refuses %j", async (input, _, what) => {
    const { code, stderr } = await udsOn(input, "encode", "-");
    expect([code, stderr.includes(what), stderr.includes("code: ERR_CLI_UDS_INPUT")]).toEqual([1, true, true]);
  });

  it("refuses what the encoder or the edition refuses, with the remedy", async () => {
    const wrong = await udsOn(
      '{"service":"readDTCInformation","subFunction":"reportDTCByStatusMask","statusMask":256}',
      "encode",
      "-",
    );
    expect(wrong.stderr).toContain("code: ERR_UDS_VALUE\n  at: /statusMask\n");
    expect(wrong.stderr).toContain("remedy: see `path`");
    const mirror = '{"service":"readDTCInformation","subFunction":"reportMirrorMemoryDTCByStatusMask","statusMask":1}';
    expect((await udsOn(mirror, "encode", "-")).stdout).toBe("190f01\n");
    expect((await udsOn(mirror, "encode", "-", "--edition", "2020")).stderr).toContain("code: ERR_UDS_EDITION");
    expect((await udsOn(mirror, "encode", "-", "--edition", "1999")).code).toBe(2);
  });

  it("carries the messages of every service through JSON", async () => {
    const { messageToJson, messageFromJson } = await command.load<{
      messageToJson(value: unknown): unknown;
      messageFromJson(value: unknown): unknown;
    }>("uds/json.ts");
    const through = (value: object) => messageFromJson(JSON.parse(JSON.stringify(messageToJson(value))));
    for (const [name, message] of Object.entries(requests)) {
      fc.assert(
        fc.property(message, (value) => {
          const hex = bytesToHex(encodeRequest(value));
          const decoded = decodeRequest(hexToBytes(hex));
          expect([name, bytesToHex(encodeRequest(through(value) as UdsRequest))]).toEqual([name, hex]);
          if (decoded.ok) expect(bytesToHex(encodeRequest(through(decoded.value) as UdsRequest))).toBe(hex);
        }),
        { numRuns: 50 },
      );
    }
    for (const [name, message] of Object.entries(responses)) {
      fc.assert(
        fc.property(message, (value) => {
          const hex = bytesToHex(encodeResponse(value));
          const decoded = decodeResponse(hexToBytes(hex));
          expect([name, bytesToHex(encodeResponse(through(value) as UdsResponse))]).toEqual([name, hex]);
          if (decoded.ok) expect(bytesToHex(encodeResponse(through(decoded.value) as UdsResponse))).toBe(hex);
        }),
        { numRuns: 50 },
      );
    }
  });
});
