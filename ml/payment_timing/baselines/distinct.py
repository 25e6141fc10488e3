"""Equal customers found once, so that a formula is worked out for distinct histories only."""

from __future__ import annotations

import numpy as np


def distinct(*columns: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Distinct combinations of the columns.

    Args:
        columns: arrays (n,) without NaN.

    Returns:
        rows: (m,) the position of one customer of every combination.
        place: (n,) the combination of every customer, an index into ``rows``.
    """
    code = np.zeros(len(columns[0]), dtype=np.int64)
    for column in columns:
        values, own = np.unique(column, return_inverse=True)
        # Re-coded after every column, so that the product of two codes never leaves 64 bits.
        _, code = np.unique(code * len(values) + own, return_inverse=True)
    _, rows = np.unique(code, return_index=True)
    return rows, code
