"""The monthly bills of post-paid customers: reading days, energy, amounts."""

from __future__ import annotations

import numpy as np

from ml.simulation.assumptions import Billing
from ml.simulation.codes import RESIDENT, TYPES, Array, Table
from ml.simulation.horizon import LEAD, Horizon
from ml.simulation.people.population import Population
from ml.simulation.randomness import stream

LARGEST_KWH = 6_000_000  # a month; keeps an industrial tail below the contract's limit
FIRST_BILL_DAYS = 30  # from opening to the first bill


def issue_days(population: Population, horizon: Horizon, assumed: Billing, month: int) -> Array:
    """Day on which each customer's bill of that month is issued; int32."""
    first = horizon.number(horizon.month_date(month))
    by_region = first + np.asarray(assumed.reading_days, dtype=np.int32) - 1
    day = by_region[population.region] + population.book
    moved = population.region < len(by_region) - assumed.unmoved_regions
    return np.where(moved, horizon.next_workday[day + LEAD], day).astype(np.int32)


def issue_bills(
    population: Population, horizon: Horizon, assumed: Billing, seed: int, month: int
) -> Table:
    """Bills issued in ``month`` for the use of the month before; money in fen.

    Energy is lognormal around the customer's mean and the season of its type.
    """
    random = stream(seed, "bills", month)
    noise = random.standard_normal(population.size, dtype=np.float32)
    days = issue_days(population, horizon, assumed, month)
    billed = ~population.is_prepaid & (population.opened + FIRST_BILL_DAYS <= days)
    customer = np.flatnonzero(billed & (days <= horizon.end)).astype(np.int32)
    kind = population.kind[customer]
    season = np.log(_season(assumed, horizon.month_date(month - 1).month))[kind]
    log_kwh = population.log_kwh[customer] + season + assumed.kwh_within * noise[customer]
    kwh = np.clip(np.rint(np.exp(log_kwh)), 1, LARGEST_KWH).astype(np.int64)
    issued = days[customer]
    return {
        "customer": customer,
        "bill_month": np.full(len(customer), month - 1, dtype=np.int16),
        "day": issued,
        "due": issued + np.int32(assumed.days_to_pay),
        "fen": bill_fen(kwh, kind, assumed),
        "kwh": kwh,
    }


def bill_fen(kwh: Array, kind: Array, assumed: Billing) -> Array:
    """Amount in fen: price x kWh, and for residents the tiers' additions."""
    milli_yuan = np.rint(np.asarray(assumed.prices) * 1000).astype(np.int64)[kind] * kwh
    for start, added in assumed.resident_tiers:
        above = np.maximum(kwh - start, 0) * round(added * 1000)
        milli_yuan += np.where(kind == RESIDENT, above, 0)
    return np.maximum((milli_yuan + 5) // 10, 1)


def _season(assumed: Billing, calendar_month: int) -> Array:
    return np.asarray(assumed.season)[range(len(TYPES)), calendar_month - 1]


def daily_yuan(population: Population, assumed: Billing) -> Array:
    """Mean use of a day in yuan at the first tier's price, over the year."""
    price = np.asarray(assumed.prices)[population.kind]
    return np.exp(population.log_kwh) * price / 30.4


def season_of(population: Population, assumed: Billing, calendar_month: int) -> Array:
    """Times the year's mean that each customer uses in a calendar month."""
    return _season(assumed, calendar_month)[population.kind]
