"""A campaign that the platform launched, brought into the province: who responds, and to what.

Members, arms and days of contact are given; the response has random streams of its own and is laid
over the closed month, so that bills and payments of everyone else are those of the province
without it, and everything before the first contact is the same byte by byte.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

import numpy as np

from ml.simulation.assumptions import Assumptions
from ml.simulation.codes import ARMS, BANK, CHANNELS, HOLDOUT, MEANS_SHARES, Array, Table, take
from ml.simulation.horizon import Horizon
from ml.simulation.people.campaign_plans import CampaignPlan, make_contacts
from ml.simulation.people.campaigns import RunningCampaign, conversion_chance, observe
from ml.simulation.people.population import Population, customer_numbers
from ml.simulation.people.preferences import ChannelChoice
from ml.simulation.randomness import choose, happens, stream

NO_ARM = len(ARMS)  # a gateway does not know the arms
ASSIGNED = 0  # of CONTACT_EVENTS; the platform keeps its assignments itself


@dataclass(frozen=True)
class LaunchedCampaign:
    """What the platform decided; arrays over members, days as datetime64 (NaT: no contact)."""

    code: str
    target: str
    starts_on: date
    ends_on: date
    customer_no: Array
    arm: Array  # index into ARMS
    contact_on: Array
    points: tuple[float, ...]  # planned rise of the share that pays by the target, by ARMS
    creative: Sequence[str] = ()  # code a member, empty in the holdout
    creative_effects: Mapping[str, float] = field(default_factory=dict)  # times the points


class LaunchedResponse:
    """The members' contacts and payments."""

    def __init__(
        self,
        launched: LaunchedCampaign,
        population: Population,
        horizon: Horizon,
        choice: ChannelChoice,
        assumed: Assumptions,
        seed: int,
    ) -> None:
        self.launched, self.population, self.horizon = launched, population, horizon
        self.seed = seed
        plan = self.plan = _plan(launched, horizon)
        random = stream(seed, f"launched {launched.code}")
        member = _members(launched, population)
        contact = _days(launched.contact_on, horizon)
        contacts, delivered = make_contacts(plan, member, launched.arm, contact, assumed, random)
        self.contacts = take(contacts, contacts["event"] != ASSIGNED)
        self.contacts["arm"] = np.full(len(self.contacts["day"]), NO_ARM, dtype=np.int8)
        chance = conversion_chance(
            population, choice, assumed.marketing, plan, member, launched.arm, launched.points
        )
        chance = chance * _multiples(launched)
        converts = delivered & happens(random, chance, len(member))
        stays = random.exponential(assumed.marketing.retention_days, len(member))
        self.since = np.full(population.size, np.iinfo(np.int32).max, dtype=np.int32)
        self.since[member[converts]] = contact[converts]
        self.until = np.zeros(population.size, dtype=np.int32)
        self.until[member] = plan.end + stays.astype(np.int32)
        self.running = RunningCampaign(
            plan, member, launched.arm, converts, launched.points, launched.creative
        )

    def redirect(self, payments: Table, month: int) -> Table:
        """The month's payments with those of converted members through the target."""
        customer, day, channel = (payments[name] for name in ("customer", "day", "channel"))
        moved = (self.since[customer] <= day) & (day <= self.until[customer]) & (channel != BANK)
        final = np.where(moved, self.plan.target, channel).astype(np.int8)
        observe(self.running, self.population, payments, final)
        random = stream(self.seed, f"launched {self.plan.code} means", month)
        means = payments["means"].copy()
        means[moved] = choose(random, MEANS_SHARES[self.plan.target], int(moved.sum()))
        return payments | {"channel": final, "means": means}


def _plan(launched: LaunchedCampaign, horizon: Horizon) -> CampaignPlan:
    start, end = horizon.number(launched.starts_on), horizon.number(launched.ends_on)
    first = horizon.first_day
    month = 12 * (launched.starts_on.year - first.year) + launched.starts_on.month - first.month
    target = CHANNELS.index(launched.target)
    if not 0 <= month < horizon.months or target == BANK:
        raise ValueError(
            f"Campaign {launched.code} starts on {launched.starts_on} for {launched.target}; "
            "expected a day of the simulated period, and a channel that customers choose "
            "payment by payment. Declare another."
        )
    return CampaignPlan(
        launched.code, "", "", target, "", (), 0, launched.starts_on.day, 0,
        month=month, start=start, end=end, holdout=float((launched.arm == HOLDOUT).mean()),
    )  # fmt: skip


def _multiples(launched: LaunchedCampaign) -> Array:
    """What every member's creative makes of the chance to convert; 1 without one."""
    if not len(launched.creative):
        return np.ones(len(launched.arm))
    return np.array([launched.creative_effects.get(code, 1.0) for code in launched.creative])


def _members(launched: LaunchedCampaign, population: Population) -> Array:
    """Index of each member in the population."""
    numbers = customer_numbers(np.arange(population.size))
    order = np.argsort(numbers)
    place = np.searchsorted(numbers[order], launched.customer_no)
    found = order[np.minimum(place, population.size - 1)]
    wrong = numbers[found] != launched.customer_no
    if wrong.any():
        raise ValueError(
            f"Customer {launched.customer_no[wrong][0]} is not of this province. Simulate it with "
            "the size and the seed of the first deliveries."
        )
    return found


def _days(contact_on: Array, horizon: Horizon) -> Array:
    """Day numbers; members without a contact get the first day, which nobody reads."""
    days = (contact_on.astype("datetime64[D]") - np.datetime64(horizon.first_day)).astype(np.int64)
    return np.where(np.isnat(contact_on), 0, days).astype(np.int32)
