"""Whether a campaign's effect shows in the channel as a whole, or was only moved about.

A comparison over time against a forecast: never an effect, only a check of one.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.stats import t

DISAGREE_BELOW = 0.01  # p-value under which the sums contradict the experiment
LEVEL = 0.95


@dataclass(frozen=True)
class Interference:
    """Payments of the channel over the campaign's days, beside what was forecast without it."""

    observed: float
    forecast: float
    expected_gain: float  # by the experiment's effect
    observed_gain: float
    std_error: float  # of the observed gain less the expected one
    degrees: float  # of freedom of that error; infinite where it is known
    p_value: float

    @property
    def disagrees(self) -> bool:
        """The channel gained clearly more or less than the experiment says."""
        return self.p_value < DISAGREE_BELOW

    def interval(self, level: float = LEVEL) -> tuple[float, float]:
        """Of the observed gain less the expected one."""
        half = float(t.ppf((1 + level) / 2, self.degrees)) * self.std_error
        difference = self.observed_gain - self.expected_gain
        return difference - half, difference + half


def interference(
    observed: ArrayLike,
    forecast: ArrayLike,
    forecast_error: float,
    expected_gain: float,
    gain_error: float,
    forecast_degrees: float = np.inf,
) -> Interference:
    """Sum of a channel's daily volume (days) against its forecast without the campaign.

    z = (sum observed - sum forecast - gain)/sqrt(s_f^2 + s_g^2): far below zero, treated customers
    took the place of others; far above, untreated ones moved too (spill-over). Student's t with
    d (s_f^2 + s_g^2)^2/s_f^4 degrees (Welch-Satterthwaite), d those of the forecast's error.

    Args:
        observed: payments of the channel on each day of the campaign.
        forecast: the same, forecast from the days before it.
        forecast_error: standard error of the sum of the forecasts, out of backtests.
        expected_gain: effect times treated customers.
        gain_error: its standard error.
        forecast_degrees: errors that the forecast's is the root mean square of.

    Raises:
        ValueError: days that do not match, or no error at all.
    """
    seen, said = (np.asarray(v, dtype=float) for v in (observed, forecast))
    error = float(np.hypot(forecast_error, gain_error))
    if seen.shape != said.shape or not error > 0:
        raise ValueError(
            f"{seen.size} observed and {said.size} forecast days with a standard error of {error}; "
            "expected the same days and a positive error."
        )
    degrees = forecast_degrees * (error / forecast_error) ** 4 if forecast_error > 0 else np.inf
    gain = float(seen.sum() - said.sum())
    p_value = float(2 * t.sf(abs(gain - expected_gain) / error, degrees))
    return Interference(
        float(seen.sum()), float(said.sum()), expected_gain, gain, error, degrees, p_value
    )
