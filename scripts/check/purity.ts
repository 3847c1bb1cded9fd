/**
 * The purity rule: the library (all of `src/` but `src/cli/` and `src/core/crypto/node.ts`) uses only what ECMAScript itself
 * defines and is the same on every runtime. Clock, chance, timers, network, `node:` modules and other host objects are not.
 *
 * Works on the syntax tree with resolved names: a local variable called `process` is no violation, an alias is one.
 */

import { builtinModules } from "node:module";
import { relative, sep } from "node:path";
import ts from "typescript";

/** One use of something impure. */
export interface Impurity {
  readonly file: string;
  /** From 1. */
  readonly line: number;
  readonly what: string;
}

/** Host objects that are pure functions of their input and exist on every runtime. */
const pureHostGlobals = new Set(["TextEncoder", "TextDecoder", "WebAssembly"]);

/** Parts of ECMAScript that reach a clock, chance, the host or another agent. */
const impureGlobals = new Map([
  ["globalThis", "hides which global is used"],
  ["eval", "runs text as code"],
  ["Function", "runs text as code"],
  ["Atomics", "waits for another agent"],
  ["SharedArrayBuffer", "is shared with another agent"],
  ["WeakRef", "depends on garbage collection"],
  ["FinalizationRegistry", "depends on garbage collection"],
  ["Intl", "depends on the host's locale data"],
]);

/** Whether the rule holds for a source file of the checkout at `root`. */
export function isCovered(fileName: string, root: string): boolean {
  const path = pathInside(root, fileName);
  return path.startsWith("src/") && !path.startsWith("src/cli/") && path !== "src/core/crypto/node.ts";
}

function pathInside(root: string, fileName: string): string {
  return relative(root, fileName).split(sep).join("/");
}

/** Compiler program of the project file `tsconfig.json` in `root`. */
export function loadProgram(root: string): ts.Program {
  const path = ts.findConfigFile(root, ts.sys.fileExists, "tsconfig.json");
  if (path === undefined) throw new Error(`No tsconfig.json in ${root}`);
  const { config } = ts.readConfigFile(path, ts.sys.readFile);
  const { fileNames, options } = ts.parseJsonConfigFileContent(config, ts.sys, root);
  return ts.createProgram(fileNames, options);
}

/** Finds every violation in the covered files of a program. */
export function findImpurities(program: ts.Program, root: string): readonly Impurity[] {
  const found: Impurity[] = [];
  for (const source of program.getSourceFiles()) {
    if (source.isDeclarationFile || !isCovered(source.fileName, root)) continue;
    const file = pathInside(root, source.fileName);
    const visit = (node: ts.Node): void => {
      const what = impurityOf(node, program);
      if (what !== undefined) {
        found.push({ file, line: source.getLineAndCharacterOfPosition(node.getStart()).line + 1, what });
      }
      ts.forEachChild(node, visit);
    };
    visit(source);
  }
  return found;
}

function impurityOf(node: ts.Node, program: ts.Program): string | undefined {
  if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) {
    return node.moduleSpecifier && impureModule(node.moduleSpecifier);
  }
  if (ts.isImportTypeNode(node))
    return ts.isLiteralTypeNode(node.argument) ? impureModule(node.argument.literal) : undefined;
  if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
    return impureModule(node.arguments[0]!);
  }
  if (ts.isMetaProperty(node) && node.keywordToken === ts.SyntaxKind.ImportKeyword)
    return "import.meta belongs to the host";
  return ts.isIdentifier(node) ? impureName(node, program) : undefined;
}

function impureModule(specifier: ts.Node): string | undefined {
  if (!ts.isStringLiteralLike(specifier)) return "import of a computed name";
  const name = specifier.text;
  return name.startsWith("node:") || builtinModules.includes(name) ? `import of "${name}"` : undefined;
}

function impureName(node: ts.Identifier, program: ts.Program): string | undefined {
  const symbol = resolve(node, program.getTypeChecker());
  const name = node.text;
  const declarations = symbol?.declarations ?? [];
  if (name === "globalThis" && symbol !== undefined && declarations.length === 0) return describe(name);
  const inLanguage = declarations.some((declaration) =>
    program.isSourceFileDefaultLibrary(declaration.getSourceFile()),
  );
  if (inLanguage && /^(localeCompare|toLocale\w+)$/.test(name)) return `${name} depends on the host's locale data`;
  if (!declarations.some(isGlobal)) return undefined;
  if (!inLanguage) return pureHostGlobals.has(name) ? undefined : `${name} belongs to the host`;
  // Naming a member outright is the only use of these two that can be judged here.
  if (name === "Date" && memberOf(node) !== "UTC") return "Date reads the clock or the time zone (all but Date.UTC)";
  if (name === "Math" && [undefined, "random"].includes(memberOf(node)))
    return "Math.random is chance (or Math as a whole)";
  return impureGlobals.has(name) ? describe(name) : undefined;
}

function describe(name: string): string {
  return `${name} ${impureGlobals.get(name)}`;
}

/** Name of the member in `node.member`, unless `node` is used in another way. */
function memberOf(node: ts.Identifier): string | undefined {
  const { parent } = node;
  return ts.isPropertyAccessExpression(parent) && parent.expression === node ? parent.name.text : undefined;
}

function resolve(node: ts.Identifier, checker: ts.TypeChecker): ts.Symbol | undefined {
  const shorthand = ts.isShorthandPropertyAssignment(node.parent) && node.parent.name === node;
  return shorthand ? checker.getShorthandAssignmentValueSymbol(node.parent) : checker.getSymbolAtLocation(node);
}

/** Whether a declaration is one of the global scope: of a script, or in a `declare global` block. */
function isGlobal(declaration: ts.Declaration): boolean {
  const named =
    ts.isVariableDeclaration(declaration) ||
    ts.isFunctionDeclaration(declaration) ||
    ts.isClassDeclaration(declaration) ||
    ts.isInterfaceDeclaration(declaration) ||
    ts.isTypeAliasDeclaration(declaration) ||
    ts.isModuleDeclaration(declaration);
  if (!named || !declaration.getSourceFile().isDeclarationFile) return false;
  const scope = ts.findAncestor(declaration.parent, (node) => ts.isModuleBlock(node) || ts.isSourceFile(node))!;
  if (ts.isSourceFile(scope)) return !ts.isExternalModule(scope);
  return (scope.parent.flags & ts.NodeFlags.GlobalAugmentation) !== 0;
}
