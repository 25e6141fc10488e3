"""Every learner's score of customers whom it was not fitted on, and their robust scores."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from ml.uplift.experiment import Experiment, Floats
from ml.uplift.learners import LEARNERS, fit_means, folds, robust_scores

FOLDS = 5


class OutOfFold(NamedTuple):
    """Scores of each learner (n,), by name, and the doubly robust scores (n,)."""

    scores: dict[str, Floats]
    robust: Floats


def out_of_fold(data: Experiment, count: int = FOLDS) -> OutOfFold:
    """Fit on all folds but one, score that one; in turn."""
    place = folds(data, count)
    scores = {name: np.empty(len(data)) for name in LEARNERS}
    robust = np.empty(len(data))
    for fold in range(count):
        own = np.flatnonzero(place == fold)
        others = data.rows(np.flatnonzero(place != fold))
        kept = data.rows(own)
        means = fit_means(others)
        robust[own] = robust_scores(kept, *means.predict(kept.features))
        for name, fit in LEARNERS.items():
            scores[name][own] = fit(others, means).predict(kept.features)
    return OutOfFold(scores, robust)
