"""Equal customers found once, so that a formula is worked out for distinct histories only."""

from __future__ import annotations

import numpy as np

MOST_CODES = 20_000_000  # of a lookup table, 80 MB; above it the codes are sorted


def distinct(*columns: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Distinct combinations of the columns.

    Args:
        columns: arrays (n,) without NaN.

    Returns:
        rows: (m,) the position of one customer of every combination.
        place: (n,) the combination of every customer, an index into ``rows``.
    """
    code, size = np.zeros(len(columns[0]), dtype=np.int64), 1
    for column in columns:
        own, values = _codes(column)
        code, size = code * values + own, size * values
        if size > MOST_CODES:
            _, code = np.unique(code, return_inverse=True)
            size = int(code.max()) + 1
    position = np.full(size, -1, dtype=np.int32)
    position[code] = np.arange(len(code), dtype=np.int32)
    is_used = position >= 0
    number = np.cumsum(is_used, dtype=np.int32) - 1
    return position[is_used], number[code]


def _codes(column: np.ndarray) -> tuple[np.ndarray, int]:
    """Whole numbers from 0 that name the values, and how many there may be."""
    low, high = column.min(), column.max()
    if high - low < MOST_CODES:
        shifted = (column - low).astype(np.int64)
        if (shifted == column - low).all():
            return shifted, int(shifted.max()) + 1
    values, own = np.unique(column, return_inverse=True)
    return own.astype(np.int64), len(values)
