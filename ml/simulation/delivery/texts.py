"""Numbers to text, a million at a time: look-up tables of fixed-width bytes.

Texts are NumPy byte strings; a NUL inside one stands for nothing and is dropped when the file is
written (``rows``), so that widths may vary.  This is several times faster than formatting.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ml.simulation.codes import PREPAID, Array
from ml.simulation.horizon import LEAD, Horizon
from ml.simulation.people.population import customer_numbers

PADDED = np.array([f"{number:04d}".encode() for number in range(10_000)])
PLAIN = np.array([str(number).encode() for number in range(10_000)])
HIGH = np.array([b"", *PLAIN[1:]], dtype="S4")  # the digits before four others
CENTS = np.array([f".{number:02d}".encode() for number in range(100)])
BOOLEANS = np.array([b"false", b"true"])
FIRST_MONTH = -2  # of the month table
OPENING_MONTHS = 3


def join(*pieces: Array | bytes) -> Array:
    """Concatenate texts row by row; at least one piece is an array."""
    rows = next(len(piece) for piece in pieces if isinstance(piece, np.ndarray))
    widths = [
        piece.dtype.itemsize if isinstance(piece, np.ndarray) else len(piece) for piece in pieces
    ]
    parts = np.empty(rows, dtype=[(f"p{at}", f"S{width}") for at, width in enumerate(widths)])
    for at, piece in enumerate(pieces):
        parts[f"p{at}"] = piece
    return parts.view(f"S{sum(widths)}")


def digits(values: Array, width: int) -> Array:
    """Whole numbers >= 0 with leading zeros; ``width`` is a multiple of 4 or 2 more."""
    chunks: list[Array] = []
    rest = values
    for _ in range(-(-width // 4)):
        rest, chunk = np.divmod(rest, 10_000)
        chunks.insert(0, PADDED[chunk])
    extra = -width % 4
    if extra:
        chunks[0] = _tail(chunks[0], extra)
    return join(*chunks)


def _tail(texts: Array, dropped: int) -> Array:
    """Texts without their first ``dropped`` bytes."""
    width = texts.dtype.itemsize
    characters = texts.view(np.uint8).reshape(len(texts), width)
    return np.ascontiguousarray(characters[:, dropped:]).view(f"S{width - dropped}").ravel()


def plain(values: Array) -> Array:
    """Whole numbers from 0 to 99 999 999 without leading zeros."""
    high, low = np.divmod(values, 10_000)
    return join(HIGH[high], np.where(high > 0, PADDED[low], PLAIN[low]))


def money(fen: Array) -> Array:
    """Fen as yuan with two decimals, such as ``1234.50`` or ``-3.00``."""
    yuan, cents = np.divmod(np.abs(fen), 100)
    return join(np.where(fen < 0, b"-", b""), plain(yuan), CENTS[cents])


def tenths(values: Array) -> Array:
    """Tenths as a number with one decimal."""
    whole, tenth = np.divmod(values, 10)
    return join(plain(whole), b".", PLAIN[tenth].astype("S1"))


def codes(names: Sequence[str], encoding: str = "utf-8") -> Array:
    """Table of code texts, to be indexed by code."""
    return np.array([name.encode(encoding) for name in names])


class Calendar:
    """Texts of days, times and months of one horizon."""

    def __init__(self, horizon: Horizon) -> None:
        self.first_day = np.datetime64(horizon.first_day)
        self.days = codes([day.isoformat() for day in horizon.dates])
        seconds = range(86_400)
        self.clock = codes([f" {s // 3600:02d}:{s // 60 % 60:02d}:{s % 60:02d}" for s in seconds])
        months = range(FIRST_MONTH, horizon.months + OPENING_MONTHS)
        dates = [horizon.month_date(month) for month in months]
        self.months = codes([day.strftime("%Y-%m") for day in dates])
        self.month_digits = codes([day.strftime("%Y%m") for day in dates])

    def day(self, day: Array) -> Array:
        """``2024-01-05``; only days near the horizon."""
        return self.days[day + LEAD]

    def any_day(self, day: Array) -> Array:
        """``1999-01-05``, however long ago."""
        return np.datetime_as_string(self.first_day + day.astype("m8[D]")).astype("S10")

    def moment(self, day: Array, second: Array) -> Array:
        """``2024-01-05 13:45:10``."""
        return join(self.day(day), self.clock[second])

    def minute(self, day: Array, second: Array) -> Array:
        """``2024-01-05 13:45``."""
        return join(self.day(day), self.clock.astype("S6")[second])

    def month(self, month: Array) -> Array:
        """``2024-01``."""
        return self.months[month - FIRST_MONTH]

    def numbered(self, number: Array, per_month: int, width: int) -> Array:
        """``YYYYMM`` and a number within the month, from month x per_month + number."""
        month, within = np.divmod(number, per_month)
        return join(self.month_digits[month - FIRST_MONTH], digits(within, width))


class CustomerTexts:
    """Customer and bill numbers as text; customer -1 is nobody, and empty."""

    def __init__(self, size: int, calendar: Calendar) -> None:
        known = digits(customer_numbers(np.arange(size)), 10)
        self.numbers = np.append(known, np.zeros(1, known.dtype))
        self.calendar = calendar

    def number(self, customer: Array) -> Array:
        """Ten digits."""
        return self.numbers[customer]

    def bill(self, bill_month: Array, customer: Array) -> Array:
        """Bill number: month and a running number, not the customer's; empty for prepaid."""
        is_prepaid = bill_month == PREPAID
        month = self.calendar.month_digits[np.where(is_prepaid, 0, bill_month - FIRST_MONTH)]
        texts = join(month, digits(np.maximum(customer, 0), 10))
        texts[is_prepaid] = b""
        return texts
