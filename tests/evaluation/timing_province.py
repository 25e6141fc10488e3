"""The demo province: fit on six origins, judge on the seventh, which nothing has seen."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import duckdb
import numpy as np

from dagster_project.lib.models.payment_timing_origins import past_origins
from ml.payment_timing.candidates import fit_baselines, forecast
from ml.payment_timing.fitted import FittedTiming, fit
from ml.payment_timing.gate import Decision, decide
from ml.payment_timing.metrics import Interval, log_scores, paired_bootstrap, summary
from ml.payment_timing.rolling import Origin
from ml.payment_timing.segments import segment
from ml.payment_timing.states import with_pooled

BARRED = ("exponential_gaps", "gamma_gaps", "mean_gap", "beta_geometric")


@dataclass(frozen=True)
class Judged:
    """The forecast of the newest origin and everything it is compared with."""

    fitted: FittedTiming
    newest: Origin
    cumulative: np.ndarray
    baselines: dict[str, np.ndarray]
    singles: dict[str, np.ndarray]
    place: np.ndarray  # segment codes
    decision: Decision  # of the gate, against the best baseline

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

    @property
    def published(self) -> np.ndarray:
        """Customers who get windows: forecast, and in a segment that is calibrated."""
        return self.known & ~np.isin(self.place, self.decision.withheld)

    def figures(self) -> dict[str, float]:
        """Every metric over the customers with windows."""
        return summary(self.cumulative[self.published], self.newest.paid_in[self.published])


@lru_cache(maxsize=2)
def judged(warehouse: Path) -> Judged:
    """Fit on all origins but the newest; forecast the newest."""
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        last, customers = connection.execute(
            "select max(paid_on), count(distinct customer_id)"
            " from data_processing.int_payments_matched"
        ).fetchall()[0]
        names: list[str] = _strata(connection)
        origins = past_origins(connection, last, customers, names)
    fitted = fit(origins[:-1], names, with_baselines=False, known_until=origins[-1].day)
    if not isinstance(fitted, FittedTiming):
        raise ValueError(f"the province was refused: {fitted.en}")
    newest = origins[-1]
    baselines = forecast(fit_baselines(newest.states).models, newest.states)
    pooled = with_pooled(newest.states, len(names))
    ours, place = fitted.forecast(newest.states), segment(pooled)
    best = max(baselines, key=lambda name: np.nanmean(log_scores(baselines[name], newest.paid_in)))
    decision = decide(ours, baselines[best], newest.paid_in, place, fitted.strata)
    singles = forecast(fitted.models, pooled)
    return Judged(fitted, newest, ours, baselines, singles, place, decision)


def _strata(connection: duckdb.DuckDBPyConnection) -> list[str]:
    found = connection.execute(
        "select distinct customer_type"
        " || case when is_prepaid then '.prepaid' else '.postpaid' end"
        " || case when has_withholding then '.withholding' else '' end as name"
        " from data_processing.int_customers_versioned order by name"
    ).fetchall()
    return [name for (name,) in found]
