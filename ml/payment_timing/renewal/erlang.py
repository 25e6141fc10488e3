"""The gap to the next event given a gamma posterior of the rate, for whole shapes, in log space.

gap | m ~ Erlang(k, rate k m), m ~ Gamma(R, A).  The phases completed within t are negative binomial
in number, so P(gap > t) is a sum of k terms.  Likelihood and mixture live in their own files.
"""

from __future__ import annotations

import numpy as np


def log_gap_survival(
    shape: int, total: np.ndarray, exposure: np.ndarray, t: np.ndarray
) -> np.ndarray:
    """Log of P(gap > t) = -R ln(1 + kt/A) + ln sum_{j<k} [Gamma(R+j) / (Gamma(R) j!)] q^j.

    q = kt / (A + kt). It is the negative binomial's P(fewer than k phases), equal to the
    regularised incomplete beta I_{1-q}(R, k), but exact in log space where that underflows.

    Args:
        shape: k.
        total: R, posterior shape of the rate.
        exposure: A, posterior rate of the rate, in time.
        t: time since the last event, broadcast against the others.
    """
    time = shape * t
    result = -total * np.log1p(time / exposure)
    if shape > 1:
        ratio = time / (exposure + time)
        term = np.ones(np.broadcast_shapes(ratio.shape, np.shape(total)))
        terms = term.copy()
        for phase in range(1, shape):
            term *= ratio
            term *= (total + (phase - 1)) / phase
            terms += term
        result += np.log(terms)
    return np.minimum(result, 0.0)


def log_gap_survival_slopes(
    shape: int, total: np.ndarray, exposure: np.ndarray, t: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Log of P(gap > t) and its derivatives by R and by A; every array (n,).

    d/dR = -ln(1 + kt/A) + E[sum_{i<j} 1/(R+i)], d/dA = [R kt/A - E[j]] / (A + kt), the means over
    the terms j of the sum.
    """
    time = shape * t
    ratio = time / (exposure + time)
    term, terms = np.ones_like(ratio), np.ones_like(ratio)
    harmonic, by_total, phases = np.zeros_like(ratio), np.zeros_like(ratio), np.zeros_like(ratio)
    for phase in range(1, shape):
        step = total + (phase - 1)
        term = term * ratio * step / phase
        harmonic = harmonic + 1 / step
        terms = terms + term
        by_total = by_total + term * harmonic
        phases = phases + term * phase
    logs = np.log1p(time / exposure)
    value = -total * logs + np.log(terms)
    slope_total = -logs + by_total / terms
    slope_exposure = (total * time / exposure - phases / terms) / (exposure + time)
    return value, slope_total, slope_exposure
