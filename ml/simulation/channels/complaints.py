"""Complaints: most follow a payment and its channel's quality, some are about the supply."""

from __future__ import annotations

import numpy as np

from ml.simulation.assumptions import Channels
from ml.simulation.codes import Array, Table, concat, in_order_of_time, rows_of
from ml.simulation.horizon import Horizon
from ml.simulation.randomness import choose, happens, stream

CATEGORIES = ("service", "business", "outage", "supply_quality", "grid_construction")
CATEGORIES_ZH = ("服务投诉", "营业投诉", "停送电投诉", "供电质量投诉", "电网建设投诉")
ABOUT_PAYING = (0.4, 0.6, 0.0, 0.0, 0.0)  # shares by category
ABOUT_SUPPLY = (0.1, 0.1, 0.4, 0.3, 0.1)
NO_CHANNEL = -1
CHANNEL_UNKNOWN = 0.08  # share of complaints about paying that name no channel
HOURS_OPEN = (8, 22)
UNANSWERED, UNRATED, SATISFIED = 0.03, 0.15, 0.7  # shares; satisfied: of the rated
LONGEST_ANSWER_HOURS = 72
UNSORTED = 0.15  # share of work orders whose category nobody has entered
TEXT_DRAWS = 2**31  # what the caller says is chosen by one draw
NUMBERS_PER_MONTH = 1_000_000


def complain(
    payments: Table,
    outages: Array,
    population_size: int,
    horizon: Horizon,
    assumed: Channels,
    seed: int,
    month: int,
) -> Table:
    """Complaints received in ``month``, in order of time.

    Rate per payment = the channel's rate x (``outage_complaints`` on a day of outage, else 1),
    with ``outages`` the share of the channel's sites that were out of service.
    """
    random = stream(seed, "complaints", month)
    days = horizon.month_days(month)
    about_paying = _about_paying(payments, outages, days, assumed, random)
    others = random.poisson(assumed.other_complaints / 10_000 * population_size)
    about_supply: Table = {
        "customer": random.integers(0, population_size, others, dtype=np.int32),
        "day": random.integers(days[0], days[1] + 1, others, dtype=np.int32),
        "channel": np.full(others, NO_CHANNEL, dtype=np.int8),
        "category": choose(random, ABOUT_SUPPLY, others),
    }
    return _handle(concat([about_paying, about_supply]), random, month)


def _about_paying(
    payments: Table,
    outages: Array,
    days: tuple[int, int],
    assumed: Channels,
    random: np.random.Generator,
) -> Table:
    """Complaints that follow a payment by up to three days."""
    rate = np.asarray(assumed.complaints)[:, None] / 10_000
    rate = (rate * (1 + (assumed.outage_complaints - 1) * outages)).astype(np.float32)
    chance = rate[payments["channel"], payments["day"] - days[0]]
    upset = np.flatnonzero(happens(random, chance, rows_of(payments)))
    wait = random.integers(0, 4, len(upset), dtype=np.int32)
    channel = payments["channel"][upset]
    channel[happens(random, CHANNEL_UNKNOWN, len(upset))] = NO_CHANNEL
    return {
        "customer": payments["customer"][upset],
        "day": np.minimum(payments["day"][upset] + wait, days[1]),
        "channel": channel,
        "category": choose(random, ABOUT_PAYING, len(upset)),
    }


def _handle(table: Table, random: np.random.Generator, month: int) -> Table:
    """Add the clock time, the answer, the satisfaction and the number."""
    count = rows_of(table)
    start, stop = (hour * 3600 for hour in HOURS_OPEN)
    table["second"] = random.integers(start, stop, count, dtype=np.int32) // 60 * 60
    table = in_order_of_time(table)
    minutes = random.integers(60, LONGEST_ANSWER_HOURS * 60, count, dtype=np.int64)
    moment = table["day"] * 1440 + table["second"] // 60 + minutes
    table["answer_day"], table["answer_minute"] = moment // 1440, moment % 1440
    table["is_answered"] = ~happens(random, UNANSWERED, count)
    table["is_rated"] = ~happens(random, UNRATED, count)
    table["is_satisfied"] = happens(random, SATISFIED, count)
    table["text"] = random.integers(0, TEXT_DRAWS, count)
    table["is_sorted"] = ~happens(random, UNSORTED, count)
    table["number"] = np.arange(1, count + 1, dtype=np.int64) + month * NUMBERS_PER_MONTH
    table["arrival"] = table["day"]
    return table
