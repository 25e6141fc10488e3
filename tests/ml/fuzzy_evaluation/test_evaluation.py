"""The whole evaluation: tables, invariances, small and bad data."""

from __future__ import annotations

from decimal import Decimal

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ml.fuzzy_evaluation import Said, evaluate
from tests.ml.fuzzy_evaluation.examples import (
    CHANNELS,
    SLOW_PROPERTY,
    answers,
    declaration,
    document,
    group,
    indicator,
    question,
    units,
)

DRAWS = 200
POOLED = group(
    "speed", indicator("fast", breakpoints="pooled quantiles"), indicator("late", "lower")
)
ASKED = group("service", question("liked"))
ANSWERS = {"agency": [1, 2, 7, 30, 60], "app": [30, 30, 20, 10, 10], "bank": [0, 0, 10, 50, 40],
           "counter": [5, 5, 10, 40, 40], "wechat": [0, 0, 0, 20, 80]}  # fmt: skip


def test_every_unit_and_month_has_a_row_with_memberships_score_rank_and_verdict() -> None:
    table = evaluate(units(), declaration(), draws=DRAWS).units
    assert len(table) == len(CHANNELS) * 3
    shares = table[["membership_excellent", "membership_good", "membership_fair",
                    "membership_poor"]]  # fmt: skip
    assert shares.sum(axis=1).to_numpy() == pytest.approx(np.ones(len(table)))
    assert table["score"].between(45, 95).all()
    assert table.groupby("period")["p_rank_1"].sum().to_numpy() == pytest.approx(np.ones(3))
    assert (table.groupby("period")["rank"].min() == 1).all()
    assert table["is_robust"].notna().all()
    assert table["reason_en"].str.match("(not )?robust").all()
    assert table["reason_zh"].str.match("不?稳健").all()


def test_a_grade_is_given_exactly_where_the_validity_index_reaches_a_half() -> None:
    table = evaluate(units(6), declaration(), draws=20).units
    assert (table["grade"].notna() == (table["grade_validity_index"] >= 0.5)).all()
    undecided = table[table["grade"].isna()]
    assert undecided["reason_en"].str.contains("no grade by maximum membership").all()
    assert undecided["reason_zh"].str.contains("最大隶属度原则失效").all()


def test_the_score_is_that_of_the_weights_table_on_the_memberships() -> None:
    frame = units(1)
    result = evaluate(frame, declaration(), draws=20)
    overall = result.weights.set_index("indicator")["weight_overall"]
    assert overall.sum() == pytest.approx(1)
    groups = result.groups.pivot(index="unit", columns="group", values="score")
    weights = result.weights.drop_duplicates("group").set_index("group")["group_weight"]
    by_hand = (groups * weights).sum(axis=1)
    assert result.units.set_index("unit")["score"].to_dict() == pytest.approx(by_hand.to_dict())


def test_the_same_seed_gives_the_same_tables() -> None:
    one, two = (evaluate(units(), declaration(), seed=4, draws=DRAWS) for _ in range(2))
    pd.testing.assert_frame_equal(one.units, two.units)
    pd.testing.assert_frame_equal(one.ranks, two.ranks)


@SLOW_PROPERTY
@given(st.permutations(range(10)))
def test_permuting_the_rows_changes_nothing(order: list[int]) -> None:
    frame = units(2)
    survey = answers(frame, "liked", ANSWERS)
    of = declaration(POOLED, ASKED)
    plain = evaluate(frame, of, survey, draws=50)
    shuffled = evaluate(frame.iloc[list(order)], of, survey.sample(frac=1, random_state=1),
                        draws=50)  # fmt: skip
    pd.testing.assert_frame_equal(plain.units, shuffled.units)


@SLOW_PROPERTY
@given(st.sampled_from([0.001, 0.5, 60.0, 1e4]))
def test_rescaling_an_indicator_with_its_breakpoints_changes_no_score(factor: float) -> None:
    frame = units(2)
    points = [factor * p for p in (10, 30, 50, 70, 90)]
    speed = group("speed", indicator("fast", breakpoints=points), indicator("late", "lower"))
    plain = group("speed", indicator("fast"), indicator("late", "lower"))
    before = evaluate(frame, declaration(plain), draws=20).units
    after = evaluate(frame.assign(fast=frame["fast"] * factor), declaration(speed), draws=20).units
    assert after["score"].to_numpy() == pytest.approx(before["score"].to_numpy())


def test_a_long_table_gives_the_same_as_a_wide_one() -> None:
    frame = units(2)
    long = frame.melt(["unit", "period"], var_name="indicator", value_name="value")
    wide, other = (evaluate(table, declaration(), draws=20).units for table in (frame, long))
    pd.testing.assert_frame_equal(wide, other)


def test_an_indicator_not_delivered_is_dropped_named_and_its_weight_shared_out() -> None:
    result = evaluate(units().drop(columns="late"), declaration(), draws=20)
    weights = result.weights.set_index("indicator")
    assert weights.loc["late", "is_dropped"]
    assert weights.loc["late", "weight_overall"] == 0
    assert weights["weight_overall"].sum() == pytest.approx(1)
    assert (result.units["dropped_indicators_en"] == "Late: payments not delivered").all()
    assert (result.units["dropped_indicators_zh"] == "指标late：payments 未提供").all()


def test_a_group_without_indicators_leaves_its_weight_to_the_others() -> None:
    result = evaluate(units().drop(columns=["fast", "late"]), declaration(), draws=20)
    weights = result.weights.drop_duplicates("group").set_index("group")["group_weight"]
    assert weights.to_dict() == {"speed": 0, "cost": pytest.approx(1)}


def test_a_value_missing_for_one_unit_is_named_for_that_unit_alone() -> None:
    frame = units(2)
    frame.loc[frame["unit"] == "app", "late"] = np.nan
    table = evaluate(frame, declaration(), draws=20).units.set_index("unit")
    assert table.loc["app", "dropped_indicators_en"].tolist() == ["graded without Late"] * 2
    assert table.drop("app")["dropped_indicators_en"].isna().all()
    assert table["score"].notna().all()


def test_a_unit_with_nothing_but_nan_is_refused_and_the_others_are_ranked() -> None:
    frame = units(2)
    frame.loc[frame["unit"] == "app", ["fast", "late", "dear", "liked"]] = np.nan
    table = evaluate(frame, declaration(), draws=20).units.set_index("unit")
    assert table.loc["app", "score"].isna().all()
    assert table.loc["app", "rank"].isna().all()
    assert table.loc["app", "reason_zh"].str.startswith("不予评价").all()
    assert table.drop("app")["rank"].notna().all()


def test_nothing_delivered_at_all_is_refused_for_every_unit() -> None:
    table = evaluate(units()[["unit", "period"]], declaration(), draws=20).units
    assert table["score"].isna().all()
    assert table["reason_en"].str.startswith("not evaluated").all()


def test_a_channel_with_three_payments_is_not_evaluated_and_moves_no_quantile() -> None:
    of = declaration(POOLED, minimum={"column": "payments", "at_least": 30})
    frame = units(2, payments=500)
    thin = frame.assign(payments=np.where(frame["unit"] == "app", 3, 500))
    table = evaluate(thin, of, draws=20).units.set_index("unit")
    assert table.loc["app", "score"].isna().all()
    assert (table.loc["app", "reason_en"] ==
            "not evaluated: payments 3, at least 30 expected").all()  # fmt: skip
    without = evaluate(frame[frame["unit"] != "app"], of, draws=20).units.set_index("unit")
    assert table.drop("app")["score"].to_numpy() == pytest.approx(without["score"].to_numpy())


def test_one_channel_has_a_score_but_no_rank_and_weights_by_judgement_where_data_give_none() -> (
    None
):
    result = evaluate(units(1, ("app",)), declaration(), draws=20)
    row = result.units.iloc[0]
    assert 45 <= row["score"] <= 95
    assert pd.isna(row["rank"])
    assert pd.isna(row["is_robust"])
    assert row["reason_en"].startswith("one unit only")
    assert result.ranks.empty
    assert result.weights["note_en"].str.startswith("weights by judgement (AHP) alone").all()


def test_one_unit_over_many_months_is_weighed_by_judgement_alone() -> None:
    result = evaluate(units(12, ("app",)), declaration(), draws=20)
    assert result.weights["weight_overall"].tolist() == [0.25] * 4
    assert result.weights["note_zh"].str.startswith("仅用判断权重").all()


def test_an_indicator_that_is_constant_on_a_standard_keeps_its_judged_weight_and_says_so() -> None:
    weights = evaluate(units(late=40.0), declaration(), draws=20).weights.set_index("indicator")
    assert weights.loc["late", "weight"] == pytest.approx(0.5)
    assert weights.loc["late", "note_en"].startswith("the same for all units")
    assert weights.drop("late")["note_en"].isna().all()


def test_decimals_and_nullable_integers_are_numbers() -> None:
    plain = units(1).round(0)
    exact = plain.assign(
        fast=[Decimal(int(v)) for v in plain["fast"]],
        late=plain["late"].astype("Int64"),
        period=plain["period"].dt.date,
    )
    one, two = (evaluate(frame, declaration(), draws=20).units for frame in (plain, exact))
    assert one["score"].to_numpy() == pytest.approx(two["score"].to_numpy())


def test_a_ranking_on_one_indicator_proves_no_robustness() -> None:
    table = evaluate(units(1), declaration(group("speed", indicator("fast"))), draws=20).units
    assert table["rank"].notna().all()
    assert table["is_robust"].isna().all()
    assert table["reason_en"].str.startswith("ranked on one indicator only").all()


def test_units_that_are_all_too_small_are_all_refused() -> None:
    of = declaration(POOLED, minimum={"column": "payments", "at_least": 30})
    payments = [3, 0, np.nan, 3, 3]
    table = evaluate(units(1, payments=payments), of, draws=20).units
    assert table["score"].isna().all()
    assert table["reason_en"].iloc[2] == "not evaluated: payments unknown"
    assert "Fast: no unit evaluated has it" in table["dropped_indicators_en"].iloc[0]


def test_two_channels_are_ranked() -> None:
    table = evaluate(units(1, ("app", "bank")), declaration(), draws=50).units
    assert sorted(table["rank"]) == [1, 2]
    assert table["rank_reversals"].isna().all()


def test_equal_channels_share_the_first_rank_and_none_is_robust() -> None:
    same = units(2, fast=40.0, late=40.0, dear=20.0, liked=55.0)
    table = evaluate(same, declaration(), draws=20).units
    assert (table["rank"] == 1).all()
    assert (table["is_robust"] == False).all()  # noqa: E712
    assert table["reason_en"].str.startswith("not robust: all units have the same score").all()


def test_a_constant_indicator_on_pooled_quantiles_is_dropped_with_its_reason() -> None:
    result = evaluate(units(2, fast=50.0), declaration(POOLED), draws=20)
    assert result.weights.set_index("indicator").loc["fast", "is_dropped"]
    assert (result.units["dropped_indicators_en"].iloc[0]
            == "Fast: the same for all, so its quantiles grade nobody")  # fmt: skip


def test_survey_answers_enter_as_shares_of_their_grades() -> None:
    frame = units(1)[["unit", "period"]]
    survey = answers(frame, "liked", ANSWERS)
    table = evaluate(frame, declaration(ASKED), survey, draws=DRAWS).units.set_index("unit")
    assert table.loc["agency", "membership_excellent"] == pytest.approx(0.6)
    assert table.loc["agency", "membership_poor"] == pytest.approx(0.03)
    assert table["rank"].idxmin() == "wechat"


def test_a_unit_that_was_not_asked_has_no_survey_membership() -> None:
    frame = units(1)
    survey = answers(frame, "liked", {k: v for k, v in ANSWERS.items() if k != "app"})
    table = evaluate(frame, declaration(POOLED, ASKED), survey, draws=50).units.set_index("unit")
    assert table.loc["app", "dropped_indicators_en"] == "graded without Liked"


def test_few_answers_make_the_ranks_less_certain() -> None:
    frame = units(1)[["unit", "period"]]
    chances = [
        evaluate(
            frame, declaration(ASKED),
            answers(frame, "liked", {u: [n * c for c in a] for u, a in ANSWERS.items()}),
            draws=2000,
        ).units["p_rank_1"].max()
        for n in (1, 100)
    ]  # fmt: skip
    assert chances[0] < chances[1]


def test_a_stricter_standard_lowers_and_a_looser_one_raises_the_score() -> None:
    frame = units(1)
    tau = evaluate(frame, declaration(), draws=20).units["tau_moved_breakpoints"]
    assert tau.between(-1, 1).all()
    strict = document()["groups"][0]["indicators"][0] | {"breakpoints": [18, 38, 58, 78, 98]}
    groups = (group("speed", strict), group("speed", indicator("fast")))
    low, high = (evaluate(frame, declaration(g, phi=1), draws=20).units["score"] for g in groups)
    assert (low <= high).all()


@pytest.mark.parametrize("operator", ["min-max", "product-max", "bounded-min-sum", "weighted-sum"])
def test_every_operator_gives_a_full_table(operator: str) -> None:
    table = evaluate(units(), declaration(operator=operator), draws=50).units
    assert table["score"].between(45, 95).all()
    is_linear = operator == "weighted-sum"
    assert table["smallest_weight_move"].notna().any() == is_linear


def test_values_older_than_24_months_make_no_quantiles() -> None:
    frame = units(30, CHANNELS[:2])
    is_old = frame["period"] < frame["period"].unique()[6]
    extreme = frame.assign(fast=frame["fast"].where(~is_old, 1e6))
    points = [
        evaluate(f, declaration(POOLED), draws=5).weights["breakpoints"].iloc[0]
        for f in (frame, extreme)
    ]
    assert points[0] == points[1]


def test_names_of_units_appear_in_the_reasons() -> None:
    names = {channel: Said(f"The {channel}", f"渠道{channel}") for channel in CHANNELS}
    table = evaluate(units(1), declaration(), draws=50, names=names).units
    first = table.loc[table["rank"] == 1, "unit"].iloc[0]
    assert f"The {first} stays first" in table["reason_en"].iloc[0]
    assert f"渠道{first}保持第一" in table["reason_zh"].iloc[0]


@pytest.mark.parametrize(
    ("frame", "says"),
    [
        (units().iloc[:0], "no units"),
        (units().drop(columns="period"), "columns \\['period'\\] expected"),
        (pd.concat([units(), units()]), "occurs twice"),
        (units(fast=np.inf), "fast of agency .* is infinite"),
        (units().assign(unit=None), "empty values in \\['unit'\\]"),
    ],
)
def test_frames_that_cannot_be_read_are_errors(frame: pd.DataFrame, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        evaluate(frame, declaration(), draws=20)


def test_a_declared_minimum_without_its_column_is_an_error() -> None:
    of = declaration(minimum={"column": "payments", "at_least": 30})
    with pytest.raises(ValueError, match="column payments is absent"):
        evaluate(units(), of, draws=20)
