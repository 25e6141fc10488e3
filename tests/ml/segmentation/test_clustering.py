"""Sampling, nearest centroids, stability measures and the choice of k."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.spatial.distance import cdist
from sklearn.metrics import adjusted_rand_score, silhouette_samples

from ml.segmentation.clustering.choice import Candidate, choose
from ml.segmentation.clustering.kmeans import fit_centroids
from ml.segmentation.clustering.nearest import BATCH, nearest_two
from ml.segmentation.clustering.sampling import stratified_sample
from ml.segmentation.clustering.stability import bootstrap_ari, gap_statistic, silhouettes


def blobs(size: int = 900, groups: int = 3, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    random = np.random.default_rng(seed)
    truth = np.arange(size) % groups
    return (10 * random.normal(size=(groups, 4))[truth] + random.normal(size=(size, 4))).astype(
        np.float32
    ), truth


@settings(deadline=None, max_examples=30)
@given(st.integers(2, 12), st.integers(1, 200), st.integers(0, 10_000))
def test_nearest_two_equal_a_full_sort_of_distances(k, n, seed):
    random = np.random.default_rng(seed)
    points, centroids = (random.normal(size=(m, 3)).astype(np.float32) for m in (n, k))
    found, distance = nearest_two(points, centroids), cdist(points, centroids)
    np.testing.assert_allclose(found.distance, np.sort(distance)[:, 0], atol=1e-3)
    np.testing.assert_allclose(found.second_distance, np.sort(distance)[:, 1], atol=1e-3)
    assert (found.first != found.second).all()


def test_batches_do_not_change_the_nearest():
    points = np.random.default_rng(0).normal(size=(BATCH + 7, 3)).astype(np.float32)
    centroids = points[:4]
    assert (nearest_two(points, centroids).first == cdist(points, centroids).argmin(axis=1)).all()


def test_one_centroid_is_an_error():
    with pytest.raises(ValueError, match="second-nearest needs two"):
        nearest_two(np.zeros((3, 2), np.float32), np.zeros((1, 2), np.float32))


def test_fewer_customers_than_segments_is_an_error():
    with pytest.raises(ValueError, match="2 customers cannot form 3 segments"):
        fit_centroids(np.zeros((2, 2), np.float32), 3, 0)


def test_true_groups_are_found_and_the_largest_comes_first():
    points, truth = blobs()
    heavy = np.concatenate([points, points[truth == 2]])
    labels = nearest_two(heavy, fit_centroids(heavy, 3, 0)).first
    assert adjusted_rand_score(truth, labels[:900]) == 1.0
    assert (np.diff(np.bincount(labels)) <= 0).all()


@settings(deadline=None, max_examples=30)
@given(st.integers(1, 300), st.integers(1, 300), st.integers(0, 1000))
def test_strata_get_their_share_to_within_one_customer(n, size, seed):
    random = np.random.default_rng(seed)
    strata = random.integers(0, 4, n).astype(np.int32)
    chosen = stratified_sample(strata, size, random)
    assert len(np.unique(chosen)) == len(chosen) == min(n, size)
    expected = np.bincount(strata, minlength=4) * len(chosen) / n
    assert (np.abs(np.bincount(strata[chosen], minlength=4) - expected) < 1 + 1e-9).all()


def test_silhouettes_equal_those_of_scikit_learn():
    points, truth = blobs(400)
    other = (points[:, 0] > 0).astype(np.int16)
    for ours, labels in zip(
        silhouettes(points, [truth.astype(np.int16), other]), (truth, other), strict=True
    ):
        np.testing.assert_allclose(ours, silhouette_samples(points, labels), atol=2e-3)


def test_resamples_agree_on_real_groups_and_disagree_on_noise():
    random = np.random.default_rng(0)
    points, _ = blobs()
    assert bootstrap_ari(points, fit_centroids(points, 3, 0), 5, 900, random).mean() > 0.99
    noise = random.normal(size=(900, 6)).astype(np.float32)
    assert bootstrap_ari(noise, fit_centroids(noise, 7, 0), 5, 900, random).mean() < 0.85


def test_gap_is_largest_at_the_true_number_of_groups():
    points, _ = blobs()
    random = np.random.default_rng(0)
    gaps = {k: gap_statistic(points, k, random)[0] for k in (2, 3)}
    assert gaps[3] > gaps[2]


def candidate(k: int, ari: float = 0.9, share: float = 0.1, silhouette: float = 0.3) -> Candidate:
    return Candidate(k, ari, share, silhouette, 0.01, 0.0, 0.0)


def test_highest_silhouette_of_the_stable_wins():
    choice = choose([candidate(3), candidate(4, silhouette=0.5), candidate(5, 0.6, 0.1, 0.9)])
    assert choice.chosen.k == 4
    assert choice.is_stable
    assert "failed: 5" in choice.reason.en
    assert "未通过：5" in choice.reason.zh


def test_fewest_segments_win_among_equals_within_one_standard_error():
    choice = choose([candidate(3, silhouette=0.296), candidate(6, silhouette=0.3)])
    assert choice.chosen.k == 3
    assert "within one standard error" in choice.reason.en


def test_a_segment_too_small_to_act_on_fails():
    assert choose([candidate(3), candidate(4, share=0.02, silhouette=0.9)]).chosen.k == 3


def test_no_stable_number_is_said_and_the_most_stable_given():
    choice = choose([candidate(3, 0.5), candidate(4, 0.7), candidate(5, 0.8, 0.01)])
    assert choice.chosen.k == 4
    assert not choice.is_stable
    assert choice.reason.en.startswith("no number of segments is stable")
    assert choice.reason.zh.startswith("没有稳定的群数")
