"""What the customer file tells month by month: new customers, agreements, new phones."""

from __future__ import annotations

import numpy as np

from ml.simulation.assumptions import People
from ml.simulation.codes import Array, Table
from ml.simulation.horizon import Horizon
from ml.simulation.people.population import Population
from ml.simulation.randomness import happens, stream


def opening_customers(population: Population) -> Table:
    """The customers of the day before the first day."""
    customer = np.flatnonzero(population.opened < 0).astype(np.int32)
    return _rows(population, customer, np.full(len(customer), -1, dtype=np.int32))


def change_customers(
    population: Population,
    signed: Array,
    horizon: Horizon,
    assumed: People,
    seed: int,
    month: int,
) -> Table:
    """Change the population at the end of ``month``; the rows that tell of it.

    ``signed`` are customers whom a campaign moved to withholding; others sign by themselves.
    """
    random = stream(seed, "changes", month)
    first, last = horizon.month_days(month)
    size = population.size
    is_open = population.opened < first
    signs = happens(random, assumed.signers, size) & is_open & ~population.is_prepaid
    signs[signed] = True
    signs &= ~population.has_withholding
    moves = happens(random, assumed.changed_phones, size) & is_open
    population.has_withholding |= signs
    population.phone[moves] = 19_900_000_000 + random.integers(0, 10_000_000, int(moves.sum()))
    is_new = (population.opened >= first) & (population.opened <= last)
    customer = np.flatnonzero(is_new | signs | moves).astype(np.int32)
    day = random.integers(first, last + 1, len(customer), dtype=np.int32)
    day = np.where(is_new[customer], population.opened[customer], day)
    return _rows(population, customer, day)


def _rows(population: Population, customer: Array, day: Array) -> Table:
    names = (
        "kind", "region", "is_prepaid", "has_withholding", "is_elderly", "is_low_income",
        "opened", "phone",
    )  # fmt: skip
    values = {name: getattr(population, name)[customer] for name in names}
    return {"customer": customer, "day": day, **values}
