"""The path to a leaf of the surrogate tree as a sentence, in the units of the cards.

A customer of whom a feature is unknown goes one way at a split; where training saw such customers
the sentence says which way, so that no rule rests on an imputed value.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from ml.segmentation.features.declared import label
from ml.segmentation.features.shown import shown
from ml.segmentation.words import Words


@dataclass(frozen=True)
class Condition:
    """Values in (``above``, ``up_to``] of one feature, or unknown where ``is_unknown_in``."""

    name: str
    above: float
    up_to: float
    is_unknown_in: bool

    def __and__(self, other: Condition) -> Condition:
        """Both conditions on the same feature."""
        return replace(
            self,
            above=max(self.above, other.above),
            up_to=min(self.up_to, other.up_to),
            is_unknown_in=self.is_unknown_in and other.is_unknown_in,
        )


def sentence(path: list[Condition]) -> Words:
    """All conditions, those on one feature as one, in the order of the tree."""
    merged: dict[str, Condition] = {}
    for condition in path:
        held = merged.get(condition.name)
        merged[condition.name] = condition if held is None else held & condition
    return Words(
        " and ".join(_said(c, False) for c in merged.values()),
        "且".join(_said(c, True) for c in merged.values()),
    )


def _said(condition: Condition, chinese: bool) -> str:
    name, bounds = label(condition.name, chinese), []
    if condition.above == float("inf"):
        return f"{name}未知" if chinese else f"{name} unknown"
    if condition.above != float("-inf"):
        bounds.append(f"> {shown(condition.name, condition.above, chinese)}")
    if condition.up_to != float("inf"):
        bounds.append(f"<= {shown(condition.name, condition.up_to, chinese)}")
    if not bounds:
        return f"{name}已知" if chinese else f"{name} known"
    text = f"{name} " + ("且" if chinese else " and ").join(bounds)
    if not condition.is_unknown_in:
        return text
    return f"（{text}或未知）" if chinese else f"({text}, or unknown)"
