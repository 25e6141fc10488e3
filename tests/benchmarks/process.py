"""Runs a command as a user would and measures it from outside."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path

import psutil

SAMPLE_SECONDS = 0.1
COMMAND = str(Path(sys.executable).with_name("jiaofei"))


@dataclass(frozen=True)
class Measured:
    """Wall seconds and peak resident memory, in GB, of a command and all its children."""

    seconds: float
    peak_gb: float
    output: str


def measure(*arguments: str) -> Measured:
    """Run ``jiaofei`` with the arguments; raise with its output if it fails."""
    begin = time.monotonic()
    process = subprocess.Popen(
        [COMMAND, *arguments], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    peak = [0]
    watcher = threading.Thread(target=_watch, args=(process.pid, peak), daemon=True)
    watcher.start()
    output, _ = process.communicate()
    if process.returncode:
        raise RuntimeError(f"jiaofei {' '.join(arguments)} failed:\n{output[-4000:]}")
    return Measured(time.monotonic() - begin, peak[0] / 1e9, output)


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
