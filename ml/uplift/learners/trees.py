"""The one configuration of gradient-boosted trees that all learners are made of."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

SEED = 20240131
ROUNDS, RATE, LEAVES, PENALTY = 80, 0.05, 6, 10.0
LEAST_LEAF_SHARE = 0.04  # effects are points of per cent: smaller leaves hold noise only
LEAST_LEAF = 20


class Model(Protocol):
    """A fitted regression."""

    def predict(self, features: NDArray[np.float64]) -> NDArray[np.float64]:
        """Means, (n,)."""


def one_thread() -> AbstractContextManager[object]:
    """Trees on few rows are quicker on one thread: several wait for each other at every leaf."""
    import sklearn.ensemble  # noqa: F401 - a limit holds for what is loaded when it is set
    from threadpoolctl import threadpool_limits

    limit: AbstractContextManager[object] = threadpool_limits(limits=1, user_api="openmp")
    return limit


def fit_trees(
    features: NDArray[np.float64],
    target: NDArray[np.float64],
    weight: NDArray[np.float64] | None = None,
) -> Model:
    """Least squares by scikit-learn's HistGradientBoostingRegressor; NaN features are allowed.

    Squared error estimates the mean of a yes or no outcome too, and keeps differences of means
    unbiased where a log-loss would shrink both towards one half. Without early stopping, so that
    the same rows give the same trees.

    Args:
        features: (n, d).
        target: (n,).
        weight: (n,); None for one each.
    """
    from sklearn.ensemble import HistGradientBoostingRegressor

    model = HistGradientBoostingRegressor(
        learning_rate=RATE,
        max_iter=ROUNDS,
        max_leaf_nodes=LEAVES,
        min_samples_leaf=max(LEAST_LEAF, int(LEAST_LEAF_SHARE * len(features))),
        l2_regularization=PENALTY,
        early_stopping=False,
        random_state=SEED,
    )
    fitted: Model = model.fit(features, target, sample_weight=weight)
    return fitted
