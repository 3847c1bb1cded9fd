import { describe, expect, it } from "vitest";
import { CoreError, coreErrorCodes, isOtaError, OtaError } from "../../src/core/index.ts";

class OtherError extends OtaError<"ERR_OTHER"> {}

describe("OtaError", () => {
  it("carries code, place, facts and cause", () => {
    const cause = new Error("below");
    const error = new CoreError("ERR_CORE_HEX", "Cannot read hex", {
      offset: 3,
      path: "/a",
      details: { found: "g" },
      cause,
    });
    expect(error).toBeInstanceOf(Error);
    expect(error).toBeInstanceOf(OtaError);
    expect(error).toMatchObject({
      name: "CoreError",
      code: "ERR_CORE_HEX",
      message: "Cannot read hex",
      offset: 3,
      path: "/a",
      details: { found: "g" },
    });
    expect(error.cause).toBe(cause);
    expect(String(error)).toBe("CoreError: Cannot read hex");
    expect(error.stack).toContain("errors.test");
  });

  it("leaves out what was not given", () => {
    const error = new OtherError("ERR_OTHER", "Cannot go on");
    expect(error.name).toBe("OtherError");
    expect(error.offset).toBeUndefined();
    expect(error.path).toBeUndefined();
    expect(error.details).toBeUndefined();
    expect("cause" in error).toBe(false);
    expect("cause" in new OtherError("ERR_OTHER", "Cannot go on", { cause: undefined })).toBe(true);
  });

  it("is plain data in a log", () => {
    const error = new CoreError("ERR_CORE_HEX", "Cannot read hex", { offset: 0, cause: new Error("secret") });
    expect(JSON.parse(JSON.stringify(error))).toEqual({
      name: "CoreError",
      code: "ERR_CORE_HEX",
      message: "Cannot read hex",
      offset: 0,
    });
    const full = new CoreError("ERR_CORE_HEX", "Cannot", { path: "/a", details: { n: 1 } });
    expect(JSON.parse(JSON.stringify(full))).toMatchObject({ path: "/a", details: { n: 1 } });
  });
});

describe("isOtaError", () => {
  it("knows errors of every module and of another copy of the package", () => {
    expect(isOtaError(new CoreError("ERR_CORE_HEX", "Cannot read hex"))).toBe(true);
    expect(isOtaError(new OtherError("ERR_OTHER", "Cannot go on"))).toBe(true);
    expect(isOtaError(Object.assign(new Error("foreign"), { [Symbol.for("otakit.error")]: true }))).toBe(true);
  });

  it("hides its mark from those who list properties", () => {
    expect(Object.getOwnPropertySymbols({ ...new CoreError("ERR_CORE_HEX", "Cannot read hex") })).toEqual([]);
  });

  it.each([
    undefined,
    null,
    "ERR_CORE_HEX",
    new TypeError("no"),
    { code: "ERR_CORE_HEX", message: "Cannot read hex" },
    { [Symbol.for("otakit.error")]: "true" },
    () => undefined,
  ])("is false for %s", (value) => {
    expect(isOtaError(value)).toBe(false);
  });
});

describe("coreErrorCodes", () => {
  it.each(Object.entries(coreErrorCodes))("%s has cause and remedy", (code, text) => {
    expect(code).toMatch(/^ERR_CORE_[A-Z0-9_]+$/);
    expect(text).toMatch(/^[A-Z].*\. Remedy: .*\.$/);
  });
});
