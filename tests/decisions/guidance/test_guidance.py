"""Guidance on small warehouses: who is spoken to, who is left alone, what it is worth."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pytest

from dagster_project.lib.decisions.guidance import decision as guidance
from dagster_project.lib.decisions.guidance.declaration import Guidance, read_guidance
from tests.decisions.guidance.world import AS_OF, crowd, decided, frame, payments, warehouse

AT_COUNTER = {customer: {"counter": 12} for customer in range(1, 5)}
ELSEWHERE = {customer: {"wechat": 12} for customer in range(5, 13)}


def generous(declared: Guidance, **more: float) -> Guidance:
    """The project's declaration with limits that bind nobody, and no randomised share."""
    figures = {
        "budget_yuan_per_1000_customers": 1e6,
        "contacts_per_1000_customers": 1000.0,
        "exploration_share": 0.0,
    } | more
    plan = declared.round.model_copy(
        update={
            name: getattr(declared.round, name).model_copy(update={"value": value})
            for name, value in figures.items()
        }
    )
    return declared.model_copy(update={"round": plan})


@pytest.fixture
def without_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guidance, "read_guidance", lambda: generous(read_guidance()))


def customers(**flags: list[int]) -> pd.DataFrame:
    """Customers 1 to 12; each flag holds for the customers listed."""
    names = ("is_elderly", "is_low_income", "is_prepaid", "has_withholding")
    found = pd.DataFrame({"customer_id": range(1, 13)})
    for name in names:
        found[name] = found["customer_id"].isin(flags.get(name, []))
    return found


def outcomes(summary: pd.DataFrame) -> dict[str, int]:
    return summary.groupby("outcome")["customers"].sum().to_dict()


@pytest.mark.usefixtures("without_limits")
def test_counter_users_are_guided_to_a_cheaper_channel_for_what_it_saves() -> None:
    made = decided(warehouse(payments(AT_COUNTER | ELSEWHERE)))
    row = frame(made, "channel_guidance").set_index("customer_id").loc[1]
    assert (row["present_channel_code"], row["recommended_channel_code"]) == ("counter", "wechat")
    assert row["recommended_cost_per_payment_yuan"] == pytest.approx(0.38 + 0.03)
    wanted = row["retention"] * row["payments_per_year"] * (6.50 - 0.41)
    assert row["saving_if_moved_yuan"] == pytest.approx(wanted, rel=1e-5)
    assert row["saving_per_year_yuan"] == pytest.approx(row["p_move"] * wanted, rel=1e-5)
    assert row["saving_low_yuan"] < row["saving_per_year_yuan"] < row["saving_high_yuan"]
    assert row["contact_on"] == AS_OF + timedelta(days=18)
    assert row["is_p_move_assumed"]
    assert "WeChat costs 0.41" in row["reason_en"]
    assert "微信每笔0.41元" in row["reason_zh"]
    assert all(check.passed for check in made.checks.values()), made.checks


@pytest.mark.usefixtures("without_limits")
def test_protected_users_of_a_counter_are_left_there_and_others_only_gain() -> None:
    habits = AT_COUNTER | ELSEWHERE | {5: {"kiosk": 11, "counter": 1}, 6: {"kiosk": 12}}
    file = customers(is_elderly=[1, 5, 6], is_low_income=[2])
    made = decided(warehouse(payments(habits), customers=file))
    guided = frame(made, "channel_guidance").set_index("customer_id")
    assert {1, 2, 5}.isdisjoint(guided.index)
    assert {3, 4, 6} <= set(guided.index)
    assert guided.loc[6, "is_protected"]
    assert outcomes(frame(made, "guidance_summary"))["protected_at_counter"] == 3


@pytest.mark.usefixtures("without_limits")
def test_a_counter_used_since_the_last_whole_month_is_a_counter_that_they_use() -> None:
    habits = AT_COUNTER | ELSEWHERE | {5: {"kiosk": 11, "counter": 1}}
    connection = warehouse(payments(habits), customers=customers(is_elderly=[1, 5]))
    connection.execute("update platform_support.customer_year_sums set counter_payments = 0")
    made = decided(connection)
    assert {1, 5}.isdisjoint(frame(made, "channel_guidance")["customer_id"])
    assert all(check.passed for check in made.checks.values()), made.checks


@pytest.mark.usefixtures("without_limits")
def test_who_is_not_in_the_customer_file_counts_as_protected() -> None:
    made = decided(warehouse(payments(AT_COUNTER | ELSEWHERE), customers=customers().iloc[:0]))
    assert made.tables["channel_guidance"].empty_because
    assert outcomes(frame(made, "guidance_summary"))["protected_at_counter"] == 4


@pytest.mark.usefixtures("without_limits")
def test_opted_out_and_recently_contacted_customers_are_left_alone() -> None:
    contacts = pd.DataFrame(
        [(1, "opted_out", AS_OF - timedelta(days=300)), (2, "contacted", AS_OF),
         (3, "contacted", AS_OF - timedelta(days=40)), (4, "contacted", AS_OF + timedelta(days=1))],
        columns=["customer_id", "contact_event", "happened_on"],
    )  # fmt: skip
    made = decided(warehouse(payments(AT_COUNTER | ELSEWHERE), contacts=contacts))
    assert set(frame(made, "channel_guidance")["customer_id"]) & {1, 2, 3, 4} == {3, 4}
    found = outcomes(frame(made, "guidance_summary"))
    assert (found["opted_out"], found["contacted_recently"]) == (1, 1)


@pytest.mark.usefixtures("without_limits")
def test_withholding_is_kept_and_never_offered_to_a_prepaid_meter() -> None:
    large = {1: {"bank_withholding": 12}, 2: {"counter": 12}, 3: {"counter": 12}}
    paid = payments(large, amount=60_000.0)  # above what WeChat, Alipay and the app take
    made = decided(warehouse(paid, customers=customers(is_prepaid=[2])))
    guided = frame(made, "channel_guidance").set_index("customer_id")["recommended_channel_code"]
    assert guided.to_dict() == {3: "bank_withholding"}
    assert outcomes(frame(made, "guidance_summary"))["kept_channel"] == 1


@pytest.mark.usefixtures("without_limits")
def test_a_channel_without_known_costs_is_neither_left_nor_recommended() -> None:
    habits = {1: {"cheque": 12}, 2: {"counter": 12}, 3: {"wechat": 12}}
    made = decided(warehouse(payments(habits)))
    assert frame(made, "channel_guidance")["customer_id"].tolist() == [2]
    assert outcomes(frame(made, "guidance_summary"))["present_cost_unknown"] == 1


@pytest.mark.parametrize(
    ("habits", "said"),
    [
        ({1: {"wechat": 12}}, "no second channel with known costs"),
        ({1: {"counter": 12}, 2: {"unknown": 3}}, "known costs: counter"),
    ],
)
def test_with_nothing_to_choose_from_the_tables_are_empty_and_say_why(
    habits: dict[int, dict[str, int]], said: str
) -> None:
    made = decided(warehouse(payments(habits)))
    assert all(table.rows is None and said in table.empty_because for table in made.tables.values())
    assert all(check.passed for check in made.checks.values())


def test_without_a_payment_nothing_is_decided() -> None:
    made = decided(warehouse(payments({1: {"wechat": 1}}).iloc[:0]))
    assert "no customer has a payment" in made.tables["channel_guidance"].empty_because


def test_limits_hold_and_everybody_is_accounted_for_in_a_crowd() -> None:
    made = decided(warehouse(payments(crowd(400))))
    guided, limits = frame(made, "channel_guidance"), frame(made, "guidance_limits")
    assert len(guided) <= 100
    assert guided["contact_cost_yuan"].sum() <= 0.012 * 400
    assert 1 <= guided["is_exploration"].sum() <= 5
    assert (guided["net_gain_yuan"] > 0).all()
    assert frame(made, "guidance_summary")["customers"].sum() == 400
    assert limits["duality_gap_pct"].max() < 2
    assert all(check.passed for check in made.checks.values()), made.checks


def test_the_same_day_decides_the_same() -> None:
    first, again = (frame(decided(warehouse(payments(crowd(200)))), "channel_guidance")
                    for _ in range(2))  # fmt: skip
    pd.testing.assert_frame_equal(first, again)


@pytest.mark.usefixtures("without_limits")
def test_a_full_channel_takes_nobody_and_an_incredible_capacity_limits_nobody() -> None:
    days = [AS_OF - timedelta(days=n) for n in range(28)]
    operated = pd.concat([
        pd.DataFrame({"channel_code": code, "site_code": "all", "operated_on": days,
                      "open_hours": 24, "staff": 1, "outage_minutes": 0, "queue_minutes": 0,
                      "capacity_payments": capacity})
        for code, capacity in (("wechat", 8.0), ("alipay", 0.0))
    ])  # fmt: skip
    habits = AT_COUNTER | ELSEWHERE | {20: {"alipay": 12}, 21: {"alipay": 12}}
    made = decided(warehouse(payments(habits), operations=operated))
    limits = frame(made, "guidance_limits").set_index("limit_of")
    assert limits.loc["wechat", "limit_value"] == 0
    assert pd.isna(limits.loc["alipay", "limit_value"])
    assert "not credible" in limits.loc["alipay", "note_en"]
    counter = frame(made, "channel_guidance").query("present_channel_code == 'counter'")
    assert set(counter["recommended_channel_code"]) == {"alipay"}


@pytest.mark.usefixtures("without_limits")
def test_readable_effects_of_campaigns_take_the_place_of_the_assumption() -> None:
    connection = warehouse(payments(AT_COUNTER | ELSEWHERE))
    connection.execute(
        """create table decided.campaign_effect as select * from (values
        ('c1', 1, 'wechat', 'sms', 'window', 'holdout', 'relocated', 'campaign', 'all',
            'difference', 0.06, 0.004, true),
        ('c1', 1, 'wechat', 'sms', 'window', 'holdout', 'paid', 'campaign', 'all',
            'difference', 0.50, 0.001, true),
        ('c2', 1, 'wechat', 'sms', 'window', 'holdout', 'relocated', 'campaign', 'all',
            'difference', 0.90, 0.001, false)
        ) as t (campaign_code, campaign_version, target_channel_code, contact_means, arm,
            against_arm, outcome, horizon, segment, estimator, effect, std_error, is_readable)"""
    )
    row = frame(decided(connection), "channel_guidance").set_index("customer_id").loc[1]
    weights = [0.012**-2, 0.004**-2]
    assert row["p_move"] == pytest.approx(
        (weights[0] * 0.02 + weights[1] * 0.06) / sum(weights), rel=1e-6
    )
    assert (row["p_move_basis"], row["is_p_move_assumed"]) == ("experiment", False)


@pytest.mark.usefixtures("without_limits")
def test_a_deployed_uplift_model_goes_before_the_assumption() -> None:
    connection = warehouse(payments(AT_COUNTER | ELSEWHERE | {20: {"alipay": 12}}))
    connection.execute(
        """create table decided.customer_uplift as select * from (values
        (1, 'alipay', 0.30, 0.20, 0.40, true), (2, 'alipay', 0.30, 0.20, 0.40, false)
        ) as t (customer_id, target_channel_code, uplift, uplift_low, uplift_high, is_deployed)"""
    )
    guided = frame(decided(connection), "channel_guidance").set_index("customer_id")
    assert guided.loc[1, "recommended_channel_code"] == "alipay"
    assert guided.loc[1, "p_move"] == pytest.approx(0.30)
    assert guided.loc[1, "p_move_basis"] == "uplift_model"
    assert guided.loc[2, "recommended_channel_code"] == "wechat"


def test_the_check_of_savings_finds_a_wrong_one() -> None:
    from dagster_project.lib.decisions.guidance.checks import checked
    from dagster_project.lib.models.spec import Work
    from dagster_project.settings import Settings

    connection = warehouse(payments(crowd(200)))
    made = decided(connection)
    guided = made.tables["channel_guidance"].rows
    assert isinstance(guided, pa.Table)
    place = guided.schema.get_field_index("saving_if_moved_yuan")
    wrong = guided.to_pandas()["saving_if_moved_yuan"].to_numpy(copy=True)
    wrong[3] += 0.5
    broken = guided.set_column(place, "saving_if_moved_yuan", pa.array(wrong))
    connection.register("guidance_rows", broken)
    work = Work(Settings(home=Path("nowhere")), connection, AS_OF, "")
    found = checked(
        work, broken, made.tables["guidance_summary"].rows, made.tables["guidance_limits"].rows
    )["savings_equal_recomputed_fees"]
    assert not found.passed
    assert found.metadata["rows_that_differ"] == 1
