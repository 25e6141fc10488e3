"""How each learner was judged, the baselines beside them, and which one is chosen."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ml.uplift.crossfit import OutOfFold
from ml.uplift.evaluation import LEVEL_95, Figure, Ranked, figure, policy_value, ranking
from ml.uplift.experiment import Experiment, Floats
from ml.uplift.learners.trees import SEED

RANDOM, EVERYBODY, AVERAGE = "random", "everybody", "average"
# 2.5 % shared by the three learners tried, as a multiple of the 95 % interval's half-width.
WIDENED = 2.393980 / LEVEL_95


@dataclass(frozen=True)
class Judgement:
    """Figures of one ranking, per customer of the campaign; ``contacted`` is the rule's share."""

    learner: str
    qini: Figure | None
    auuc: Figure | None
    rate: Figure | None
    policy: Figure
    contacted: float

    @property
    def proof(self) -> float:
        """Lower end of the RATE's interval, widened because the best of three is taken."""
        if self.rate is None:
            return -np.inf
        return self.rate.value - WIDENED * (self.rate.value - self.rate.low)


def judge(data: Experiment, found: OutOfFold) -> list[Judgement]:
    """Contacting everybody, a column of random numbers, and every learner."""
    everybody = np.ones(len(data), dtype=bool)
    value = policy_value(everybody, found.robust, data.value_yuan, data.cost_yuan)
    judged = [Judgement(EVERYBODY, None, None, None, value, 1.0)]
    noise = np.random.default_rng(SEED).random(len(data))
    for name, score in [(RANDOM, noise), *found.scores.items()]:
        judged.append(_judged(name, score, data, found.robust))
    return judged


def ranked(data: Experiment, score: Floats, robust: Floats) -> Ranked:
    """The customers from the highest score down."""
    order = ranking(score, SEED)
    return Ranked(data.treated[order], data.outcome[order], robust[order])


def chosen(judged: list[Judgement]) -> str:
    """The learner of the highest RATE that is proven to be above 0; else the average for all."""
    proven = [j for j in judged if j.learner != RANDOM and j.rate is not None and j.proof > 0]
    return max(proven, key=lambda j: j.rate.value if j.rate else 0.0).learner if proven else AVERAGE


def _judged(name: str, score: Floats, data: Experiment, robust: Floats) -> Judgement:
    best = ranked(data, score, robust)
    qini, auuc, rate = (figure(f, best, SEED) for f in (best.qini, best.auuc, best.autoc))
    is_paid_back = (score > 0) & (score * data.value_yuan > data.cost_yuan)
    contacts = score < 0.5 if name == RANDOM else is_paid_back
    value = policy_value(contacts, robust, data.value_yuan, data.cost_yuan)
    return Judgement(name, qini, auuc, rate, value, float(contacts.mean()))
