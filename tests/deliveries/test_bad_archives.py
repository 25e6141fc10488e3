"""Archives that are not whole, or must not be unpacked: rejected whole, with the reason."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from tests.builders import HEADER, counts, payment, payments, query
from tests.deliveries.beside import FILE, GOOD, land_beside, zipped

LINES = [payment(number) for number in range(20_000)]


def test_a_truncated_gz_is_rejected_whole(tmp_path: Path) -> None:
    packed = gzip.compress(payments(*LINES).encode())
    entry = land_beside(tmp_path, packed[: len(packed) // 2], f"{FILE}.gz")
    assert (entry["status"], entry["rows_loaded"]) == ("rejected", 0)
    assert entry["quarantine_reasons"].startswith("truncated_file=")
    assert "Deliver it again" in entry["message"]
    assert "请重新交付" in entry["message"]


@pytest.mark.parametrize("rows", [20_000, 300_000])  # within one block, and over several
def test_the_rows_of_a_truncated_gz_that_could_be_read_are_in_the_quarantine(
    tmp_path: Path, rows: int
) -> None:
    packed = gzip.compress(payments(*map(payment, range(rows))).encode(), 1)
    entry = land_beside(tmp_path, packed[: len(packed) * 4 // 5], f"{FILE}.gz")
    assert rows * 0.6 < entry["rows_quarantined"] == entry["rows_delivered"] < rows
    found = query(tmp_path, "select reason, min(line), count(*) from {quarantine} group by 1")
    assert found == [("truncated_file", 2, entry["rows_delivered"])]


@pytest.mark.parametrize(
    ("content", "name", "reason"),
    [
        (b"\x1f\x8b", f"{FILE}.gz", "truncated_file"),
        (b"not packed", f"{FILE}.gz", "truncated_file"),
        (zipped(a=payments(GOOD))[:-30], f"{FILE}.zip", "truncated_file"),
        (zipped(a=payments(GOOD), b=payments(GOOD)), f"{FILE}.zip", "not_one_member"),
        (zipped(), f"{FILE}.zip", "not_one_member"),
        (b"PAR1 and nothing else", "payments_20250331.parquet", "unreadable_parquet"),
        (b"not a workbook", "payments_20250331.xlsx", "unreadable_excel"),
    ],
)
def test_an_archive_that_cannot_be_read_is_rejected(
    tmp_path: Path, content: bytes, name: str, reason: str
) -> None:
    entry = land_beside(tmp_path, content, name)
    assert (entry["status"], entry["quarantine_reasons"]) == ("rejected", f"{reason}=0")
    assert name in entry["message"]


def test_a_locked_zip_is_rejected(tmp_path: Path) -> None:
    packed = bytearray(zipped(a=payments(GOOD)))
    packed[6] |= 1  # the flag for encryption, in the member's header
    packed[packed.index(b"PK\x01\x02") + 8] |= 1  # and in the directory
    entry = land_beside(tmp_path, bytes(packed), f"{FILE}.zip")
    assert (entry["status"], entry["quarantine_reasons"]) == ("rejected", "locked_archive=0")
    assert "without a password" in entry["message"]


@pytest.mark.parametrize("member", ["../../evil.csv", "/evil.csv", "a\\..\\..\\evil.csv"])
def test_a_zip_that_leaves_its_folder_is_not_opened(tmp_path: Path, member: str) -> None:
    entry = land_beside(tmp_path, zipped(**{member: payments(GOOD)}), f"{FILE}.zip")
    assert (entry["status"], entry["quarantine_reasons"]) == ("rejected", "unsafe_archive=0")
    assert "leaves the archive" in entry["message"]
    assert not list(tmp_path.parent.glob("evil.csv"))


@pytest.mark.parametrize("kind", ["zip", "gz"])
def test_a_bomb_is_not_unpacked(tmp_path: Path, kind: str) -> None:
    content = HEADER + "\n" + " " * 200_000_000
    bomb = zipped(a=content) if kind == "zip" else gzip.compress(content.encode(), 1)
    entry = land_beside(tmp_path, bomb, f"{FILE}.{kind}")
    assert entry["status"] == "rejected"
    assert "archive_too_large" in entry["quarantine_reasons"]


def test_a_packed_file_is_read(tmp_path: Path) -> None:
    assert counts(land_beside(tmp_path, zipped(a=payments(GOOD)), f"{FILE}.zip")) == (1, 1, 0, 0)
