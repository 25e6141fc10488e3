"""The features in their own units, from the sums: posterior means under fitted priors.

Every function takes columns over customers and returns one value each; a customer of whom a
source knows nothing gets the prior's mean and is counted as imputed. No scaling here.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from ml.segmentation.features.columns import Columns, Floats
from ml.segmentation.features.priors import beta_binomial, normal_inverse_gamma

Prior = tuple[float, ...]
PSEUDO_BILLS = 1.0  # of the average customer, added to ratios per bill
PSEUDO_FREEDOM = 2.0  # degrees of freedom of the average customer in the variation of amounts


def _known(*columns: Floats) -> Floats:
    """Sums with unknown as zero observations."""
    return np.nan_to_num(np.column_stack(columns), nan=0.0).T


def ratio_prior(part: Floats, whole: Floats) -> Prior:
    """(mean ratio,) over customers with any of the whole."""
    return (float(part[whole > 0].sum() / max(whole.sum(), 1.0)),)


def per_bill(part: Floats, bills: Floats, prior: Prior) -> Floats:
    """(x + r)/(n + 1) with the mean ratio r; r where there is no bill."""
    (mean,) = prior
    value = (part + PSEUDO_BILLS * mean) / (bills + PSEUDO_BILLS)
    return np.where(bills > 0, value, mean)


def _variation_parts(n: Floats, total: Floats, squares: Floats) -> tuple[Floats, Floats]:
    """Degrees of freedom and squared coefficient of variation of amounts."""
    mean = total / np.maximum(n, 1)
    freedom = np.maximum(n - 1, 0)
    variance = np.maximum(squares - n * mean**2, 0) / np.maximum(freedom, 1)
    return freedom, variance / np.maximum(mean, 1e-9) ** 2


def variation_prior(n: Floats, total: Floats, squares: Floats) -> Prior:
    """(median squared variation,): a mean would follow the few extreme amounts."""
    freedom, square = _variation_parts(n, total, squares)
    return (float(np.median(square[freedom > 0])) if (freedom > 0).any() else 0.0,)


def variation(n: Floats, total: Floats, squares: Floats, prior: Prior) -> Floats:
    """sqrt((nu cv^2 + 2 cv0^2)/(nu + 2)), nu = n - 1."""
    freedom, square = _variation_parts(n, total, squares)
    return np.sqrt((freedom * square + PSEUDO_FREEDOM * prior[0]) / (freedom + PSEUDO_FREEDOM))


def share(part: Floats, whole: Floats, prior: Prior) -> Floats:
    """(alpha + x)/(alpha + beta + n)."""
    return (prior[0] + part) / (prior[0] + prior[1] + whole)


def delay_mean(n: Floats, total: Floats, squares: Floats, prior: Prior) -> Floats:
    """(kappa0 m0 + sum y)/(kappa0 + n), y = ln(1 + days)."""
    return (prior[1] * prior[0] + total) / (prior[1] + n)


def delay_sd(n: Floats, total: Floats, squares: Floats, prior: Prior) -> Floats:
    """sqrt(bn/(an - 1)) of the normal-inverse-gamma posterior."""
    m0, kappa0, a0, b0 = prior
    mean = total / np.maximum(n, 1)
    within = np.maximum(squares - n * mean**2, 0)
    b = b0 + 0.5 * (within + kappa0 * n * (mean - m0) ** 2 / (kappa0 + n))
    return np.sqrt(b / (a0 + n / 2 - 1))


def log_mean_amount(n: Floats, total: Floats, prior: Prior) -> Floats:
    """ln(sum / n), yuan."""
    return np.log(np.maximum(total, 0.01) / np.maximum(n, 1))


def log_count(count: Floats, prior: Prior) -> Floats:
    """ln(1 + count)."""
    return np.log1p(count)


def _no_prior(*columns: Floats) -> Prior:
    return ()


def _flipped(function: Callable[..., Floats]) -> Callable[..., Floats]:
    """The declared order of columns is (whole, part); the function's is (part, whole)."""
    return lambda whole, part, *prior: function(part, whole, *prior)


def _prior_of_share(whole: Floats, part: Floats) -> Prior:
    return beta_binomial(part, whole)


MEASURES: dict[str, tuple[Callable[..., Prior], Callable[..., Floats]]] = {
    "ln_mean_amount": (_no_prior, log_mean_amount),
    "amount_cv": (variation_prior, variation),
    "payments_per_bill": (ratio_prior, per_bill),
    "delay_mean": (normal_inverse_gamma, delay_mean),
    "delay_sd": (normal_inverse_gamma, delay_sd),
    "late_share": (_prior_of_share, _flipped(share)),
    "arrears_days": (lambda due, days: ratio_prior(days, due), _flipped(per_bill)),
    "digital_share": (_prior_of_share, _flipped(share)),
    "night_share": (_prior_of_share, _flipped(share)),
    "weekend_share": (_prior_of_share, _flipped(share)),
    "complaints": (_no_prior, log_count),
    "contacts": (_no_prior, log_count),
}


def fit_prior(name: str, needs: tuple[str, ...], columns: Columns) -> Prior:
    """The fitted prior of one feature."""
    return MEASURES[name][0](*_known(*(columns[column] for column in needs)))


def measure(name: str, needs: tuple[str, ...], columns: Columns, prior: Prior) -> Floats:
    """One feature of every customer, in its declared unit."""
    return MEASURES[name][1](*_known(*(columns[column] for column in needs)), prior)


def is_unknown(evidence: str, needs: tuple[str, ...], columns: Columns) -> NDArray[np.bool_]:
    """Customers without a single observation of the feature: the prior speaks for them."""
    unknown = columns[evidence] == 0
    for name in (evidence, *needs):
        unknown |= np.isnan(columns[name])
    return unknown
