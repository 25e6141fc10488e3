"""Known effects: campaigns of many simulated provinces, and those that the home has published."""

from __future__ import annotations

from datetime import date
from functools import cache

import duckdb
import numpy as np
import pandas as pd

from ml.experiments.effects import difference
from ml.experiments.moments import moments_of
from ml.simulation.assumptions import Assumptions
from ml.simulation.channels.contracts import DEFAULT_TERMS
from ml.simulation.codes import HOLDOUT, RANDOM_DAY, WINDOW, Table
from ml.simulation.horizon import Horizon
from ml.simulation.people.campaigns import RunningCampaign
from ml.simulation.simulator import Simulator
from tests.evaluation.rows import Inputs, Row, measured

PROVINCES, CUSTOMERS, MONTHS = 150, 12_000, 10
LAST_DAY = date(2025, 12, 31)
EFFECTS = """
select campaign_code, arm, effect, effect_low, effect_high
from decided.campaign_effect
where outcome = 'paid_through_target' and horizon = 'campaign' and segment = 'all'
    and estimator = 'difference' and against_arm = 'holdout' and is_readable
"""


class _Nobody:
    def add(self, source: str, table: Table) -> None:
        """The rows of the province are not needed, only what its campaigns did."""


def rows(inputs: Inputs) -> list[Row]:
    """Coverage over provinces, and of the home's own campaigns."""
    intervals = 2 * 3 * PROVINCES
    name = f"true effects in {intervals} intervals of {PROVINCES} provinces"
    found = [
        measured(name, "95 % +- 2 %", _of_provinces),
        measured(f"mean estimate less mean true effect over {PROVINCES} provinces, points",
                 "within 2 standard errors of 0", _bias),
    ]  # fmt: skip
    warehouse, bar = inputs.home / "warehouse.duckdb", "at least 4 of 6"  # 99.8 % at 95 % each
    name = "true effects of the home's campaigns in the published intervals"
    if not warehouse.exists():
        return [*found, Row(name, "no data: no warehouse in the home", bar, None, 0.0)]
    return [*found, measured(name, bar, lambda: _of_home(inputs))]


def _of_provinces() -> tuple[float, bool]:
    """Share of intervals that hold the effect that the campaign has on average."""
    runs = _provinces()
    truth = runs.groupby(["campaign", "arm"])["realised"].transform("mean")
    held = 100 * float(((runs["low"] <= truth) & (truth <= runs["high"])).mean())
    return held, abs(held - 95) <= 2


def _bias() -> tuple[float, bool]:
    runs = _provinces()
    gap = (runs["estimate"] - runs["realised"]).groupby(runs["province"]).mean()
    error = float(gap.std() / np.sqrt(len(gap)))
    return 100 * float(gap.mean()), abs(float(gap.mean())) <= 2 * error


@cache
def _provinces() -> pd.DataFrame:
    return pd.concat(
        [_campaigns(seed).assign(province=seed) for seed in range(PROVINCES)], ignore_index=True
    )


def _campaigns(seed: int) -> pd.DataFrame:
    """One row per campaign and contacted arm of a province: interval and realised effect."""
    horizon = Horizon(LAST_DAY, MONTHS)
    simulator = Simulator(CUSTOMERS, horizon, DEFAULT_TERMS, Assumptions(), seed)
    for month in range(-1, MONTHS):
        simulator.run(month, _Nobody())
    return pd.DataFrame(
        [_interval(item, arm) for item in simulator.campaigns.running
         for arm in (WINDOW, RANDOM_DAY)]
    )  # fmt: skip


def _interval(item: RunningCampaign, arm: int) -> dict[str, object]:
    arms = [item.paid_by_target[item.arm == which].astype(float) for which in (arm, HOLDOUT)]
    found = difference(*(moments_of(y, np.ones_like(y)) for y in arms))
    low, high = (float(end) for end in found.interval())
    return {
        "campaign": item.plan.code, "arm": arm, "low": low, "high": high,
        "estimate": float(found.estimate), "realised": item.realised_points(arm) / 100,
    }  # fmt: skip


def _of_home(inputs: Inputs) -> tuple[str, bool]:
    with duckdb.connect(str(inputs.home / "warehouse.duckdb"), read_only=True) as connection:
        found = connection.sql(EFFECTS).df()
    truth = pd.read_parquet(inputs.home / "truth" / "campaign_effects.parquet")
    both = found.merge(truth, on=["campaign_code", "arm"])
    real = both["realised_points"] / 100
    held = int(((both["effect_low"] <= real) & (real <= both["effect_high"])).sum())
    return f"{held} of {len(both)}", len(both) > 0 and held >= len(both) * 4 / 6
