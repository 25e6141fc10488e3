"""Mean outcomes of both arms, and the doubly robust score of each customer."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ml.uplift.experiment import Experiment, Floats
from ml.uplift.learners.trees import SEED, Model, fit_trees


@dataclass(frozen=True)
class Means:
    """Fitted outcomes with and without the contact."""

    contacted: Model
    held_out: Model

    def predict(self, features: Floats) -> tuple[Floats, Floats]:
        """(mu_1, mu_0), each (n,)."""
        return self.contacted.predict(features), self.held_out.predict(features)


def fit_means(data: Experiment) -> Means:
    """One regression an arm."""
    arms = [np.flatnonzero(data.treated), np.flatnonzero(~data.treated)]
    contacted, held_out = (fit_trees(data.features[arm], data.outcome[arm]) for arm in arms)
    return Means(contacted, held_out)


def folds(data: Experiment, count: int, seed: int = SEED) -> NDArray[np.int64]:
    """Number of the fold of each customer, (n,): random, and equally full within each arm."""
    place = np.empty(len(data), dtype=np.int64)
    random = np.random.default_rng(seed)
    for arm in (data.treated, ~data.treated):
        members = random.permutation(np.flatnonzero(arm))
        place[members] = np.arange(len(members)) % count
    return place


def robust_scores(data: Experiment, contacted: Floats, held_out: Floats) -> Floats:
    """Augmented inverse-propensity scores, (n,); their mean estimates the average effect.

    Gamma = mu_1 - mu_0 + T (Y - mu_1) / e - (1 - T) (Y - mu_0) / (1 - e), which has the mean of
    the effect when the means *or* the propensities e are right; in an experiment e is.

    Source: Robins, Rotnitzky and Zhao (1994); Kennedy (2023), DR-learner.
    """
    with_contact = data.treated * (data.outcome - contacted) / data.propensity
    without = (~data.treated) * (data.outcome - held_out) / (1 - data.propensity)
    return contacted - held_out + with_contact - without


def crossfitted_scores(data: Experiment, count: int, seed: int = SEED) -> Floats:
    """Scores whose means were fitted on the other folds, (n,)."""
    place = folds(data, count, seed)
    scores = np.empty(len(data))
    for fold in range(count):
        own = np.flatnonzero(place == fold)
        means = fit_means(data.rows(np.flatnonzero(place != fold)))
        kept = data.rows(own)
        scores[own] = robust_scores(kept, *means.predict(kept.features))
    return scores
