"""How far a partition would be found again, and how far it is one: ARI, silhouette, gap."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import adjusted_rand_score

from ml.segmentation.clustering.kmeans import fit_centroids, inertia
from ml.segmentation.clustering.nearest import Matrix, nearest_two

Labels = NDArray[np.int16]
GAP_POINTS, GAP_REFERENCES = 5_000, 5
ROWS = 1_000  # of the distance matrix at a time


def bootstrap_ari(
    points: Matrix, centroids: Matrix, rounds: int, size: int, random: np.random.Generator
) -> NDArray[np.float64]:
    """ARI between the partition by ``centroids`` and by those of each bootstrap resample.

    Both partitions are of all points; the resample has ``min(size, n)`` points drawn with
    replacement (Hennig 2007, with the adjusted Rand index of Hubert and Arabie 1985). A resample
    is fitted with as many starts as the fit: fewer would measure the optimiser, not the groups.
    """
    reference = nearest_two(points, centroids).first
    found = np.empty(rounds)
    for round_ in range(rounds):
        drawn = points[random.integers(0, len(points), min(size, len(points)))]
        again = fit_centroids(drawn, len(centroids), int(random.integers(2**31)))
        found[round_] = adjusted_rand_score(reference, nearest_two(points, again).first)
    return found


def silhouettes(points: Matrix, partitions: list[Labels]) -> list[NDArray[np.float64]]:
    """Silhouette s = (b - a)/max(a, b) per point (Rousseeuw 1987), 0 in clusters of one.

    All partitions share one pass over the distance matrix, which is never held whole.
    """
    widths = [int(labels.max()) + 1 for labels in partitions]
    members = np.zeros((len(points), sum(widths)), dtype=np.float32)
    starts = np.concatenate([[0], np.cumsum(widths)[:-1]])
    for labels, start in zip(partitions, starts, strict=True):
        members[np.arange(len(points)), start + labels] = 1
    square = np.einsum("nd,nd->n", points, points)
    sums = np.empty((len(points), members.shape[1]), dtype=np.float64)
    for begin in range(0, len(points), ROWS):
        part = points[begin : begin + ROWS]
        gram = square[begin : begin + ROWS, None] + square - 2 * (part @ points.T)
        own = np.arange(len(part))
        gram[own, begin + own] = 0
        sums[begin : begin + ROWS] = np.sqrt(np.maximum(gram, 0)) @ members
    return [
        _silhouette(sums[:, start : start + width], labels)
        for labels, start, width in zip(partitions, starts, widths, strict=True)
    ]


def _silhouette(sums: NDArray[np.float64], labels: Labels) -> NDArray[np.float64]:
    rows, sizes = np.arange(len(labels)), np.bincount(labels, minlength=sums.shape[1])
    own = sums[rows, labels] / np.maximum(sizes[labels] - 1, 1)
    means = np.where(sizes > 0, sums / np.maximum(sizes, 1), np.inf)
    means[rows, labels] = np.inf
    other = means.min(axis=1)
    largest = np.maximum(own, other)
    usable = (sizes[labels] > 1) & np.isfinite(other) & (largest > 0)
    gap = np.zeros(len(labels))
    gap[usable] = (other[usable] - own[usable]) / largest[usable]
    return gap


def gap_statistic(points: Matrix, k: int, random: np.random.Generator) -> tuple[float, float]:
    """Gap(k) = mean ln W_ref - ln W and its s.e. (Tibshirani, Walther, Hastie 2001).

    References are uniform in the box along the principal axes, on at most ``GAP_POINTS``.
    """
    if len(points) > GAP_POINTS:
        points = points[random.choice(len(points), GAP_POINTS, replace=False)]
    seed = int(random.integers(2**31))
    centred = points - points.mean(axis=0)
    axes = np.linalg.svd(centred, full_matrices=False)[2]
    rotated = centred @ axes.T
    low, high = rotated.min(axis=0), rotated.max(axis=0)
    references = []
    for _ in range(GAP_REFERENCES):
        uniform = random.uniform(low, high, rotated.shape).astype(np.float32)
        references.append(_log_inertia(uniform, k, seed))
    spread = float(np.std(references) * np.sqrt(1 + 1 / GAP_REFERENCES))
    return float(np.mean(references)) - _log_inertia(rotated, k, seed), spread


def _log_inertia(points: Matrix, k: int, seed: int) -> float:
    centroids = fit_centroids(points, k, seed, starts=1)
    total = inertia(points, centroids, nearest_two(points, centroids).first)
    return float(np.log(max(total, 1e-12)))
