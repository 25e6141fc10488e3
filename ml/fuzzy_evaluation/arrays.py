"""Array types of the package, and the one normalisation that every level uses.

Axes, always in this order: draws, units, indicators or groups, grades.  Anything with a statistic
in it belongs elsewhere.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]


def shares(values: npt.NDArray[Any], axis: int = -1) -> Array:
    """Divide by the sum along ``axis``; where the sum is not positive the result is NaN."""
    total = np.sum(values, axis=axis, keepdims=True)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(np.where(total > 0, values / total, np.nan), dtype=np.float64)
