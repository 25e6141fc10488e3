"""The models that compete, and to whom each applies.

Bill-anchored models forecast customers with a known bill, gap models those without; a model that
cannot be fitted on the data at hand is left out and says why.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from ml.payment_timing.baselines import (
    BetaGeometric,
    ExponentialGaps,
    GammaGaps,
    LastGap,
    MeanGap,
)  # fmt: skip
from ml.payment_timing.bill_hazard import BillHazard
from ml.payment_timing.calendar_tilt import CalendarTilt, covers
from ml.payment_timing.clocks import debit_lags, has_bill_clock
from ml.payment_timing.contract import HORIZON, States, TimingModel
from ml.payment_timing.first_passage import InverseGaussianPassage
from ml.payment_timing.habits import HabitClasses
from ml.payment_timing.lognormal import LognormalDelay
from ml.payment_timing.renewal import GammaRenewalMixture
from ml.payment_timing.season import OperationalTime, Season
from ml.payment_timing.spells import Spells
from ml.payment_timing.states import ChosenRows, rows
from ml.payment_timing.stratum_rate import StratumRate

BILL_MODELS = ("bill_hazard", "lognormal_delay", "habit_classes")
GAP_MODELS = ("renewal_mixture", "first_passage")
LAST_RESORT = "stratum_rate"
CANDIDATES = (*BILL_MODELS, *GAP_MODELS, LAST_RESORT)
BASELINES: Mapping[str, Callable[[States], TimingModel]] = {
    "exponential_gaps": ExponentialGaps.fit,
    "gamma_gaps": GammaGaps.fit,
    "mean_gap": MeanGap.fit,
    "last_gap": LastGap.fit,
    "beta_geometric": BetaGeometric.fit,
}
DAYS = np.arange(1, HORIZON + 1)


@dataclass(frozen=True)
class Fitted:
    """The candidates that could be fitted, and the reasons of those that could not."""

    models: dict[str, TimingModel]
    left_out: dict[str, str]


def fit_candidates(
    seen: Spells, strata: int, season: Season, newest: States | None = None
) -> Fitted:
    """Fit every candidate on spells seen so far; the gap models on the newest states.

    Gap models run on the season's clock; the calendar of days off is laid over both.

    Args:
        seen: spells with what had come.
        strata: number of strata, the pooled one among them.
        season: as known on the day of the fit.
        newest: states of that day, whose outcomes are unknown; None: the newest ones in ``seen``.
    """
    lag = debit_lags(seen.states, np.where(seen.event > 0, seen.event, np.nan), strata)
    gaps = _without_bills(seen)
    makers: dict[str, Callable[[], TimingModel]] = {
        LAST_RESORT: lambda: StratumRate.fit(seen, strata)
    }
    if has_bill_clock(seen.states).any():
        makers |= {
            "bill_hazard": lambda: BillHazard.fit(seen, lag),
            "lognormal_delay": lambda: LognormalDelay.fit(seen, strata),
            "habit_classes": lambda: HabitClasses.fit(seen, lag),
        }
    if len(gaps.event):
        latest = season.operational(_newest_without_bills(gaps.states, newest))
        known_season = None if season.is_flat else 1.0
        makers |= {
            "renewal_mixture": lambda: CalendarTilt.fit(
                OperationalTime(GammaRenewalMixture.fit(latest), season), gaps, strata
            ),
            "first_passage": lambda: CalendarTilt.fit(
                OperationalTime(
                    InverseGaussianPassage.fit(latest, known_season=known_season), season
                ),
                gaps,
                strata,
            ),
        }
    return _made(makers)


def fit_baselines(states: States) -> Fitted:
    """Every baseline, on the customers with a payment."""
    paying = rows(states, states["payment_days"] >= 1)
    return _made({name: _bound(make, paying) for name, make in BASELINES.items()})


def forecast(models: Mapping[str, TimingModel], states: States) -> dict[str, np.ndarray]:
    """F(1..H) of every model, float32 (n, h); NaN where it does not apply."""
    found = {}
    for name, model in models.items():
        chosen = np.flatnonzero(applies(name, model, states))
        table = np.full((len(states["stratum"]), HORIZON), np.nan, dtype=np.float32)
        if len(chosen):
            table[chosen] = 1 - model.survival(ChosenRows(states, chosen), DAYS)
        found[name] = table
    return found


def applies(name: str, model: TimingModel, states: States) -> np.ndarray:
    """Customers whom the model can forecast, bool (n,)."""
    may = np.ones(len(states["stratum"]), dtype=bool)
    if name in GAP_MODELS:
        may = ~has_bill_clock(states) & (states["payment_days"] >= 1)
    elif name in BASELINES:
        may = states["payment_days"] >= 1
    elif name in BILL_MODELS:
        may = has_bill_clock(states)
    if may.any():
        chosen = np.flatnonzero(may)
        may[chosen] = covers(model, ChosenRows(states, chosen))
    return may


def _without_bills(seen: Spells) -> Spells:
    return _chosen(seen, ~has_bill_clock(seen.states) & (seen.states["payment_days"] >= 1))


def _newest_without_bills(seen: States, newest: States | None) -> States:
    if newest is not None:
        chosen = ~has_bill_clock(newest) & (newest["payment_days"] >= 1)
        if chosen.any():
            return rows(newest, chosen)
    return rows(seen, seen["origin_day"] == seen["origin_day"].max())


def _chosen(seen: Spells, chosen: np.ndarray) -> Spells:
    return Spells(rows(seen.states, chosen), seen.event[chosen], seen.observed[chosen])


def _bound(make: Callable[[States], TimingModel], states: States) -> Callable[[], TimingModel]:
    return lambda: make(states)


def _made(makers: Mapping[str, Callable[[], TimingModel]]) -> Fitted:
    models, left_out = {}, {}
    for name, make in makers.items():
        try:
            models[name] = make()
        except ValueError as reason:
            left_out[name] = str(reason)
    return Fitted(models, left_out)
