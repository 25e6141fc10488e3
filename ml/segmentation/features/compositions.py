"""Channel shares as a composition: zero replacement and isometric log-ratio coordinates.

Shares sum to one, so their plain distances are spurious; Aitchison's distance between log-ratios
is not. No scaling here: the block is scaled as a whole, or the geometry would be lost.
"""

from __future__ import annotations

import numpy as np

from ml.segmentation.features.columns import Floats


def replace_zeros(counts: Floats) -> Floats:
    """Bayesian-multiplicative zero replacement: rows of positive parts that sum to one.

    (x_j + s/D)/(n + s) with the square-root strength s = max(sqrt(n), 1) (Martin-Fernandez,
    Hron, Templ, Filzmoser, Palarea-Albaladejo 2015). ``counts`` is customers x parts.
    """
    total = counts.sum(axis=1, keepdims=True)
    strength = np.maximum(np.sqrt(total), 1.0)
    return (counts + strength / counts.shape[1]) / (total + strength)


def helmert(parts: int) -> Floats:
    """An orthonormal basis of the contrasts of ``parts`` logarithms: parts x (parts - 1)."""
    basis = np.zeros((parts, parts - 1))
    for j in range(1, parts):
        basis[:j, j - 1] = 1.0 / j
        basis[j, j - 1] = -1.0
        basis[:, j - 1] *= np.sqrt(j / (j + 1.0))
    return basis


def ilr(composition: Floats) -> Floats:
    """Isometric log-ratio coordinates ln(x) V (Egozcue et al. 2003); rows of positive parts."""
    return np.log(composition) @ helmert(composition.shape[1])
