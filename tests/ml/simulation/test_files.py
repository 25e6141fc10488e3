"""The files of a province: the same bytes for the same seed, named and split as declared."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from ml.simulation import write_province
from ml.simulation.delivery.periods import periods_of
from ml.simulation.horizon import Horizon


def digests(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


@pytest.fixture(scope="module")
def write(tmp_path_factory: pytest.TempPathFactory) -> Callable[[int], dict[str, str]]:
    def written(seed: int) -> dict[str, str]:
        folder = tmp_path_factory.mktemp("seeded")
        write_province(folder / "d", folder / "t", customers=1_500, months=4, seed=seed)
        return digests(folder)

    return written


def test_one_seed_gives_the_same_bytes(write: Callable[[int], dict[str, str]]) -> None:
    assert write(7) == write(7)


def test_another_seed_gives_other_rows(write: Callable[[int], dict[str, str]]) -> None:
    first, second = write(7), write(8)
    assert first["d/payments_202509.csv"] != second["d/payments_202509.csv"]
    assert first["d/customers_20250831.csv"] != second["d/customers_20250831.csv"]


def test_no_hidden_or_partial_file_is_left(clean) -> None:
    assert not [path for path in clean.folder.iterdir() if path.name.startswith(".")]


def test_report_counts_the_rows_that_the_files_hold(faulty) -> None:
    lines = {"payments": 0, "bills": 0}
    for source in lines:
        for path in faulty.folder.glob(f"{source}_*.csv"):
            lines[source] += path.read_bytes().count(b"\n") - 1
    assert lines == {source: faulty.report.rows[source] for source in lines}
    assert faulty.report.files == len(list(faulty.folder.iterdir()))


@pytest.mark.parametrize(
    ("last_day", "daily", "labels"),
    [
        (date(2025, 12, 31), 2, ["20251031", "202511", "20251229", "20251230", "20251231"]),
        (date(2025, 12, 2), 7, ["20251031", "202511", "20251201", "20251202"]),
        (date(2024, 2, 29), 0, ["20231231", "202401", "20240229"]),
    ],
)
def test_periods_cover_every_day_once(last_day: date, daily: int, labels: list[str]) -> None:
    horizon = Horizon(last_day, 2)
    periods = periods_of(horizon, daily)
    assert [period.label for period in periods] == labels
    assert [item.start for item in periods[1:]] == [item.end + 1 for item in periods[:-1]]
    assert periods[-1].end == horizon.end


def test_files_hold_what_arrived_in_their_period(clean) -> None:
    late, rows = clean.query("""
        select count(*) filter (paid_at[:10] < '2025-12-30'), count(*)
        from payments where filename like '%payments_20251230.csv'
    """)[0]
    assert 0 <= late < 0.1 * rows
    newest = clean.value("""
        select max(paid_at[:10]) from payments where filename like '%payments_20251225.csv'
    """)
    assert newest == "2025-12-25"


@pytest.mark.parametrize("wrong", [{"customers": 0}, {"months": 0}, {"fault_rate": 1.5}])
def test_sizes_out_of_range_are_refused(tmp_path: Path, wrong: dict) -> None:
    with pytest.raises(ValueError, match=f"{next(iter(wrong))} is"):
        write_province(tmp_path, tmp_path, **wrong)
