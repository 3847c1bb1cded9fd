"""Reads parameters of OBD-II with python-OBD; questions are [pid, hex of data], answers {"length": n, "values": [...]}, or null.

null: no command, or one whose answer is no number.
"""

import logging

from batch import answer_each

logging.getLogger("obd").setLevel(logging.CRITICAL)

from obd import commands  # noqa: E402


class Message:
    def __init__(self, data):
        self.data = bytearray(data)


def read(question):
    pid, text = question
    if pid >= len(commands[1]) or commands[1][pid] is None:
        return None
    command = commands[1][pid]
    data = bytes.fromhex(text)
    value = command.decode([Message(bytes([0x41, pid]) + data)])
    if not hasattr(value, "magnitude"):
        return None
    return {"length": command.bytes - 2, "values": [float(value.magnitude)]}


answer_each(read)
