"""The row in which a fitted number is kept; the one form in which every timing model is stored.

A model is a list of such rows, so that a fit is a table and never a pickle.  What the names mean
belongs to the model that wrote them.
"""

from __future__ import annotations

from typing import NamedTuple


class ParameterRow(NamedTuple):
    """One fitted number of a timing model."""

    model: str  # name of the model's class
    stratum: int  # code of the stratum; -1 when the number holds for all
    name: str  # of the parameter, as the model's formula has it
    index: int  # type: ignore[assignment]  # position in a vector, 0 for a scalar; hides tuple.index
    value: float
