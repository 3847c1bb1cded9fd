"""Makes or applies a patch with a Python library again and again and tells what the calls cost, as JSON; its own start is not counted.

Arguments: library, "make" or "apply", the old image, the new image or the patch, the file to write, seconds of CPU time to fill, most runs.
"""

import io
import json
import resource
import sys
import time
from pathlib import Path


def bsdiff4():
    import bsdiff4

    return bsdiff4.diff, bsdiff4.patch


def detools():
    import detools

    def make(old, new):
        patch = io.BytesIO()
        detools.create_patch(io.BytesIO(old), io.BytesIO(new), patch, use_mmap=False)
        return patch.getvalue()

    def apply(old, patch):
        new = io.BytesIO()
        detools.apply_patch(io.BytesIO(old), io.BytesIO(patch), new)
        return new.getvalue()

    return make, apply


def hdiffpatch(config):
    import hdiffpatch

    configs = {
        "lzma2": lambda: hdiffpatch.Lzma2Config(level=9, window=25, threads=1),
        "zstd": lambda: hdiffpatch.ZStdConfig(level=22, window=27, threads=1),
    }
    chosen = configs[config]()
    return lambda old, new: hdiffpatch.diff(old, new, chosen, validate=False), hdiffpatch.apply


library, task = sys.argv[1:3]
old, given = Path(sys.argv[3]).read_bytes(), Path(sys.argv[4]).read_bytes()
target, seconds, most = Path(sys.argv[5]), float(sys.argv[6]), int(sys.argv[7])
name, _, config = library.partition(":")
make, apply = hdiffpatch(config) if name == "hdiffpatch" else {"bsdiff4": bsdiff4, "detools": detools}[name]()
work = make if task == "make" else apply
cpu, wall = [], []
while not cpu or (sum(cpu) < seconds and len(cpu) < most):
    start, clock = time.process_time(), time.perf_counter()
    result = work(old, given)
    cpu.append(time.process_time() - start)
    wall.append(time.perf_counter() - clock)
target.write_bytes(result)
print(json.dumps({"cpu": cpu, "wall": wall, "rss": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024}))
