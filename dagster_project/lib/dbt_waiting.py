"""The process of ``dbt_standby``: loads dbt and the project, waits for a command, runs it.

It is started as a file, so that nothing of this project is imported into dbt's process, and ends
with the run that started it: the command comes through a pipe that only that run holds.
"""

from __future__ import annotations

import json
import os
import sys
import threading

from dbt.cli.main import dbtRunner
from dbt.contracts.graph.manifest import Manifest

PIPE = 0  # standard input, unbuffered: a thread that waits in a buffer hinders the end


def main() -> int:
    """Wait and obey; returns dbt's exit code."""
    parsed = dbtRunner().invoke(["parse", "--quiet", "--no-write-json", *sys.argv[1:]])
    command = _line()
    if not command:
        return 0
    threading.Thread(target=_end_with_the_run, daemon=True).start()
    # A project that cannot be parsed is parsed again, to tell why.
    manifest = parsed.result if isinstance(parsed.result, Manifest) else None
    done = dbtRunner(manifest=manifest).invoke(json.loads(command))
    if done.success:
        return 0
    return 1 if done.exception is None else 2


def _line() -> bytes:
    line = b""
    while not line.endswith(b"\n"):
        read = os.read(PIPE, 65536)
        if not read:
            return b""
        line += read
    return line


def _end_with_the_run() -> None:
    """A run that was killed closes the pipe: dbt must not go on writing the warehouse."""
    os.read(PIPE, 1)
    os._exit(1)


if __name__ == "__main__":
    sys.exit(main())
