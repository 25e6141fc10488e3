"""Aggregates of a round: they add up to the payments, and say what holds a channel back."""

from __future__ import annotations

from datetime import timedelta

import pandas as pd
import pytest

from tests.decisions.guidance.world import AS_OF, crowd, decided, frame, payments, warehouse


def operations(code: str, site: str, **figures: float) -> pd.DataFrame:
    days = [AS_OF - timedelta(days=n) for n in range(28)]
    usual = {"open_hours": 8.0, "staff": 2.0, "outage_minutes": 0.0, "queue_minutes": 4.0,
             "capacity_payments": 960.0}  # fmt: skip
    return pd.DataFrame({"channel_code": code, "site_code": site, "operated_on": days}).assign(
        **(usual | figures)
    )


def test_relief_adds_up_to_the_counters_payments_and_to_what_moves() -> None:
    paid = payments(crowd(300))
    made = decided(warehouse(paid))
    relief, guided = frame(made, "counter_relief"), frame(made, "channel_guidance")
    at_counter = paid[paid["channel_code"] == "counter"]
    assert relief["payments"].sum() == len(at_counter)
    assert (relief["guided_payments"] <= relief["movable_payments"]).all()
    moved = at_counter.merge(guided, on="customer_id")
    assert relief["guided_payments"].sum() == len(moved)
    assert relief["expected_moved_payments"].sum() == pytest.approx(
        (moved["p_move"] * moved["retention"]).sum()
    )


def test_a_payment_frees_the_minutes_of_a_full_hall() -> None:
    made = decided(
        warehouse(payments(crowd(100)), operations=operations("counter", "R01-counter-1"))
    )
    relief = frame(made, "counter_relief").set_index("region_code")
    here = relief.loc[["R01"]]
    assert here["staff_minutes_per_payment"].unique() == pytest.approx([60 * 2 * 8 / 960])
    assert here["freed_staff_minutes"].sum() == pytest.approx(here["expected_moved_payments"].sum())
    assert "staff minutes" in relief.loc[["R02"], "not_available"].iloc[0]


def test_a_home_without_counters_has_no_relief_and_says_so() -> None:
    habits = {n: {"wechat": 12} if n % 2 else {"kiosk": 12} for n in range(1, 20)}
    made = decided(warehouse(payments(habits)))
    assert made.tables["counter_relief"].rows is None
    assert "no payment at a counter" in made.tables["counter_relief"].empty_because


def test_headroom_covers_every_cell_of_the_own_channels_but_the_counters() -> None:
    paid = payments(crowd(600))
    made = decided(warehouse(paid))
    headroom = frame(made, "own_channel_headroom")
    assert set(headroom["channel_code"]) == {"app", "kiosk"}
    assert headroom.groupby("channel_code")["payments"].sum().to_dict() == {
        "app": len(paid), "kiosk": len(paid),
    }  # fmt: skip
    assert headroom["channel_payments"].sum() == paid["channel_code"].isin(["app", "kiosk"]).sum()
    assert (headroom["headroom_payments"] <= headroom["reachable_payments"] + 1e-9).all()
    assert (headroom["gain_payments"] >= 0).all()


@pytest.mark.parametrize(
    ("figures", "visits", "expected"),
    [
        ({"outage_minutes": 30.0}, 0, "outages"),
        ({"capacity_payments": 120.0}, 0, "capacity"),
        ({}, 40, "conversion"),
        ({}, 0, "reach"),
    ],
)
def test_what_holds_the_app_back_is_what_falls_shortest_of_its_bar(
    figures: dict[str, float], visits: int, expected: str
) -> None:
    seen = pd.DataFrame({"customer_id": range(1, visits + 1)}).assign(
        channel_code="app", visited_on=AS_OF, furthest_step="opened"
    )
    seen.loc[: visits // 2, "furthest_step"] = "payment_succeeded"
    made = decided(
        warehouse(payments(crowd(600)), visits=seen, operations=operations("app", "all", **figures))
    )
    app = frame(made, "own_channel_headroom").query("channel_code == 'app'")
    short = app[app["reachable_payments"] >= 1]
    assert len(short) > 0
    assert set(short["held_back_by"]) == {expected}
    assert short["action_code"].notna().all()
    assert (short["gain_payments"] <= short["reachable_payments"] + 1e-9).all()
