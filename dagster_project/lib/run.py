"""A whole run from the command line: land, build, publish, in this process, through Dagster.

The run is stored in the home's Dagster instance, so that the UI shows it like any other.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection
from datetime import date
from pathlib import Path

from dagster_project.lib import progress as reporting
from dagster_project.lib.build import parse_options
from dagster_project.lib.commission.contracts import read_contracts
from dagster_project.lib.dbt_project import fingerprint
from dagster_project.lib.dbt_standby import standing_by
from dagster_project.lib.deliveries.arrivals import pending
from dagster_project.lib.deliveries.messages import Bilingual
from dagster_project.lib.deliveries.session import land_deliveries, newest_day
from dagster_project.lib.instance import prepare_instance
from dagster_project.lib.publication.snapshot import current_snapshot
from dagster_project.lib.run_jobs import ALL_FAMILIES, RunError, execute
from dagster_project.lib.run_summary import RunSummary, account, newest_sequence
from dagster_project.lib.warehouse.changes import is_published
from dagster_project.lib.warehouse.connection import writer_lock
from dagster_project.settings import SETTINGS_FILE, Settings, declare, declared, load_settings


def run_everything(
    settings: Settings,
    *,
    deliveries: Path | None = None,
    profile: str | None = None,
    as_of: date | None = None,
    full_refresh: bool = False,
    refit: bool = False,
    families: Collection[str] = ALL_FAMILIES,
    progress: Callable[[str], None] = lambda line: None,
) -> RunSummary:
    """Land what is new, build and test the three layers, publish; nothing new, nothing done.

    Args:
        settings: of the home.
        deliveries: folder or file to land first; None for the home's own folder.
        profile: the only source profile to read with.
        as_of: the declared today; None for the newest delivery's day.
        full_refresh: build every table anew.
        refit: fit every family of models anew, even if none is due.
        families: the only families of models to fit; the others are left as they are.
        progress: told of every finished piece of work.

    Raises:
        RunError: nothing was delivered, or a step failed.
        ContractTermsError: the channels' contracts contradict; nothing has been landed.
    """
    begin = time.monotonic()
    read_contracts(settings.dbt_project)
    folder = deliveries or settings.deliveries
    day = as_of or settings.as_of or newest_day(settings, folder, profile)
    if day is None:
        raise RunError(
            Bilingual(
                f"No delivery in {folder} says for which day it is. Name the day with --as-of, or "
                "write a demo province with `jiaofei demo` first.",
                f"{folder} 中没有可确定日期的交付。请用 --as-of 指定日期，"
                "或先运行 `jiaofei demo`。",
            )
        )
    settings = _with_first_day(settings, day)
    prepare_instance(settings)
    before = newest_sequence(settings)
    summary = RunSummary(day, "", settings.home)
    with reporting.listening(progress):
        if deliveries or profile:
            with writer_lock(settings):
                land_deliveries(
                    settings, as_of=day, folder=folder, only_profile=profile, progress=progress
                )
        if full_refresh or refit or not is_up_to_date(settings, day):
            with standing_by(settings, parse_options(settings)):
                execute(settings, summary, full_refresh, refit, families)
    account(settings, summary, before)
    summary.seconds = time.monotonic() - begin
    return summary


def is_up_to_date(settings: Settings, day: date) -> bool:
    """Nothing waits to be landed, and the newest landing is built by this code and published."""
    if current_snapshot(settings) is None or pending(settings, day):
        return False
    return is_published(settings, newest_sequence(settings), day, fingerprint(settings))


def _with_first_day(settings: Settings, day: date) -> Settings:
    """On a home's first run, declare its day as the first partition: history belongs to it."""
    if "first_partition" not in declared(settings.home):
        declare(settings.home, first_partition=day)
        return load_settings(settings.home)
    if day < settings.first_partition:
        first = settings.first_partition
        raise RunError(
            Bilingual(
                f"The day {day} lies before the home's first partition {first}. "
                f"Name a later day, or set first_partition in {SETTINGS_FILE}.",
                f"{day} 早于首个分区 {first}。请指定更晚的日期，或在 {SETTINGS_FILE} 中设置 "
                "first_partition。",
            )
        )
    return settings
