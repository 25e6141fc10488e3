"""The read-out of campaigns: what it says, what it refuses, what it flags."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from dagster_project.lib.decisions.experiments.campaign_effect import SIZES_HOLD
from dagster_project.lib.decisions.experiments.effect_rows import INFERRED
from tests.decisions.experiments.small_campaigns import (
    FIRST,
    TODAY,
    campaign,
    customers,
    decided,
    rows_of,
)

PRIMARY = {"outcome": "paid_through_target", "horizon": "campaign", "segment": "all"}


def _chosen(rows: pd.DataFrame, **wanted: Any) -> pd.DataFrame:
    for name, value in (PRIMARY | wanted).items():
        rows = rows[rows[name] == value]
    return rows


def _one(rows: pd.DataFrame, **wanted: Any) -> Any:
    [row] = _chosen(rows, **({"estimator": "difference"} | wanted)).itertuples()
    return row


def test_the_effect_as_assigned_is_welchs_test_on_the_customers(tmp_path: Path) -> None:
    people = customers()
    row = _one(rows_of(decided(tmp_path, people)))
    arms = [people.loc[people["arm"] == arm, "yes"] for arm in ("window", "holdout")]
    oracle = stats.ttest_ind(*arms, equal_var=False)
    low, high = oracle.confidence_interval()
    assert row.p_value == pytest.approx(oracle.pvalue, rel=1e-9)
    assert (row.effect_low, row.effect_high) == pytest.approx((low, high), rel=1e-9)
    assert (row.treated, row.controls) == (800, 200)


def test_every_outcome_has_a_row_for_the_pair_of_arms(tmp_path: Path) -> None:
    rows = rows_of(decided(tmp_path, customers()))
    assert set(rows["outcome"]) == {
        "paid_through_target", "relocated", "on_time", "days_to_pay", "fee_saved_yuan",
        "cost_saved_yuan", "complaints", "opted_out", "paid",
    }  # fmt: skip
    assert set(rows["estimator"]) == {"difference", "cuped", "post_stratified", "cace"}
    assert set(rows["segment"]) == {"all", "counter|resident", "counter|elderly"}


def test_window_and_random_day_are_compared_with_each_other_too(tmp_path: Path) -> None:
    people = customers(
        sizes=[("window", 400, 0.3), ("random_day", 400, 0.2), ("holdout", 200, 0.1)]
    )
    rows = rows_of(decided(tmp_path, people))
    pairs = set(zip(rows["arm"], rows["against_arm"], strict=True))
    assert pairs == {("window", "holdout"), ("random_day", "holdout"), ("window", "random_day")}
    assert "cace" not in set(rows.loc[rows["against_arm"] == "random_day", "estimator"])


def test_sequential_intervals_are_wider_and_adjusted_p_values_larger(tmp_path: Path) -> None:
    rows = rows_of(decided(tmp_path, customers()))
    read = rows[rows["is_readable"] & rows["sequential_low"].notna()]
    assert len(read) > 20
    assert (read["sequential_low"] < read["effect_low"]).all()
    assert (read["sequential_high"] > read["effect_high"]).all()
    assert (rows["p_value_holm"].dropna() >= rows["p_value"].dropna() - 1e-15).all()


def test_arms_of_the_wrong_size_block_every_effect_and_fail_the_check(tmp_path: Path) -> None:
    people = customers(sizes=[("window", 800, 0.2), ("holdout", 120, 0.1)])
    found = decided(tmp_path, people)
    rows = rows_of(found)
    assert not found.checks[SIZES_HOLD].passed
    assert found.checks[SIZES_HOLD].metadata == {"not_readable": "C"}
    assert not rows["is_readable"].any()
    assert rows[INFERRED].isna().all(axis=None)
    assert rows["note_zh"].str.contains("效果不可读").all()
    assert (rows["srm_p_value"] < 0.001).all()
    assert not rows_of(found, "promotion_method_effect")["is_readable"].any()


def test_a_leak_in_one_stratum_against_another_blocks_too(tmp_path: Path) -> None:
    people = customers(sizes=[("window", 800, 0.2), ("holdout", 200, 0.1)])
    held = people["arm"] == "holdout"
    people.loc[held, "stratum"] = np.where(
        np.arange(held.sum()) < 150, "counter|resident", "counter|elderly"
    )
    assert not rows_of(decided(tmp_path, people))["is_readable"].any()


@pytest.mark.parametrize("share", [0.0, None])
def test_a_campaign_without_a_holdout_has_no_effect(tmp_path: Path, share: float | None) -> None:
    people = customers(sizes=[("contact", 500, 0.2)])
    rows = rows_of(decided(tmp_path, people, [campaign(holdout_share=share)]))
    assert not rows["is_readable"].any()
    assert rows["effect"].isna().all()
    assert rows["note_en"].str.contains("no holdout").all()


def test_all_outcomes_equal_is_said_and_no_number(tmp_path: Path) -> None:
    row = _one(rows_of(decided(tmp_path, customers(yes=1))))
    assert not row.is_readable
    assert row.mean_treated == row.mean_control == 1.0
    assert np.isnan(row.effect)
    assert "same outcome" in row.note_en


def test_an_outcome_that_was_not_delivered_is_said(tmp_path: Path) -> None:
    row = _one(rows_of(decided(tmp_path, customers(), without="complaints")), outcome="complaints")
    assert not row.is_readable
    assert "not measured" in row.note_en


def test_payments_without_contract_terms_refuse_and_are_not_zero(tmp_path: Path) -> None:
    row = _one(rows_of(decided(tmp_path, customers(), sums_changed={"units_missing": 1})))
    assert "no contract terms" in row.note_en
    assert np.isnan(row.effect)


@pytest.mark.parametrize(
    ("changed", "strangers", "words"),
    [
        ({"contacted_on": date(2025, 9, 30)}, 0, "contacted before assignment"),
        ({"contacted_on": FIRST}, 0, "of the holdout contacted"),
        ({}, 3, "3 customers contacted without being of the audience"),
    ],
)
def test_irregular_contacts_are_flagged(
    tmp_path: Path, changed: dict[str, Any], strangers: int, words: str
) -> None:
    row = _one(rows_of(decided(tmp_path, customers(**changed), strangers=strangers)))
    assert row.is_readable
    assert words in row.note_en


def test_overlapping_campaigns_are_flagged_in_both(tmp_path: Path) -> None:
    people = customers()
    others = people.assign(campaign_code="D")
    found = decided(
        tmp_path, pd.concat([people, others]), [campaign(), campaign(campaign_code="D")]
    )
    rows = rows_of(found)
    for code in ("C", "D"):
        row = _one(rows, campaign_code=code)
        assert "1,000 customers also in another campaign" in row.note_en


def test_campaigns_of_other_days_do_not_overlap(tmp_path: Path) -> None:
    people = customers()
    later = people.assign(campaign_code="D", assigned_on=date(2025, 11, 20))
    plans = [campaign(), campaign(campaign_code="D", ends_on=date(2025, 12, 30))]
    rows = rows_of(decided(tmp_path, pd.concat([people, later]), plans))
    assert "another campaign" not in (_one(rows, campaign_code="C").note_en or "")


def test_a_running_campaign_says_so_and_widens_its_sequential_interval(tmp_path: Path) -> None:
    over = _one(rows_of(decided(tmp_path, customers())))
    plan = campaign(ends_on=date(2026, 3, 1))
    people = customers()
    with_today = people.assign(assigned_on=date(2025, 12, 1))
    running = _one(rows_of(decided(tmp_path, with_today, [plan])))
    assert "still running" in running.note_en
    assert running.is_running
    assert not over.is_running
    assert plan["ends_on"] > TODAY


def test_an_arm_of_one_customer_is_refused(tmp_path: Path) -> None:
    people = customers(sizes=[("window", 1, 1.0), ("random_day", 799, 0.2), ("holdout", 200, 0.1)])
    rows = rows_of(decided(tmp_path, people))
    row = _one(rows, arm="window", against_arm="holdout")
    assert not row.is_readable
    assert np.isnan(row.effect)
    assert _one(rows, arm="random_day", against_arm="holdout").is_readable


def test_no_number_is_infinite_and_every_refusal_has_a_note(tmp_path: Path) -> None:
    for people in (customers(), customers(yes=0), customers(sizes=[("contact", 2, 0.5)])):
        rows = rows_of(decided(tmp_path, people))
        numbers = rows.select_dtypes("number").to_numpy(dtype=float)
        assert not np.isinf(numbers).any()
        assert rows.loc[~rows["is_readable"], "note_zh"].str.len().gt(0).all()


def test_one_campaign_of_a_means_is_said_and_two_are_pooled(tmp_path: Path) -> None:
    people = customers()
    alone = _promotion(decided(tmp_path, people))
    assert alone.campaigns == 1
    assert "one campaign" in alone.note_en
    assert np.isnan(alone.i_squared_pct)
    others = customers(seed=1).assign(campaign_code="D")
    plans = [campaign(), campaign(campaign_code="D")]
    both = _promotion(decided(tmp_path, pd.concat([people, others], ignore_index=True), plans))
    assert both.campaigns == 2
    assert both.std_error < alone.std_error
    assert both.heterogeneity_p_value > 0.001
    assert "observational" in both.note_en


def _promotion(found: Any) -> Any:
    rows = rows_of(found, "promotion_method_effect")
    rows = rows[(rows["outcome"] == "paid_through_target") & (rows["creative"] == "all")]
    [row] = rows.itertuples()
    return row


def test_small_strata_are_told_as_one(tmp_path: Path) -> None:
    people = customers()
    people.loc[:5, "stratum"] = "app|industry"
    rows = rows_of(decided(tmp_path, people))
    assert "app|industry" not in set(rows["segment"])
    assert "other" in set(rows["segment"])


def test_without_a_campaign_both_tables_are_empty_with_the_reason(tmp_path: Path) -> None:
    found = decided(tmp_path, customers().iloc[:0])
    for table in found.tables.values():
        assert table.rows is None
        assert "尚无" in table.empty_because
    assert found.checks[SIZES_HOLD].passed
