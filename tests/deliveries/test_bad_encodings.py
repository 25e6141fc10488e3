"""Files in another encoding than declared, or with a character cut in half."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.builders import HEADER, counts, payment, payments, query
from tests.deliveries.beside import GOOD, land_beside


def test_half_a_character_spoils_its_row_only(tmp_path: Path) -> None:
    bad = payment(2, channel_code="微").encode()[:-1]
    content = b"\n".join([HEADER.encode(), GOOD.encode(), bad, payment(3).encode()]) + b"\n"
    entry = land_beside(tmp_path, content)
    assert counts(entry) == (3, 2, 0, 1)
    assert entry["quarantine_reasons"] == "undecodable_character=1"
    assert query(tmp_path, "select line, column_name from {quarantine}") == [(3, "channel_code")]


def test_a_file_that_ends_in_half_a_character_loses_its_last_row_only(tmp_path: Path) -> None:
    entry = land_beside(tmp_path, payments(GOOD, payment(2, channel_code="微信")).encode()[:-3])
    assert counts(entry) == (2, 1, 0, 1)
    assert entry["quarantine_reasons"] == "undecodable_character=1"


def test_gbk_delivered_as_utf8_says_so(tmp_path: Path) -> None:
    header = "缴费单号,用户编号,缴费时间,缴费金额,缴费渠道"
    entry = land_beside(tmp_path, payments(GOOD, header=header).encode("gb18030"))
    assert counts(entry) == (1, 0, 0, 1)
    assert entry["quarantine_reasons"].startswith("missing_column")
    assert "if it is gb18030, say so in the profile" in entry["message"]
    assert "若为 gb18030，请在配置中注明" in entry["message"]


def test_gbk_values_under_a_plain_header_are_quarantined_one_by_one(tmp_path: Path) -> None:
    content = payments(GOOD, payment(2, channel_code="微信")).encode("gb18030")
    entry = land_beside(tmp_path, content)
    assert counts(entry) == (2, 1, 0, 1)
    assert entry["quarantine_reasons"] == "undecodable_character=1"
    assert "gb18030" in entry["message"]


def test_utf8_read_as_gb18030_loads_nothing_by_mistake(tmp_path: Path) -> None:
    content = "工单编号,用户编号,受理时间,投诉类型\n1,1000000001,2025-03-10 09:00,服务投诉\n"
    entry = land_beside(tmp_path, content, "95598_20250331.csv")
    assert counts(entry) == (1, 0, 0, 1)
    assert entry["quarantine_reasons"].startswith("missing_column")


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-8"])
def test_a_byte_order_mark_is_no_part_of_the_first_heading(tmp_path: Path, encoding: str) -> None:
    assert counts(land_beside(tmp_path, payments(GOOD).encode(encoding))) == (1, 1, 0, 0)
