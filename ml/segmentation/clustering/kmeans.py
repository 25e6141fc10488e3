"""K-means on a sample: restarts on a part of it, the best start polished on all of it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from sklearn.cluster import KMeans
from threadpoolctl import threadpool_limits

from ml.segmentation.clustering.nearest import Matrix

STARTS = 10
START_SIZE = 50_000  # points on which the restarts compete: enough to tell the basins apart
SAMPLE_SIZE = 500_000
ONE_THREAD = 50_000  # points up to which threads wait for each other longer than they work


def fit_centroids(points: Matrix, k: int, seed: int, starts: int = STARTS) -> Matrix:
    """K centroids (k x d), largest cluster first; raises where there are fewer points than k.

    Lloyd's algorithm with k-means++ starts (scikit-learn); the start of the lowest inertia on
    at most ``START_SIZE`` points is iterated to convergence on all points given.
    """
    if len(points) < k:
        raise ValueError(f"{len(points)} customers cannot form {k} segments; lower k")
    competition = points
    if len(points) > START_SIZE:
        chosen = np.random.default_rng(seed).choice(len(points), START_SIZE, replace=False)
        competition = points[chosen]
    with threadpool_limits(1 if len(competition) <= ONE_THREAD else None):
        model = KMeans(k, n_init=starts, random_state=seed).fit(competition)
    if competition is not points:
        model = KMeans(k, init=model.cluster_centers_, n_init=1, random_state=seed).fit(points)
    order = np.argsort(-np.bincount(model.labels_, minlength=k), kind="stable")
    return np.ascontiguousarray(model.cluster_centers_[order], dtype=np.float32)


def inertia(points: Matrix, centroids: Matrix, labels: NDArray[np.integer]) -> float:
    """Sum of squared distances to the own centroid."""
    return float(((points - centroids[labels]) ** 2).sum(dtype=np.float64))
