/**
 * The door for texts about trouble codes. otakit ships none: the tables of SAE J2012-DA and of manufacturers are not
 * free, so a catalogue comes from the caller and says where its texts are from.
 */

/** Where a text comes from. */
export interface DtcTextSource {
  /** Name of the catalogue or the standard. */
  readonly name: string;
  /** Licence of the text, for example `CC0-1.0`. */
  readonly licence?: string;
}

/** What a catalogue says about one code. */
export interface DtcCatalogueEntry {
  /** The fault in one line. */
  readonly title: string;
  /** More about it, what to look for, what to do. */
  readonly text?: string;
}

/** Texts about trouble codes; `lookUp` gets the code as text, also in the two-byte form. */
export interface DtcCatalogue {
  readonly source: DtcTextSource;
  /** Entry of `P0420-16`, `P0420` or `SPN 1208 FMI 3`, if there is one. */
  lookUp(display: string): DtcCatalogueEntry | undefined;
}

/**
 * Makes a catalogue from a table of texts by code.
 *
 * @param entries code as text, for example `P0420` or `P0420-16`, to its title or entry
 * @example
 * ```ts
 * const own = createDtcCatalogue({ name: "Workshop manual" }, { "P0420-16": "Converter: signal too low" });
 * explainDtc({ code: 0x042016, status: 0x2f, availabilityMask: 0xff }, { catalogue: own }).title;
 * ```
 */
export function createDtcCatalogue(
  source: DtcTextSource,
  entries: Readonly<Record<string, string | DtcCatalogueEntry>>,
): DtcCatalogue {
  const byDisplay = new Map(Object.entries(entries));
  return {
    source,
    lookUp(display) {
      const entry = byDisplay.get(display);
      return typeof entry === "string" ? { title: entry } : entry;
    },
  };
}
