"""A whole run from the command line: land, build, publish, in this process, through Dagster.

The run is stored in the home's Dagster instance, so that the UI shows it like any other.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

import dagster as dg

from dagster_project.lib import progress as reporting
from dagster_project.lib.build import FULL_REFRESH_TAG, parse_options
from dagster_project.lib.commission.contracts import read_contracts
from dagster_project.lib.dbt_project import fingerprint
from dagster_project.lib.dbt_standby import standing_by
from dagster_project.lib.decisions.due import decision_is_due
from dagster_project.lib.decisions.registry import DECISIONS
from dagster_project.lib.deliveries.arrivals import pending
from dagster_project.lib.deliveries.ledger import Ledger
from dagster_project.lib.deliveries.messages import Bilingual
from dagster_project.lib.deliveries.session import land_deliveries, newest_day
from dagster_project.lib.failures import failures
from dagster_project.lib.instance import open_instance, prepare_instance
from dagster_project.lib.models.declared import SOURCE
from dagster_project.lib.models.families import FAMILIES
from dagster_project.lib.models.releases import refit_is_due
from dagster_project.lib.publication.snapshot import current_snapshot
from dagster_project.lib.warehouse.changes import is_published, last_build
from dagster_project.lib.warehouse.connection import writer_lock
from dagster_project.settings import SETTINGS_FILE, Settings, declare, declared, load_settings

ALL_FAMILIES = tuple(family.name for family in FAMILIES)
LONGEST_RANGE_DAYS = 31  # a longer gap is run as its last day; landing takes in the days between


class RunError(RuntimeError):
    """The run did not end well; the last snapshot stays current."""

    def __init__(self, said: Bilingual) -> None:
        super().__init__(str(said))
        self.said = said


@dataclass
class RunSummary:
    """What a run did; ``tables`` holds asset, rows and seconds."""

    as_of: date
    snapshot_id: str
    snapshot_path: Path
    files_landed: int = 0
    rows_loaded: int = 0
    rows_duplicate: int = 0
    rows_quarantined: int = 0
    tables: list[tuple[str, int, float]] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)  # in both languages, a line each
    seconds: float = 0.0


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
    before = _newest_sequence(settings)
    summary = RunSummary(day, "", settings.home)
    with reporting.listening(progress):
        if deliveries or profile:
            with writer_lock(settings):
                land_deliveries(
                    settings, as_of=day, folder=folder, only_profile=profile, progress=progress
                )
        if full_refresh or refit or not is_up_to_date(settings, day):
            with standing_by(settings, parse_options(settings)):
                _execute(settings, summary, full_refresh, refit, families)
    _account(settings, summary, before)
    summary.seconds = time.monotonic() - begin
    return summary


def is_up_to_date(settings: Settings, day: date) -> bool:
    """Nothing waits to be landed, and the newest landing is built by this code and published."""
    if current_snapshot(settings) is None or pending(settings, day):
        return False
    return is_published(settings, _newest_sequence(settings), day, fingerprint(settings))


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


def _newest_sequence(settings: Settings) -> int:
    rows = Ledger(settings.ledger).rows(
        "select coalesce(max(landed_sequence), 0) as newest from delivery"
    )
    return int(rows[0]["newest"])


def _execute(
    settings: Settings,
    summary: RunSummary,
    full_refresh: bool,
    refit: bool,
    families: Collection[str],
) -> None:
    """Run the jobs for the days since the last run; a refit, when one is due, lies between them.

    A refit is for all families at once: a family that fails keeps its release and is a warning.
    Weekly decisions are taken in the second half, also those that a run before did not get to.
    """
    tags = {FULL_REFRESH_TAG: "true"} if full_refresh else {}
    refit = refit or any(refit_is_due(settings, family, summary.as_of) for family in families)
    weekly = [decision.name for decision in DECISIONS if decision.is_weekly]
    with open_instance(settings) as instance:
        if not (refit or any(decision_is_due(settings, name, summary.as_of) for name in weekly)):
            _require_success(_run_job(instance, settings, summary, "refresh", tags))
            return
        _require_success(_run_job(instance, settings, summary, "prepare", tags))
        if refit:
            fitted = _run_job(instance, settings, summary, "refit", {}, families)
            summary.warnings += [
                str(
                    Bilingual(f"{said.en} The last good models stay.", f"{said.zh}沿用上一版模型。")
                )
                for said in failures(fitted)
            ]
        _require_success(_run_job(instance, settings, summary, "finish", tags))


def _run_job(
    instance: dg.DagsterInstance,
    settings: Settings,
    summary: RunSummary,
    name: str,
    tags: dict[str, str],
    families: Collection[str] = ALL_FAMILIES,
) -> dg.ExecuteInProcessResult:
    """Run one job in this process and add its tables to the summary."""
    from dagster_project.definitions import defs  # reads the home that is now in use

    partition: str | None = summary.as_of.isoformat()
    first = summary.as_of if name == "refit" else _first_new_day(settings, summary.as_of)
    if first < summary.as_of:
        partition = None
        tags = tags | {
            "dagster/asset_partition_range_start": first.isoformat(),
            "dagster/asset_partition_range_end": summary.as_of.isoformat(),
        }
    result = defs.resolve_job_def(name).execute_in_process(
        instance=instance,
        partition_key=partition,
        tags=tags,
        raise_on_error=False,
        asset_selection=_fitted_by(families) if name == "refit" else None,
    )
    summary.tables += _tables(result)
    return result


def _fitted_by(families: Collection[str]) -> list[dg.AssetKey] | None:
    """Keys of what these families fit; None for all of them."""
    if set(families) == set(ALL_FAMILIES):
        return None
    chosen = [family for family in FAMILIES if family.name in families]
    return [dg.AssetKey([SOURCE, table]) for family in chosen for table in family.fitted]


def _require_success(result: dg.ExecuteInProcessResult) -> None:
    """Raise the first failure of a job."""
    if not result.success:
        found = failures(result)
        raise RunError(found[0] if found else Bilingual("The run was stopped.", "运行被中止。"))


def _first_new_day(settings: Settings, day: date) -> date:
    built = last_build(settings)
    if built is None or built[0] >= day or (day - built[0]).days > LONGEST_RANGE_DAYS:
        return day
    return built[0] + timedelta(days=1)


def _tables(result: dg.ExecuteInProcessResult) -> list[tuple[str, int, float]]:
    rows: dict[str, tuple[int, float]] = {}
    for event in result.all_events:
        if event.is_step_materialization:
            metadata = event.materialization.metadata
            count, seconds = (
                metadata.get(name) for name in ("dagster/row_count", "Execution Duration")
            )
            rows[event.materialization.asset_key.to_user_string()] = (
                int(count.value) if count else 0,  # type: ignore[arg-type]
                float(seconds.value) if seconds else 0.0,  # type: ignore[arg-type]
            )
    return [(name, *numbers) for name, numbers in rows.items()]


def _account(settings: Settings, summary: RunSummary, before: int) -> None:
    """Say what was landed since the sequence ``before``, and what is published."""
    landed = Ledger(settings.ledger).rows(
        "select count(*) as files, coalesce(sum(rows_loaded), 0) as loaded, "
        "coalesce(sum(rows_duplicate), 0) as duplicate, "
        "coalesce(sum(rows_quarantined), 0) as quarantined from delivery "
        "where landed_sequence > ?",
        [before],
    )[0]
    snapshot = current_snapshot(settings)
    assert snapshot
    summary.snapshot_id, summary.snapshot_path = snapshot.snapshot_id, snapshot.path
    summary.files_landed, summary.rows_loaded = landed["files"], landed["loaded"]
    summary.rows_duplicate, summary.rows_quarantined = landed["duplicate"], landed["quarantined"]
