"""The home's Dagster instance: its settings file and its folder."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager

import dagster as dg

from dagster_project.lib.event_log import files_held_open
from dagster_project.settings import Settings, use

INSTANCE_FILE = "dagster.yaml"
# No pool orders the writers: its slot outlives a killed run and stops every later one. The lock of
# ``warehouse.connection`` does, and the kernel frees it.
INSTANCE_SETTINGS = """\
nux:  # no invitation over the page
  enabled: false
telemetry:
  enabled: false
"""


def prepare_instance(settings: Settings) -> None:
    """Make the home's Dagster folder and point this process at it."""
    settings.dagster_home.mkdir(parents=True, exist_ok=True)
    path = settings.dagster_home / INSTANCE_FILE
    if not path.exists():
        path.write_text(INSTANCE_SETTINGS, encoding="utf-8")
    use(settings)


@contextmanager
def open_instance(settings: Settings) -> Iterator[dg.DagsterInstance]:
    """Open the home's instance; one process at a time, for opening it makes its tables.

    Two processes that make them at once collide in Dagster's own storage.
    """
    with (settings.dagster_home / ".opening.lock").open("a") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        instance = dg.DagsterInstance.get()
        instance.get_runs_count()
    with files_held_open(), instance:
        yield instance
