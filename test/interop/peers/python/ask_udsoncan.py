"""Answers questions about UDS messages with python-udsoncan; questions are [kind, hex]."""

from batch import answer_each
from udsoncan import Dtc, Response
from udsoncan.exceptions import InvalidResponseException
from udsoncan.ResponseCode import ResponseCode
from udsoncan.services import ReadDTCInformation

names_by_code = {}
for name, code in vars(ResponseCode).items():
    if isinstance(code, int):
        names_by_code.setdefault(code, []).append(name.replace("_", "").lower())


def dtcs(payload):
    response = Response.from_payload(payload)
    if not response.valid:
        return "refused"
    try:
        data = ReadDTCInformation.interpret_response(
            response, subfunction=payload[1], tolerate_zero_padding=False, ignore_all_zero_dtc=False
        ).service_data
    except InvalidResponseException:
        return "refused"
    records = [[dtc.id, dtc.status.get_byte_as_int()] for dtc in data.dtcs]
    return [data.status_availability.get_byte_as_int(), records]


def status(payload):
    bits = Dtc.Status.from_byte(payload[0])
    return [
        bits.test_failed,
        bits.test_failed_this_operation_cycle,
        bits.pending,
        bits.confirmed,
        bits.test_not_completed_since_last_clear,
        bits.test_failed_since_last_clear,
        bits.test_not_completed_this_operation_cycle,
        bits.warning_indicator_requested,
    ]


def negative(payload):
    response = Response.from_payload(payload)
    return {
        "service": response.service.request_id(),
        "nrc": response.code,
        "names": names_by_code.get(response.code, []),
    }


answers = {"dtcs": dtcs, "status": status, "negative": negative}
answer_each(lambda question: answers[question[0]](bytes.fromhex(question[1])))
