"""Figures of the segmentation: the demo province on two dates, and the households' value groups."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import cache
from pathlib import Path

import duckdb
import pandas as pd
import pyarrow as pa

from dagster_project.lib.models.segmentation import MONTH_BEFORE, NOW
from dagster_project.lib.warehouse.changes import last_build
from dagster_project.settings import load_settings
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
from ml.segmentation.clustering.choice import ARI_BAR, SHARE_BAR, Candidate
from ml.segmentation.explanation.surrogate import FIDELITY_BAR
from ml.segmentation.releases.gate import CHURN_BAR
from tests.evaluation.rows import Inputs, Row, measured

MONTH = timedelta(days=30)  # as segment_features_month_before
PUBLISHED_GROUPS = [41, 29, 4, 26]  # high value, mass, potential, low value
OUTCOMES = """
select payments.customer_id,
    avg(ln(1 + days_from_bill)) filter (where is_first_for_bill and days_from_bill >= 0)
        as delay_log,
    avg(cast(fee_yuan as double)) as fee_yuan,
    sum(cast(fee_yuan as double)) / sum(cast(settlements.amount_yuan as double)) as fee_rate
from data_processing.int_payments_matched as payments
left join data_processing.stg_landing__settlements as settlements
    on payments.payment_id = settlements.payment_id
where payment_status = 'success' and paid_on > $begin and paid_on <= $until
group by payments.customer_id
"""
Figure = tuple[float | str, bool | None]


def rows(inputs: Inputs) -> list[Row]:
    """The segmentation's figures; a row without its data says so."""
    demo, households = inputs.home / "warehouse.duckdb", inputs.shared / "electricity_households"
    figures = [(name, bar, demo, compute) for name, bar, compute in _demo_figures(demo)]
    name = "value groups of the households"
    figures.append((name, "41/29/4/26", households, lambda: _households(inputs.shared)))
    return [
        measured(name, bar, compute)
        if path.exists()
        else Row(name, f"no data: {path.name} is absent", bar, None, 0.0)
        for name, bar, path, compute in figures
    ]


def _demo_figures(demo: Path) -> list[tuple[str, str, Callable[[], Figure]]]:
    """Name, bar and computation of each figure on the demo province."""

    def chosen() -> Candidate:
        return _release(demo).choice.chosen

    def fidelity() -> float:
        return _release(demo).surrogate.fidelity

    after = "in the month after"
    return [
        ("segments: bootstrap ARI", f">= {ARI_BAR}", lambda: _least(chosen().ari, ARI_BAR)),
        (
            "segments: smallest share",
            f">= {SHARE_BAR}",
            lambda: _least(chosen().smallest_share, SHARE_BAR),
        ),
        ("segments: number chosen", "", lambda: _number(demo)),
        (
            "segments: surrogate fidelity on held-out customers",
            f">= {FIDELITY_BAR}",
            lambda: _least(fidelity(), FIDELITY_BAR),
        ),
        (
            "segments: share changing in an unchanged month",
            f"<= {CHURN_BAR}",
            lambda: _most(_month(demo).churn, CHURN_BAR),
        ),
        (f"segments: eta^2 of delay {after}", "", lambda: _validity(demo, "delay_log")),
        (f"segments: eta^2 of commission {after}", "", lambda: _validity(demo, "fee_yuan")),
        (f"segments: eta^2 of commission rate {after}", "", lambda: _validity(demo, "fee_rate")),
    ]


@cache
def features(warehouse: Path, query: str) -> pa.Table:
    """The customers' sums of twelve months, as the segments of the warehouse read them."""
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        return connection.sql(query).to_arrow_table()


@cache
def _release(warehouse: Path) -> FittedSegmentation:
    found = fit_segmentation(features(warehouse, MONTH_BEFORE))
    if isinstance(found, Refusal):
        raise ValueError(f"the demo province was refused: {found.reason.en}")
    return found


@cache
def _month(warehouse: Path) -> Comparison:
    """Both dates in the release fitted on the first: no campaign or tariff starts in between."""
    before, now = features(warehouse, MONTH_BEFORE), features(warehouse, NOW)
    return compare_dates(_release(warehouse), before, now)


def _number(warehouse: Path) -> Figure:
    choice = _release(warehouse).choice
    silhouette = f"silhouette {choice.chosen.silhouette:.3f}"
    return f"{choice.chosen.k} ({silhouette}, {'stable' if choice.is_stable else 'unstable'})", None


def _validity(warehouse: Path, outcome: str) -> Figure:
    """Of an outcome of the month after the fit, which the segments have not seen."""
    assigned = _release(warehouse).assign(features(warehouse, MONTH_BEFORE)).to_pandas()
    segments = assigned[["customer_id", "segment"]].dropna()
    both = _outcomes(warehouse).merge(segments, on="customer_id").dropna(subset=[outcome])
    labels = both["segment"].to_numpy(dtype=int)
    return eta_squared(both[outcome].to_numpy(dtype=float), labels), None


@cache
def _outcomes(warehouse: Path) -> pd.DataFrame:
    """Mean ln(1 + days from bill), commission per payment and per yuan, by customer."""
    built = last_build(load_settings(warehouse.parent))
    if built is None:
        raise ValueError(
            f"{warehouse.parent} has no finished build. Run `jiaofei run` there first."
        )
    days = {"begin": built[0] - MONTH, "until": built[0]}
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        return connection.sql(OUTCOMES, params=days).df()


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
