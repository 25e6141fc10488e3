"""Forecasting: every candidate on a public series and on the demo province, against the bars.

Slow candidates run on ``SAMPLE`` series of the province, chosen by the hash of their ids.
"""

from __future__ import annotations

import time
from functools import cached_property
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd

from dagster_project.lib.models.forecasting import BILLS, PANEL
from ml.forecasting import BacktestResult, backtest, forecast
from ml.forecasting.bill_calendar import model as bill_calendar
from ml.forecasting.candidates.registry import BASELINES, PROPHET_TUNED, SEASONAL_NAIVE
from ml.forecasting.candidates.task import Outside, task_of
from ml.forecasting.contract import panel_of
from ml.forecasting.hierarchy import completed, hierarchy_of
from ml.forecasting.judgement.metrics import summary
from ml.forecasting.judgement.rolling_origin import declared_sample
from tests.evaluation.rows import Inputs, Row, measured

SAMPLE = 10
ALIPAY = Path("alipay_daily", "alipay_yuebao_daily.csv")


def rows(inputs: Inputs) -> list[Row]:
    """The rows of forecasting."""
    return [*alipay_rows(inputs.shared / ALIPAY), *province_rows(inputs.home / "warehouse.duckdb")]


def alipay_panel(path: Path) -> pd.DataFrame:
    """``purchase`` and ``redeem`` as a long frame."""
    table = pd.read_csv(path)
    table["ds"] = pd.to_datetime(table["Date"].astype(str))
    return table.melt("ds", ["purchase", "redeem"], "unique_id", "y")


def province_frames(warehouse: Path) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Panel of payment counts and bill issues, as the forecasts of the warehouse read them."""
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        panel, bills = connection.sql(PANEL).df(), connection.sql(BILLS).df()
    panel = panel.rename(columns={"payments": "y"})[["unique_id", "ds", "y"]]
    return panel, bills[["region", "ds", "bills"]]


def alipay_rows(path: Path) -> list[Row]:
    """Six origins of 28 days on two real daily series; the last 28 days beside them."""
    name = "forecast, alipay_daily: best model against both baselines"
    bar = "beats both on WQL and MASE, or says that it does not"
    if not path.exists():
        return [Row(name, f"{path.name} is absent", bar, None, 0.0)]
    found: list[BacktestResult] = []

    def compute() -> tuple[str, bool]:
        found.append(backtest(alipay_panel(path)))
        return verdict(found[0])

    return [measured(name, bar, compute), *table_rows("alipay_daily", found[0])]


def verdict(result: BacktestResult) -> tuple[str, bool]:
    """The champion, or the best challenger with the reason why it is none."""
    table = over_all(result, "all")
    made = result.decisions
    is_promoted = bool(made.groupby("candidate")["passed"].all().get(result.champion, False))
    challengers = table.index.intersection(made["candidate"])
    best = result.champion if is_promoted else str(table.loc[challengers, "wql"].idxmin())
    against = [
        f"{row.metric.upper()} {row.difference:+.1%} [{row.low:+.1%}, {row.high:+.1%}] "
        f"against {row.baseline}"
        for row in made[made["candidate"] == best].itertuples()
    ]
    beats = bool((made.loc[made["candidate"] == best, "difference"] < 0).all())
    state = "promoted" if is_promoted else f"not promoted, {result.champion} stays"
    return f"{best} ({state}): {'; '.join(against)}", beats


def over_all(result: BacktestResult, series: str) -> pd.DataFrame:
    """Figures over all judged origins, by candidate."""
    table = result.table
    chosen = table[(table["series"] == series) & table["origin"].isna()]
    return chosen.set_index("candidate")


def table_rows(data: str, result: BacktestResult) -> list[Row]:
    """One row per candidate on the series on which all of them ran."""
    table = over_all(result, "sample").sort_values("wql")
    last = result.table[result.table["series"] == "sample"].dropna(subset=["origin"])
    last = last[last["origin"] == last["origin"].max()].set_index("candidate")
    return [
        Row(
            f"forecast, {data}, {len(result.sample)} series: {name}",
            f"WQL {row.wql:.4f}, MASE {row.mase:.3f}; last 28 days "
            f"WQL {last.loc[name, 'wql']:.4f}, MASE {last.loc[name, 'mase']:.3f}",
            "", None, round(result.seconds.get(str(name), 0.0), 4),
        )
        for name, row in table.iterrows()
    ]  # fmt: skip


class Province:
    """The backtest of the demo province, done once."""

    def __init__(self, warehouse: Path) -> None:
        self.panel, self.bills = province_frames(warehouse)

    @cached_property
    def result(self) -> BacktestResult:
        """All candidates, the slow ones on the declared sample."""
        ids = completed(panel_of(self.panel)).ids
        return backtest(self.panel, self.bills, sample=declared_sample(ids, SAMPLE))

    def gain(self, metric: str, baseline: str) -> tuple[float, bool]:
        """1 - model / baseline over the cells that both have, in percent."""
        cells = self.result.cells[self.result.cells["is_judged"]]
        theirs = cells[cells["candidate"] == baseline]
        ours = cells[cells["candidate"] == self.result.champion]
        ours = ours[ours["unique_id"].isin(theirs["unique_id"])]
        figures = summary(pd.concat([ours, theirs]), ["candidate"]).set_index("candidate")[metric]
        gain = 100 * (1 - figures[self.result.champion] / figures[baseline])
        return round(float(gain), 1), bool(gain >= {"wql": 25, "mase": 30}[metric])

    def incoherence(self) -> tuple[float, bool]:
        """Largest difference between a node and the sum of its parts; negatives count."""
        found = forecast(self.panel, self.result.parameters, self.bills)
        wide = found.pivot(index="unique_id", columns="ds", values="mean")
        hierarchy = hierarchy_of(tuple(wide.index))
        assert hierarchy is not None
        nodes = wide.loc[list(hierarchy.ids)].to_numpy()
        apart = np.abs(nodes - hierarchy.summing @ wide.loc[list(hierarchy.bottoms)].to_numpy())
        worst = max(float(apart.max()), -float(nodes.min()))
        return worst, worst <= 1e-6

    def seconds(self) -> tuple[float, bool]:
        """Fit and 60 days of the bill-calendar model, wall clock per series."""
        whole = completed(panel_of(self.panel))
        task = task_of(whole, 60, Outside(bills=self.bills))
        begin = time.perf_counter()
        bill_calendar.predict(task, bill_calendar.fit(task))
        each = (time.perf_counter() - begin) / len(whole.ids)
        return round(each, 4), each <= 0.1

    def coverage(self) -> tuple[str, None]:
        """Of the published, reconciled forecasts."""
        name = f"{self.result.champion}_reconciled"
        row = over_all(self.result, "all").loc[name]
        return f"{100 * row.coverage_80:.1f} / {100 * row.coverage_95:.1f}", None


def province_rows(warehouse: Path) -> list[Row]:
    """The bars of the demo province."""
    name = "forecast, demo province: promoted model"
    bar = f"beats {' and '.join(BASELINES)}"
    if not warehouse.exists():
        return [Row(name, "the demo province is absent", bar, None, 0.0)]
    province = Province(warehouse)
    promoted = measured(name, bar, lambda: verdict(province.result))
    gain, seconds = province.gain, province.seconds
    return [
        promoted,
        measured(
            "forecast, demo province: less WQL than tuned Prophet, %", ">= 25",
            lambda: gain("wql", PROPHET_TUNED),
        ),
        measured(
            "forecast, demo province: less MASE than seasonal naive, %", ">= 30",
            lambda: gain("mase", SEASONAL_NAIVE),
        ),
        measured("forecast, demo province: incoherence", "<= 1e-6", province.incoherence),
        measured("forecast, demo province: seconds per series", "<= 0.1", seconds),
        measured("forecast, demo province: 80 / 95 % coverage", "", province.coverage),
        *table_rows("demo province", province.result),
    ]  # fmt: skip
