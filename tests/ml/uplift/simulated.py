"""Campaigns with a known effect, for the tests and the evaluation of uplift."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ml.uplift import Experiment

CONTACTED = 0.8  # as the demo's campaigns
VALUE_YUAN, COST_YUAN = 10.0, 0.05


def campaign(
    size: int, kind: str, seed: int, effect: float = 0.06
) -> tuple[Experiment, NDArray[np.float64]]:
    """A campaign and each customer's true effect.

    Args:
        size: customers.
        kind: heterogeneous (a third moves by 2.5 times the effect, the others not at all),
            constant or null.
        seed: of the draw.
        effect: mean rise of the probability.
    """
    random = np.random.default_rng(seed)
    features = random.normal(size=(size, 6))
    features[:, 5] = random.integers(0, 2, size)
    features[random.random(size) < 0.1, 4] = np.nan
    treated = random.random(size) < CONTACTED
    truth = {
        "heterogeneous": np.where(features[:, 0] > 0.5, 2.5 * effect, 0.0),
        "constant": np.full(size, effect),
        "null": np.zeros(size),
    }[kind]
    chance = 0.05 + 0.05 * (features[:, 1] > 0) + 0.05 * features[:, 5] + treated * truth
    outcome = (random.random(size) < chance).astype(float)
    values, chances = np.full(size, VALUE_YUAN), np.full(size, CONTACTED)
    return Experiment(features, treated, outcome, chances, values, COST_YUAN), truth
