"""Properties of landing, for any small payments file with any faults in it."""

from __future__ import annotations

import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.builders import HEADER, assert_balanced, land, ledger, payment, query

FILE, PART = "payments_20250331.csv", "payments_20250331_b.csv"
ROWS = "select * exclude (delivery_id, source_line) from {payments} order by all"
FEW = settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
WORDS = st.text(st.characters(codec="utf-8", exclude_characters="\r\n"), max_size=8)
CHANGES = st.fixed_dictionaries(
    {},
    optional={
        "payment_no": st.sampled_from(["", "P000001", " 7 ", "007"]),
        "customer_no": st.sampled_from(["", "1000000001", "李四"]),
        "paid_at": st.sampled_from(["", "2025-02-29 10:00:00", "2026-01-01 00:00:00", "now"]),
        "amount_yuan": st.one_of(st.sampled_from(["-1", "1e3", "1.005", "nan", "99999999999"]),
                                 st.decimals(0, 1000, places=2).map(str)),
        "channel_code": st.one_of(st.sampled_from(["app", "pigeon", '"', "=1+1"]), WORDS),
    },
)  # fmt: skip
DAYS = st.sampled_from(["2025-03-09", "2025-03-10", "2025-03-11"])
GOOD_OR_BAD = st.builds(
    lambda number, day, changes: payment(number, day, **changes), st.integers(1, 6), DAYS, CHANGES
)
LINES = st.lists(st.one_of(GOOD_OR_BAD, WORDS, st.just("")), max_size=12)
UNIQUE = st.lists(
    st.tuples(st.integers(1, 99), DAYS, st.decimals(0, 1000, places=2)),
    unique_by=lambda row: row[0],
    min_size=1,
    max_size=10,
).map(lambda rows: [payment(n, day, amount_yuan=str(amount)) for n, day, amount in rows])


@contextmanager
def _home() -> Any:
    with tempfile.TemporaryDirectory() as folder:
        yield Path(folder)


@pytest.fixture(autouse=True)
def _one_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JIAOFEI_PSEUDONYM_KEY", "5a" * 32)


def _file(lines: list[str], encoding: str = "utf-8") -> bytes:
    return "\n".join([HEADER, *lines, ""]).encode(encoding, "replace")


@given(lines=LINES, encoding=st.sampled_from(["utf-8", "gb18030", "utf-8-sig"]))
@FEW
def test_every_delivered_row_is_accounted_for_and_landing_again_changes_nothing(
    lines: list[str], encoding: str
) -> None:
    with _home() as home:
        land(home, {FILE: _file(lines, encoding)})
        assert_balanced(home)
        entry, rows = ledger(home)[FILE], query(home, ROWS)
        filled = sum(1 for line in lines if line.strip(" ,"))
        assert entry["rows_delivered"] >= filled - sum("\x00" in line for line in lines)
        assert entry["rows_loaded"] == len(rows)
        assert land(home, {}).entries == []
        assert query(home, ROWS) == rows


@given(lines=UNIQUE, data=st.data())
@FEW
def test_a_file_in_two_parts_gives_the_same_rows(lines: list[str], data: st.DataObject) -> None:
    cut = data.draw(st.integers(0, len(lines)))
    with _home() as whole, _home() as parts:
        land(whole, {FILE: _file(lines)})
        land(parts, {FILE: _file(lines[:cut]), PART: _file(lines[cut:])})
        assert_balanced(parts)
        assert query(parts, ROWS) == query(whole, ROWS)


@given(first=LINES, second=LINES)
@FEW
def test_a_redelivery_leaves_only_its_own_rows(first: list[str], second: list[str]) -> None:
    with _home() as twice, _home() as once:
        land(twice, {FILE: _file(first)})
        land(twice, {FILE: _file(second)})
        land(once, {FILE: _file(second)})
        assert_balanced(twice)
        assert query(twice, ROWS) == query(once, ROWS)
