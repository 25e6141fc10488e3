"""Lands a home in a process of its own that is killed at a named point.

A point such as ``after:ledger.Ledger.record`` means: SIGKILL after that function's first call.
"""

from __future__ import annotations

import importlib
import inspect
import multiprocessing
import os
import signal
from pathlib import Path
from typing import Any

from dagster_project.lib.deliveries.session import land_deliveries
from dagster_project.lib.warehouse.connection import writer_lock
from dagster_project.settings import load_settings
from tests.builders import AS_OF


def kill_landing(home: Path, point: str) -> None:
    """Land in another process; fail unless it died of SIGKILL at the point."""
    context = multiprocessing.get_context("forkserver")  # imports once for all kills
    context.set_forkserver_preload([__name__])
    process = context.Process(target=_land_until, args=(home, point))
    process.start()
    process.join()
    assert process.exitcode == -signal.SIGKILL, f"{point} was not reached"


def _land_until(home: Path, point: str) -> None:
    _kill_at(point)
    settings = load_settings(home)
    with writer_lock(settings):
        land_deliveries(settings, as_of=AS_OF)


def _kill_at(point: str) -> None:
    when, _, place = point.partition(":")
    module, *owners, name = place.split(".")
    path = f"dagster_project.lib.deliveries.{module.replace('/', '.')}"
    owner: Any = importlib.import_module(path)
    for part in owners:
        owner = getattr(owner, part)
    original = getattr(owner, name)

    def killed(*values: Any, **named: Any) -> None:
        if when == "after":
            original(*values, **named)
        os.kill(os.getpid(), signal.SIGKILL)

    is_static = isinstance(inspect.getattr_static(owner, name), staticmethod)
    setattr(owner, name, staticmethod(killed) if is_static else killed)
