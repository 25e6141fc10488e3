"""The three campaigns of the last nine months, and the contact events that they leave behind."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import numpy as np

from ml.simulation.assumptions import Assumptions, Marketing
from ml.simulation.codes import (
    AGENCY,
    ALIPAY,
    APP,
    BANK,
    COUNTER,
    HOLDOUT,
    KIOSK,
    WECHAT,
    Array,
    Table,
    concat,
    take,
)
from ml.simulation.horizon import Horizon
from ml.simulation.randomness import happens, stream

MINUTES = 60
OFFICE_SECONDS = (9 * 3600, 11 * 3600)  # contacts are made in the morning
CREATIVES = ("", "plain", "saving")  # codes that delivered campaigns state; the first is none
NO_CREATIVE = 0


@dataclass(frozen=True)
class CampaignPlan:
    """One campaign; days are numbers, ``sources`` the channels its audience pays through."""

    code: str
    name: str
    objective: str
    target: int
    means: str
    sources: tuple[int, ...]
    months_before_last: int
    day_of_month: int
    budget_yuan: int
    states_creatives: bool = False  # the two are drawn at random, and work alike
    month: int = 0
    start: int = 0
    end: int = 0
    holdout: float = 0.0


TEMPLATES = (
    CampaignPlan(
        "C1-SMS-WECHAT", "短信引导微信缴费", "counter to wechat", WECHAT, "sms", (COUNTER,), 8, 10,
        60_000,
    ),
    CampaignPlan(
        "C2-PUSH-APP", "微信推送引导网上国网", "wechat and alipay to app", APP, "wechat_push",
        (WECHAT, ALIPAY), 5, 5, 40_000, states_creatives=True,
    ),
    CampaignPlan(
        "C3-PHONE-BANK", "电话引导银行代扣", "to bank withholding", BANK, "phone",
        (COUNTER, KIOSK, AGENCY), 2, 5, 90_000,
    ),
)  # fmt: skip


def plan_campaigns(horizon: Horizon, assumed: Marketing) -> list[CampaignPlan]:
    """Campaigns that start at least one month into the period, and end within it."""
    plans = []
    for template in TEMPLATES:
        month = horizon.months - 1 - template.months_before_last
        if month < 1:
            continue
        first = horizon.month_date(month) + timedelta(days=template.day_of_month - 1)
        start = horizon.number(first)
        end = min(start + assumed.length_days - 1, horizon.end)
        dated = {"month": month, "start": start, "end": end, "holdout": assumed.holdout}
        plans.append(CampaignPlan(**{**template.__dict__, **dated}))
    return plans


def make_contacts(
    plan: CampaignPlan,
    member: Array,
    arm: Array,
    contact: Array,
    assumed: Assumptions,
    random: np.random.Generator,
    creative: Array | None = None,
) -> tuple[Table, Array]:
    """Events of all members, and the mask of members whose contact was delivered.

    ``creative`` is an index into CREATIVES a member; None where the campaign states none.
    """
    marketing, size = assumed.marketing, len(member)
    second = random.integers(*OFFICE_SECONDS, size, dtype=np.int32)
    is_contacted = arm != HOLDOUT
    delivered = is_contacted & happens(random, marketing.delivered, size)
    opened = delivered & happens(random, marketing.opened, size)
    opted_out = delivered & happens(random, marketing.opted_out, size)
    reading = second + random.integers(2 * MINUTES, 8 * 60 * MINUTES, size, dtype=np.int32)
    start = np.full(size, plan.start, dtype=np.int32)
    stated = np.full(size, NO_CREATIVE) if creative is None else creative
    base = {"customer": member.astype(np.int32), "arm": arm, "creative": stated.astype(np.int8)}
    events = [
        (np.ones(size, dtype=bool), start, np.full(size, OFFICE_SECONDS[0], dtype=np.int32)),
        (is_contacted, contact, second),
        (delivered, contact, second + MINUTES),
        (opened, contact, reading),
        (opted_out, contact, reading + MINUTES),
    ]
    rows = [
        take(base | {"day": day, "second": at, "event": np.full(size, code, np.int8)}, mask)
        for code, (mask, day, at) in enumerate(events)
    ]
    return concat(rows), delivered


def draw_creatives(plan: CampaignPlan, arm: Array, seed: int) -> Array:
    """Creative of every member, an index into CREATIVES: even chances, none in the holdout.

    From a random stream of its own, so that stating creatives changes nothing else.
    """
    random = stream(seed, f"{plan.code} creatives")
    drawn = random.integers(1, len(CREATIVES), len(arm))
    stated = (arm != HOLDOUT) & plan.states_creatives
    return np.where(stated, drawn, NO_CREATIVE).astype(np.int8)
