"""Rolling origins: fit on what was known, forecast, see what came, move on.

At each origin the models know only earlier origins, and of those only what had happened by then;
the weights come from the last three origins before it, the maps from the last two.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from ml.payment_timing.calibration import PIECES, apply_maps, fit_maps, interval
from ml.payment_timing.candidates import CANDIDATES, Fitted, fit_baselines, fit_candidates, forecast
from ml.payment_timing.contract import HORIZON, States
from ml.payment_timing.metrics import likelihood
from ml.payment_timing.season import Season
from ml.payment_timing.segments import SEGMENT_FLOOR, STANDINGS, segment
from ml.payment_timing.spells import Spells, spells
from ml.payment_timing.stack import fit_weights, pooled_weights
from ml.payment_timing.states import joined

FITTING_ORIGINS = 4  # newest origins that the models are fitted on
STACKING_ORIGINS = 3  # origins whose forward scores set the weights
CALIBRATING_ORIGINS = 2  # pooled forecasts that the maps are fitted on
RECENCY = 0.7  # weight of an origin's PIT against the next newer one's


@dataclass(frozen=True)
class Origin:
    """States as of one day, and the days to what came next (NaN: nothing within the horizon)."""

    states: States
    paid_in: np.ndarray
    season: Season | None = None  # as known on the day; None: every day like the other

    @property
    def day(self) -> int:
        """Days since 1970-01-01."""
        return int(self.states["origin_day"][0])


@dataclass
class Round:
    """What happened at one origin."""

    origin: Origin
    fitted: Fitted
    forecasts: dict[str, np.ndarray]
    pooled: np.ndarray | None = None  # F of the stack
    recalibrated: np.ndarray | None = None  # the same through the maps of the origins before
    baselines: Fitted = field(default_factory=lambda: Fitted({}, {}))


def seen_at(origins: Sequence[Origin], day: int) -> Spells:
    """Spells of the newest ``FITTING_ORIGINS``, as they stood at the end of ``day``."""
    used = origins[-FITTING_ORIGINS:]
    known = [np.full(len(origin.paid_in), min(day - origin.day, HORIZON)) for origin in used]
    return spells(
        joined([origin.states for origin in used]),
        np.concatenate([origin.paid_in for origin in used]),
        np.concatenate(known),
    )


def roll(origins: Sequence[Origin], strata: int, first: int, with_baselines: bool) -> list[Round]:
    """Forecast every origin from number ``first`` on; weights and maps as soon as they exist.

    Baselines are fitted where there is a stack to hold against them, and at the newest origin.
    """
    done: list[Round] = []
    for number in range(first, len(origins)):
        origin = origins[number]
        fitted = fit_candidates(
            seen_at(origins[:number], origin.day),
            strata,
            origin.season or Season.flat(strata),
            origin.states,
        )
        found = forecast(fitted.models, origin.states)
        this = Round(origin, fitted, found)
        is_compared = len(done) >= STACKING_ORIGINS or number == len(origins) - 1
        if with_baselines and is_compared:
            this.baselines = fit_baselines(origin.states)
            found |= forecast(this.baselines.models, origin.states)
        if len(done) >= STACKING_ORIGINS:
            this.pooled = pool(found, origin.states, stack_weights(done, strata, origin.day))
            if done[-1].pooled is not None:
                _recalibrate(this, done, strata)
        done.append(this)
    return done


def stack_weights(done: Sequence[Round], strata: int, day: int) -> np.ndarray:
    """Weights per segment, (segments, candidates), from the last ``STACKING_ORIGINS`` rounds.

    Of what came, only that which had come by the end of ``day`` is used.
    """
    used = done[-STACKING_ORIGINS:]
    scores = np.concatenate([_scores(round_, day) for round_ in used])
    place = np.concatenate([segment(round_.origin.states) for round_ in used])
    applies = ~np.isnan(scores).all(axis=1)
    if not applies.any():
        return np.full((strata * len(STANDINGS), len(CANDIDATES)), 1 / len(CANDIDATES))
    overall = fit_weights(scores)
    found = np.tile(overall, (strata * len(STANDINGS), 1))
    for kind in range(len(STANDINGS)):
        chosen = applies & (place % len(STANDINGS) == kind)
        if chosen.sum() >= SEGMENT_FLOOR:
            found[kind :: len(STANDINGS)] = fit_weights(scores[chosen])
    for code in np.unique(place):
        chosen = applies & (place == code)
        if chosen.sum() >= SEGMENT_FLOOR:
            found[code] = fit_weights(scores[chosen])
    return found


def _recalibrate(this: Round, done: Sequence[Round], strata: int) -> None:
    assert this.pooled is not None
    maps = calibration_maps(done, strata, this.origin.day)
    this.recalibrated = apply_maps(maps, segment(this.origin.states), this.pooled)


def calibration_maps(done: Sequence[Round], strata: int, day: int) -> np.ndarray:
    """Maps per segment from the newest pooled forecasts, and what had come by ``day``.

    The newest origin counts in full, each one before it ``RECENCY`` times the next.

    Raises:
        ValueError: no round has a pooled forecast.
    """
    used = [round_ for round_ in done if round_.pooled is not None][-CALIBRATING_ORIGINS:]
    if not used:
        raise ValueError("no round has a pooled forecast; expected a stacked one.")
    parts = []
    for age, round_ in enumerate(reversed(used)):
        assert round_.pooled is not None
        known = ~np.isnan(round_.pooled[:, 0])
        before, until = interval(
            round_.pooled[known, : _days_seen(round_, day)], round_.origin.paid_in[known]
        )
        place = segment(round_.origin.states)[known]
        parts.append((before, until, place, np.full(len(place), RECENCY**age)))
    before, until, place, weight = (np.concatenate(part) for part in zip(*parts, strict=True))
    return fit_maps(before, until, place, strata * len(STANDINGS), weight)


def identity_maps(strata: int) -> np.ndarray:
    """Maps that move nothing."""
    return np.tile(np.linspace(0, 1, PIECES + 1), (strata * len(STANDINGS), 1))


def pool(forecasts: dict[str, np.ndarray], states: States, weights: np.ndarray) -> np.ndarray:
    """F of the stack: the weighted mean of the models that apply, float32 (n, h)."""
    return mixed(forecasts, applied_weights(forecasts, weights[segment(states)]))


def applied_weights(forecasts: dict[str, np.ndarray], weights: np.ndarray) -> np.ndarray:
    """Weights (n, candidates) over the models that apply, float32; NaN where none does."""
    none = np.zeros(len(weights), dtype=bool)
    applies = [
        ~np.isnan(forecasts[name][:, 0]) if name in forecasts else none for name in CANDIDATES
    ]
    return pooled_weights(weights, np.stack(applies, axis=1)).astype(np.float32)


def mixed(forecasts: dict[str, np.ndarray], weights: np.ndarray) -> np.ndarray:
    """Sum over models of weight x F, float32 (n, h)."""
    total = np.zeros((len(weights), HORIZON), dtype=np.float32)
    for number, name in enumerate(CANDIDATES):
        chosen = np.flatnonzero(weights[:, number] > 0)
        if len(chosen) == len(weights):
            total += weights[:, number, None] * forecasts[name]
        elif len(chosen):
            total[chosen] += weights[chosen, number, None] * forecasts[name][chosen]
    total[np.isnan(weights).all(axis=1)] = np.nan
    return total


def _days_seen(round_: Round, day: int) -> int:
    return min(max(day - round_.origin.day, 1), HORIZON)


def _scores(round_: Round, day: int) -> np.ndarray:
    """Likelihood of what had come by ``day``, (n, candidates); NaN where a model does not apply."""
    seen, paid_in = _days_seen(round_, day), round_.origin.paid_in
    found = np.full((len(paid_in), len(CANDIDATES)), np.nan)
    for number, name in enumerate(CANDIDATES):
        if name in round_.forecasts:
            found[:, number] = likelihood(round_.forecasts[name][:, :seen], paid_in)
    return found
