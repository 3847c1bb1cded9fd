/** Messages of every service but ReadDTCInformation, whole and damaged, for peers that read them as well. */

import { hexToBytes } from "otakit/core";
import { decodeRequest, decodeResponse, parseDictionary } from "otakit/uds";
import { type Random, seededRandom } from "../../../../scripts/random.ts";

/** A message of each layout, to be damaged. */
const seeds = (
  "1001 1103 14ffffff 14ffffff01 22f190 22f186f190 2312123401 24f190 2701aa 2702aabb 280101 2804010005 2900 " +
  "2901050001aa0001bb 2902050001aa0001bb 29030001aa0001bb 290507000102030405060708090a0b0c0d0e0f " +
  "2906000102030405060708090a0b0c0d0e0f0001aa0001bb0000 2908 2a01f0f1 2a04 2c01f30112340102 2c02f301111234 2c03f301 2c03 " +
  "2ef18601 2ef19001 2ff1860301ff 2f123403aabb 3101ff0001 34001112ff 3500221122ffff 3601aabb 37aa 380100016111020001ffff " +
  "38050001613d 3804000161ff 3d121234020102 3e80 8301 8304aa 84001900000200002211aabb 8501ff 860402 864702f19001000000050a05841f22f186 " +
  "8601ff0a1902ff 860805 860902ff1805aa 870112 870207a120 8703 " +
  "5003003201f4 510405 5101 54 62f18601f190aa 62f190aabb 63aabb 64010502910600ff22ff0fa101 6701aabb 6702 6803 690010 " +
  "6901110001aa0000 6902110001aa0001bb0001cc0000 6903120001aa 690512000102030405060708090a0b0c0d0e0f0001aa0000 6aaabb 6c01f301 " +
  "6c03 6ef186 6ff1860301 7101ff0000 74200fff 7510ff 7601aa 77 7801020fff00 7802 780402ffff000001ff01 7806010200000000000000000005 " +
  "7d12123404 7e00 c301aa c302 c400190000020000221122aa c501 c6000203 c60102ff0a1902ff c604010105ff22f190 c701"
)
  .split(" ")
  .filter((hex) => hex.length % 2 === 0)
  .map(hexToBytes);

/** A seed with some bytes changed, cut off or added; one in five stays whole. */
function randomMessage(random: Random): Uint8Array {
  const seed = random.pick(seeds);
  const message = Uint8Array.from(seed);
  const kind = random.below(5);
  if (kind === 0) return message;
  if (kind === 1) return message.subarray(0, 1 + random.below(message.length));
  if (kind === 2) return Uint8Array.of(...message, ...random.bytes(1 + random.below(3)));
  for (let changes = 1 + random.below(3); changes > 0 && message.length > 1; changes--) {
    message[1 + random.below(message.length - 1)] = random.pick([
      0,
      1,
      2,
      3,
      4,
      5,
      7,
      8,
      0x10,
      0x80,
      random.below(256),
    ]);
  }
  return message;
}

/** The same messages in every run. */
export function randomUdsMessages(seed: string, count: number): readonly Uint8Array[] {
  const random = seededRandom(seed);
  return Array.from({ length: count }, () => randomMessage(random));
}

/** An identifier whose length py-uds knows, as far as the messages use them. */
const dictionary = parseDictionary({
  schema: "otakit.uds-dictionary/1",
  dids: { "0xf186": { name: "active session", layout: [{ name: "session", type: "u8" }] } },
});

/** What otakit reads: bit 6 of the first byte tells a response from a request. */
export function decodeEither(
  message: Uint8Array,
): ReturnType<typeof decodeRequest> | ReturnType<typeof decodeResponse> {
  const isResponse = (message[0]! & 0x40) !== 0;
  return isResponse ? decodeResponse(message, { dictionary }) : decodeRequest(message, { dictionary });
}
