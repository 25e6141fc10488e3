"""Small data through whole runs: every family answers soundly, or says why it cannot."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from tests.builders import SHARED, deliver, needs_real_data, payment, payments
from tests.integration.runs import published, run

FAMILIES = {"payment_timing", "forecasting", "segmentation", "fuzzy_evaluation"}
FED = {
    "payment_timing": "payment_windows", "forecasting": "payment_forecast",
    "segmentation": "customer_segments", "fuzzy_evaluation": "channel_evaluation",
}  # fmt: skip
FIRST = date(2025, 3, 1)
VERDICTS = """
select distinct model, decision, reason_en, reason_zh from business_application.model_validation
where decision is not null
"""
FOLLOWED = """
select distinct reason_en, reason_zh from business_application.model_validation
where decision is null
"""


def assert_every_family_answers(home: Path) -> dict[str, str]:
    """Each family was judged once, with a reason; what it feeds is filled or empty accordingly."""
    rows = published(home, VERDICTS)
    decisions = {model: decision for model, decision, _, _ in rows}
    assert len(rows) == len(FAMILIES)
    assert decisions.keys() == FAMILIES
    for model, decision, english, chinese in rows:
        assert english, model
        assert chinese, model
        [(fed,)] = published(home, f"select count(*) from business_application.{FED[model]}")
        assert (fed > 0) is (decision == "promoted"), model
    assert all(said for row in published(home, FOLLOWED) for said in row)
    return decisions


def two_weeks() -> str:
    """Forty customers who pay one to three times within two weeks, all through one channel."""
    lines = [
        payment(
            40 * turn + customer,
            customer_no=f"{1000000000 + customer}",
            paid_at=f"{FIRST + timedelta(days=(customer + 5 * turn) % 14)} {8 + customer % 12:02d}"
            ":15:00",
            amount_yuan=f"{40 + 3 * customer}.50",
        )
        for turn in range(3)
        for customer in range(40)
        if customer % 3 >= turn
    ]
    return payments(*lines)


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(two_weeks(), id="one channel and two weeks"),
        pytest.param(payments(*(payment(n) for n in (1, 2, 3))), id="three payments"),
    ],
)
def test_a_home_with_few_payments_is_published_with_answers_or_refusals(
    tmp_path: Path, content: str
) -> None:
    deliver(tmp_path, {"payments_20250331.csv": content})
    run(tmp_path, "run")
    decisions = assert_every_family_answers(tmp_path)
    assert decisions["payment_timing"] == decisions["forecasting"] == "refused"


@needs_real_data
def test_a_hundred_households_without_bills_and_channels_are_answered_for(tmp_path: Path) -> None:
    folder = SHARED / "electricity_households"
    run(tmp_path, "run", "--profile", "electricity_households", "--deliveries", str(folder))
    assert_every_family_answers(tmp_path)
