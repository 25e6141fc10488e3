"""From experiments to uplifts: cross-fit, judge, choose, calibrate, and score in batches."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from ml.uplift.calibration import Calibration, Uplifts, calibrate, only_average
from ml.uplift.crossfit import out_of_fold
from ml.uplift.evaluation import Figure, band
from ml.uplift.experiment import Experiment, Flags, Floats
from ml.uplift.judgement import AVERAGE, Judgement, chosen, judge, ranked
from ml.uplift.learners import LEARNERS, Learner, fit_means
from ml.uplift.learners.trees import SEED, one_thread
from ml.uplift.refusals import Refusal


@dataclass(frozen=True)
class FittedUplift:
    """What is known of the effect of one contact on one outcome.

    learner: t, x or dr where it tells customers apart; average where none is shown to.
    curve: Qini curve of the learner, or of the best of them: share, value, low, high, random line.
    """

    learner: str
    model: Learner | None
    calibration: Calibration
    judged: list[Judgement]
    average: Figure
    curve: list[Floats]
    curve_of: str

    def predict(self, features: Floats) -> Uplifts:
        """Uplifts of customers by their features (n, d), in the columns of the experiment."""
        score = np.zeros(len(features)) if self.model is None else self.model.predict(features)
        return self.calibration.apply(score)

    def score_batches(self, batches: Iterable[Floats]) -> Iterator[Uplifts]:
        """Uplifts batch by batch, in order, in the memory of one."""
        return (self.predict(features) for features in batches)


def fit_uplift(data: Experiment) -> FittedUplift | Refusal:
    """Fit, judge and choose; refused with the reason where nothing can be said."""
    refusal = data.refusal()
    if refusal:
        return refusal
    with one_thread():
        return _fitted(data)


def _fitted(data: Experiment) -> FittedUplift:
    found = out_of_fold(data)
    judged = judge(data, found)
    name = chosen(judged)
    calibration = only_average(found.robust)
    model = None
    centre = calibration.apply(np.zeros(1))
    average = Figure(*(float(end[0]) for end in centre))
    if name != AVERAGE:
        calibration = calibrate(found.scores[name], found.robust)
        model = LEARNERS[name](data, fit_means(data))
    best = max(
        (j for j in judged if j.learner in LEARNERS), key=lambda j: j.rate.value if j.rate else 0
    ).learner
    curve = band(ranked(data, found.scores[best], found.robust), SEED)
    return FittedUplift(name, model, calibration, judged, average, curve, best)


def pays(uplifts: Uplifts, value_yuan: Floats, cost_yuan: float) -> Flags:
    """Whether the contact is worth its cost at either end of the uplift, (n,).

    Either end, for a move may cost more than it saves: then the upper end is the worse one.
    """
    worst = np.minimum(uplifts.low * value_yuan, uplifts.high * value_yuan)
    return np.asarray(worst > cost_yuan)
