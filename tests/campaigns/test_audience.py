"""Audiences: suppressed for a reason, randomised within strata, contacted at the right time."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterator
from datetime import date

import duckdb
import pandas as pd
import pytest

from dagster_project.lib.campaigns.audience import OVER_BUDGET, Audience, draw_audience
from dagster_project.lib.campaigns.draws import digest_sql, padded_keys, uniform_sql
from dagster_project.lib.campaigns.faults import CampaignError
from dagster_project.lib.campaigns.plan import make_plan, refuse_low_power
from tests.campaigns.worlds import TODAY, declared, make_home

CUSTOMERS = 2000
ALL = {"customer_types": "[]", "main_channels": "[]"}


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    settings = make_home(tmp_path_factory.mktemp("home"), CUSTOMERS)
    with duckdb.connect(str(settings.warehouse)) as connection:
        yield connection


def _draw(connection: duckdb.DuckDBPyConnection, **lines: str) -> Audience:
    return draw_audience(connection, declared(**{**ALL, **lines}).campaign, TODAY)


@pytest.fixture(scope="module")
def audience(warehouse: duckdb.DuckDBPyConnection) -> Audience:
    return _draw(warehouse)


@pytest.mark.parametrize("key", ["k", "campaign/A/1/", "long" * 40])
def test_the_draws_are_hmac_of_the_text_under_the_key(key: str) -> None:
    with duckdb.connect() as connection:
        text = digest_sql("'42'")
        [(digest, drawn)] = connection.execute(
            f"select {text} as d, {uniform_sql('d', 1)}", padded_keys(key)
        ).fetchall()
    assert digest == hmac.new(key.encode(), b"42", hashlib.sha256).hexdigest()
    assert drawn == int(digest[12:24], 16) / 16**12


def test_everyone_who_meets_the_conditions_is_in_the_audience_or_left_out_for_a_reason(
    audience: Audience,
) -> None:
    each = CUSTOMERS // 20
    assert audience.suppressed == {
        "opted_out": each, "global_holdout": each, "protected": each, "running_campaign": each,
        "contacted_recently": each,
    }  # fmt: skip
    assert len(audience.rows) + sum(audience.suppressed.values()) == audience.wanted == CUSTOMERS
    assert {n % 20 for n in audience.rows["customer_id"].to_pylist()}.isdisjoint({3, 7, 11, 12, 13})


def test_protected_customers_may_be_guided_to_the_counter(
    warehouse: duckdb.DuckDBPyConnection,
) -> None:
    assert "protected" not in _draw(warehouse, target_channel="counter").suppressed


def test_every_stratum_has_its_arms_to_within_one_customer(audience: Audience) -> None:
    rows = audience.rows.to_pandas()
    counts = pd.crosstab(rows["stratum"], rows["arm"])
    shares = {"window": 0.4, "random_day": 0.3, "holdout": 0.3}
    assert len(counts) > 10
    for arm, share in shares.items():
        assert (counts[arm] - share * counts.sum(axis=1)).abs().max() < 1.000001


CREATIVES = "{plain: {zh: 甲}, saving: {zh: 乙, en: B}}"


def test_creatives_are_in_equal_shares_within_every_stratum_of_a_contacted_arm(
    warehouse: duckdb.DuckDBPyConnection, audience: Audience
) -> None:
    rows = _draw(warehouse, contents=CREATIVES).rows.to_pandas()
    assert rows.loc[rows["arm"] == "holdout", "content_code"].isna().all()
    contacted = rows[rows["arm"] != "holdout"]
    counts = pd.crosstab([contacted["stratum"], contacted["arm"]], contacted["content_code"])
    assert len(counts) > 20
    assert (counts["plain"] - counts["saving"]).abs().max() <= 1
    assert set(counts["plain"] - counts["saving"]) == {-1, 0, 1}  # the odd one is drawn
    whole = audience.rows.to_pandas()
    assert (rows["arm"] == whole["arm"]).all()  # creatives move nobody to another arm
    assert whole["content_code"].isna().all()


def test_the_plan_says_what_difference_between_creatives_would_be_found(
    warehouse: duckdb.DuckDBPyConnection,
) -> None:
    plan, _ = make_plan(warehouse, declared(**ALL, contents=CREATIVES), TODAY)
    assert [item.creative for item in plan.creatives] == ["plain", "saving"]
    assert sum(item.contacts for item in plan.creatives) == plan.contacts
    points = plan.creatives[0].detectable_points
    assert points is not None
    [*contacted, _] = plan.arms
    assert points == pytest.approx(contacted[0].detectable_points, rel=0.25)  # arms alike in size
    assert make_plan(warehouse, declared(**ALL), TODAY)[0].creatives == []


def test_the_same_declaration_draws_the_same_audience_and_another_salt_another(
    warehouse: duckdb.DuckDBPyConnection, audience: Audience
) -> None:
    assert _draw(warehouse).rows.equals(audience.rows)
    other = _draw(warehouse, salt="other").rows
    same = sum(
        first == second
        for first, second in zip(
            other["arm"].to_pylist(), audience.rows["arm"].to_pylist(), strict=True
        )
    )
    assert same / len(other) == pytest.approx(0.4**2 + 2 * 0.3**2, abs=0.05)


def test_contacts_lie_before_the_predicted_payment_or_on_any_day_of_the_cycle(
    audience: Audience,
) -> None:
    rows = audience.rows.to_pandas()
    start = pd.Timestamp(2026, 1, 5)
    assert rows.loc[rows["arm"] == "holdout", "contact_on"].isna().all()
    timed = rows[rows["is_in_predicted_window"]]
    assert set(timed["arm"]) == {"window"}
    predicted = pd.Timestamp(2026, 1, 1) + pd.to_timedelta(timed["customer_id"] % 40, "D")
    ahead = (predicted - pd.to_datetime(timed["contact_on"])).dt.days
    assert set(ahead % 30) == {1, 2}  # or as many cycles of 30 days apart
    contacted = pd.to_datetime(rows.loc[rows["arm"] != "holdout", "contact_on"])
    assert contacted.min() >= start
    assert contacted.max() < start + pd.Timedelta(days=30)
    days = rows.loc[rows["arm"] == "random_day", "contact_on"]
    assert days.nunique() == 30


def test_the_budget_is_kept_and_cuts_every_stratum_alike(
    warehouse: duckdb.DuckDBPyConnection,
) -> None:
    cut = _draw(warehouse, budget_yuan="25.00")  # 500 contacts of 0.05 yuan
    contacts = sum(arm != "holdout" for arm in cut.rows["arm"].to_pylist())
    assert 490 <= contacts <= 500
    assert cut.suppressed[OVER_BUDGET] == 1500 - len(cut.rows)
    sizes = cut.rows.to_pandas()["stratum"].value_counts()
    whole = _draw(warehouse).rows.to_pandas()["stratum"].value_counts()
    assert (sizes - whole * len(cut.rows) / 1500).abs().max() < 1.000001


def test_tags_regions_and_types_narrow_the_audience(
    warehouse: duckdb.DuckDBPyConnection,
) -> None:
    held = _draw(warehouse, tags_held="[payer, complains]")
    assert held.wanted == CUSTOMERS / 2
    lacking = _draw(warehouse, tags_not_held="[complains]", regions="[R01]")
    assert all(n % 2 == 1 and n % 3 == 0 for n in lacking.rows["customer_id"].to_pylist())


def test_the_first_reason_that_holds_counts_and_an_empty_audience_is_refused(
    warehouse: duckdb.DuckDBPyConnection,
) -> None:
    with pytest.raises(CampaignError, match="no audience"):
        _draw(warehouse, regions="[R99]")


def test_a_campaign_that_starts_today_is_refused(warehouse: duckdb.DuckDBPyConnection) -> None:
    with pytest.raises(CampaignError, match="a day after today, 2026-01-05"):
        make_plan(warehouse, declared(), date(2026, 1, 5))


def test_the_plan_says_what_is_needed_and_low_power_is_refused(
    warehouse: duckdb.DuckDBPyConnection,
) -> None:
    plan, audience = make_plan(warehouse, declared(**ALL), TODAY)
    assert plan.baseline_pct == pytest.approx(20, abs=3)
    assert plan.rho_squared == pytest.approx(2 / 7, abs=0.01)  # of shares 1/5 and 1/15
    assert sum(arm.customers for arm in plan.arms) == len(audience.rows) == plan.audience
    assert sum(row["customers"] for row in plan.strata) == plan.audience
    assert sum(row["contacts"] for row in plan.strata) == plan.contacts
    assert float(plan.cost_yuan) == pytest.approx(0.05 * plan.contacts)
    with pytest.raises(CampaignError, match="accept-low-power"):
        refuse_low_power(plan)


def test_a_budget_that_cannot_find_the_effect_is_refused(
    warehouse: duckdb.DuckDBPyConnection,
) -> None:
    small = declared(**ALL, budget_yuan="25.00")
    with pytest.raises(
        CampaignError, match=r"budget_yuan: '25.00' found; expected at least .* yuan for"
    ):
        make_plan(warehouse, small, TODAY)
