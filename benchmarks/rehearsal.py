"""Time of each step of a rehearsal, and the processor time and peak memory of all its processes.

Usage: python benchmarks/rehearsal.py [PROJECT]
The first run on a machine fills caches: run it twice.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import threading
import time

from shipway.rehearsal.processes import descendants

_SAMPLE_SECONDS = 0.25
_COMMAND = "import sys; from shipway.cli.app import main; sys.exit(main(sys.argv[1:]))"


class Memory(threading.Thread):
    """Samples the resident memory of a process and all below it.

    Pages that several processes share count once for each: the figure is an upper bound.
    """

    def __init__(self, pid: int) -> None:
        super().__init__(daemon=True)
        self.peak = 0
        self._pid = pid
        self.done = threading.Event()

    def run(self) -> None:
        while not self.done.wait(_SAMPLE_SECONDS):
            listing = subprocess.run(
                ["ps", "-A", "-o", "pid=,ppid=,rss="], capture_output=True, text=True, check=True
            ).stdout
            rows = [tuple(map(int, line.split())) for line in listing.splitlines()]
            family = {self._pid, *descendants(self._pid, "\n".join(f"{p} {pp}" for p, pp, _ in rows))}
            self.peak = max(self.peak, sum(rss for pid, _, rss in rows if pid in family))


def main(project: str) -> int:
    began = time.monotonic()
    process = subprocess.Popen(
        [sys.executable, "-c", _COMMAND, "rehearse", project, "--json"],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    memory = Memory(process.pid)
    memory.start()
    out, _ = process.communicate()
    memory.done.set()
    memory.join()
    document = json.loads(out)
    for step in document["steps"]:
        print(f"{step['name']:<20} {step['seconds']:7.1f} s   {step['fidelity']}")
        for action in step["actions"]:
            print(f"  {action['stage'] + '/' + action['name']:<18} {action['seconds']:7.1f} s")
    requests = document["requests"]
    print(f"{'requests':<20} {requests['sent']:7d} sent, {requests['failed']} failed")
    print(f"{'wall':<20} {time.monotonic() - began:7.1f} s")
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    print(f"{'processor time':<20} {used.ru_utime + used.ru_stime:7.1f} s")
    print(f"{'peak memory':<20} {memory.peak / 1024:7.0f} MB")
    print(f"{'outcome':<20} {document['outcome']} {'; '.join(document['reasons'])}")
    return process.returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else "examples/hello"))
