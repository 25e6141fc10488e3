"""Where a customer stands at the origin: dead or alive, under which shape, and for how long silent.

The posterior that survival and expected counts both start from.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import logsumexp

from ml.payment_timing.renewal.erlang import log_gap_survival
from ml.payment_timing.renewal.history import History
from ml.payment_timing.renewal.likelihood import Hyper, log_alive_odds, log_weights

NEGLIGIBLE = 1e-10  # a shape this unlikely for a customer is left out of the customer's survival


@dataclass(frozen=True)
class Standing:
    """Posterior at the origin, every array (n, K) over customers and shapes."""

    dead: np.ndarray  # P(dropped out, shape k)
    alive: np.ndarray  # P(not dropped out, shape k)
    log_open: np.ndarray  # ln P(gap > elapsed | alive, shape k)
    total: np.ndarray  # R, posterior shape of the rate
    exposure: np.ndarray  # A, posterior rate of the rate

    def silent(self, history: History, shapes: tuple[int, ...], ahead: np.ndarray) -> np.ndarray:
        """P(alive, no event within the time ahead); (n, h) for ahead (1, h) or (n, h)."""
        result = np.zeros((len(history), ahead.shape[1]))
        for at, shape in enumerate(shapes):
            rows = np.flatnonzero(self.alive[:, at] > NEGLIGIBLE)
            time = history.elapsed[rows, None] + (ahead if len(ahead) == 1 else ahead[rows])
            total, exposure = self.total[rows, at, None], self.exposure[rows, at, None]
            logs = log_gap_survival(shape, total, exposure, time) - self.log_open[rows, at, None]
            result[rows] += self.alive[rows, at, None] * np.exp(np.minimum(logs, 0.0))
        return result


def standing_of(history: History, hyper: Hyper) -> Standing:
    """The posterior of dead or alive and of the shape, given a history; its sum is one."""
    gaps, odds = log_weights(history, hyper), log_alive_odds(history, hyper)
    whole = logsumexp(gaps + np.logaddexp(0, odds), axis=1, keepdims=True)
    prior = np.log(hyper.b + history.repeats) - np.log(hyper.a)
    shapes = np.asarray(hyper.shapes)
    return Standing(
        dead=np.exp(gaps - whole),
        alive=np.exp(gaps + odds - whole),
        log_open=odds - prior[:, None],
        total=hyper.r[:, None] + shapes * history.repeats[:, None],
        exposure=hyper.alpha[:, None] + shapes * history.last[:, None],
    )
