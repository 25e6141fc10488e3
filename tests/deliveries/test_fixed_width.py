"""Files of fixed width in bytes: cut, then decoded; example: bank withholding."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dagster_project.lib.deliveries.reading.fixed_width import Record, RecordCutter
from dagster_project.lib.deliveries.reading.markers import ASIDE_LINE
from tests.builders import assert_balanced, counts, land, ledger, query
from tests.deliveries.bank_files import FILE, bank_file, detail

DEBITS = ((8850, "1"), (5, "1"), (12000, "2"))


def _land(home: Path, content: bytes) -> dict[str, object]:
    land(home, {FILE: content})
    assert_balanced(home)
    return ledger(home)[FILE]


@pytest.mark.parametrize("line_end", [b"\n", b"\r\n"])
def test_a_withholding_result_lands_with_fen_as_exact_yuan(tmp_path: Path, line_end: bytes) -> None:
    entry = _land(tmp_path, bank_file(*DEBITS).replace(b"\n", line_end))
    assert entry["profile"] == "bank_withholding_result"
    assert counts(entry) == (3, 3, 0, 0)
    found = query(
        tmp_path,
        "select source_line, amount_yuan, payment_status, channel_code, settlement_means, "
        "paid_at::varchar from {payments} order by 1",
    )
    assert [row[:3] for row in found] == [
        (2, Decimal("88.50"), "success"),
        (3, Decimal("0.05"), "success"),
        (4, Decimal("120.00"), "failed"),
    ]
    assert {row[3:] for row in found} == {
        ("bank_withholding", "direct_debit", "2025-03-10 09:30:00")
    }


def test_a_record_of_another_length_is_quarantined_and_its_text_hidden(tmp_path: Path) -> None:
    lines = [detail(1), detail(2)[:-7], detail(3, 5), b"", detail(4)]
    header = {"总笔数": "4", "总金额": "17705", "成功笔数": "3", "成功金额": "17705",
              "失败笔数": "0", "失败金额": "0"}  # fmt: skip
    entry = _land(tmp_path, bank_file(lines=lines, **header))
    assert counts(entry) == (4, 3, 0, 1)
    [row] = query(tmp_path, "select line, reason, value from {quarantine}")
    assert row[:2] == (3, "wrong_record_length")
    assert "电器" not in row[2]


def test_half_a_character_spoils_its_own_field_only(tmp_path: Path) -> None:
    half = detail(2).replace("维修部".encode("gb18030"), "维修部".encode("gb18030")[:5] + b" ")
    lines = [detail(1), half, detail(3)]
    totals = {"总笔数": "3", "总金额": "26550", "成功笔数": "3", "成功金额": "26550"}
    entry = _land(tmp_path, bank_file(lines=lines, **totals))
    assert counts(entry) == (3, 3, 0, 0)  # the name is not landed


def test_an_unknown_result_is_quarantined(tmp_path: Path) -> None:
    totals = {"总笔数": "2", "总金额": "17700", "成功笔数": "1", "成功金额": "8850"}
    entry = _land(tmp_path, bank_file(lines=[detail(1), detail(2, flag="7")], **totals))
    assert counts(entry) == (2, 1, 0, 1)
    assert entry["quarantine_reasons"] == "unknown_code=1"


def test_a_header_of_another_length_rejects_the_file(tmp_path: Path) -> None:
    entry = _land(tmp_path, b"short\n" + bank_file(*DEBITS).partition(b"\n")[2])
    assert (entry["status"], entry["quarantine_reasons"]) == ("rejected", "invalid_header=0")
    assert "the header record has 5 bytes; the profile expects 281" in str(entry["message"])


def test_an_empty_file_is_rejected_as_empty(tmp_path: Path) -> None:
    assert _land(tmp_path, b"")["quarantine_reasons"] == "empty_file=0"


def test_records_are_cut_with_gaps_and_the_trailer_is_told_by_its_beginning() -> None:
    record, end = Record({"a": 2, "b": 3}, gap=1), Record({"mark": 1, "n": 5}, starts_with="9")
    cutter = RecordCutter("x", "gb18030", record, trailer=end)
    assert record.length == end.length == 6
    block = "电 abc\nzz 123\n900002\n".encode("gb18030")
    cut = cutter.cut(block).decode("gb18030")
    assert cut == "电\x1cabc\nzz\x1c123\n" + ASIDE_LINE.decode()
    assert cutter.named == {"mark": "9", "n": "00002"}


@given(
    lines=st.lists(
        st.one_of(
            st.just("电abc".encode("gb18030")), st.just(b"9trail"), st.binary(max_size=7)
        ).filter(lambda line: not {b"\n"[0], b"\r"[0]} & set(line)),
        max_size=8,
    ),
    cut=st.integers(0, 8),
)
def test_every_line_stays_a_line_however_the_file_falls_into_blocks(
    lines: list[bytes], cut: int
) -> None:
    def cut_into(*blocks: list[bytes]) -> bytes:
        trailer = Record({"t": 6}, starts_with="9")
        cutter = RecordCutter("x", "gb18030", Record({"a": 2, "b": 3}), trailer=trailer)
        return b"".join(cutter.cut(b"".join(line + b"\n" for line in b)) for b in blocks)

    whole = cut_into(lines)
    assert whole == cut_into(lines[:cut], lines[cut:])
    found = whole.split(b"\n")[:-1]
    assert len(found) == len(lines)
    for line, out in zip(lines, found, strict=True):
        if len(line) == 5:
            assert out == line[:2] + b"\x1c" + line[2:]
        elif line[:1] == b"9" and len(line) == 6:
            assert out + b"\n" == ASIDE_LINE
        else:
            assert not line.strip() or out.startswith(b"\x1ewrong_record_length")
