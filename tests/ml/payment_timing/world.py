"""A small world of payers whose habits are known: bill payers, debited ones, prepaid ones.

Post-paid: ln(1 + delay) is normal with the person's mean and the world's sd; one bill in fifty is
skipped.  Debited: the first workday from issue + 5 on.  Prepaid: gamma gaps of shape 9.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ml.payment_timing.bill_cycle import BillCycle
from ml.payment_timing.clocks import has_bill_clock
from ml.payment_timing.contract import HORIZON
from ml.payment_timing.rolling import Origin
from ml.payment_timing.states import joined, rows
from ml.payment_timing.states_without_bills import states_from_payments
from ml.payment_timing.workdays import next_workday

STRATA = ("resident.postpaid", "resident.postpaid.withholding", "resident.prepaid")
CYCLE = BillCycle(months=1, phase=0, day=6, share=1.0, stretch=1)
BEGIN = 19_723  # 2024-01-01
LENGTH = 730
SPREAD = 0.35  # sd of ln(1 + delay) of one person
MEANS = (1.2, 2.4, 3.1)  # ln(1 + delay) of the prompt, the middling and the late
SKIPPED = 0.02
SHARES = (0.6, 0.2, 0.2)


@dataclass(frozen=True)
class World:
    """Payments of all customers, one a customer and day."""

    stratum: np.ndarray
    customer: np.ndarray
    paid_on: np.ndarray

    def origin(self, day: int) -> Origin:
        """States and outcomes as of a day."""
        size = len(self.stratum)
        amount = np.full(len(self.customer), 100.0)
        states = states_from_payments(
            self.customer, self.paid_on, amount, np.full(size, day), CYCLE
        )
        prepaid = self.stratum == 2
        for name in ("open_bill_age", "next_bill_in", "cycle_days"):
            states[name] = np.where(prepaid, np.nan, states[name])
        for name in states:
            if name.startswith(("delay_", "pay_day_")) or name == "matched_payments":
                states[name] = np.where(prepaid, 0.0, states[name])
        states["stratum"] = self.stratum.astype(float)
        states["has_withholding"] = (self.stratum == 1).astype(float)
        later = self.paid_on > day
        coming = np.full(size, np.inf)
        np.minimum.at(coming, self.customer[later], self.paid_on[later] - day)
        return Origin(states, np.where(coming <= HORIZON, coming, np.nan))


def world(customers: int, seed: int = 0) -> World:
    """Two years of payments."""
    random = np.random.default_rng(seed)
    stratum = random.choice(3, customers, p=SHARES)
    parts = [
        _billed(np.flatnonzero(stratum == 0), random),
        _debited(np.flatnonzero(stratum == 1)),
        _prepaid(np.flatnonzero(stratum == 2), random),
    ]
    customer, day = (np.concatenate(part) for part in zip(*parts, strict=True))
    key = np.unique(customer * 100_000 + day)
    return World(stratum, key // 100_000, key % 100_000)


def origins(made: World, number: int, step: int = 27) -> list[Origin]:
    """The newest ``number`` origins whose outcomes lie within the world."""
    last = BEGIN + LENGTH - HORIZON - 1
    return [made.origin(last - step * back) for back in range(number)][::-1]


def pooled(parts: list[Origin]) -> Origin:
    """Origins below one another."""
    paid_in = np.concatenate([part.paid_in for part in parts])
    return Origin(joined([part.states for part in parts]), paid_in)


def billed_only(origin: Origin) -> Origin:
    """Customers with a bill clock."""
    chosen = has_bill_clock(origin.states)
    return Origin(rows(origin.states, chosen), origin.paid_in[chosen])


def _issues() -> np.ndarray:
    found = [CYCLE.next_issue(np.array([BEGIN - 1]))[0]]
    while found[-1] < BEGIN + LENGTH:
        found.append(CYCLE.next_issue(np.array([found[-1]]))[0])
    return np.array(found[:-1])


def _billed(who: np.ndarray, random: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    mean = random.choice(MEANS, len(who)) + 0.15 * random.standard_normal(len(who))
    issues = _issues()
    noise = SPREAD * random.standard_normal((len(who), len(issues)))
    delay = np.rint(np.maximum(np.expm1(mean[:, None] + noise), 0)).astype(np.int64)
    paid = random.random(delay.shape) >= SKIPPED
    day = issues + np.minimum(delay, 55)
    return np.broadcast_to(who[:, None], day.shape)[paid], day[paid]


def _debited(who: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    day = np.broadcast_to(next_workday(_issues() + 5), (len(who), len(_issues())))
    return np.broadcast_to(who[:, None], day.shape).ravel(), day.ravel()


def _prepaid(who: np.ndarray, random: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    mean = 30 * np.exp(0.3 * random.standard_normal(len(who)))
    gaps = np.maximum(np.rint(random.gamma(9, mean[:, None] / 9, (len(who), 80))), 1)
    day = BEGIN - 15 + gaps.cumsum(axis=1).astype(np.int64)
    kept = (day >= BEGIN) & (day < BEGIN + LENGTH)
    return np.broadcast_to(who[:, None], day.shape)[kept], day[kept]
