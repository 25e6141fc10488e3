"""The customers: what the utility knows of them and what only the truth knows.

Attributes that change over time (withholding, phone, last channel) are changed in place, month
by month.  Names and addresses are made when they are written (``delivery``).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ml.simulation.assumptions import Assumptions, Billing
from ml.simulation.codes import INDUSTRY, RESIDENT, SMALL_BUSINESS, Array
from ml.simulation.horizon import Horizon
from ml.simulation.people.preferences import draw_preferences
from ml.simulation.randomness import choose, happens, stream

OLDEST_ACCOUNT_DAYS = 9000
FIRST_NUMBER, NUMBER_STEP, NUMBER_PRIME = 2_200_000_000, 1_000_003, 700_000_001
UNKNOWN_NUMBER = 9_900_000_000  # numbers from here on belong to nobody


@dataclass
class Population:
    """One array element per customer."""

    kind: Array  # TYPES
    region: Array
    is_prepaid: Array
    has_withholding: Array
    is_elderly: Array
    is_low_income: Array
    opened: Array  # day number; before the first day: negative
    phone: Array
    book: Array  # meter book: 0 is read on the region's day, 1 a day later
    log_kwh: Array  # ln of the monthly mean, the price's season apart
    segment: Array
    hour_profile: Array
    salary_choice: Array
    delay_mean: Array  # of ln(1 + days after the anchor)
    preference: Array  # customers x CHANNELS, sums to 1
    last_channel: Array

    @property
    def size(self) -> int:
        """Count of customers."""
        return len(self.kind)


def make_population(size: int, horizon: Horizon, assumed: Assumptions, seed: int) -> Population:
    """Draw all customers; the first attributes do not depend on the length of the period."""
    random = stream(seed, "population")
    people = assumed.people
    kind = choose(random, people.type_shares, size)
    can_prepay = (kind == RESIDENT) | (kind == SMALL_BUSINESS)
    is_prepaid = can_prepay & happens(random, people.prepaid, size)
    signed = happens(random, np.asarray(people.withholding, np.float32)[kind], size)
    is_elderly = (kind == RESIDENT) & happens(random, people.elderly, size)
    segment = choose(random, assumed.billing.segments, size)
    group = np.where(is_elderly, 1, np.select([kind == SMALL_BUSINESS, kind == INDUSTRY], [2, 3]))
    preference = draw_preferences(group, segment, assumed.channels, seed)
    return Population(
        kind=kind,
        region=choose(random, people.region_shares, size),
        is_prepaid=is_prepaid,
        has_withholding=signed & ~is_prepaid,
        is_elderly=is_elderly,
        is_low_income=(kind == RESIDENT) & happens(random, people.low_income, size),
        phone=19_900_000_000 + random.integers(0, 10_000_000, size),
        book=random.integers(0, 2, size, dtype=np.int8),
        log_kwh=_log_kwh(kind, assumed.billing, random),
        segment=segment,
        hour_profile=choose(random, people.hour_profiles, size),
        salary_choice=random.integers(0, len(assumed.billing.salary_days), size, dtype=np.int8),
        delay_mean=_delay_mean(segment, assumed.billing, random),
        preference=preference,
        last_channel=_first_channel(preference, random),
        opened=_opened(size, horizon, people.new_customers, random),
    )


def customer_numbers(index: Array) -> Array:
    """Ten-digit customer numbers: a permutation, so that a number tells nothing of the customer."""
    scattered = (index.astype(np.int64) * NUMBER_STEP + 12_345) % NUMBER_PRIME
    return FIRST_NUMBER + scattered


def _log_kwh(kind: Array, billing: Billing, random: np.random.Generator) -> Array:
    medians = np.log(np.asarray(billing.kwh_medians, dtype=float))[kind]
    spread = np.asarray(billing.kwh_between)[kind]
    return (medians + spread * random.standard_normal(len(kind))).astype(np.float32)


def _delay_mean(segment: Array, billing: Billing, random: np.random.Generator) -> Array:
    typical = np.log1p(np.asarray(billing.delay_medians))[segment]
    spread = np.asarray(billing.delay_between)[segment]
    return (typical + spread * random.standard_normal(len(segment))).astype(np.float32)


def _opened(size: int, horizon: Horizon, rate: float, random: np.random.Generator) -> Array:
    past = -random.integers(30, OLDEST_ACCOUNT_DAYS, size)
    is_new = happens(random, rate * horizon.months / 12, size)
    return np.where(is_new, random.integers(0, horizon.end + 1, size), past).astype(np.int32)


def _first_channel(preference: Array, random: np.random.Generator) -> Array:
    below = np.cumsum(preference, axis=1) < random.random((len(preference), 1), dtype=np.float32)
    return np.minimum(below.sum(axis=1), preference.shape[1] - 1).astype(np.int8)
