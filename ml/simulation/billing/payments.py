"""Closing a month of payments: clock times, means, failed attempts, numbers, lateness.

The rows come from bills and top-ups with a day, a channel and a status; those of later months
are kept until their month is closed.
"""

from __future__ import annotations

import numpy as np

from ml.simulation.assumptions import Channels
from ml.simulation.billing.hours import LAST_SECOND, draw_seconds
from ml.simulation.codes import (
    BANK,
    CHANNELS,
    FAILED,
    MEANS_SHARES,
    REVERSED,
    SUCCESS,
    Array,
    Table,
    concat,
    in_order_of_time,
    rows_of,
    take,
)
from ml.simulation.horizon import Horizon
from ml.simulation.people.campaigns import Campaigns
from ml.simulation.people.population import Population
from ml.simulation.randomness import choose, happens, stream

NUMBERS_PER_MONTH = 100_000_000
REPEAT_SECONDS = (90, 1800)  # a failed or reversed payment is repeated within half an hour


class Payments:
    """Closes one month after another, in order."""

    def __init__(
        self,
        population: Population,
        campaigns: Campaigns,
        horizon: Horizon,
        assumed: Channels,
        seed: int,
    ) -> None:
        self.population, self.campaigns, self.horizon = population, campaigns, horizon
        self.assumed, self.seed = assumed, seed
        self.later: list[Table] = []

    def keep(self, rows: Table) -> None:
        """Take rows of any day that is not closed yet."""
        self.later.append(rows)

    def close(self, month: int) -> Table:
        """All payment rows of the month, in order of time, ready to be delivered."""
        random = stream(self.seed, "payments", month)
        rows = concat(self.later)
        is_due = rows["day"] <= self.horizon.month_days(month)[1]
        self.later = [take(rows, ~is_due)]
        rows = take(rows, is_due)
        rows["channel"] = self.campaigns.redirect(rows)
        profile = self.population.hour_profile[rows["customer"]]
        rows["second"] = draw_seconds(rows["channel"], profile, random)
        rows = concat([self._attempts(rows, random), rows])
        rows = in_order_of_time(rows)
        rows["means"] = _means(rows["channel"], random)
        count = rows_of(rows)
        rows["number"] = np.arange(count, dtype=np.int64) + month * NUMBERS_PER_MONTH + 1
        rows["arrival"] = rows["day"] + self._lateness(rows["day"], random)
        return rows

    def _attempts(self, rows: Table, random: np.random.Generator) -> Table:
        """Failed and reversed rows before their success, which moves to a later minute."""
        draw = random.random(rows_of(rows), dtype=np.float32)
        may = (rows["status"] == SUCCESS) & (rows["channel"] != BANK)
        failed = may & (draw < self.assumed.failed)
        reversed_ = (rows["status"] == SUCCESS) & (draw > 1 - self.assumed.reversals)
        chosen = np.flatnonzero(failed | reversed_)
        attempts = take(rows, chosen)
        attempts["status"] = np.where(failed[chosen], FAILED, REVERSED).astype(np.int8)
        pause = random.integers(*REPEAT_SECONDS, len(chosen), dtype=np.int32)
        rows["second"][chosen] = np.minimum(rows["second"][chosen] + pause, LAST_SECOND)
        return attempts

    def _lateness(self, day: Array, random: np.random.Generator) -> Array:
        """Days that a row arrives late: 0, or 1 or 2; never after the last day."""
        late = happens(random, self.assumed.late_rows, len(day))
        days = np.where(late, random.integers(1, 3, len(day), dtype=np.int32), 0)
        return np.minimum(days, self.horizon.end - day).astype(np.int32)


def _means(channel: Array, random: np.random.Generator) -> Array:
    means = np.empty(len(channel), dtype=np.int8)
    for code in range(len(CHANNELS)):
        rows = np.flatnonzero(channel == code)
        means[rows] = choose(random, MEANS_SHARES[code], len(rows))
    return means
