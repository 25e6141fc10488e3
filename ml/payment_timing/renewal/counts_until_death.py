"""Expected number of events within a horizon when customers die silently, by the clock.

The series of phases is the one of the mixture with dropout, here without dropout at events.
"""

from __future__ import annotations

import numpy as np
from scipy.special import logsumexp

from ml.payment_timing.renewal.counts import NEGLIGIBLE, events_of, nodes_until, refuse_horizon
from ml.payment_timing.renewal.erlang import log_gap_survival
from ml.payment_timing.renewal.history import History
from ml.payment_timing.renewal.lifetime_likelihood import Lifetime, log_fates
from ml.payment_timing.renewal.likelihood import Hyper


def expected_until_death(
    history: History, hyper: Hyper, lifetime: Lifetime, horizon: float
) -> np.ndarray:
    """E[number of events in (T, T + horizon] | history] with a silent death; (n,).

    int E[events until u] dP(death at u) + E[events until the horizon] P(death later), with death
    at T + u later than u with probability ((beta+T) / (beta+T+u))^s.

    Raises:
        ValueError: the horizon is not finite and positive.
    """
    refuse_horizon(horizon)
    alive, dead = log_fates(history, hyper, lifetime)
    whole = logsumexp(np.concatenate([alive, dead], axis=1), axis=1)
    start, s = lifetime.beta + history.age, lifetime.s
    nodes, widths = nodes_until(horizon)
    lives = [width * s / (start + u) * np.exp(-s * np.log1p(u / start)) for u, width in
             zip(nodes, widths, strict=True)]  # fmt: skip
    lives.append(np.exp(-s * np.log1p(horizon / start)))
    never = np.zeros(len(history)), np.ones(len(history))  # no dropout at events
    result = np.zeros(len(history))
    for at, shape in enumerate(hyper.shapes):
        total, exposure = hyper.r + shape * history.repeats, hyper.alpha + shape * history.last
        still = log_gap_survival(shape, total, exposure, history.elapsed)
        rows = np.flatnonzero(alive[:, at] - whole > np.log(NEGLIGIBLE))
        weight = np.exp(alive[rows, at] - whole[rows] - still[rows])
        for u, life in zip((*nodes, horizon), lives, strict=True):
            events = events_of(shape, (total, exposure), history.elapsed, u, never, rows)
            result[rows] += weight * life[rows] * events
    return result
