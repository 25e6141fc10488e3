"""Prepaid customers are a segment of their own where they are enough, beside the clustered ones."""

from __future__ import annotations

import numpy as np
import pytest

from ml.segmentation import (
    FittedSegmentation,
    compare_dates,
    fit_segmentation,
    from_rows,
    profile_segments,
    to_rows,
)
from tests.ml.segmentation.conftest import QUICK
from tests.ml.segmentation.customers import customers, prepaid, replaced


def province(size: int = 1200, seed: int = 0, share: float = 0.2):
    """Four kinds, of each of which a share has prepaid meters."""
    table = customers(size, seed=seed)
    return prepaid(table, np.arange(size) % 100 < 100 * share)


def refitted(table, previous=None, seed=0):
    found = fit_segmentation(table, previous, candidates=(3, 4, 5), effort=QUICK, seed=seed)
    assert isinstance(found, FittedSegmentation)
    return found


@pytest.fixture(scope="module")
def release() -> FittedSegmentation:
    """A release of four clustered segments and the prepaid."""
    return refitted(province())


def test_the_prepaid_are_one_segment_and_the_others_are_clustered_without_them(release):
    assert release.choice.chosen.k == 4
    assert [segment.name.en for segment in release.segments if segment.is_apart] == ["Prepaid"]
    rows = release.assign(province()).to_pandas()
    own = rows["segment"] == release.numbers[-1]
    assert (own == province()["is_prepaid"].to_numpy()).all()
    assert rows.loc[own, "second_segment"].isna().all()
    assert rows.loc[~own, "second_segment"].notna().all()
    assert (rows.loc[~own, "second_segment"] != release.numbers[-1]).all()


def test_numbers_are_unique_over_both_and_shares_are_of_all_customers(release):
    assert sorted(release.numbers.tolist()) == [1, 2, 3, 4, 5]
    assert sum(segment.share for segment in release.segments) == pytest.approx(1)
    assert release.choice.chosen.smallest_share == pytest.approx(0.2, abs=0.01)


def test_the_reason_and_the_rules_say_so(release):
    assert "one segment more of the prepaid, 20.0%" in release.choice.reason.en
    assert "预付费客户（20.0%）" in release.choice.reason.zh
    assert [rule.en.split(" ")[0] for rule in release.surrogate.rules] == ["billed"] * 4 + [
        "prepaid"
    ]
    assert release.surrogate.is_faithful


def test_their_card_states_no_days_and_no_lateness(release):
    card = profile_segments(release, province()).cards.to_pylist()[-1]
    assert card["typical_days_from_bill"] is None
    assert card["late_share_pct"] is None
    assert card["online_share_pct"] is not None
    assert "known of none of the customers" in card["remarks_en"]


def test_a_refit_keeps_their_number_even_where_the_clustered_change(release):
    again = refitted(province(1100, seed=7), release, seed=3)
    assert {s.number: s.name for s in again.segments} == {
        s.number: s.name for s in release.segments
    }
    assert again.segments[-1].is_apart


def test_a_release_from_before_gives_its_numbers_to_the_clustered_only(fitted):
    found = refitted(province(), fitted)
    assert found.segments[-1].is_new
    assert found.segments[-1].number == 5
    assert sorted(segment.number for segment in found.segments[:-1]) == [1, 2, 3, 4]


def test_who_gets_another_meter_is_said_to_be_moved_by_it(release):
    before = province(200)
    flags = before["is_prepaid"].to_numpy().copy()
    flags[0] = False
    moved = compare_dates(release, before, replaced(before, "is_prepaid", flags)).moved.to_pylist()
    assert [row["customer_id"] for row in moved] == [0]
    assert moved[0]["moved_by_en"] == "prepaid meter"
    assert moved[0]["moved_by_share"] == 1.0


def test_stored_rows_keep_the_stratum_and_rows_without_it_have_none(release, fitted):
    again = from_rows(to_rows(release)[::-1])
    assert again.segments == release.segments
    assert again.assign(province(100)).equals(release.assign(province(100)))
    old = [row for row in to_rows(fitted) if row.name != "segment.is_apart"]
    assert from_rows(old).segments == fitted.segments


@pytest.mark.parametrize("share", [0.02, 1.0])
def test_too_few_prepaid_or_nobody_else_are_no_stratum(share):
    found = refitted(province(share=share))
    assert not any(segment.is_apart for segment in found.segments)
