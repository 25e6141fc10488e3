"""Standardised mean differences of a segment from all other customers, from additive sums."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ml.segmentation.features.columns import Floats


@dataclass(frozen=True)
class SegmentSums:
    """Per segment: customers (k), sums and sums of squares of each column (k x features)."""

    customers: Floats
    sums: Floats
    squares: Floats

    def __add__(self, other: SegmentSums) -> SegmentSums:
        """Sums of two disjoint sets of customers."""
        return SegmentSums(
            self.customers + other.customers,
            self.sums + other.sums,
            self.squares + other.squares,
        )

    @property
    def means(self) -> Floats:
        """Mean of each column per segment; NaN where a segment is empty."""
        with np.errstate(invalid="ignore"):
            return self.sums / self.customers[:, None]


def segment_sums(values: Floats, labels: NDArray[np.integer], k: int) -> SegmentSums:
    """The sums of one batch: ``values`` n x features in their own units."""
    sums, squares = np.zeros((k, values.shape[1])), np.zeros((k, values.shape[1]))
    for j, column in enumerate(values.T):
        sums[:, j] = np.bincount(labels, weights=column, minlength=k)
        squares[:, j] = np.bincount(labels, weights=column * column, minlength=k)
    return SegmentSums(np.bincount(labels, minlength=k).astype(float), sums, squares)


def standardised_differences(found: SegmentSums) -> Floats:
    """d_sj = (mean of j in s - mean of j outside s)/pooled s.d.: k x features (Cohen 1988).

    0 where a feature does not vary within, NaN for a segment that is empty or everybody.
    """
    count, total = found.customers[:, None], float(found.customers.sum())
    rest = total - count
    with np.errstate(invalid="ignore", divide="ignore"):
        gap = found.sums / count - (found.sums.sum(axis=0) - found.sums) / rest
        inside = found.squares - found.sums**2 / count
        outside = (
            found.squares.sum(axis=0)
            - found.squares
            - (found.sums.sum(axis=0) - found.sums) ** 2 / rest
        )
        pooled = np.sqrt(np.maximum(inside + outside, 0) / max(total - 2, 1))
        size = np.abs(found.sums).sum(axis=0) / total
        return np.where(pooled > 1e-7 * size, gap / pooled, np.where(np.isnan(gap), gap, 0.0))
