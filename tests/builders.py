"""Builders of deliveries, and what the tests of landing ask of a home afterwards."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest

from dagster_project.lib.deliveries.accounting import landed_as_booked, unbalanced
from dagster_project.lib.deliveries.ledger import Ledger
from dagster_project.lib.deliveries.session import LandingReport, land_deliveries
from dagster_project.settings import PROJECT_ROOT, Settings, load_settings

SHARED = PROJECT_ROOT.parent / "shared" / "data"
needs_real_data = pytest.mark.skipif(
    not SHARED.exists(), reason="the public data sets do not lie beside the project"
)
AS_OF = date(2025, 3, 31)
HEADER = "payment_no,customer_no,paid_at,amount_yuan,channel_code"


def payment(number: int, day: str = "2025-03-10", **changes: str) -> str:
    """One line of a standard payments file."""
    row = {
        "payment_no": f"P{number:06d}",
        "customer_no": f"{1000000000 + number}",
        "paid_at": f"{day} 09:30:00",
        "amount_yuan": "88.50",
        "channel_code": "wechat",
    }
    return ",".join((row | changes).values())


def payments(*lines: str, header: str = HEADER) -> str:
    """A standard payments file."""
    return "\n".join([header, *lines]) + "\n"


def deliver(home: Path, files: dict[str, str | bytes]) -> Settings:
    """Put files into the home's deliveries."""
    settings = load_settings(home)
    settings.deliveries.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        data = content.encode() if isinstance(content, str) else content
        (settings.deliveries / name).write_bytes(data)
    return settings


def land(
    home: Path, files: dict[str, str | bytes], as_of: date = AS_OF, profile: str | None = None
) -> LandingReport:
    """Deliver the files into the home and land them."""
    return land_deliveries(deliver(home, files), as_of=as_of, only_profile=profile)


def query(home: Path, sql: str) -> list[tuple[Any, ...]]:
    """Run SQL over what was landed: ``{payments}``, ``{quarantine}`` and so on are tables."""
    landing = home / "landing"

    class Tables(dict[str, str]):
        def __missing__(self, name: str) -> str:
            pattern = "quarantine/*" if name == "quarantine" else f"{name}/*/*/*"
            return f"read_parquet('{landing}/{pattern}.parquet', hive_partitioning = true)"

    with duckdb.connect() as connection:
        return connection.execute(sql.format_map(Tables())).fetchall()


def ledger(home: Path) -> dict[str, dict[str, Any]]:
    """The ledger's entries by file name."""
    rows = Ledger(load_settings(home).ledger).entries().to_pylist()
    return {row["file_name"]: row for row in rows}


def counts(entry: dict[str, Any]) -> tuple[int, int, int, int]:
    """Delivered, loaded, duplicate, quarantined."""
    return (
        entry["rows_delivered"], entry["rows_loaded"], entry["rows_duplicate"],
        entry["rows_quarantined"],
    )  # fmt: skip


def assert_balanced(home: Path) -> None:
    """Every delivered row is accounted for, in the ledger, on disk and in the quarantine."""
    settings: Settings = load_settings(home)
    assert unbalanced(settings) == []
    assert landed_as_booked(settings) == []
