/** Parameters of several numbers, words or bits. */

import type { ObdField } from "./layout.ts";
import { airWords, emissionWords, fuelSystemWords, fuelWords, regulationWords } from "./parameter-words.ts";

/** What a parameter is called, and how its data are laid out. */
export interface ParameterLayout {
  readonly name: string;
  /** Bytes of data. */
  readonly length: number;
  readonly fields: readonly ObdField[];
}

const whole = { at: 0, size: 1 } as const;

const percentAt = (name: string, at: number): ObdField => ({
  name,
  at,
  size: 1,
  unit: "%",
  factor: 100,
  divisor: 128,
  offset: -100,
});

const sensorBits = (banks: number, sensors: number): readonly ObdField[] =>
  Array.from({ length: 8 }, (_, bit) => ({
    ...whole,
    bit,
    name: `bank${Math.floor(bit / sensors) + 1}Sensor${(bit % sensors) + 1}`,
  })).slice(0, banks * sensors);

const lambda: ObdField = { name: "equivalenceRatio", at: 0, size: 2, unit: "lambda", factor: 2, divisor: 65536 };

const exhaustTemperatures: readonly ObdField[] = /* @__PURE__ */ [0, 1, 2, 3].map((index) => ({
  name: `sensor${index + 1}`,
  at: 1 + 2 * index,
  size: 2,
  unit: "degC",
  divisor: 10,
  offset: -40,
  supportBit: index,
}));

/** Fields that follow a byte of support bits, each as long as `size` says: the first field has the lowest bit. */
const supported = (
  names: readonly string[],
  { size, ...scaling }: Pick<ObdField, "size" | "unit" | "factor" | "divisor" | "offset">,
): readonly ObdField[] =>
  names.map((name, index) => ({ name, at: 1 + size * index, size, ...scaling, supportBit: index }));

const percents = { size: 1, unit: "%", factor: 100, divisor: 255 } as const;
const temperatures = { size: 1, unit: "degC", offset: -40 } as const;
const wideTemperatures = { size: 2, unit: "degC", divisor: 10, offset: -40 } as const;

/** Two temperatures of one byte at the compressor, then two of two bytes at the turbine. */
const turbochargerTemperatures: readonly ObdField[] = /* @__PURE__ */ [
  .../* @__PURE__ */ supported(["compressorInlet", "compressorOutlet"], temperatures),
  { name: "turbineInlet", at: 3, ...wideTemperatures, supportBit: 2 },
  { name: "turbineOutlet", at: 5, ...wideTemperatures, supportBit: 3 },
];

/** The pressure between the two comes first; tables differ on where it is zero, so that it is not read. */
const particulateFilter: readonly ObdField[] = [
  { name: "inletPressure", at: 3, size: 2, unit: "kPa", divisor: 100, supportBit: 1 },
  { name: "outletPressure", at: 5, size: 2, unit: "kPa", divisor: 100, supportBit: 2 },
];

/** Oxygen sensors have eight parameters in a row, one for each sensor. */
export function oxygenSensor(pid: number): ParameterLayout | undefined {
  const number = ((pid - 0x14) & 7) + 1;
  const name = `oxygenSensor${number}`;
  if (pid >= 0x14 && pid <= 0x1b) {
    const voltage: ObdField = { ...whole, name: "voltage", unit: "V", divisor: 200 };
    return { name, length: 2, fields: [voltage, { ...percentAt("shortTermFuelTrim", 1), none: 0xff }] };
  }
  if (pid >= 0x24 && pid <= 0x2b) {
    const voltage: ObdField = { name: "voltage", at: 2, size: 2, unit: "V", factor: 8, divisor: 65536 };
    return { name: `wideRange${capital(name)}Voltage`, length: 4, fields: [lambda, voltage] };
  }
  if (pid >= 0x34 && pid <= 0x3b) {
    const current: ObdField = { name: "current", at: 2, size: 2, unit: "mA", divisor: 256, offset: -128 };
    return { name: `wideRange${capital(name)}Current`, length: 4, fields: [lambda, current] };
  }
  return undefined;
}

function capital(name: string): string {
  return name[0]!.toUpperCase() + name.slice(1);
}

/** By the number of the parameter. */
export const compoundParameters: Readonly<Record<number, ParameterLayout>> = /* @__PURE__ */ Object.freeze({
  1: { name: "monitorStatusSinceCodesCleared", length: 4, fields: [] },
  2: { name: "freezeFrameDtc", length: 2, fields: [{ name: "code", at: 0, size: 2, none: 0 }] },
  3: {
    name: "fuelSystemStatus",
    length: 2,
    fields: [
      { ...whole, name: "system1", words: fuelSystemWords },
      { ...whole, name: "system2", at: 1, words: fuelSystemWords },
    ],
  },
  0x12: { name: "secondaryAirStatus", length: 1, fields: [{ ...whole, name: "status", words: airWords }] },
  0x13: { name: "oxygenSensorsInTwoBanks", length: 1, fields: sensorBits(2, 4) },
  0x1c: { name: "obdRegulation", length: 1, fields: [{ ...whole, name: "regulation", words: regulationWords }] },
  0x1d: { name: "oxygenSensorsInFourBanks", length: 1, fields: sensorBits(4, 2) },
  0x1e: { name: "auxiliaryInput", length: 1, fields: [{ ...whole, name: "powerTakeOffActive", bit: 0 }] },
  0x32: {
    name: "evaporativeSystemVapourPressure",
    length: 2,
    fields: [{ name: "pressure", at: 0, size: 2, signed: true, unit: "Pa", divisor: 4 }],
  },
  0x41: { name: "monitorStatusThisDrivingCycle", length: 4, fields: [] },
  0x4f: {
    name: "sensorMaxima",
    length: 4,
    fields: [
      { ...whole, name: "equivalenceRatio", unit: "lambda" },
      { ...whole, name: "oxygenSensorVoltage", at: 1, unit: "V" },
      { ...whole, name: "oxygenSensorCurrent", at: 2, unit: "mA" },
      { ...whole, name: "intakeManifoldPressure", at: 3, unit: "kPa", factor: 10 },
    ],
  },
  0x50: { name: "massAirFlowMaximum", length: 4, fields: [{ ...whole, name: "massAirFlow", unit: "g/s", factor: 10 }] },
  0x51: { name: "fuelType", length: 1, fields: [{ ...whole, name: "fuel", words: fuelWords }] },
  0x54: {
    name: "evaporativeSystemVapourPressureWide",
    length: 2,
    fields: [{ name: "pressure", at: 0, size: 2, signed: true, unit: "Pa" }],
  },
  0x55: { name: "secondaryOxygenShortTermTrimA", length: 2, fields: [percentAt("bank1", 0), percentAt("bank3", 1)] },
  0x56: { name: "secondaryOxygenLongTermTrimA", length: 2, fields: [percentAt("bank1", 0), percentAt("bank3", 1)] },
  0x57: { name: "secondaryOxygenShortTermTrimB", length: 2, fields: [percentAt("bank2", 0), percentAt("bank4", 1)] },
  0x58: { name: "secondaryOxygenLongTermTrimB", length: 2, fields: [percentAt("bank2", 0), percentAt("bank4", 1)] },
  0x5f: { name: "emissionRequirements", length: 1, fields: [{ ...whole, name: "requirements", words: emissionWords }] },
  0x64: {
    name: "engineTorquePoints",
    length: 5,
    fields: ["idle", "point1", "point2", "point3", "point4"].map((name, at) => ({
      name,
      at,
      size: 1,
      unit: "%",
      offset: -125,
    })),
  },
  0x66: {
    name: "massAirFlowSensors",
    length: 5,
    fields: [0, 1].map((index) => ({
      name: index === 0 ? "sensorA" : "sensorB",
      at: 1 + 2 * index,
      size: 2,
      unit: "g/s",
      divisor: 32,
      supportBit: index,
    })),
  },
  0x67: {
    name: "engineCoolantTemperatures",
    length: 3,
    fields: [0, 1].map((index) => ({
      name: `sensor${index + 1}`,
      at: 1 + index,
      size: 1,
      unit: "degC",
      offset: -40,
      supportBit: index,
    })),
  },
  0x65: {
    name: "auxiliaryInputsAndOutputs",
    length: 2,
    fields: ["powerTakeOffActive", "automaticInDrive", "manualInGear", "glowPlugLamp"].map((name, bit) => ({
      name,
      at: 1,
      size: 1,
      bit,
      supportBit: bit,
    })),
  },
  0x68: {
    name: "intakeAirTemperatures",
    length: 7,
    fields: supported(
      ["bank1Sensor1", "bank1Sensor2", "bank1Sensor3", "bank2Sensor1", "bank2Sensor2", "bank2Sensor3"],
      temperatures,
    ),
  },
  0x69: {
    name: "egrSystems",
    length: 7,
    fields: supported(["commandedA", "actualA", "errorA", "commandedB", "actualB", "errorB"], percents).map((field) =>
      field.name.startsWith("error") ? { ...field, divisor: 128, offset: -100 } : field,
    ),
  },
  0x6a: {
    name: "dieselIntakeAirFlows",
    length: 5,
    fields: supported(["commandedA", "relativeA", "commandedB", "relativeB"], percents),
  },
  0x6b: {
    name: "egrTemperatures",
    length: 5,
    // The upper bits tell of sensors with a wider range, which have none of the lower ones.
    fields: supported(["bank1Sensor1", "bank1Sensor2", "bank2Sensor1", "bank2Sensor2"], temperatures),
  },
  0x6c: {
    name: "throttleActuators",
    length: 5,
    fields: supported(["commandedA", "relativeA", "commandedB", "relativeB"], percents),
  },
  0x6f: {
    name: "compressorInletPressures",
    length: 3,
    fields: supported(["sensorA", "sensorB"], { size: 1, unit: "kPa" }),
  },
  0x72: {
    name: "wastegates",
    length: 5,
    fields: supported(["commandedA", "actualA", "commandedB", "actualB"], percents),
  },
  0x73: {
    name: "exhaustPressures",
    length: 5,
    fields: supported(["bank1", "bank2"], { size: 2, unit: "kPa", divisor: 100 }),
  },
  0x75: { name: "turbochargerTemperaturesA", length: 7, fields: turbochargerTemperatures },
  0x76: { name: "turbochargerTemperaturesB", length: 7, fields: turbochargerTemperatures },
  0x77: {
    name: "chargeAirCoolerTemperatures",
    length: 5,
    fields: supported(["bank1Sensor1", "bank1Sensor2", "bank2Sensor1", "bank2Sensor2"], temperatures),
  },
  0x7a: { name: "particulateFilterBank1", length: 7, fields: particulateFilter },
  0x7b: { name: "particulateFilterBank2", length: 7, fields: particulateFilter },
  0x7c: {
    name: "particulateFilterTemperatures",
    length: 9,
    fields: supported(["bank1Inlet", "bank1Outlet", "bank2Inlet", "bank2Outlet"], wideTemperatures),
  },
  0x7f: {
    name: "engineRunTimes",
    length: 13,
    fields: supported(["total", "idle", "powerTakeOffActive"], { size: 4, unit: "s" }),
  },
  0x78: { name: "exhaustGasTemperaturesBank1", length: 9, fields: exhaustTemperatures },
  0x79: { name: "exhaustGasTemperaturesBank2", length: 9, fields: exhaustTemperatures },
});
