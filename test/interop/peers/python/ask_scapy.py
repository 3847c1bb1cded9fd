"""Reads UDS messages with scapy; questions are hex, answers {"fields": [[name, value], ...], "rest": hex}.

What scapy has no layer for, or cannot fill a layer from, stays in `rest`.
"""

import logging

# It warns of missing network interfaces, which nobody needs here.
logging.getLogger("scapy").setLevel(logging.CRITICAL)

from batch import answer_each  # noqa: E402
from scapy.contrib.automotive.uds import UDS  # noqa: E402
from scapy.packet import Packet, Raw  # noqa: E402


def plain(value):
    if isinstance(value, Packet):
        return bytes(value).hex()
    if isinstance(value, (bytes, bytearray)):
        return bytes(value).hex()
    if isinstance(value, list):
        return [plain(item) for item in value]
    return value if value is None else int(value)


def read(text):
    message = UDS(bytes.fromhex(text))
    fields = [["service", int(message.service)]]
    layer = message.payload
    while layer and not isinstance(layer, Raw):
        for name, value in layer.fields.items():
            if isinstance(value, Packet) and name != "dtc":
                fields.append([name, plain(value.fields["dtcAndStatus"])])
            else:
                fields.append([name, plain(value)])
        layer = layer.payload
    return {"fields": fields, "rest": bytes(layer).hex() if layer else ""}


answer_each(read)
