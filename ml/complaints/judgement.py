"""How often a classification is right, by category, against the dictionary alone."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ml.complaints.dictionary import UNSURE

ALL = "all"


@dataclass(frozen=True)
class Judged:
    """Figures of one category, or of all; shares in 0..1, None where nothing is counted."""

    method: str
    category: str
    texts: int
    accuracy: float | None  # right of all, unsure counts as wrong: recall of a category
    precision: float | None  # right of those classified so
    classified: float | None  # classified of all


def judge(
    method: str, chosen: np.ndarray, labels: np.ndarray, categories: tuple[str, ...]
) -> list[Judged]:
    """Figures of all texts and of each category.

    Args:
        method: name of what classified.
        chosen: int (n,), ``UNSURE`` for unclassified.
        labels: int (n,), the right categories.
        categories: codes.
    """
    right, sure = chosen == labels, chosen != UNSURE
    everything = np.ones(len(labels), dtype=bool)
    rows = [_row(method, ALL, everything, sure, right, sure)]
    for number, category in enumerate(categories):
        mine = labels == number
        rows.append(_row(method, category, mine, chosen == number, right, sure))
    return rows


def _row(
    method: str,
    category: str,
    mine: np.ndarray,
    said: np.ndarray,
    right: np.ndarray,
    sure: np.ndarray,
) -> Judged:
    return Judged(
        method,
        category,
        int(mine.sum()),
        _share(right & mine, mine),
        _share(right & said, said),
        _share(sure & mine, mine),
    )


def _share(part: np.ndarray, whole: np.ndarray) -> float | None:
    return float(part.sum() / whole.sum()) if whole.any() else None
