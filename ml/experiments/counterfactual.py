"""What a daily series would have come to over some days, forecast from the days before them.

The forecaster is given; how far its sums were off before is found here. Whether the difference to
what came is anybody's effect is not asked here (see ``interference``).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
FEWEST_ORIGINS, MOST_ORIGINS = 3, 8  # two more errors than one unknown; a year of 40 days each
Forecast = Callable[[int], Array]  # (days,) after the first ``known`` values


class NothingForecastError(ValueError):
    """A forecast comes to nothing: no relative error can be told of it."""


@dataclass(frozen=True)
class Counterfactual:
    """``daily`` (days,), and the standard error of its sum, out of ``origins`` earlier errors."""

    daily: Array
    std_error: float
    origins: int


def origins_before(known: int, days: int, shortest: int) -> list[int]:
    """Values known at each origin: whole spans of ``days`` before the end, ``shortest`` before."""
    count = min(MOST_ORIGINS, max(0, (known - shortest) // days))
    return [known - days * back for back in range(1, count + 1)]


def counterfactual(values: Array, days: int, forecast: Forecast, shortest: int) -> Counterfactual:
    """Forecast the ``days`` after the values (T,), nan for a gap, with the error of their sum.

    SE = F sqrt(mean r_k^2), r_k = (sum of what came - sum forecast) / sum forecast over K spans of
    as many days before, which do not overlap; F the sum forecast now. The forecaster's bias is part
    of the error, so SE has K degrees of freedom.

    Raises:
        ValueError: fewer than FEWEST_ORIGINS such spans.
        NothingForecastError: a sum forecast is not above zero.
    """
    origins = origins_before(len(values), days, shortest)
    if len(origins) < FEWEST_ORIGINS:
        raise ValueError(
            f"{len(values)} days are known before {days} to be forecast: {len(origins)} earlier "
            f"spans, {FEWEST_ORIGINS} needed; ask with ``origins_before`` first"
        )
    errors = [_error(values[known : known + days], forecast(known)) for known in origins]
    relative = float(np.sqrt(np.mean(np.square(errors))))
    daily = forecast(len(values))
    return Counterfactual(daily, relative * float(daily.sum()), len(origins))


def _error(came: Array, said: Array) -> float:
    """Relative error of a sum, over the days whose value is known."""
    known = np.isfinite(came)
    expected = float(said[known].sum())
    if not expected > 0:
        raise NothingForecastError(f"a sum of {expected} is forecast: above 0 expected")
    return (float(came[known].sum()) - expected) / expected
