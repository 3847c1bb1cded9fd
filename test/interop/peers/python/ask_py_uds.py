"""Reads messages of every service with py-uds; questions are hex, answers [[name, raw value], ...] or "refused"."""

import warnings

from batch import answer_each
from uds.translator import BASE_TRANSLATOR_2013, BASE_TRANSLATOR_2020

# It warns of every value without a label.
warnings.simplefilter("ignore")
editions = (BASE_TRANSLATOR_2020, BASE_TRANSLATOR_2013)


def fields(text):
    message = list(bytes.fromhex(text))
    for edition in editions:
        service = edition.services_mapping.get(message[0])
        if service is None:
            continue
        try:
            decoded = service.decode(message)
        except (ValueError, LookupError, RuntimeError):
            # RuntimeError is how it refuses bytes after the end of a layout, IndexError a message that is cut off.
            continue
        return [[field["name"], field["raw_value"]] for field in decoded]
    return "refused"


answer_each(fields)
