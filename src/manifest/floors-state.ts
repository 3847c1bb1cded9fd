/** The state of floors as it is stored: plain JSON, version 2. */

/** An image that an ECU was seen to run. */
export interface SeenImage {
  readonly releaseCounter: number;
  /** SHA-256 of the image, lower-case hexadecimal. */
  readonly sha256: string;
}

/** Floors of one ECU. */
export interface EcuFloor {
  /** Highest release counter installed so far, 0 .. 2^53-1. */
  readonly releaseCounter: number;
  /** Highest security epoch installed so far, 0 .. 2^53-1. */
  readonly securityEpoch: number;
  /** The image of the highest release counter that the ECU itself reported to run. Absent: no report was verified yet. */
  readonly installed?: SeenImage;
  /** SHA-256 of images that failed here, oldest first; at most 32. */
  readonly failed?: readonly string[];
}

/** What an ECU did with its last authorisation to go back. */
export interface RollbackUse {
  /** Digest of the authorisation. */
  readonly authorisation: string;
  /** SHA-256 of the image that it is used for. */
  readonly sha256: string;
  /**
   * `begun`: it may be installed to its end, after a power cut too. `installed`: the authorisation is spent for this ECU, and excuses
   * that it runs the image. `left`: the image failed, or another one was installed since; spent, and it excuses nothing any more.
   */
  readonly state: "begun" | "installed" | "left";
}

/** Which authorisations to go back were used. */
export interface RollbackLedger {
  /** Highest serial used so far; 0 when none was. */
  readonly serial: number;
  /** Digest of the authorisation of that serial. */
  readonly authorisation?: string;
  /** Lowest serial that was not revoked. */
  readonly leastSerial: number;
  /** Serials that were revoked besides, rising; at most 256. */
  readonly revoked: readonly number[];
  /** Nonces used, newest last; at most 64. */
  readonly nonces: readonly string[];
  /** The last use of each ECU. */
  readonly ecus: Readonly<Record<string, RollbackUse>>;
}

/** Floors of a vehicle. */
export interface UpdateFloors {
  readonly schema: "otakit.update-floors/2";
  /** Pseudonymous identifier of the vehicle, by which authorisations name it. Absent: none can be used. */
  readonly vehicleId?: string;
  /** Latest time that was verified, epoch milliseconds: no time before it counts. */
  readonly timeMs: number;
  /** Versions of metadata by name: `trust`, `release`, `director/root`, `image/targets` and so on. */
  readonly metadata: Readonly<Record<string, number>>;
  /**
   * By repository: SHA-256 of the keys that signed timestamp and snapshot (targets, where there are none), lower-case hexadecimal,
   * at most 512. When one of them is revoked, the versions that it may have signed begin anew.
   */
  readonly keys?: Readonly<Record<string, readonly string[]>>;
  /** By ECU identifier; at most 1,000. */
  readonly ecus: Readonly<Record<string, EcuFloor>>;
  readonly rollback: RollbackLedger;
}
