"""Candidates and releases: a fit is kept aside, judged, and released only when it passed.

Two tables a model, ``<model>_candidate`` and ``<model>_release``: the parameters as rows with the
release they belong to.  Scoring reads the release, so a candidate that failed leaves no trace in
what is published, and the last good release stays.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta

import duckdb
import pyarrow as pa

from dagster_project.lib.deliveries.ledger import Ledger
from dagster_project.lib.deliveries.messages import Bilingual
from dagster_project.lib.models.candidate import PARAMETERS
from dagster_project.lib.models.code import code_mark, models_fingerprint
from dagster_project.lib.models.tables import read, transaction
from dagster_project.lib.warehouse.connection import scalar
from dagster_project.settings import Settings

SCHEMA = "platform_support"
FIT = "fit of "  # prefix of the kind of build in the ledger


class NotPromotedError(RuntimeError):
    """The candidate did not pass its gate, so it cannot become the release."""


class UnreadableReleaseError(RuntimeError):
    """The release was written by other code, in a form that this code does not know."""


@dataclass(frozen=True)
class Release:
    """The parameters that scoring uses."""

    release_id: str
    parameters: pa.Table

    @property
    def is_of_this_code(self) -> bool:
        """Whether the code that fitted it is the code that runs."""
        return self.release_id.endswith(f"-{code_mark()}")

    def component(self, name: str) -> pa.Table:
        """The rows of one part of the model."""
        import pyarrow.compute as compute

        return self.parameters.filter(compute.equal(self.parameters["component"], name))


def store_candidate(
    connection: duckdb.DuckDBPyConnection, model: str, release_id: str, parameters: pa.Table
) -> None:
    """Replace the model's candidate; within a ``transaction``."""
    identified = parameters.cast(PARAMETERS).add_column(
        0, "release_id", pa.array([release_id] * len(parameters), pa.string())
    )
    connection.execute(f"create schema if not exists {SCHEMA}")
    connection.register("candidate_rows", identified)
    connection.execute(f"create or replace table {SCHEMA}.{model}_candidate as from candidate_rows")
    connection.unregister("candidate_rows")


def promote(connection: duckdb.DuckDBPyConnection, model: str) -> int:
    """Make the candidate the release; a candidate without parameters leaves the release alone.

    Returns the parameters that are released now, 0 for none.

    Raises:
        NotPromotedError: the candidate did not pass its gate.
    """
    newest = scalar(connection, f"select any_value(release_id) from {SCHEMA}.{model}_candidate")
    if newest is not None:
        _require_promotion(connection, model, newest)
    with transaction(connection):
        if newest is not None or not exists(connection, f"{model}_release"):
            connection.execute(
                f"create or replace table {SCHEMA}.{model}_release as "
                f"from {SCHEMA}.{model}_candidate"
            )
    return int(scalar(connection, f"select count(*) from {SCHEMA}.{model}_release"))


def _require_promotion(connection: duckdb.DuckDBPyConnection, model: str, newest: str) -> None:
    """The gate stops a run; this stops a release that is started by hand, on its own."""
    judged = connection.execute(
        f"select decision, reason_en, reason_zh from {SCHEMA}.{model}_validations "
        "where release_id = ? limit 1",
        [newest],
    ).fetchone()
    decision, english, chinese = judged or ("not judged", "no verdict is kept", "没有评判记录")
    if decision != "promoted":
        text = Bilingual(
            f"{model}: candidate {newest} was {decision}: {english}. The last good release "
            "stays; fit anew with `jiaofei run --refit`.",
            f"{model}：候选模型 {newest} 未通过：{chinese}。沿用上一版模型；"
            "可用 `jiaofei run --refit` 重新拟合。",
        )
        raise NotPromotedError(str(text))


def released(connection: duckdb.DuckDBPyConnection, model: str) -> Release | None:
    """The release of a model; None when none was ever good enough."""
    if not exists(connection, f"{model}_release"):
        return None
    rows = read(connection, f"from {SCHEMA}.{model}_release order by position")
    if not len(rows):
        return None
    return Release(rows["release_id"][0].as_py(), rows.drop_columns(["release_id"]))


@contextmanager
def reading(release: Release) -> Iterator[None]:
    """What goes wrong in the block with a release of other code is that it cannot be read.

    Raises:
        UnreadableReleaseError: with what to do, in both languages.
    """
    try:
        yield
    except (AttributeError, IndexError, KeyError, TypeError, ValueError) as error:
        if release.is_of_this_code:
            raise
        text = Bilingual(
            f"release {release.release_id} was written by other code and cannot be read any more; "
            "fit anew with `jiaofei run --refit`",
            f"已发布模型 {release.release_id} 由其他版本的代码写入，已无法读取；"
            "请用 `jiaofei run --refit` 重新拟合",
        )
        raise UnreadableReleaseError(str(text)) from error


def refit_is_due(settings: Settings, model: str, as_of: date) -> bool:
    """No fit was tried for ``refit_days``, or the code of the models has changed since."""
    rows = Ledger(settings.ledger).rows(
        "select as_of, fingerprint from build where kind = ?", [FIT + model]
    )
    if not rows or rows[0]["fingerprint"] != models_fingerprint():
        return True
    fitted_on = date.fromisoformat(rows[0]["as_of"])
    return not fitted_on <= as_of < fitted_on + timedelta(days=settings.refit_days)


def book_fit(settings: Settings, model: str, as_of: date, sequence: int) -> None:
    """Write down that a fit was tried, whatever became of it."""
    Ledger(settings.ledger).write(
        "insert or replace into build values (?, ?, ?, ?)",
        [FIT + model, sequence, models_fingerprint(), as_of.isoformat()],
    )


def exists(connection: duckdb.DuckDBPyConnection, table: str) -> bool:
    """Whether layer 2 holds the table."""
    found = scalar(
        connection,
        "select count(*) from information_schema.tables where table_schema = ? and table_name = ?",
        [SCHEMA, table],
    )
    return bool(found)
