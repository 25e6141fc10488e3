"""The five operators b = w o R, and their use on two levels.

Axes of weights (..., items), of memberships (..., items, grades), of the result (..., grades).
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from ml.fuzzy_evaluation.arrays import Array, shares

OPERATORS: dict[str, Callable[[Array, Array], Array]] = {
    "min-max": lambda w, r: np.minimum(w[..., None], r).max(axis=-2),
    "product-max": lambda w, r: (w[..., None] * r).max(axis=-2),
    "bounded-min-sum": lambda w, r: np.minimum(1, np.minimum(w[..., None], r).sum(axis=-2)),
    "bounded-product-sum": lambda w, r: np.minimum(1, (w[..., None, :] @ r)[..., 0, :]),
    "weighted-sum": lambda w, r: (w[..., None, :] @ r)[..., 0, :],
}
"""M(and, or), M(., or), M(and, +'), M(., +') and M(., +), in the order of the literature."""
SYMBOLS = dict(zip(OPERATORS, ("M(∧,∨)", "M(·,∨)", "M(∧,⊕)", "M(·,⊕)", "M(·,+)"), strict=True))


def compose(weights: Array, memberships: Array, operator: str) -> Array:
    """Compose b = w o R before normalisation; each element grows with every weight and membership.

    Raises:
        ValueError: an operator that is not one of ``OPERATORS``.
    """
    if operator not in OPERATORS:
        raise ValueError(f"operator {operator!r}: one of {list(OPERATORS)} expected")
    return OPERATORS[operator](weights, memberships)


def compose_available(weights: Array, memberships: Array, operator: str) -> Array:
    """Compose what is there: NaN rows drop out, weights are renormalised, the result sums to one.

    Args:
        weights: (draws, 1 or units, items).
        memberships: (1 or draws, units, items, grades); NaN rows are not available.
        operator: one of ``OPERATORS``.

    Returns:
        (draws, units, grades); NaN where no item is available or all available weigh nothing.
    """
    there = np.isfinite(memberships[..., 0])
    usable = shares(np.where(there, weights, 0.0))
    result = compose(np.nan_to_num(usable), np.nan_to_num(memberships), operator)
    return shares(result)


def compose_two_levels(
    within: Array, groups: Array, memberships: Array, group_of: tuple[int, ...], operator: str
) -> tuple[Array, Array]:
    """Indicators into groups, groups into the whole.

    Args:
        within: (draws, indicators) weights inside their group.
        groups: (draws, groups).
        memberships: (1 or draws, units, indicators, grades).
        group_of: position of each indicator's group.
        operator: one of ``OPERATORS``, used on both levels.

    Returns:
        Memberships of the groups (draws, units, groups, grades) and overall (draws, units, grades).
    """
    belongs = np.array(group_of)
    rows = [
        compose_available(within[:, None, belongs == g], memberships[:, :, belongs == g], operator)
        for g in range(groups.shape[-1])
    ]
    by_group = np.stack(rows, axis=2)
    return by_group, compose_available(groups[:, None, :], by_group, operator)
