"""Customers of a known renewal process, and their states."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

MOST_EVENTS = 160


@dataclass(frozen=True)
class Simulated:
    """States at an origin, and the truth behind them."""

    states: dict[str, np.ndarray]
    later: np.ndarray  # number of events within the horizon after the origin
    wait: np.ndarray  # time to the next event, inf when there is none


def renewals(
    count: int,
    seed: int,
    shape: np.ndarray | int = 2,
    rate: tuple[float, float] = (4.0, 80.0),
    dropout: tuple[float, float] = (1.0, 6.0),
    window: float = 365.0,
    horizon: float = 90.0,
) -> Simulated:
    """Gaps Gamma(k, k m), m ~ Gamma(rate), dropout ~ Beta(dropout), first event within 60 days."""
    random = np.random.default_rng(seed)
    shapes = np.broadcast_to(np.asarray(shape), (count,))
    speed = random.gamma(rate[0], 1 / rate[1], count)
    gone = random.beta(*dropout, count)
    gaps = random.gamma(shapes[:, None], 1 / (shapes * speed)[:, None], (count, MOST_EVENTS))
    gaps[np.cumsum(random.random(gaps.shape) < gone[:, None], axis=1) > 0] = np.inf
    first = random.uniform(0, 60, count)
    times = first[:, None] + np.cumsum(gaps, axis=1)
    past = times <= window
    last = np.maximum(first, np.where(past, times, 0).max(axis=1))
    states = {
        "payment_days": 1.0 + past.sum(axis=1),
        "gap_log_sum": np.where(past, np.log(np.where(past, gaps, 1.0)), 0).sum(axis=1),
        "gap_log_square_sum": np.where(past, np.log(np.where(past, gaps, 1)) ** 2, 0).sum(axis=1),
        "gap_days_sum": last - first,
        "days_since_first": window - first,
        "days_since_last": window - last,
    }
    later = ((times > window) & (times <= window + horizon)).sum(axis=1)
    return Simulated(states, later, np.where(past, np.inf, times).min(axis=1) - window)


def one(**values: float) -> dict[str, np.ndarray]:
    """The state of one customer."""
    state = {
        "payment_days": 5.0,
        "gap_days_sum": 120.0,
        "gap_log_sum": 4 * np.log(30.0) - 0.1,
        "gap_log_square_sum": 4 * np.log(30.0) ** 2,
        "days_since_first": 130.0,
        "days_since_last": 10.0,
    }
    return {name: np.array([value]) for name, value in (state | values).items()}
