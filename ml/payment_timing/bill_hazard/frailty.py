"""Gamma frailty: how much faster or slower than the stratum each customer pays.

z ~ Gamma(theta, theta), so z | history ~ Gamma(theta + d, theta + H), with d payments of bills
and H the base hazard they were exposed to, from the histogram of past delays.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from scipy.optimize import minimize_scalar
from scipy.special import gammaln

from ml.payment_timing.clocks import EARLY, FRESH, LONGEST, OPEN
from ml.payment_timing.contract import DELAY_BIN_EDGES, DELAY_BINS, States

SMALLEST, LARGEST = 0.05, 500.0  # of theta: from strangers to a stratum without differences
FEW = 30  # customers below which a stratum takes the pooled theta


def delay_hazard(hazard: np.ndarray) -> np.ndarray:
    """Base hazard by days since issue, (s, days): the mean of the open and the fresh clock."""
    fresh = hazard[:, FRESH + EARLY : FRESH + EARLY + LONGEST + 1]
    opened = hazard[:, OPEN : OPEN + LONGEST + 1].copy()
    opened[:, 0] = fresh[:, 0]  # on the day of issue no customer is on the open clock
    return (fresh + opened) / 2


def bin_exposure(hazard: np.ndarray) -> np.ndarray:
    """Cumulated base hazard up to a payment in each bin of the delay histogram, (s, bins).

    Lambda(bin) = sum over u in bin of f(u) Lambda(u) / sum of f(u), f the density of the hazard:
    the mean exposure of a payment of which only the bin is known.
    """
    daily = delay_hazard(hazard)
    total = daily.cumsum(1)
    density = daily * np.exp(-(total - daily))
    bounds = [*DELAY_BIN_EDGES, daily.shape[1]]
    parts = [slice(a, b) for a, b in pairwise(bounds)]
    return np.stack(
        [(density[:, p] * total[:, p]).sum(1) / density[:, p].sum(1) for p in parts], axis=1
    )


def history(states: States, hazard: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(d, H) of each customer: payments of bills, and the base hazard exposed to.

    Additive state alone: H = sum over bins of n_bin Lambda_s(bin) + Lambda_s(age of the open
    bill). Customers with withholding have d = H = 0: the bank pays, not the person.
    """
    stratum = states["stratum"].astype(np.int64)
    counts = np.stack([states[name] for name in DELAY_BINS], axis=1)
    exposed = np.einsum("nb,nb->n", counts, bin_exposure(hazard)[stratum])
    total = np.concatenate([np.zeros((len(hazard), 1)), delay_hazard(hazard).cumsum(1)], axis=1)
    age = np.nan_to_num(states["open_bill_age"], nan=-1.0).astype(np.int64) + 1
    exposed += total[stratum, np.clip(age, 0, LONGEST + 1)]
    own = states["has_withholding"] == 0
    return np.where(own, states["matched_payments"], 0.0), np.where(own, exposed, 0.0)


def evidence(theta: float, payments: np.ndarray, exposed: np.ndarray) -> float:
    """sum[lnG(theta + d) - lnG(theta) + theta ln theta - (theta + d) ln(theta + H)]."""
    own = gammaln(theta + payments) - gammaln(theta) + theta * np.log(theta)
    return float((own - (theta + payments) * np.log(theta + exposed)).sum())


def fit_theta(
    stratum: np.ndarray, payments: np.ndarray, exposed: np.ndarray, strata: int
) -> np.ndarray:
    """Theta per stratum by empirical Bayes; strata with few customers take the pooled one."""
    used = exposed > 0
    pooled = _best(payments[used], exposed[used])
    found = np.full(strata, pooled)
    for code in np.unique(stratum[used]):
        chosen = used & (stratum == code)
        if chosen.sum() >= FEW:
            found[code] = _best(payments[chosen], exposed[chosen])
    return found


def _best(payments: np.ndarray, exposed: np.ndarray) -> float:
    if len(payments) < 2:
        return 1.0
    best = minimize_scalar(
        lambda log: -evidence(float(np.exp(log)), payments, exposed),
        bounds=(np.log(SMALLEST), np.log(LARGEST)),
        method="bounded",
    )
    return float(np.exp(best.x))
