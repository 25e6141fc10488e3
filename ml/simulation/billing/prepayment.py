"""Prepaid customers: a balance that runs down day by day, and the top-ups that refill it.

Use is a drift with daily noise, a top-up follows when the balance falls below a personal
threshold: the time between top-ups is the first passage of that walk (nearly inverse Gaussian).
"""

from __future__ import annotations

import numpy as np

from ml.simulation.assumptions import Billing
from ml.simulation.billing.bills import daily_yuan, season_of
from ml.simulation.billing.delays import PayDays
from ml.simulation.codes import COUNTER, PREPAID, SUCCESS, Array, Table, concat
from ml.simulation.horizon import LEAD
from ml.simulation.people.population import Population
from ml.simulation.people.preferences import ChannelChoice
from ml.simulation.randomness import stream

READING_CYCLE_DAYS = 7
AMOUNT_STEP_YUAN = 10
AMOUNT_SPREAD = 0.15  # sd of ln amount between one person's top-ups


class Meters:
    """The prepaid customers' meters, month after month; money in yuan, arrays over meters."""

    def __init__(
        self,
        population: Population,
        pay_days: PayDays,
        choice: ChannelChoice,
        assumed: Billing,
        seed: int,
    ) -> None:
        self.population, self.horizon, self.choice = population, pay_days.horizon, choice
        self.wait_chance, self.assumed, self.seed = pay_days.wait_chance, assumed, seed
        self.customer = np.flatnonzero(population.is_prepaid).astype(np.int32)
        random = stream(seed, "meters")
        count = len(self.customer)
        self.daily = daily_yuan(population, assumed)[self.customer].astype(np.float32)
        self.threshold = self.daily * _lognormal(random, assumed.threshold_days, count)
        self.amount = self.daily * _lognormal(random, assumed.top_up_days, count)
        self.balance = self.threshold + self.amount * random.random(count, dtype=np.float32)
        self.used = np.zeros(count, dtype=np.float32)  # yuan since the last reading
        price = np.asarray(assumed.prices, np.float32)
        self.price = price[population.kind[self.customer]]

    def run(self, month: int, with_readings: bool) -> tuple[Table, list[Table]]:
        """Simulate the days of one month: the top-ups, and the balance readings if wanted."""
        random = stream(self.seed, "prepayment", month)
        channel = self._channels(month)
        season = season_of(self.population, self.assumed, self.horizon.month_date(month).month)[
            self.customer
        ]
        mean = self.daily * season.astype(np.float32)
        first, last = self.horizon.month_days(month)
        top_ups, readings = [], []
        for day in range(first, last + 1):
            self._use(day, mean, random)
            top_ups.append(self._top_up(day, channel, random))
            if with_readings:
                readings.append(self._read(day))
        return concat(top_ups), readings

    def _channels(self, month: int) -> Array:
        people = self.population
        chosen = self.choice.choose(
            people.preference[self.customer], people.last_channel[self.customer], month, "prepaid"
        )
        people.last_channel[self.customer] = chosen
        return chosen

    def _use(self, day: int, mean: Array, random: np.random.Generator) -> None:
        noise = random.standard_normal(len(mean), dtype=np.float32)
        use = mean * np.maximum(1 + np.float32(self.assumed.use_spread) * noise, 0)
        use[self.population.opened[self.customer] > day] = 0
        self.balance -= use
        self.used += use

    def _top_up(self, day: int, channel: Array, random: np.random.Generator) -> Table:
        buyers = np.flatnonzero(self.balance < self.threshold)
        if not self.horizon.is_workday[day + LEAD]:
            buyers = buyers[channel[buyers] != COUNTER]
        patience = random.random(len(buyers), dtype=np.float32)
        buyers = buyers[patience >= self.wait_chance[day + LEAD]]
        spread = np.exp(AMOUNT_SPREAD * random.standard_normal(len(buyers)))
        steps = np.maximum(np.rint(self.amount[buyers] * spread / AMOUNT_STEP_YUAN), 1)
        self.balance[buyers] += (steps * AMOUNT_STEP_YUAN).astype(np.float32)
        return {
            "customer": self.customer[buyers],
            "bill_month": np.full(len(buyers), PREPAID, dtype=np.int16),
            "fen": steps.astype(np.int64) * AMOUNT_STEP_YUAN * 100,
            "day": np.full(len(buyers), day, dtype=np.int32),
            "channel": channel[buyers],
            "status": np.full(len(buyers), SUCCESS, dtype=np.int8),
        }

    def _read(self, day: int) -> Table:
        is_due = self.customer % READING_CYCLE_DAYS == day % READING_CYCLE_DAYS
        read = np.flatnonzero(is_due & (self.population.opened[self.customer] <= day))
        energy = np.rint(self.used[read] / self.price[read] * 10).astype(np.int64)
        self.used[read] = 0
        return {
            "customer": self.customer[read],
            "day": np.full(len(read), day, dtype=np.int32),
            "fen": np.rint(self.balance[read] * 100).astype(np.int64),
            "tenth_kwh": energy,
        }


def _lognormal(random: np.random.Generator, median_and_sd: tuple, count: int) -> Array:
    median, spread = median_and_sd
    noise = random.standard_normal(count, dtype=np.float32)
    return np.float32(median) * np.exp(np.float32(spread) * noise)
