"""What profiles declare: which files they read, and how a column comes about."""

from __future__ import annotations

import unicodedata
from pathlib import Path
from typing import Any

import pytest

from dagster_project.lib.deliveries.discovery import find_deliveries
from dagster_project.lib.deliveries.profiles import load_profiles
from dagster_project.settings import load_settings
from tests.builders import assert_balanced, counts, land, ledger, query

SHIPPED = load_profiles(load_settings(Path("no home")))
BASE = """
name: mine
source: payments
description: {en: x, zh: x}
files: 'mine_(?P<delivered_on>\\d{8})\\.csv'
"""


@pytest.mark.parametrize(
    ("file", "profile", "delivered_on"),
    [
        ("payments_20250331.csv.gz", "standard_payments", "2025-03-31"),
        ("payments_202502.csv", "standard_payments", "2025-02-28"),
        ("ELEC02_20250331_b.txt.gz", "bank_withholding_result", "2025-03-31"),
        ("wechat_trade_20210128.csv", "wechat_trade", "2021-01-28"),
        ("20882111111111110156_20190916.csv.zip", "alipay_trade", "2019-09-16"),
        ("20882111111111110156_20190916_业务明细.csv", "alipay_trade", "2019-09-16"),
        ("95598_20250331.csv", "hotline_95598", "2025-03-31"),
        ("cph.csv", "electricity_households", "2019-12-31"),
    ],
)
def test_a_file_is_read_with_the_profile_of_its_name(
    tmp_path: Path, file: str, profile: str, delivered_on: str
) -> None:
    (tmp_path / file).touch()
    [found] = find_deliveries(tmp_path, SHIPPED)
    assert found.profile
    assert found.profile.name == profile
    assert str(found.delivered_on) == delivered_on


@pytest.mark.parametrize("profile", SHIPPED, ids=lambda profile: profile.name)
def test_every_profile_is_described_in_both_languages(profile: Any) -> None:
    assert set(profile.description) == {"en", "zh"}
    for text in profile.description.values():  # YAML cuts an unquoted text at a number sign
        plain = unicodedata.normalize("NFKC", text)
        assert plain.count("(") == plain.count(")")


def _land(home: Path, declared: str, content: str) -> dict[str, Any]:
    (home / "profiles").mkdir()
    (home / "profiles" / "mine.yaml").write_text(BASE + declared)
    land(home, {"mine_20250331.csv": content})
    assert_balanced(home)
    return ledger(home)["mine_20250331.csv"]


def test_fen_become_yuan_exactly_and_parts_of_a_fen_are_refused(tmp_path: Path) -> None:
    declared = "columns: {customer_no: c, paid_on: d, amount_yuan: {from: a, unit: fen}}\n"
    fens = ["0", "1", "99", "100", "000000008850", "999999999", "10.00", "8850.5", "-1", "x"]
    rows = [f"{number},2025-03-10,{fen}" for number, fen in enumerate(fens)]
    entry = _land(tmp_path, declared, "\n".join(["c,d,a", *rows]) + "\n")
    assert counts(entry) == (10, 7, 0, 3)
    assert entry["quarantine_reasons"] == "invalid_amount=1; negative_amount=1; too_many_decimals=1"
    found = query(tmp_path, "select amount_yuan::varchar from {payments} order by source_line")
    assert [row[0] for row in found] == [
        "0.00", "0.01", "0.99", "1.00", "88.50", "9999999.99", "0.10"
    ]  # fmt: skip


def test_codes_constants_and_a_second_heading_fill_columns(tmp_path: Path) -> None:
    declared = """
columns:
  payment_no: {from: own, nulls: ['0'], otherwise: theirs}
  customer_no: c
  paid_on: d
  amount_yuan: {from: a, minus: back}
  payment_status: {from: s, codes: {成功: success, 撤销: reversed}}
constants: {channel_code: kiosk}
"""
    content = (
        "own,theirs,c,d,a,back,s\n"
        "0,7,1,2025-03-10,5.00,,成功\n"
        "8,9,2,2025-03-10,5.00,1.50,撤销\n"
        "10,9,3,2025-03-10,5.00,much,成功\n"
    )
    entry = _land(tmp_path, declared, content)
    assert entry["quarantine_reasons"] == "invalid_amount=1"
    found = query(
        tmp_path,
        "select payment_id, amount_yuan::varchar, payment_status, channel_code from {payments} "
        "order by 1",
    )
    assert found == [(7, "5.00", "success", "kiosk"), (8, "3.50", "reversed", "kiosk")]


def test_values_behind_a_delimiter_of_two_characters_may_hold_either(tmp_path: Path) -> None:
    declared = (
        'delimiter: ",`"\nstrip: " `"\ncolumns: {customer_no: c, paid_on: d, amount_yuan: a}\n'
    )
    content = 'c,d,a,note\n`1,`2025-03-10,`5.00,`a, "b\n`2,`2025-03-10,`5.00,`c,`d\n'
    entry = _land(tmp_path, declared, content)
    assert counts(entry) == (2, 1, 0, 1)
    assert entry["quarantine_reasons"] == "wrong_field_count=1"
