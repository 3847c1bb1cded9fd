/** The recorded Uptane scenarios of ATS: what two repositories serve in each step, and what a client must say of them. */

/** What the suite expects of an update or a target. */
interface ExpectedVerdict {
  readonly is_success: boolean;
  /** Class of the error, `Name` or `Name::role`. */
  readonly err?: string;
}

/** What one repository serves in a step. */
export interface ServedRepository {
  readonly expect: {
    readonly update: ExpectedVerdict;
    readonly targets: Readonly<Record<string, ExpectedVerdict>>;
  };
  /** Metadata and images by name. */
  readonly files: Readonly<Record<string, string>>;
  /** Contents of the images in hexadecimal. */
  readonly targets: Readonly<Record<string, string>>;
}

export interface ScenarioStep {
  readonly director: ServedRepository;
  readonly image_repo: ServedRepository;
}

export interface Scenario {
  readonly name: string;
  readonly doc: string;
  /** ECU id of the Primary, the one ECU of the vehicle. */
  readonly ecu: string;
  readonly hwid: string;
  readonly steps: readonly ScenarioStep[];
}
