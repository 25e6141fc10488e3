"""Prepaid customers of known use, and their states."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

PRIOR = {"m0": 3.0, "kappa0": 40.0, "a0": 8.0, "b0": 60.0}


@dataclass(frozen=True)
class TopUps:
    """States right after the last top-up, and the wait to the next."""

    states: dict[str, np.ndarray]
    wait: np.ndarray


def top_ups(count: int, seed: int) -> TopUps:
    """Drift and variance from PRIOR, amounts of 50, 100 or 150 yuan, 0 to 11 gaps a customer."""
    random = np.random.default_rng(seed)
    variance = PRIOR["b0"] / random.gamma(PRIOR["a0"], 1, count)
    drift = np.abs(random.normal(PRIOR["m0"], np.sqrt(variance / PRIOR["kappa0"])))
    amounts = random.choice([50.0, 100.0, 150.0], size=(count, 13))
    times = random.wald(amounts / drift[:, None], amounts**2 / variance[:, None])
    gaps = random.integers(0, 12, count)
    past = np.arange(13) < gaps[:, None]
    rows = np.arange(count)
    states = {
        "payment_days": gaps + 1.0,
        "gap_days_sum": (times * past).sum(axis=1),
        "gap_amount_sum": (amounts * past).sum(axis=1),
        "gap_amount_square_per_day_sum": (amounts**2 / times * past).sum(axis=1),
        "days_since_last": np.zeros(count),
        "last_amount_yuan": amounts[rows, gaps],
    }
    return TopUps(states, times[rows, gaps])


def one(**values: float) -> dict[str, np.ndarray]:
    """The state of one prepaid customer."""
    state = {
        "payment_days": 5.0,
        "gap_days_sum": 130.0,
        "gap_amount_sum": 400.0,
        "gap_amount_square_per_day_sum": 1260.0,
        "days_since_last": 3.0,
        "last_amount_yuan": 100.0,
    }
    return {name: np.array([value]) for name, value in (state | values).items()}
