/** Fuzz target of the answers and requests of OBD-II. */

import { bytesToHex, hexToBytes } from "otakit/core";
import { decodeObdRequest, decodeObdResponse, encodeObdRequest, encodeObdResponse } from "otakit/uds/obd";
import type { FuzzTarget } from "../target.ts";

export const targets: readonly FuzzTarget[] = [
  {
    name: "uds/decodeObdResponse",
    seeds: [
      "410c1af80d320546",
      "42020004200c011af8",
      "43020420c103",
      "4601810b03e803e707d0",
      "490601deadbeef",
      "7f0112",
      "010c0d",
      "020c00",
    ].map(hexToBytes),
    run(input) {
      for (const codeList of ["counted", "uncounted"] as const) {
        const result = decodeObdResponse(input, { codeList });
        if (!result.ok && !(result.error.offset >= 0 && result.error.offset <= input.length)) {
          throw new Error("offset outside");
        }
        if (result.ok && result.value.kind === "positive") same(encodeObdResponse(result.value), input);
      }
      const request = decodeObdRequest(input);
      if (request.ok && request.value.kind === "request") same(encodeObdRequest(request.value), input);
    },
  },
];

function same(written: Uint8Array, input: Uint8Array): void {
  if (bytesToHex(written) !== bytesToHex(input)) throw new Error("written otherwise");
}
