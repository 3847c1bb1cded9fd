/** How version reports are written, and what they must say: the part of a profile that concerns them (Uptane 2.1.0 section 5.4.2.1). */

/** Choices about ECU version reports and vehicle version manifests. */
export interface UptaneReportRules {
  /**
   * Whether each signature must name its method and list the hash of what it covers (5.4.2.1.2). Where these are not required, they are
   * taken for comments: aktualizr writes `rsassa-pss` for two methods.
   */
  readonly signatureDetails: "required" | "optional";
  /** Text encoding of signatures. */
  readonly signatures: "hex" | "hex_or_base64";
  /** Whether the manifest must name the vehicle (5.4.2.1.1), or may leave that to the connection; where it does, it must be the right one. */
  readonly vehicleIdentifier: "required" | "optional";
  /** Whether a report must have a counter or a nonce (5.4.2.1.2); where it has one, it is checked. */
  readonly replayProtection: "required" | "optional";
  /** Counters are integers; or, as aktualizr writes them, their decimal digits in a text. */
  readonly counters: "integer" | "integer_or_text";
  /** The manifest has one report under each ECU; or, as the reference implementation writes it, a list. */
  readonly entries: "single" | "single_or_list";
  /** Whether every ECU must know the time, or may say 1970, as aktualizr does. */
  readonly time: "required" | "may_be_unset";
}

/** Uptane 2.1.0 to the letter. */
export const strictReportRules: UptaneReportRules = {
  signatureDetails: "required",
  signatures: "hex",
  vehicleIdentifier: "required",
  replayProtection: "required",
  counters: "integer",
  entries: "single",
  time: "required",
};

/** Reports of aktualizr and of the reference implementation. */
export const atsReportRules: UptaneReportRules = {
  signatureDetails: "optional",
  signatures: "hex_or_base64",
  vehicleIdentifier: "optional",
  replayProtection: "optional",
  counters: "integer_or_text",
  entries: "single_or_list",
  time: "may_be_unset",
};
