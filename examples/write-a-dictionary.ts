import { bytesToHex, hexToBytes, isOtaError } from "otakit/core";
import { type DictionaryDocument, decodeResponse, parseDictionary } from "otakit/uds";

// The type helps while writing; parseDictionary checks the whole document and says where it is wrong.
const document: DictionaryDocument = {
  schema: "otakit.uds-dictionary/1",
  dids: {
    "0xF190": { name: "VIN", layout: [{ name: "vin", type: "ascii", length: 17 }] },
    "0x1001": {
      name: "engine",
      layout: [
        { name: "speed", type: "u16", divisor: 4, unit: "rpm" },
        { name: "coolant", type: "u8", offset: -40, unit: "°C", min: -40, max: 150 },
        { name: "gear", type: "enum", values: { "0": "neutral", "1..6": "forward", "255": "reverse" } },
        {
          name: "switches",
          type: "bits",
          bits: [
            { name: "brake", bit: 0 },
            { name: "lever", bit: 4, width: 2, values: { "0": "off", "1": "left", "2": "right" } },
          ],
        },
        { name: "note", type: "utf8", length: { prefix: "u8" } },
      ],
    },
  },
  extendedData: { "0x01": { name: "occurrences", layout: [{ name: "count", type: "u8" }] } },
  dtcs: {
    // A title of your own, and another layout of extended data for this code alone.
    "P0420-16": {
      title: "Converter: signal too low",
      extendedData: { "0x01": { name: "occurrences", layout: [{ name: "count", type: "u16" }] } },
    },
  },
};
const dictionary = parseDictionary(document);

// Two identifiers in one answer: the dictionary says where the first one ends.
const response = decodeResponse(hexToBytes("6210010fa0780121026f6bf1905744425857315a5a5a3031323334353637"), {
  dictionary,
});
if (!response.ok) throw new Error(`${response.error.code} at byte ${response.error.offset}`);
if (response.value.kind === "positive" && response.value.service === "readDataByIdentifier") {
  for (const { name, values } of response.value.records) console.log(name, values);
}

// The same layout writes: values by their names, checked against the bounds.
const engine = dictionary.dataIdentifier(0x1001);
const values = { speed: 1000, coolant: 80, gear: 1, brake: true, lever: "right", note: "ok" };
if (engine !== undefined) console.log(bytesToHex(engine.encode(values))); // 0fa0780121026f6b

// A misspelt member is refused with its place.
try {
  parseDictionary({ schema: "otakit.uds-dictionary/1", dids: { "0x1001": { name: "engine", layuot: [] } } });
} catch (error) {
  if (!isOtaError(error)) throw error;
  console.log(error.code, error.path); // ERR_UDS_DICTIONARY /dids/0x1001/layuot
}
