"""Learners of heterogeneous effects; what judges them lies in ``evaluation``."""

from ml.uplift.learners.meta import LEARNERS, Learner
from ml.uplift.learners.nuisance import crossfitted_scores, fit_means, folds, robust_scores

__all__ = [
    "LEARNERS",
    "Learner",
    "crossfitted_scores",
    "fit_means",
    "folds",
    "robust_scores",
]
