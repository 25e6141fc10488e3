"""Landing a bad file beside a good one, which must be loaded whatever the other is."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import Any

from tests.builders import assert_balanced, counts, land, ledger, payment, payments

FILE = "payments_20250331.csv"
BESIDE = "payments_20250330.csv"
GOOD = payment(1)


def land_beside(home: Path, content: str | bytes, name: str = FILE) -> dict[str, Any]:
    """Land the file and a good one; return the ledger's entry of the file."""
    land(home, {BESIDE: payments(payment(900), payment(901)), name: content})
    assert_balanced(home)
    assert counts(ledger(home)[BESIDE]) == (2, 2, 0, 0)
    return ledger(home)[name]


def zipped(**members: str | bytes) -> bytes:
    """A zip archive of the members."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return packed.getvalue()
