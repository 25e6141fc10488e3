"""Likelihood of the gamma-renewal mixture with dropout, with its analytic gradient.

Vectorised over customers and shapes.  Who maximises it, and what the model then says of the next
event, is written elsewhere.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import betaln, digamma, expit, gammaln, logsumexp

from ml.payment_timing.renewal.erlang import log_gap_survival, log_gap_survival_slopes
from ml.payment_timing.renewal.history import History


@dataclass(frozen=True)
class Hyper:
    """m ~ Gamma(r, alpha), dropout p ~ Beta(a, b), shape k with weight pi_k.

    Each is an array that broadcasts against the customers: (1,) or (n,), weights (1, K) or (n, K).
    """

    r: np.ndarray
    alpha: np.ndarray  # in the unit of time
    a: np.ndarray
    b: np.ndarray
    weights: np.ndarray
    shapes: tuple[int, ...]

    def __getitem__(self, rows: slice) -> Hyper:
        r, alpha, a, b, weights = (
            values if len(values) == 1 else values[rows]
            for values in (self.r, self.alpha, self.a, self.b, self.weights)
        )
        return Hyper(r, alpha, a, b, weights, self.shapes)


def log_gaps(history: History, hyper: Hyper, at: int) -> np.ndarray:
    """Log density of the gaps between events under shape k, the rate integrated out; (n,).

    k^{kx} e^{(k-1)L} / Gamma(k)^x * alpha^r Gamma(r+kx) / Gamma(r) * (alpha + k t_x)^{-(r+kx)}
    """
    shape, x = hyper.shapes[at], history.repeats
    total = hyper.r + shape * x
    return (
        shape * x * np.log(shape)
        + (shape - 1) * history.log_gaps
        - x * gammaln(shape)
        + hyper.r * np.log(hyper.alpha)
        + gammaln(total)
        - gammaln(hyper.r)
        - total * np.log(hyper.alpha + shape * history.last)
    )


def log_weights(history: History, hyper: Hyper) -> np.ndarray:
    """Log of [pi_k times the density of the gaps], before the open gap is heard; (n, K)."""
    with np.errstate(divide="ignore"):
        prior = np.log(hyper.weights)
    return np.stack(
        [prior[:, at] + log_gaps(history, hyper, at) for at in range(len(hyper.shapes))], axis=1
    )


def log_alive_odds(history: History, hyper: Hyper) -> np.ndarray:
    """Log odds of alive against dead given that the last gap is still open, per shape; (n, K).

    B(a, b+x+1) / B(a+1, b+x) = (b+x)/a, times P(gap > elapsed).
    """
    odds = np.log(hyper.b + history.repeats) - np.log(hyper.a)
    return np.stack(
        [
            odds
            + log_gap_survival(
                shape,
                hyper.r + shape * history.repeats,
                hyper.alpha + shape * history.last,
                history.elapsed,
            )
            for shape in hyper.shapes
        ],
        axis=1,
    )


def log_likelihood(history: History, hyper: Hyper) -> np.ndarray:
    """Log of sum_k (alive_k + dead_k) of every customer; (n,).

    With shape 1 alone it is the MBG/NBD likelihood (Batislam, Denizel, Filiztekin 2007); the shape
    mixture follows Platzer and Reutterer (2016), with the rate's prior shared by the shapes.
    """
    each = log_weights(history, hyper) + np.logaddexp(0, log_alive_odds(history, hyper))
    dropout = betaln(hyper.a + 1, hyper.b + history.repeats) - betaln(hyper.a, hyper.b)
    return logsumexp(each, axis=1) + dropout


def value_and_gradient(
    history: History, logs: np.ndarray, shapes: tuple[int, ...]
) -> tuple[float, np.ndarray]:
    """Log likelihood of all customers and its gradient, in unbounded parameters.

    Args:
        history: n customers.
        logs: ln r, ln alpha, ln a, ln b, then K - 1 logits of the weights against the first shape.
        shapes: the K shapes.
    """
    r, alpha, a, b = np.exp(logs[:4])
    weights = softmax(logs[4:])
    hyper = Hyper(*(np.array([v]) for v in (r, alpha, a, b)), weights[None], shapes)  # type: ignore
    x = history.repeats
    gaps = log_weights(history, hyper)
    odds, slopes_r, slopes_alpha = _odds_and_slopes(history, hyper)
    each = gaps + np.logaddexp(0, odds)
    likelihood = logsumexp(each, axis=1)
    share = np.exp(each - likelihood[:, None])
    alive = (share * expit(odds)).sum(axis=1)
    beta = betaln(a + 1, b + x) - betaln(a, b)
    both = digamma(a + b) - digamma(a + b + x + 1)
    gradient = [
        r * (share * slopes_r).sum(),
        alpha * (share * slopes_alpha).sum(),
        a * (digamma(a + 1) - digamma(a) + both - alive / a).sum(),
        b * (digamma(b + x) - digamma(b) + both + alive / (b + x)).sum(),
    ]
    return float((likelihood + beta).sum()), np.append(gradient, (share - weights).sum(axis=0)[1:])


def _odds_and_slopes(history: History, hyper: Hyper) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Log odds of alive against dead, slopes of ln (alive + dead) by r, by alpha; (n, K) each."""
    columns, x = [], history.repeats
    for shape in hyper.shapes:
        total, exposure = hyper.r + shape * x, hyper.alpha + shape * history.last
        value, by_total, by_exposure = log_gap_survival_slopes(
            shape, total, exposure, history.elapsed
        )
        odds = value + np.log(hyper.b + x) - np.log(hyper.a)
        by_r = np.log(hyper.alpha) - digamma(hyper.r) + digamma(total) - np.log(exposure)
        by_alpha = hyper.r / hyper.alpha - total / exposure
        columns.append((odds, by_r + expit(odds) * by_total, by_alpha + expit(odds) * by_exposure))
    odds, slopes_r, slopes_alpha = (np.stack(parts, axis=1) for parts in zip(*columns, strict=True))
    return odds, slopes_r, slopes_alpha


def softmax(logits: np.ndarray) -> np.ndarray:
    """Weights on the simplex from logits against the first, which is zero."""
    full = np.append(0.0, logits)
    return np.exp(full - logsumexp(full))
