import { describe, expect, it } from "vitest";
import { CoreError, hexToBytes, resultOf } from "../../src/core/index.ts";

describe("resultOf", () => {
  it("gives the value", () => {
    expect(resultOf(() => hexToBytes("00"))).toEqual({ ok: true, value: Uint8Array.of(0), warnings: [] });
  });

  it("gives an error of otakit as plain data", () => {
    const result = resultOf(() => {
      throw new CoreError("ERR_CORE_LIMIT", "Cannot accept input", {
        offset: 3,
        path: "/a",
        details: { found: 1 },
        cause: new Error("below"),
      });
    });
    const error = {
      code: "ERR_CORE_LIMIT",
      message: "Cannot accept input",
      offset: 3,
      path: "/a",
      details: { found: 1 },
    };
    expect(result).toStrictEqual({ ok: false, error });
    expect(JSON.parse(JSON.stringify(result))).toEqual(result);
  });

  it("places a fault without a place at the start of the whole", () => {
    const result = resultOf(() => {
      throw new CoreError("ERR_CORE_LIMIT", "Cannot accept input");
    });
    const error = { code: "ERR_CORE_LIMIT", message: "Cannot accept input", offset: 0, path: "" };
    expect(result).toStrictEqual({ ok: false, error });
  });

  it("passes on every other exception", () => {
    for (const thrown of [new TypeError("mistake"), "text", undefined]) {
      let caught: unknown = "nothing";
      try {
        resultOf(() => {
          throw thrown;
        });
      } catch (error) {
        caught = error;
      }
      expect(caught).toBe(thrown);
    }
  });
});
