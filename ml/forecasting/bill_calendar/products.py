"""Products of the regressors, day by day, from which the Gram matrices of all series follow.

Nearly all regressors of a day are zero (it is one weekday, one day of the month), so
X' W_i X = sum_t w_it x_t x_t' is a sparse product for all series at once.  No model here.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array


@dataclass(frozen=True)
class Products:
    """x_tj x_tk of every day t and pair j <= k that is not zero on all days.

    Attributes:
        of_pairs: (pairs, T), sparse.
        first: j of each pair.
        second: k of each pair.
        width: number of regressors, p.
    """

    of_pairs: csr_array
    first: np.ndarray
    second: np.ndarray
    width: int

    def gram(self, weights: np.ndarray) -> np.ndarray:
        """X' diag(w_i) X for every series; (n, T) -> (n, p, p)."""
        found = np.zeros((len(weights), self.width, self.width))
        sums = (self.of_pairs @ np.ascontiguousarray(weights.T)).T
        found[:, self.first, self.second] = sums
        found[:, self.second, self.first] = sums
        return found


def products_of(matrix: np.ndarray) -> Products:
    """The products of regressors (T, p)."""
    days, width = matrix.shape
    filled = matrix != 0
    most = int(filled.sum(axis=1).max(initial=1))
    place = np.argsort(~filled, axis=1, kind="stable")[:, :most]  # columns not zero, in order
    value = np.take_along_axis(matrix, place, axis=1)
    one, other = np.triu_indices(most)
    product = value[:, one] * value[:, other]
    day, pair = np.nonzero(product)
    code = place[day, one[pair]] * width + place[day, other[pair]]
    distinct, row = np.unique(code, return_inverse=True)
    shape = (len(distinct), days)
    of_pairs = csr_array((product[day, pair], (row, day)), shape=shape)
    return Products(of_pairs, distinct // width, distinct % width, width)
