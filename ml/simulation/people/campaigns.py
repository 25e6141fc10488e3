"""Campaigns with a randomised holdout: audience, arms, contacts, and their known effect.

A converted member pays through the target channel from the contact on, through the campaign and
an exponential time after it.  The chance of conversion is set so that the share of members who
pay through the target rises by the planned points; the truth keeps what was realised.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from ml.simulation.assumptions import Assumptions, Marketing
from ml.simulation.billing.bills import issue_days
from ml.simulation.billing.delays import PayDays
from ml.simulation.codes import (
    BANK,
    HOLDOUT,
    RANDOM_DAY,
    SUCCESS,
    WINDOW,
    Array,
    Table,
    take,
)
from ml.simulation.people.campaign_plans import (
    CampaignPlan,
    draw_creatives,
    make_contacts,
    plan_campaigns,
)
from ml.simulation.people.population import Population
from ml.simulation.people.preferences import ChannelChoice, expected_share
from ml.simulation.randomness import choose, happens, stream

FOREVER = np.iinfo(np.int32).max
RANDOM_DAYS = 30  # contacts of the random arm fall on the first 30 days
PAYS_AFTER_CONTACT = {WINDOW: 0.885, RANDOM_DAY: 0.71}  # share of members, as simulated
PAYMENTS_IN_CAMPAIGN = 1.3  # per member: 40 days hold 1.3 bill cycles


@dataclass
class RunningCampaign:
    """One campaign with its members (arrays over members) and what they did."""

    plan: CampaignPlan
    member: Array
    arm: Array
    converts: Array
    points: Sequence[float]  # planned rise of the share that pays by the target, by ARMS
    creative: Sequence[str] = ()  # code a member, empty in the holdout; () where all work alike
    paid_by_target: Array = field(init=False)
    would_have: Array = field(init=False)  # without the campaign

    def __post_init__(self) -> None:
        self.paid_by_target = np.zeros(len(self.member), dtype=bool)
        self.would_have = np.zeros(len(self.member), dtype=bool)

    def realised_points(self, members: Array) -> float:
        """Rise of the share of the members (a mask) who paid by the target, in points."""
        rise = self.paid_by_target.astype(float) - self.would_have
        chosen = rise[members]
        return 100 * float(chosen.mean()) if len(chosen) else 0.0


class Campaigns:
    """All campaigns of the period; every customer takes part in one at most."""

    def __init__(
        self,
        population: Population,
        pay_days: PayDays,
        choice: ChannelChoice,
        assumed: Assumptions,
        seed: int,
    ) -> None:
        self.population, self.pay_days, self.choice = population, pay_days, choice
        self.assumed, self.seed = assumed, seed
        self.plans = plan_campaigns(pay_days.horizon, assumed.marketing)
        self.running: list[RunningCampaign] = []
        self.is_taken = np.zeros(population.size, dtype=bool)
        self.target = np.full(population.size, -1, dtype=np.int8)
        self.since = np.full(population.size, FOREVER, dtype=np.int32)
        self.until = np.zeros(population.size, dtype=np.int32)

    def start(self, month: int) -> list[tuple[CampaignPlan, Table]]:
        """Start the month's campaigns: their plans and the events of their contacts."""
        return [(plan, self._launch(plan)) for plan in self.plans if plan.month == month]

    def redirect(self, rows: Table) -> Array:
        """Channels of the payments after the campaigns' effect; debits stay debits."""
        customer, day, channel = rows["customer"], rows["day"], rows["channel"]
        moved = (self.since[customer] <= day) & (day <= self.until[customer]) & (channel != BANK)
        final = np.where(moved, self.target[customer], channel).astype(np.int8)
        for campaign in self.running:
            observe(campaign, self.population, rows, final)
        return final

    def signed_members(self) -> Array:
        """Customers whom a campaign moved to withholding, hence signed an agreement."""
        signed = [
            item.member[item.converts & item.paid_by_target]
            for item in self.running
            if item.plan.target == BANK
        ]
        return np.concatenate(signed) if signed else np.zeros(0, dtype=np.int64)

    def _launch(self, plan: CampaignPlan) -> Table:
        random = stream(self.seed, plan.code)
        member = self._audience(plan, random)
        self.is_taken[member] = True
        share = self.assumed.marketing.holdout
        arm = choose(random, ((1 - share) / 2, (1 - share) / 2, share), len(member))
        contact = self._contact_days(plan, member, arm, random)
        contacts, delivered = make_contacts(
            plan, member, arm, contact, self.assumed, random, draw_creatives(plan, arm, self.seed)
        )
        marketing = self.assumed.marketing
        chance = conversion_chance(
            self.population, self.choice, marketing, plan, member, arm, marketing.points
        )
        converts = delivered & happens(random, chance, len(member))
        moved = member[converts]
        self.target[moved], self.since[moved] = plan.target, contact[converts]
        stays = random.exponential(self.assumed.marketing.retention_days, len(moved))
        self.until[moved] = FOREVER if plan.target == BANK else plan.end + stays.astype(np.int32)
        self.running.append(RunningCampaign(plan, member, arm, converts, marketing.points))
        return contacts

    def _audience(self, plan: CampaignPlan, random: np.random.Generator) -> Array:
        people = self.population
        eligible = np.isin(people.last_channel, plan.sources) & ~self.is_taken
        eligible &= ~people.is_prepaid & ~people.has_withholding & (people.opened < plan.start - 60)
        found = np.flatnonzero(eligible)
        size = min(len(found), int(self.assumed.marketing.audience * people.size))
        return np.sort(random.choice(found, size, replace=False))

    def _contact_days(
        self, plan: CampaignPlan, member: Array, arm: Array, random: np.random.Generator
    ) -> Array:
        """One or two days before the predicted payment, or a random day of the cycle."""
        arguments = (self.population, self.pay_days.horizon, self.assumed.billing)
        this = self.pay_days.typical(member, issue_days(*arguments, plan.month)[member])
        following = self.pay_days.typical(member, issue_days(*arguments, plan.month + 1)[member])
        ahead = random.integers(1, 3, len(member))
        predicted = np.where(this - ahead > plan.start, this, following) - ahead
        window = np.clip(predicted, plan.start + 1, plan.end - 2)
        any_day = plan.start + 1 + random.integers(0, RANDOM_DAYS, len(member))
        return np.where(arm == WINDOW, window, any_day).astype(np.int32)


def conversion_chance(
    population: Population,
    choice: ChannelChoice,
    marketing: Marketing,
    plan: CampaignPlan,
    member: Array,
    arm: Array,
    points: Sequence[float],
) -> Array:
    """Chance that a delivered contact converts, for the planned rise over all members.

    ``points`` are the planned rises of the share that pays by the target, by ARMS.
    """
    once = expected_share(choice, population.preference[member], plan.target, plan.month)
    movable = np.clip(1 - PAYMENTS_IN_CAMPAIGN * once, 0.2, 1)
    weight = np.where(population.is_elderly[member], marketing.elderly_effect, 1.0)
    planned = np.asarray(points)[arm] * weight / weight.mean()
    reached = np.where(arm == WINDOW, *PAYS_AFTER_CONTACT.values()) * marketing.delivered
    return np.where(arm == HOLDOUT, 0.0, planned / 100 / movable / reached)


def observe(campaign: RunningCampaign, population: Population, rows: Table, final: Array) -> None:
    """Note which members paid by the target, and which would have without the campaign."""
    plan = campaign.plan
    place = np.full(population.size, -1, dtype=np.int32)
    place[campaign.member] = np.arange(len(campaign.member))
    at = place[rows["customer"]]
    counts = (at >= 0) & (plan.start <= rows["day"]) & (rows["day"] <= plan.end)
    counts &= rows["status"] == SUCCESS
    seen = take({"at": at, "base": rows["channel"], "final": final}, counts)
    campaign.paid_by_target[seen["at"][seen["final"] == plan.target]] = True
    own = seen["at"][seen["base"] == plan.target]
    campaign.would_have[own[~_signed_here(campaign, population)[own]]] = True


def _signed_here(campaign: RunningCampaign, population: Population) -> Array:
    """Members whose own channel changed because the campaign made them sign."""
    if campaign.plan.target != BANK:
        return np.zeros(len(campaign.member), dtype=bool)
    return campaign.converts & population.has_withholding[campaign.member]
