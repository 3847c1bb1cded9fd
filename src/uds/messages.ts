/**
 * The members that decoded messages have in common, and what an encoder needs of them.
 *
 * Types only: a message is plain data, told apart by `kind`, then `service`, then `subFunction`.
 */

import type { ServiceName } from "./service-names.ts";

/** A decoded request of one service. */
export interface RequestMessage<Service extends ServiceName, Sid extends number> {
  readonly kind: "request";
  readonly service: Service;
  readonly sid: Sid;
  /** The whole message: the input itself, not a copy. */
  readonly bytes: Uint8Array;
}

/** A decoded positive response of one service. */
export interface ResponseMessage<Service extends ServiceName, Sid extends number> {
  readonly kind: "positive";
  readonly service: Service;
  readonly sid: Sid;
  /** The whole message: the input itself, not a copy. */
  readonly bytes: Uint8Array;
}

/** Members of the messages of a service with sub-functions. */
export interface SubFunction<Name extends string> {
  /** Name of the sub-function or, where it has none of its own, of the range it lies in. */
  readonly subFunction: Name;
  /** The sub-function without bit 7, 0 .. 127. */
  readonly subFunctionId: number;
  /**
   * Bit 7. In a request: the ECU keeps a positive response to itself. In a response: the ECU echoed the bit, which only a
   * request carries.
   */
  readonly suppressPosRspMsgIndicationBit: boolean;
}

/** Members that every encoder finds out by itself. */
export type DerivedMember = "kind" | "sid" | "bytes" | "subFunctionId" | "suppressPosRspMsgIndicationBit";

/**
 * What an encoder needs to write a message: every decoded one, or one put together by hand without the members that
 * follow from the others.
 *
 * `subFunctionId` is needed only where `subFunction` names a range; if given, it must agree with the name. An absent
 * `suppressPosRspMsgIndicationBit` is false. `sid` and `bytes` are not looked at.
 *
 * @typeParam Message - the decoded message
 * @typeParam Optional - further members that the encoder finds out, each documented where it is declared
 */
export type Encodable<Message, Optional extends PropertyKey = never> = Message extends unknown
  ? Omit<Message, DerivedMember | Optional> & Partial<Pick<Message, Extract<keyof Message, DerivedMember | Optional>>>
  : never;
