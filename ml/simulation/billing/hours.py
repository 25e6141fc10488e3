"""At what time of the day payments are made, by channel and by the person's rhythm.

Weights of the 24 hours are assumptions: counters follow their opening hours, debits the bank's
batch, online payments the person.
"""

from __future__ import annotations

import numpy as np

from ml.simulation.codes import AGENCY, BANK, COUNTER, KIOSK, Array

QUANTILES = 2048
LAST_SECOND = 86_399
BY_CHANNEL = {  # (hour from, hour to, weight of each hour), local time
    COUNTER: ((9, 11, 1.5), (11, 13, 0.6), (13, 16, 1.0), (16, 16.5, 0.5)),
    KIOSK: ((8, 12, 1.0), (12, 17, 0.8), (17, 20, 0.9)),
    BANK: ((6, 8, 1.0), (8, 10, 0.4)),
    AGENCY: ((8, 12, 1.0), (12, 14, 0.6), (14, 20, 0.9)),
}
BY_PROFILE = (  # of online payers, in the order of HOUR_PROFILES
    ((7, 9, 0.6), (9, 12, 1.2), (12, 18, 1.0), (18, 23, 0.3)),
    ((8, 11, 0.3), (11, 14, 2.0), (14, 22, 0.4)),
    ((7, 17, 0.2), (17, 19, 0.8), (19, 22, 2.0), (22, 24, 0.6)),
    ((0, 2, 0.8), (7, 20, 0.2), (20, 22, 0.8), (22, 24, 2.0)),
)


def _quantiles(spans: tuple) -> Array:
    """Seconds of the day at ``QUANTILES`` equal steps of probability."""
    edges, weights = [spans[0][0]], [0.0]
    for start, stop, weight in spans:
        edges += [start, stop]
        weights += [0.0, weight * (stop - start)]
    cumulated = np.cumsum(weights) / sum(weights)
    middles = (np.arange(QUANTILES) + 0.5) / QUANTILES
    return np.interp(middles, cumulated, np.asarray(edges) * 3600).astype(np.int32)


def _table() -> Array:
    """One row per profile of online payers, then one per other channel."""
    rows = [_quantiles(spans) for spans in BY_PROFILE]
    return np.stack(rows + [_quantiles(spans) for spans in BY_CHANNEL.values()])


def draw_seconds(channel: Array, hour_profile: Array, random: np.random.Generator) -> Array:
    """Draw the second of the day of each payment; int32."""
    row = hour_profile.astype(np.int32)
    for number, code in enumerate(BY_CHANNEL, start=len(BY_PROFILE)):
        row = np.where(channel == code, number, row)
    drawn = random.integers(0, QUANTILES * 32, len(channel), dtype=np.int32)
    seconds = _table()[row, drawn >> 5] + (drawn & 31)
    return np.minimum(seconds, LAST_SECOND).astype(np.int32)
