"""Reads DoIP messages with doipclient; questions are hex, answers {"type": ..., "fields": [[name, value], ...]}, or null where it reads none."""

import logging
import struct

from batch import answer_each
from doipclient.client import Parser

logging.getLogger("doipclient").setLevel(logging.CRITICAL)


def plain(name, value):
    if name == "vm_specific" and value is not None:
        return f"{value:08x}"
    return bytes(value).hex() if isinstance(value, (bytes, bytearray)) else value


def called(message, name):
    # In the answer to a routing activation it is the address of the entity.
    return "entity_logical_address" if message.payload_type == 6 and name == "logical_address" else name


def read(text):
    parser = Parser()
    try:
        message = parser.read_message(bytes.fromhex(text))
    except struct.error:
        return None
    if message is None:
        return None
    # The payload type stands among the fields of a message without a layout.
    names = [name for name in message._fields if name != "payload_type"]
    fields = [[called(message, name), plain(name, getattr(message, "_" + name))] for name in names]
    return {"type": parser.payload_type, "fields": [field for field in fields if field[1] is not None]}


answer_each(read)
