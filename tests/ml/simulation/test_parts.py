"""Single parts of the simulator: texts, contract terms, calendar, balances."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import pytest

from ml.simulation.channels.contracts import (
    DEFAULT_TERMS,
    ContractTerms,
    read_terms,
    terms_on,
)
from ml.simulation.codes import concat, in_order_of_time
from ml.simulation.delivery.texts import digits, money, plain, tenths
from ml.simulation.horizon import LEAD, Horizon
from ml.simulation.people.population import customer_numbers

SEED_FILE = Path(__file__).parents[3] / "dbt" / "seeds" / "channel_contracts.csv"


def shown(texts: np.ndarray) -> list[str]:
    return [text.replace(b"\0", b"").decode() for text in texts.tolist()]


def test_money_is_written_in_yuan_with_two_decimals() -> None:
    fen = np.array([0, 5, 123, 1_000_000, 1_000_005, -4_250, 100_000_000, 999_999_999_999 // 100])
    assert shown(money(fen)) == [f"{value / 100:.2f}" for value in fen]


def test_whole_numbers_keep_inner_zeros() -> None:
    values = np.array([0, 7, 9_999, 10_000, 10_007, 12_345_678])
    assert shown(plain(values)) == [str(value) for value in values]
    assert shown(digits(values, 10)) == [f"{value:010d}" for value in values]
    assert shown(tenths(values)) == [f"{value / 10:.1f}" for value in values]


def test_customer_numbers_are_unique_and_have_ten_digits() -> None:
    numbers = customer_numbers(np.arange(200_000))
    assert len(np.unique(numbers)) == 200_000
    assert 10**9 <= numbers.min() <= numbers.max() < 10**10


def test_default_terms_are_those_of_the_seed() -> None:
    assert set(read_terms(SEED_FILE)) == set(DEFAULT_TERMS)


@pytest.mark.parametrize(
    ("terms", "fen", "fee"),
    [
        (ContractTerms("wechat", rate_pct=0.6), 10_000, 0.60),
        (ContractTerms("wechat", rate_pct=0.6), 250, 0.02),  # 0.015 is rounded half-up
        (ContractTerms("wechat", rate_pct=0.38, floor_yuan=0.01, cap_yuan=25), 10, 0.01),
        (ContractTerms("wechat", rate_pct=0.38, floor_yuan=0.01, cap_yuan=25), 10**9, 25.0),
        (ContractTerms("agency", fixed_fee_yuan=1.0), 123, 1.0),
    ],
)
def test_fees_follow_the_terms(terms: ContractTerms, fen: int, fee: float) -> None:
    assert terms.fee_yuan(np.array([fen])).tolist() == [fee]


@pytest.mark.parametrize(
    ("day", "month_yuan", "rate"),
    [
        (date(2025, 6, 30), 9e6, 0.6),
        (date(2025, 7, 1), 4_999_999.99, 0.38),
        (date(2025, 7, 1), 5e6, 0.2),
    ],
)
def test_the_tier_of_the_valid_contract_applies(day: date, month_yuan: float, rate: float) -> None:
    found = terms_on(DEFAULT_TERMS, "wechat", day, month_yuan)
    assert found is not None
    assert found.rate_pct == rate


def test_make_up_workdays_are_worked_and_new_year_is_not() -> None:
    horizon = Horizon(date(2025, 12, 31), 12)
    worked = horizon.is_workday
    assert worked[horizon.number(date(2025, 1, 26)) + LEAD]  # a Sunday
    assert not worked[horizon.number(date(2025, 1, 29)) + LEAD]  # lunar New Year
    after = horizon.next_workday[horizon.number(date(2025, 1, 29)) + LEAD]
    assert horizon.date_of(int(after)) == date(2025, 2, 5)


def test_equal_times_keep_their_order() -> None:
    rows = {"day": np.array([1, 0, 1, 0]), "second": np.array([5, 9, 5, 9]), "row": np.arange(4)}
    assert in_order_of_time(rows)["row"].tolist() == [1, 3, 0, 2]
    assert concat([rows, rows])["row"].tolist() == [0, 1, 2, 3, 0, 1, 2, 3]
