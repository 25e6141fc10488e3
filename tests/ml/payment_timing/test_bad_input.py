"""Bad and small data: a clear error, or a stated refusal in both languages, never an accident."""

from __future__ import annotations

import numpy as np
import pytest

from ml.payment_timing.channel_choice import fit_dirichlet
from ml.payment_timing.contract import HORIZON
from ml.payment_timing.fitted import FittedTiming, fit
from ml.payment_timing.refusals import TOO_FEW_ORIGINS, TOO_FEW_PAYMENTS, Refusal
from ml.payment_timing.rolling import Origin
from ml.payment_timing.spells import spells
from ml.payment_timing.states import check_states, rows
from tests.ml.payment_timing.world import STRATA, World, origins, world


@pytest.fixture(scope="module")
def states(seen_origins: list[Origin]) -> dict[str, np.ndarray]:
    return dict(seen_origins[0].states)


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("gap_days_sum", np.nan, "gap_days_sum is NaN"),
        ("payment_days", -1.0, "payment_days is -1"),
        ("delay_bin_03", -2.0, "delay_bin_03 is -2"),
        ("delay_log_sum", -0.5, "delay_log_sum is -0.5"),
        ("last_amount_yuan", np.inf, "last_amount_yuan holds infinity"),
        ("next_bill_in", 0.0, "next_bill_in is below 1"),
    ],
)
def test_an_impossible_state_is_named(
    name: str, value: float, message: str, states: dict[str, np.ndarray]
) -> None:
    broken = {**states, name: np.where(np.arange(len(states[name])) == 3, value, states[name])}
    with pytest.raises(ValueError, match=message):
        check_states(broken)


def test_a_missing_column_is_named(states: dict[str, np.ndarray]) -> None:
    with pytest.raises(ValueError, match="lack 'cycle_days'"):
        check_states({name: values for name, values in states.items() if name != "cycle_days"})


def test_a_payment_before_its_origin_is_an_error(seen_origins: list[Origin]) -> None:
    first = seen_origins[0]
    with pytest.raises(ValueError, match="expected 1 or more"):
        spells(first.states, np.zeros(len(first.paid_in)))


def test_origins_out_of_order_are_an_error(seen_origins: list[Origin]) -> None:
    with pytest.raises(ValueError, match="expected ascending"):
        fit(seen_origins[:2][::-1], STRATA)


def test_all_censored_is_refused_in_both_languages(seen_origins: list[Origin]) -> None:
    unseen = [Origin(one.states, np.full(len(one.paid_in), np.nan)) for one in seen_origins]
    found = fit(unseen, STRATA)
    assert found == TOO_FEW_PAYMENTS
    assert isinstance(found, Refusal)
    assert found.zh
    assert found.en


def test_a_single_origin_is_refused(seen_origins: list[Origin]) -> None:
    assert fit(seen_origins[:1], STRATA) == TOO_FEW_ORIGINS


def test_a_hundred_households_give_a_sound_answer_with_remarks() -> None:
    small = origins(world(100, seed=8), 3, step=14)
    found = fit(small, STRATA)
    assert isinstance(found, FittedTiming)
    assert {remark.code for remark in found.remarks} == {"weights_not_proven", "not_recalibrated"}
    forecast = found.forecast(small[-1].states)
    assert ((forecast >= 0) & (forecast <= 1)).all()


@pytest.mark.parametrize("stratum", [0, 2])
def test_one_stratum_alone_can_be_fitted(stratum: int, seen_origins: list[Origin]) -> None:
    chosen = [
        Origin(rows(one.states, one.states["stratum"] == stratum),
               one.paid_in[one.states["stratum"] == stratum])
        for one in seen_origins[:3]
    ]  # fmt: skip
    found = fit(chosen, STRATA)
    assert isinstance(found, FittedTiming)
    assert not np.isnan(found.forecast(chosen[-1].states)).any()


def test_constant_gaps_zero_and_one_payment_are_forecast() -> None:
    day = 19_740 + 30 * np.arange(22)
    regular = np.repeat(np.arange(60), 22)
    made = World(
        np.array([2] * 60 + [0, 0, 2, 2]),
        np.concatenate([regular, [60, 62]]),
        np.concatenate([np.tile(day, 60), [20_000, 20_000]]),
    )
    seen = origins(made, 3)
    found = fit(seen, STRATA)
    assert isinstance(found, FittedTiming)
    table = found.score(seen[-1].states).to_pylist()
    assert all(row["p_pay_28"] is not None for row in table)
    assert [row["basis"] for row in table[-4:]] == [0, 1, 0, 1]


def test_extreme_amounts_do_not_break_the_forecast(
    fitted: FittedTiming, seen_origins: list[Origin]
) -> None:
    states = dict(seen_origins[-1].states)
    for name in ("gap_amount_sum", "last_amount_yuan"):
        states[name] = states[name] * 1e9
    states["gap_amount_square_per_day_sum"] = states["gap_amount_square_per_day_sum"] * 1e18
    assert np.isfinite(fitted.forecast(states)).all()


def test_nobody_known_at_all_is_refused_by_row(
    fitted: FittedTiming, seen_origins: list[Origin]
) -> None:
    states = rows(seen_origins[-1].states, slice(0, 4))
    for name in states:
        if name not in ("origin_day", "stratum"):
            missing = name.startswith(("days_since", "last_", "open_", "next_", "cycle", "balance"))
            states[name] = np.full(4, np.nan if missing else 0.0)
    states["stratum"] = np.array([-1.0, 0.0, 2.0, -1.0])
    found = fitted.score(states).to_pylist()
    assert [row["basis"] for row in found] == [2, 1, 1, 2]
    assert found[0]["median_in_days"] is None
    assert found[0]["p_pay_28"] is None
    assert 0 < found[1]["p_pay_28"] < 1


def test_negative_channel_counts_are_an_error() -> None:
    with pytest.raises(ValueError, match="negative or NaN"):
        fit_dirichlet(np.zeros(2, dtype=np.int64), np.array([[1.0, -1.0], [0.0, np.nan]]), 1)


def test_no_forecast_reaches_beyond_the_horizon_in_silence(
    fitted: FittedTiming, seen_origins: list[Origin]
) -> None:
    table = fitted.score(seen_origins[-1].states)
    for level in (50, 80, 95):
        end = table[f"window_{level}_to"].to_pylist()
        assert all(day is None or 1 <= day <= HORIZON for day in end)
