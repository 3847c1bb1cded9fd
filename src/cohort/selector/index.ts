/** The selector language: catalogue, compilation, explanation. */

export type {
  Attribute,
  AttributeBase,
  AttributeCatalogue,
  AttributeType,
  BoolAttribute,
  EnumAttribute,
  NumberAttribute,
  SetAttribute,
  StringAttribute,
  VersionAttribute,
} from "./catalogue.ts";
export { parseAttributeCatalogue } from "./catalogue.ts";
export type { Holdback } from "./check.ts";
export type { VehicleRecord } from "./closures.ts";
export type {
  BooleanColumn,
  Column,
  ColumnBase,
  ColumnNumbers,
  ColumnTable,
  DictionaryColumn,
  DictionaryIndices,
  NumberColumn,
  ValueColumn,
} from "./column-readers.ts";
export { selectColumns } from "./columns.ts";
export type { CompiledSelector, CompileOptions } from "./compile.ts";
export { compileSelector } from "./compile.ts";
export type { Explanation, SelectionDecision, SelectionVerdict, Witness } from "./explain.ts";
export type { Funnel, FunnelStep } from "./funnel.ts";
export { funnel } from "./funnel.ts";
export * from "./selector.ts";
export type { ValueStatus } from "./status.ts";
export type { Truth } from "./tree.ts";
