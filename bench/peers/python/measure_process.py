"""Runs a program again and again and tells what it cost, as JSON: CPU seconds, wall seconds, largest resident size in bytes.

Arguments: seconds of CPU time to fill, most runs, the program and its arguments. The first run goes through GNU time where that is installed,
because what this process itself holds would count into the size of a child otherwise.
"""

import json
import os
import shutil
import sys
import tempfile
import time

seconds, most = float(sys.argv[1]), int(sys.argv[2])
command = sys.argv[3:]
gnu_time = shutil.which("time")
quiet = [(os.POSIX_SPAWN_OPEN, fd, "/dev/null", os.O_WRONLY, 0) for fd in (1, 2)]


def once(arguments):
    start = time.perf_counter()
    child = os.posix_spawnp(arguments[0], arguments, os.environ, file_actions=quiet)
    _, status, usage = os.wait4(child, 0)
    if status != 0:
        sys.exit(f"{command[0]} ended with {os.waitstatus_to_exitcode(status)}")
    return usage.ru_utime + usage.ru_stime, time.perf_counter() - start


cpu, wall, rss = [], [], None
with tempfile.NamedTemporaryFile(mode="r") as told:
    prefix = [gnu_time, "-f", "%M", "-o", told.name] if gnu_time else []
    spent, took = once(prefix + command)
    if gnu_time:
        rss = int(told.read().split()[-1]) * 1024
cpu.append(spent)
wall.append(took)
while sum(cpu) < seconds and len(cpu) < most:
    spent, took = once(command)
    cpu.append(spent)
    wall.append(took)
print(json.dumps({"cpu": cpu, "wall": wall, "rss": rss}))
