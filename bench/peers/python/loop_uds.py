"""Reads one response again and again with the library named on the command line.

A line in is `<hex> <repetitions>`, a line out the checksum of what was read: codes and statuses under exclusive or.
"""

import sys
import warnings


def udsoncan_reader():
    from udsoncan import Response
    from udsoncan.services import ReadDTCInformation

    def read(payload):
        data = ReadDTCInformation.interpret_response(Response.from_payload(payload), subfunction=2).service_data
        return [(dtc.id, dtc.status.get_byte_as_int()) for dtc in data.dtcs]

    return read


def py_uds_reader():
    from uds.translator.service_definitions.read_dtc_information import READ_DTC_INFORMATION_2020

    warnings.simplefilter("ignore")

    def read(payload):
        records = READ_DTC_INFORMATION_2020.decode_positive_response(list(payload))[3]["raw_value"]
        return [(record >> 8, record & 255) for record in records]

    return read


reader = {"udsoncan": udsoncan_reader, "py-uds": py_uds_reader}[sys.argv[1]]()
for line in sys.stdin:
    text, repetitions = line.split()
    payload = bytes.fromhex(text)
    for _ in range(int(repetitions)):
        records = reader(payload)
    checksum = 0
    for code, status in records:
        checksum ^= code ^ (status << 24)
    print(checksum, flush=True)
