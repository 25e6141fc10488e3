"""The T-, X- and DR-learner: three ways from two arms to an effect of each customer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from ml.uplift.experiment import Experiment, Floats
from ml.uplift.learners.nuisance import Means, crossfitted_scores
from ml.uplift.learners.trees import Model, fit_trees

INNER_FOLDS = 3  # of the DR-learner's scores, within what it is fitted on


@dataclass(frozen=True)
class TLearner:
    """tau(x) = mu_1(x) - mu_0(x). Source: Künzel et al. (2019)."""

    means: Means

    def predict(self, features: Floats) -> Floats:
        """Effects, (n,)."""
        contacted, held_out = self.means.predict(features)
        return contacted - held_out


@dataclass(frozen=True)
class XLearner:
    """tau(x) = e tau_0(x) + (1 - e) tau_1(x), each imputed from the other arm's means.

    tau_1 regresses Y - mu_0 on the contacted, tau_0 mu_1 - Y on the held out.
    Source: Künzel et al. (2019).
    """

    of_contacted: Model
    of_held_out: Model
    share: float

    def predict(self, features: Floats) -> Floats:
        """Effects, (n,)."""
        held_out, contacted = (m.predict(features) for m in (self.of_held_out, self.of_contacted))
        return self.share * held_out + (1 - self.share) * contacted


Learner = TLearner | XLearner | Model


def fit_t(data: Experiment, means: Means) -> Learner:
    """The T-learner."""
    return TLearner(means)


def fit_x(data: Experiment, means: Means) -> Learner:
    """The X-learner."""
    contacted, held_out = means.predict(data.features)
    arms = [np.flatnonzero(data.treated), np.flatnonzero(~data.treated)]
    imputed = np.where(data.treated, data.outcome - held_out, contacted - data.outcome)
    first, second = (fit_trees(data.features[arm], imputed[arm]) for arm in arms)
    return XLearner(first, second, float(data.propensity.mean()))


def fit_dr(data: Experiment, means: Means) -> Learner:
    """The DR-learner: a regression of doubly robust scores. Kennedy (2023).

    Their means are cross-fitted anew within the data: ``means`` have seen all outcomes.
    """
    return fit_trees(data.features, crossfitted_scores(data, INNER_FOLDS))


# From an experiment and the means fitted on it, for the learners share them.
LEARNERS: dict[str, Callable[[Experiment, Means], Learner]] = {"t": fit_t, "x": fit_x, "dr": fit_dr}
