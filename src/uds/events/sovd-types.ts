/** Faults as SOVD carries them: the shape of Eclipse OpenSOVD's Classic Diagnostic Adapter, with what ISO 17978-3 adds. */

/** Status of a SOVD fault. Readers also take the names of ISO 14229-1 in camelCase, and `0`, `1`, `"0"`, `"1"` as values. */
export interface SovdFaultStatus {
  readonly test_failed?: boolean;
  readonly test_failed_this_operation_cycle?: boolean;
  readonly pending_dtc?: boolean;
  readonly confirmed_dtc?: boolean;
  readonly test_not_completed_since_last_clear?: boolean;
  readonly test_failed_since_last_clear?: boolean;
  readonly test_not_completed_this_operation_cycle?: boolean;
  readonly warning_indicator_requested?: boolean;
  /** The status byte, two hexadecimal digits. */
  readonly mask?: string;
  /** `active` or `passive`, where there is no more to say. */
  readonly aggregatedStatus?: string;
}

/** One fault of an entity. */
export interface SovdFault {
  /** Code in the native form of the entity, for example `042016`. */
  readonly code: string;
  readonly scope?: string;
  readonly display_code?: string;
  readonly fault_name: string;
  readonly fault_translation_id?: string;
  /** Its meaning is the server's. */
  readonly severity?: number;
  readonly status?: SovdFaultStatus;
}

/** Answer of `GET …/faults`. */
export interface SovdFaultList {
  readonly items: readonly SovdFault[];
}
