/** Rows that ask what kind of answer a message is, not whether its content is whole. */

import { decodeRow, differs, type Members, type Row, type Verdict } from "./row.ts";

/** Checks a row of operation `envelope`. */
export function checkEnvelope(row: Row): Verdict {
  const result = decodeRow(row);
  const value = (result.ok ? result.value : result.partial) as unknown as Members | undefined;
  const expected = row.expected as Members;
  const { valid, positive, service, code, code_name: codeName } = expected;
  if (!valid) return differs({ kind: "unknown", service: "unknown" }, { ...value });
  if (positive) {
    // A message that is cut short is still an answer of its service: the fault says so by its place behind the SID.
    if (value === undefined) return result.ok || result.error.offset === 0 ? "refused" : undefined;
    // So is one whose sub-function nobody has defined.
    return differs({ service: plainName(service) }, { service: nameOf(value) });
  }
  if (value?.["kind"] !== "negative") return `kind ${String(value?.["kind"])}`;
  // Where no name is assigned, udsoncan gives the number as text.
  const name = codeName === String(code) ? "isosaereserved" : plainName(codeName);
  const found = { service: nameOf(value), code: value["nrc"], name: plainName(value["name"]) };
  return differs({ service: plainName(service), code, name }, found);
}

function nameOf(value: Members): string {
  return plainName(value["kind"] === "negative" ? value["requestService"] : value["service"]);
}

function plainName(name: unknown): string {
  return String(name).replaceAll("_", "").toLowerCase();
}
