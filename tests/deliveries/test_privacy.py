"""Personal data leaves early: pseudonyms at landing, the rest only in the restricted store."""

from __future__ import annotations

import hmac
from pathlib import Path

import pytest

from dagster_project.lib.deliveries.pseudonyms import PseudonymError
from dagster_project.settings import load_settings
from tests.builders import land, payment, payments, query

KEY = bytes(range(32))
CUSTOMERS = (
    "customer_no,customer_type,customer_name,phone,address\n"
    "1000000001,resident,张三丰,13912345678,长春市南关区1号\n"
)


def test_a_pseudonym_is_the_first_63_bits_of_the_keyed_hash(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JIAOFEI_PSEUDONYM_KEY", KEY.hex())
    land(tmp_path, {"payments_20250331.csv": payments(*map(payment, range(50)))})
    found = query(tmp_path, "select customer_id from {payments}")
    wanted = {
        int.from_bytes(hmac.digest(KEY, f"{1000000000 + n}".encode(), "sha256")[:8], "big") >> 1
        for n in range(50)
    }
    assert {row[0] for row in found} == wanted


def test_clear_data_lies_in_the_restricted_store_only(tmp_path: Path) -> None:
    land(tmp_path, {
        "customers_20250301.csv": CUSTOMERS,
        "payments_20250331.csv": payments(payment(1), payment(1, amount_yuan="-1")),
    })  # fmt: skip
    secrets = [text.encode() for text in ("1000000001", "张三丰", "13912345678", "南关区")]
    for path in (tmp_path / "landing").rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            assert not [secret for secret in secrets if secret in content], path
    for table in ("customers", "payments"):
        columns = query(tmp_path, f"describe select * from {{{table}}}")
        assert not {"customer_no", "customer_name", "phone", "address"} & {c[0] for c in columns}
    restricted = load_settings(tmp_path).restricted
    [kept] = restricted.rglob("*.parquet")
    assert kept.stat().st_mode & 0o777 == 0o600
    assert restricted.stat().st_mode & 0o777 == 0o700


def test_the_key_file_is_made_for_its_owner_only_and_refused_otherwise(tmp_path: Path) -> None:
    land(tmp_path, {"payments_20250331.csv": payments(payment(1))})
    key = load_settings(tmp_path).pseudonym_key
    assert key.stat().st_mode & 0o777 == 0o600
    key.chmod(0o644)
    with pytest.raises(PseudonymError, match="expected 600"):
        land(tmp_path, {"payments_20250330.csv": payments(payment(2))})
