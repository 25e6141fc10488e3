"""Service at city size: complaint texts, follow-ups, small enterprises and prepayment.

A province of six months is written and run once, models included; then every decision on service is
taken anew, with all complaint texts to classify, and measured, pictures included.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
import time
from datetime import date
from pathlib import Path

from dagster_project.lib.decisions.deciding import decide
from dagster_project.lib.decisions.service.complaint_classes import COMPLAINT_CLASSES
from dagster_project.lib.decisions.service.complaint_classifier import COMPLAINT_CLASSIFIER
from dagster_project.lib.decisions.service.followups import FOLLOWUPS
from dagster_project.lib.decisions.service.prepayment import PREPAYMENT
from dagster_project.lib.decisions.service.small_enterprise import SMALL_ENTERPRISES
from dagster_project.lib.warehouse.connection import connect
from dagster_project.settings import load_settings
from tests.benchmarks.process import measure

CUSTOMERS, MONTHS, SECONDS_BAR = 1_000_000, 6, 30
LAST_DAY = date(2025, 12, 31)
DECISIONS = (COMPLAINT_CLASSIFIER, COMPLAINT_CLASSES, FOLLOWUPS, SMALL_ENTERPRISES, PREPAYMENT)
Row = tuple[str, str, str]


def rows(customers: int = CUSTOMERS) -> list[Row]:
    """Seconds of every decision on service, and of all."""
    home = Path(tempfile.mkdtemp(prefix="jiaofei-service-"))
    try:
        size = ("--customers", str(customers), "--months", str(MONTHS), "--home", str(home))
        measure("demo", *size)
        measure("run", "--as-of", LAST_DAY.isoformat(), "--home", str(home))
        return _taken(home, customers)
    finally:
        shutil.rmtree(home)


def _taken(home: Path, customers: int) -> list[Row]:
    settings, found, total = load_settings(home), [], 0.0
    with connect(settings) as connection:
        connection.execute("delete from decided.complaint_classes")  # else they are kept
    for spec in DECISIONS:
        begin = time.monotonic()
        _, counts = decide(settings, spec, LAST_DAY)
        seconds = time.monotonic() - begin
        total += seconds
        rows_of = sum(counts.values())
        found.append(
            (f"{spec.name} of {customers:,} customers", f"{seconds:.1f} s", f"{rows_of:,}")
        )
    bar = f"<= {SECONDS_BAR} s"
    return [*found, (f"service of {customers:,} customers, all five", f"{total:.1f} s", bar)]


if __name__ == "__main__":
    for figure, value, bar in rows(*map(int, sys.argv[1:])):
        print(f"{figure}: {value} {bar}")
