/**
 * The public standard parameters (PID) of services 01 and 02, with length, unit and scaling.
 *
 * Names are our own words. A parameter whose length is in doubt is left out: a wrong length would give false
 * answers for all that follow.
 *
 * Standard: SAE J1979 / ISO 15031-5; layouts as widely published tables give them; some are checked against vectors of python-OBD and scapy.
 */

import { boundsOf, isBitmap, type ObdField } from "./layout.ts";

/** What a parameter is called, and how its data are laid out. */
interface Layout {
  readonly name: string;
  /** Bytes of data. */
  readonly length: number;
  readonly fields: readonly ObdField[];
}

/** `[name, unit, size, factor, divisor, offset]` of a parameter with one number. */
type Single = readonly [string, string, number, number?, number?, number?];

const percent = (name: string): Single => [name, "%", 1, 100, 255];
const centred = (name: string): Single => [name, "%", 1, 100, 128, -100];
const celsius = (name: string): Single => [name, "degC", 1, 1, 1, -40];
const torque = (name: string): Single => [name, "%", 1, 1, 1, -125];

const singles: Readonly<Record<number, Single>> = /* @__PURE__ */ Object.freeze({
  4: percent("calculatedEngineLoad"),
  5: celsius("engineCoolantTemperature"),
  6: centred("shortTermFuelTrimBank1"),
  7: centred("longTermFuelTrimBank1"),
  8: centred("shortTermFuelTrimBank2"),
  9: centred("longTermFuelTrimBank2"),
  10: ["fuelPressure", "kPa", 1, 3],
  11: ["intakeManifoldPressure", "kPa", 1],
  12: ["engineSpeed", "rpm", 2, 1, 4],
  13: ["vehicleSpeed", "km/h", 1],
  14: ["timingAdvance", "deg", 1, 1, 2, -64],
  15: celsius("intakeAirTemperature"),
  16: ["massAirFlow", "g/s", 2, 1, 100],
  17: percent("throttlePosition"),
  31: ["runTimeSinceEngineStart", "s", 2],
  33: ["distanceWithMil", "km", 2],
  34: ["fuelRailPressureRelative", "kPa", 2, 5178, 65535],
  35: ["fuelRailGaugePressure", "kPa", 2, 10],
  44: percent("commandedEgr"),
  45: centred("egrError"),
  46: percent("commandedEvaporativePurge"),
  47: percent("fuelTankLevel"),
  48: ["warmUpsSinceCodesCleared", "count", 1],
  49: ["distanceSinceCodesCleared", "km", 2],
  51: ["barometricPressure", "kPa", 1],
  60: ["catalystTemperatureBank1Sensor1", "degC", 2, 1, 10, -40],
  61: ["catalystTemperatureBank2Sensor1", "degC", 2, 1, 10, -40],
  62: ["catalystTemperatureBank1Sensor2", "degC", 2, 1, 10, -40],
  63: ["catalystTemperatureBank2Sensor2", "degC", 2, 1, 10, -40],
  66: ["controlModuleVoltage", "V", 2, 1, 1000],
  67: ["absoluteLoad", "%", 2, 100, 255],
  68: ["commandedEquivalenceRatio", "lambda", 2, 2, 65536],
  69: percent("relativeThrottlePosition"),
  70: celsius("ambientAirTemperature"),
  71: percent("throttlePositionB"),
  72: percent("throttlePositionC"),
  73: percent("acceleratorPedalPositionD"),
  74: percent("acceleratorPedalPositionE"),
  75: percent("acceleratorPedalPositionF"),
  76: percent("commandedThrottleActuator"),
  77: ["runTimeWithMil", "min", 2],
  78: ["timeSinceCodesCleared", "min", 2],
  82: percent("ethanolContent"),
  83: ["evaporativeSystemAbsolutePressure", "kPa", 2, 1, 200],
  89: ["fuelRailAbsolutePressure", "kPa", 2, 10],
  90: percent("relativeAcceleratorPedalPosition"),
  91: percent("hybridBatteryRemainingCharge"),
  92: celsius("engineOilTemperature"),
  93: ["fuelInjectionTiming", "deg", 2, 1, 128, -210],
  94: ["engineFuelRate", "L/h", 2, 1, 20],
  97: torque("demandedEngineTorque"),
  98: torque("actualEngineTorque"),
  99: ["engineReferenceTorque", "N.m", 2],
  142: torque("engineFrictionTorque"),
  158: ["exhaustFlowRate", "kg/h", 2, 1, 5],
  162: ["cylinderFuelRate", "mg/stroke", 2, 1, 32],
  166: ["odometer", "km", 4, 1, 10],
});

const fuelSystemWords = {
  0: "off",
  1: "openLoopCold",
  2: "closedLoop",
  4: "openLoopDriving",
  8: "openLoopFault",
  16: "closedLoopFault",
} as const;

const airWords = { 1: "upstream", 2: "downstream", 4: "atmosphereOrOff", 8: "diagnosticPumping" } as const;

/** Regulations that a vehicle is designed to, parameter 0x1C. */
const regulationWords: Readonly<Record<number, string>> = {
  1: "obdIiCarb",
  2: "obdEpa",
  3: "obdAndObdIi",
  4: "obdI",
  5: "none",
  6: "eobd",
  7: "eobdAndObdIi",
  8: "eobdAndObd",
  9: "eobdObdAndObdIi",
  10: "jobd",
  11: "jobdAndObdIi",
  12: "jobdAndEobd",
  13: "jobdEobdAndObdIi",
  17: "engineManufacturerDiagnostics",
  18: "engineManufacturerDiagnosticsEnhanced",
  19: "heavyDutyObdPartial",
  20: "heavyDutyObd",
  21: "wwhObd",
  23: "heavyDutyEobdStage1",
  24: "heavyDutyEobdStage1Nox",
  25: "heavyDutyEobdStage2",
  26: "heavyDutyEobdStage2Nox",
  28: "brazilPhase1",
  29: "brazilPhase2",
  30: "koreaObd",
  31: "indiaObd1",
  32: "indiaObd2",
  33: "heavyDutyEobdStage6",
};

const fuelWords: Readonly<Record<number, string>> = /* @__PURE__ */ Object.freeze(
  [
    "notAvailable gasoline methanol ethanol diesel lpg cng propane electric bifuelGasoline bifuelMethanol bifuelEthanol",
    "bifuelLpg bifuelCng bifuelPropane bifuelElectricity bifuelElectricAndCombustion hybridGasoline hybridEthanol hybridDiesel",
    "hybridElectric hybridElectricAndCombustion hybridRegenerative bifuelDiesel",
  ]
    .join(" ")
    .split(" "),
) as unknown as Record<number, string>;

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

/** Oxygen sensors have eight parameters in a row, one for each sensor. */
function oxygenSensor(pid: number): Layout | undefined {
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

const others: Readonly<Record<number, Layout>> = /* @__PURE__ */ Object.freeze({
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
  0x78: { name: "exhaustGasTemperaturesBank1", length: 9, fields: exhaustTemperatures },
  0x79: { name: "exhaustGasTemperaturesBank2", length: 9, fields: exhaustTemperatures },
});

/** Layout of a parameter, or `undefined` for one that is not known; bitmaps are known. */
export function parameterLayout(pid: number): Layout | undefined {
  if (isBitmap(pid)) return { name: "supportedParameters", length: 4, fields: [] };
  const single = singles[pid];
  if (single === undefined) return others[pid] ?? oxygenSensor(pid);
  const [name, unit, size, factor = 1, divisor = 1, offset = 0] = single;
  return { name, length: size, fields: [{ name, at: 0, size, unit, factor, divisor, offset }] };
}

/** What is known of a parameter before any vehicle answers. */
export interface ObdParameterDescription {
  readonly pid: number;
  readonly name: string;
  /** Bytes of data. */
  readonly length: number;
  /** Its readings, with the lowest and highest value where they are numbers. */
  readonly readings: readonly {
    readonly name: string;
    readonly unit?: string;
    readonly minimum?: number;
    readonly maximum?: number;
  }[];
}

/**
 * Describes a parameter of service 01: name, length, units and bounds.
 *
 * Standard: SAE J1979 / ISO 15031-5.
 *
 * @returns `undefined` for a parameter that is not in the table
 * @example
 * ```ts
 * describeObdParameter(0x0c)?.readings; // [{ name: "engineSpeed", unit: "rpm", minimum: 0, maximum: 16383.75 }]
 * ```
 */
export function describeObdParameter(pid: number): ObdParameterDescription | undefined {
  const layout = parameterLayout(pid);
  if (layout === undefined || !Number.isInteger(pid) || pid < 0 || pid > 0xff) return undefined;
  const readings = layout.fields.map((field) => ({
    name: field.name,
    ...(field.unit === undefined ? {} : { unit: field.unit }),
    ...boundsOf(field),
  }));
  return { pid, name: layout.name, length: layout.length, readings };
}
