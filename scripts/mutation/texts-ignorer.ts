/**
 * Stryker plug-in: texts for people are not mutated, because no test may depend on them: messages of errors, refusals and reasons,
 * and the cause, remedy and meaning in tables of codes. Codes, offsets, paths and all other strings are mutated.
 */

import { declareValuePlugin, PluginKind } from "@stryker-mutator/api/plugin";

/** What the plug-in reads of a syntax node (Babel's). */
interface Node {
  readonly type: string;
  readonly name?: string;
  readonly callee?: Node;
  readonly id?: Node;
  readonly property?: Node;
  readonly key?: Node;
  readonly arguments?: readonly Node[];
}

interface NodePath {
  readonly node: Node;
  readonly parentPath: NodePath | null;
}

/** Whether a node is a text for people, or lies in one; the answer is the reason that Stryker reports. */
export function textForPeople({ node, parentPath }: NodePath): string | undefined {
  const parent = parentPath?.node;
  if (parent === undefined) return undefined;
  if (parent.type === "NewExpression" && isMessageArgument(parent, node)) return "message of an error";
  if (parent.type === "CallExpression" && isRefusalText(parent, node)) return "message of an error";
  if (parent.type === "ObjectProperty" && parent.key !== node && /^(?:message|meaning)$/.test(parent.key?.name ?? "")) {
    return "message or meaning";
  }
  if (parent.type === "VariableDeclarator" && /(?:Error|Reason)Codes$/.test(parent.id?.name ?? ""))
    return "table of codes";
  return undefined;
}

/** The message is the first argument of a built-in error, the second of an otakit error, whose first is the code. */
function isMessageArgument({ callee, arguments: given = [] }: Node, argument: Node): boolean {
  const name = callee?.name ?? "";
  if (!name.endsWith("Error")) return false;
  return argument === given[["TypeError", "RangeError", "Error"].includes(name) ? 0 : 1];
}

/** The functions that make or note a refusal take what was expected last. */
function isRefusalText({ callee, arguments: given = [] }: Node, argument: Node): boolean {
  const name = callee?.name ?? callee?.property?.name ?? "";
  return /^(?:fail|failValue|wrong|reserved)$/.test(name) && given.length > 0 && argument === given.at(-1);
}

export const strykerPlugins = [
  declareValuePlugin(PluginKind.Ignore, "texts-for-people", { shouldIgnore: textForPeople }),
];
