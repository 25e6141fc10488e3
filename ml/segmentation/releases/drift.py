"""Drift since the fit: of the features, the segments' shares and their members."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ml.segmentation.features.columns import Floats

BINS = 10
PSI_ALARM = 0.2
EMPTY = 1e-4  # share that stands for an empty bin, so that one customer is no infinity


def bin_edges(values: Floats) -> Floats:
    """Inner decile edges of the known values in training; fewer where values repeat."""
    known = values[~np.isnan(values)]
    return np.unique(np.quantile(known, np.linspace(0, 1, BINS + 1)[1:-1]))


def shares(values: Floats, edges: Floats) -> Floats:
    """Share of customers in each bin of ``edges``, and last of those of whom it is unknown.

    Unknown is a bin, so that a source that stops is the largest of drifts and not none.
    """
    known = values[~np.isnan(values)]
    counts = np.bincount(np.searchsorted(edges, known, side="left"), minlength=len(edges) + 1)
    return np.append(counts, len(values) - len(known)) / max(len(values), 1)


def psi(expected: Floats, found: Floats) -> float:
    """Population stability index sum (q - p) ln(q/p) over bins; raises on unlike lengths."""
    if len(expected) != len(found):
        raise ValueError(f"{len(found)} shares against {len(expected)}: bins must be the same")
    p, q = np.maximum(expected, EMPTY), np.maximum(found, EMPTY)
    return float(((q - p) * np.log(q / p)).sum())


def transitions(
    before: NDArray[np.integer], now: NDArray[np.integer], numbers: list[int]
) -> NDArray[np.int64]:
    """Customers by segment before (rows) and now (columns), in the order of ``numbers``."""
    size, order = len(numbers), np.argsort(numbers)
    old, new = (order[np.searchsorted(numbers, side, sorter=order)] for side in (before, now))
    return np.bincount(old * size + new, minlength=size * size).reshape(size, size)


def churn(before: NDArray[np.integer], now: NDArray[np.integer]) -> float:
    """Share of customers whose segment changed; raises on nobody."""
    if not len(before):
        raise ValueError("no customer is in both months: churn has no base; check the two tables")
    return float(np.mean(before != now))
