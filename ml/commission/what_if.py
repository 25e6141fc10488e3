"""What a schedule would bring, channel by channel: fees, handling, payments, saving."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from ml.commission.declaration import Change
from ml.commission.market import Market, costs_of, growth_of, moves_of
from ml.commission.response import Responses
from ml.commission.terms import Array, Terms, Tier


@dataclass(frozen=True)
class Outcome:
    """Figures of a schedule a year; arrays over draws and channels, (D, C), in yuan."""

    market: Market
    schedule: Mapping[str, Terms]
    present_fees: Array  # (C,)
    present_handling: Array  # (C,)
    fees: Array
    handling: Array
    growth: Array

    @property
    def saving(self) -> Array:
        """Today's cost less the schedule's, by draw, (D,)."""
        present = self.present_fees.sum() + self.present_handling.sum()
        saved: Array = present - self.fees.sum(axis=1) - self.handling.sum(axis=1)
        return saved


def outcome(market: Market, schedule: Mapping[str, Terms], responses: Responses) -> Outcome:
    """The schedule over all draws; channels that it does not name keep their terms."""
    moves = moves_of(market, schedule, responses.draws, responses.channels)
    growth = growth_of(market, moves)
    fees, handling = costs_of(market, schedule, growth)
    ones = np.ones((1, len(market.channels)))
    present_fees, present_handling = costs_of(market, {}, ones)
    return Outcome(market, schedule, present_fees[0], present_handling[0], fees, handling, growth)


class ChangeError(ValueError):
    """A change that cannot be made; the message holds both languages, English first."""


def changed_terms(market: Market, changes: Sequence[Change]) -> dict[str, Terms]:
    """Today's terms with the changes made.

    Raises:
        ChangeError: a channel is under no contract, or no tier begins where a change says.
    """
    schedule: dict[str, Terms] = {}
    for change in changes:
        if change.channel not in market.terms:
            known = ", ".join(sorted(market.terms))
            raise ChangeError(
                f"channel {change.channel!r} has no contract with payments today, so no term of "
                f"it can be changed; choose one of {known}.\n"
                f"渠道 {change.channel!r} 目前没有在执行且有缴费的合同，无法调整条款；"
                f"可选：{known}。"
            )
        terms = schedule.get(change.channel, market.terms_of(change.channel))
        starts = [tier.from_yuan for tier in terms.tiers]
        if change.tier_from_yuan is not None and change.tier_from_yuan not in starts:
            listed = ", ".join(f"{start:,.0f}" for start in starts)
            raise ChangeError(
                f"no tier of {change.channel!r} begins at {change.tier_from_yuan:,.0f} yuan; "
                f"tiers begin at {listed}.\n"
                f"{change.channel!r} 没有起点为 {change.tier_from_yuan:,.0f} 元的阶梯；"
                f"现有起点：{listed}。"
            )
        schedule[change.channel] = terms.with_tiers(
            tuple(_changed(tier, change) for tier in terms.tiers)
        )
    return schedule


def _changed(tier: Tier, change: Change) -> Tier:
    if change.tier_from_yuan not in (None, tier.from_yuan):
        return tier
    return Tier(
        tier.from_yuan,
        tier.rate_pct if change.rate_pct is None else change.rate_pct,
        tier.fixed_yuan if change.fixed_fee_yuan is None else change.fixed_fee_yuan,
    )
