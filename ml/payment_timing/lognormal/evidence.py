"""The normal-inverse-gamma prior of ln(1 + delay), and its posterior from n, sum y, sum y^2."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy.optimize import minimize
from scipy.special import gammaln

SAMPLE = 50_000  # customers that decide four numbers
FEW = 30  # customers below which a stratum takes the pooled prior
DIFFERENCE = 1e-2  # step of the numerical curvature
WEAKEST, STRONGEST = np.log(1e-3), np.log(1e4)  # bounds of kappa0, a0 and b0
DEFAULT = (np.log(8.0), 1.0, 3.0, 0.5)  # about a week's delay, factor 1.6, believed for one bill


class Posterior(NamedTuple):
    """kappa_n, m_n, a_n, b_n; arrays of equal length."""

    kappa: np.ndarray
    mean: np.ndarray
    shape: np.ndarray
    rate: np.ndarray


def posterior(
    prior: np.ndarray, number: np.ndarray, total: np.ndarray, squares: np.ndarray
) -> Posterior:
    """Kn = k0 + n; mn = (k0 m0 + sum y)/kn; an = a0 + n/2; bn = b0 + [S + k0 n (ybar - m0)^2/kn]/2.

    Args:
        prior: (..., 4) m0, kappa0, a0, b0.
        number: n.
        total: sum y.
        squares: sum y^2; S = sum y^2 - n ybar^2, at least 0.
    """
    m0, k0, a0, b0 = np.moveaxis(np.asarray(prior), -1, 0)
    kappa = k0 + number
    mean = (k0 * m0 + total) / kappa
    average = np.divide(total, number, out=np.zeros_like(kappa), where=number > 0)
    scatter = np.maximum(squares - number * average**2, 0)
    rate = b0 + 0.5 * (scatter + k0 * number * (average - m0) ** 2 / kappa)
    return Posterior(kappa, mean, a0 + number / 2, rate)


def log_evidence(
    prior: np.ndarray, number: np.ndarray, total: np.ndarray, squares: np.ndarray
) -> float:
    """sum[lnG(an) - lnG(a0) + a0 ln b0 - an ln bn + ln(k0/kn)/2], up to data-only terms."""
    _, k0, a0, b0 = prior
    found = posterior(prior, number, total, squares)
    own = gammaln(found.shape) - gammaln(a0) + a0 * np.log(b0) - found.shape * np.log(found.rate)
    return float((own + 0.5 * np.log(k0 / found.kappa)).sum())


def fit_prior(number: np.ndarray, total: np.ndarray, squares: np.ndarray) -> np.ndarray:
    """Maximise the evidence over m0, kappa0, a0, b0; (4,). Without any delay: ``DEFAULT``."""
    used = np.flatnonzero(number > 0)
    if len(used) < 2:
        return np.array(DEFAULT)
    used = used[:: -(-len(used) // SAMPLE)]
    data = number[used].astype(float), total[used], squares[used]

    def cost(point: np.ndarray) -> float:
        prior = np.array([point[0], *np.exp(point[1:])])
        return -log_evidence(prior, *data) / len(used)

    start = np.array([data[1].sum() / data[0].sum(), 0.0, 1.0, -0.5])
    bounds = [(0.0, 6.0), *[(WEAKEST, STRONGEST)] * 3]
    best = minimize(cost, start, method="L-BFGS-B", bounds=bounds).x
    return np.array([best[0], *np.exp(best[1:])])


def fit_priors(
    stratum: np.ndarray, number: np.ndarray, total: np.ndarray, squares: np.ndarray, strata: int
) -> np.ndarray:
    """A prior per stratum, (s, 4); strata with few customers take the pooled one."""
    found = np.tile(fit_prior(number, total, squares), (strata, 1))
    for code in range(strata):
        chosen = (stratum == code) & (number > 0)
        if chosen.sum() >= FEW:
            found[code] = fit_prior(number[chosen], total[chosen], squares[chosen])
    return found


def prior_errors(
    prior: np.ndarray, number: np.ndarray, total: np.ndarray, squares: np.ndarray
) -> np.ndarray:
    """Standard errors of m0, ln kappa0, ln a0, ln b0 from the curvature of the evidence; (4,).

    Raises:
        ValueError: the evidence is not curved downwards at ``prior``, which is no maximum then.
    """
    point = np.array([prior[0], *np.log(prior[1:])])

    def value(shift: np.ndarray) -> float:
        moved = point + shift
        return log_evidence(np.array([moved[0], *np.exp(moved[1:])]), number, total, squares)

    steps = DIFFERENCE * np.eye(len(point))
    curvature = np.array(
        [
            [
                (value(a + b) - value(a - b) - value(b - a) + value(-a - b)) / (4 * DIFFERENCE**2)
                for b in steps
            ]
            for a in steps
        ]
    )
    variance = np.diag(np.linalg.inv(-curvature))
    if (variance <= 0).any():
        raise ValueError(f"the evidence has no maximum at {prior}; fit the prior first.")
    return np.sqrt(variance)
