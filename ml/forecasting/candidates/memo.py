"""Parts of fits that one backtest needs more than once: the origins' pasts overlap.

Kept with the backtest's ``Outside`` and gone with it.  A part is known again by the very numbers
that it was computed from, so nothing is taken for what it is not.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Hashable
from typing import TypeVar

import numpy as np

from ml.forecasting.candidates.task import Outside
from ml.forecasting.contract import Panel

Part = TypeVar("Part")


def remembered(outside: Outside, key: Hashable, make: Callable[[], Part]) -> Part:
    """What ``make`` gave for the key before, else what it gives now."""
    if key not in outside.memo:
        outside.memo[key] = make()
    found: Part = outside.memo[key]
    return found


def identity(panel: Panel) -> Hashable:
    """Equal for panels of equal series, days and values."""
    return panel.ids, panel.days[0], digest(panel.values)


def digest(values: np.ndarray) -> tuple[tuple[int, ...], bytes]:
    """Equal for equal arrays."""
    content = hashlib.blake2b(np.ascontiguousarray(values).tobytes(), digest_size=16)
    return values.shape, content.digest()
