"""Curves of what is gained by contacting the best ranked first, and their areas.

Every figure is a function of weights a customer, so that a bootstrap is a matter of weights.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ml.uplift.experiment import Flags, Floats

Order = NDArray[np.int64]


def ranking(priority: Floats, seed: int) -> Order:
    """Places of the customers from the highest priority down; ties in random order."""
    tie = np.random.default_rng(seed).permutation(len(priority))
    return np.lexsort((tie, -priority))


@dataclass(frozen=True)
class Ranked:
    """Customers in the order of their priority.

    treated, outcome and scores (doubly robust, see ``robust_scores``): each (n,).
    """

    treated: Flags
    outcome: Floats
    scores: Floats

    def gains(self, weight: Floats) -> tuple[Floats, Floats]:
        """Share contacted q (n,) and gain g(q) = q (mean Y of T=1 - mean Y of T=0), (n,).

        Both means are over the best q only; the gain is per customer of all.
        """
        contacted, held_out = weight * self.treated, weight * ~self.treated
        n1, n0 = np.cumsum(contacted), np.cumsum(held_out)
        y1, y0 = np.cumsum(contacted * self.outcome), np.cumsum(held_out * self.outcome)
        share = np.cumsum(weight) / weight.sum()
        both = (n1 > 0) & (n0 > 0)
        difference = y1 / np.where(both, n1, 1) - y0 / np.where(both, n0, 1)
        return share, np.where(both, share * difference, 0.0)

    def qini_curve(self, weight: Floats) -> tuple[Floats, Floats]:
        """Share q (n,) and Q(q) = (Y1 - Y0 N1 / N0) / N1 of all, (n,): per contacted customer.

        Source: Radcliffe (2007).
        """
        contacted, held_out = weight * self.treated, weight * ~self.treated
        n1, n0 = np.cumsum(contacted), np.cumsum(held_out)
        y1, y0 = np.cumsum(contacted * self.outcome), np.cumsum(held_out * self.outcome)
        share = np.cumsum(weight) / weight.sum()
        scaled = np.where(n0 > 0, y0 * n1 / np.where(n0 > 0, n0, 1), 0.0)
        return share, (y1 - scaled) / n1[-1]

    def qini(self, weight: Floats) -> float:
        """Area between the Qini curve and the straight line to its end; random ranking: 0."""
        share, curve = self.qini_curve(weight)
        return _area(share, curve - share * curve[-1])

    def auuc(self, weight: Floats) -> float:
        """Area under the gains; random ranking: half the average effect."""
        share, gain = self.gains(weight)
        return _area(share, gain)

    def autoc(self, weight: Floats) -> float:
        """RATE with logarithmic weights: mean over q of (mean effect of the best q - of all).

        Random ranking: 0. Source: Yadlowsky et al. (2025), from doubly robust scores.
        """
        total = np.cumsum(weight)
        summed = np.cumsum(weight * self.scores)
        seen = total > 0
        best = summed[seen] / total[seen]
        return float(np.average(best, weights=weight[seen]) - summed[-1] / total[-1])


def _area(share: Floats, curve: Floats) -> float:
    """Trapezoids from (0, 0) on."""
    return float(np.trapezoid(np.concatenate([[0.0], curve]), np.concatenate([[0.0], share])))
