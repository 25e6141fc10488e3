"""Customer pseudonyms: the first 63 bits of HMAC-SHA256 of the customer number.

The key comes from the environment or from a key file with mode 600 that is made on first use.
Losing it means that customers of later deliveries no longer match the earlier ones: back it up.
"""

from __future__ import annotations

import secrets

import duckdb

from dagster_project.lib.warehouse.connection import scalar
from dagster_project.settings import Settings

BLOCK = 64  # bytes; block size of SHA-256 in the HMAC construction (RFC 2104)
KEY_BYTES = 32
TABLE = "pseudonym"
# HMAC(k, m) = sha256(k ^ opad || sha256(k ^ ipad || m)); the first 16 hex digits are 64 bits.
HASH_NEW = f"""
create or replace temp table new_{TABLE} as
select customer_no, (('0x' || substr(sha256($outer::blob || unhex(sha256(
    $inner::blob || encode(customer_no)))), 1, 16))::ubigint >> 1)::bigint as customer_id
from (
    select distinct customer_no from {{rows}} as delivered
    where customer_no is not null
    and not exists (select 1 from {TABLE} as known where known.customer_no = delivered.customer_no)
)
"""
COLLISIONS = f"""
select customer_id from new_{TABLE} group by customer_id having count(*) > 1
union all
select customer_id from new_{TABLE} semi join {TABLE} using (customer_id)
limit 1
"""


class PseudonymError(ValueError):
    """The key cannot be used, or two customer numbers share a pseudonym."""


def load_key(settings: Settings) -> bytes:
    """Return the pseudonym key; make a key file with mode 600 if there is none."""
    if settings.pseudonym_key_hex:
        return _from_hex(settings.pseudonym_key_hex, "JIAOFEI_PSEUDONYM_KEY")
    path = settings.pseudonym_key
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        partial = path.with_suffix(".partial")
        partial.touch(mode=0o600)
        partial.chmod(0o600)
        partial.write_text(secrets.token_hex(KEY_BYTES), encoding="ascii")
        partial.replace(path)
    if path.stat().st_mode & 0o077:
        raise PseudonymError(
            f"{path} has mode {path.stat().st_mode & 0o777:o}; expected 600. Run chmod 600 on it."
        )
    return _from_hex(path.read_text(encoding="ascii").strip(), str(path))


def _from_hex(text: str, place: str) -> bytes:
    try:
        key = bytes.fromhex(text)
    except ValueError as error:
        raise PseudonymError(f"The key in {place} is not hexadecimal. Restore it.") from error
    if not 16 <= len(key) <= BLOCK:
        raise PseudonymError(
            f"The key in {place} has {len(key)} bytes; expected 16 to {BLOCK}. Restore it."
        )
    return key


def prepare(connection: duckdb.DuckDBPyConnection) -> None:
    """Make the session's empty map from customer number to pseudonym."""
    connection.execute(f"create table {TABLE} (customer_no varchar, customer_id bigint)")


def add_customers(connection: duckdb.DuckDBPyConnection, key: bytes, rows: str) -> None:
    """Hash the customer numbers of ``rows`` that the session's map does not know yet.

    Raises:
        PseudonymError: two numbers share a pseudonym (expected once in 60 000 provinces).
    """
    padded = key.ljust(BLOCK, b"\0")
    connection.execute(
        HASH_NEW.format(rows=rows),
        {
            "inner": bytes(byte ^ 0x36 for byte in padded),
            "outer": bytes(byte ^ 0x5C for byte in padded),
        },
    )
    shared = scalar(connection, COLLISIONS)
    if shared is not None:
        raise PseudonymError(
            f"Two customer numbers share the pseudonym {shared}. Choose another key and land "
            "everything again into a new home."
        )
    connection.execute(f"insert into {TABLE} from new_{TABLE}")
