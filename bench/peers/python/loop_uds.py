"""Reads or writes messages again and again with the library named on the command line.

A line in is JSON: {"work": "dtcs" | "decode" | "encode", "messages": [hex, ...], "repetitions": n}. A line out is a checksum: of the
codes and statuses of the last message under exclusive or, or the number of messages.
"""

import json
import logging
import sys
import warnings

logging.getLogger("scapy").setLevel(logging.CRITICAL)
warnings.simplefilter("ignore")


def udsoncan():
    from udsoncan import DidCodec, MemoryLocation, Request, Response, services
    from udsoncan.services import ReadDTCInformation

    class Raw(DidCodec):
        def encode(self, value):
            return value

        def __len__(self):
            return 1

    identifiers = {"default": Raw}
    location = MemoryLocation(address=0x12, memorysize=0xFF, address_format=8, memorysize_format=8)
    # Its requests are written from parameters; its responses have none.
    requests = {
        0x10: lambda: services.DiagnosticSessionControl.make_request(3),
        0x11: lambda: services.ECUReset.make_request(1),
        0x14: lambda: services.ClearDiagnosticInformation.make_request(0xFFFFFF),
        0x19: lambda: services.ReadDTCInformation.make_request(2, status_mask=0xFF),
        0x22: lambda: services.ReadDataByIdentifier.make_request([0xF190], identifiers),
        0x27: lambda: services.SecurityAccess.make_request(1, services.SecurityAccess.Mode.RequestSeed),
        0x2E: lambda: services.WriteDataByIdentifier.make_request(0xF190, b"\x01", identifiers),
        0x31: lambda: services.RoutineControl.make_request(0xFF00, 1),
        0x34: lambda: services.RequestDownload.make_request(location),
        0x36: lambda: services.TransferData.make_request(1, b"\xaa\xbb"),
        0x37: lambda: services.RequestTransferExit.make_request(),
        0x3E: lambda: services.TesterPresent.make_request(),
        0x85: lambda: services.ControlDTCSetting.make_request(2),
    }

    def dtcs(payload):
        data = ReadDTCInformation.interpret_response(Response.from_payload(payload), subfunction=2).service_data
        return [(dtc.id, dtc.status.get_byte_as_int()) for dtc in data.dtcs]

    def decode(payload):
        # The envelope alone: service, sub-function, data as bytes.
        is_response = payload[0] & 0x40
        return Response.from_payload(payload) if is_response else Request.from_payload(payload)

    def writable(message):
        if isinstance(message, Request):
            return requests[message.service.request_id()]
        return lambda: Response(message.service, 0, message.data)

    return dtcs, decode, writable, lambda make: make().get_payload()


def py_uds():
    from uds.translator import BASE_TRANSLATOR_2020

    services = BASE_TRANSLATOR_2020.services_mapping

    def dtcs(payload):
        records = services[0x19].decode_positive_response(list(payload))[3]["raw_value"]
        return [(record >> 8, record & 255) for record in records]

    def decode(payload):
        return services[payload[0]].decode(list(payload))

    def writable(message):
        # Its own names with the raw values are what its encoder takes.
        fields = {field["name"]: field["raw_value"] for field in message[1:]}
        sid = message[0]["raw_value"]
        service = services[sid]
        return (service.encode_positive_response if sid & 0x40 else service.encode_request), fields

    return dtcs, decode, writable, lambda question: question[0](question[1])


def scapy():
    from scapy.contrib.automotive.uds import UDS

    def code(record):
        return int.from_bytes(bytes(record.dtc), "big")

    def dtcs(payload):
        return [(code(record), int(record.status)) for record in UDS(payload).DTCAndStatusRecord]

    def writable(message):
        # Otherwise it gives the bytes that it was read from.
        message.clear_cache()
        return message

    return dtcs, UDS, writable, bytes


dtcs, decode, writable, encode = {"udsoncan": udsoncan, "py-uds": py_uds, "scapy": scapy}[sys.argv[1]]()
for line in sys.stdin:
    question = json.loads(line)
    payloads = [bytes.fromhex(text) for text in question["messages"]]
    if question["work"] == "encode":
        act, inputs = encode, [writable(decode(payload)) for payload in payloads]
    else:
        act, inputs = (dtcs if question["work"] == "dtcs" else decode), payloads
    result = None
    for _ in range(question["repetitions"]):
        for item in inputs:
            result = act(item)
    if question["work"] == "dtcs":
        checksum = 0
        for number, status in result:
            checksum ^= number ^ (status << 24)
        print(checksum, flush=True)
    else:
        print(len(payloads), flush=True)
