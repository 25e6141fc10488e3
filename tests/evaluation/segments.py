"""Figures of the segmentation: the demo province on two dates, and the households' value groups."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import cache
from pathlib import Path

import duckdb
import pandas as pd
import pyarrow as pa

from dagster_project.settings import PROJECT_ROOT
from ml.segmentation import (
    Comparison,
    FittedSegmentation,
    Refusal,
    ValueGroups,
    compare_dates,
    eta_squared,
    fit_segmentation,
    value_groups,
)
from ml.segmentation.clustering.choice import ARI_BAR, SHARE_BAR
from ml.segmentation.explanation.surrogate import FIDELITY_BAR
from ml.segmentation.releases.gate import CHURN_BAR
from tests.evaluation.rows import Inputs, Row, measured

FEATURES_SQL = PROJECT_ROOT / "dagster_project" / "lib" / "models" / "segment_features.sql"
FITTED_ON, ASSIGNED_ON = date(2025, 11, 30), date(2025, 12, 31)
PUBLISHED_GROUPS = [41, 29, 4, 26]  # high value, mass, potential, low value
Figure = tuple[float | str, bool | None]


def rows(inputs: Inputs) -> list[Row]:
    """The segmentation's figures; a row without its data says so."""
    demo = inputs.home / "warehouse.duckdb"
    figures: list[tuple[str, str, Path, Callable[[], Figure]]] = [
        (
            "segments: bootstrap ARI, demo province",
            f">= {ARI_BAR}",
            demo,
            lambda: _least(_release(demo).choice.chosen.ari, ARI_BAR),
        ),
        (
            "segments: smallest share, demo province",
            f">= {SHARE_BAR}",
            demo,
            lambda: _least(_release(demo).choice.chosen.smallest_share, SHARE_BAR),
        ),
        ("segments: number chosen, demo province", "", demo, lambda: _number(demo)),
        (
            "segments: surrogate fidelity on held-out customers",
            f">= {FIDELITY_BAR}",
            demo,
            lambda: _least(_release(demo).surrogate.fidelity, FIDELITY_BAR),
        ),
        (
            "segments: share changing in an unchanged month",
            f"<= {CHURN_BAR}",
            demo,
            lambda: _most(_month(demo).churn, CHURN_BAR),
        ),
        ("segments: eta^2 of payment delay a month later", "", demo, lambda: _validity(demo)),
        (
            "value groups of the households",
            "41/29/4/26",
            inputs.shared / "electricity_households",
            lambda: _households(inputs.shared),
        ),
    ]
    return [
        measured(name, bar, compute)
        if path.exists()
        else Row(name, f"no data: {path.name} is absent", bar, None, 0.0)
        for name, bar, path, compute in figures
    ]


@cache
def features(warehouse: Path, as_of: date) -> pa.Table:
    """The customers' sums of the twelve months to a day."""
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        query = FEATURES_SQL.read_text(encoding="utf-8")
        return connection.sql(query, params={"as_of": as_of}).to_arrow_table()


@cache
def _release(warehouse: Path) -> FittedSegmentation:
    found = fit_segmentation(features(warehouse, FITTED_ON))
    if isinstance(found, Refusal):
        raise ValueError(f"the demo province was refused: {found.reason.en}")
    return found


@cache
def _month(warehouse: Path) -> Comparison:
    """Both dates in the release fitted on the first: no campaign or tariff starts in between."""
    before, now = features(warehouse, FITTED_ON), features(warehouse, ASSIGNED_ON)
    return compare_dates(_release(warehouse), before, now)


def _number(warehouse: Path) -> Figure:
    choice = _release(warehouse).choice
    silhouette = f"silhouette {choice.chosen.silhouette:.3f}"
    return f"{choice.chosen.k} ({silhouette}, {'stable' if choice.is_stable else 'unstable'})", None


def _validity(warehouse: Path) -> Figure:
    """Of ln(1 + days) of the month after the fit, which the segments have not seen."""
    assigned = _release(warehouse).assign(features(warehouse, FITTED_ON))
    segments = assigned.to_pandas()[["customer_id", "segment"]]
    delays = _december_delays(warehouse).merge(segments.dropna(), on="customer_id")
    outcome = delays["delay_log"].to_numpy(dtype=float)
    return eta_squared(outcome, delays["segment"].to_numpy(dtype=int)), None


def _december_delays(warehouse: Path) -> pd.DataFrame:
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        return connection.sql(
            "select customer_id, avg(ln(1 + days_from_bill)) as delay_log "
            "from data_processing.int_payments_matched where is_first_for_bill "
            "and days_from_bill >= 0 and paid_on > $begin and paid_on <= $until group by 1",
            params={"begin": FITTED_ON, "until": ASSIGNED_ON},
        ).df()


def household_groups(shared: Path) -> ValueGroups:
    """Value groups of the hundred households."""
    name, amount = "用户编号", "缴费金额（元）"
    payments = pd.read_csv(shared / "electricity_households" / "cph.csv")
    sums = payments.groupby(name)[amount].agg(["sum", "count"])
    return value_groups(sums["sum"].to_numpy(), sums["count"].to_numpy())


def _households(shared: Path) -> Figure:
    sizes = household_groups(shared).sizes
    return "/".join(map(str, sizes)), sizes == PUBLISHED_GROUPS


def _least(value: float, bar: float) -> Figure:
    return value, value >= bar


def _most(value: float, bar: float) -> Figure:
    return value, value <= bar
