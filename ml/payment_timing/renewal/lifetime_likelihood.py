"""Likelihood of gamma renewals that end with a silent death, and its analytic gradient.

The rate and the shape are those of the mixture with dropout; here a lifetime that runs by the clock
replaces the chance of dropping out after an event.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import digamma, logsumexp

from ml.payment_timing.renewal.erlang import log_gap_survival, log_gap_survival_slopes
from ml.payment_timing.renewal.history import History
from ml.payment_timing.renewal.likelihood import Hyper, log_weights, softmax

NODES = 16  # Gauss-Legendre over the day of death; 1e-6 of the log likelihood on the CDNOW sample


@dataclass(frozen=True)
class Lifetime:
    """Death rate ~ Gamma(s, beta), beta in the unit of time; arrays (1,) or (n,)."""

    s: np.ndarray
    beta: np.ndarray


def death_days(history: History, hyper: Hyper, lifetime: Lifetime) -> tuple[np.ndarray, np.ndarray]:
    """Nodes y between the last event and the origin, and the log of their widths; (n, NODES) each.

    Gauss-Legendre in ln(y + min(alpha, beta)), which resolves a sharp start.
    """
    shift = np.broadcast_to(np.minimum(hyper.alpha, lifetime.beta), history.age.shape)
    nodes, weights = np.polynomial.legendre.leggauss(NODES)
    low, high = np.log(history.last + shift), np.log(history.age + shift)
    half = (high - low)[:, None] / 2
    log_time = low[:, None] + half * (nodes + 1)
    with np.errstate(divide="ignore"):
        width = np.log(half * weights) + log_time
    return np.maximum(np.exp(log_time) - shift[:, None], history.last[:, None]), width


def log_fates(history: History, hyper: Hyper, lifetime: Lifetime) -> tuple[np.ndarray, np.ndarray]:
    """Log of [gaps, alive] and of [gaps, dead by now], per shape; (n, K) each.

    With G_k the density of the gaps and I_k the survival of the open gap,
    alive_k = pi_k G_k I_k(T - t_x) (beta / (beta+T))^s and
    dead_k = pi_k G_k int I_k(y - t_x) s beta^s (beta+y)^{-(s+1)} dy over t_x < y < T.
    Shape 1 alone is the Pareto/NBD (Schmittlein, Morrison, Colombo 1987); a shape for every
    customer is the idea of the Pareto/GGG (Platzer, Reutterer 2016), here without sampling.
    """
    gaps = log_weights(history, hyper)
    days, width = death_days(history, hyper, lifetime)
    s, beta = lifetime.s, lifetime.beta
    lives = s * (np.log(beta) - np.log(beta + history.age))
    column_s, column_beta = s[:, None], beta[:, None]
    dies = width + np.log(column_s) + column_s * np.log(column_beta)
    dies = dies - (column_s + 1) * np.log(column_beta + days)
    alive, dead = [], []
    for at, shape in enumerate(hyper.shapes):
        total, exposure = hyper.r + shape * history.repeats, hyper.alpha + shape * history.last
        still = log_gap_survival(shape, total, exposure, history.elapsed)
        silent = days - history.last[:, None]
        until = log_gap_survival(shape, total[:, None], exposure[:, None], silent)
        alive.append(gaps[:, at] + still + lives)
        dead.append(gaps[:, at] + logsumexp(dies + until, axis=1))
    return np.stack(alive, axis=1), np.stack(dead, axis=1)


def value_and_gradient(
    history: History, logs: np.ndarray, shapes: tuple[int, ...]
) -> tuple[float, np.ndarray]:
    """Log likelihood of all customers and its gradient, in unbounded parameters.

    Args:
        history: n customers.
        logs: ln r, ln alpha, ln s, ln beta, then K - 1 logits of the weights.
        shapes: the K shapes.
    """
    r, alpha, s, beta = (np.array([value]) for value in np.exp(logs[:4]))
    weights = softmax(logs[4:])
    hyper = Hyper(r, alpha, np.ones(1), np.ones(1), weights[None], shapes)
    until, fate = _fates(history, hyper, Lifetime(s, beta))
    is_death = np.append(0.0, np.ones(NODES))
    silence, by_r, by_alpha = _silences(history, hyper, until)
    logs_each = log_weights(history, hyper)[:, None, :] + silence + fate[:, :, None]
    likelihood = logsumexp(logs_each, axis=(1, 2))
    share = np.exp(logs_each - likelihood[:, None, None])
    fates, kinds = share.sum(axis=2), share.sum(axis=1)
    gradient = [
        r[0] * (share * by_r).sum(),
        alpha[0] * (share * by_alpha).sum(),
        s[0] * (fates * (is_death / s + np.log(beta) - np.log(beta + until))).sum(),
        beta[0] * (fates * (s / beta - (s + is_death) / (beta + until))).sum(),
    ]
    return float(likelihood.sum()), np.append(gradient, (kinds - weights).sum(axis=0)[1:])


def _fates(history: History, hyper: Hyper, lifetime: Lifetime) -> tuple[np.ndarray, np.ndarray]:
    """Times and log weights of the ends: column 0 is alive at the origin, the others the deaths."""
    s, beta = lifetime.s, lifetime.beta
    days, width = death_days(history, hyper, lifetime)
    dies = width + np.log(s) + s * np.log(beta) - (s + 1) * np.log(beta + days)
    alive = s * (np.log(beta) - np.log(beta + history.age))
    until = np.concatenate([history.age[:, None], days], axis=1)
    return until, np.concatenate([alive[:, None], dies], axis=1)


def _silences(
    history: History, hyper: Hyper, until: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Log of P(no event until the end), and slopes of ln [gaps x it] by r and alpha; (n, m, K)."""
    silent, parts = until - history.last[:, None], []
    for shape in hyper.shapes:
        total, exposure = hyper.r + shape * history.repeats, hyper.alpha + shape * history.last
        value, by_total, by_exposure = log_gap_survival_slopes(
            shape, total[:, None], exposure[:, None], silent
        )
        by_r = np.log(hyper.alpha) - digamma(hyper.r) + digamma(total) - np.log(exposure)
        by_alpha = hyper.r / hyper.alpha - total / exposure
        parts.append((value, by_r[:, None] + by_total, by_alpha[:, None] + by_exposure))
    value, by_r, by_alpha = (np.stack(part, axis=2) for part in zip(*parts, strict=True))
    return value, by_r, by_alpha
