"""What is matched: customers, their options (an action on a channel each), limits on both.

Doing nothing is always allowed and gains 0; an option that is barred gains minus infinity.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Rows = slice | NDArray[np.int64]
NOTHING = -1  # the choice of a customer who is left alone


class MatchingError(ValueError):
    """A matching problem that cannot be stated; the message names value, expectation and cure."""


@dataclass(frozen=True)
class Block:
    """Some customers' options, one row an option so that a pass runs along memory.

    ``gain``: (K, m) yuan, ``-inf`` where barred. ``load``: (K, m) or (1, m), what the option takes
    of its channel's capacity.
    """

    gain: Floats
    load: Floats


@dataclass(frozen=True)
class Limits:
    """What may be used in one round; ``inf`` where there is no limit.

    ``capacity``: (C,) in the unit of ``Block.load``; ``budget_yuan``: of all contacts;
    ``contacts``: customers contacted.
    """

    capacity: NDArray[np.float64]
    budget_yuan: float
    contacts: float

    def all(self) -> NDArray[np.float64]:
        """(C + 2,): capacities, yuan, contacts."""
        return np.append(self.capacity, [self.budget_yuan, self.contacts])


@dataclass(frozen=True)
class Problem:
    """Maximise the sum of gains, one option a customer, within the limits.

    ``block(rows)`` gives the options of a slice or an index array of the customers, so that gains
    need not be held for all of them at once. ``channel``: (K,) the channel of each option;
    ``contact_yuan``: (K,) the cost of its contact; ``tie``: (n,) a hash of each customer, the
    order of those who gain the same.
    """

    customers: int
    block: Callable[[Rows], Block]
    channel: NDArray[np.int64]
    contact_yuan: NDArray[np.float64]
    limits: Limits
    tie: NDArray[np.uint64]

    def __post_init__(self) -> None:
        """Refuse what has no meaning.

        Raises:
            MatchingError: a negative or unknown limit or cost, a channel without a capacity,
                hashes that are not one per customer.
        """
        limits = self.limits.all()
        if np.isnan(limits).any() or (limits < 0).any():
            raise MatchingError(
                f"limits {limits.tolist()}: numbers from 0 on expected; use inf for no limit"
            )
        if len(self.channel) != len(self.contact_yuan) or (self.contact_yuan < 0).any():
            raise MatchingError(
                f"contact costs {self.contact_yuan.tolist()} of {len(self.channel)} options: one "
                "from 0 on expected for each; correct the declared costs"
            )
        channels = len(self.limits.capacity)
        if len(self.channel) and not (0 <= self.channel.min() <= self.channel.max() < channels):
            raise MatchingError(
                f"options on the channels {np.unique(self.channel).tolist()}, capacities for "
                f"{channels}: give every channel a capacity"
            )
        if len(self.tie) != self.customers:
            raise MatchingError(
                f"{len(self.tie)} hashes for {self.customers} customers: give one each"
            )

    @property
    def usable(self) -> NDArray[np.bool_]:
        """(K,): options that no limit forbids altogether."""
        limits = self.limits
        has_capacity = limits.capacity[self.channel] > 0
        can_pay = self.contact_yuan <= limits.budget_yuan
        return has_capacity & can_pay & (limits.contacts >= 1)
