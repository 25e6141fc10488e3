"""From a membership vector to a score, and to a grade where one is decided."""

from __future__ import annotations

import numpy as np

from ml.fuzzy_evaluation.arrays import Array

VALID_FROM = 0.5  # below, the largest membership does not stand out enough to name a grade


def score(memberships: Array, grade_scores: Array) -> Array:
    """sum_j b_j v_j; (..., grades) to (...); in the unit of the grade scores."""
    return np.asarray(memberships @ grade_scores, dtype=np.float64)


def validity_index(memberships: Array) -> Array:
    """Validity alpha = (n beta - 1) / (2 gamma (n - 1)) of rows that sum to one.

    Beta is the largest membership, gamma the second, n the number of grades.  Infinite when all
    membership lies in one grade (gamma = 0).
    """
    ordered = np.sort(memberships, axis=-1)
    largest, second, grades = ordered[..., -1], ordered[..., -2], memberships.shape[-1]
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray((grades * largest - 1) / (2 * second * (grades - 1)), dtype=np.float64)


def decided_grade(memberships: Array) -> np.ndarray:
    """Position of the grade of largest membership; -1 where the validity index is below 0.5."""
    alpha = validity_index(memberships)
    largest = np.where(np.isfinite(memberships).all(-1), np.nan_to_num(memberships).argmax(-1), -1)
    return np.where(alpha >= VALID_FROM, largest, -1)
