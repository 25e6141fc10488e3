"""Small matching problems for the tests: random ones, and ones with a known answer."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ml.matching import Block, Limits, Problem, hashed


def problem(
    gain: Any,
    *,
    load: Any = None,
    channel: Any = None,
    contact_yuan: Any = None,
    capacity: Any = None,
    budget_yuan: float = np.inf,
    contacts: float = np.inf,
) -> Problem:
    """A problem of arrays; by default one option a channel, loads and costs of 1, no limits."""
    gains = np.asarray(gain, np.float32)
    loads = np.ones_like(gains) if load is None else np.asarray(load, np.float32)
    options, customers = gains.shape
    channels = np.arange(options) if channel is None else np.asarray(channel)
    room = np.full(channels.max(initial=0) + 1, np.inf) if capacity is None else capacity
    return Problem(
        customers=customers,
        block=lambda rows: Block(gains[:, rows], loads[:, rows]),
        channel=channels,
        contact_yuan=np.ones(options) if contact_yuan is None else np.asarray(contact_yuan, float),
        limits=Limits(np.asarray(room, float), budget_yuan, contacts),
        tie=hashed(ids(customers), "tie"),
    )


def ids(customers: int) -> NDArray[np.int64]:
    """Customers' numbers."""
    return np.arange(customers, dtype=np.int64) * 7919


def random_problem(seed: int, customers: int = 60, channels: int = 4) -> Problem:
    """Two means a channel; about half of the limits bind."""
    random = np.random.default_rng(seed)
    options = 2 * channels
    gain = random.gamma(1.5, 2, (options, customers)) - 1.5
    gain[random.uniform(size=gain.shape) < 0.1] = -np.inf
    load = random.uniform(0.2, 1, (options, customers))
    return problem(
        gain,
        load=load,
        channel=np.repeat(np.arange(channels), 2),
        contact_yuan=np.tile([0.1, 0.5], channels),
        capacity=customers * random.uniform(0.02, 0.3, channels),
        budget_yuan=customers * random.uniform(0.05, 0.3),
        contacts=float(round(customers * random.uniform(0.2, 0.9))),
    )
