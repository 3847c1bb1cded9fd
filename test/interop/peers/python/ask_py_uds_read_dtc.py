"""Reads messages of ReadDTCInformation with py-uds; questions are [edition, hex], answers [[name, raw value], ...]."""

import warnings

from batch import answer_each
from uds.translator.service_definitions.read_dtc_information import (
    READ_DTC_INFORMATION_2013,
    READ_DTC_INFORMATION_2020,
)

# It warns of every value without a label.
warnings.simplefilter("ignore")
services = {"2013": READ_DTC_INFORMATION_2013, "2020": READ_DTC_INFORMATION_2020}


def fields(question):
    edition, text = question
    try:
        decoded = services[edition].decode(list(bytes.fromhex(text)))
    except (ValueError, KeyError, RuntimeError):
        # RuntimeError is how it refuses bytes after the end of a layout.
        return "refused"
    return [[field["name"], field["raw_value"]] for field in decoded[2:]]


answer_each(fields)
