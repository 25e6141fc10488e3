"""K-means on ten million customers by ten features: fit on a sample and predict all.

The peer is MiniBatchKMeans fitted on all rows in the same run, with the same k and starts, on
data with real clusters.
"""

from __future__ import annotations

import time

import numpy as np
from numpy.typing import NDArray
from sklearn.cluster import MiniBatchKMeans
from sklearn.metrics import adjusted_rand_score

from ml.segmentation.clustering.kmeans import SAMPLE_SIZE, STARTS, fit_centroids
from ml.segmentation.clustering.nearest import nearest_two
from ml.segmentation.clustering.sampling import stratified_sample

CUSTOMERS, FEATURES, SEGMENTS = 10_000_000, 10, 8
SECONDS_BAR, ARI_BAR = 10, 0.99
PEER_BATCH = 10_240
Row = tuple[str, str, str]


def rows(customers: int = CUSTOMERS) -> list[Row]:
    """Seconds of both ways and the agreement of their partitions."""
    points, strata = clustered(customers)
    begin = time.monotonic()
    random = np.random.default_rng(0)
    sample = points[stratified_sample(strata, SAMPLE_SIZE, random)]
    labels = nearest_two(points, fit_centroids(sample, SEGMENTS, 0)).first
    ours = time.monotonic() - begin
    begin = time.monotonic()
    peer = MiniBatchKMeans(SEGMENTS, n_init=STARTS, batch_size=PEER_BATCH, random_state=0)
    other = peer.fit(points).labels_
    theirs = time.monotonic() - begin
    agreement = adjusted_rand_score(labels, other)
    size = f"{customers:,} x {FEATURES}"
    return [
        (f"k-means {size}: fit on a sample, predict all", f"{ours:.1f} s", f"<= {SECONDS_BAR} s"),
        (f"k-means {size}: MiniBatchKMeans on all", f"{theirs:.1f} s", ""),
        (f"k-means {size}: same partition (ARI)", f"{agreement:.4f}", f">= {ARI_BAR}"),
    ]


def clustered(customers: int) -> tuple[NDArray[np.float32], NDArray[np.int32]]:
    """Gaussian clusters of unequal size about distant centres, and strata of a tenth each."""
    random = np.random.default_rng(1)
    centres = (4 * random.normal(size=(SEGMENTS, FEATURES))).astype(np.float32)
    share = np.linspace(1, 3, SEGMENTS)
    member = random.choice(SEGMENTS, customers, p=share / share.sum()).astype(np.int8)
    points = random.standard_normal((customers, FEATURES), dtype=np.float32)
    for begin in range(0, customers, 1_000_000):
        points[begin : begin + 1_000_000] += centres[member[begin : begin + 1_000_000]]
    return points, random.integers(0, 10, customers, dtype=np.int32)


if __name__ == "__main__":
    for figure, value, bar in rows():
        print(f"{figure}: {value} {bar}")
