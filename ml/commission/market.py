"""The payments of the last months as the plan sees them: channel, month, amount band, area."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from ml.commission.terms import NO_CONTRACT, Array, Terms, fees_of_months, paid_pct


@dataclass(frozen=True)
class Market:
    """Today's terms and sums; arrays have one row a channel, in the order of ``channels``."""

    channels: tuple[str, ...]
    terms: Mapping[str, Terms]  # of the channels under contract
    partners: tuple[str, ...]  # channels under contract that are not the utility's own
    months: Array  # (C, M) volume of each month, in yuan
    orders: Array  # (C, B) payments of these months by amount band
    amounts: Array  # (C, B) their sums, in yuan
    handling_yuan: Array  # (C,) own cost of a payment; nan where none is declared
    on_time: Array  # (C,) share of the payments that came in time; nan where unknown
    areas: tuple[str, ...]
    area_payments: Array  # (A, C)
    scores: Mapping[str, float]  # of the channels' evaluation, for those that have one
    grades: Mapping[str, str]  # for those whose grade is certain

    @property
    def year(self) -> float:
        """Years in a sum of the months, turned over: sums times this are of a year."""
        return 12 / self.months.shape[1]

    @property
    def payments(self) -> Array:
        """Payments of the months, (C,)."""
        return self.orders.sum(axis=1)

    @property
    def typical_yuan(self) -> float:
        """Mean amount of the band that holds the median payment of all channels, in yuan."""
        orders, amounts = self.orders.sum(axis=0), self.amounts.sum(axis=0)
        middle = int(np.searchsorted(np.cumsum(orders), orders.sum() / 2))
        return float(amounts[middle] / orders[middle])

    def index(self, channel: str) -> int:
        """Row of a channel.

        Raises:
            KeyError: the channel has no payment.
        """
        if channel not in self.channels:
            raise KeyError(
                f"channel {channel!r} has no payment in these months; known: "
                f"{', '.join(self.channels)}"
            )
        return self.channels.index(channel)

    def terms_of(self, channel: str) -> Terms:
        """Today's contract; free of charge without one."""
        return self.terms.get(channel, NO_CONTRACT)

    def paid_pct(self, channel: str, terms: Terms) -> float:
        """What the channel earns on a typical payment at today's mean volume, in percent."""
        return paid_pct(terms, self.typical_yuan, float(self.months[self.index(channel)].mean()))

    def fees(self, channel: str, terms: Terms, growth: Array) -> Array:
        """Fees of the channel a year at ``growth`` times today's payments, (D,), in yuan."""
        row = self.index(channel)
        orders = self.orders[row]
        mean = self.amounts[row] / np.maximum(orders, 1)
        return self.year * fees_of_months(terms, growth, self.months[row], orders, mean)


def growth_of(market: Market, moves: Array) -> Array:
    """Factor of each channel's payments when its attraction moves, the total held.

    ``phi_c = exp(u_c) / sum_k s_k exp(u_k)``: the softmax of METHODS.md 6 around today's shares s.

    Args:
        market: today's shares.
        moves: u, change of the log attraction, shape (..., C).
    """
    shares = market.payments / market.payments.sum()
    weights = np.exp(moves)
    factors: Array = weights / (weights @ shares)[..., None]
    return factors


def costs_of(market: Market, schedule: Mapping[str, Terms], growth: Array) -> tuple[Array, Array]:
    """Fees and handling cost of every channel a year, both (D, C), in yuan.

    Args:
        market: today.
        schedule: terms that differ from today's, by channel.
        growth: factors of the payments, (D, C).
    """
    fees = np.column_stack([
        market.fees(channel, schedule.get(channel, market.terms_of(channel)), growth[:, row])
        if channel in market.terms
        else np.zeros(len(growth))
        for row, channel in enumerate(market.channels)
    ])  # fmt: skip
    handling = market.year * growth * market.payments * np.nan_to_num(market.handling_yuan)
    return fees, handling


def moves_of(
    market: Market, schedule: Mapping[str, Terms], responses: Array, channels: Sequence[str]
) -> Array:
    """Change of the log attraction, ``u_c = eta_c (r_c - r_c today)``; (D, C).

    Args:
        market: today.
        schedule: terms that differ from today's, by channel.
        responses: draws of eta per percentage point, (D, K).
        channels: the K channels of the draws.
    """
    moves = np.zeros((len(responses), len(market.channels)))
    for column, channel in enumerate(channels):
        if channel in schedule:
            change = market.paid_pct(channel, schedule[channel]) - market.paid_pct(
                channel, market.terms_of(channel)
            )
            moves[:, market.index(channel)] = responses[:, column] * change
    return moves
