"""One dbt build with what Dagster should know of it: events, row counts, columns, lineage.

The events are held back until dbt has ended, because a row count needs the warehouse, and the
warehouse belongs to dbt while it runs.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import dagster as dg
from dagster_dbt import DbtCliInvocation

from dagster_project.lib import progress
from dagster_project.lib.asset_pages import described, unique_id_of
from dagster_project.lib.commission.contracts import read_contracts
from dagster_project.lib.dbt_project import fingerprint, share_parse
from dagster_project.lib.dbt_resource import ProjectDbt
from dagster_project.lib.dbt_standby import start_next, take
from dagster_project.lib.warehouse.changes import (
    declare_as_of,
    last_build,
    mark_built,
    write_changes,
)
from dagster_project.lib.warehouse.connection import writer_lock
from dagster_project.settings import Settings

FULL_REFRESH_TAG = "jiaofei/full_refresh"
# Dagster reads dbt's events as JSON; the thousands of lines of dbt.log cost less as text.
LOG_FILE = ["--log-format-file", "text", "--no-use-colors-file"]
FULL_BUILD = ("--full-refresh", "--threads", "1")  # a whole table needs all the memory
SMALL_CELL_DEFAULT = 5  # as in dbt_project.yml; another value costs dbt a full parse


def build(
    context: dg.AssetExecutionContext,
    dbt: ProjectDbt,
    settings: Settings,
    window: tuple[date, date],
    is_whole: bool,
) -> Iterator[Any]:
    """Build the tables that need no fitted model, for the days of ``window`` and what has changed.

    Args:
        context: of the op.
        dbt: resource of the project.
        settings: of the home.
        window: first and last day of the partitions.
        is_whole: every model is selected, so the build counts as done.

    Raises:
        ContractTermsError: the channels' contracts contradict; nothing has been built.
    """
    read_contracts(settings.dbt_project)
    with writer_lock(settings):
        changes = write_changes(settings, forced=window)
        earlier, code = last_build(settings), fingerprint(settings)
        as_of = max(window[1], earlier[0]) if earlier else window[1]
        declare_as_of(settings, as_of)
        asked = context.run.tags.get(FULL_REFRESH_TAG) == "true"
        is_full = changes.is_full or asked or bool(earlier and earlier[1] != code)
        flags = [*FULL_BUILD] if is_full else []
        yield from _run_dbt(context, dbt, settings, settings.dbt_build, flags)
        if is_whole:
            mark_built(settings, changes, as_of, code)


def build_fitted(
    context: dg.AssetExecutionContext, dbt: ProjectDbt, settings: Settings
) -> Iterator[Any]:
    """Build the published tables that fitted models feed; their inputs are rows just scored."""
    with writer_lock(settings):
        yield from _run_dbt(context, dbt, settings, settings.dbt_build_fitted, [])


def _run_dbt(
    context: dg.AssetExecutionContext,
    dbt: ProjectDbt,
    settings: Settings,
    target: Path,
    flags: list[str],
) -> Iterator[Any]:
    """Run ``dbt build`` of the op's models, artefacts into ``target``; yield its events."""
    options = parse_options(settings)
    arguments = ["build", "--exclude-resource-type", "unit_test", *flags, *options]
    begin = time.monotonic()
    share_parse(settings, target)
    invocation = dbt.start(
        arguments, context, target, lambda command: take(settings, target, options, command)
    )
    events = _streamed(invocation)
    progress.report(f"dbt build [{time.monotonic() - begin:.1f} s]")
    if invocation.is_successful():
        start_next(settings, options, done=target)  # it gets ready while the events are stored
    yield from described(settings, target, _manifest(invocation), events)
    if not invocation.is_successful():
        raise invocation.get_error() or dg.Failure("dbt build failed; see the log above")


def _manifest(invocation: DbtCliInvocation) -> dict[str, Any]:
    """As the build has written it; as parsed, where dbt failed before it wrote any."""
    path = invocation.target_path / "manifest.json"
    return json.loads(path.read_text("utf-8")) if path.exists() else dict(invocation.manifest)


def parse_options(settings: Settings) -> list[str]:
    """What dbt must be told before it reads the project."""
    if settings.small_cell_customers == SMALL_CELL_DEFAULT:
        return LOG_FILE
    chosen = {"small_cell_customers": settings.small_cell_customers}
    return [*LOG_FILE, "--vars", json.dumps(chosen)]


def _streamed(invocation: DbtCliInvocation) -> list[Any]:
    """All events of the build; an error here stops dbt, which would wait and hold the warehouse."""
    events = []
    with invocation.process:  # waits for its end, and closes its pipes
        try:
            for event in invocation.stream():
                _report(event)
                events.append(event)
        except BaseException:
            invocation.process.terminate()
            raise
    return events


def _report(event: Any) -> None:
    if isinstance(event, dg.AssetCheckResult):
        if not event.passed:
            progress.report(f"check failed: {event.check_name}")
        return
    if isinstance(event, dg.AssetObservation):
        if event.metadata["status"].value != "pass":
            name = event.metadata["unique_id"].value
            progress.report(f"test failed beyond the selection: {name}")
        return
    seconds = event.metadata.get("Execution Duration")
    name = unique_id_of(event).split(".")[-1]
    progress.report(f"{name} [{seconds.value:.1f} s]" if seconds else name)
