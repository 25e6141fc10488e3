"""Fit everything that payment windows need, and keep it as plain rows.

``fit`` takes states with their outcomes at several origins and returns models, stack weights,
calibration maps and the backtest; what could not be done is a stated refusal, never an exception.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

import numpy as np
import pyarrow as pa
from threadpoolctl import threadpool_limits

from ml.payment_timing.backtest import BacktestRow, backtest_table
from ml.payment_timing.calendar_tilt import CalendarTilt
from ml.payment_timing.candidates import fit_candidates
from ml.payment_timing.channel_choice import fit_dirichlet
from ml.payment_timing.contract import HORIZON, HOURS, States, TimingModel
from ml.payment_timing.parameters import ParameterRow
from ml.payment_timing.refusals import (
    NOT_RECALIBRATED,
    SINGLE_ORIGIN_WEIGHTS,
    TOO_FEW_ORIGINS,
    TOO_FEW_PAYMENTS,
    Refusal,
)  # fmt: skip
from ml.payment_timing.rolling import (
    STACKING_ORIGINS,
    Origin,
    Round,
    calibration_maps,
    identity_maps,
    roll,
    seen_at,
    stack_weights,
)  # fmt: skip
from ml.payment_timing.scoring import score_states, scored_forecast
from ml.payment_timing.season import OperationalTime, Season
from ml.payment_timing.states import check_states, with_pooled
from ml.payment_timing.storage import rows_of, scorer_parts

FEWEST_PAYMENTS = 30  # seen after the origins; fewer fit nothing


@dataclass(frozen=True)
class FittedTiming:
    """Everything scoring needs, and what it was proven with.

    Attributes:
        strata: declared names; arrays have one stratum more, the pooled one.
        models: fitted candidates by name.
        weights: (segments, candidates).
        maps: calibration, (segments, pieces + 1).
        channel_alpha: Dirichlet of the channels, (s, c); None without channel counts.
        hour_alpha: Dirichlet of the bands of the day, (s, 4).
        withheld: bool (segments,), segments that get no windows; None: none is withheld.
        backtest: the table of ``backtest``.
        rounds: the rolling origins behind it, not stored.
        left_out: candidates that could not be fitted, with the reason.
        remarks: what was not done, in both languages.
    """

    strata: tuple[str, ...]
    models: dict[str, TimingModel]
    weights: np.ndarray
    maps: np.ndarray
    channel_alpha: np.ndarray | None
    hour_alpha: np.ndarray
    withheld: np.ndarray | None = None
    backtest: list[BacktestRow] = field(default_factory=list)
    rounds: list[Round] = field(default_factory=list)
    left_out: dict[str, str] = field(default_factory=dict)
    remarks: list[Refusal] = field(default_factory=list)

    def score(self, states: States, channels: np.ndarray | None = None) -> pa.Table:
        """One row per customer (see ``scoring``); channels are decayed payments, (n, c)."""
        check_states(states)
        return score_states(self, states, channels)

    @property
    def season(self) -> Season | None:
        """The clock of the gap models, None without any."""
        tilted = (m.base for m in self.models.values() if isinstance(m, CalendarTilt))
        return next((m.season for m in tilted if isinstance(m, OperationalTime)), None)

    def without(self, segments: Sequence[int]) -> FittedTiming:
        """The same fit, whose customers in these segments get no windows."""
        withheld = np.zeros(len(self.weights), dtype=bool)
        withheld[list(segments)] = True
        return replace(self, withheld=withheld)

    def forecast(self, states: States) -> np.ndarray:
        """F(1..H), float32 (n, h), of withheld segments too; NaN where nothing is known."""
        check_states(states)
        return scored_forecast(self, with_pooled(states, len(self.strata)))[0]

    def to_rows(self) -> list[ParameterRow]:
        """Everything that scoring needs as rows."""
        return rows_of(self)

    @classmethod
    def from_rows(cls, rows: Sequence[ParameterRow]) -> FittedTiming:
        """The fit that wrote the rows; without its backtest."""
        return cls(**scorer_parts(rows))


def fit(
    origins: Sequence[Origin],
    strata: Sequence[str],
    channels: np.ndarray | None = None,
    with_baselines: bool = True,
    known_until: int | None = None,
) -> FittedTiming | Refusal:
    """Fit on ascending origins whose outcomes are known.

    The final models know all outcomes; weights come from the last three origins' forward
    forecasts, the maps from the last two.

    Args:
        origins: at least 2; 6 give proven weights and maps.
        strata: declared names, in the order of the codes.
        channels: decayed payments per channel of the newest origin's customers, (n, c).
        with_baselines: judge the baselines beside the stack.
        known_until: last day (since 1970-01-01) whose payments may be used; None: all outcomes.

    Returns:
        the fit, or the refusal that says why there is none.

    Raises:
        ValueError: impossible states, or origins out of order.
    """
    prepared = [_prepared(origin, len(strata)) for origin in origins]
    if sum(int((origin.paid_in <= HORIZON).sum()) for origin in prepared) < FEWEST_PAYMENTS:
        return TOO_FEW_PAYMENTS
    if len(prepared) < 2:
        return TOO_FEW_ORIGINS
    if any(one.day >= two.day for one, two in pairwise(prepared)):
        raise ValueError(f"origins are {[o.day for o in prepared]}; expected ascending days.")
    # Matrices are small: threads of their products would wait for each other.
    with threadpool_limits(1, user_api="blas"):
        return _fitted(prepared, strata, channels, with_baselines, known_until)


def _fitted(
    prepared: Sequence[Origin],
    strata: Sequence[str],
    channels: np.ndarray | None,
    with_baselines: bool,
    known_until: int | None,
) -> FittedTiming:
    size = len(strata) + 1
    first = max(1, len(prepared) - STACKING_ORIGINS - 2)
    rounds = roll(prepared, size, first, with_baselines)
    end = prepared[-1].day + HORIZON if known_until is None else known_until
    season = prepared[-1].season or Season.flat(size)
    final = fit_candidates(seen_at(prepared, end), size, season, prepared[-1].states)
    maps, remarks = _maps(rounds, size, end), _remarks(rounds)
    newest = prepared[-1].states
    stratum = newest["stratum"].astype(np.int64)
    return FittedTiming(
        tuple(strata),
        final.models,
        stack_weights(rounds, size, end),
        maps,
        None if channels is None else fit_dirichlet(stratum, channels, size),
        fit_dirichlet(stratum, np.stack([newest[name] for name in HOURS], axis=1), size),
        None,
        backtest_table(rounds),
        rounds,
        final.left_out,
        remarks,
    )


def _maps(rounds: Sequence[Round], size: int, end: int) -> np.ndarray:
    if rounds[-1].pooled is None:
        return identity_maps(size)
    return calibration_maps(rounds, size, end)


def _remarks(rounds: Sequence[Round]) -> list[Refusal]:
    found = [] if len(rounds) >= STACKING_ORIGINS else [SINGLE_ORIGIN_WEIGHTS]
    return found if rounds[-1].pooled is not None else [*found, NOT_RECALIBRATED]


def _prepared(origin: Origin, declared: int) -> Origin:
    check_states(origin.states)
    return Origin(with_pooled(origin.states, declared), origin.paid_in, origin.season)
