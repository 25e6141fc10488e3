"""A release as stored rows, and back: the same whatever order the rows are read in."""

from __future__ import annotations

import numpy as np
import pytest

from ml.segmentation import (
    FittedSegmentation,
    channel_user_groups,
    feature_drift,
    fit_segmentation,
    from_rows,
    profile_segments,
    to_rows,
)
from ml.segmentation.rows import StoredModelError
from tests.ml.segmentation.conftest import QUICK
from tests.ml.segmentation.customers import customers


def test_rows_rebuild_the_release_exactly(fitted):
    again = from_rows(to_rows(fitted))
    assert to_rows(again) == to_rows(fitted)
    assert again.assign(customers(30)).equals(fitted.assign(customers(30)))


def test_incomplete_rows_are_refused(fitted):
    rows = [row for row in to_rows(fitted) if not (row.name == "centroids" and row.index == 2)]
    with pytest.raises(StoredModelError, match="incomplete"):
        from_rows(rows)


def test_rows_rebuild_the_release_in_whatever_order_they_are_read(fitted):
    rows = to_rows(fitted)
    shuffled = [rows[i] for i in np.random.default_rng(0).permutation(len(rows))]
    again = from_rows(shuffled)
    assert to_rows(again) == rows
    assert again.assign(customers(30)).equals(fitted.assign(customers(30)))
    assert profile_segments(again, customers()).cards.equals(
        profile_segments(fitted, customers()).cards
    )


def test_a_stored_release_matched_to_an_earlier_one_shows_the_same_cards_names_and_rules(fitted):
    found = fit_segmentation(customers(900, seed=6), fitted, candidates=(4,), effort=QUICK, seed=2)
    assert isinstance(found, FittedSegmentation)
    rows = to_rows(found)
    again = from_rows([rows[i] for i in np.random.default_rng(1).permutation(len(rows))])
    assert again.segments == found.segments
    assert again.surrogate == found.surrogate
    table = customers(300, seed=4)
    for ours, theirs in zip(_described(again, table), _described(found, table), strict=True):
        assert ours.equals(theirs)


def _described(release, table):
    profiles = profile_segments(release, table)
    return profiles.cards, profiles.differences, channel_user_groups(release, table)


def test_rows_there_twice_are_refused(fitted):
    rows = to_rows(fitted)
    with pytest.raises(StoredModelError, match="each once"):
        from_rows([*rows, rows[5]])


def test_a_release_without_the_order_of_its_features_was_written_in_the_declared_order(fitted):
    rows = [row for row in to_rows(fitted) if row.name != "features"]
    assert to_rows(from_rows(rows[::-1])) == to_rows(fitted)


def test_a_feature_of_which_a_release_kept_no_bins_of_the_unknown_has_no_drift(fitted):
    name = "reference.shares.delay_mean"
    bins = len(fitted.references["delay_mean"].shares)
    rows = [r for r in to_rows(fitted) if (r.name, r.index) != (name, bins - 1)]
    measured = {row["name"] for row in feature_drift(from_rows(rows), customers())}
    assert "delay_mean" not in measured
    assert "late_share" in measured
