"""Faulty rows mixed into a file at a stated rate, each one noted as truth.

Faults are added rows (altered copies under new numbers, or plain duplicates): the good rows stay
complete, so that what a careful reader loads is exactly the simulated province.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from ml.simulation.codes import Array, Table, rows_of, take
from ml.simulation.delivery.rows import SourceFormat
from ml.simulation.delivery.texts import digits, join
from ml.simulation.people.population import UNKNOWN_NUMBER

SHARES = {  # of the faults of a file; each source has those that its columns allow
    "duplicate_in_file": 0.28,
    "duplicate_across_files": 0.18,
    "negative_amount": 0.10,
    "text_in_amount": 0.08,
    "impossible_date": 0.08,
    "future_date": 0.06,
    "unknown_channel": 0.08,
    "missing_customer": 0.08,
    "unknown_customer": 0.05,
    "too_many_fields": 0.01,
}
KEEP_FOR_NEXT = 50  # rows of a file that the next file may repeat, at least
FIRST_FALSE_NUMBER = 90_000_000  # numbers within a month that no true row reaches
NUMBERS_PER_DAY = 100_000  # of them, for the daily files of one month


@dataclass(frozen=True)
class FaultPlan:
    """Which columns of a source the faults alter (empty: that fault does not occur)."""

    rate: float
    customer: str = "customer_no"
    number: str = ""  # gets a number of its own; else the key is the customer
    amount: str = ""
    moment: str = ""
    moment_suffix: bytes = b""  # after the date, such as a clock time
    channel: str = ""
    bill: str = ""  # the bill that a payment settles
    repeats_across_files: bool = True  # else a later row is news, not a duplicate

    def kinds(self, has_previous: bool) -> list[str]:
        """Kinds of fault that a file can have."""
        missing = {
            "negative_amount": not self.amount,
            "text_in_amount": not self.amount,
            "impossible_date": not self.moment,
            "future_date": not self.moment,
            "unknown_channel": not self.channel,
            "unknown_customer": not self.number,
            "duplicate_across_files": not (has_previous and self.repeats_across_files),
        }
        return [kind for kind in SHARES if not missing.get(kind)]


@dataclass(frozen=True)
class PlantedFaults:
    """Faulty records, the row before which each one stands, and their kinds; in file order."""

    records: Array
    before: Array
    kinds: Array

    def lines(self) -> Array:
        """Line of each fault in its file, the heading being line 1."""
        return self.before + np.arange(len(self.before)) + 2


def count_faults(rows: int, rate: float, random: np.random.Generator) -> int:
    """Faults of a file: rows x rate, rounded at random so that the mean is exact."""
    return int(rows * rate + random.random())


def plant_faults(
    form: SourceFormat,
    plan: FaultPlan,
    table: Table,
    previous: Table | None,
    label: str,
    random: np.random.Generator,
) -> PlantedFaults:
    """Make the faults of one file; ``previous`` are rows of the source's previous file."""
    rows = rows_of(table)
    size = count_faults(rows, plan.rate, random)
    kinds = plan.kinds(previous is not None and rows_of(previous) > 0)
    shares = np.array([SHARES[kind] for kind in kinds])
    kind = np.array(kinds)[random.choice(len(kinds), size, p=shares / shares.sum())]
    before = np.sort(random.integers(0, rows + 1, size))
    records = form.records(take(table, random.integers(0, max(rows, 1), size)))
    is_across = kind == "duplicate_across_files"
    if previous is not None and is_across.any():
        repeated = _distinct(rows_of(previous), int(is_across.sum()), random)
        kind[np.flatnonzero(is_across)[len(repeated) :]] = "duplicate_in_file"
        records[np.flatnonzero(is_across)[: len(repeated)]] = form.records(take(previous, repeated))
    is_new = ~np.char.startswith(kind, "duplicate")
    if plan.number:
        first = FIRST_FALSE_NUMBER + NUMBERS_PER_DAY * int(label[6:] or 0)
        own = first + np.arange(int(is_new.sum()))
        records[plan.number][is_new] = join(label[:6].encode(), digits(own, 8))
    for name in np.unique(kind):
        _alter(records, np.flatnonzero(kind == name), str(name), plan, list(form.widths)[-1])
    return PlantedFaults(records, before, kind)


def _distinct(available: int, wanted: int, random: np.random.Generator) -> Array:
    return random.permutation(available)[:wanted]


def _alter(records: Array, rows: Array, kind: str, plan: FaultPlan, last: str) -> None:
    """Overwrite the columns that make the fault."""
    dated = plan.moment_suffix
    values: Mapping[str, Callable[[], tuple[str, Array | bytes]]] = {
        "negative_amount": lambda: (plan.amount, _negated(records[plan.amount][rows])),
        "text_in_amount": lambda: (plan.amount, "十二元".encode()),
        "impossible_date": lambda: (plan.moment, b"2025-02-30" + dated),
        "future_date": lambda: (plan.moment, b"2099-01-01" + dated),
        "unknown_channel": lambda: (plan.channel, b"pigeon_post"),
        "missing_customer": lambda: (plan.customer, b""),
        "unknown_customer": lambda: (plan.customer, digits(UNKNOWN_NUMBER + rows, 10)),
        "too_many_fields": lambda: (last, b"x,surplus,7"),
    }
    if kind in values:
        column, value = values[kind]()
        records[column][rows] = value
    if kind == "unknown_customer" and plan.bill:
        records[plan.bill][rows] = b""  # else somebody's bill would be paid twice


def _negated(amounts: Array) -> Array:
    return join(b"-", amounts)


def insert(records: Array, faults: PlantedFaults, start: int, is_last: bool) -> Array:
    """Put the faults that stand before rows ``start`` ... into a block of records."""
    stop = start + len(records)
    here = (faults.before >= start) & ((faults.before < stop) | is_last)
    return np.insert(records, faults.before[here] - start, faults.records[here])
