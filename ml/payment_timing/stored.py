"""Arrays per stratum to parameter rows and back, exactly."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

import numpy as np

from ml.payment_timing.parameters import ParameterRow


def array_rows(model: str, parts: Mapping[str, np.ndarray]) -> list[ParameterRow]:
    """Rows of arrays (strata, length); the first axis is the stratum, or a class of habits."""
    return [
        ParameterRow(model, stratum, name, index, float(value))
        for name, array in parts.items()
        for (stratum, index), value in np.ndenumerate(np.atleast_2d(array))
    ]


def array_from(rows: Iterable[ParameterRow], model: str) -> dict[str, np.ndarray]:
    """The arrays that ``array_rows`` wrote.

    Raises:
        ValueError: no row is of this model, or a number is absent.
    """
    found: dict[str, dict[tuple[int, int], float]] = defaultdict(dict)
    for row in rows:
        if row.model == model:
            found[row.name][row.stratum, row.index] = row.value
    if not found:
        raise ValueError(f"no stored number of {model}; expected the rows that to_rows() wrote.")
    return {name: _filled(model, name, values) for name, values in found.items()}


def _filled(model: str, name: str, values: Mapping[tuple[int, int], float]) -> np.ndarray:
    strata, length = (max(place) + 1 for place in zip(*values, strict=True))
    if len(values) != strata * length:
        raise ValueError(
            f"{model}.{name} has {len(values)} numbers; expected {strata} x {length}, each once."
        )
    array = np.empty((strata, length))
    for place, value in values.items():
        array[place] = value
    return array
