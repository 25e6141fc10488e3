"""How the channels run day by day: sites, hours, staff, outages, queues and capacity.

Counters and kiosks have sites in every region; the other channels are one site, ``all``.
"""

from __future__ import annotations

import numpy as np

from ml.simulation.assumptions import Assumptions
from ml.simulation.codes import AGENCY, BANK, CHANNELS, COUNTER, KIOSK, Array, Table, take
from ml.simulation.horizon import LEAD, Horizon
from ml.simulation.people.population import Population
from ml.simulation.randomness import stream

OPEN_HOURS = {COUNTER: 8, KIOSK: 14, BANK: 4, AGENCY: 12}  # online channels: 24
PAYMENTS_PER_CLERK = 70  # a day
SPARE_CAPACITY = 2.2  # times the mean day of the first month
QUEUE_MINUTES = {COUNTER: (3.0, 24.0), KIOSK: (0.5, 5.0)}  # empty, and added when full
SITE_WEIGHTS = {1: (1.0,), 2: (0.6, 0.4), 3: (0.5, 0.3, 0.2)}
WORKDAYS_PER_MONTH = 21
WHOLE_PROVINCE = -1


class Operations:
    """The sites, and what happens at them in one month after another."""

    def __init__(
        self, population: Population, horizon: Horizon, assumed: Assumptions, seed: int
    ) -> None:
        self.population, self.horizon = population, horizon
        self.assumed, self.seed = assumed.channels, seed
        self.channel, self.region, self.place, self.weight = _sites(assumed)
        base = np.asarray(self.assumed.base_shares[0])[self.channel]
        regions = np.append(assumed.people.region_shares, 1.0)[self.region]
        daily = population.size * base * regions * self.weight / WORKDAYS_PER_MONTH
        self.capacity = np.maximum(np.ceil(SPARE_CAPACITY * daily), 5)
        hours = [OPEN_HOURS.get(code, 24) for code in range(len(CHANNELS))]
        self.hours = np.asarray(hours)[self.channel]

    @property
    def names(self) -> list[str]:
        """Codes of the sites, such as ``R03-counter-1``; ``all`` for a channel without sites."""
        return [
            "all" if region == WHOLE_PROVINCE else f"R{region + 1:02d}-{CHANNELS[channel]}-{place}"
            for channel, region, place in zip(self.channel, self.region, self.place, strict=True)
        ]

    def run(self, payments: Table, month: int) -> tuple[Table, Array]:
        """Rows of the month, and outages: CHANNELS x days, the share of sites out of service."""
        random = stream(self.seed, "operations", month)
        first, last = self.horizon.month_days(month)
        load = self._load(payments, first, last - first + 1)
        chance = np.asarray(self.assumed.outage_days)[self.channel]
        is_out = random.random(load.shape) < chance[:, None]
        minutes = is_out * random.exponential(self.assumed.outage_minutes, load.shape)
        noise = np.exp(0.2 * random.standard_normal(load.shape))
        outages = [is_out[self.channel == code].mean(axis=0) for code in range(len(CHANNELS))]
        return self._rows(load, minutes, noise, first), np.stack(outages)

    def _load(self, payments: Table, first: int, days: int) -> Array:
        """Payments that each site took on each day; sites x days."""
        regions = int(self.region.max()) + 1
        cell = payments["channel"].astype(np.int64) * regions
        cell += self.population.region[payments["customer"]]
        cell = cell * days + (payments["day"] - first)
        counts = np.bincount(cell, minlength=len(CHANNELS) * regions * days)
        by_region = counts.reshape(len(CHANNELS), regions, days)
        total = by_region.sum(axis=1)
        is_province = (self.region == WHOLE_PROVINCE)[:, None]
        own = by_region[self.channel, np.maximum(self.region, 0)]
        return np.where(is_province, total[self.channel], own) * self.weight[:, None]

    def _rows(self, load: Array, minutes: Array, noise: Array, first: int) -> Table:
        site, day = (axis.ravel() for axis in np.indices(load.shape))
        channel = self.channel[site]
        full = np.minimum(load.ravel() / self.capacity[site], 1.5)
        queue = np.zeros(len(site))
        for code, (empty, added) in QUEUE_MINUTES.items():
            queue = np.where(channel == code, (empty + added * full**2) * noise.ravel(), queue)
        open_minutes = self.hours[site] * 60
        clerks = np.maximum(np.rint(self.capacity[site] / PAYMENTS_PER_CLERK), 1)
        table = {
            "site": site,
            "channel": channel,
            "day": (day + first).astype(np.int32),
            "hours": self.hours[site].astype(np.int64),
            "staff_tenths": np.where(channel == COUNTER, 10 * clerks, 2).astype(np.int64),
            "outage": np.minimum(np.rint(minutes.ravel()), open_minutes).astype(np.int64),
            "queue_tenths": np.rint(10 * queue).astype(np.int64),
            "capacity": self.capacity[site].astype(np.int64),
        }
        is_open = (channel != COUNTER) | self.horizon.is_workday[table["day"] + LEAD]
        return take(table, is_open)


def _sites(assumed: Assumptions) -> tuple[Array, Array, Array, Array]:
    """Channel, region, place in the region, and share of the region's payments, of every site."""
    sites = []
    per_region = {COUNTER: assumed.channels.halls, KIOSK: assumed.channels.kiosks}
    for channel in range(len(CHANNELS)):
        if channel not in per_region:
            sites.append((channel, WHOLE_PROVINCE, 1, 1.0))
            continue
        for region in range(len(assumed.people.region_shares)):
            weights = SITE_WEIGHTS[per_region[channel]]
            sites += [(channel, region, place, w) for place, w in enumerate(weights, start=1)]
    channel_, region_, place_, weight = zip(*sites, strict=True)
    return np.array(channel_), np.array(region_), np.array(place_), np.array(weight)
