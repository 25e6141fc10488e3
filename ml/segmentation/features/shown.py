"""Features as a reader sees them: days, yuan and percent instead of logarithms and shares.

The monotone way from a feature's own unit to the shown one; a mean of logarithms becomes a
geometric mean, which is what the cards call typical.
"""

from __future__ import annotations

import math

from ml.segmentation.features.declared import BY_NAME
from ml.segmentation.features.space import SHARES


def shown(name: str, value: float, chinese: bool) -> str:
    """The value of a feature in the unit of the cards, with the unit where there is one."""
    unit = "share" if name in SHARES else BY_NAME[name].unit
    if unit == "share":
        return f"{100 * value:.3g}%" if chinese else f"{100 * value:.3g} %"
    if unit == "ln yuan":
        return f"{math.exp(value):.3g}" + ("元" if chinese else " yuan")
    if unit.startswith("ln(1 + "):
        number = f"{math.expm1(value):.3g}"
        what = unit.removeprefix("ln(1 + ").removesuffix(")")
        return number + ("天" if chinese else " days") if what == "days" else number
    return f"{value:.3g}"
