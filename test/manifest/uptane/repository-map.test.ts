import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isOtaError, utf8ToBytes } from "../../../src/core/index.ts";
import { parseRepositoryMap, repositoriesFor, requireUptaneMap } from "../../../src/manifest/index.ts";
import { errorOf } from "../../error-of.ts";

const both = { paths: ["*"], repositories: ["director", "image"], terminating: true, threshold: 2 };
const plain = {
  repositories: {
    director: ["https://director.example/veh-17"],
    image: ["https://images.example/", "http://[::1]:8080"],
  },
  mapping: [both],
};
const bytesOf = (map: unknown) => utf8ToBytes(JSON.stringify(map));
const parse = (map: unknown) => parseRepositoryMap(bytesOf(map));
const withMapping = (...mapping: readonly object[]) => ({
  ...plain,
  repositories: { ...plain.repositories, supplier: ["https://s.example"] },
  mapping: mapping.map((change) => ({ ...both, ...change })),
});

describe("parseRepositoryMap", () => {
  it("reads the map of plain Uptane and keeps what it does not know", () => {
    expect(parse({ ...plain, comment: 1 })).toEqual({ ...plain, comment: 1 });
    expect(requireUptaneMap(parse(plain))).toEqual({
      director: ["https://director.example/veh-17"],
      image: ["https://images.example/", "http://[::1]:8080"],
    });
  });

  it.each([
    ["/repositories", { ...plain, repositories: [] }],
    ["/repositories/a~1b", { ...plain, repositories: { ...plain.repositories, "a/b": ["https://x"] } }],
    ["/repositories/image", { ...plain, repositories: { ...plain.repositories, image: [] } }],
    ["/repositories/image/0", { ...plain, repositories: { ...plain.repositories, image: ["ftp://x"] } }],
    ["/repositories/image/0", { ...plain, repositories: { ...plain.repositories, image: ["https://user@x/"] } }],
    ["/repositories/image/0", { ...plain, repositories: { ...plain.repositories, image: ["https://x/?a=1"] } }],
    ["/repositories/image/0", { ...plain, repositories: { ...plain.repositories, image: ["https://x/ y"] } }],
    ["/mapping", { ...plain, mapping: [] }],
    ["/mapping/0/paths", withMapping({ paths: [] })],
    ["/mapping/0/paths/0", withMapping({ paths: [""] })],
    ["/mapping/0/terminating", withMapping({ terminating: undefined })],
    ["/mapping/0/threshold", withMapping({ threshold: 0 })],
    ["/mapping/0/threshold", withMapping({ threshold: 1.5 })],
    ["/mapping/1/repositories", withMapping({}, { repositories: [] })],
  ])("refuses a wrong shape at %s", (path, map) => {
    expect(errorOf(() => parse(map))).toMatchObject({ path: expect.stringContaining(path) });
  });

  it("refuses repositories that are not listed or twice, and thresholds above their number", () => {
    const refusal = (change: object) => errorOf(() => parse(withMapping({}, change)));
    const code = "ERR_MANIFEST_UPTANE_MAP";
    expect(refusal({ repositories: ["director", "other"] })).toMatchObject({ code, path: "/mapping/1/repositories/1" });
    expect(refusal({ repositories: ["director", "constructor"] })).toMatchObject({ code });
    expect(refusal({ repositories: ["image", "image"] })).toMatchObject({ code, path: "/mapping/1/repositories/1" });
    expect(refusal({ threshold: 3 })).toMatchObject({ code, path: "/mapping/1/threshold" });
  });

  it("keeps its limits", () => {
    const names = Object.fromEntries(Array.from({ length: 17 }, (_, index) => [`r${index}`, ["https://x"]]));
    expect(errorOf(() => parse({ ...plain, repositories: names }))).toMatchObject({ path: "/repositories" });
    expect(errorOf(() => parse({ ...plain, mapping: Array(1_001).fill(both) }))).toMatchObject({ path: "/mapping" });
    expect(errorOf(() => parseRepositoryMap(bytesOf(plain), { maxBytes: 10 }))).toMatchObject({
      code: "ERR_CORE_LIMIT",
    });
    expect(errorOf(() => parseRepositoryMap(new Uint8Array(2 ** 20 + 1)))).toMatchObject({ code: "ERR_CORE_LIMIT" });
  });

  it("refuses every truncation and any bytes with a typed error", () => {
    const whole = bytesOf(plain);
    for (let length = 0; length < whole.length; length++) {
      expect(isOtaError(errorOf(() => parseRepositoryMap(whole.subarray(0, length))))).toBe(true);
    }
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(isOtaError(errorOf(() => parse(value)))).toBe(true);
      }),
    );
  });
});

describe("repositoriesFor", () => {
  const map = parse(
    withMapping(
      { paths: ["brake/*"], repositories: ["supplier"], threshold: 1, terminating: false },
      { paths: ["brake/?.bin", "door/*"], threshold: 1 },
      { paths: ["*"] },
    ),
  );
  const names = (path: string) => repositoriesFor(map, path).map(({ repositories }) => repositories.join());

  it("gives the mappings that match, in order, up to the first that ends the search", () => {
    expect(names("brake/7.bin")).toEqual(["supplier", "director,image"]);
    expect(names("brake/10.bin")).toEqual(["supplier", "director,image"]);
    expect(repositoriesFor(map, "brake/7.bin")[1]).toMatchObject({ threshold: 1 });
    expect(repositoriesFor(map, "brake/10.bin")[1]).toMatchObject({ threshold: 2 });
    expect(names("door/a")).toEqual(["director,image"]);
    expect(names("deep/in/a/tree")).toEqual(["director,image"]);
  });

  it("gives none when none matches", () => {
    expect(repositoriesFor(parse(withMapping({ paths: ["a"] })), "b")).toEqual([]);
  });
});

describe("requireUptaneMap", () => {
  const refusal = (map: unknown, names = {}) => errorOf(() => requireUptaneMap(parse(map), names));
  const code = "ERR_MANIFEST_UPTANE_MAP";

  it("refuses a map by which one repository could install software by itself", () => {
    expect(refusal(withMapping({ threshold: 1 }))).toMatchObject({ code, path: "/mapping/0" });
    expect(refusal(withMapping({}, { repositories: ["image"], threshold: 1 }))).toMatchObject({
      code,
      path: "/mapping/1",
    });
    const three = withMapping({ repositories: ["director", "image", "supplier"], threshold: 2 });
    expect(refusal(three)).toMatchObject({ code, path: "/mapping/0" });
  });

  it("takes other names, and refuses names that are not listed", () => {
    const renamed = {
      repositories: { one: ["https://x"], two: ["https://y"], constructor: ["https://z"] },
      mapping: [{ ...both, repositories: ["one", "two"] }],
    };
    expect(requireUptaneMap(parse(renamed), { director: "two", image: "one" })).toEqual({
      director: ["https://y"],
      image: ["https://x"],
    });
    expect(refusal(renamed)).toMatchObject({ code, path: "/repositories" });
    expect(refusal(plain, { image: "toString" })).toMatchObject({ code, path: "/repositories" });
  });
});
