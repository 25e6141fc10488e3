"""``kill -9`` in the middle of a file, then a rerun: the same rows, nothing twice, all booked."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from dagster_project.settings import load_settings
from tests.builders import assert_balanced, deliver, land, ledger, payment, payments, query
from tests.deliveries.killed_landing import kill_landing

CUSTOMERS, PAYMENTS = "customers_20250331.csv", "payments_20250331.csv"
FIRST = {
    CUSTOMERS: "customer_no,customer_name\n1000000001,张三丰\n1000000002,李四\n",
    PAYMENTS: payments(payment(1), payment(2), payment(3, amount_yuan="x")),
}
CORRECTED = {
    CUSTOMERS: "customer_no,customer_name\n1000000001,张三丰\n,无\n",
    PAYMENTS: payments(payment(2), payment(2), payment(4, "2025-03-11"), payment(5, "1990-01-01")),
}
POINTS = [
    "before:landing/writing.write",
    "before:landing/writing._write_personal",
    "after:landing/writing._write_personal",
    "before:landing/quarantine.write",
    "after:landing/quarantine.write",
    "before:ledger.Ledger.record",
    "before:ledger.Ledger._insert",
    "after:ledger.Ledger._insert",
    "after:ledger.Ledger.record",
    "after:places.Places.move_in",
    "before:places.Places.move_out",
    "after:places.Places.move_out",
    "before:session.export_ledger",
    "after:session.export_ledger",
]


def _state(home: Path) -> dict[str, Any]:
    """All that a landing leaves behind, without the names that depend on the time."""
    settings = load_settings(home)
    files = {
        str(path.relative_to(home))
        for folder in (settings.landing, settings.restricted)
        for path in folder.rglob("*.parquet")
        if ".superseded" not in path.parts
    }
    return {
        "rows": query(home, "select * from {payments} order by source_line"),
        "customers": query(home, "select * from {customers} order by source_line"),
        "quarantine": query(home, "select * from {quarantine} order by all"),
        "ledger": ledger(home),
        "files": files,
    }


def _home(folder: Path) -> Path:
    """A home with a key of its own, the same for all."""
    key = load_settings(folder).pseudonym_key
    folder.mkdir()
    key.touch(mode=0o600)
    key.write_text("5a" * 32)
    return folder


@pytest.fixture(scope="module")
def expected(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The state after two undisturbed landings."""
    home = _home(tmp_path_factory.mktemp("undisturbed") / "home")
    land(home, dict(FIRST))
    land(home, dict(CORRECTED))
    return _state(home)


@pytest.mark.parametrize("point", POINTS)
def test_a_correction_killed_anywhere_ends_as_if_undisturbed(
    tmp_path: Path, expected: dict[str, Any], point: str
) -> None:
    home = _home(tmp_path / "home")
    land(home, dict(FIRST))
    deliver(home, dict(CORRECTED))
    kill_landing(home, point)
    land(home, {})
    assert_balanced(home)
    assert _state(home) == expected
    assert land(home, {}).entries == []


def test_a_first_landing_killed_ends_as_if_undisturbed(
    tmp_path: Path, expected: dict[str, Any]
) -> None:
    home = _home(tmp_path / "home")
    deliver(home, dict(FIRST))
    kill_landing(home, "after:ledger.Ledger.record")
    land(home, {})
    assert_balanced(home)
    land(home, dict(CORRECTED))
    assert _state(home) == expected
