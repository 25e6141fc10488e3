"""Sufficient statistics of cells: counts, sums, sums of products; they add up over cells.

Everything else in this package computes from these. Rows of customers do not belong here, except
that tests and simulations make moments of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Moments:
    """Sums over the units of each cell, for k variables.

    ``count`` (...), ``sums`` (..., k), ``products`` (..., k, k): n, sum v, sum v v'. The leading
    axes are cells: arms, strata, outcomes, runs of a simulation.
    """

    count: Array
    sums: Array
    products: Array

    def __post_init__(self) -> None:
        if self.products.shape != (*self.sums.shape, self.sums.shape[-1]) or (
            self.count.shape != self.sums.shape[:-1]
        ):
            raise ValueError(
                f"Shapes {self.count.shape}, {self.sums.shape}, {self.products.shape} of count, "
                "sums and products do not fit: expected (...), (..., k), (..., k, k)."
            )

    def __add__(self, other: Moments) -> Moments:
        return Moments(
            self.count + other.count, self.sums + other.sums, self.products + other.products
        )

    def __getitem__(self, cells: Any) -> Moments:
        """Some cells; the index is over the leading axes."""
        return Moments(
            np.asarray(self.count[cells]),
            np.asarray(self.sums[cells]),
            np.asarray(self.products[cells]),
        )

    def total(self, axis: int = 0) -> Moments:
        """Cells of one leading axis put together."""
        if not 0 <= axis < self.count.ndim:
            raise ValueError(f"axis is {axis}; expected one of the {self.count.ndim} of cells.")
        return Moments(self.count.sum(axis), self.sums.sum(axis), self.products.sum(axis))

    @property
    def mean(self) -> Array:
        """Means (..., k); nan in a cell without a unit."""
        with np.errstate(divide="ignore", invalid="ignore"):
            return self.sums / self.count[..., None]

    @property
    def covariance(self) -> Array:
        """Sample covariances (..., k, k), divisor n - 1; nan in a cell of fewer than two units.

        What cancellation leaves of a constant (less than 1e-12 of its mean square) counts as zero.
        """
        mean, count = self.mean, self.count[..., None, None]
        with np.errstate(divide="ignore", invalid="ignore"):
            square = self.products / count
            spread = square - mean[..., :, None] * mean[..., None, :]
            size = np.sqrt(np.einsum("...ii->...i", np.abs(square)))
            noise = 1e-12 * size[..., :, None] * size[..., None, :]
            return np.where(np.abs(spread) <= noise, 0.0, spread) * (count / (count - 1.0))


def moments_of(*variables: ArrayLike) -> Moments:
    """Moments of one cell from its units: k arrays, units along the last axis, cells before it."""
    stacked = np.stack(np.broadcast_arrays(*(np.asarray(v, dtype=float) for v in variables)), -1)
    products = np.einsum("...ni,...nj->...ij", stacked, stacked)
    count = np.full(stacked.shape[:-2], float(stacked.shape[-2]))
    return Moments(count, stacked.sum(axis=-2), products)
