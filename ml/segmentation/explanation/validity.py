"""External validity: how much of an outcome the segments tell apart."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ml.segmentation.features.columns import Floats


def eta_squared(outcome: Floats, labels: NDArray[np.integer]) -> float:
    """Sum of squares between segments / total (Fisher); NaN outcomes are left out.

    Raises where nothing varies or nobody is left: a share of no variance is no number.
    """
    known = ~np.isnan(outcome)
    y, group = outcome[known], labels[known]
    total = float(((y - y.mean()) ** 2).sum()) if len(y) else 0.0
    if total <= 0:
        raise ValueError(
            f"outcome of {len(y)} customers does not vary: no variance to explain; "
            "leave it out of the report"
        )
    counts = np.bincount(group).astype(float)
    sums = np.bincount(group, weights=y)
    seen = counts > 0
    between = (counts[seen] * (sums[seen] / counts[seen] - y.mean()) ** 2).sum()
    return float(between / total)
