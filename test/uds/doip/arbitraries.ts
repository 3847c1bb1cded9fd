/** Generators of DoIP messages. */

import fc from "fast-check";
import type { EncodableDoipMessage } from "../../../src/uds/doip/index.ts";

const byte = fc.integer({ min: 0, max: 0xff });
const address = fc.integer({ min: 0, max: 0xffff });
const word = fc.integer({ min: 0, max: 0xffff_ffff });
const bytesOf = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });
const anyBytes = fc.uint8Array({ maxLength: 40 });
const vin = fc.oneof(
  fc.stringMatching(/^[0-9A-Z]{17}$/),
  fc.constantFrom(new Uint8Array(17), new Uint8Array(17).fill(0xff)),
);
const option = <T>(name: string, values: fc.Arbitrary<T>) =>
  fc.option(values, { nil: undefined }).map((value) => (value === undefined ? {} : { [name]: value }));
const version = fc.oneof(fc.constantFrom(1, 2, 3, 4, 0xff), byte);
const manufacturerData = option("manufacturerData", bytesOf(4));

const merged = (...parts: readonly fc.Arbitrary<object>[]) =>
  fc.tuple(...parts, version).map((all) => {
    const [number, ...members] = all.reverse() as [number, ...object[]];
    return Object.assign({ version: number }, ...members.reverse());
  }) as fc.Arbitrary<EncodableDoipMessage>;

const just = <Name extends EncodableDoipMessage["message"]>(message: Name) => fc.constant({ message });
const addresses = fc.record({ sourceAddress: address, targetAddress: address });

/** Any message that can be written. */
export const doipMessage: fc.Arbitrary<EncodableDoipMessage> = fc.oneof(
  merged(
    fc
      .constantFrom("vehicleIdentificationRequest", "aliveCheckRequest", "entityStatusRequest", "powerModeRequest")
      .map((message) => ({ message })),
  ),
  merged(just("genericNegativeAcknowledge"), fc.record({ nackCode: byte })),
  merged(just("vehicleIdentificationRequestWithEid"), fc.record({ eid: bytesOf(6) })),
  merged(just("vehicleIdentificationRequestWithVin"), fc.record({ vin })),
  merged(
    just("vehicleIdentificationResponse"),
    fc.record({ vin, logicalAddress: address, eid: bytesOf(6), gid: bytesOf(6), furtherActionCode: byte }),
    option("synchronizationCode", byte),
  ),
  merged(
    just("routingActivationRequest"),
    fc.record({ sourceAddress: address, activationType: byte, reserved: word }),
    manufacturerData,
  ),
  merged(
    just("routingActivationResponse"),
    fc.record({ clientAddress: address, entityAddress: address, responseCode: byte, reserved: word }),
    manufacturerData,
  ),
  merged(just("aliveCheckResponse"), fc.record({ sourceAddress: address })),
  merged(
    just("entityStatusResponse"),
    fc.record({ nodeTypeCode: byte, maxConcurrentSockets: byte, openSockets: byte }),
    option("maxDataSizeBytes", word),
  ),
  merged(just("powerModeResponse"), fc.record({ powerModeCode: byte })),
  merged(just("diagnosticMessage"), addresses, fc.record({ userData: anyBytes })),
  merged(
    just("diagnosticMessagePositiveAcknowledge"),
    addresses,
    fc.record({ ackCode: byte, previousMessage: anyBytes }),
  ),
  merged(
    just("diagnosticMessageNegativeAcknowledge"),
    addresses,
    fc.record({ nackCode: byte, previousMessage: anyBytes }),
  ),
  merged(just("unknown"), fc.record({ payloadType: fc.integer({ min: 0x8004, max: 0xffff }), payload: anyBytes })),
);
