"""Matching of ten million customers by twelve channels, within capacities, a budget and a count.

Gains are of the shape of the platform's: cheap channels gain more, a customer's usual amount and
payments spread them; about half of the capacities bind.
"""

from __future__ import annotations

import resource
import time

import numpy as np

from ml.matching import Block, Limits, Matching, Problem, hashed, match

CUSTOMERS, CHANNELS = 10_000_000, 12
SECONDS_BAR, GAP_BAR = 180, 0.1
MEGABYTE = 1024
Row = tuple[str, str, str]


def rows(customers: int = CUSTOMERS) -> list[Row]:
    """Seconds, gap and memory."""
    problem, ids = simulated(customers, CHANNELS)
    begin = time.monotonic()
    made = match(problem, ids, share=0.05, salt="benchmark")
    seconds = time.monotonic() - begin
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / MEGABYTE
    size = f"{customers:,} x {CHANNELS}"
    within = bool((made.used <= problem.limits.all() * (1 + 1e-6)).all())
    return [
        (f"matching {size}", f"{seconds:.0f} s", f"<= {SECONDS_BAR} s"),
        (f"matching {size}: duality gap", f"{100 * made.gap:.4f} %", f"<= {GAP_BAR} %"),
        (f"matching {size}: passes over the customers", f"{made.passes}", ""),
        (f"matching {size}: within all limits", "yes" if within else "NO", "yes"),
        (f"matching {size}: peak memory", f"{peak:.0f} MB", ""),
    ]


def simulated(customers: int, channels: int) -> tuple[Problem, np.ndarray]:
    """A problem with the given sizes, deterministic."""
    random = np.random.default_rng(5)
    gain = np.empty((channels, customers), np.float32)
    payments = random.gamma(6, 2, customers).astype(np.float32)
    for channel in range(channels):
        taste = random.standard_normal(customers, dtype=np.float32)
        gain[channel] = payments * np.exp(taste - 3 + 0.1 * channel) - 0.1
    limits = Limits(
        capacity=payments.sum() * np.linspace(0.005, 0.15, channels),
        budget_yuan=0.03 * customers,
        contacts=0.35 * customers,
    )
    load = payments[None, :]
    ids = np.arange(customers, dtype=np.int64)
    problem = Problem(
        customers=customers,
        block=lambda rows: Block(gain[:, rows], load[:, rows]),
        channel=np.arange(channels),
        contact_yuan=np.linspace(0.05, 0.2, channels),
        limits=limits,
        tie=hashed(ids, "tie"),
    )
    return problem, ids


__all__ = ["Matching", "rows", "simulated"]

if __name__ == "__main__":
    for figure, value, bar in rows():
        print(f"{figure}: {value} {bar}")
