"""Fit a family of models, keep how the candidate was judged, and release it when it passed."""

from __future__ import annotations

import resource
import time
from collections.abc import Sequence
from datetime import date, timedelta

import duckdb
import pyarrow as pa

from dagster_project.lib import progress
from dagster_project.lib.deliveries.ledger import Ledger
from dagster_project.lib.models.candidate import Candidate, Validation
from dagster_project.lib.models.code import code_mark
from dagster_project.lib.models.declared import SOURCE, declared_table
from dagster_project.lib.models.releases import (
    Release,
    UnreadableReleaseError,
    book_fit,
    promote,
    released,
    store_candidate,
)
from dagster_project.lib.models.spec import ModelSpec, Scored, Work
from dagster_project.lib.models.tables import (
    ContractBrokenError,
    ensure,
    insert,
    kept,
    replace,
    transaction,
)
from dagster_project.lib.warehouse.changes import built_sequence
from dagster_project.lib.warehouse.connection import connect, writer_lock
from dagster_project.settings import Settings

KILOBYTES = 1024
KEPT_DAYS = 92  # of results that are compared with what came: a quarter


def fit(settings: Settings, spec: ModelSpec, as_of: date) -> tuple[Candidate, dict[str, int]]:
    """Fit the candidate and store it with its figures; returns it and the rows of each table.

    Everything is stored, or nothing: a fit that fails leaves no trace, and is due again.
    """
    begin = time.monotonic()
    with writer_lock(settings), connect(settings) as connection:
        sequence = built_sequence(Ledger(settings.ledger))
        release_id = f"{as_of:%Y-%m-%d}-{sequence}-{code_mark()}"
        work = Work(settings, connection, as_of, release_id)
        candidate = spec.fit(work)
        seconds = time.monotonic() - begin
        judged = _validation_rows(spec, work, candidate, seconds, sequence)
        with transaction(connection):
            store_candidate(connection, spec.name, release_id, candidate.parameters)
            counts = {f"{spec.name}_candidate": len(candidate.parameters)}
            counts[spec.validations] = _keep(work, spec.validations, judged)
            if spec.has_backtests:
                counts[spec.backtests] = _keep(work, spec.backtests, _identified(candidate, work))
        book_fit(settings, spec.name, as_of, sequence)
    progress.report(f"{spec.name} fitted: {candidate.verdict.decision} [{seconds:.1f} s]")
    return candidate, counts


def release(settings: Settings, spec: ModelSpec) -> int:
    """Make the candidate the release; returns the count of the released parameters."""
    with writer_lock(settings), connect(settings) as connection:
        return promote(connection, spec.name)


def score(settings: Settings, spec: ModelSpec, as_of: date) -> dict[str, tuple[int, Scored]]:
    """Write every table of today's results; empty with the reason when nothing is released.

    All tables of the family, or none.

    Raises:
        ContractBrokenError: the results are not the declared ones.
    """
    begin = time.monotonic()
    with writer_lock(settings), connect(settings) as connection:
        chosen = released(connection, spec.name)
        if chosen is None:
            reason = f"no {spec.name} model has been released (尚无已发布的模型：{spec.title_zh})"
            results = {name: Scored(None, reason) for name in spec.scored}
        else:
            work = Work(settings, connection, as_of, chosen.release_id)
            results = _scored(spec, work, chosen)
        if set(results) != set(spec.scored):
            raise ContractBrokenError(
                f"{spec.name} scored {sorted(results)}; its family declares {sorted(spec.scored)}. "
                "Mend one of the two."
            )
        with transaction(connection):
            counts = {
                name: write(settings, connection, SOURCE, name, results[name])
                for name in spec.scored
            }
    progress.report(f"{spec.name} scored [{time.monotonic() - begin:.1f} s]")
    return {name: (counts[name], results[name]) for name in spec.scored}


def _scored(spec: ModelSpec, work: Work, chosen: Release) -> dict[str, Scored]:
    """The family's results; none, with the reason, where the release cannot be read."""
    try:
        return spec.score(work, chosen)
    except UnreadableReleaseError as error:
        return {name: Scored(None, str(error)) for name in spec.scored}


def write(
    settings: Settings,
    connection: duckdb.DuckDBPyConnection,
    schema: str,
    name: str,
    result: Scored,
) -> int:
    """Write one table of results; rows of earlier days stay where the table keeps days."""
    table = declared_table(settings, name, schema)
    if result.in_place:
        ensure(connection, table)
        return result.in_place()
    rows = result.rows() if callable(result.rows) else result.rows
    if not result.kept_by or rows is None:
        return replace(connection, table, rows)
    days = sorted(set(rows[result.kept_by].to_pylist()))
    condition, values = "true", {}  # without a row of today everything is kept
    if days:
        condition = f"not list_contains($days, {result.kept_by}) and {result.kept_by} > $oldest"
        values = {"days": days, "oldest": days[0] - timedelta(days=KEPT_DAYS)}
    replace(connection, table, kept(connection, table, condition, values))
    insert(connection, table, rows)
    return len(rows)


def _validation_rows(
    spec: ModelSpec, work: Work, candidate: Candidate, seconds: float, sequence: int
) -> pa.Table:
    """One row a figure; a candidate judged by none still has its verdict."""
    figures: Sequence[Validation] = candidate.validations or [
        Validation(spec.name, "verdict", None)
    ]
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / KILOBYTES
    common = {
        "release_id": work.release_id, "model": spec.name, "fitted_on": work.as_of,
        "data_version": sequence, "decision": candidate.verdict.decision,
        "reason_en": candidate.verdict.reason_en, "reason_zh": candidate.verdict.reason_zh,
        "fit_seconds": seconds, "peak_memory_mb": peak,
    }  # fmt: skip
    return pa.Table.from_pylist([common | vars(figure) for figure in figures])


def _identified(candidate: Candidate, work: Work) -> pa.Table | None:
    rows = candidate.backtests
    if rows is None:
        return None
    return rows.add_column(0, "release_id", pa.array([work.release_id] * len(rows), pa.string()))


def _keep(work: Work, name: str, rows: pa.Table | None) -> int:
    """Add a release's rows to those of earlier ones, in place of its own from an earlier try."""
    table = declared_table(work.settings, name)
    earlier = kept(
        work.connection, table, "release_id <> $release_id", {"release_id": work.release_id}
    )
    replace(work.connection, table, earlier)
    if rows is not None:
        insert(work.connection, table, rows)
    return 0 if rows is None else len(rows)
