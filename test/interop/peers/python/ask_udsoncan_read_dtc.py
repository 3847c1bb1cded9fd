"""Reads responses and writes requests of ReadDTCInformation with python-udsoncan; questions are [kind, ...]."""

import struct

from batch import answer_each
from udsoncan import DidCodec, Response
from udsoncan.exceptions import ConfigError, InvalidResponseException
from udsoncan.services import ReadDTCInformation


class Raw(DidCodec):
    """Data of a fixed number of bytes, kept as they are."""

    def __init__(self, length):
        super().__init__()
        self.length = length

    def decode(self, payload):
        return bytes(payload)

    def __len__(self):
        return self.length


data_identifiers = {0x4455: Raw(2), 0x4711: Raw(5), 0x6789: Raw(3)}
extended_data_size = 3


def response(text):
    payload = bytes.fromhex(text)
    answer = Response.from_payload(payload)
    if not answer.valid:
        return "refused"
    try:
        data = ReadDTCInformation.interpret_response(
            answer,
            subfunction=payload[1],
            extended_data_size=extended_data_size,
            tolerate_zero_padding=False,
            ignore_all_zero_dtc=False,
            didconfig=data_identifiers,
            standard_version=2013 if 0x0F <= payload[1] <= 0x13 else 2020,
        ).service_data
    except (InvalidResponseException, ConfigError, struct.error, IndexError) as error:
        return "refused" if isinstance(error, (InvalidResponseException, ConfigError)) else type(error).__name__
    mask = data.status_availability
    severity = data.severity_availability
    return {
        "mask": None if mask is None else mask.get_byte_as_int(),
        "severityMask": None if severity is None else severity.get_byte_as_int(),
        "format": data.dtc_format,
        "group": data.functional_group_id,
        "memory": data.memory_selection_echo,
        "count": data.dtc_count,
        "dtcs": [
            [
                dtc.id,
                dtc.status.get_byte_as_int(),
                dtc.severity.get_byte_as_int(),
                dtc.functional_unit,
                dtc.fault_counter,
                [
                    snapshot if isinstance(snapshot, int) else [snapshot.record_number, snapshot.did, snapshot.raw_data.hex()]
                    for snapshot in dtc.snapshots
                ],
                [[record.record_number, record.raw_data.hex()] for record in dtc.extended_data],
            ]
            for dtc in data.dtcs
        ],
    }


def request(sub_function, edition, parameters):
    return ReadDTCInformation.make_request(sub_function, standard_version=edition, **parameters).get_payload().hex()


answers = {"response": response, "request": request}
answer_each(lambda question: answers[question[0]](*question[1:]))
