import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseTufMetadata } from "../../../src/manifest/index.ts";
import { errorOf } from "../../error-of.ts";
import { base, fileOf, type Loose, rootOf, targetOf, testKey } from "./repository-fixture.ts";

const key = testKey("any");
const role = { keyids: [key.keyid], threshold: 1 };
const signatures = [{ keyid: key.keyid, sig: "00" }];
const root = () => rootOf({ root: [key], timestamp: [key], snapshot: [key], targets: [key] });
const timestamp = (): Loose => ({ _type: "timestamp", ...base, meta: { "snapshot.json": { version: 1 } } });
const snapshot = (): Loose => ({ _type: "snapshot", ...base, meta: { "targets.json": { version: 1 } } });
const targets = (): Loose => ({
  _type: "targets",
  ...base,
  targets: { "a/b": { ...targetOf("x"), custom: { any: [1, "x"] } } },
  delegations: {
    keys: { [key.keyid]: key.object },
    roles: [
      { name: "A", ...role, terminating: false, paths: ["a/*"] },
      { name: "B", ...role, terminating: true, path_hash_prefixes: ["00", "1"] },
    ],
  },
});
const bins = (): Loose => ({
  ...targets(),
  delegations: { keys: {}, succinct_roles: { ...role, bit_length: 32, name_prefix: "bin" } },
});

const parse = (document: Loose) => parseTufMetadata(fileOf({ signatures, signed: document }));

/** A copy with one place changed; `undefined` takes it out. */
function changed(document: Loose, path: readonly (string | number)[], value: unknown): Loose {
  const copy = structuredClone(document);
  const last = path.at(-1)!;
  const parent = path.slice(0, -1).reduce<Loose>((node, name) => node[name], copy);
  if (value === undefined) delete parent[last];
  else Object.defineProperty(parent, last, { value, enumerable: true, configurable: true, writable: true });
  return copy;
}

describe("parseTufMetadata", () => {
  it.each([
    ["root", root()],
    ["root without consistent_snapshot", changed(root(), ["consistent_snapshot"], undefined)],
    ["timestamp", timestamp()],
    ["snapshot", snapshot()],
    ["targets", targets()],
    ["bins", bins()],
    ["targets without delegations", changed(targets(), ["delegations"], undefined)],
    ["short specification version", { ...timestamp(), spec_version: "1.0" }],
    ["fields that nobody knows", { ...timestamp(), "x-ours": [null], __proto__x: {} }],
    ["an empty key list, whose threshold nobody can reach", changed(root(), ["roles", "targets", "keyids"], [])],
    [
      "a key of tomorrow, whatever its value is made of",
      changed(root(), ["keys", "tomorrow"], { keytype: "sigstore-oidc", scheme: "Fulcio", keyval: { identity: "x" } }),
    ],
    ["an empty target", changed(targets(), ["targets", "a/b", "length"], 0)],
  ])("reads %s and keeps every field", (_, document) => {
    const read = parse(document);
    expect(JSON.parse(JSON.stringify(read.signed))).toEqual(JSON.parse(JSON.stringify(document)));
    expect(read.signatures).toEqual(signatures);
  });

  it("keeps names of Object's prototype as names", () => {
    const document = changed(targets(), ["targets", "__proto__"], targetOf("x"));
    const { signed } = parse(document);
    expect(Object.keys((signed as Loose).targets)).toEqual(["a/b", "__proto__"]);
    expect(Object.getPrototypeOf((signed as Loose).targets)).toBe(null);
  });

  const faults: readonly (readonly [string, Loose, readonly (string | number)[], unknown, string])[] = [
    ["another type", timestamp(), ["_type"], "mirrors", "/signed/_type"],
    ["a capital type", timestamp(), ["_type"], "Timestamp", "/signed/_type"],
    ["a type of Object's prototype", timestamp(), ["_type"], "constructor", "/signed/_type"],
    ["no version", timestamp(), ["version"], undefined, "/signed/version"],
    ["version 0", timestamp(), ["version"], 0, "/signed/version"],
    ["a text as version", timestamp(), ["version"], "1", "/signed/version"],
    ["a year as expiry", timestamp(), ["expires"], "2030", "/signed/expires"],
    ["an offset in the expiry", timestamp(), ["expires"], "2030-01-01T00:00:00+14:00", "/signed/expires"],
    ["a fraction in the expiry", timestamp(), ["expires"], "2030-01-01T00:00:00.5Z", "/signed/expires"],
    ["a date of RFC 2822", timestamp(), ["expires"], "Tue Jan 01 2030", "/signed/expires"],
    ["consistent_snapshot as text", root(), ["consistent_snapshot"], "yes", "/signed/consistent_snapshot"],
    ["no keys", root(), ["keys"], undefined, "/signed/keys"],
    ["keys as a list", root(), ["keys"], [], "/signed/keys"],
    ["a key without type", root(), ["keys", key.keyid, "keytype"], undefined, `/signed/keys/${key.keyid}/keytype`],
    ["a key without scheme", root(), ["keys", key.keyid, "scheme"], 1, `/signed/keys/${key.keyid}/scheme`],
    ["a key without value", root(), ["keys", key.keyid, "keyval"], "00", `/signed/keys/${key.keyid}/keyval`],
    [
      "a key without its public part",
      root(),
      ["keys", key.keyid, "keyval"],
      {},
      `/signed/keys/${key.keyid}/keyval/public`,
    ],
    [
      "a key whose value holds more than texts",
      root(),
      ["keys", key.keyid, "keyval", "x"],
      [],
      `/signed/keys/${key.keyid}/keyval/x`,
    ],
    ["no snapshot role", root(), ["roles", "snapshot"], undefined, "/signed/roles/snapshot"],
    ["another role", root(), ["roles", "mirrors"], role, "/signed/roles/mirrors"],
    ["threshold 0", root(), ["roles", "root", "threshold"], 0, "/signed/roles/root/threshold"],
    ["a threshold as text", root(), ["roles", "root", "threshold"], "1", "/signed/roles/root/threshold"],
    ["a key id twice", root(), ["roles", "root", "keyids"], ["a", "a"], "/signed/roles/root/keyids/1"],
    ["a number as key id", root(), ["roles", "root", "keyids"], [1], "/signed/roles/root/keyids/0"],
    [
      "more keys of a role than a vehicle's floors hold",
      root(),
      ["roles", "timestamp", "keyids"],
      Array.from({ length: 257 }, (_, index) => `k${index}`),
      "/signed/roles/timestamp/keyids",
    ],
    ["no snapshot.json", timestamp(), ["meta"], {}, "/signed/meta/snapshot.json"],
    ["another file", timestamp(), ["meta", "x.json"], { version: 1 }, "/signed/meta/x.json"],
    ["no targets.json", snapshot(), ["meta"], {}, "/signed/meta/targets.json"],
    ["file version 0", snapshot(), ["meta", "targets.json", "version"], 0, "/signed/meta/targets.json/version"],
    ["a negative length", snapshot(), ["meta", "targets.json", "length"], -1, "/signed/meta/targets.json/length"],
    ["empty hashes", snapshot(), ["meta", "targets.json", "hashes"], {}, "/signed/meta/targets.json/hashes"],
    [
      "a hash as number",
      snapshot(),
      ["meta", "targets.json", "hashes"],
      { sha256: 1 },
      "/signed/meta/targets.json/hashes/sha256",
    ],
    ["no targets", targets(), ["targets"], undefined, "/signed/targets"],
    ["a target as text", targets(), ["targets", "a/b"], "x", "/signed/targets/a~1b"],
    ["a target without length", targets(), ["targets", "a/b", "length"], undefined, "/signed/targets/a~1b/length"],
    ["a negative target length", targets(), ["targets", "a/b", "length"], -1, "/signed/targets/a~1b/length"],
    ["a target without hashes", targets(), ["targets", "a/b", "hashes"], undefined, "/signed/targets/a~1b/hashes"],
    ["a target with empty hashes", targets(), ["targets", "a/b", "hashes"], {}, "/signed/targets/a~1b/hashes"],
    [
      "a target hash as list",
      targets(),
      ["targets", "a/b", "hashes"],
      { sha256: [] },
      "/signed/targets/a~1b/hashes/sha256",
    ],
    ["custom as list", targets(), ["targets", "a/b", "custom"], [], "/signed/targets/a~1b/custom"],
    ["delegations without keys", targets(), ["delegations", "keys"], undefined, "/signed/delegations/keys"],
    ["delegations without roles", targets(), ["delegations", "roles"], undefined, "/signed/delegations"],
    ["both kinds of roles", targets(), ["delegations", "succinct_roles"], {}, "/signed/delegations"],
    [
      "a role named as top-level",
      targets(),
      ["delegations", "roles", 0, "name"],
      "snapshot",
      "/signed/delegations/roles/0/name",
    ],
    ["a role without name", targets(), ["delegations", "roles", 0, "name"], "", "/signed/delegations/roles/0/name"],
    ["a role twice", targets(), ["delegations", "roles", 1, "name"], "A", "/signed/delegations/roles/1/name"],
    [
      "a role without threshold",
      targets(),
      ["delegations", "roles", 1, "threshold"],
      undefined,
      "/signed/delegations/roles/1/threshold",
    ],
    [
      "no terminating",
      targets(),
      ["delegations", "roles", 0, "terminating"],
      undefined,
      "/signed/delegations/roles/0/terminating",
    ],
    [
      "neither paths nor prefixes",
      targets(),
      ["delegations", "roles", 0, "paths"],
      undefined,
      "/signed/delegations/roles/0",
    ],
    [
      "both paths and prefixes",
      targets(),
      ["delegations", "roles", 0, "path_hash_prefixes"],
      [],
      "/signed/delegations/roles/0",
    ],
    ["a path as number", targets(), ["delegations", "roles", 0, "paths", 0], 1, "/signed/delegations/roles/0/paths/0"],
    [
      "a prefix as number",
      targets(),
      ["delegations", "roles", 1, "path_hash_prefixes", 1],
      1,
      "/signed/delegations/roles/1/path_hash_prefixes/1",
    ],
    [
      "bit length 0",
      bins(),
      ["delegations", "succinct_roles", "bit_length"],
      0,
      "/signed/delegations/succinct_roles/bit_length",
    ],
    [
      "bit length 33",
      bins(),
      ["delegations", "succinct_roles", "bit_length"],
      33,
      "/signed/delegations/succinct_roles/bit_length",
    ],
    [
      "bins without prefix",
      bins(),
      ["delegations", "succinct_roles", "name_prefix"],
      undefined,
      "/signed/delegations/succinct_roles/name_prefix",
    ],
    [
      "bins with threshold 0",
      bins(),
      ["delegations", "succinct_roles", "threshold"],
      0,
      "/signed/delegations/succinct_roles/threshold",
    ],
  ];
  it.each(faults)("refuses %s", (_, document, place, value, path) => {
    expect(errorOf(() => parse(changed(document, place, value)))).toMatchObject({
      code: "ERR_MANIFEST_TUF_FORMAT",
      path,
    });
  });

  it.each([["2.0.0"], ["1"], ["1.0.0.0"], ["1.x"], ["01.0"], ["1.00"], [""], ["1.0.34 "]])(
    "refuses specification %j",
    (version) => {
      expect(errorOf(() => parse({ ...timestamp(), spec_version: version }))).toMatchObject({
        code: "ERR_MANIFEST_TUF_SPEC_VERSION",
        path: "/signed/spec_version",
      });
    },
  );

  it.each([
    ["no signatures", {}, "/signatures"],
    ["a signature as text", { signatures: ["00"] }, "/signatures/0"],
    ["a signature without key id", { signatures: [{ sig: "00" }] }, "/signatures/0/keyid"],
    ["a signature without value", { signatures: [{ keyid: "a" }] }, "/signatures/0/sig"],
    [
      "two signatures of one key id",
      {
        signatures: [
          { keyid: "a", sig: "" },
          { keyid: "a", sig: "00" },
        ],
      },
      "/signatures/1/keyid",
    ],
    ["nothing signed", { signatures, signed: null }, "/signed"],
  ])("refuses an envelope with %s", (_, change, path) => {
    const document = { signed: timestamp(), ...change };
    expect(errorOf(() => parseTufMetadata(fileOf(document)))).toMatchObject({ code: "ERR_MANIFEST_TUF_FORMAT", path });
  });

  it.each([
    ["version 1.5", '"version":1.5', "ERR_CORE_JSON_NOT_INTEGER"],
    ["version 1e21", '"version":1e21', "ERR_CORE_JSON_NOT_INTEGER"],
    ["version 2^53", '"version":9007199254740992', "ERR_CORE_JSON_UNSAFE_INTEGER"],
    ["a version twice", '"version":1,"version":2', "ERR_CORE_JSON_DUPLICATE_KEY"],
    ["a lone surrogate", '"version":1,"x":"\\ud800"', "ERR_CORE_JSON_SURROGATE"],
  ])("refuses %s as no strict JSON", (_, text, code) => {
    const file = new TextEncoder().encode(
      JSON.stringify({ signatures, signed: timestamp() }).replace('"version":1', text),
    );
    expect(errorOf(() => parseTufMetadata(file))).toMatchObject({ code: code });
  });

  it("refuses every truncation of a file", () => {
    const file = fileOf({ signatures, signed: targets() });
    fc.assert(
      fc.property(fc.nat({ max: file.length - 1 }), (length) => {
        expect(errorOf(() => parseTufMetadata(file.subarray(0, length)))).toMatchObject({
          code: "ERR_CORE_JSON_SYNTAX",
        });
      }),
    );
  });
});
