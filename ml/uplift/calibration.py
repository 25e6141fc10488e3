"""From a learner's score to an uplift with its interval: the best linear predictor.

A score ranks; what it is worth is regressed anew on customers that the learner has not seen, so
that an overfitted learner is drawn back to the average and its intervals are honest.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ml.uplift.evaluation import LEVEL_95
from ml.uplift.experiment import Floats


class Uplifts(NamedTuple):
    """Effect of the contact on each customer's outcome, with its 95 % interval, each (n,)."""

    uplift: Floats
    low: Floats
    high: Floats


@dataclass(frozen=True)
class Calibration:
    """tau(S) = average + slope (S - centre), and the covariance (2, 2) of average and slope."""

    average: float
    slope: float
    centre: float
    covariance: NDArray[np.float64]

    def apply(self, score: Floats) -> Uplifts:
        """Uplifts of customers with these scores: the mean effect of customers scored alike."""
        away = score - self.centre
        uplift = self.average + self.slope * away
        (v1, v12), (_, v2) = self.covariance
        spread = LEVEL_95 * np.sqrt(np.maximum(v1 + 2 * away * v12 + away**2 * v2, 0.0))
        return Uplifts(uplift, uplift - spread, uplift + spread)


def calibrate(scores: Floats, robust: Floats) -> Calibration:
    """Least squares of the doubly robust scores on the learner's, with HC1 standard errors.

    Args:
        scores: the learner's, of customers that it has not seen, (n,).
        robust: ``robust_scores`` of the same customers, (n,).

    Source: Chernozhukov, Demirer, Duflo and Fernández-Val (2018), best linear predictor.
    """
    centre = float(scores.mean())
    design = np.column_stack([np.ones(len(scores)), scores - centre])
    bread = np.linalg.inv(design.T @ design)
    beta = bread @ design.T @ robust
    residual = robust - design @ beta
    meat = (design * residual[:, None] ** 2).T @ design
    covariance = bread @ meat @ bread * len(scores) / (len(scores) - 2)
    return Calibration(float(beta[0]), float(beta[1]), centre, covariance)


def only_average(robust: Floats) -> Calibration:
    """The same uplift for everybody, where no learner tells customers apart."""
    variance = float(robust.var(ddof=1)) / len(robust)
    return Calibration(float(robust.mean()), 0.0, 0.0, np.array([[variance, 0.0], [0.0, 0.0]]))
