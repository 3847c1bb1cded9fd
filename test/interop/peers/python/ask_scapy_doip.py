"""Reads DoIP messages with scapy; questions are hex, answers {"type": ..., "fields": [[name, value], ...], "rest": hex}, or null."""

import logging
import struct

# It warns of missing network interfaces, which nobody needs here.
logging.getLogger("scapy").setLevel(logging.CRITICAL)

from batch import answer_each  # noqa: E402
from scapy.contrib.automotive.doip import DoIP  # noqa: E402

header = {"protocol_version", "inverse_version", "payload_type", "payload_length"}


def plain(value):
    return value.hex() if isinstance(value, (bytes, bytearray)) else int(value)


def read(text):
    try:
        message = DoIP(bytes.fromhex(text))
    except struct.error:
        return None
    fields = [[name, plain(value)] for name, value in message.fields.items() if name not in header]
    return {"type": int(message.payload_type), "fields": fields, "rest": bytes(message.payload).hex()}


answer_each(read)
