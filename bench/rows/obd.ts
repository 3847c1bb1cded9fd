/** An answer of OBD-II with three parameters, as a logger reads it many times a second. */

import { hexToBytes } from "otakit/core";
import { decodeObdResponse } from "otakit/uds/obd";
import type { BenchRowFactory } from "../row.ts";

const operations = 1000;

const threeParameters: BenchRowFactory = () => {
  const bytes = hexToBytes("410c1af80d320546");
  return {
    name: "uds/obd-three-parameters",
    work: { operations },
    contenders: [
      {
        name: "otakit decodeObdResponse",
        run() {
          for (let count = 1; count < operations; count++) decodeObdResponse(bytes);
          return decodeObdResponse(bytes);
        },
      },
    ],
    check(result) {
      if (!JSON.stringify(result).includes('"value":1726')) throw new Error("engine speed is wrong");
    },
  };
};

export const rows: Record<string, BenchRowFactory> = { "uds/obd-three-parameters": threeParameters };
