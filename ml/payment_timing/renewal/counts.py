"""Expected number of events within a horizon under the renewal mixtures.

Gaps of a whole shape are phases of a Poisson process, every k-th phase an event, so the count is a
negative binomial series and no renewal equation has to be solved.
"""

from __future__ import annotations

import numpy as np
from scipy.special import gammaln

from ml.payment_timing.renewal.history import History
from ml.payment_timing.renewal.likelihood import Hyper
from ml.payment_timing.renewal.pause import Pause
from ml.payment_timing.renewal.standing import Standing

TAIL_SD = 12.0  # the series ends this many standard deviations above the mean number of phases
PAUSE_NODES = 8  # Gauss-Legendre nodes over the day of a return; the density is nearly linear
NEGLIGIBLE = 1e-9  # events; below it a shape or a return adds nothing


def events_ahead(
    shape: int,
    posterior: tuple[np.ndarray, np.ndarray],
    elapsed: np.ndarray,
    horizon: np.ndarray,
    dropout: tuple[np.ndarray, np.ndarray],
) -> np.ndarray:
    """E[events within the horizon; gap > elapsed] of a customer who is alive; (n,).

    sum_s NB(s; R, q) P(Bin(s, elapsed / (elapsed + horizon)) < k) g(floor(s / k)), where
    q = k (elapsed + horizon) / (A + k (elapsed + horizon)) and
    g(e) = sum_{i<=e} E[(1-p)^{i-1}], p ~ Beta(a, b). Not divided by P(gap > elapsed).

    Args:
        shape: k.
        posterior: R and A, m ~ Gamma(R, A).
        elapsed: time since the last event.
        horizon: time ahead.
        dropout: a and b of the dropout after the coming events.
    """
    (total, exposure), (a, b) = posterior, dropout
    time = shape * (elapsed + horizon)
    share = elapsed / (elapsed + horizon)
    log_ratio = -np.log1p(exposure / time)
    log_mass = -total * np.log1p(time / exposure) + shape * log_ratio  # of NB(s; R, q)
    log_mass += gammaln(total + shape) - gammaln(total) - gammaln(shape + 1)
    last = _last_term(total * time / exposure, time / exposure)
    below = np.ones_like(time)  # P(Bin(s, share) < k)
    edge = share ** (shape - 1)  # P(Bin(s, share) = k - 1)
    stay, events, result = np.ones_like(time), np.zeros_like(time), np.zeros_like(time)
    for s in range(shape, max(last, shape) + 1):
        below = np.maximum(below - share * edge, 0.0)
        edge = edge * (1 - share) * s / (s - shape + 1)
        if s % shape == 0:
            events = events + stay
            number = s // shape - 1
            stay = stay * (b + number) / (a + b + number)
        result += np.exp(log_mass) * below * events
        log_mass += log_ratio + np.log((total + s) / (s + 1))
    return result


def _last_term(mean: np.ndarray, spread: np.ndarray) -> int:
    """Number of phases beyond which no customer's negative binomial has mass."""
    return int(np.ceil((mean + TAIL_SD * np.sqrt(mean * (1 + spread)) + 20).max()))


def expected_events(
    history: History, standing: Standing, hyper: Hyper, pause: Pause, horizon: float
) -> np.ndarray:
    """E[number of events in (T, T + horizon] | history]; (n,).

    The living add `events_ahead`; the lost return by the pause and go on from that event. A return
    after a loss that happens only within the horizon is of second order and left out.

    Raises:
        ValueError: the horizon is not finite and positive.
    """
    refuse_horizon(horizon)
    x, elapsed = history.repeats, history.elapsed
    a, b = np.broadcast_to(hyper.a, x.shape), np.broadcast_to(hyper.b, x.shape)
    result = np.zeros(len(history))
    for at, shape in enumerate(hyper.shapes):
        posterior = standing.total[:, at], standing.exposure[:, at]
        matters = np.flatnonzero(standing.alive[:, at] > NEGLIGIBLE)
        weight = standing.alive[matters, at] * np.exp(-standing.log_open[matters, at])
        result[matters] += weight * events_of(
            shape, posterior, elapsed, horizon, (a, b + x + 1), matters
        )
        if pause.s > 0:
            result += _after_return(
                shape, standing.dead[:, at], posterior, history, hyper, pause, horizon
            )
    return result


def _after_return(
    shape: int,
    dead: np.ndarray,
    posterior: tuple[np.ndarray, np.ndarray],
    history: History,
    hyper: Hyper,
    pause: Pause,
    horizon: float,
) -> np.ndarray:
    """Events of the lost: the return itself, and what follows if they stay; (n,)."""
    x, result = history.repeats, np.zeros(len(history))
    a, b = np.broadcast_to(hyper.a, x.shape), np.broadcast_to(hyper.b, x.shape)
    rows = np.flatnonzero(dead > NEGLIGIBLE)
    if not len(rows):
        return result
    staying = ((b + x) / (a + 1 + b + x))[rows]
    for node, width in zip(*nodes_until(horizon), strict=True):
        density = pause.density(history.elapsed[rows], node)
        fresh = np.zeros(len(history)), horizon - node
        after = events_of(shape, posterior, *fresh, (a + 1, b + x + 1), rows)
        result[rows] += dead[rows] * width * density * (1 + staying * after)
    return result


def refuse_horizon(horizon: float) -> None:
    """Raise when the horizon is no time ahead."""
    if not (np.isfinite(horizon) and horizon > 0):
        raise ValueError(f"the horizon must be finite and above 0, got {horizon}")


def events_of(
    shape: int,
    posterior: tuple[np.ndarray, np.ndarray],
    elapsed: np.ndarray,
    horizon: float,
    dropout: tuple[np.ndarray, np.ndarray],
    rows: np.ndarray,
) -> np.ndarray:
    """`events_ahead` of some rows, those of like length together so that the series stay short."""
    (total, exposure), (a, b) = posterior, dropout
    result = np.zeros(len(rows))
    order = np.argsort((total / exposure)[rows])
    for part in np.array_split(order, max(1, min(20, len(rows) // 200))):
        own = rows[part]
        result[part] = events_ahead(
            shape,
            (total[own], exposure[own]),
            elapsed[own],
            np.full(len(own), horizon),
            (a[own], b[own]),
        )
    return result


def nodes_until(horizon: float) -> tuple[np.ndarray, np.ndarray]:
    """Nodes and weights of an integral over (0, horizon)."""
    nodes, weights = np.polynomial.legendre.leggauss(PAUSE_NODES)
    return horizon * (nodes + 1) / 2, horizon * weights / 2
