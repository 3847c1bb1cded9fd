import { describe, expect, it } from "vitest";
import { codePage, findCodeFaults } from "../../scripts/check/code-tables.ts";
import { replaceBlock } from "../../scripts/check/generated.ts";

const sound = "It broke. Remedy: mend it.";

describe("findCodeFaults", () => {
  it("accepts sound tables", () => {
    const errors = [{ module: "uds", codes: { ERR_UDS_SHORT: sound, ERR_UDS_0X78: sound } }];
    expect(findCodeFaults("error", errors)).toEqual([]);
    expect(findCodeFaults("reason", [{ module: "uds", codes: { dtc_masked: "It is masked." } }])).toEqual([]);
  });

  it.each([
    ["error", "ERR_CORE_SHORT", sound, 'uds: "ERR_CORE_SHORT" does not match ^ERR_UDS(_[A-Z0-9]+)+$'],
    ["error", "ERR_UDS_A", "It broke.", 'uds: text of "ERR_UDS_A" gives no remedy'],
    ["error", "ERR_UDS_A", "It broke. Remedy: mend it", 'uds: text of "ERR_UDS_A" is no sentence'],
    ["reason", "dtcMasked", "It is.", 'uds: "dtcMasked" does not match ^[a-z][a-z0-9]*(_[a-z0-9]+)*$'],
  ] as const)("refuses a wrong %s code or text: %s", (kind, code, text, fault) => {
    expect(findCodeFaults(kind, [{ module: "uds", codes: { [code]: text } }])).toEqual([fault]);
  });

  it("refuses a code of two modules", () => {
    const tables = ["campaign", "cohort"].map((module) => ({ module, codes: { held_back: "It waits." } }));
    expect(findCodeFaults("reason", tables)).toEqual(['cohort: "held_back" is a code of campaign too']);
  });
});

describe("codePage", () => {
  it("has one table for each module with codes, and escapes what Markdown would eat", () => {
    const page = codePage("error", [
      { module: "uds", codes: { ERR_UDS_A: "A | <b>\n broke. Remedy: mend it." } },
      { module: "empty", codes: {} },
    ]);
    expect(page).toContain(
      "## otakit/uds\n\n| code | cause | remedy |\n|---|---|---|\n| `ERR_UDS_A` | A \\| &lt;b> broke. | Mend it. |\n",
    );
    expect(page).not.toContain("empty");
    expect(codePage("reason", [{ module: "uds", codes: { a_b: "It is." } }])).toContain("| `a_b` | It is. |\n");
  });
});

describe("replaceBlock", () => {
  it("replaces what is between the marks", () => {
    const text = "a\n<!-- t:begin -->\nold\n<!-- t:end -->\nb\n";
    const replaced = replaceBlock(text, "t", "| new |\n");
    expect(replaced).toBe("a\n<!-- t:begin -->\n\n| new |\n\n<!-- t:end -->\nb\n");
    expect(replaceBlock(replaced!, "t", "| new |")).toBe(replaced);
  });

  it("tells when there is no such place", () => {
    expect(replaceBlock("no marks", "t", "x")).toBeUndefined();
    expect(replaceBlock("<!-- t:begin -->", "t", "x")).toBeUndefined();
  });
});
