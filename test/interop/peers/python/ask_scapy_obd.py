"""Reads parameters of OBD-II with scapy; questions are [pid, hex of data], answers {"length": n, "values": [...]}, or null for no layout.

The values are those of scaled fields alone, in their order; the length is what the layout takes.
"""

import logging
import struct

# It warns of missing network interfaces, which nobody needs here.
logging.getLogger("scapy").setLevel(logging.CRITICAL)

from batch import answer_each  # noqa: E402
from scapy.contrib.automotive.obd.pid import pids  # noqa: E402
from scapy.fields import ScalingField  # noqa: E402


def read(question):
    pid, text = question
    layout = vars(pids).get(f"OBD_PID{pid:02X}")
    if layout is None:
        return None
    try:
        message = layout(bytes.fromhex(text))
    except struct.error:
        # Its layout is longer than the data.
        return {"length": len(layout()), "values": []}
    values = [float(getattr(message, field.name)) for field in message.fields_desc if isinstance(field, ScalingField)]
    return {"length": len(layout()), "values": values}


answer_each(read)
