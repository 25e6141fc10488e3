"""Runs a command as a user would and measures it from outside."""

from __future__ import annotations

import re
import resource
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path

import psutil

SAMPLE_SECONDS = 0.1
SECONDS = re.compile(r"\[([0-9.]+) s\]$")
COMMAND = str(Path(sys.executable).with_name("jiaofei"))


@dataclass(frozen=True)
class Measured:
    """Wall and processor seconds and peak memory, in GB, of a command and all its children."""

    seconds: float
    processor_seconds: float
    peak_gb: float
    lines: tuple[tuple[float, str], ...]  # what it printed, and after how many seconds

    def when(self, text: str) -> float:
        """Seconds until the first line with the text."""
        return next(at for at, line in self.lines if text in line)

    def stated(self, text: str) -> list[float]:
        """The seconds that the lines with the text state in their brackets, where they do."""
        found = (SECONDS.search(line) for _, line in self.lines if text in line)
        return [float(match[1]) for match in found if match]


def measure(*arguments: str) -> Measured:
    """Run ``jiaofei`` with the arguments; raise with its output if it fails."""
    begin, used = time.monotonic(), _processor_seconds()
    process = subprocess.Popen(
        [COMMAND, *arguments], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    peak = [0]
    watcher = threading.Thread(target=_watch, args=(process.pid, peak), daemon=True)
    watcher.start()
    assert process.stdout is not None
    lines = tuple((time.monotonic() - begin, line.rstrip()) for line in process.stdout)
    if process.wait():
        printed = "\n".join(line for _, line in lines[-60:])
        raise RuntimeError(f"jiaofei {' '.join(arguments)} failed:\n{printed}")
    seconds = time.monotonic() - begin
    return Measured(seconds, _processor_seconds() - used, peak[0] / 1e9, lines)


def _processor_seconds() -> float:
    """Of all processes that this one has started and that have ended."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def _watch(pid: int, peak: list[int]) -> None:
    """Sample the memory of the process tree until it ends."""
    try:
        root = psutil.Process(pid)
        while root.is_running():
            total = 0
            for process in [root, *root.children(recursive=True)]:
                try:
                    total += process.memory_info().rss
                except psutil.NoSuchProcess:
                    continue
            peak[0] = max(peak[0], total)
            time.sleep(SAMPLE_SECONDS)
    except psutil.NoSuchProcess:
        return
