"""How little the weights have to move before another unit comes first: a linear programme."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.optimize import linprog

from ml.fuzzy_evaluation.arrays import Array, shares


@dataclass(frozen=True)
class Move:
    """The nearest change of winner: its size and the unit that then is level with the first."""

    size: float
    winner: int
    weights: Array  # (indicators,) weights after the move


def smallest_move(weights: Array, item_scores: Array, first: int) -> Move | None:
    """Minimise ||w' - w||_1 over the simplex such that some rival's w'.s reaches the first's.

    Scores are sum_j w_j s_j (operators M(., +) and M(., +')): the programme is linear.  A pair is
    compared on the items that both have, weights renormalised over them; 0 means that the lead
    rests on items that the rival lacks.

    Args:
        weights: (items,), sums to one.
        item_scores: (units, items) score of each item; NaN where a unit lacks it.
        first: the unit that leads now.

    Returns:
        None when no weights whatever let another unit catch up.
    """
    moves = [
        _pair(weights, item_scores[rival] - item_scores[first], rival)
        for rival in range(len(item_scores))
        if rival != first
    ]
    possible = [move for move in moves if move is not None]
    return min(possible, key=lambda move: (move.size, move.winner), default=None)


def _pair(weights: Array, gain: Array, rival: int) -> Move | None:
    shared = np.isfinite(gain) & (weights > 0)
    if not shared.any():
        return None
    own, gain = shares(weights[shared]), gain[shared]
    if own @ gain >= 0:
        return Move(0.0, rival, weights)
    if gain.max() < 0:
        return None
    items = len(own)
    # Variables: upward and downward moves of each weight, both >= 0.
    found = linprog(
        np.ones(2 * items),
        A_ub=-np.concatenate([gain, -gain])[None, :], b_ub=[own @ gain],
        A_eq=np.concatenate([np.ones(items), -np.ones(items)])[None, :], b_eq=[0.0],
        bounds=[(0, None)] * items + [(0, float(w)) for w in own],
        method="highs",
    )  # fmt: skip
    if found.status != 0:
        return None
    after = np.zeros_like(weights)
    after[shared] = own + found.x[:items] - found.x[items:]
    return Move(float(found.fun), rival, after)
