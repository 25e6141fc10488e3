"""Which channel a customer pays through: a personal preference, habit, and a slow drift online."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ml.simulation.assumptions import Channels
from ml.simulation.channels.contracts import ContractTerms, first_rate
from ml.simulation.codes import AGENCY, APP, BANK, CHANNELS, COUNTER, LATE, PROMPT, Array
from ml.simulation.horizon import Horizon
from ml.simulation.randomness import happens, stream

SMALLEST_WEIGHT = 1e-6  # a gamma draw of small shape can underflow to 0


def draw_preferences(group: Array, segment: Array, assumed: Channels, seed: int) -> Array:
    """Draw each person's shares, Dirichlet(concentration x base shares); customers x CHANNELS."""
    random = stream(seed, "preferences")
    base = np.asarray(assumed.base_shares)
    shares = np.empty((len(group), len(CHANNELS)), dtype=np.float32)
    for channel in range(len(CHANNELS)):
        weight = base[:, channel][group]
        if channel == APP:
            weight = np.where(segment == PROMPT, assumed.app_tilt * weight, weight)
        if channel in (COUNTER, AGENCY):
            weight = np.where(segment == LATE, assumed.late_tilt * weight, weight)
        drawn = random.standard_gamma(assumed.concentration * weight)
        shares[:, channel] = np.maximum(drawn, SMALLEST_WEIGHT)
    return shares / shares.sum(axis=1, keepdims=True)


class ChannelChoice:
    """The market's part of the choice: a weight per channel that drifts with the months."""

    def __init__(
        self, horizon: Horizon, assumed: Channels, terms: Sequence[ContractTerms], seed: int
    ) -> None:
        self.horizon, self.assumed, self.terms, self.seed = horizon, assumed, terms, seed

    def market(self, month: int) -> Array:
        """Weight of each channel in ``month``: exp(drift x month + response x commission change).

        The commission counts in percentage points against the first month's.
        """
        now, start = self.horizon.month_date(month), self.horizon.month_date(0)
        changes = [
            first_rate(self.terms, channel, now) - first_rate(self.terms, channel, start)
            for channel in CHANNELS
        ]
        drift = np.asarray(self.assumed.drift) * month
        return np.exp(drift + self.assumed.commission_response * np.asarray(changes))

    def chances(self, preference: Array, month: int) -> Array:
        """Probabilities of a fresh choice; customers x CHANNELS."""
        weights = preference * self.market(month).astype(np.float32)
        return weights / weights.sum(axis=1, keepdims=True)

    def choose(self, preference: Array, last: Array, month: int, purpose: str) -> Array:
        """Draw a channel for each row of ``preference``: the last one by habit, or a fresh one."""
        random = stream(self.seed, f"channel {purpose}", month)
        channel = last.copy()
        fresh = np.flatnonzero(~happens(random, self.assumed.habit, len(last)))
        edges = np.cumsum(self.chances(preference[fresh], month), axis=1)
        below = edges < random.random((len(fresh), 1), dtype=np.float32)
        channel[fresh] = np.minimum(below.sum(axis=1), len(CHANNELS) - 1)
        return channel


def expected_share(choice: ChannelChoice, preference: Array, channel: int, month: int) -> Array:
    """Chance that a person whose last channel is another one pays through ``channel`` next."""
    return (1 - choice.assumed.habit) * choice.chances(preference, month)[:, channel]


def with_withholding(channel: Array, signed: Array) -> Array:
    """Customers who signed a withholding agreement are debited, whatever they would prefer."""
    return np.where(signed, BANK, channel).astype(np.int8)
