"""Creatives are compared as they were drawn; what was not drawn is not read, or not compared."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from tests.decisions.experiments.small_campaigns import campaign, customers, decided, rows_of

ARMS = [("window", 600, 0.2), ("random_day", 600, 0.2), ("holdout", 300, 0.1)]


def _people(codes: tuple[str, ...] = ("plain", "saving"), seed: int = 0) -> pd.DataFrame:
    """Creatives drawn at random among the contacted; the second one works twice as well."""
    people = customers(seed=seed, sizes=ARMS)
    random = np.random.default_rng(seed + 100)
    code = pd.Series(random.choice(codes, len(people)))
    rate = np.where(code == codes[-1], 0.4, 0.1)
    is_held = people["arm"] == "holdout"
    yes = random.binomial(1, rate)
    return people.assign(
        content_code=code.mask(is_held, "none"),
        yes=people["yes"].where(is_held, yes),
    )


def _one(rows: pd.DataFrame, **wanted: Any) -> Any:
    wanted = {"outcome": "paid_through_target", "horizon": "campaign", "segment": "all",
              "estimator": "difference"} | wanted  # fmt: skip
    for name, value in wanted.items():
        rows = rows[rows[name] == value]
    [row] = rows.itertuples()
    return row


def test_two_creatives_are_compared_by_welchs_test_on_their_customers(tmp_path: Path) -> None:
    people = _people()
    rows = rows_of(decided(tmp_path, people))
    row = _one(rows, creative="plain", against_creative="saving")
    given = [people.loc[people["content_code"] == code, "yes"] for code in ("plain", "saving")]
    low, high = stats.ttest_ind(*given, equal_var=False).confidence_interval()
    assert (row.effect_low, row.effect_high) == pytest.approx((low, high), rel=1e-9)
    assert (row.arm, row.against_arm) == ("contact", "contact")
    held = _one(rows, creative="saving", against_creative="none")
    assert (held.arm, held.against_arm, held.controls) == ("contact", "holdout", 300)
    assert held.effect == pytest.approx(given[1].mean() - people["yes"][1200:].mean())


def test_whole_arms_are_what_they_are_without_creatives(tmp_path: Path) -> None:
    people = _people()
    with_them = rows_of(decided(tmp_path, people))
    without = rows_of(decided(tmp_path, people.assign(content_code="undeclared")))
    assert set(without["creative"]) == {"undeclared"}
    whole = with_them[with_them["creative"] == "all"].reset_index(drop=True)
    assert len(whole) == len(without)
    same = [name for name in whole if name not in ("creative", "against_creative")]
    pd.testing.assert_frame_equal(whole[same], without[same], rtol=1e-9)


def test_creatives_that_were_not_drawn_alike_are_not_read(tmp_path: Path) -> None:
    people = _people()
    is_steered = (people["stratum"] == "counter|elderly") & (people["arm"] != "holdout")
    people.loc[is_steered, "content_code"] = "saving"
    rows = rows_of(decided(tmp_path, people))
    by_creative = rows[~rows["creative"].isin(["all"])]
    assert not by_creative["is_readable"].any()
    assert by_creative["note_en"].str.contains("not drawn at random").all()
    assert by_creative["note_zh"].str.contains("并非随机分配").all()
    assert _one(rows, creative="all", arm="window", against_arm="holdout").is_readable


def test_customers_without_a_stated_creative_are_left_out_and_counted(tmp_path: Path) -> None:
    people = _people(("plain", "undeclared", "saving"))
    missing = int(((people["content_code"] == "undeclared") & (people["arm"] != "holdout")).sum())
    rows = rows_of(decided(tmp_path, people))
    row = _one(rows, creative="plain", against_creative="saving")
    assert row.treated + row.controls == 1200 - missing
    assert f"{missing} contacted customers without a stated creative" in row.note_en
    assert "undeclared" not in set(rows["creative"])


def test_one_creative_has_an_effect_and_nothing_to_be_compared_with(tmp_path: Path) -> None:
    people = _people(("saving", "saving"))
    rows = rows_of(decided(tmp_path, people))
    assert _one(rows, creative="saving").against_creative == "none"


def test_the_same_creative_of_two_campaigns_is_pooled_and_named_observational(
    tmp_path: Path,
) -> None:
    people, others = _people(), _people(seed=1).assign(campaign_code="D")
    silent = customers(seed=2, sizes=ARMS).assign(campaign_code="E")
    plans = [campaign(), campaign(campaign_code="D"), campaign(campaign_code="E")]
    found = decided(tmp_path, pd.concat([people, others, silent], ignore_index=True), plans)
    rows = rows_of(found, "promotion_method_effect")
    rows = rows[rows["outcome"] == "paid_through_target"].set_index("creative")
    assert rows["campaign_codes"].to_dict() == {
        "all": "C, D, E", "undeclared": "E", "plain": "C, D", "saving": "C, D",
    }  # fmt: skip
    assert rows.loc["saving", "effect"] > rows.loc["plain", "effect"]
    assert "creatives of different campaigns were not randomised" in rows.loc["plain", "note_en"]
    assert "创意之间未随机分配" in rows.loc["plain", "note_zh"]
    assert np.isnan(rows.loc["saving", "budget_per_extra_customer_yuan"])


def test_the_version_of_a_campaign_is_the_delivered_one(tmp_path: Path) -> None:
    rows = rows_of(decided(tmp_path, customers(), [campaign(campaign_version=3)]))
    assert set(rows["campaign_version"]) == {3}
    assert set(rows_of(decided(tmp_path, customers()))["campaign_version"]) == {1}


def test_creatives_have_a_picture_of_their_own(tmp_path: Path) -> None:
    titles = decided(tmp_path, _people()).tables["campaign_effect"].plots
    assert "Effect of creatives, points (创意效果，百分点)" in titles
