/** What holds for the messages of every service: they read back, survive truncation, and random bytes are refused or kept. */

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { bytesToHex } from "../../../src/core/index.ts";
import {
  type DecodeOptions,
  decodeRequest,
  decodeResponse,
  encodeRequest,
  encodeResponse,
  serviceNames,
  type UdsRequest,
  type UdsResponse,
} from "../../../src/uds/index.ts";
import { requests, responses } from "../arbitraries.ts";

interface Direction {
  readonly name: string;
  readonly messages: Readonly<Record<string, fc.Arbitrary<object>>>;
  decode(bytes: Uint8Array, options?: DecodeOptions): ReturnType<typeof decodeRequest | typeof decodeResponse>;
  encode(message: object): Uint8Array;
}

const directions: readonly Direction[] = [
  {
    name: "request",
    messages: requests,
    decode: decodeRequest,
    encode: (message) => encodeRequest(message as UdsRequest),
  },
  {
    name: "response",
    messages: responses,
    decode: decodeResponse,
    encode: (message) => encodeResponse(message as UdsResponse),
  },
];

/** A decoded message without the members that would give its bytes away. */
function membersOf(message: UdsRequest | UdsResponse): object {
  if (message.kind === "unknown") return message;
  const { bytes: _, ...members } = message;
  return members;
}

/** What is wrong with the answer to any bytes: it must be a fault inside them, or a message that is written as they are. */
function faultOf({ decode, encode }: Direction, bytes: Uint8Array): string | undefined {
  const result = decode(bytes);
  if (result.ok) {
    if (result.value.bytes !== bytes) return "a message carries its bytes";
    const written = bytesToHex(encode(membersOf(result.value)));
    return written === bytesToHex(bytes) ? undefined : `${bytesToHex(bytes)} written as ${written}`;
  }
  const { offset, path, code } = result.error;
  if (!/^(\/[A-Za-z0-9]+)*$/.test(path)) return `path ${path}`;
  const least = code === "ERR_UDS_SHORT" ? bytes.length : 0;
  return offset >= least && offset <= bytes.length ? undefined : `${code} at ${offset} of ${bytesToHex(bytes)}`;
}

function checkBytes(direction: Direction, bytes: Uint8Array): void {
  const fault = faultOf(direction, bytes);
  if (fault !== undefined) throw new Error(fault);
}

/** The data identifiers of a message, for the one decoder that must be told them. */
function optionsFor(message: object): DecodeOptions {
  if (!("records" in message)) return {};
  const records = message.records as readonly { readonly dataIdentifier: number }[];
  return { dataIdentifiers: records.map(({ dataIdentifier }) => dataIdentifier) };
}

/** Items of all lists of a message. */
function itemsOf(message: object | undefined): number {
  const lists = Object.values(message ?? {}).filter((member) => Array.isArray(member));
  return lists.reduce((sum, list) => sum + list.length, 0);
}

it("has generators for every service but readDTCInformation", () => {
  const services = Object.values(serviceNames).filter((name) => name !== "readDTCInformation");
  expect(Object.keys(requests).sort()).toEqual([...services].sort());
  expect(Object.keys(responses).sort()).toEqual([...services, "negative"].sort());
});

describe.each(directions)("every $name", (direction) => {
  it.each(Object.keys(direction.messages))("of %s reads back with its members", (service) => {
    fc.assert(
      fc.property(direction.messages[service]!, (message) => {
        const bytes = direction.encode(message);
        const result = direction.decode(bytes, optionsFor(message));
        if (!result.ok) return expect.unreachable(result.error.message);
        expect(result.value).toMatchObject(message);
        expect(bytesToHex(direction.encode(membersOf(result.value)))).toBe(bytesToHex(bytes));
        checkBytes(direction, bytes);
      }),
      { numRuns: 200 },
    );
  });

  it.each(Object.keys(direction.messages))("of %s is refused or kept, cut at any byte", (service) => {
    fc.assert(
      fc.property(direction.messages[service]!, (message) => {
        const bytes = direction.encode(message);
        for (let length = 0; length < bytes.length; length++) checkBytes(direction, bytes.subarray(0, length));
      }),
      { numRuns: 60 },
    );
  });

  it.each(Object.keys(direction.messages))("of %s takes no item of a list back when bytes are added", (service) => {
    fc.assert(
      fc.property(direction.messages[service]!, (message) => {
        const bytes = direction.encode(message);
        const options = optionsFor(message);
        let before = 0;
        for (let length = 1; length <= bytes.length; length++) {
          const result = direction.decode(bytes.subarray(0, length), options);
          const items = itemsOf(result.ok ? result.value : result.partial);
          expect(items).toBeGreaterThanOrEqual(before);
          before = items;
        }
      }),
      { numRuns: 60 },
    );
  });

  it("of changed bytes never throws, and is refused or kept", () => {
    const message = fc.oneof(...Object.values(direction.messages));
    const change = fc.tuple(fc.nat(), fc.nat(255));
    fc.assert(
      fc.property(message, fc.array(change, { minLength: 1, maxLength: 4 }), (original, changes) => {
        const bytes = direction.encode(original);
        // The SID stays, so that the changes meet the decoder of the service.
        for (const [place, value] of changes) if (bytes.length > 1) bytes[1 + (place % (bytes.length - 1))] = value;
        checkBytes(direction, bytes);
      }),
      { numRuns: 25_000 },
    );
  });

  it("of random bytes never throws, and is refused or kept", () => {
    const sids = Object.keys(serviceNames).map((sid) => Number(sid) + (direction.name === "response" ? 0x40 : 0));
    const random = fc.tuple(fc.constantFrom(...sids, 0x7f, 0x00), fc.uint8Array({ maxLength: 40 }));
    fc.assert(
      fc.property(random, ([sid, rest]) => checkBytes(direction, Uint8Array.of(sid, ...rest))),
      { numRuns: 25_000 },
    );
  });
});

it("reads the bytes of a larger buffer and of a Buffer as any other", () => {
  const whole = Uint8Array.of(0xff, 0x22, 0xf1, 0x90, 0xff);
  const request = decodeRequest(whole.subarray(1, 4));
  expect(request).toMatchObject({ ok: true, value: { dataIdentifiers: [0xf190] } });
  const buffer = Buffer.from("8755", "hex");
  const unknown = decodeRequest(buffer);
  if (!unknown.ok) return expect.unreachable();
  const written = encodeRequest(unknown.value);
  buffer[1] = 0;
  expect(bytesToHex(written)).toBe("8755");
});
