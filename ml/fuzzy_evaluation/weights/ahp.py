"""Analytic hierarchy process: weights of a reciprocal judgement matrix and its consistency.

Saaty (1980); weights by the geometric mean of the rows (Crawford and Williams 1985).
"""

from __future__ import annotations

import numpy as np

from ml.fuzzy_evaluation.arrays import Array, shares

CONSISTENT_BELOW = 0.1  # Saaty's bar on the consistency ratio
# Saaty's mean consistency index of random reciprocal matrices, by size.
RANDOM_INDEX = (0.0, 0.0, 0.0, 0.58, 0.90, 1.12, 1.24, 1.32, 1.41, 1.45, 1.49, 1.51, 1.54, 1.56,
                1.57, 1.59)  # fmt: skip


def ahp_weights(judgements: Array) -> tuple[Array, float]:
    """Weights w_i ~ (prod_j a_ij)^(1/n) and the consistency ratio CR = CI / RI.

    CI = (lambda - n) / (n - 1) with lambda = mean of (A w)_i / w_i; CR is 0 for n <= 2.

    Args:
        judgements: (n, n), positive and reciprocal: a_ij = 1 / a_ji, how much i outweighs j.

    Raises:
        ValueError: n above the sizes that have a random index.
    """
    size = len(judgements)
    if size >= len(RANDOM_INDEX):
        raise ValueError(
            f"{size} items in one judgement matrix, at most {len(RANDOM_INDEX) - 1} expected:"
            " split the group"
        )
    weights = shares(np.exp(np.log(judgements).mean(axis=1)))
    if size <= 2:
        return weights, 0.0
    largest = float(np.mean(judgements @ weights / weights))
    return weights, max(0.0, (largest - size) / (size - 1) / RANDOM_INDEX[size])


def worst_pair(judgements: Array) -> tuple[int, int, float]:
    """The judgement furthest from what all others imply, and the value that they imply.

    Implied value of (i, j): the geometric mean over k of a_ik a_kj, k other than i and j; the
    judgement in question takes no part in it.
    """
    logs = np.log(judgements)
    size = len(logs)
    # The sum over all k holds the judgement itself twice (k = i and k = j).
    implied = (logs.sum(axis=1)[:, None] + logs.sum(axis=0)[None, :] - 2 * logs) / (size - 2)
    distance = np.triu(np.abs(logs - implied), 1)
    row, column = np.unravel_index(int(distance.argmax()), distance.shape)
    return int(row), int(column), float(np.exp(implied[row, column]))
