"""Visits of the online channels: those that led to a payment, and those that only looked."""

from __future__ import annotations

import numpy as np

from ml.simulation.assumptions import Channels
from ml.simulation.codes import (
    NO_PAYMENT,
    ONLINE,
    OPENED,
    PAYMENT_STARTED,
    PAYMENT_SUCCEEDED,
    SUCCESS,
    Table,
    concat,
    in_order_of_time,
    rows_of,
    take,
)
from ml.simulation.randomness import choose, happens, stream

NOBODY = -1
STEPS_ONLY_LOOKED = (0.4, 0.4, 0.2)  # shares: opened, bill viewed, payment started
LONGEST_VISIT_SECONDS = 300
DAYS_BEFORE = 4
NUMBERS_PER_MONTH = 100_000_000


def visit_channels(
    payments: Table, first_day: int, assumed: Channels, seed: int, month: int
) -> Table:
    """Visits of one month, in order of time; each online payment row is one of them.

    A visit that succeeded holds its payment's number; every other visit none.
    """
    random = stream(seed, "visits", month)
    online = take(payments, np.isin(payments["channel"], ONLINE))
    succeeded = online["status"] == SUCCESS
    paying = {name: online[name] for name in ("customer", "channel", "day", "second")}
    lasted = random.integers(20, LONGEST_VISIT_SECONDS, rows_of(online), dtype=np.int32)
    paying["second"] = np.maximum(paying["second"] - lasted, 0)
    paying["step"] = np.where(succeeded, PAYMENT_SUCCEEDED, PAYMENT_STARTED).astype(np.int8)
    paying["payment"] = np.where(succeeded, online["number"], NO_PAYMENT)
    looking = _only_looked(paying, first_day, assumed, random)
    visits = in_order_of_time(concat([paying, looking]))
    visits["number"] = np.arange(1, rows_of(visits) + 1) + month * NUMBERS_PER_MONTH
    visits["arrival"] = visits["day"]
    return visits


def _only_looked(
    paying: Table, first_day: int, assumed: Channels, random: np.random.Generator
) -> Table:
    """Earlier visits of people who paid some days later; part of them not signed in."""
    looking = take(paying, happens(random, assumed.extra_visits, rows_of(paying)))
    count = rows_of(looking)
    earlier = random.integers(0, DAYS_BEFORE, count, dtype=np.int32)
    looking["day"] = np.maximum(looking["day"] - earlier, first_day)
    looking["second"] = looking["second"] * random.random(count, np.float32)
    looking["second"] = looking["second"].astype(np.int32)
    looking["step"] = choose(random, STEPS_ONLY_LOOKED, count)
    anonymous = (looking["step"] == OPENED) & happens(random, assumed.anonymous, count)
    looking["customer"] = np.where(anonymous, NOBODY, looking["customer"])
    looking["payment"] = np.full(count, NO_PAYMENT, dtype=np.int64)
    return looking
