"""The salted draws of a campaign: HMAC-SHA256 of a text under the campaign's key, as in RFC 2104.

The key is declared, not secret: whoever has the declaration can repeat the randomisation.  In SQL
``$inner`` and ``$outer`` are the two padded keys; five numbers of 48 bits come of one digest.
"""

from __future__ import annotations

import hashlib

BLOCK = 64  # bytes; block size of SHA-256
DIGITS = 12  # hexadecimal, of one draw
DRAWS = ("u_budget", "u_arm", "u_day", "u_ahead", "u_content")


def padded_keys(key: str) -> dict[str, bytes]:
    """The inner and the outer key, to be bound to a query."""
    raw = key.encode()
    raw = (hashlib.sha256(raw).digest() if len(raw) > BLOCK else raw).ljust(BLOCK, b"\0")
    return {
        "inner": bytes(byte ^ 0x36 for byte in raw),
        "outer": bytes(byte ^ 0x5C for byte in raw),
    }


def digest_sql(text: str) -> str:
    """SQL of the digest of a text column, 64 hexadecimal digits."""
    return f"sha256($outer::blob || unhex(sha256($inner::blob || encode({text}))))"


def uniform_sql(digest: str, number: int = 0) -> str:
    """SQL of the ``number``-th draw of a digest, a double in [0, 1)."""
    start = 1 + DIGITS * number
    return f"('0x' || substr({digest}, {start}, {DIGITS}))::ubigint / {16**DIGITS}.0"
