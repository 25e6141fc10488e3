"""The households log: the last payment of each household held out, bills placed by inference."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path

import numpy as np

from ml.payment_timing.bill_cycle import infer_bill_cycle
from ml.payment_timing.candidates import BILL_MODELS, fit_candidates
from ml.payment_timing.contract import HORIZON
from ml.payment_timing.metrics import likelihood, log_scores
from ml.payment_timing.season import Season
from ml.payment_timing.spells import Spells
from ml.payment_timing.stack import fit_weights
from ml.payment_timing.states import joined, rows
from ml.payment_timing.states_without_bills import states_from_payments
from ml.payment_timing.windows import hits, widths, windows

DAYS = np.arange(1, 400)  # the longest wait in the log is 272 days
ROUNDS = 3  # earlier payments whose forecasts set the weights
STEP = 15  # days between the origins that the models are fitted on
FIRST = 45  # days of history before the first of them
ONE_STRATUM = 2  # the households' and the pooled one


@dataclass(frozen=True)
class Log:
    """Payments sorted by customer and day; one a customer and day."""

    customer: np.ndarray
    day: np.ndarray
    amount: np.ndarray

    def without_last(self) -> Log:
        """All but each customer's last payment."""
        kept = np.append(np.diff(self.customer) == 0, False)
        return Log(self.customer[kept], self.day[kept], self.amount[kept])

    def regulars(self, payments: int) -> Log:
        """Customers with at least so many payments, numbered anew."""
        kept = (np.bincount(self.customer) >= payments)[self.customer]
        names = np.unique(self.customer[kept], return_inverse=True)[1]
        return Log(names, self.day[kept], self.amount[kept])

    def last_days(self) -> np.ndarray:
        """Each customer's last payment day."""
        return self.day[np.append(np.diff(self.customer) != 0, True)]


@dataclass(frozen=True)
class Forecast:
    """F over ``DAYS`` after the last known payment, and the days that it then took."""

    cumulative: np.ndarray
    paid_in: np.ndarray

    def log_score(self) -> float:
        """Mean of ln P(T = day), nats."""
        return float(log_scores(self.cumulative, self.paid_in).mean())

    def within(self, days: int) -> float:
        """Share whose median day is off by at most ``days``."""
        median = (self.cumulative < 0.5).sum(axis=1) + 1
        return float((np.abs(median - self.paid_in) <= days).mean())

    def coverage_and_width(self) -> tuple[float, float]:
        """Of the 80 % windows."""
        (found,) = windows(self.cumulative, (0.8,))
        return float(hits(found, self.paid_in).mean()), float(widths(found, len(DAYS)).mean())


def read(folder: Path) -> Log:
    """The log in its UTF-8 encoding; payments of one day are one event."""
    with (folder / "electricity_households" / "cph.csv").open(encoding="utf-8") as file:
        lines = list(csv.reader(file))[1:]
    names = np.unique([line[0] for line in lines], return_inverse=True)[1]
    day = np.array([(date.fromisoformat(line[1]) - date(1970, 1, 1)).days for line in lines])
    key, place = np.unique(names * 100_000 + day, return_inverse=True)
    amount = np.bincount(place, [float(line[2]) for line in lines])
    return Log(key // 100_000, key % 100_000, amount)


@lru_cache(maxsize=2)
def forecast(folder: Path) -> Forecast:
    """Models fitted without the last payments, pooled by three earlier rounds of the same game."""
    log = read(folder)
    weights = _weights(log.without_last())
    final = _forecasts(log.without_last(), log.last_days())
    pooled = np.sum(
        [weight * one.cumulative for weight, one in zip(weights, final, strict=True)], axis=0
    )
    return Forecast(pooled, final[0].paid_in)


def _weights(known: Log) -> np.ndarray:
    """By the forward scores of the last ``ROUNDS`` payments, each held out in turn."""
    known = known.regulars(ROUNDS + 1)
    scores = []
    for _ in range(ROUNDS):
        earlier = known.without_last()
        found = _forecasts(earlier, known.last_days())
        scores.append(np.stack([likelihood(one.cumulative, one.paid_in) for one in found], 1))
        known = earlier
    return fit_weights(np.concatenate(scores))


def _forecasts(known: Log, coming: np.ndarray) -> list[Forecast]:
    """Each bill-anchored model's forecast from the last known payment on."""
    cycle = infer_bill_cycle(known.customer, known.day)
    origin = known.last_days()
    states = states_from_payments(known.customer, known.day, known.amount, origin, cycle)
    parts = []
    for day in range(int(known.day.min()) + FIRST, int(origin.max()), STEP):
        parts.append(_spells(known, day, states_from_payments(
            known.customer, known.day, known.amount, np.full(len(origin), day), cycle
        )))  # fmt: skip
    seen = Spells(
        joined([part.states for part in parts]),
        np.concatenate([part.event for part in parts]),
        np.concatenate([part.observed for part in parts]),
    )
    models = fit_candidates(seen, ONE_STRATUM, Season.flat(ONE_STRATUM)).models
    paid_in = (coming - origin).astype(float)
    return [Forecast(1 - models[name].survival(states, DAYS), paid_in) for name in BILL_MODELS]


def _spells(known: Log, day: int, states: dict[str, np.ndarray]) -> Spells:
    """From ``day`` to the next payment; followed no longer than to the last known payment."""
    last = known.last_days()
    later = known.day > day
    coming = np.full(len(last), np.iinfo(np.int64).max)
    np.minimum.at(coming, known.customer[later], known.day[later] - day)
    limit = np.minimum(last - day, HORIZON)
    followed = (limit > 0) & (states["payment_days"] > 0)
    event = np.where(coming <= limit, coming, 0)
    observed = np.where(event > 0, event, limit)
    return Spells(rows(states, followed), event[followed], observed[followed])
