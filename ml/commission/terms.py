"""The terms of one contract, and what they cost for the payments of a channel.

Orders come as amount bands (how many, and their mean amount), months as shares of the volume, so
that floors, caps and tiers act as they do on single orders.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
RATES_OF_A_CURVE = 65  # between the lowest and the highest tier of a marginal contract


@dataclass(frozen=True)
class Tier:
    """Terms from a month's volume on: rate in percent, the rest in yuan."""

    from_yuan: float
    rate_pct: float
    fixed_yuan: float = 0.0


@dataclass(frozen=True)
class Terms:
    """A contract: tiers by rising volume, and what holds for every payment or month, in yuan."""

    tiers: tuple[Tier, ...]
    floor_yuan: float = 0.0
    cap_yuan: float = np.inf
    monthly_yuan: float = 0.0
    minimum_yuan: float = 0.0
    is_marginal: bool = False

    @property
    def is_monotone(self) -> bool:
        """No tier of more volume pays more per payment than the one below it."""
        pairs = zip(self.tiers, self.tiers[1:], strict=False)
        return all(
            high.rate_pct <= low.rate_pct and high.fixed_yuan <= low.fixed_yuan
            for low, high in pairs
        )

    def with_tiers(self, tiers: tuple[Tier, ...]) -> Terms:
        """The same contract with other tiers."""
        return replace(self, tiers=tiers)


NO_CONTRACT = Terms((Tier(0.0, 0.0),))


def order_fees(terms: Terms, rate_pct: float, fixed: float, orders: Array, mean: Array) -> float:
    """``sum n_b (min(cap, max(floor, rate a_b)) + fixed)`` over amount bands b, in yuan.

    Args:
        terms: floor and cap.
        rate_pct: in percent.
        fixed: fee per payment, in yuan.
        orders: number of payments of each band, shape (B,).
        mean: mean amount of each band, in yuan, shape (B,).
    """
    each = np.minimum(terms.cap_yuan, np.maximum(terms.floor_yuan, mean * rate_pct / 100))
    return float(orders @ (each + fixed))


def fees_of_months(terms: Terms, growth: Array, months: Array, orders: Array, mean: Array) -> Array:
    """Fees of the months when the channel's payments are ``growth`` times those of today.

    A month's volume sets its tier: for the whole month, or each tier for its own part of it.  The
    bands' shares are taken to be the same in every month.

    Args:
        terms: of the contract.
        growth: factors of the volume, shape (D,).
        months: volume of each month today, in yuan, shape (M,).
        orders: payments of each band in these months, shape (B,).
        mean: mean amount of each band, in yuan, shape (B,).

    Returns:
        Yuan over the months, shape (D,).
    """
    total = months.sum()
    if total <= 0:
        return np.full(len(growth), len(months) * (terms.monthly_yuan + terms.minimum_yuan))
    volumes = growth[:, None] * months[None, :]
    fees = _fees_at(terms, volumes, orders, mean) * volumes / total
    return np.sum(np.maximum(fees, terms.minimum_yuan) + terms.monthly_yuan, axis=1)


def _fees_at(terms: Terms, volumes: Array, orders: Array, mean: Array) -> Array:
    """Fees of today's orders by the tier that each month's volume reaches."""
    starts = np.array([tier.from_yuan for tier in terms.tiers])
    fees = np.array(
        [order_fees(terms, t.rate_pct, t.fixed_yuan, orders, mean) for t in terms.tiers]
    )
    reached = np.searchsorted(starts, volumes, side="right") - 1
    if not terms.is_marginal or len(starts) == 1:
        return fees[reached]
    rates = np.array([tier.rate_pct for tier in terms.tiers])
    ends = np.append(starts[1:], np.inf)
    parts = np.clip(np.minimum(volumes[..., None], ends) - starts, 0, None)
    blended = (parts @ rates) / np.maximum(volumes, 1e-9)
    curve = np.linspace(rates.min(), rates.max(), RATES_OF_A_CURVE)
    each = np.array([order_fees(terms, rate, 0.0, orders, mean) for rate in curve])
    fixed = np.array([tier.fixed_yuan for tier in terms.tiers])[reached] * orders.sum()
    return np.interp(blended, curve, each) + fixed


def paid_pct(terms: Terms, typical: float, volume: float) -> float:
    """What a typical payment pays, in percent of it, at a month's volume in yuan."""
    reached = [tier for tier in terms.tiers if tier.from_yuan <= volume] or [terms.tiers[0]]
    tier = reached[-1]
    fee = order_fees(
        terms, tier.rate_pct, tier.fixed_yuan, np.ones(1), np.array([typical], dtype=float)
    )
    return 100 * fee / typical
