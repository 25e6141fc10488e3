"""A dbt that is started before it is needed, while Dagster still gets ready.

It loads itself and the parsed project, then waits for the command of the build; from there on it
is a dbt process like any other. Only ``jiaofei run`` starts one; a build that finds none, as under
the Dagster UI, starts dbt when it needs it.
"""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from dagster_project.lib.dbt_project import fingerprint, is_parsed, share_parse
from dagster_project.settings import Settings

WAITING = Path(__file__).with_name("dbt_waiting.py")


@dataclass
class Standby:
    """A waiting process and what it was started for."""

    process: subprocess.Popen[bytes]
    target: Path
    options: list[str]
    code: str  # fingerprint of the project that it has read


_waiting: list[Standby] = []
_to_come: list[Path] = []


@contextmanager
def standing_by(settings: Settings, options: Sequence[str]) -> Iterator[None]:
    """Have a dbt ready for each build of the block in turn; end those that nobody needed."""
    _to_come[:] = [settings.dbt_build, settings.dbt_build_fitted]
    try:
        start_next(settings, options)
        yield
    finally:
        _to_come.clear()
        _dismiss()


def start_next(settings: Settings, options: Sequence[str], done: Path | None = None) -> None:
    """Start the dbt of the next build, if there is one and the project need not be parsed first.

    Args:
        settings: of the home.
        options: what dbt must be told before it reads the project.
        done: target of the build that has just ended, if any.
    """
    if done in _to_come:
        del _to_come[: _to_come.index(done) + 1]
    if not _to_come or not is_parsed(settings):
        return
    target, options = _to_come.pop(0), list(options)
    share_parse(settings, target)
    process = subprocess.Popen(
        [sys.executable, "-P", str(WAITING), *options],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        env=_environment(settings, target), cwd=settings.dbt_project,
    )  # fmt: skip
    _waiting.append(Standby(process, target, options, fingerprint(settings)))


def take(
    settings: Settings, target: Path, options: Sequence[str], arguments: Sequence[str]
) -> subprocess.Popen[bytes] | None:
    """Give the waiting dbt its command; None where none waits that was started for just this."""
    found = [one for one in _waiting if one.target == target]
    if not found:
        return None
    _waiting.remove(found[0])
    process = found[0].process
    is_fit = found[0].options == list(options) and found[0].code == fingerprint(settings)
    if not is_fit or process.poll() is not None:
        _end(process)
        return None
    try:
        assert process.stdin
        process.stdin.write(json.dumps(list(arguments)).encode() + b"\n")
        process.stdin.flush()
    except BrokenPipeError:
        _end(process)
        return None
    process.args = ["dbt", *arguments]  # as Dagster shows the command
    return process


def _dismiss() -> None:
    while _waiting:
        _end(_waiting.pop().process)


def _end(process: subprocess.Popen[bytes]) -> None:
    process.kill()  # it has written nothing yet
    with contextlib.suppress(BrokenPipeError), process:  # closes the pipes and waits
        pass


def _environment(settings: Settings, target: Path) -> dict[str, str]:
    """What dagster-dbt sets for dbt."""
    return {
        **os.environ,
        "DAGSTER_DBT_CLI": "true",
        "PYTHONUNBUFFERED": "1",
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
        "DBT_LOG_FORMAT": "json",
        "DBT_TARGET_PATH": str(target),
        "DBT_LOG_PATH": str(target),
        "DBT_PROFILES_DIR": str(settings.dbt_project),
        "DBT_PROJECT_DIR": str(settings.dbt_project),
    }
