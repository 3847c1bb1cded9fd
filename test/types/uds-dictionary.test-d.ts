import type { Dictionary, DictionaryDocument, FieldDefinition, FieldValue, RecordLayout } from "otakit/uds";
import { type DecodeOptions, decodeResponse, parseDictionary } from "otakit/uds";
import { expectTypeOf, test } from "vitest";

test("a document is written with its type, and parsed to what decoders take", () => {
  const document = {
    schema: "otakit.uds-dictionary/1",
    dids: {
      "0x1001": {
        name: "engine",
        layout: [
          { name: "speed", type: "u16", divisor: 4, unit: "rpm" },
          { name: "gear", type: "enum", values: { "0": "neutral" } },
          { name: "note", type: "utf8", length: { prefix: "u8" } },
          { name: "switches", type: "bits", bits: [{ name: "brake", bit: 0 }] },
        ],
      },
    },
  } as const satisfies DictionaryDocument;
  expectTypeOf(parseDictionary(document)).toEqualTypeOf<Dictionary>();
  expectTypeOf<DecodeOptions["dictionary"]>().toEqualTypeOf<Dictionary | undefined>();
  expectTypeOf<ReturnType<Dictionary["dataIdentifier"]>>().toEqualTypeOf<RecordLayout | undefined>();
});

test("a misspelt type or member is found while writing", () => {
  // @ts-expect-error there is no such type
  const type: FieldDefinition = { name: "speed", type: "u17" };
  // @ts-expect-error a text needs a length
  const text: FieldDefinition = { name: "vin", type: "ascii" };
  // @ts-expect-error there is no such member
  const record: DictionaryDocument = { schema: "otakit.uds-dictionary/1", did: {} };
  expectTypeOf([type, text, record]).toBeArray();
});

test("a value is a content with its unit, or says why it is none", () => {
  const value = {} as FieldValue;
  if ("undecoded" in value) expectTypeOf(value.undecoded.reason).toExtend<string>();
  else expectTypeOf(value.value).toEqualTypeOf<string | number | boolean>();
  const result = decodeResponse(new Uint8Array());
  if (result.ok && result.value.kind === "positive" && result.value.service === "readDataByIdentifier") {
    expectTypeOf(result.value.records[0]?.values).toEqualTypeOf<readonly FieldValue[] | undefined>();
  }
});
