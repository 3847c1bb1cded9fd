import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { bytesToHex, concatBytes, hexToBytes } from "../../../src/core/index.ts";
import { DoipSplitter, encodeDoip } from "../../../src/uds/doip/index.ts";
import { doipMessage } from "./arbitraries.ts";

const alive = "02fd000700000000";
const diagnostic = "02fd8001000000060e8040101002";

/** Every message of the chunks, and the fault that ended them. */
function split(chunks: readonly Uint8Array[], splitter = new DoipSplitter()) {
  const messages: string[] = [];
  for (const chunk of chunks) {
    const result = splitter.push(chunk);
    const whole = result.ok ? result.value : result.partial!;
    messages.push(...whole.map((bytes) => bytesToHex(bytes)));
    if (!result.ok) return { messages, error: result.error };
  }
  return { messages, pendingBytes: splitter.pendingBytes };
}

describe("messages in segments", () => {
  test("several in one, as views of it", () => {
    const segment = hexToBytes(alive + diagnostic + alive);
    const result = new DoipSplitter().push(segment);
    if (!result.ok) throw new Error(result.error.message);
    expect(result.value.map((bytes) => bytesToHex(bytes))).toEqual([alive, diagnostic, alive]);
    expect(result.value.every((bytes) => bytes.buffer === segment.buffer)).toBe(true);
  });

  test("one over many, also when its header is cut", () => {
    const bytes = hexToBytes(diagnostic);
    const single = Array.from(bytes, (_, at) => bytes.subarray(at, at + 1));
    expect(split(single)).toEqual({ messages: [diagnostic], pendingBytes: 0 });
    expect(split([bytes.subarray(0, 3), bytes.subarray(3)])).toEqual({ messages: [diagnostic], pendingBytes: 0 });
    expect(split([bytes.subarray(0, 13)])).toEqual({ messages: [], pendingBytes: 13 });
  });

  test("a message that was handed out is not written over", () => {
    const splitter = new DoipSplitter();
    const [first, second] = [hexToBytes(diagnostic), hexToBytes(diagnostic.replace(/1002$/, "3e00"))];
    splitter.push(first.subarray(0, 9));
    const result = splitter.push(first.subarray(9));
    splitter.push(second.subarray(0, 9));
    splitter.push(second.subarray(9));
    expect(result.ok && bytesToHex(result.value[0]!)).toBe(diagnostic);
  });

  test("however a stream is cut, its messages are the same", () => {
    const stream = fc.array(doipMessage, { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(stream, fc.array(fc.nat({ max: 200 }), { maxLength: 12 }), (messages, cuts) => {
        const written = messages.map((message) => encodeDoip(message));
        const bytes = concatBytes(...written);
        const places = [0, ...cuts.filter((at) => at < bytes.length).sort((left, right) => left - right), bytes.length];
        const chunks = places.slice(1).map((end, index) => bytes.subarray(places[index]!, end));
        expect(split(chunks)).toEqual({ messages: written.map((each) => bytesToHex(each)), pendingBytes: 0 });
      }),
    );
  });
});

describe("faults", () => {
  test("a wrong pattern is seen at its second byte, with its place in the stream", () => {
    const expected = { code: "ERR_UDS_DOIP_PATTERN", offset: 8, details: { version: 2, inverse: 2, nackCode: 0 } };
    expect(split([hexToBytes(`${alive}0202`)])).toMatchObject({ messages: [alive], error: expected });
    expect(split([hexToBytes(alive), hexToBytes("02"), hexToBytes("02")])).toMatchObject({ error: expected });
  });

  test("a stream is never picked up again", () => {
    const splitter = new DoipSplitter();
    splitter.push(hexToBytes("0000"));
    const result = splitter.push(hexToBytes(alive));
    expect(result).toMatchObject({ ok: false, error: { offset: 0 }, partial: [] });
  });

  test("a declared length is held against the limit before it is collected", () => {
    const header = hexToBytes(`${alive}02fd8001ffffffff`);
    const expected = {
      code: "ERR_UDS_LIMIT",
      offset: 12,
      details: { limit: "maxBytes", allowed: 8 * 1024 * 1024, found: 2 ** 32 + 7, nackCode: 2 },
    };
    expect(split([header])).toMatchObject({ messages: [alive], error: expected });
    const single = Array.from(header, (_, at) => header.subarray(at, at + 1));
    expect(split(single)).toMatchObject({ messages: [alive], error: expected });
  });

  test("the limit counts the header", () => {
    expect(split([hexToBytes(diagnostic)], new DoipSplitter({ maxBytes: 14 })).messages).toEqual([diagnostic]);
    expect(split([hexToBytes(diagnostic)], new DoipSplitter({ maxBytes: 13 })).error?.code).toBe("ERR_UDS_LIMIT");
    expect(() => new DoipSplitter({ maxBytes: -1 })).toThrow(RangeError);
  });

  test("memory grows with what came, not with what was declared", () => {
    const splitter = new DoipSplitter();
    splitter.push(hexToBytes("02fd8001007ffff000"));
    expect(splitter.pendingBytes).toBe(9);
    const pending = splitter.push(new Uint8Array(1000));
    expect(pending).toEqual({ ok: true, value: [], warnings: [] });
    expect(splitter.pendingBytes).toBe(1009);
  });
});
