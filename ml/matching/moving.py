"""Probability that a contact moves a customer: an assumption, then what experiments say.

Normal prior and normal likelihood of each readable effect (a difference of shares); the posterior
mean weighs both by their precision, so that one noisy campaign moves the assumption a little.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Z_95 = 1.959964


@dataclass(frozen=True)
class Moving:
    """Mean and sd of the probability; ``effects``: experiments in it, none for an assumption."""

    mean: float
    sd: float
    effects: int


def posterior(prior_mean: float, prior_sd: float, effects: Sequence[tuple[float, float]]) -> Moving:
    """Pool the prior with (effect, standard error) of experiments; the mean is kept in [0, 1].

    Raises:
        ValueError: a standard deviation or error that is not above 0.
    """
    pairs = [(prior_mean, prior_sd), *effects]
    for value, spread in pairs:
        if not spread > 0 or not np.isfinite(value):
            raise ValueError(
                f"effect {value} with standard error {spread}: finite, above 0 expected; "
                "leave out effects that cannot be read"
            )
    weights = np.array([spread**-2 for _, spread in pairs])
    mean = float(weights @ [value for value, _ in pairs] / weights.sum())
    return Moving(min(max(mean, 0.0), 1.0), float(weights.sum() ** -0.5), len(effects))


def interval(
    mean: NDArray[np.float64], relative_sds: Sequence[NDArray[np.float64] | float]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """95 % interval of a product of independent positive factors with the given relative sds.

    The product is taken as lognormal with the same mean and variance:
    cv^2 = prod(1 + cv_k^2) - 1, s^2 = ln(1 + cv^2), bounds mean * exp(-s^2 / 2 +- 1.96 s).
    """
    spread: NDArray[np.float64] | float = 1.0
    for relative in relative_sds:
        spread = spread * (1 + np.square(relative))
    s = np.sqrt(np.log(spread))
    return mean * np.exp(-(s**2) / 2 - Z_95 * s), mean * np.exp(-(s**2) / 2 + Z_95 * s)
