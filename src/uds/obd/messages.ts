/** The messages of the ten services of OBD-II, told apart by `kind` and by the number of the service. */

import type { UdsWarning } from "../reasons.ts";
import type { Undecoded } from "../undecoded.ts";
import type { ObdReading } from "./layout.ts";
import type { ObdReadiness } from "./readiness.ts";

/** Services of OBD-II: number of the request, 0x01 .. 0x0A. */
export type ObdService = 0x01 | 0x02 | 0x03 | 0x04 | 0x05 | 0x06 | 0x07 | 0x08 | 0x09 | 0x0a;

/** A parameter of service 01 or 02. */
export interface ObdParameter {
  /** 0 .. 0xFF. */
  readonly pid: number;
  readonly name: string;
  /** A view of the message, not a copy. */
  readonly data: Uint8Array;
  /** What the data say; empty where only their length is known, and for bitmaps and readiness. */
  readonly readings: readonly ObdReading[];
  /** Of parameters 0x00, 0x20 .. 0xE0: numbers of the parameters that the vehicle has. */
  readonly supported?: readonly number[];
  /** Of parameters 0x01 and 0x41. */
  readonly readiness?: ObdReadiness;
}

interface Positive<Service extends ObdService> {
  readonly kind: "positive";
  readonly service: Service;
  /** The whole message: the input itself, not a copy. */
  readonly bytes: Uint8Array;
}

/** Answer to service 01: values of now. */
export interface CurrentDataResponse extends Positive<0x01> {
  readonly parameters: readonly ObdParameter[];
  /** From the first parameter on whose length is not known. */
  readonly undecoded?: Undecoded;
}

/** Answer to service 02: values of the moment when a code was stored. */
export interface FreezeFrameResponse extends Positive<0x02> {
  readonly parameters: readonly (ObdParameter & {
    /** Number of the freeze frame, 0 .. 255. */
    readonly frame: number;
  })[];
  readonly undecoded?: Undecoded;
}

/** Answer to services 03 (stored), 07 (pending) and 0A (permanent); fits `toObdFaultReport`. */
export interface TroubleCodesResponse extends Positive<0x03 | 0x07 | 0x0a> {
  /** The codes with the offset of each in the message. Places without a code, 0x0000 in an uncounted message, are left out. */
  readonly dtcs: readonly {
    readonly code: number;
    /** For example `P0420`. */
    readonly display: string;
    readonly offset: number;
  }[];
  /** Whether a byte with the number of codes follows the service, as it does on CAN. */
  readonly counted: boolean;
  /** Places for codes in an uncounted message, with or without a code. */
  readonly places?: number;
  /** What was tolerated. */
  readonly warnings: readonly UdsWarning[];
}

/** Answer to service 04: codes, freeze frames and monitor results were cleared. */
export interface ClearedResponse extends Positive<0x04> {}

/** Answer to service 05 (not on CAN): one result of an oxygen sensor. */
export interface OxygenSensorTestResponse extends Positive<0x05> {
  readonly testId: number;
  /** Of test identifiers 0x00, 0x20 ..: the supported ones. */
  readonly supported?: readonly number[];
  /** Bits of the sensor that was tested; absent in a bitmap. */
  readonly sensor?: number;
  /** Result and limits, or the bitmap, as bytes: their scaling follows from the test. */
  readonly data: Uint8Array;
}

/** One result of service 06, or a bitmap of monitors. */
export type ObdMonitorResult =
  | { readonly monitorId: number; readonly supported: readonly number[]; readonly data: Uint8Array }
  | {
      readonly monitorId: number;
      readonly testId: number;
      /** Unit and scaling identifier. */
      readonly scalingId: number;
      /** `"notCompleted"`: result and limits are all zero, as they are after clearing until the monitor has run. */
      readonly outcome: "passed" | "failed" | "notCompleted";
      /** As they stand in the message, signed where the scaling identifier says so. */
      readonly raw: { readonly value: number; readonly minimum: number; readonly maximum: number };
      /** In `unit`; absent where the scaling is not known, or the test was not completed. */
      readonly value?: number;
      readonly minimum?: number;
      readonly maximum?: number;
      readonly unit?: string;
    };

/** Answer to service 06 on CAN: results of monitors. */
export interface MonitorResultsResponse extends Positive<0x06> {
  readonly results: readonly ObdMonitorResult[];
}

/** Answer to service 08: a test or device was controlled. */
export interface ControlResponse extends Positive<0x08> {
  readonly testId: number;
  /** Of test identifiers 0x00, 0x20 ..: the supported ones. */
  readonly supported?: readonly number[];
  readonly data: Uint8Array;
}

/** One kind of information about the vehicle. */
export interface ObdVehicleInformation {
  readonly infoType: number;
  readonly name: string;
  /** Number of items in the message; absent for a bitmap. */
  readonly count?: number;
  /** The items as bytes, or the bitmap. */
  readonly items: readonly Uint8Array[];
  /** Of information types 0x00, 0x20 ..: the supported ones. */
  readonly supported?: readonly number[];
  /** The items as text without the zeros that fill them, or in hexadecimal for verification numbers; `"notText"` for other bytes. */
  readonly texts?: readonly string[];
  /** In-use performance: how often each monitor ran, and how often it could have. */
  readonly counters?: readonly { readonly name: string; readonly value: number }[];
}

/** Answer to service 09 on CAN. */
export interface VehicleInformationResponse extends Positive<0x09> {
  readonly information: readonly ObdVehicleInformation[];
  readonly undecoded?: Undecoded;
}

/** A positive answer of any service. */
export type ObdResponse =
  | CurrentDataResponse
  | FreezeFrameResponse
  | TroubleCodesResponse
  | ClearedResponse
  | OxygenSensorTestResponse
  | MonitorResultsResponse
  | ControlResponse
  | VehicleInformationResponse;

/** What every request has. */
export interface ObdRequestBase<Service extends ObdService> {
  readonly kind: "request";
  readonly service: Service;
  /** The whole message: the input itself, not a copy. */
  readonly bytes: Uint8Array;
}

/** A request of any service. */
export type ObdRequest =
  | (ObdRequestBase<0x01> & { readonly pids: readonly number[] })
  | (ObdRequestBase<0x02> & { readonly parameters: readonly { readonly pid: number; readonly frame: number }[] })
  | ObdRequestBase<0x03 | 0x04 | 0x07 | 0x0a>
  | (ObdRequestBase<0x05> & { readonly testId: number; readonly sensor: number })
  | (ObdRequestBase<0x06> & { readonly monitorIds: readonly number[] })
  | (ObdRequestBase<0x08> & { readonly testId: number; readonly data: Uint8Array })
  | (ObdRequestBase<0x09> & { readonly infoTypes: readonly number[] });

/** A message without some of its members, whichever message it is. */
export type ObdWithout<Message, Members extends PropertyKey> = Message extends unknown ? Omit<Message, Members> : never;

/** What is needed to write a request. */
export type EncodableObdRequest = ObdWithout<ObdRequest, "kind" | "bytes">;

/** What is needed to write a positive answer: every decoded one, or one put together by hand. */
export type EncodableObdResponse =
  | {
      readonly service: 0x01;
      readonly parameters: readonly Pick<ObdParameter, "pid" | "data">[];
      readonly undecoded?: Pick<Undecoded, "bytes">;
    }
  | {
      readonly service: 0x02;
      readonly parameters: readonly (Pick<ObdParameter, "pid" | "data"> & { readonly frame: number })[];
      readonly undecoded?: Pick<Undecoded, "bytes">;
    }
  | {
      readonly service: 0x03 | 0x07 | 0x0a;
      readonly dtcs: readonly { readonly code: number; readonly offset?: number }[];
      readonly counted: boolean;
      /** Places of an uncounted message; the codes stand at their offsets. Absent: as many as are full, in threes. */
      readonly places?: number;
    }
  | { readonly service: 0x04 }
  | { readonly service: 0x05; readonly testId: number; readonly sensor?: number; readonly data: Uint8Array }
  | {
      readonly service: 0x06;
      readonly results: readonly (
        | { readonly monitorId: number; readonly data: Uint8Array }
        | {
            readonly monitorId: number;
            readonly testId: number;
            readonly scalingId: number;
            readonly raw: { readonly value: number; readonly minimum: number; readonly maximum: number };
          }
      )[];
    }
  | { readonly service: 0x08; readonly testId: number; readonly data: Uint8Array }
  | {
      readonly service: 0x09;
      readonly information: readonly Pick<ObdVehicleInformation, "infoType" | "items">[];
      readonly undecoded?: Pick<Undecoded, "bytes">;
    };
