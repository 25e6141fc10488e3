"""What moved a customer from one segment to another: the feature behind the change of distances.

Exact and vectorised: the difference of two squared distances is linear in the customer's point,
so its change between two dates is a sum of one term per feature.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ml.segmentation.clustering.nearest import Matrix


def contributions(
    before: Matrix,
    now: Matrix,
    old: NDArray[np.integer],
    new: NDArray[np.integer],
    centroids: Matrix,
    groups: list[str],
) -> tuple[Matrix, list[str]]:
    """Each feature's part (n x features) of the change of |x-a|^2 - |x-b|^2 (a old, b new).

    Part of coordinate j = -2 (now_j - before_j)(a_j - b_j); coordinates of one feature are
    summed. Positive parts moved the customer towards the new segment.
    """
    parts = -2 * (now - before) * (centroids[old] - centroids[new])
    names = list(dict.fromkeys(groups))
    membership = np.array([[group == name for name in names] for group in groups])
    return parts @ membership.astype(np.float32), names


def main_mover(parts: Matrix, names: list[str]) -> tuple[NDArray[np.object_], Matrix]:
    """The feature of the largest part per customer, and its share of all positive parts."""
    largest = parts.argmax(axis=1)
    positive = np.maximum(parts, 0).sum(axis=1)
    top = parts[np.arange(len(parts)), largest]
    moved = top > 0
    names_of = np.array(names, dtype=object)[largest]
    names_of[~moved] = None
    return names_of, np.where(moved, top / np.where(moved, positive, 1), 0).astype(np.float32)
