"""Whether the arms have the sizes that were planned: the sample-ratio-mismatch test.

A mismatch says that assignment or recording is broken; no effect may then be read.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.stats import chi2, chi2_contingency

from ml.experiments.moments import Array

BLOCKS_BELOW = 0.001  # false alarms block a campaign's read-out: one in a thousand
LEAST_EXPECTED = 5.0  # customers in a cell, below which the chi-square is not to be trusted


@dataclass(frozen=True)
class SampleRatio:
    """Chi-square statistics and their p-values; nan where there is too little to test."""

    statistic: Array
    degrees: Array
    p_value: Array


def sample_ratio(counts: ArrayLike, planned: ArrayLike) -> SampleRatio:
    """Counts (..., arms) against planned shares (arms): Pearson's chi-square, arms - 1 degrees.

    Raises:
        ValueError: shares that are not positive, or not of the arms.
    """
    observed, shares = np.asarray(counts, dtype=float), np.asarray(planned, dtype=float)
    if shares.shape != observed.shape[-1:] or not (shares > 0).all():
        raise ValueError(
            f"Planned shares {shares.tolist()} for {observed.shape[-1]} arms; expected one "
            "positive share for every arm."
        )
    expected = observed.sum(axis=-1, keepdims=True) * shares / shares.sum()
    enough = expected.min(axis=-1) >= LEAST_EXPECTED
    with np.errstate(divide="ignore", invalid="ignore"):
        statistic = ((observed - expected) ** 2 / expected).sum(axis=-1)
    statistic = np.where(enough, statistic, np.nan)
    degrees = np.where(enough, float(len(shares) - 1), 0.0)
    return SampleRatio(statistic, degrees, np.asarray(chi2.sf(statistic, len(shares) - 1)))


def across_groups(by_group: SampleRatio) -> SampleRatio:
    """The groups' tests (segments, days) as one: sum of statistics and of degrees.

    It finds leaks of opposite sign in different groups, which the whole hides.
    """
    degrees = np.asarray(by_group.degrees.sum())
    statistic = np.asarray(np.nansum(by_group.statistic))
    if degrees == 0:
        nothing = np.asarray(np.nan)
        return SampleRatio(nothing, degrees, nothing)
    return SampleRatio(statistic, degrees, np.asarray(chi2.sf(statistic, degrees)))


def homogeneity(counts: ArrayLike) -> float:
    """Whether all groups hold the classes in one proportion; counts (groups, classes).

    p-value of Pearson's chi-square, (groups - 1)(classes - 1) degrees; nan without two groups of
    two classes in which LEAST_EXPECTED of each class are expected.
    """
    table = np.asarray(counts, dtype=float)
    table = table[:, table.sum(axis=0) > 0]
    total = table.sum()
    if table.shape[1] < 2 or total == 0:
        return float("nan")
    least = table.sum(axis=1) * table.sum(axis=0).min() / total
    table = table[least >= LEAST_EXPECTED]
    if len(table) < 2 or not (table.sum(axis=0) > 0).all():
        return float("nan")
    return float(chi2_contingency(table, correction=False).pvalue)
