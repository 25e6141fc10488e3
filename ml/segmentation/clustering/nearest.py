"""The nearest and the second-nearest centroid of every point, in batches of float32."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

BATCH = 32_768  # points: the batch's distances to a dozen centroids stay in the cache

Matrix = NDArray[np.float32]


@dataclass(frozen=True)
class Nearest:
    """Per point: index of the nearest and second-nearest centroid and the Euclidean distances."""

    first: NDArray[np.int16]
    distance: Matrix
    second: NDArray[np.int16]
    second_distance: Matrix


def nearest_two(points: Matrix, centroids: Matrix) -> Nearest:
    """Nearest two of >= 2 centroids: |x - c|^2 = |x|^2 - 2 x.c + |c|^2; ties to the lower index.

    Memory beyond the answer is one batch; points n x d, centroids k x d.
    """
    if len(centroids) < 2:
        raise ValueError(f"{len(centroids)} centroids: a second-nearest needs two or more")
    size = len(points)
    found = Nearest(
        np.empty(size, np.int16), np.empty(size, np.float32),
        np.empty(size, np.int16), np.empty(size, np.float32),
    )  # fmt: skip
    doubled = (-2 * centroids).astype(np.float32)
    norms = np.einsum("kd,kd->k", centroids, centroids).astype(np.float32)[:, None]
    with threadpool_limits(1):  # products this small: threads wait longer than they work
        for begin in range(0, size, BATCH):
            part = slice(begin, min(begin + BATCH, size))
            batch = points[part]
            _two_smallest(doubled @ batch.T + norms, found, part)
            square = np.einsum("nd,nd->n", batch, batch)
            for distance in (found.distance, found.second_distance):
                distance[part] = np.sqrt(np.maximum(distance[part] + square, 0))
    return found


def _two_smallest(scores: Matrix, found: Nearest, part: slice) -> None:
    """Write the two smallest of each column: one pass over centroids, vectors over points."""
    best, runner = scores[0].copy(), np.full(scores.shape[1], np.inf, np.float32)
    first = np.zeros(scores.shape[1], np.int16)
    second = np.full(scores.shape[1], -1, np.int16)
    for index in range(1, len(scores)):
        row = scores[index]
        wins = row < best
        places = ~wins & (row < runner)
        np.copyto(second, first, where=wins)
        np.copyto(runner, best, where=wins)
        np.copyto(second, np.int16(index), where=places)
        np.copyto(runner, row, where=places)
        np.copyto(first, np.int16(index), where=wins)
        np.copyto(best, row, where=wins)
    found.first[part], found.second[part] = first, second
    found.distance[part], found.second_distance[part] = best, runner
