"""Segments keep their number from one refit to the next where they are the same segment.

Both releases' centres are compared in the new space, on the same customers, so that a changed
scaling or feature list is no obstacle.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment
from scipy.spatial.distance import cdist, pdist

from ml.segmentation.features.columns import Floats

LIMIT = 0.5  # of the smallest distance between two old centres: nearer to it than to any other


def centres(points: NDArray[np.float32], labels: NDArray[np.integer], k: int) -> Floats:
    """Mean point of each segment, k x d; NaN where it has no customer."""
    counts = np.bincount(labels, minlength=k).astype(float)
    sums = np.column_stack([np.bincount(labels, weights=c, minlength=k) for c in points.T])
    with np.errstate(invalid="ignore"):
        return sums / counts[:, None]


def match_segments(new: Floats, old: Floats) -> NDArray[np.int64]:
    """For each new centre the index of its old one, or -1 for a new segment.

    Hungarian assignment of the least total distance (Kuhn 1955); a pair farther apart than
    ``LIMIT`` times the smallest distance between two old centres is no match.
    """
    present = np.flatnonzero(~np.isnan(old).any(axis=1))
    found = np.full(len(new), -1, dtype=np.int64)
    if not len(present):
        return found
    distance = cdist(new, old[present])
    limit = LIMIT * (float(pdist(old[present]).min()) if len(present) > 1 else np.inf)
    for row, column in zip(*linear_sum_assignment(distance), strict=True):
        if distance[row, column] <= limit:
            found[row] = present[column]
    return found


def number_segments(matched: NDArray[np.int64], old_numbers: list[int], used: int) -> list[int]:
    """Old numbers where matched, else the next free ones; ``used`` is the highest ever given."""
    numbers = []
    for old in matched:
        if old < 0:
            used += 1
        numbers.append(old_numbers[old] if old >= 0 else used)
    return numbers
