"""Imputed values are shown nowhere: cards, differences, names, rules, user groups, drift."""

from __future__ import annotations

import numpy as np
import pytest

from ml.segmentation import (
    FittedSegmentation,
    channel_user_groups,
    feature_drift,
    fit_segmentation,
    profile_segments,
)
from ml.segmentation.explanation.differences import segment_sums, standardised_differences
from ml.segmentation.explanation.surrogate import fit_surrogate
from ml.segmentation.features.space import fit_space
from tests.ml.segmentation.conftest import QUICK
from tests.ml.segmentation.customers import customers, kinds, prepaid, without

LATE = "late_share_pct"


def without_bills(share: float, size: int = 1200):
    """Customers of whom ``share`` of the kind that pays by app (kind 3) are prepaid."""
    table = customers(size)
    own = kinds(table) == 3
    return prepaid(table, own & (np.cumsum(own) <= share * own.sum()))


def card_of(fitted, table, family="app"):
    cards = profile_segments(fitted, table).cards.to_pylist()
    (card,) = [card for card in cards if card["main_channel_family"] == family]
    return card


def test_a_card_shows_the_mean_of_those_who_have_bills(fitted):
    some = card_of(fitted, without_bills(0.4))
    table = without_bills(0.4)
    placed, own = fitted.space.place(table), kinds(table) == 3
    delays = placed.described[own, fitted.space.describing.index("delay_mean")]
    assert np.isnan(delays).sum() == 120
    assert some["typical_days_from_bill"] == pytest.approx(np.expm1(np.nanmean(delays)))
    assert "describes the 60% of the customers" in some["remarks_en"]
    assert "60%" in some["remarks_zh"]


def test_a_card_shows_nothing_and_says_why_where_most_have_no_bills(fitted):
    card = card_of(fitted, without_bills(0.7))
    assert card["typical_days_from_bill"] is None
    assert card[LATE] is None
    assert card["online_share_pct"] is not None
    assert "known of 30% of the customers only" in card["remarks_en"]
    assert "仅30%的客户有记录" in card["remarks_zh"]
    assert "days" not in card["sets_apart_en"]


def test_a_card_of_customers_of_whom_all_is_known_has_no_remarks(fitted):
    cards = profile_segments(fitted, customers()).cards
    assert cards["remarks_en"].null_count == 4


def test_cards_of_customers_with_bills_do_not_depend_on_those_without(fitted):
    everybody, table = customers(), without_bills(0.4)
    billed = everybody.filter(~table["is_prepaid"].to_numpy())
    ours, theirs = card_of(fitted, table), card_of(fitted, billed)
    for name in ("typical_days_from_bill", LATE):
        assert ours[name] == pytest.approx(theirs[name])


def test_differences_leave_out_the_unknown():
    random = np.random.default_rng(0)
    values, labels = random.normal(size=(300, 1)), random.integers(0, 2, 300)
    values[::3] = np.nan
    known = ~np.isnan(values[:, 0])
    np.testing.assert_allclose(
        standardised_differences(segment_sums(values, labels, 2)),
        standardised_differences(segment_sums(values[known], labels[known], 2)),
    )


def test_the_example_of_a_segment_is_a_customer_of_whom_all_is_known(fitted):
    table = without_bills(0.9)
    card = card_of(fitted, table)
    assert not table["is_prepaid"].to_numpy()[card["example_customer_id"]]


def test_a_rule_says_which_way_the_unknown_go():
    random = np.random.default_rng(0)
    delay = np.log1p(np.where(np.arange(2000) % 2, 20.0, 2.0)) + random.normal(0, 0.05, 2000)
    labels = (np.arange(2000) % 2).astype(int)
    delay[:400] = np.nan
    labels[:400] = 1
    found = fit_surrogate(delay[:, None], labels, ["delay_mean"], 2, 0)
    assert found.fidelity == 1.0
    assert found.rules[1].en.startswith("(days from bill, typical > ")
    assert found.rules[1].en.endswith(" days, or unknown)")
    assert "unknown" not in found.rules[0].en
    assert found.rules[1].zh.endswith("天或未知）")


def test_a_rule_may_be_that_a_feature_is_unknown():
    values = np.where(np.arange(600) % 3 == 0, np.nan, 1.0)
    labels = np.isnan(values).astype(int)
    found = fit_surrogate(values[:, None], labels, ["late_share"], 2, 0)
    assert found.rules[1].en == "share of bills paid late unknown"
    assert found.rules[0].en == "share of bills paid late known"


def test_habits_of_a_channel_rest_on_known_values_only(fitted):
    rows = channel_user_groups(fitted, without_bills(1.0)).to_pylist()
    app = max((r for r in rows if r["channel_family"] == "app"), key=lambda row: row["users"])
    assert app["is_target_group"]
    assert app["typical_days_from_bill"] is None
    assert app["late_share"] is None
    assert app["night_share"] is not None
    assert "not stated" in app["reason_en"]
    assert "不予列示" in app["reason_zh"]


def test_scales_are_those_of_the_customers_who_have_bills():
    table = without_bills(1.0)
    billed = table.filter(~table["is_prepaid"].to_numpy())
    assert fit_space(table).scalings["delay_mean"] == fit_space(billed).scalings["delay_mean"]


def test_a_source_that_stops_is_the_largest_drift_and_not_none(fitted):
    stopped = prepaid(customers(), np.ones(1200, bool))
    rows = {row["name"]: row for row in feature_drift(fitted, stopped)}
    assert rows["delay_mean"]["alarm"]
    assert rows["delay_mean"]["value"] > 1


def test_segments_of_customers_without_bills_are_not_named_after_bills():
    table = prepaid(customers(), kinds(customers()) == 1)
    found = fit_segmentation(without(table, "is_prepaid"), candidates=(4,), effort=QUICK)
    assert isinstance(found, FittedSegmentation)
    card = card_of(found, table, "wechat")
    assert card["typical_days_from_bill"] is None
    for word in ("bill", "overdue", "arrears", "days"):
        assert word not in card["segment_name_en"].lower().replace("bills", "")
