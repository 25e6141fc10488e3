"""Rows and files that come more than once: counted, never loaded twice."""

from __future__ import annotations

import multiprocessing
from pathlib import Path

from dagster_project.lib.deliveries.session import land_deliveries
from dagster_project.lib.warehouse.connection import writer_lock
from dagster_project.settings import load_settings
from tests.builders import (
    AS_OF,
    assert_balanced,
    counts,
    deliver,
    land,
    ledger,
    payment,
    payments,
    query,
)
from tests.deliveries.beside import FILE, GOOD, land_beside


def test_duplicates_within_a_file_are_counted(tmp_path: Path) -> None:
    entry = land_beside(tmp_path, payments(GOOD, GOOD, payment(2)))
    assert counts(entry) == (3, 2, 1, 0)
    assert entry["quarantine_reasons"] == ""


def test_duplicates_across_files_are_counted(tmp_path: Path) -> None:
    entry = land_beside(tmp_path, payments(payment(900), payment(2)))
    assert counts(entry) == (2, 1, 1, 0)
    assert query(tmp_path, "select count(*) from {payments}") == [(3,)]


def test_a_number_with_another_content_is_a_conflict(tmp_path: Path) -> None:
    entry = land_beside(tmp_path, payments(GOOD, payment(1, amount_yuan="1.00")))
    assert counts(entry) == (2, 1, 0, 1)
    assert entry["quarantine_reasons"] == "conflicting_key=1"


def test_a_number_that_another_file_gave_another_content_is_a_conflict(tmp_path: Path) -> None:
    entry = land_beside(tmp_path, payments(payment(900, amount_yuan="1.00")))
    assert counts(entry) == (1, 0, 0, 1)
    assert query(tmp_path, "select line, column_name, reason from {quarantine}") == [
        (2, "payment_no", "conflicting_key")
    ]


def test_the_same_file_under_two_names_is_loaded_once(tmp_path: Path) -> None:
    content = payments(GOOD, payment(2))
    land(tmp_path, {FILE: content, "payments_20250331_copy.csv": content})
    assert_balanced(tmp_path)
    assert counts(ledger(tmp_path)[FILE]) == (2, 2, 0, 0)
    copy = ledger(tmp_path)["payments_20250331_copy.csv"]
    assert (copy["status"], counts(copy)) == ("repeated", (2, 0, 2, 0))
    assert f"Same content as {FILE}" in copy["message"]


def _land_in_another_process(home: Path) -> None:
    settings = load_settings(home)
    with writer_lock(settings):
        land_deliveries(settings, as_of=AS_OF)


def test_two_processes_that_land_at_once_load_a_file_once(tmp_path: Path) -> None:
    deliver(tmp_path, {FILE: payments(*map(payment, range(500)), payment(1), "x")})
    context = multiprocessing.get_context("spawn")
    processes = [
        context.Process(target=_land_in_another_process, args=(tmp_path,)) for _ in range(2)
    ]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    assert [process.exitcode for process in processes] == [0, 0]
    assert_balanced(tmp_path)
    assert query(tmp_path, "select count(*) from {payments}") == [(500,)]
    assert counts(ledger(tmp_path)[FILE]) == (502, 500, 1, 1)
