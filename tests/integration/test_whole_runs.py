"""Day by day, killed or at once: the same published tables, and readers see whole ones only."""

from __future__ import annotations

import json
import os
import random
import signal
import threading
import time
from pathlib import Path

import duckdb
import pytest

from dagster_project.lib.publication.history import DATABASE, MANIFEST
from tests.integration.runs import business_tables, finish, forget_releases, run, start

DEMO = ("demo", "--customers", "300", "--months", "4")
LAST_DAYS = ("2025-12-29", "2025-12-30", "2025-12-31")
LEDGER = (
    "delivery_ledger",  # its landing order may differ
    "customer_tag_history", "customer_tags", "tag_catalogue",  # since when, and earlier turns
)  # fmt: skip


def withhold(home: Path) -> None:
    """Take a customer out of the first customer file; ``correct`` delivers it, months too late."""
    first = min((home / "deliveries").glob("customers_*.csv"))
    *lines, last = first.read_text(encoding="utf-8").splitlines()
    first.write_text("\n".join(lines) + "\n", encoding="utf-8")
    (home / "withheld.csv").write_text(f"{lines[0]}\n{last}\n", encoding="utf-8")


def correct(home: Path) -> None:
    """Deliver a correction of an earlier day that withdraws rows, and a payment long overdue."""
    late_customer = home / "deliveries" / "customers_20251231_late.csv"
    late_customer.write_text((home / "withheld.csv").read_text("utf-8"), encoding="utf-8")
    original = home / "deliveries" / "payments_20251226.csv"
    lines = original.read_text(encoding="utf-8").splitlines()
    original.write_text("\n".join(lines[:-3]) + "\n", encoding="utf-8")
    header, last = lines[0].split(","), lines[-1].split(",")
    late = dict(zip(header, last, strict=True)) | {
        "payment_no": "999000000000001", "paid_at": "2025-10-09 08:00:00", "bill_no": "",
        "amount_yuan": "77.70", "payment_status": "success", "channel_code": "kiosk",
    }  # fmt: skip
    text = f"{','.join(header)}\n{','.join(late[name] for name in header)}\n"
    (home / "deliveries" / "payments_20251231_late.csv").write_text(text, encoding="utf-8")


@pytest.fixture(scope="module")
def at_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home built in one full run from the corrected deliveries."""
    home = tmp_path_factory.mktemp("at_once")
    run(home, *DEMO)
    withhold(home)
    correct(home)
    run(home, "run")
    return home


def test_daily_runs_with_a_late_and_a_corrected_delivery_equal_one_full_build(
    at_once: Path, tmp_path: Path
) -> None:
    run(tmp_path, *DEMO)
    withhold(tmp_path)
    for day in LAST_DAYS[:-1]:
        run(tmp_path, "run", "--as-of", day)
    correct(tmp_path)
    forget_releases(tmp_path)
    output = run(tmp_path, "run", "--refit", "--as-of", LAST_DAYS[-1])
    assert "int_payments_matched" in output
    assert business_tables(tmp_path, LEDGER) == business_tables(at_once, LEDGER)
    again = run(tmp_path, "run")
    assert "Nothing new" in again


def test_a_killed_run_run_again_publishes_the_same_and_readers_see_whole_tables(
    at_once: Path, tmp_path: Path
) -> None:
    run(tmp_path, *DEMO)
    withhold(tmp_path)
    run(tmp_path, "run", "--as-of", LAST_DAYS[0])
    correct(tmp_path)
    stop = threading.Event()
    seen: set[str] = set()
    broken: list[str] = []
    reader = threading.Thread(target=_poll, args=(tmp_path, stop, seen, broken))
    reader.start()
    try:
        for _ in range(3):
            process = start(tmp_path, "run")
            time.sleep(random.Random(os.urandom(8)).uniform(3, 16))
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
            process.communicate()
        forget_releases(tmp_path)
        finish(start(tmp_path, "run", "--refit"))
    finally:
        stop.set()
        reader.join()
    assert broken == []
    assert seen
    assert business_tables(tmp_path, LEDGER) == business_tables(at_once, LEDGER)


def _poll(home: Path, stop: threading.Event, seen: set[str], broken: list[str]) -> None:
    """Open the current snapshot again and again; every table must be there with all its rows."""
    while not stop.is_set():
        current = (home / "published" / "current").resolve()
        try:
            content = json.loads((current / MANIFEST).read_text(encoding="utf-8"))
            with duckdb.connect(str(current / DATABASE), read_only=True) as connection:
                for name, table in content["tables"].items():
                    rows = connection.execute(
                        f"select count(*) from business_application.{name}"
                    ).fetchall()
                    if rows[0][0] != table["rows"]:
                        broken.append(f"{name}: {rows[0][0]} rows, {table['rows']} stated")
            seen.add(current.name)
        except (OSError, duckdb.Error) as error:
            broken.append(str(error))
        time.sleep(0.05)


def test_two_runs_at_once_both_end_well(tmp_path: Path) -> None:
    run(tmp_path, *DEMO)
    both = [start(tmp_path, "run"), start(tmp_path, "run")]
    for process in both:
        finish(process)
