"""The balance at which a customer tops up: empirical-Bayes normal in days of use.

A reading after the last top-up shows where that top-up began; shrunk to the stratum it gives the
distance that the balance still has to fall.  Without a reading the last amount is that distance.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from scipy.optimize import nnls
from scipy.special import ndtr, ndtri

from ml.payment_timing.first_passage.posterior import Posterior
from ml.payment_timing.first_passage.usage import Usage

NODES = 7
LEAST_READINGS = 50  # fewer do not settle a spread
LEAST_SPREAD_DAYS = 0.25  # the walk overshoots a threshold by part of a day
NORMAL_SD = 1.4826  # of the median absolute deviation
SEASON_LIMITS = (0.3, 3.0)  # of use against the customer's mean; beyond it the readings are wrong
UNKNOWN = {
    "has_threshold": 0.0,
    "season": 1.0,
    "threshold_days": 0.0,
    "threshold_spread": 0.0,
    "use_spread": 0.0,
}
LEAST_DISTANCE_DAYS = 0.02  # half an hour of use: a distance must not be zero


def seen_thresholds(
    usage: Usage, posterior: Posterior, season: np.ndarray | float
) -> tuple[np.ndarray, np.ndarray]:
    """Threshold seen through a reading, in days of use, and the days from top-up to reading.

    c / m = (balance - last amount) / m + g t, with g the season's use against the mean; NaN where
    there is no reading.
    """
    between = usage.elapsed - usage.balance_age
    seen = (usage.balance - usage.last_amount) / posterior.mean + season * between
    return seen, between


def fit_threshold(
    usage: Usage, posterior: Posterior, known_season: float | None = None
) -> dict[str, tuple[float, ...]]:
    """Season, threshold and their spreads from the readings that follow a top-up.

    Across customers (last amount - balance) / m = g t - c: the slope on the days t since the top-up
    is the season's use against the mean, the intercept the threshold. Least absolute deviations, so
    that faulty readings do no harm. With ``known_season``, as on an operational clock, only the
    intercept is learned. The squared residuals are split into the spread of thresholds
    and a share q of t^2 for use that is not the customer's mean.

    ``has_threshold`` is 0 where too few readings are newer than the last top-up: then the model
    goes by amounts alone and takes the season for the mean one.
    """
    seen, between = seen_thresholds(usage, posterior, 0.0)
    known = np.flatnonzero(np.isfinite(seen))
    if len(known) < LEAST_READINGS or np.ptp(between[known]) < 1:
        return {name: (value,) for name, value in UNKNOWN.items()}
    days = between[known]
    if known_season is None:
        intercept, slope = _least_absolute(days, -seen[known])
        season = float(np.clip(slope, *SEASON_LIMITS))
    else:
        season = known_season
        intercept = float(np.median(-seen[known] - season * days))
    residual = seen[known] + season * days + intercept
    size = np.minimum(np.abs(residual), 3 * NORMAL_SD * np.median(np.abs(residual)))
    design = np.stack([np.ones_like(days), days**2], axis=1)
    (spread, drift), _ = nnls(design, size**2)
    return {
        "has_threshold": (1.0,),
        "season": (season,),
        "threshold_days": (-intercept,),
        "threshold_spread": (max(float(np.sqrt(spread)), LEAST_SPREAD_DAYS),),
        "use_spread": (float(np.sqrt(drift)),),
    }


def _least_absolute(x: np.ndarray, y: np.ndarray) -> tuple[float, float]:
    """Intercept and slope of the least absolute deviations, by reweighted least squares."""
    weight = np.ones_like(y)
    design = np.stack([np.ones_like(x), x], axis=1)
    fit = np.zeros(2)
    for _ in range(50):
        fit = np.linalg.solve(design.T @ (design * weight[:, None]), design.T @ (weight * y))
        weight = 1 / np.maximum(np.abs(y - design @ fit), 0.01)
    return float(fit[0]), float(fit[1])


def distances(
    usage: Usage, posterior: Posterior, own: Mapping[str, np.ndarray]
) -> tuple[np.ndarray, np.ndarray]:
    """Distances to fall from a reading, at the nodes of the threshold's posterior; (n, NODES) each.

    The posterior is the product of the stratum's normal and the seen threshold's, cut off where the
    threshold is above the reading (that top-up would have come already). Nodes are Gauss-Legendre
    in its probability: Gauss-Hermite has no cut-off.

    Args:
        usage: customers with a newer reading.
        posterior: of their use.
        own: parameters of `fit_threshold` by name, each (n,).
    """
    seen, between = seen_thresholds(usage, posterior, own["season"])
    noise = np.maximum(own["use_spread"] * between, LEAST_SPREAD_DAYS) ** 2
    centre, spread = own["threshold_days"], own["threshold_spread"]
    precision = 1 / spread**2 + 1 / noise
    middle = (centre / spread**2 + seen / noise) / precision
    sd = 1 / np.sqrt(precision)
    balance = usage.balance / posterior.mean
    nodes, weights = np.polynomial.legendre.leggauss(NODES)
    reach = np.maximum(ndtr((balance - middle) / sd), 1e-300)
    threshold = middle[:, None] + sd[:, None] * ndtri(reach[:, None] * (nodes + 1) / 2)
    days = np.maximum(balance[:, None] - threshold, LEAST_DISTANCE_DAYS)
    return days * posterior.mean[:, None], np.broadcast_to(weights / 2, days.shape)
