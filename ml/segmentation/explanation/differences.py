"""Standardised mean differences of a segment from all other customers, from additive sums.

Only observed values enter: a customer of whom a feature is unknown (NaN) is counted in the
segment's size and left out of that feature's mean and variance.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ml.segmentation.features.columns import Floats

SPEAKS = 0.5  # share of a segment's customers of whom a feature must be known to describe it


@dataclass(frozen=True)
class SegmentSums:
    """Per segment: customers (k); known values, their sums and sums of squares (k x features)."""

    customers: Floats
    known: Floats
    sums: Floats
    squares: Floats

    def __add__(self, other: SegmentSums) -> SegmentSums:
        """Sums of two disjoint sets of customers."""
        return SegmentSums(
            self.customers + other.customers,
            self.known + other.known,
            self.sums + other.sums,
            self.squares + other.squares,
        )

    @property
    def means(self) -> Floats:
        """Mean of the known values of each column per segment; NaN where there is none."""
        with np.errstate(invalid="ignore"):
            return self.sums / self.known

    @property
    def known_share(self) -> Floats:
        """Share of each segment's customers of whom a column is known; NaN where it is empty."""
        with np.errstate(invalid="ignore"):
            return self.known / self.customers[:, None]

    @property
    def speaking(self) -> Floats:
        """The means that may stand for their segment: known of ``SPEAKS`` or more, else NaN."""
        return np.where(self.known_share >= SPEAKS, self.means, np.nan)


def segment_sums(values: Floats, labels: NDArray[np.integer], k: int) -> SegmentSums:
    """The sums of one batch: ``values`` n x features in their own units, NaN where unknown."""
    known, sums, squares = (np.zeros((k, values.shape[1])) for _ in range(3))
    for j, column in enumerate(values.T):
        seen = ~np.isnan(column)
        column, own = (column, labels) if seen.all() else (column[seen], labels[seen])
        known[:, j] = np.bincount(own, minlength=k)
        sums[:, j] = np.bincount(own, weights=column, minlength=k)
        squares[:, j] = np.bincount(own, weights=column * column, minlength=k)
    return SegmentSums(np.bincount(labels, minlength=k).astype(float), known, sums, squares)


def standardised_differences(found: SegmentSums) -> Floats:
    """d_sj = (mean of j in s - mean of j outside s)/pooled s.d.: k x features (Cohen 1988).

    0 where a feature does not vary within, NaN where the segment or the rest has no known value.
    """
    count, total = found.known, found.known.sum(axis=0)
    rest = total - count
    with np.errstate(invalid="ignore", divide="ignore"):
        gap = found.sums / count - (found.sums.sum(axis=0) - found.sums) / rest
        inside = found.squares - found.sums**2 / count
        outside = (
            found.squares.sum(axis=0)
            - found.squares
            - (found.sums.sum(axis=0) - found.sums) ** 2 / rest
        )
        pooled = np.sqrt(np.maximum(inside + outside, 0) / np.maximum(total - 2, 1))
        size = np.abs(found.sums).sum(axis=0) / total
        return np.where(pooled > 1e-7 * size, gap / pooled, np.where(np.isnan(gap), gap, 0.0))
