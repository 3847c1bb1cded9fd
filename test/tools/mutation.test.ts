import { describe, expect, it } from "vitest";
import { outdated, scoreOf, survivorsOf } from "../../scripts/mutation/survivors.ts";
import { textForPeople } from "../../scripts/mutation/texts-ignorer.ts";

const source = 'const a = 1;\n  if (b > 2) {\n    c(\n      "x");\n  }\n';

function mutant(status: string, line: number, column: number, endLine: number, endColumn: number, replacement: string) {
  return { status, replacement, location: { start: { line, column }, end: { line: endLine, column: endColumn } } };
}

const report = {
  files: {
    "src/m/a.ts": {
      source,
      mutants: [
        mutant("NoCoverage", 3, 5, 4, 11, "c()"),
        mutant("Survived", 2, 7, 2, 12, "b >= 2"),
        mutant("Killed", 2, 7, 2, 12, "b < 2"),
        mutant("Timeout", 2, 7, 2, 12, "true"),
        mutant("Ignored", 1, 1, 1, 2, ""),
        mutant("RuntimeError", 1, 1, 1, 2, ""),
      ],
    },
  },
};
const known = { file: "src/m/a.ts", line: "if (b > 2) {", from: "b > 2", to: "b >= 2", reason: "b is never 2" };

describe("scoreOf", () => {
  it("counts what was found of what could be found", () => {
    expect(scoreOf(report)).toEqual({
      killed: 1,
      timedOut: 1,
      survived: 1,
      uncovered: 1,
      ignored: 1,
      broken: 1,
      percent: 50,
    });
  });

  it("gives no score without mutants", () => {
    expect(scoreOf({ files: {} }).percent).toBeUndefined();
  });
});

describe("survivorsOf", () => {
  it("names each survivor by its source, in order, with the reviewed reason", () => {
    expect(survivorsOf(report, [known])).toEqual([
      { ...known, lineNumber: 2 },
      { file: "src/m/a.ts", line: "c(", from: 'c( "x")', to: "c()", lineNumber: 3, reason: undefined },
    ]);
  });

  it("does not take a reason from another line, file or replacement", () => {
    for (const other of [{ line: "if (b > 3) {" }, { file: "src/m/b.ts" }, { to: "true" }]) {
      expect(survivorsOf(report, [{ ...known, ...other }])[0]!.reason).toBeUndefined();
    }
  });
});

describe("outdated", () => {
  it("finds reviewed mutants that do not survive, in the files of the report", () => {
    const gone = { ...known, to: "b < 2" };
    const elsewhere = { ...known, file: "src/other/a.ts" };
    expect(outdated(report, survivorsOf(report, []), [known, gone, elsewhere])).toEqual([gone]);
  });
});

describe("textForPeople", () => {
  const text = { type: "StringLiteral" };
  const inside = (parent: { readonly type: string }) =>
    textForPeople({ node: text, parentPath: { node: parent, parentPath: null } });
  const thrown = (name: string, ...given: readonly { readonly type: string }[]) =>
    inside({ type: "NewExpression", callee: { type: "Identifier", name }, arguments: given } as never);
  const code = { type: "StringLiteral" };

  it("leaves out messages of errors, but not their codes", () => {
    expect(thrown("UdsError", code, text)).toBe("message of an error");
    expect(thrown("UdsError", text, code)).toBeUndefined();
    expect(thrown("RangeError", text)).toBe("message of an error");
    expect(thrown("UdsError", code, code, text)).toBeUndefined();
    expect(thrown("ByteReader", code, text)).toBeUndefined();
  });

  it("leaves out what a refusal expected, but not its place", () => {
    const called = (callee: object, ...given: readonly { readonly type: string }[]) =>
      inside({ type: "CallExpression", callee, arguments: given } as never);
    const member = (name: string) => ({ type: "MemberExpression", property: { type: "Identifier", name } });
    expect(called(member("wrong"), code, text)).toBe("message of an error");
    expect(called(member("fail"), text)).toBe("message of an error");
    expect(called({ type: "Identifier", name: "failValue" }, code, text)).toBe("message of an error");
    expect(called(member("wrong"), text, code)).toBeUndefined();
    expect(called(member("u8"), code, text)).toBeUndefined();
  });

  it("leaves out message members and tables of codes", () => {
    const member = (name: string) => inside({ type: "ObjectProperty", key: { type: "Identifier", name } } as never);
    expect(member("message")).toBe("message or meaning");
    expect(member("meaning")).toBe("message or meaning");
    expect(member("code")).toBeUndefined();
    const table = (name: string) => inside({ type: "VariableDeclarator", id: { type: "Identifier", name } } as never);
    expect(table("udsErrorCodes")).toBe("table of codes");
    expect(table("udsReasonCodes")).toBe("table of codes");
    expect(table("serviceNames")).toBeUndefined();
    expect(textForPeople({ node: text, parentPath: null })).toBeUndefined();
  });
});
