"""P-values of many questions asked at once."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy.stats import false_discovery_control

from ml.experiments.moments import Array


def holm(p_values: ArrayLike) -> Array:
    """Holm's adjusted p-values (m,); nan marks a question that was not asked, and stays.

    p_(i) -> max over j <= i of min(1, (m - j + 1) p_(j)): the chance of any false finding among the
    m is at most the level, whatever their dependence.

    Source: Holm, A Simple Sequentially Rejective Multiple Test Procedure (1979).
    """
    given = np.asarray(p_values, dtype=float)
    adjusted = np.full(given.shape, np.nan)
    asked = np.flatnonzero(~np.isnan(given))
    order = asked[np.argsort(given[asked], kind="stable")]
    factors = len(order) - np.arange(len(order))
    adjusted[order] = np.minimum(1.0, np.maximum.accumulate(factors * given[order]))
    return adjusted


def benjamini_hochberg(p_values: ArrayLike) -> Array:
    """Adjusted p-values (m,) that bound the share of false findings; nan stays nan.

    Source: Benjamini, Hochberg, Controlling the False Discovery Rate (1995).
    """
    given = np.asarray(p_values, dtype=float)
    adjusted = np.full(given.shape, np.nan)
    asked = ~np.isnan(given)
    if asked.any():
        adjusted[asked] = false_discovery_control(given[asked], method="bh")
    return adjusted
