"""From coefficients to coming days: the trend held or prolonged, the level of the last weeks."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ml.forecasting.bill_calendar.regression import linear_mean

LEVEL_PRIOR_DAYS = 3.0  # average days that hold the level at 1


@dataclass(frozen=True)
class Memory:
    """How a series is shrunk and how long it remembers; (n,) each."""

    shrinkage: np.ndarray  # lambda
    level_days: np.ndarray  # days that the level is the mean of
    prolongs_trend: np.ndarray  # bool: the slope goes on after the origin

    def only(self, rows: np.ndarray) -> Memory:
        """The series of these rows."""
        return Memory(self.shrinkage[rows], self.level_days[rows], self.prolongs_trend[rows])


def coming_days(
    values: np.ndarray,
    matrix: np.ndarray,
    names: tuple[str, ...],
    offset: np.ndarray,
    coefficients: np.ndarray,
    memory: Memory,
) -> np.ndarray:
    """Mean of the days after the known ones times the recent level; (n, T + h) -> (n, h).

    Args:
        values: the T known days, (n, T).
        matrix: regressors of T + h days.
        names: of the regressors.
        offset: ln of the flow, (n, T + h).
        coefficients: (n, p).
        memory: of the n series.
    """
    mean = linear_mean(coefficients, matrix, offset)
    held = matrix.copy()
    slope = names.index("slope")
    held[:, slope] = np.minimum(held[:, slope], 0)
    flat = linear_mean(coefficients, held, offset)
    mean = np.where(memory.prolongs_trend[:, None], mean, flat)
    known = values.shape[1]
    return mean[:, known:] * level(values, mean[:, :known], memory.level_days)[:, None]


def level(values: np.ndarray, mean: np.ndarray, days: np.ndarray) -> np.ndarray:
    """Recent payments over their expectation, held at 1 by a few average days; (n,).

    (sum y + c) / (sum mean + c) over the last ``days`` days of each series, c = 3 average days: the
    autoregressive correction of the mean residual, on the scale of the mean.
    """
    age = np.arange(values.shape[1])[::-1]
    recent = np.isfinite(values) & (age < days[:, None])
    paid = np.where(recent, np.nan_to_num(values), 0).sum(axis=1)
    expected = np.where(recent, mean, 0).sum(axis=1)
    prior = LEVEL_PRIOR_DAYS * expected / np.maximum(recent.sum(axis=1), 1)
    return np.where(expected > 0, (paid + prior) / np.maximum(expected + prior, 1e-12), 1.0)
