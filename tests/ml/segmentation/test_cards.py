"""Cards, explanations, value groups and the user groups of channels."""

from __future__ import annotations

import numpy as np
import pytest

from ml.segmentation import channel_user_groups, eta_squared, profile_segments, value_groups
from ml.segmentation.channel_groups import lift
from ml.segmentation.explanation.differences import segment_sums, standardised_differences
from ml.segmentation.explanation.surrogate import fit_surrogate
from ml.segmentation.features.columns import BadColumnError
from tests.builders import SHARED, needs_real_data
from tests.evaluation.segments import household_groups
from tests.ml.segmentation.customers import customers, without


def test_differences_equal_their_definition_and_sums_are_additive():
    random = np.random.default_rng(0)
    values, labels = random.normal(size=(300, 3)), random.integers(0, 3, 300)
    values[labels == 1] += 2
    whole = segment_sums(values, labels, 3)
    parts = segment_sums(values[:100], labels[:100], 3) + segment_sums(
        values[100:], labels[100:], 3
    )
    np.testing.assert_allclose(parts.squares, whole.squares)
    inside, outside = values[labels == 1], values[labels != 1]
    pooled = np.sqrt((inside.var(axis=0) * len(inside) + outside.var(axis=0) * len(outside)) / 298)
    expected = (inside.mean(axis=0) - outside.mean(axis=0)) / pooled
    np.testing.assert_allclose(standardised_differences(whole)[1], expected)


def test_low_fidelity_is_said():
    random = np.random.default_rng(0)
    values, labels = random.normal(size=(2000, 2)), random.integers(0, 3, 2000)
    found = fit_surrogate(values, labels, ["delay_mean", "late_share"], 3, 0)
    assert found.fidelity < 0.6
    assert not found.is_faithful


def test_cards_account_for_every_customer_and_yuan(fitted):
    table = customers()
    cards = profile_segments(fitted, table).cards
    assert sum(cards["customers"].to_pylist()) == table.num_rows
    assert sum(cards["share_pct"].to_pylist()) == pytest.approx(100)
    total = table["amount_sum"].to_numpy().sum()
    assert sum(cards["amount_yuan"].to_pylist()) == pytest.approx(total)
    assert set(cards["main_channel_family"].to_pylist()) == {"counter", "wechat", "bank", "app"}


def test_the_example_customer_is_the_one_nearest_to_the_centroid(fitted):
    rows = fitted.assign(customers()).to_pandas()
    for card in profile_segments(fitted, customers()).cards.to_pylist():
        own = rows[rows["segment"] == card["segment"]]
        assert card["example_customer_id"] == own.loc[own["distance"].idxmin(), "customer_id"]


def test_differences_are_listed_for_every_segment_and_feature(fitted):
    found = profile_segments(fitted, customers()).differences
    assert found.num_rows == 4 * len(fitted.space.describing)
    assert found["feature_zh"].null_count == 0


def test_what_is_not_delivered_is_null_on_the_card_not_zero(fitted):
    cards = profile_segments(fitted, without(customers(), "amount_sum")).cards
    assert cards["amount_yuan"].null_count == 4


def test_nobody_to_describe_is_an_error(fitted):
    with pytest.raises(ValueError, match="no segment to describe"):
        profile_segments(fitted, customers().slice(0, 0))


def test_target_groups_of_a_channel_are_the_segments_that_pay_by_it(fitted):
    groups = channel_user_groups(fitted, customers()).to_pylist()
    cards = {c["segment"]: c for c in profile_segments(fitted, customers()).cards.to_pylist()}
    bank = [row for row in groups if row["channel_family"] == "bank"]
    targets = [row["segment"] for row in bank if row["is_target_group"]]
    assert [cards[segment]["main_channel_family"] for segment in targets] == ["bank"]
    assert sum(row["users"] for row in bank) == bank[0]["channel_users"]


def test_a_channel_of_few_users_has_no_lift_and_a_reason(fitted):
    rows = channel_user_groups(fitted, customers(), fewest=5000).to_pylist()
    assert all(row["lift"] is None for row in rows)
    assert "5000 are needed" in rows[0]["reason_en"]
    assert "5000" in rows[0]["reason_zh"]


def test_interval_of_the_lift_covers_the_truth():
    random = np.random.default_rng(0)
    covered, runs = 0, 2000
    for _ in range(runs):  # a segment of 30 %, users 20 % of it and 10 % of the others
        inside, outside = random.binomial(600, 0.2), random.binomial(1400, 0.1)
        users = inside + outside
        found = lift(int(inside), int(users), 600, 2000)
        covered += found.low <= (0.06 / 0.13) / 0.3 <= found.high
    assert 0.93 <= covered / runs <= 0.97


def test_explained_variance_is_one_between_pure_groups_and_refuses_a_constant():
    labels = np.array([0, 0, 1, 1])
    assert eta_squared(np.array([1.0, 1.0, 5.0, 5.0]), labels) == pytest.approx(1)
    assert eta_squared(np.array([1.0, 3.0, 1.0, 3.0]), labels) == pytest.approx(0)
    with pytest.raises(ValueError, match="does not vary"):
        eta_squared(np.ones(4), labels)


def test_value_groups_cut_at_both_means_and_show_them():
    found = value_groups(np.array([100.0, 10.0, 90.0, 0.0]), np.array([9, 9, 1, 1]))
    assert found.group.tolist() == [0, 1, 2, 3]
    assert "50.00 yuan, 5.00 payments" in found.definition.en
    assert "50.00元" in found.definition.zh


@pytest.mark.parametrize("amount", [[np.nan, 1.0], []])
def test_value_groups_of_unknown_sums_are_refused(amount):
    with pytest.raises(BadColumnError, match="leave the others out"):
        value_groups(np.array(amount), np.ones(len(amount)))


@needs_real_data
def test_value_groups_of_the_households_are_the_published_ones():
    assert household_groups(SHARED).sizes == [41, 29, 4, 26]
