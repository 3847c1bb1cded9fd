"""Applies otadelta patches in wasmtime: a host that is not JavaScript, with the vehicle's module and nothing else of otakit."""

import base64
import hashlib

from batch import answer_each
from wasmtime import Func, FuncType, Instance, Limits, Memory, MemoryType, Module, Store, ValType

STRETCH, MARGIN, BEHIND, INPUT, PAGES = 16384, 64, 40, 4096, 32768


class Header:
    """The header of a patch, as src/delta/otadelta/header.ts lays it out."""

    def __init__(self, patch):
        self.patch, self.at = patch, 9
        self.flag, self.line, self.correction, self.contexts, self.window, self.block = self.take(6)
        self.old_size, _ = self.number(), self.take(32)
        self.new_size, _ = self.number(), self.take(32)
        self.segments = [[self.number() for _ in range(6)] for _ in range(self.take(1)[0])]
        self.bases = [int.from_bytes(self.take(4), "little") for _ in range(6)]
        self.address_end, self.type_bytes = self.number(), self.number()
        self.types = [self.number() for _ in range(6 if self.type_bytes else 0)]
        self.covers, map_bytes = self.number(), self.number()
        lengths = [self.number() for _ in range(0, self.new_size, 1 << self.block)]
        self.take(4 * len(lengths) + 16)
        self.map = self.take(map_bytes)
        self.blocks = [(length & 1, self.take(length >> 1)) for length in lengths]

    def take(self, count):
        self.at += count
        return self.patch[self.at - count : self.at]

    def number(self):
        value = shift = 0
        while True:
            byte = self.take(1)[0]
            value, shift = value | (byte & 127) << shift, shift + 7
            if byte < 128:
                return value


def answer(question):
    header, old = Header(base64.b64decode(question["patch"])), base64.b64decode(question["old"])
    store = Store()
    module = Module.from_file(store.engine, question["module"])
    memory = Memory(store, MemoryType(Limits(1, question["pages"])))
    coded = b""

    def refill():
        nonlocal coded
        part, coded = coded[:INPUT], coded[INPUT:]
        memory.write(store, part, at_input)
        return len(part)

    refill_import = Func(store, FuncType([], [ValType.i32()]), refill)
    imports = {"memory": memory, "refill": refill_import}
    exports = Instance(store, module, [imports[each.name] for each in module.imports]).exports(store)

    def call(name, *arguments):
        # Unsigned 32-bit numbers, which wasmtime takes and gives as signed ones.
        signed = [(each + 2**31) % 2**32 - 2**31 for each in arguments]
        result = exports[name](store, *signed)
        return None if result is None else result % 2**32

    def variable(name):
        return exports[name].value(store) % 2**32

    def allocate(size):
        address = call("allocate", size)
        assert address != 0, "no memory"
        return address

    call("initCoder")
    chunks = header.old_size // 1024 + 1
    history = (1 << header.window) + MARGIN
    at_input = allocate(INPUT)
    model = allocate(call("payloadBytes", header.flag, header.line, header.correction, header.contexts))
    window, at_old, _ = allocate(history + STRETCH), allocate(STRETCH + 2 * MARGIN + BEHIND), allocate(PAGES)
    covers, kinds, used = allocate(12 * header.covers), allocate(chunks), allocate(chunks)
    turned = allocate(call("turnedBytes", header.covers, header.old_size))
    call("clearSegments")
    for segment in header.segments:
        call("addSegment", *segment)
    call("setBases", *header.bases, header.address_end)
    if header.type_bytes:
        at_types = allocate(call("btfBytes", header.type_bytes, header.covers))
        types, *others = header.types
        call("setBtf", at_types, header.covers, types, header.type_bytes, *others)
    coded, sizes = header.map, (header.old_size, header.new_size)
    assert call("decodeMap", model, header.flag, at_input, covers, header.covers, kinds, used, chunks, *sizes) == 0
    call("setCovers", covers, header.covers)
    call("turnMap", turned, header.old_size)
    if header.type_bytes:
        for start in range(types, types + header.type_bytes, STRETCH):
            part = old[start : min(start + STRETCH, types + header.type_bytes)]
            memory.write(store, part, at_old)
            call("readBtf", at_old, len(part))
        call("turnBtf")

    made = bytearray()
    for index, (stored, coded) in enumerate(header.blocks):
        if stored:
            made += coded
            continue
        start, filled, begin = window, 0, index << header.block
        profile = (header.flag, header.line, header.correction, header.contexts, 1 << header.window)
        end = min(header.new_size, begin + (1 << header.block))
        call("startBlock", model, *profile, at_input, start, begin, end)
        while call("nextStretch"):
            length = variable("stretchLength")
            if filled + length > history + STRETCH:
                memory.write(store, memory.read(store, window + filled - history, window + filled), window)
                start, filled = start - (filled - history), history
                call("moveBlock", start)
            view = 0
            if variable("stretchCopied"):
                first = variable("stretchOld") // 4 * 4 - MARGIN
                around = bytes(max(0, -first)) + old[max(0, first) : first + length + 2 * MARGIN + BEHIND]
                memory.write(store, around.ljust(length + 2 * MARGIN + BEHIND, b"\0"), at_old)
                view = at_old - first
            call("codeStretch", window + filled, view, header.old_size, kinds)
            made += memory.read(store, window + filled, window + filled + length)
            filled += length
        assert call("finishReading") == 0, f"block {index}"
    return {"sha256": hashlib.sha256(made).hexdigest(), "pages": memory.size(store)}


answer_each(answer)
