"""Landing of data that nobody here made; the figures are those of the data sets' descriptions."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from dagster_project.lib.deliveries.session import land_deliveries
from dagster_project.settings import load_settings
from tests.builders import AS_OF, SHARED, assert_balanced, counts, ledger, needs_real_data, query

pytestmark = needs_real_data
ENCODINGS = ("cph.csv", "cph.xlsx", "customer_pay_habbit.csv", "RjbPowerRecord.csv")
DIARY = {
    "online_banking": 402, "cheque": 303, "bank_account": 239, "debit_card": 220, "cash": 91,
    "credit_card": 64, "prepaid_card": 14, "other": 13, "money_order": 9, "account_to_account": 7,
    "income_deduction": 6, "unknown": 2, "mobile_phone": 1, "app": 1,
}  # fmt: skip


def _land(home: Path, file: str, profile: str) -> None:
    settings = load_settings(home)
    land_deliveries(settings, as_of=AS_OF, folder=SHARED / file, only_profile=profile)
    assert_balanced(home)


def test_the_households_are_equal_in_all_four_encodings(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JIAOFEI_PSEUDONYM_KEY", "5a" * 32)
    landed = []
    for file in ENCODINGS:
        home = tmp_path / file
        _land(home, f"electricity_households/{file}", "electricity_households")
        assert counts(ledger(home)[file]) == (664, 664, 0, 0)
        landed.append(
            query(
                home,
                "select payment_id, customer_id, paid_on, amount_yuan from {payments} order by all",
            )
        )
    assert landed[1:] == landed[:1] * 3
    customers = {row[1] for row in landed[0]}
    total = sum((row[3] for row in landed[0]), Decimal(0))
    assert len(customers) == 100
    assert Decimal(len(landed[0])) / 100 == Decimal("6.64")
    assert total / 100 == Decimal("705.24")


def test_the_whole_folder_of_households_is_one_table(tmp_path: Path) -> None:
    _land(tmp_path, "electricity_households", "electricity_households")
    assert query(tmp_path, "select count(*) from {payments}") == [(664,)]
    loaded = {name: counts(entry)[1:3] for name, entry in ledger(tmp_path).items()}
    assert sorted(loaded.values()) == [(0, 664)] * 3 + [(664, 0)]


def test_the_diary_is_filtered_and_counted_by_channel(tmp_path: Path) -> None:
    _land(tmp_path, "payment_diary", "payment_diary")
    [entry] = ledger(tmp_path).values()
    assert counts(entry) == (40_649, 1_372, 0, 39_277)
    assert entry["quarantine_reasons"] == "missing_value=8; out_of_scope=39269"
    found = query(tmp_path, "select channel_code, count(*) from {payments} group by 1")
    assert dict(found) == DIARY
    [(zero, untimed)] = query(
        tmp_path,
        "select count(*) filter (amount_yuan = 0), count(*) filter (paid_at is null) "
        "from {payments}",
    )
    assert (zero, untimed) == (1, 419)  # 427 of 1,380; the 8 without a day have no clock either
