"""Weights of one level as declared: a judgement matrix (AHP), or the weights themselves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from ml.fuzzy_evaluation.arrays import Array
from ml.fuzzy_evaluation.declaration.errors import DeclarationError
from ml.fuzzy_evaluation.declaration.fields import listed, number
from ml.fuzzy_evaluation.weights.ahp import CONSISTENT_BELOW, ahp_weights, worst_pair

SUM_TOLERANCE = 1e-6
RECIPROCAL_TOLERANCE = 5e-3  # 0.333 stands for 1/3


def level_weights(
    data: Mapping[str, Any], codes: Sequence[str], where: str
) -> tuple[tuple[float, ...], float | None]:
    """Weights of ``codes`` and the consistency ratio (None when the weights are declared)."""
    if "weights" in data:
        return _declared(data, codes, f"{where}.weights"), None
    if len(codes) == 1 and "judgements" not in data:
        return (1.0,), 0.0
    matrix = _matrix(data, codes, where)
    weights, ratio = ahp_weights(matrix)
    if ratio >= CONSISTENT_BELOW:
        row, column, wanted = worst_pair(matrix)
        raise DeclarationError(
            f"{where}.judgements", round(ratio, 3),
            f"a consistency ratio below {CONSISTENT_BELOW}",
            f"judge {codes[row]} against {codes[column]} again: {matrix[row, column]:g} is"
            f" written, the other judgements imply {wanted:.2g}",
        )  # fmt: skip
    return tuple(float(w) for w in weights), ratio


def _declared(data: Mapping[str, Any], codes: Sequence[str], where: str) -> tuple[float, ...]:
    values = data["weights"]
    if not isinstance(values, Mapping) or set(values) != set(codes):
        raise DeclarationError(where, values, "a weight for " + ", ".join(codes), "name each once")
    weights = tuple(number(values[code], f"{where}.{code}") for code in codes)
    if min(weights) < 0:
        raise DeclarationError(where, min(weights), "weights of 0 or more", "correct it")
    if abs(sum(weights) - 1) > SUM_TOLERANCE:
        raise DeclarationError(
            where, round(sum(weights), 6), "weights that sum to 1", "divide each by the sum"
        )
    return weights


def _matrix(data: Mapping[str, Any], codes: Sequence[str], where: str) -> Array:
    place, size = f"{where}.judgements", len(codes)
    rows = listed(data, "judgements", where)
    if len(rows) != size or any(not isinstance(r, list) or len(r) != size for r in rows):
        raise DeclarationError(
            place, [len(r) if isinstance(r, list) else r for r in rows],
            f"{size} rows of {size} judgements", "one row and column per " + ", ".join(codes),
        )  # fmt: skip
    matrix = np.array(
        [[number(v, f"{place}[{i + 1}][{j + 1}]") for j, v in enumerate(r)] for i, r in
         enumerate(rows)]
    )  # fmt: skip
    if (matrix <= 0).any():
        raise DeclarationError(place, float(matrix.min()), "judgements above 0", "use 1/9 to 9")
    gap = np.abs(matrix * matrix.T - 1)
    row, column = (int(i) for i in np.unravel_index(int(gap.argmax()), gap.shape))
    if gap[row, column] > RECIPROCAL_TOLERANCE:
        raise DeclarationError(
            f"{place}[{column + 1}][{row + 1}]", float(matrix[column, row]),
            f"{1 / matrix[row, column]:g}, the reciprocal of {codes[row]} against {codes[column]}",
            "make the matrix reciprocal, with 1 on its diagonal",
        )  # fmt: skip
    return matrix
