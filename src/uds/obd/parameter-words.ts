/** What the numbers of some parameters stand for, in our own words. */

/** Fuel systems, parameter 0x03. */
export const fuelSystemWords = {
  0: "off",
  1: "openLoopCold",
  2: "closedLoop",
  4: "openLoopDriving",
  8: "openLoopFault",
  16: "closedLoopFault",
} as const;

/** Secondary air, parameter 0x12. */
export const airWords = { 1: "upstream", 2: "downstream", 4: "atmosphereOrOff", 8: "diagnosticPumping" } as const;

/** Regulations that a vehicle is designed to, parameter 0x1C. */
export const regulationWords: Readonly<Record<number, string>> = {
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

/** Emission requirements for heavy vehicles, parameter 0x5F. */
export const emissionWords = { 14: "euro4B1", 15: "euro5B2", 16: "euroEevC" } as const;

/** Fuels by their number, parameter 0x51. */
export const fuelWords: Readonly<Record<number, string>> = /* @__PURE__ */ Object.freeze(
  [
    "notAvailable gasoline methanol ethanol diesel lpg cng propane electric bifuelGasoline bifuelMethanol bifuelEthanol",
    "bifuelLpg bifuelCng bifuelPropane bifuelElectricity bifuelElectricAndCombustion hybridGasoline hybridEthanol hybridDiesel",
    "hybridElectric hybridElectricAndCombustion hybridRegenerative bifuelDiesel",
  ]
    .join(" ")
    .split(" "),
) as unknown as Record<number, string>;
