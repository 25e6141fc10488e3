"""The demo province: fit on six origins, judge on the seventh, which nothing has seen."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import duckdb
import numpy as np

from dagster_project.settings import PROJECT_ROOT
from ml.payment_timing.candidates import fit_baselines, forecast
from ml.payment_timing.contract import HORIZON
from ml.payment_timing.fitted import FittedTiming, fit
from ml.payment_timing.metrics import Interval, log_scores, paired_bootstrap, summary
from ml.payment_timing.rolling import Origin
from ml.payment_timing.segments import segment
from ml.payment_timing.states import outcomes, states_from_table, with_pooled

STATES_SQL = PROJECT_ROOT / "dagster_project" / "lib" / "models" / "payment_timing_states.sql"
ORIGINS = 7
STEP_DAYS = 26  # so that origins meet the bill cycle in different phases
FIT_CUSTOMERS = 10_000
TEST_CUSTOMERS = 20_000
BARRED = ("exponential_gaps", "gamma_gaps", "mean_gap", "beta_geometric")
SEGMENT_FLOOR = 500


@dataclass(frozen=True)
class Judged:
    """The forecast of the newest origin and everything it is compared with."""

    fitted: FittedTiming
    newest: Origin
    cumulative: np.ndarray
    baselines: dict[str, np.ndarray]
    singles: dict[str, np.ndarray]

    @property
    def known(self) -> np.ndarray:
        """Customers who are forecast."""
        return ~np.isnan(self.cumulative[:, 0])

    def gain(self, name: str) -> Interval:
        """Log score above a baseline, nats per customer that both cover."""
        other = self.baselines[name]
        both = self.known & ~np.isnan(other[:, 0])
        paid_in = self.newest.paid_in[both]
        return paired_bootstrap(
            log_scores(self.cumulative[both], paid_in) - log_scores(other[both], paid_in)
        )

    def gain_over_singles(self) -> float:
        """Smallest log score above a single model, over the customers that model covers."""
        found = []
        for other in self.singles.values():
            both = self.known & ~np.isnan(other[:, 0])
            if both.any():
                paid_in = self.newest.paid_in[both]
                ours = log_scores(self.cumulative[both], paid_in).mean()
                found.append(float(ours - log_scores(other[both], paid_in).mean()))
        return min(found)

    def figures(self) -> dict[str, float]:
        """Every metric over all customers."""
        return summary(self.cumulative[self.known], self.newest.paid_in[self.known])

    def worst_segment(self) -> tuple[float, int]:
        """Largest coverage gap of a segment in points, and the number of segments judged."""
        place = segment(with_pooled(self.newest.states, len(self.fitted.strata)))
        gaps = []
        for code in np.unique(place[self.known]):
            chosen = self.known & (place == code)
            if chosen.sum() >= SEGMENT_FLOOR:
                found = summary(self.cumulative[chosen], self.newest.paid_in[chosen])
                gaps += [abs(100 * found[f"coverage_{level}"] - level) for level in (50, 80, 95)]
        return max(gaps), len(gaps) // 3


@lru_cache(maxsize=2)
def judged(warehouse: Path) -> Judged:
    """Fit on all origins but the newest; forecast the newest."""
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        last, customers = connection.execute(
            "select max(paid_on), count(distinct customer_id)"
            " from data_processing.int_payments_matched"
        ).fetchall()[0]
        newest_day = last - datetime.timedelta(days=HORIZON)
        days = [newest_day - datetime.timedelta(days=STEP_DAYS * back) for back in range(ORIGINS)]
        names: list[str] = _strata(connection)
        origins = [
            _origin(connection, day, customers, TEST_CUSTOMERS if day == newest_day
                    else FIT_CUSTOMERS, names)
            for day in reversed(days)
        ]  # fmt: skip
    fitted = fit(origins[:-1], names, with_baselines=False)
    if not isinstance(fitted, FittedTiming):
        raise ValueError(f"the province was refused: {fitted.en}")
    newest = origins[-1]
    baselines = forecast(fit_baselines(newest.states).models, newest.states)
    singles = forecast(fitted.models, with_pooled(newest.states, len(names)))
    return Judged(fitted, newest, fitted.forecast(newest.states), baselines, singles)


def _strata(connection: duckdb.DuckDBPyConnection) -> list[str]:
    found = connection.execute(
        "select distinct customer_type"
        " || case when is_prepaid then '.prepaid' else '.postpaid' end"
        " || case when has_withholding then '.withholding' else '' end as name"
        " from data_processing.int_customers_versioned order by name"
    ).fetchall()
    return [name for (name,) in found]


def _origin(
    connection: duckdb.DuckDBPyConnection,
    day: datetime.date,
    customers: int,
    wanted: int,
    strata: list[str],
) -> Origin:
    parameters = {
        "origin": day,
        "horizon": HORIZON,
        "sample_buckets": max(min(1000 * wanted // customers, 1000), 1),
    }
    sql = STATES_SQL.read_text(encoding="utf-8")
    table = connection.execute(sql, parameters).fetch_arrow_table()
    return Origin(states_from_table(table, strata), outcomes(table))
