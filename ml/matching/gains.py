"""Gains of every customer's options: a channel to pay through, and a means to say so.

    g_iac = p_iac (saving_ic - switching_c) - contact_a

``saving_ic``: yuan in twelve months if the customer moves, retention included; ``switching_c``:
what the trouble of changing is worth. Expectation of the gain with ``p_iac`` the probability that
the contact moves the customer.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ml.matching.problem import Block, Floats, Rows

DAYS = 365.0


@dataclass(frozen=True)
class Option:
    """A channel (its place among the channels) by a means (its place among the means)."""

    channel: int
    means: int
    p_move: float
    contact_yuan: float
    switching_yuan: float


@dataclass(frozen=True)
class Gains:
    """What the gains of all customers are computed from, a block at a time.

    ``saving``: (C, n) float32, nan where the channel is barred for the customer.
    ``payments``: (n,) a year. ``reach``: (n,) bit of every means that reaches the customer.
    ``uplift``: (C, n) float32 of deployed models, nan where there is none; None without models.
    """

    options: tuple[Option, ...]
    saving: Floats
    payments: Floats
    reach: NDArray[np.uint8]
    uplift: Floats | None = None

    def p_move(self, option: Option, rows: Rows) -> Floats | float:
        """Probability of moving by this option: of the deployed model, else of the option."""
        if self.uplift is None:
            return option.p_move
        known = self.uplift[option.channel, rows]
        found: Floats = np.where(np.isnan(known), np.float32(option.p_move), known)
        return found

    def block(self, rows: Rows) -> Block:
        """Gains and loads (payments a day) of some customers."""
        daily = self.payments[rows] / np.float32(DAYS)
        gain = np.empty((len(self.options), len(daily)), np.float32)
        load = np.empty_like(gain)
        for place, option in enumerate(self.options):
            saving = self.saving[option.channel, rows]
            p_move = self.p_move(option, rows)
            value = p_move * (saving - np.float32(option.switching_yuan))
            value = value - np.float32(option.contact_yuan)
            is_open = ~np.isnan(saving) & ((self.reach[rows] >> option.means) & 1).astype(bool)
            gain[place] = np.where(is_open, value, -np.inf)
            load[place] = np.where(is_open, p_move * daily, 0)
        return Block(gain, load)
